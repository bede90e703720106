//! Import of statements: choose a file, look at what would become of each row, add them, take them out.
//!
//! The address says which statement (`id`), which of its rows (`show`) and from which on (`from`).

mod columns;
mod outcome;
mod preview;
mod rows;
mod start;

use crate::{
    api::imports::{list_imports, look_at_import},
    app::{
        address::Query,
        components::{
            layout::Layout,
            read::{Loaded, use_read},
        },
    },
    domain::import::{ImportState, PreviewPage},
};
use leptos::prelude::*;
use leptos_router::hooks::use_location;

/// The page's own path.
const PATH: &str = "/import";

/// The page.
#[component]
pub fn Import() -> impl IntoView {
    let search = use_location().search;
    let query = Memo::new(move |_| Query::parse(&search.get()));
    let open = Memo::new(move |_| query.with(|q| q.get("id").is_some()));
    view! {
        <Layout title="Import">
            {move || if open.get() { view! { <OneStatement query/> }.into_any() } else { view! { <Statements/> }.into_any() }}
        </Layout>
    }
}

/// The upload, and what was uploaded before.
#[component]
fn Statements() -> impl IntoView {
    let data = use_read(|| (), |()| list_imports());
    view! {
        <start::Upload/>
        <Loaded data view=|list| view! { <start::Earlier list/> }/>
    }
}

#[component]
fn OneStatement(query: Memo<Query>) -> impl IntoView {
    let asked = Memo::new(move |_| {
        let of = |name: &str| query.with(|q| q.get(name).unwrap_or_default().to_owned());
        (of("id"), of("show"), of("from"))
    });
    let data = use_read(move || asked.get(), |(id, show, from)| look_at_import(id, show, from));
    // The row whose button was pressed last: it keeps the focus when its row is drawn anew.
    let pressed = RwSignal::new(None);
    let shown = move |page: PreviewPage| match page.preview.state {
        ImportState::Preview => view! { <preview::Preview page pressed/> }.into_any(),
        ImportState::Committed => view! { <outcome::Added page/> }.into_any(),
        ImportState::Reverted => view! { <outcome::TakenOut page/> }.into_any(),
    };
    view! {
        <p class="back"><a class="link" href=PATH>"All statements"</a></p>
        <Loaded data view=shown/>
    }
}

/// `1 row`, `12 rows`.
fn count(n: u64, one: &str, many: &str) -> String {
    if n == 1 { format!("1 {one}") } else { format!("{n} {many}") }
}

//! Expenses: find, add, change in place, delete with undo. The address is the filter.

mod filters;
mod place;
mod table;
mod total;

use super::{
    entry::ExpenseForm,
    row::{focus, use_editing},
};
use crate::{
    api::expenses::{COUNTED, list_expenses},
    app::{
        address::Query,
        components::{
            icon::{Icon, IconKind},
            layout::Layout,
            read::{Followed, use_read},
            tabs::{ENTRY_TABS, Tabs},
        },
        effect::{effect, kept},
    },
};
pub use filters::in_words;
use filters::{Filters, Wrong};
use leptos::prelude::*;
use leptos_router::hooks::use_location;
use place::use_place;
use table::{List, use_rows};
use total::TotalLine;

/// The page's own path.
pub const PATH: &str = "/expenses";
/// What in the address is about the page and not about which expenses.
const PAGE_ONLY: [&str; 3] = ["edit", "add", COUNTED];

/// The page.
#[component]
pub fn Expenses() -> impl IntoView {
    let search = use_location().search;
    let query = Memo::new(move |_| Query::parse(&search.get()));
    let wanted = Memo::new(move |_| query.get().without(&PAGE_ONLY));
    let adding = Memo::new(move |_| query.with(|q| q.get("add").is_some()));
    let place = use_place();
    let rows = use_rows(use_editing(), place);
    let asked = Memo::new(move |_| query.get().without(&["edit", "add"]).text());
    // The question is made when it is asked: what came with the document is not asked again, and has its place beside it.
    let data = use_read(move || asked.get(), move |asked| async move { list_expenses(place.question(asked)).await });
    effect(move || {
        if place.came_short(asked.get_untracked()) {
            data.refetch();
        }
    });
    // Counted anew with each reading, but not with each page that is appended.
    let is_read = kept(move || rows.total().is_some());
    let read = kept(move || (rows.readings.get(), rows.total().flatten()));
    let add = move || query.get().without(&["edit"]).with("add", "1").link(PATH);
    let export = move |format| wanted.get().without(&["cursor"]).with("format", format).link("/export");
    let actions = view! {
        <button class="btn" type="button" popovertarget="export"><Icon kind=IconKind::Import/><span>"Export"</span></button>
        <div class="filter-panel export-panel" id="export" popover="auto" role="group" aria-label="Export">
            <p class="muted">"The expenses that are found, as a file."</p>
            {[("csv", "Download as CSV"), ("json", "Download as JSON")].map(|(format, text)| {
                view! { <a class="btn" href=move || export(format) rel="external" download>{text}</a> }
            })}
        </div>
        <a class="btn primary" href=add>
            <Icon kind=IconKind::Plus/>
            <span>"Add expense"</span>
        </a>
    };
    view! {
        <Layout title="Expenses" actions=actions.into_any()>
            <Tabs label="Entries" tabs=&ENTRY_TABS/>
            {move || adding.get().then(|| Suspend::new(add_card(wanted.get_untracked().link(PATH))))}
            <div class="found">
                <Filters query=wanted/>
                <Followed
                    data
                    into=Callback::new(move |list| rows.arrived(list))
                    view=move || {
                        view! {
                            {move || is_read.get().then(|| view! { <TotalLine read query=wanted/> })}
                            {move || rows.read(|list| list.wrong.clone()).map(|errors| view! { <Wrong errors/> })}
                            <List rows query=wanted/>
                        }
                    }
                />
            </div>
        </Layout>
    }
}

/// Fetches what the page at this address shows beyond the first download.
#[cfg(feature = "hydrate")]
pub async fn fetch_first(path: &str, search: &str) {
    let query = Query::parse(search);
    if path == PATH && query.get("add").is_some() {
        __preload_add_card().await;
    }
    if path == PATH && query.get("edit").is_some() {
        table::fetch_editor().await;
    }
}

later! {
    entry;
    fn add_card(close: String) -> AnyView {
        view! { <AddCard close/> }.into_any()
    }
}

#[component]
fn AddCard(close: String) -> impl IntoView {
    effect(|| focus("add-expense-amount"));
    view! {
        <section class="card add-card" aria-labelledby="add-title">
            <header>
                <h2 id="add-title">"Add an expense"</h2>
                <a class="icon-btn" href=close aria-label="Close"><Icon kind=IconKind::Close/></a>
            </header>
            <ExpenseForm id="add-expense" class="entry-form"/>
        </section>
    }
}

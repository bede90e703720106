//! What comes again and again: added, changed from now on, paused, left out, recorded at once. What waits stands on top.

mod form;
mod list;

use super::row::{Editing, use_editing};
use crate::{
    api::recurring::list_recurring,
    app::components::{
        empty::Empty,
        icon::IconKind,
        layout::Layout,
        read::{Loaded, use_read},
    },
    domain::Recurring as Entry,
};
use form::AddForm;
use leptos::prelude::*;
use list::{List, Waiting};

/// The page's own path.
const PATH: &str = "/recurring";

/// The page.
#[component]
pub fn Recurring() -> impl IntoView {
    let editing = use_editing();
    let data = use_read(|| (), |()| list_recurring());
    view! {
        <Layout title="Recurring">
            <Loaded data view=move |entries| view! { <Board entries editing/> }/>
            <section class="card add-card" id="add" aria-labelledby="add-title">
                <header><h2 id="add-title">"Add what recurs"</h2></header>
                <AddForm/>
            </section>
        </Layout>
    }
}

#[component]
fn Board(entries: Vec<Entry>, editing: Editing) -> impl IntoView {
    if entries.is_empty() {
        return view! {
            <div class="card">
                <Empty
                    icon=IconKind::Calendar title="Nothing recurs yet"
                    text="Rent, a salary, subscriptions: say once when they come. Outlay records them on their day, or asks you first, and counts them ahead in what is safe to spend."
                />
            </div>
        }
        .into_any();
    }
    view! {
        <Waiting entries=entries.clone()/>
        <List entries editing/>
    }
    .into_any()
}

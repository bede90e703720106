//! Expenses: find, add, change in place, delete with undo. The address is the filter.

mod filters;
mod table;

use super::{
    entry::ExpenseForm,
    row::{focus, use_editing},
};
use crate::{
    api::expenses::list_expenses,
    app::{
        address::Query,
        components::{
            icon::{Icon, IconKind},
            layout::Layout,
            read::{Loaded, use_read},
            tabs::{ENTRY_TABS, Tabs},
        },
    },
};
use filters::{Chips, Filters};
use leptos::prelude::*;
use leptos_router::hooks::use_location;
use table::List;

/// The page's own path.
const PATH: &str = "/expenses";
/// What in the address is about the page and not about which expenses.
const PAGE_ONLY: [&str; 2] = ["edit", "add"];

/// The page.
#[component]
pub fn Expenses() -> impl IntoView {
    let search = use_location().search;
    let query = Memo::new(move |_| Query::parse(&search.get()));
    let wanted = Memo::new(move |_| query.get().without(&PAGE_ONLY));
    let adding = Memo::new(move |_| query.with(|q| q.get("add").is_some()));
    let editing = use_editing();
    let data = use_read(move || wanted.with(Query::text), list_expenses);
    let add = move || query.get().without(&["edit"]).with("add", "1").link(PATH);
    let actions = view! {
        <a class="btn primary" href=add>
            <Icon kind=IconKind::Plus/>
            <span>"Add expense"</span>
        </a>
    };
    view! {
        <Layout title="Expenses" actions=actions.into_any()>
            <Tabs label="Entries" tabs=&ENTRY_TABS/>
            {move || adding.get().then(|| view! { <AddCard close=wanted.get_untracked().link(PATH)/> })}
            <Filters query=wanted/>
            <Loaded
                data
                view=move |list| {
                    view! {
                        <Chips query=wanted total=list.total/>
                        <List list query=wanted editing/>
                    }
                }
            />
        </Layout>
    }
}

#[component]
fn AddCard(close: String) -> impl IntoView {
    Effect::new(|_| focus("add-expense-amount"));
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

//! Budgets: how much is meant to be spent, what became of it, and what is safe to spend a day.

mod lines;
mod set;
mod summary;

use super::row::{Editing, use_editing};
use crate::{
    api::budgets::read_budgets,
    app::components::{
        empty::Empty,
        icon::IconKind,
        layout::Layout,
        period::{PeriodSwitch, use_on},
        read::{Loaded, use_read},
    },
    domain::{Day, budget::BudgetReport},
};
use leptos::prelude::*;
pub use lines::Meter;
use lines::{Lines, Unbudgeted};
use set::{Copies, SetForm};
use summary::Summary;
pub use summary::{LeftCard, SafeCard};

/// The page's own path.
const PATH: &str = "/budgets";

/// The page.
#[component]
pub fn Budgets() -> impl IntoView {
    let on = use_on();
    let editing = use_editing();
    let data = use_read(move || on.get(), read_budgets);
    let actions = view! { <PeriodSwitch path=PATH on ahead=true/> };
    view! {
        <Layout title="Budgets" actions=actions.into_any()>
            <Loaded data view=move |report| view! { <Board report on editing/> }/>
        </Layout>
    }
}

#[component]
fn Board(report: BudgetReport, on: Memo<Option<Day>>, editing: Editing) -> impl IntoView {
    let (name, copies) = (report.name.clone(), report.copies.clone());
    let new = view! {
        <section class="card add-card" id="set" aria-labelledby="set-title">
            <header>
                <h2 id="set-title">"Set a budget"</h2>
                <small>{format!("from {name} on, until you change it")}</small>
            </header>
            <SetForm report=report.clone() on/>
            <Copies key=report.key copies on/>
        </section>
    };
    let Some(total) = report.total else {
        return view! {
            <div class="card">
                <Empty
                    icon=IconKind::Target title="Decide what you want to spend"
                    text="Begin with one budget for all spending, or with the category that costs you most. You see at once what is left of it, also while you type an expense."
                />
            </div>
            {new}
            <Unbudgeted report on/>
        }
        .into_any();
    };
    view! {
        <Summary report=report.clone() total/>
        <Lines report=report.clone() on editing/>
        {new}
        <Unbudgeted report on/>
    }
    .into_any()
}

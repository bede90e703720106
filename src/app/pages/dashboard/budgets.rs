//! The budgets of the period, in a card.

use super::cards::budgets_page;
use crate::{
    app::{
        components::{
            empty::Empty,
            here::use_me,
            icon::{Icon, IconKind},
        },
        pages::budgets::Meter,
    },
    domain::budget::{BudgetLine, BudgetReport},
};
use leptos::prelude::*;

/// How many are shown.
const SHOWN: usize = 6;

/// Each budget with what became of it; what to do first where there is none.
#[component]
pub fn BudgetsCard(report: BudgetReport) -> impl IntoView {
    let (span, name) = (report.span, report.name);
    let page = use_me().with_untracked(|me| budgets_page(span, me));
    let lines: Vec<BudgetLine> = report.whole.into_iter().chain(report.lines).collect();
    let body = if lines.is_empty() {
        let first = || view! { <a class="btn" href="/budgets#set"><Icon kind=IconKind::Target/><span>"Set a budget"</span></a> };
        view! {
            <Empty
                icon=IconKind::Target title="No budget yet"
                text="Begin with one budget for all spending, or with the category that costs you most. Here you see what is left of it."
            >
                {first()}
            </Empty>
        }
        .into_any()
    } else {
        let meter = |line: BudgetLine| view! { <li><Meter line span/></li> };
        view! { <ul class="meters" aria-label="Budgets">{lines.into_iter().take(SHOWN).map(meter).collect_view()}</ul> }
            .into_any()
    };
    view! {
        <section class="card" aria-labelledby="budgets">
            <header>
                <h2 id="budgets">"Budgets"</h2>
                <small>{name}</small>
                <span class="spacer"></span>
                <a class="btn ghost small" href=page aria-label="See all budgets">"See all →"</a>
            </header>
            {body}
        </section>
    }
}

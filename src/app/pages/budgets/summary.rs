//! What is left in all, and what is safe to spend a day.

use crate::{
    app::{
        address,
        components::{amount::Amount, bar::Bar, here::use_me},
    },
    domain::{
        Money, Span,
        budget::{Allowance, BudgetReport, SafeToSpend, gone_percent, left_words},
    },
};
use leptos::prelude::*;

/// How much of a period is gone, where that says something: within it.
pub fn gone(span: Span) -> Option<u16> {
    let today = use_me().with_untracked(|me| me.today);
    span.contains(today).then(|| gone_percent(span, today))
}

/// The class of a bar: of what it is until it is used up.
pub fn fill(allowance: &Allowance, own: &str) -> String {
    let class = match allowance.left.minor {
        left if left < 0 => "bad",
        0 => "warn",
        _ => own,
    };
    class.to_owned()
}

/// The figures at the top.
#[component]
pub fn Summary(report: BudgetReport, total: Allowance) -> impl IntoView {
    let locale = use_me().with_untracked(|me| me.user.locale);
    let (span, spent) = (report.span, report.spent);
    let carried = (total.carried.minor != 0).then(|| format!(", {} carried over", locale.signed_money(total.carried)));
    let safe = report.safe.map(|safe| view! { <SafeCard safe/> });
    view! {
        <div class="grid budget-kpis">
            <LeftCard report total/>
            <section class="card kpi" aria-labelledby="spent">
                <h2 class="k" id="spent">"Spent"</h2>
                <p class="v"><a href=address::expenses(span, None)><Amount money=spent dim=true/></a></p>
                <p class="d">{format!("{} budgeted{}", locale.money(total.amount), carried.unwrap_or_default())}</p>
            </section>
            {safe}
        </div>
    }
}

/// What is left in all.
#[component]
pub fn LeftCard(
    report: BudgetReport,
    total: Allowance,
    /// Where the figure leads.
    #[prop(optional, into)]
    href: Option<String>,
) -> impl IntoView {
    let locale = use_me().with_untracked(|me| me.user.locale);
    let gone = gone(report.span);
    let over = total.left.is_negative();
    let share = match gone {
        Some(gone) => format!("{}% used, {gone}% of {} gone", total.used_percent(), report.name),
        None => format!("{}% used", total.used_percent()),
    };
    let title = match (report.whole.is_some(), over) {
        (true, false) => "Budget left",
        (true, true) => "Over budget",
        (false, false) => "Left of your budgets",
        (false, true) => "Over your budgets",
    };
    view! {
        <section class="card kpi" aria-labelledby="left">
            <h2 class="k" id="left">{title}</h2>
            <p class=if over { "v down" } else { "v" }><Figure money=total.left.abs() href/></p>
            <Bar used=total.used_percent() gone class=fill(&total, "") label=format!("{share}: {}", left_words(locale, total.left))/>
            <p class="d">{share}</p>
        </section>
    }
}

/// What is safe to spend a day.
#[component]
pub fn SafeCard(
    safe: SafeToSpend,
    /// Where the figure leads.
    #[prop(optional, into)]
    href: Option<String>,
) -> impl IntoView {
    let locale = use_me().with_untracked(|me| me.user.locale);
    let days = if safe.days == 1 { "for one more day".to_owned() } else { format!("for the next {} days", safe.days) };
    let due = (safe.due.minor != 0).then(|| format!(", after {} of bills still due", locale.money(safe.due)));
    view! {
        <section class="card kpi" aria-labelledby="safe">
            <h2 class="k" id="safe">"Safe to spend"</h2>
            <p class="v"><Figure money=safe.per_day href/><small>" a day"</small></p>
            <p class="d">{days}{due}</p>
        </section>
    }
}

/// A headline figure, with or without a link.
#[component]
fn Figure(money: Money, #[prop(optional_no_strip)] href: Option<String>) -> impl IntoView {
    match href {
        Some(href) => view! { <a href=href><Amount money dim=true/></a> }.into_any(),
        None => view! { <Amount money dim=true/> }.into_any(),
    }
}

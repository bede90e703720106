//! The figures at the top of the dashboard.

use super::{FundsForm, line::BalanceLine};
use crate::{
    app::{
        address::{self, Query},
        charts::Slice,
        components::{
            amount::Amount,
            here::{use_here, use_me},
            icon::{Icon, IconKind},
            trend::Trend,
        },
        pages::budgets::{LeftCard, SafeCard},
    },
    domain::{Me, Money, Span, report},
};
use leptos::{html, prelude::*};

/// Balance, spent in the period, what is left of the budget, and what is safe to spend a day.
#[component]
pub fn Cards(report: report::Dashboard) -> impl IntoView {
    let me = use_me().get_untracked();
    let so_far = so_far(report.shown.span, &me);
    let budgets = budgets_page(report.shown.span, &me);
    let left = match report.budgets.total {
        Some(total) => view! { <LeftCard report=report.budgets.clone() total href=budgets.clone()/> }.into_any(),
        None => view! { <NoBudget/> }.into_any(),
    };
    let safe = match report.budgets.safe {
        Some(safe) => view! { <SafeCard safe href=budgets/> }.into_any(),
        None => view! { <PerDay report=report.clone() me=me.clone() so_far/> }.into_any(),
    };
    view! {
        <div class="grid kpis">
            <Balance report=report.clone() me=me.clone()/>
            <Spent report me so_far/>
            {left}
            {safe}
        </div>
    }
}

/// The days of a period that have come.
fn so_far(span: Span, me: &Me) -> Span {
    Span { to: if span.contains(me.today) { me.today } else { span.to }, ..span }
}

/// The budgets of a period.
pub fn budgets_page(span: Span, me: &Me) -> String {
    let on = if span.contains(me.today) { String::new() } else { span.from.to_string() };
    Query::default().with("on", &on).link("/budgets")
}

/// `this month`, `in October 2026`.
fn when(span: Span, me: &Me) -> String {
    let period = me.user.period;
    if span.contains(me.today) { format!("this {}", period.noun()) } else { format!("in {}", period.name(span)) }
}

#[component]
fn Balance(report: report::Dashboard, me: Me) -> impl IntoView {
    let funds = report.funds;
    let when = when(report.shown.span, &me);
    let pop: NodeRef<html::Details> = NodeRef::new();
    let done = Callback::new(move |()| {
        if let Some(pop) = pop.get_untracked() {
            pop.set_open(false);
        }
    });
    let locale = me.user.locale;
    let ahead = report.forecast.points.last().map(|end| {
        view! {
            <p class="ahead-said">
                <a href="/reports#balance">
                    "Probably " <Amount money=end.expected/> " on " {locale.short_day(end.date)} ", from " <Amount money=end.low/> " to "
                    <Amount money=end.high/>
                </a>
            </p>
        }
    });
    let class = if report.balance.is_negative() { "v big down" } else { "v big" };
    view! {
        <section class="card kpi balance" aria-labelledby="kpi-balance">
            <div class="kpi-top">
                <h2 class="k" id="kpi-balance"><Icon kind=IconKind::Wallet/><span>"Balance"</span></h2>
                <details class="pop" node_ref=pop>
                    <summary class="btn small"><Icon kind=IconKind::Plus/><span>"Add funds"</span></summary>
                    <div class="pop-panel card"><FundsForm id="add-funds" class="form" done/></div>
                </details>
            </div>
            <p class=class><a href="/reports#balance"><Amount money=report.balance dim=true/></a></p>
            <p class="d">
                {if funds.minor > 0 {
                    view! { <a class="pill up" href="/funds"><Amount money=funds signed=true/></a>" funds added " {when} }.into_any()
                } else {
                    view! { <span>"No funds added " {when}</span> }.into_any()
                }}
            </p>
            {ahead}
            <BalanceLine points=report.line forecast=report.forecast/>
        </section>
    }
}

#[component]
fn Spent(report: report::Dashboard, me: Me, so_far: Span) -> impl IntoView {
    let title = format!("Spent {}", when(report.shown.span, &me));
    let before = report.before;
    view! {
        <section class="card kpi" aria-labelledby="kpi-spent">
            <h2 class="k" id="kpi-spent">{title}</h2>
            <p class="v"><a href=address::expenses(so_far, None)><Amount money=report.spent dim=true/></a></p>
            <p class="d">
                <Trend now=report.spent before=before.total.sum/>
                <span>"vs. "<a class="figure" href=address::expenses(before.span, None)>{before.name}</a></span>
            </p>
        </section>
    }
}

/// What to do first, where there is no budget.
#[component]
fn NoBudget() -> impl IntoView {
    view! {
        <section class="card kpi" aria-labelledby="left">
            <h2 class="k" id="left">"Budget left"</h2>
            <p class="d first">"Decide what you want to spend, and see here what is left of it."</p>
            <p><a class="btn small" href="/budgets#set"><Icon kind=IconKind::Target/><span>"Set a budget"</span></a></p>
        </section>
    }
}

#[component]
fn PerDay(report: report::Dashboard, me: Me, so_far: Span) -> impl IntoView {
    let categories = use_here().categories.get_untracked();
    let days = so_far.days().max(1);
    let average = Money::new((report.spent.minor + days / 2) / days, report.spent.currency);
    let span = report.shown.span;
    let largest = report.shown.groups.first();
    let largest = largest.map(|group| (Slice::of(group.category_id, &categories), group.total.sum));
    let locale = me.user.locale;
    view! {
        <section class="card kpi" aria-labelledby="kpi-day">
            <h2 class="k" id="kpi-day">"A day, on average"</h2>
            <p class="v"><a href=address::expenses(so_far, None)><Amount money=average dim=true/></a></p>
            <p class="d">
                {match largest {
                    Some((slice, sum)) => {
                        view! {
                            "Most for "
                            <a class="figure" href=address::expenses(span, Some(slice.id))><bdi>{slice.name}</bdi></a>
                            {format!(", {}", locale.money(sum))}
                        }
                        .into_any()
                    }
                    None => view! { "Nothing spent yet" }.into_any(),
                }}
            </p>
        </section>
    }
}

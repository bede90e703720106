//! The figures at the top of the dashboard.

use super::{FundsForm, line::BalanceLine};
use crate::{
    app::{
        address,
        charts::Slice,
        components::{
            amount::Amount,
            here::{use_here, use_me},
            icon::{Icon, IconKind},
        },
    },
    domain::{Me, Money, Span, calendar::week_containing, report},
};
use leptos::{html, prelude::*};

/// Balance, spent in the period, this week, and a day's average.
#[component]
pub fn Cards(report: report::Dashboard) -> impl IntoView {
    let me = use_me().get_untracked();
    let so_far = so_far(report.span, &me);
    view! {
        <div class="grid kpis">
            <Balance report=report.clone()/>
            <Spent report=report.clone() me=me.clone() so_far/>
            <Week report=report.clone() me=me.clone()/>
            <PerDay report me so_far/>
        </div>
    }
}

/// The days of a period that have come.
fn so_far(span: Span, me: &Me) -> Span {
    Span { to: if span.contains(me.today) { me.today } else { span.to }, ..span }
}

#[component]
fn Balance(report: report::Dashboard) -> impl IntoView {
    let funds = report.funds;
    let period = use_me().with_untracked(|me| me.user.period.name(report.span));
    let pop: NodeRef<html::Details> = NodeRef::new();
    let done = Callback::new(move |()| {
        if let Some(pop) = pop.get_untracked() {
            pop.set_open(false);
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
            <p class=class><Amount money=report.balance dim=true/></p>
            <p class="d">
                {if funds.minor > 0 {
                    view! { <span class="pill up"><Amount money=funds signed=true/></span>" funds added in " {period} }.into_any()
                } else {
                    view! { <span>"No funds added in " {period}</span> }.into_any()
                }}
            </p>
            <BalanceLine points=report.line/>
        </section>
    }
}

#[component]
fn Spent(report: report::Dashboard, me: Me, so_far: Span) -> impl IntoView {
    let locale = me.user.locale;
    let period = me.user.period;
    let now = report.span.contains(me.today);
    let title = if now { format!("Spent this {}", period.noun()) } else { format!("Spent in {}", period.name(report.span)) };
    let before = format!("vs. {} – {}", locale.short_day(report.before.from), locale.short_day(report.before.to));
    view! {
        <section class="card kpi" aria-labelledby="kpi-spent">
            <h2 class="k" id="kpi-spent">{title}</h2>
            <p class="v"><a href=address::expenses(so_far, None)><Amount money=report.spent dim=true/></a></p>
            <p class="d"><Trend now=report.spent before=report.spent_before/>{before}</p>
        </section>
    }
}

/// How much more or less than before; nothing when there was nothing before.
#[component]
fn Trend(now: Money, before: Money) -> impl IntoView {
    let change = percent_change(now, before)?;
    let (class, mark, words) = match change {
        0 => ("pill muted", "=", "the same"),
        c if c > 0 => ("pill down", "▲", "more"),
        _ => ("pill up", "▼", "less"),
    };
    Some(view! {
        <span class=class>
            <span aria-hidden="true">{mark}</span>
            <span class="num">{format!("{}%", change.abs())}</span>
            <span class="sr-only">{words}</span>
        </span>
    })
}

/// In whole percent of `before`; `None` when that was nothing.
fn percent_change(now: Money, before: Money) -> Option<i64> {
    let difference = i128::from(now.minor) - i128::from(before.minor);
    let whole = i128::from(before.minor);
    if whole <= 0 {
        return None;
    }
    let rounded = (difference * 200 + difference.signum() * whole) / (whole * 2);
    i64::try_from(rounded).ok()
}

#[component]
fn Week(report: report::Dashboard, me: Me) -> impl IntoView {
    let week = week_containing(me.today, me.user.first_weekday);
    let before = week_containing(week.from.plus(-1), me.user.first_weekday);
    view! {
        <section class="card kpi" aria-labelledby="kpi-week">
            <h2 class="k" id="kpi-week">"This week"</h2>
            <p class="v"><a href=address::expenses(week, None)><Amount money=report.week dim=true/></a></p>
            <p class="d">
                <a class="figure" href=address::expenses(before, None)><Amount money=report.week_before/></a>
                " in the week before"
            </p>
        </section>
    }
}

#[component]
fn PerDay(report: report::Dashboard, me: Me, so_far: Span) -> impl IntoView {
    let categories = use_here().categories.get_untracked();
    let days = so_far.days().max(1);
    let average = Money::new((report.spent.minor + days / 2) / days, report.spent.currency);
    let largest = report.periods.last().and_then(|p| p.groups.first().cloned());
    let largest = largest.map(|group| (Slice::of(group.category_id, &categories), group.total.sum));
    let locale = me.user.locale;
    view! {
        <section class="card kpi" aria-labelledby="kpi-day">
            <h2 class="k" id="kpi-day">"A day, on average"</h2>
            <p class="v"><Amount money=average dim=true/></p>
            <p class="d">
                {match largest {
                    Some((slice, sum)) => {
                        view! {
                            "Most for "
                            <a class="figure" href=address::expenses(report.span, Some(slice.id))><bdi>{slice.name}</bdi></a>
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Currency;

    #[test]
    fn changes_in_percent() {
        let change = |now, before| percent_change(Money::new(now, Currency::EUR), Money::new(before, Currency::EUR));
        assert_eq!(change(112_890, 128_284), Some(-12));
        assert_eq!(change(150, 100), Some(50));
        assert_eq!(change(100, 100), Some(0));
        assert_eq!(change(0, 100), Some(-100));
        assert_eq!(change(100, 0), None);
        assert_eq!(change(i64::MAX, 1), None, "too much to say in percent");
    }
}

//! Where the money went: bars by period and a donut by category, each with its numbers as text.

use crate::{
    app::{
        address,
        charts::{Bars, Chart, Donut, Drawing, Units},
        components::{
            amount::Amount,
            empty::Empty,
            here::{use_here, use_me},
            icon::IconKind,
        },
    },
    domain::{Money, report},
};
use leptos::prelude::*;

/// Both charts, side by side.
#[component]
pub fn Spending(report: report::Dashboard) -> impl IntoView {
    let me = use_me().get_untracked();
    let categories = use_here().categories.get_untracked();
    let units = Units { currency: me.user.currency, locale: me.user.locale };
    let noun = me.user.period.noun();
    let bars = Bars::new(units, me.user.period, &report.periods, &categories);
    let donut = report.periods.last().map(|spending| Donut::new(units, spending, &categories));
    view! {
        <div class="grid spending">
            <section class="card" aria-labelledby="by-period">
                <header>
                    <h2 id="by-period">{format!("Spending by {noun}")}</h2>
                    <small>"stacked by category"</small>
                </header>
                <Chart drawing=Drawing::Bars(bars.clone())/>
                <details class="as-table">
                    <summary>"Show as table"</summary>
                    <BarsTable bars noun/>
                </details>
            </section>
            {donut.map(|donut| view! { <Where donut/> })}
        </div>
    }
}

#[component]
fn Where(donut: Donut) -> impl IntoView {
    let name = donut.name.clone();
    let body = if donut.slices.is_empty() {
        view! { <Empty icon=IconKind::Tag title="Nothing spent" text=format!("There are no expenses in {name}.")/> }.into_any()
    } else {
        let count = donut.slices.len();
        view! {
            <div class="donut">
                <Chart drawing=Drawing::Donut(donut.clone())/>
                <p class="donut-total" aria-hidden="true">
                    <b><Amount money=donut.total/></b>
                    <small>{format!("{count} {}", if count == 1 { "category" } else { "categories" })}</small>
                </p>
            </div>
            <Legend donut/>
        }
        .into_any()
    };
    view! {
        <section class="card" aria-labelledby="where-it-went">
            <header>
                <h2 id="where-it-went">"Where it went"</h2>
                <small>{name}</small>
            </header>
            {body}
        </section>
    }
}

/// The donut's numbers; each row opens its expenses.
#[component]
fn Legend(donut: Donut) -> impl IntoView {
    let span = donut.span;
    let row = move |part: crate::app::charts::Part| {
        view! {
            <tr>
                <th scope="row">
                    <a href=address::expenses(span, Some(part.slice.id))>
                        <span class=format!("dot c-{}", part.slice.color) aria-hidden="true"></span>
                        <bdi>{part.slice.name}</bdi>
                    </a>
                </th>
                <td class="r"><Amount money=part.sum/></td>
                <td class="r p">{format!("{}%", part.percent)}</td>
            </tr>
        }
    };
    view! {
        <table class="legend">
            <caption class="sr-only">{format!("Spending by category in {}", donut.name)}</caption>
            <thead class="sr-only">
                <tr><th scope="col">"Category"</th><th scope="col">"Amount"</th><th scope="col">"Share"</th></tr>
            </thead>
            <tbody>{donut.slices.into_iter().map(row).collect_view()}</tbody>
        </table>
    }
}

/// The bars' numbers: a row for each period, a column for each category.
#[component]
fn BarsTable(bars: Bars, noun: &'static str) -> impl IntoView {
    let currency = bars.units.currency;
    let heads =
        bars.stacks.iter().map(|s| view! { <th scope="col" class="r"><bdi>{s.slice.name.clone()}</bdi></th> }).collect_view();
    let row = |(i, column): (usize, &crate::app::charts::Column)| {
        let cells = bars.stacks.iter().map(|stack| {
            let money = Money::new(stack.sums[i], currency);
            let cell = (money.minor != 0).then(|| {
                view! { <a href=address::expenses(column.span, Some(stack.slice.id))><Amount money/></a> }
            });
            view! { <td class="r">{cell}</td> }
        });
        view! {
            <tr>
                <th scope="row">{column.name.clone()}</th>
                <td class="r"><a href=address::expenses(column.span, None)><Amount money=column.total/></a></td>
                {cells.collect_view()}
            </tr>
        }
    };
    let rows = bars.periods.iter().enumerate().map(row).collect_view();
    view! {
        <div class="scroll" tabindex="0" role="region" aria-label=format!("Spending by {noun}, as a table")>
            <table>
                <caption class="sr-only">{format!("Spending by {noun} and category")}</caption>
                <thead>
                    <tr><th scope="col"><span class="sr-only">{noun}</span></th><th scope="col" class="r">"Total"</th>{heads}</tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
}

//! The numbers of the charts, as tables. Each number opens its expenses.

use super::{Bars, Chart, Column, Donut, Drawing, Part};
use crate::{
    app::{
        address,
        components::{amount::Amount, empty::Empty, icon::IconKind},
    },
    domain::Money,
};
use leptos::prelude::*;

/// Where the money of a period went: the donut and its numbers, in a card.
#[component]
pub fn Where(
    donut: Donut,
    /// Offers the donut as a picture to keep.
    #[prop(optional)]
    save: bool,
    /// Under the numbers.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let name = donut.name.clone();
    let body = if donut.slices.is_empty() {
        view! { <Empty icon=IconKind::Tag title="Nothing spent" text=format!("There are no expenses in {name}.")/> }.into_any()
    } else {
        let count = donut.slices.len();
        view! {
            <div class="donut">
                <Chart drawing=Drawing::Donut(donut.clone()) save/>
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
        <section class="card where" aria-labelledby="where-it-went">
            <header>
                <h2 id="where-it-went">"Where it went"</h2>
                <small>{name}</small>
            </header>
            {body}
            {children.map(|children| children())}
        </section>
    }
}

/// The donut's numbers; each row opens its expenses.
#[component]
fn Legend(donut: Donut) -> impl IntoView {
    let span = donut.span;
    let row = move |part: Part| {
        let href = address::expenses(span, Some(part.slice.id));
        view! {
            <tr>
                <th scope="row">
                    <a href=href.clone()>
                        <span class=format!("dot c-{}", part.slice.color) aria-hidden="true"></span>
                        <bdi>{part.slice.name}</bdi>
                    </a>
                </th>
                <td class="r"><a href=href tabindex="-1"><Amount money=part.sum/></a></td>
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
pub fn BarsTable(
    bars: Bars,
    /// What the table is called.
    #[prop(into)]
    title: String,
) -> impl IntoView {
    let currency = bars.units.currency;
    let heads =
        bars.stacks.iter().map(|s| view! { <th scope="col" class="r"><bdi>{s.slice.name.clone()}</bdi></th> }).collect_view();
    let row = |(i, column): (usize, &Column)| {
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
    let label = format!("{title}, as a table");
    view! {
        <div class="scroll" tabindex="0" role="region" aria-label=label>
            <table>
                <caption class="sr-only">{title}</caption>
                <thead>
                    <tr><th scope="col"><span class="sr-only">"Period"</span></th><th scope="col" class="r">"Total"</th>{heads}</tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
}

//! The numbers of a report, as tables. Each number opens its expenses.

use crate::{
    app::{
        address,
        charts::{Heat, Line, Pair, Row},
        components::{amount::Amount, bar::Bar, trend::Trend},
    },
    domain::{
        Money, Span, Total,
        forecast::Ahead,
        report::{PeriodSpending, share_percent},
    },
};
use leptos::prelude::*;

/// A share of the whole, as a bar and in percent.
#[component]
fn Share(part: Money, whole: Money, #[prop(optional, into)] class: String) -> impl IntoView {
    let percent = share_percent(part, whole);
    let used = u16::try_from(percent).unwrap_or(0);
    view! {
        <span class="share">
            <Bar used class label=format!("{percent}% of all")/>
            <span class="num" aria-hidden="true">{format!("{percent}%")}</span>
        </span>
    }
}

/// By how much more or less, and that in percent.
#[component]
fn Change(now: Money, before: Money) -> impl IntoView {
    let by = Money::new(now.minor.saturating_sub(before.minor), now.currency);
    view! {
        <span class="change">
            {(by.minor != 0).then(|| view! { <Amount money=by signed=true/> })}
            <Trend now before/>
        </span>
    }
}

/// Each category in both periods.
#[component]
pub fn CategoryTable(pair: Pair) -> impl IntoView {
    let (now, before) = pair.totals;
    let (span, earlier) = (pair.span, pair.before);
    let row = move |Row { slice, now: sum, before }: Row| {
        let (id, class) = (slice.id, format!("c-{}", slice.color));
        view! {
            <tr>
                <th scope="row">
                    <a class="category-name" href=address::expenses(span, Some(id))>
                        <span class=format!("dot {class}") aria-hidden="true"></span>
                        <bdi>{slice.name}</bdi>
                    </a>
                </th>
                <td class="r"><a href=address::expenses(span, Some(id))><Amount money=sum/></a></td>
                <td class="col-share"><Share part=sum whole=now class/></td>
                <td class="r"><Earlier sum=before href=earlier.map(|span| address::expenses(span, Some(id)))/></td>
                <td class="r"><Change now=sum before/></td>
            </tr>
        }
    };
    view! {
        <div class="scroll" tabindex="0" role="region" aria-label="Spending by category, as a table">
            <table class="report">
                <caption class="sr-only">{format!("Spending by category in {}, compared with {}", pair.name, pair.than)}</caption>
                <thead>
                    <tr>
                        <th scope="col">"Category"</th>
                        <th scope="col" class="r">"Amount"</th>
                        <th scope="col" class="col-share">"Share"</th>
                        <th scope="col" class="r">{pair.than.clone()}</th>
                        <th scope="col" class="r">"Change"</th>
                    </tr>
                </thead>
                <tbody>{pair.rows.into_iter().map(row).collect_view()}</tbody>
                <tfoot>
                    <tr>
                        <th scope="row">"All"</th>
                        <td class="r"><a href=address::expenses(span, None)><Amount money=now/></a></td>
                        <td class="col-share"></td>
                        <td class="r"><Earlier sum=before href=earlier.map(|span| address::expenses(span, None))/></td>
                        <td class="r"><Change now before/></td>
                    </tr>
                </tfoot>
            </table>
        </div>
    }
}

/// A number of the period before; an average has no expenses to open.
#[component]
fn Earlier(sum: Money, href: Option<String>) -> impl IntoView {
    match href {
        Some(href) => view! { <a class="muted" href=href><Amount money=sum/></a> }.into_any(),
        None => view! { <span class="muted"><Amount money=sum/></span> }.into_any(),
    }
}

/// Each day, week or month.
#[component]
pub fn PartsTable(parts: Vec<PeriodSpending>, total: Total) -> impl IntoView {
    let befores = std::iter::once(None).chain(parts.iter().map(|part| Some(part.total.sum))).collect::<Vec<_>>();
    let (Some(from), Some(to)) = (parts.first().map(|p| p.span.from), parts.last().map(|p| p.span.to)) else {
        return ().into_any();
    };
    let row = move |(part, before): (PeriodSpending, Option<Money>)| {
        let (sum, count) = (part.total.sum, part.total.count);
        view! {
            <tr>
                <th scope="row"><a href=address::expenses(part.span, None)>{part.name}</a></th>
                <td class="r num">{count}</td>
                <td class="r"><a href=address::expenses(part.span, None)><Amount money=sum/></a></td>
                <td class="col-share"><Share part=sum whole=total.sum/></td>
                <td class="r">{before.map(|before| view! { <Change now=sum before/> })}</td>
            </tr>
        }
    };
    view! {
        <div class="scroll" tabindex="0" role="region" aria-label="Spending over time, as a table">
            <table class="report">
                <caption class="sr-only">"Spending over time, each compared with the one before"</caption>
                <thead>
                    <tr>
                        <th scope="col">"Days"</th>
                        <th scope="col" class="r">"Expenses"</th>
                        <th scope="col" class="r">"Amount"</th>
                        <th scope="col" class="col-share">"Share"</th>
                        <th scope="col" class="r">"Change"</th>
                    </tr>
                </thead>
                <tbody>{parts.into_iter().zip(befores).map(row).collect_view()}</tbody>
                <tfoot>
                    <tr>
                        <th scope="row">"All"</th>
                        <td class="r num">{total.count}</td>
                        <td class="r"><a href=address::expenses(Span { from, to }, None)><Amount money=total.sum/></a></td>
                        <td class="col-share"></td>
                        <td></td>
                    </tr>
                </tfoot>
            </table>
        </div>
    }
    .into_any()
}

/// The days that cost anything.
#[component]
pub fn DaysTable(heat: Heat) -> impl IntoView {
    let currency = heat.units.currency;
    let row = |(item, sum): (usize, &i64)| {
        let day = heat.day(item).filter(|_| *sum != 0)?;
        Some(view! {
            <tr>
                <th scope="row"><time datetime=day.to_string()>{heat.units.locale.day(day)}</time></th>
                <td class="r"><a href=heat.link(item)><Amount money=Money::new(*sum, currency)/></a></td>
            </tr>
        })
    };
    let rows = heat.sums.iter().enumerate().filter_map(row).collect_view();
    view! { <TwoColumns caption=format!("Spending of each day in {}", heat.name) number="Spent" rows=rows.into_any()/> }
}

/// The balance at the ends of days, weeks or months.
#[component]
pub fn BalanceTable(line: Line) -> impl IntoView {
    let row = |(item, point): (usize, &crate::domain::report::BalancePoint)| {
        view! {
            <tr>
                <th scope="row">
                    <a href=line.link(item)>
                        <time datetime=point.date.to_string()>{line.units.locale.day(point.date)}</time>
                    </a>
                </th>
                <td class="r"><Amount money=point.balance/></td>
            </tr>
        }
    };
    let coming = |point: &Ahead| {
        let (locale, Ahead { date, expected, low, high }) = (line.units.locale, *point);
        view! {
            <tr class="ahead-row">
                <th scope="row"><time datetime=date.to_string()>{locale.day(date)}</time></th>
                <td class="r">
                    <Amount money=expected/>
                    <small>{format!("forecast, {} to {}", locale.money(low), locale.money(high))}</small>
                </td>
            </tr>
        }
    };
    let rows = view! {
        {line.points.iter().enumerate().map(row).collect_view()}
        {line.ahead.iter().map(coming).collect_view()}
    };
    view! { <TwoColumns caption="The balance over time" number="Balance" rows=rows.into_any()/> }
}

#[component]
fn TwoColumns(#[prop(into)] caption: String, number: &'static str, rows: AnyView) -> impl IntoView {
    let label = format!("{caption}, as a table");
    view! {
        <div class="scroll tall" tabindex="0" role="region" aria-label=label>
            <table>
                <caption class="sr-only">{caption}</caption>
                <thead><tr><th scope="col">"Day"</th><th scope="col" class="r">{number}</th></tr></thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
}

//! What a report tells: its sum, charts, and tables with the same numbers.

use super::{
    question_of,
    tables::{BalanceTable, CategoryTable, DaysTable, PartsTable},
};
use crate::{
    app::{
        address::{self, Query},
        charts::{
            Bars, Chart, Donut, Drawing, Heat, Line, Pair, Units,
            tables::{BarsTable, Where},
        },
        components::{
            amount::Amount,
            empty::Empty,
            here::{use_here, use_me},
            icon::{Icon, IconKind},
            trend::Trend,
        },
    },
    domain::{
        Category, Day, Money, Span,
        forecast::Forecast,
        report::{By, Compare, PeriodSpending, Report, SpendingReport},
    },
};
use leptos::prelude::*;

/// The report.
#[component]
pub fn Board(report: Report, query: Query) -> impl IntoView {
    let (units, today, first) = use_me()
        .with_untracked(|me| (Units { currency: me.user.currency, locale: me.user.locale }, me.today, me.user.first_weekday));
    let categories = use_here().categories.get_untracked();
    let Report { spending, days, balance, forecast } = report;
    let (span, name) = (spending.asked.span, spending.name.clone());
    let ahead = forecast.as_ref().map(|forecast| forecast.points.clone()).unwrap_or_default();
    let line = Line { units, from: span.from, points: balance, ahead };
    let heat = days.map(|days| Heat::new(units, name.clone(), span, first, &days));
    let over_time = view! {
        <div class="grid halves">
            {heat.map(|heat| view! { <HeatCard heat/> })}
            {(!line.points.is_empty()).then(|| view! { <BalanceCard line forecast/> })}
        </div>
    };
    if spending.categories.is_empty() && spending.compared.categories.is_empty() {
        return view! { <Nothing name/> {over_time} }.into_any();
    }
    let donut = donut(units, &spending, &categories);
    view! {
        <Head report=spending.clone() today/>
        <div class="grid two-one">
            <Main report=spending.clone() units categories=categories.clone()/>
            <Where donut save=true/>
        </div>
        <TableCard report=spending units categories query/>
        {over_time}
    }
    .into_any()
}

fn donut(units: Units, report: &SpendingReport, categories: &[Category]) -> Donut {
    let whole = PeriodSpending {
        span: report.asked.span,
        name: report.name.clone(),
        short: String::new(),
        total: report.total,
        groups: report.categories.clone(),
    };
    Donut::new(units, &whole, (&report.compared.name, &report.compared.categories), categories)
}

fn bars(units: Units, report: &SpendingReport, categories: &[Category]) -> Bars {
    if report.asked.stacked { Bars::new(units, &report.parts, categories) } else { Bars::whole(units, &report.parts) }
}

#[component]
fn Nothing(name: String) -> impl IntoView {
    view! {
        <section class="card nothing" aria-label="Nothing spent">
            <Empty
                icon=IconKind::Chart title=format!("Nothing spent in {name}")
                text="Reports show where your money went, once there are expenses in these days."
            >
                <a class="btn" href="/expenses?add=1"><Icon kind=IconKind::Plus/><span>"Add expense"</span></a>
            </Empty>
        </section>
    }
}

/// The sum of all, and how it compares.
#[component]
fn Head(report: SpendingReport, today: Day) -> impl IntoView {
    let SpendingReport { asked, name, total, compared, .. } = report;
    let so_far = Span { to: if asked.span.contains(today) { today } else { asked.span.to }, ..asked.span };
    let days = so_far.days().max(1);
    let per_day = Money::new((total.sum.minor + days / 2) / days, total.sum.currency);
    let count = format!("{} {}", total.count, if total.count == 1 { "expense" } else { "expenses" });
    let average = asked.compare == Compare::Average;
    let before = address::expenses(compared.span, None);
    let than = compared.name.clone();
    view! {
        <section class="card report-head" aria-labelledby="report-name">
            <h2 id="report-name" class="k">{format!("Spent in {name}")}</h2>
            <p class="v big"><a href=address::expenses(asked.span, None)><Amount money=total.sum dim=true/></a></p>
            <p class="d">
                <Trend now=total.sum before=compared.total.sum/>
                {if average {
                    view! { <span>"vs. "<Amount money=compared.total.sum/>", "{than}" ·"</span> }.into_any()
                } else {
                    view! { <span>"vs. "<a class="figure" href=before><Amount money=compared.total.sum/></a>" in "{than}" ·"</span> }
                        .into_any()
                }}
                <span class="faint">{count}" · "<Amount money=per_day/>" a day"</span>
            </p>
        </section>
    }
}

/// The chart of what was asked for: two periods by category, or bars over time.
#[component]
fn Main(report: SpendingReport, units: Units, categories: Vec<Category>) -> impl IntoView {
    let (title, small, drawing) = if report.asked.by == By::Category {
        let small = format!("{} and {}", report.name, report.compared.name);
        ("By category".to_owned(), small, Drawing::Pair(Pair::new(units, &report, &categories)))
    } else {
        let small = if report.asked.stacked { "stacked by category".to_owned() } else { report.name.clone() };
        (format!("Spending by {}", noun_of(&report)), small, Drawing::Bars(bars(units, &report, &categories)))
    };
    view! {
        <section class="card" aria-labelledby="main-chart">
            <header><h2 id="main-chart">{title}</h2><small>{small}</small></header>
            <Chart drawing save=true/>
        </section>
    }
}

/// What the report is divided into, in a word.
fn noun_of(report: &SpendingReport) -> &'static str {
    match report.asked.by {
        By::Month => use_me().with_untracked(|me| me.user.period.noun()),
        by => by.code(),
    }
}

#[component]
fn TableCard(report: SpendingReport, units: Units, categories: Vec<Category>, query: Query) -> impl IntoView {
    let title = format!("Each {}", noun_of(&report));
    let file = question_of(&query).link("/reports/export");
    let table = match (report.asked.by, report.asked.stacked) {
        (By::Category, _) => view! { <CategoryTable pair=Pair::new(units, &report, &categories)/> }.into_any(),
        (_, true) => view! { <BarsTable bars=bars(units, &report, &categories) title=title.clone()/> }.into_any(),
        (_, false) => view! { <PartsTable parts=report.parts total=report.total/> }.into_any(),
    };
    view! {
        <section class="card table-card report-table" aria-labelledby="report-table">
            <header>
                <h2 id="report-table">{title}</h2>
                <small>{report.name}</small>
                <span class="spacer"></span>
                <a class="btn ghost small" href=file rel="external" download>
                    <Icon kind=IconKind::Export/>
                    <span>"Save as CSV"</span>
                </a>
            </header>
            {table}
        </section>
    }
}

#[component]
fn HeatCard(heat: Heat) -> impl IntoView {
    view! {
        <section class="card over-time" aria-labelledby="each-day">
            <header><h2 id="each-day">"Calendar"</h2><small>{heat.name.clone()}</small></header>
            <Chart drawing=Drawing::Heat(heat.clone()) save=true/>
            <details class="as-table">
                <summary>"Show as table"</summary>
                <DaysTable heat/>
            </details>
        </section>
    }
}

#[component]
fn BalanceCard(line: Line, #[prop(optional_no_strip)] forecast: Option<Forecast>) -> impl IntoView {
    let locale = line.units.locale;
    let rests = forecast.map(|forecast| {
        let lines = forecast.assumptions(locale).into_iter().map(|line| view! { <li>{line}</li> }).collect_view();
        view! {
            <h3 class="ahead-title">"On what the forecast rests"</h3>
            <ul class="assumptions">{lines}</ul>
        }
    });
    view! {
        <section class="card over-time" id="balance" aria-labelledby="balance-over-time">
            <header><h2 id="balance-over-time">"Balance"</h2><small>"what you had at the end of each day"</small></header>
            <Chart drawing=Drawing::Line(line.clone()) save=true/>
            <details class="as-table">
                <summary>"Show as table"</summary>
                <BalanceTable line/>
            </details>
            {rests}
        </section>
    }
}

//! Where the money went: bars by period and a donut by category, each with its numbers as text.

use crate::{
    app::{
        address::Query,
        charts::{
            Bars, Chart, Donut, Drawing, Units,
            tables::{BarsTable, Where},
        },
        components::here::{use_here, use_me},
    },
    domain::{
        Me,
        report::{self, Length},
    },
};
use leptos::prelude::*;
use leptos_router::hooks::use_location;

/// Both charts, side by side.
#[component]
pub fn Spending(report: report::Dashboard) -> impl IntoView {
    let me = use_me().get_untracked();
    let categories = use_here().categories.get_untracked();
    let units = Units { currency: me.user.currency, locale: me.user.locale };
    let noun = report.per.noun(&me.user);
    let bars = Bars::new(units, &report.periods, &categories);
    let before = (report.before.name.as_str(), &report.before.groups[..]);
    let donut = Donut::new(units, &report.shown, before, &categories);
    let title = format!("Spending by {noun}");
    view! {
        <div class="grid two-one">
            <section class="card" aria-labelledby="by-period">
                <header>
                    <h2 id="by-period">{title.clone()}</h2>
                    <small>"stacked by category"</small>
                    <span class="spacer"></span>
                    <PerSwitch per=report.per me=me.clone()/>
                </header>
                <Chart drawing=Drawing::Bars(bars.clone())/>
                <details class="as-table">
                    <summary>"Show as table"</summary>
                    <BarsTable bars title/>
                </details>
            </section>
            <Where donut><Reports report me/></Where>
        </div>
    }
}

/// Links to bars of another length.
#[component]
fn PerSwitch(per: Length, me: Me) -> impl IntoView {
    let query = use_location().search.with_untracked(|search| Query::parse(search));
    let link = move |length: Length, text: &'static str| {
        let per_name = if length == Length::Month { "" } else { length.code() };
        let href = query.clone().with("per", per_name).link("/");
        view! { <a href=href data-noscroll="true" aria-current=(per == length).then_some("true")>{text}</a> }
    };
    let month = match me.user.period {
        crate::domain::Period::Month { .. } => "Month",
        crate::domain::Period::Weeks { .. } => "Pay period",
    };
    view! {
        <nav class="seg" aria-label="Length of the bars">
            {link(Length::Week, "Week")}
            {link(Length::Month, month)}
            {link(Length::Year, "Year")}
        </nav>
    }
}

/// The reports of the week and of the period shown.
#[component]
fn Reports(report: report::Dashboard, me: Me) -> impl IntoView {
    let month = Query::default().with("date", &report.shown.span.from.to_string()).link("/reports");
    let last = report.shown.span.to.min(me.today);
    let week = Query::default().with("period", "week").with("date", &last.to_string()).link("/reports");
    let noun = me.user.period.noun();
    view! {
        <nav class="report-links" aria-label="Reports">
            <a class="btn ghost small" href=month>{format!("Report of the {noun} →")}</a>
            <a class="btn ghost small" href=week>"Of the week →"</a>
        </nav>
    }
}

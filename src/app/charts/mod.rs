//! Charts: pure functions from a report to an ECharts option, and one component that draws it.
//!
//! A chart never stands alone: the page shows the same numbers as text beside it. Options hold data only,
//! never code (S29), and tooltips are drawn on the canvas, not as HTML (CSP).

mod bars;
#[cfg_attr(not(feature = "hydrate"), path = "still.rs")]
mod binding;
mod donut;
mod look;

pub use bars::{Bars, Column};
pub use donut::{Donut, Part};
pub use look::Slice;

use crate::{
    app::components::here::use_here,
    domain::{Currency, Locale, Money},
};
use leptos::{html, prelude::*};
use serde_json::Value;

/// What a chart shows, as plain data: the option is built in the browser only.
#[derive(Clone, Debug, PartialEq)]
pub enum Drawing {
    Bars(Bars),
    Donut(Donut),
}

/// How a chart writes its numbers, which are minor units.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Units {
    pub currency: Currency,
    pub locale: Locale,
}

impl Units {
    #[expect(clippy::cast_possible_truncation, reason = "rounded, and within what an axis of sums can show")]
    fn money(self, minor: f64) -> Money {
        Money::new(minor.round() as i64, self.currency)
    }
    /// For an axis: `€1.4k`.
    pub fn short(self, minor: f64) -> String {
        self.locale.compact_money(self.money(minor))
    }
    /// In full: `€1,400.00`.
    pub fn full(self, minor: f64) -> String {
        self.locale.money(self.money(minor))
    }
}

impl Drawing {
    /// The ECharts option.
    pub fn option(&self) -> Value {
        match self {
            Self::Bars(bars) => bars.option(),
            Self::Donut(donut) => donut.option(),
        }
    }
    pub fn units(&self) -> Units {
        match self {
            Self::Bars(bars) => bars.units,
            Self::Donut(donut) => donut.units,
        }
    }
    /// The expenses behind one item.
    pub fn link(&self, series: usize, item: usize) -> Option<String> {
        match self {
            Self::Bars(bars) => bars.link(series, item),
            Self::Donut(donut) => donut.link(item),
        }
    }
    /// What a screen reader says in the place of the picture.
    pub fn label(&self) -> String {
        match self {
            Self::Bars(bars) => bars.label(),
            Self::Donut(donut) => donut.label(),
        }
    }
    fn class(&self) -> &'static str {
        match self {
            Self::Bars(_) => "chart chart-bars",
            Self::Donut(_) => "chart chart-donut",
        }
    }
}

/// A box of fixed size in which the drawing appears once it is in view. An item clicked opens its expenses.
#[component]
pub fn Chart(#[prop(into)] drawing: Signal<Drawing>) -> impl IntoView {
    let place = NodeRef::<html::Div>::new();
    let failed = RwSignal::new(false);
    binding::draw(place, drawing, format!("{}/echarts.js", use_here().assets()), failed);
    view! {
        <div class=move || drawing.with(Drawing::class)>
            <div class="chart-canvas" node_ref=place role="img" aria-label=move || drawing.with(Drawing::label)></div>
            <p class="chart-failed" hidden=move || !failed.get()>"The chart could not be loaded. The numbers are all here as text."</p>
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{
        Category, CategoryId, Color, Span, Total,
        report::{CategorySum, PeriodSpending},
        text::Name,
    };

    /// Two months of three categories, one of which is none and one of which has markup for a name.
    pub fn year() -> (Units, Vec<PeriodSpending>, Vec<Category>) {
        let units = Units { currency: Currency::EUR, locale: Locale::default() };
        let category = |name, color| Category {
            id: CategoryId::new(),
            name: Name::parse(name).expect("a name"),
            color,
            archived: false,
            version: 1,
        };
        let categories = vec![category("Rent", Color::Blue), category("Food & <b>\"drink\"</b>", Color::Amber)];
        let total = |minor, count| Total { count, sum: Money::new(minor, Currency::EUR) };
        let sum = |category_id, minor| CategorySum { category_id, total: total(minor, 1) };
        let (rent, food) = (Some(categories[0].id), Some(categories[1].id));
        let month = |from: &str, to: &str, name: &str, groups: Vec<CategorySum>| PeriodSpending {
            span: Span { from: from.parse().expect("day"), to: to.parse().expect("day") },
            name: name.into(),
            total: total(groups.iter().map(|g| g.total.sum.minor).sum(), 2),
            groups,
        };
        let periods = vec![
            month("2026-10-01", "2026-10-31", "October 2026", vec![sum(rent, 62_000), sum(None, 1_700)]),
            month("2026-11-01", "2026-11-30", "November 2026", vec![sum(rent, 62_000), sum(food, 12_480)]),
        ];
        (units, periods, categories)
    }

    #[test]
    fn numbers_are_written_as_the_person_writes_them() {
        let units = Units { currency: Currency::EUR, locale: "de-DE".parse().expect("a locale") };
        assert_eq!((units.short(140_000.0), units.full(140_000.0)), ("1,4k\u{a0}€".into(), "1.400,00\u{a0}€".into()));
    }
}

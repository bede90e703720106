//! Charts: pure functions from a report to an ECharts option, and one component that draws it.
//!
//! A chart never stands alone: the page shows the same numbers as text beside it. Options hold data only,
//! never code (S29), and tooltips are drawn on the canvas, not as HTML (CSP).

mod bars;
#[cfg_attr(not(feature = "hydrate"), path = "still.rs")]
mod binding;
mod donut;
mod heat;
mod line;
mod look;
mod pair;
pub mod tables;

pub use bars::{Bars, Column};
pub use donut::{Donut, Part};
pub use heat::Heat;
pub use line::Line;
pub use look::Slice;
pub use pair::{Pair, Row};

use crate::{
    app::{
        address::Query,
        components::{
            here::use_here,
            icon::{Icon, IconKind},
        },
    },
    domain::{Currency, Locale, Money},
};
use leptos::{html, prelude::*};
use leptos_router::hooks::use_location;
use serde_json::Value;

/// What a chart shows, as plain data: the option is built in the browser only.
#[derive(Clone, Debug, PartialEq)]
pub enum Drawing {
    Bars(Bars),
    Donut(Donut),
    Line(Line),
    Heat(Heat),
    Pair(Pair),
}

/// The name in an address that asks for patterns beside the colours.
pub const PATTERNS: &str = "patterns";

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

/// Asks the same of each kind of drawing.
macro_rules! each {
    ($drawing:expr, $of:ident => $ask:expr) => {
        match $drawing {
            Drawing::Bars($of) => $ask,
            Drawing::Donut($of) => $ask,
            Drawing::Line($of) => $ask,
            Drawing::Heat($of) => $ask,
            Drawing::Pair($of) => $ask,
        }
    };
}

impl Drawing {
    /// The ECharts option.
    pub fn option(&self) -> Value {
        each!(self, drawing => drawing.option())
    }
    pub fn units(&self) -> Units {
        each!(self, drawing => drawing.units)
    }
    /// What a screen reader says in the place of the picture.
    pub fn label(&self) -> String {
        each!(self, drawing => drawing.label())
    }
    /// The expenses behind one item.
    pub fn link(&self, series: usize, item: usize) -> Option<String> {
        match self {
            Self::Bars(bars) => bars.link(series, item),
            Self::Donut(donut) => donut.link(item),
            Self::Line(line) => line.link(item),
            Self::Heat(heat) => heat.link(item),
            Self::Pair(pair) => pair.link(series, item),
        }
    }
    /// What hovering tells of one item: value, share and change.
    pub fn tip(&self, series: usize, item: usize) -> Option<String> {
        match self {
            Self::Bars(bars) => bars.tip(series, item),
            Self::Donut(donut) => donut.tip(item),
            Self::Line(line) => line.tip(item),
            Self::Heat(heat) => heat.tip(item),
            Self::Pair(pair) => pair.tip(series, item),
        }
    }
    /// The axis whose numbers are money.
    pub fn money_axis(&self) -> Option<&'static str> {
        match self {
            Self::Bars(_) | Self::Line(_) => Some("yAxis"),
            Self::Pair(_) => Some("xAxis"),
            Self::Donut(_) | Self::Heat(_) => None,
        }
    }
    /// The end of the class `chart-…`, and what a saved picture is called.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Bars(_) => "bars",
            Self::Donut(_) => "donut",
            Self::Line(_) => "line",
            Self::Heat(_) => "heat",
            Self::Pair(_) => "pair",
        }
    }
}

/// A box of fixed size in which the drawing appears once it is in view. An item clicked opens its expenses; with
/// `patterns` in the page's address, colours have patterns too.
#[component]
pub fn Chart(
    #[prop(into)] drawing: Signal<Drawing>,
    /// Offers the drawing as a picture to keep.
    #[prop(optional)]
    save: bool,
) -> impl IntoView {
    let place = NodeRef::<html::Div>::new();
    let state = State { failed: RwSignal::new(false), drawn: RwSignal::new(false), saving: RwSignal::new(0) };
    let search = use_location().search;
    let patterns = Memo::new(move |_| search.with(|s| Query::parse(s).get(PATTERNS).is_some()));
    binding::draw(place, drawing, patterns.into(), format!("{}/echarts.js", use_here().assets()), state);
    let button = move || {
        view! {
            <button
                class="btn ghost small chart-save" type="button" hidden=move || !state.drawn.get()
                on:click=move |_| state.saving.update(|times| *times += 1)
            >
                <Icon kind=IconKind::Export/>
                <span>"Save as PNG"</span>
            </button>
        }
    };
    view! {
        <div class=move || format!("chart chart-{}", drawing.with(Drawing::kind))>
            <div class="chart-canvas" node_ref=place role="img" aria-label=move || drawing.with(Drawing::label)></div>
            <p class="chart-failed" hidden=move || !state.failed.get()>"The chart could not be loaded. The numbers are all here as text."</p>
        </div>
        {save.then(button)}
    }
}

/// How the drawing goes on.
#[derive(Clone, Copy)]
pub struct State {
    pub failed: RwSignal<bool>,
    pub drawn: RwSignal<bool>,
    /// Raised each time that a picture of it is wanted.
    pub saving: RwSignal<u32>,
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
            position: 0,
            version: 1,
        };
        let categories = vec![category("Rent", Color::Blue), category("Food & <b>\"drink\"</b>", Color::Amber)];
        let total = |minor, count| Total { count, sum: Money::new(minor, Currency::EUR) };
        let sum = |category_id, minor| CategorySum { category_id, total: total(minor, 1) };
        let (rent, food) = (Some(categories[0].id), Some(categories[1].id));
        let month = |from: &str, to: &str, name: &str, groups: Vec<CategorySum>| PeriodSpending {
            span: Span { from: from.parse().expect("day"), to: to.parse().expect("day") },
            name: name.into(),
            short: name[..3].into(),
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

//! Spending by period, each bar stacked by category.

use super::{
    Units,
    look::{self, LINE, SURFACE, Slice},
};
use crate::{
    app::address,
    domain::{Category, Money, Period, Span, report::PeriodSpending},
};
use charming::{
    Chart,
    component::{Axis, Grid},
    element::{AxisPointer, AxisPointerType, AxisTick, AxisType, ItemStyle, LineStyle, LineStyleType, SplitLine, Trigger},
    series::Bar,
};
use serde_json::{Value, json};

/// The bars: one for each period, oldest first.
#[derive(Clone, Debug, PartialEq)]
pub struct Bars {
    pub units: Units,
    pub periods: Vec<Column>,
    /// From the largest category to the smallest, over all periods.
    pub stacks: Vec<Stack>,
}

/// One period.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// `Nov`.
    pub short: String,
    /// `November 2026`.
    pub name: String,
    pub span: Span,
    pub total: Money,
}

/// One category's share of each period, in minor units.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stack {
    pub slice: Slice,
    pub sums: Vec<i64>,
}

impl Bars {
    pub fn new(units: Units, period: Period, periods: &[PeriodSpending], categories: &[Category]) -> Self {
        let mut stacks: Vec<Stack> = Vec::new();
        for (i, spending) in periods.iter().enumerate() {
            for group in &spending.groups {
                let at = stacks.iter().position(|s| s.slice.id == group.category_id).unwrap_or_else(|| {
                    let slice = Slice::of(group.category_id, categories);
                    stacks.push(Stack { slice, sums: vec![0; periods.len()] });
                    stacks.len() - 1
                });
                stacks[at].sums[i] += group.total.sum.minor;
            }
        }
        stacks.sort_by_key(|s| std::cmp::Reverse(s.sums.iter().sum::<i64>()));
        let column = |p: &PeriodSpending| Column {
            short: period.short_name(p.span),
            name: p.name.clone(),
            span: p.span,
            total: p.total.sum,
        };
        Self { units, periods: periods.iter().map(column).collect(), stacks }
    }

    /// The expenses of one category in one period.
    pub fn link(&self, series: usize, item: usize) -> Option<String> {
        Some(address::expenses(self.periods.get(item)?.span, Some(self.stacks.get(series)?.slice.id)))
    }

    pub fn label(&self) -> String {
        let (Some(first), Some(last)) = (self.periods.first(), self.periods.last()) else { return "No spending yet.".into() };
        let total: i64 = self.periods.iter().map(|c| c.total.minor).sum();
        let money = |m| self.units.locale.money(m);
        format!(
            "Bar chart of spending by category, {} to {}: {} in all, {} in {}. The same numbers are in the table below.",
            first.name,
            last.name,
            money(Money::new(total, self.units.currency)),
            money(last.total),
            last.name
        )
    }

    pub fn option(&self) -> Value {
        let dashed = LineStyle::new().color(LINE).type_(LineStyleType::Dashed).width(1);
        let mut chart = Chart::new()
            .grid(Grid::new().left(4).right(4).top(12).bottom(10).contain_label(true))
            .tooltip(look::tooltip().trigger(Trigger::Item))
            .x_axis(
                Axis::new()
                    .type_(AxisType::Category)
                    .data(self.periods.iter().map(|c| c.short.clone()).collect())
                    .axis_tick(AxisTick::new().show(false))
                    .axis_label(look::axis_label())
                    .axis_pointer(AxisPointer::new().type_(AxisPointerType::None)),
            )
            .y_axis(
                Axis::new()
                    .type_(AxisType::Value)
                    .min_interval(1)
                    .split_number(6)
                    .axis_label(look::axis_label())
                    .split_line(SplitLine::new().line_style(dashed)),
            );
        for stack in &self.stacks {
            chart = chart.series(
                Bar::new()
                    .name(&stack.slice.name)
                    .stack("spending")
                    .bar_width("46%")
                    .item_style(ItemStyle::new().color(stack.slice.hex).border_color(SURFACE).border_width(1).border_radius(3))
                    .data(stack.sums.iter().map(|minor| shown(*minor)).collect::<Vec<_>>()),
            );
        }
        let fixed: Vec<Value> =
            self.stacks.iter().map(|_| json!({ "barMaxWidth": 36, "emphasis": { "focus": "none" } })).collect();
        look::option(
            chart,
            &self.label(),
            json!({ "series": fixed, "xAxis": { "axisLine": { "lineStyle": { "color": LINE } } } }),
        )
    }
}

/// What a bar is as long as; nothing at all for zero, so that no hairline is drawn.
#[expect(clippy::cast_precision_loss, reason = "drawn, not reckoned with")]
fn shown(minor: i64) -> Option<f64> {
    (minor != 0).then_some(minor as f64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::charts::{Donut, tests::year};

    #[test]
    fn one_series_for_each_category_largest_first() {
        let (units, periods, categories) = year();
        let bars = Bars::new(units, Period::default(), &periods, &categories);
        let option = bars.option();
        assert_eq!(option["xAxis"]["data"], json!(["Oct", "Nov"]));
        let names: Vec<_> = bars.stacks.iter().map(|s| s.slice.name.as_str()).collect();
        assert_eq!(names, ["Rent", "Food & <b>\"drink\"</b>", "No category"]);
        assert_eq!(option["series"][0]["data"], json!([62_000.0, 62_000.0]));
        assert_eq!(option["series"][1]["data"], json!([null, 12_480.0]), "no hairline for nothing");
        assert_eq!(option["series"][0]["itemStyle"]["color"], "#7aa2ff");
        assert_eq!(option["series"][2]["itemStyle"]["color"], look::FAINT, "grey without a category");
        assert_eq!(option["series"][1]["name"], "Food & <b>\"drink\"</b>", "text as it is: the canvas reads no markup (S29)");
        for series in option["series"].as_array().expect("series") {
            assert_eq!(series["stack"], "spending");
            assert_eq!(series["barMaxWidth"], 36);
        }
    }

    #[test]
    fn an_item_opens_its_expenses() {
        let (units, periods, categories) = year();
        let bars = Bars::new(units, Period::default(), &periods, &categories);
        let id = categories[0].id;
        assert_eq!(bars.link(0, 1), Some(format!("/expenses?from=2026-11-01&to=2026-11-30&category_id={id}")));
        assert_eq!(bars.link(2, 0), Some("/expenses?from=2026-10-01&to=2026-10-31&category_id=none".into()));
        assert_eq!(bars.link(9, 0), None);
        assert!(bars.label().contains("October 2026 to November 2026: €1,381.80 in all"), "{}", bars.label());
        assert!(Bars::new(units, Period::default(), &[], &categories).label().starts_with("No spending"));
    }

    #[test]
    fn groups_make_up_the_whole() {
        let (units, periods, categories) = year();
        let bars = Bars::new(units, Period::default(), &periods, &categories);
        for (i, period) in periods.iter().enumerate() {
            assert_eq!(bars.stacks.iter().map(|s| s.sums[i]).sum::<i64>(), period.total.sum.minor);
            let donut = Donut::new(units, period, &categories);
            assert_eq!(donut.slices.iter().map(|p| p.sum.minor).sum::<i64>(), donut.total.minor);
        }
    }
}

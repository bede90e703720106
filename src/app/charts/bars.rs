//! Spending by period, each bar stacked by category.

use super::{
    Units,
    look::{self, ACCENT, LINE, SURFACE, Slice},
};
use crate::{
    app::address,
    domain::{Category, Money, Span, report::PeriodSpending},
};
use charming::{
    Chart,
    component::Grid,
    element::{ItemStyle, Trigger},
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
    /// False when each bar is one piece: then there is one stack, of all categories.
    pub stacked: bool,
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

impl Column {
    fn of(spending: &PeriodSpending) -> Self {
        let PeriodSpending { span, name, short, total, .. } = spending.clone();
        Self { short, name, span, total: total.sum }
    }
}

impl Bars {
    /// Each bar stacked by category.
    pub fn new(units: Units, periods: &[PeriodSpending], categories: &[Category]) -> Self {
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
        Self { units, periods: periods.iter().map(Column::of).collect(), stacks, stacked: true }
    }

    /// Each bar in one piece.
    pub fn whole(units: Units, periods: &[PeriodSpending]) -> Self {
        let slice = Slice { id: None, name: "Spending".to_owned(), hex: ACCENT, color: "none" };
        let sums = periods.iter().map(|p| p.total.sum.minor).collect();
        let stacks = vec![Stack { slice, sums }];
        Self { units, periods: periods.iter().map(Column::of).collect(), stacks, stacked: false }
    }

    /// The expenses of one category in one period.
    pub fn link(&self, series: usize, item: usize) -> Option<String> {
        let category = self.stacks.get(series)?.slice.id;
        Some(address::expenses(self.periods.get(item)?.span, self.stacked.then_some(category)))
    }

    /// What hovering tells of one category in one period.
    pub fn tip(&self, series: usize, item: usize) -> Option<String> {
        let (stack, column) = (self.stacks.get(series)?, self.periods.get(item)?);
        let sum = *stack.sums.get(item)?;
        let whole = if self.stacked { column.total.minor } else { stack.sums.iter().sum() };
        let title =
            if self.stacked { format!("{} · {}", look::isolated(&stack.slice.name), column.name) } else { column.name.clone() };
        let change = item.checked_sub(1).and_then(|i| self.periods.get(i).zip(stack.sums.get(i)));
        let change = change.map(|(before, minor)| look::change(self.units, sum, *minor, &before.name));
        let money = self.units.locale.money(Money::new(sum, self.units.currency));
        Some(look::tip([title, money, look::share(self.units, sum, whole)].into_iter().chain(change)))
    }

    pub fn label(&self) -> String {
        let (Some(first), Some(last)) = (self.periods.first(), self.periods.last()) else { return "No spending yet.".into() };
        let total: i64 = self.periods.iter().map(|c| c.total.minor).sum();
        let money = |m| self.units.locale.money(m);
        format!(
            "Bar chart of spending{}, {} to {}: {} in all, {} in {}. The same numbers are in the table below.",
            if self.stacked { " by category" } else { "" },
            first.name,
            last.name,
            money(Money::new(total, self.units.currency)),
            money(last.total),
            last.name
        )
    }

    pub fn option(&self) -> Value {
        let mut chart = Chart::new()
            .grid(Grid::new().left(4).right(4).top(12).bottom(10).contain_label(true))
            .tooltip(look::tooltip().trigger(Trigger::Item))
            .x_axis(look::names(self.periods.iter().map(|c| c.short.clone()).collect()))
            .y_axis(look::money());
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
        let bars = Bars::new(units, &periods, &categories);
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
        let bars = Bars::new(units, &periods, &categories);
        let id = categories[0].id;
        assert_eq!(bars.link(0, 1), Some(format!("/expenses?from=2026-11-01&to=2026-11-30&category_id={id}")));
        assert_eq!(bars.link(2, 0), Some("/expenses?from=2026-10-01&to=2026-10-31&category_id=none".into()));
        assert_eq!((bars.link(9, 0), bars.tip(0, 9)), (None, None));
        assert_eq!(bars.tip(0, 0).expect("a tip"), "\u{2068}Rent\u{2069} · October 2026\n€620.00\n97% of €637.00");
        assert_eq!(
            bars.tip(1, 1).expect("a tip").lines().last(),
            Some("▲ €124.80 more than October 2026"),
            "there was nothing before"
        );
        let whole = Bars::whole(units, &periods);
        assert_eq!(whole.link(0, 1), Some("/expenses?from=2026-11-01&to=2026-11-30".into()));
        assert_eq!(whole.tip(0, 1).expect("a tip"), "November 2026\n€744.80\n54% of €1,381.80\n▲ 17% more than October 2026");
        assert!(bars.label().contains("October 2026 to November 2026: €1,381.80 in all"), "{}", bars.label());
        assert!(Bars::new(units, &[], &categories).label().starts_with("No spending"));
    }

    #[test]
    fn groups_make_up_the_whole() {
        let (units, periods, categories) = year();
        let bars = Bars::new(units, &periods, &categories);
        for (i, period) in periods.iter().enumerate() {
            assert_eq!(bars.stacks.iter().map(|s| s.sums[i]).sum::<i64>(), period.total.sum.minor);
            let donut = Donut::new(units, period, ("", &[]), &categories);
            assert_eq!(donut.slices.iter().map(|p| p.sum.minor).sum::<i64>(), donut.total.minor);
        }
    }
}

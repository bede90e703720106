//! Two periods side by side, by category.

use super::{
    Units,
    donut::sum_of,
    look::{self, ACCENT, EDGE, LINE, Slice},
};
use crate::{
    app::address,
    domain::{
        Category, Money, Span,
        report::{Compare, SpendingReport},
    },
};
use charming::{Chart, component::Grid, element::Trigger, series::Bar};
use serde_json::{Value, json};

/// The most categories that are drawn; the table has all.
const MOST: usize = 10;

/// The comparison: two bars for each category.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pair {
    pub units: Units,
    pub name: String,
    pub than: String,
    pub span: Span,
    /// `None` where it is compared with an average, whose expenses nobody has spent.
    pub before: Option<Span>,
    /// Largest first.
    pub rows: Vec<Row>,
    pub totals: (Money, Money),
}

/// One category in both periods.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    pub slice: Slice,
    pub now: Money,
    pub before: Money,
}

impl Pair {
    pub fn new(units: Units, report: &SpendingReport, categories: &[Category]) -> Self {
        let zero = Money::zero(units.currency);
        let mut rows: Vec<Row> = Vec::new();
        for group in report.categories.iter().chain(&report.compared.categories) {
            let slice = Slice::of(group.category_id, categories);
            if rows.iter().all(|row| row.slice.id != slice.id) {
                let (now, before) = (sum_of(&report.categories, &slice, zero), sum_of(&report.compared.categories, &slice, zero));
                rows.push(Row { slice, now, before });
            }
        }
        Self {
            units,
            name: report.name.clone(),
            than: report.compared.name.clone(),
            span: report.asked.span,
            before: (report.asked.compare != Compare::Average).then_some(report.compared.span),
            rows,
            totals: (report.total.sum, report.compared.total.sum),
        }
    }

    fn drawn(&self) -> &[Row] {
        &self.rows[..self.rows.len().min(MOST)]
    }

    /// The expenses of one category in one of the periods: the one before is the first.
    pub fn link(&self, series: usize, item: usize) -> Option<String> {
        let span = if series == 0 { self.before? } else { self.span };
        Some(address::expenses(span, Some(self.drawn().get(item)?.slice.id)))
    }

    /// What hovering tells of one category in one of the periods.
    pub fn tip(&self, series: usize, item: usize) -> Option<String> {
        let Row { slice, now, before } = self.drawn().get(item)?;
        let name = look::isolated(&slice.name);
        let (title, sum, whole, change) = if series == 0 {
            (format!("{name} · {}", self.than), before, self.totals.1, None)
        } else {
            let change = look::change(self.units, now.minor, before.minor, &self.than);
            (format!("{name} · {}", self.name), now, self.totals.0, Some(change))
        };
        let lines = [title, self.units.locale.money(*sum), look::share(self.units, sum.minor, whole.minor)];
        Some(look::tip(lines.into_iter().chain(change)))
    }

    pub fn label(&self) -> String {
        let locale = self.units.locale;
        format!(
            "Bar chart that compares {} with {} by category: {} and {} in all. The same numbers are in the table below.",
            self.name,
            self.than,
            locale.money(self.totals.0),
            locale.money(self.totals.1)
        )
    }

    #[expect(clippy::cast_precision_loss, reason = "drawn, not reckoned with")]
    pub fn option(&self) -> Value {
        let data = |of: fn(&Row) -> Money| self.drawn().iter().map(|row| of(row).minor as f64).collect::<Vec<f64>>();
        let bar = |name: &str, data: Vec<f64>| Bar::new().name(name).data(data);
        let names = self.drawn().iter().map(|row| row.slice.name.clone()).collect();
        let chart = Chart::new()
            .grid(Grid::new().left(4).right(16).top(4).bottom(4).contain_label(true))
            .tooltip(look::tooltip().trigger(Trigger::Item))
            .x_axis(look::money().split_number(4))
            .y_axis(look::names(names).inverse(true))
            .series(bar(&self.than, data(|row| row.before)))
            .series(bar(&self.name, data(|row| row.now)));
        let colours: Vec<Value> = self
            .drawn()
            .iter()
            .map(|row| json!({ "value": row.now.minor as f64, "itemStyle": { "color": row.slice.hex } }))
            .collect();
        let shape = |colour: &str| json!({ "color": colour, "borderRadius": [0, 3, 3, 0] });
        look::option(
            chart,
            &self.label(),
            json!({
                "yAxis": {
                    "axisLine": { "lineStyle": { "color": LINE } },
                    "axisLabel": { "width": 120, "overflow": "truncate" },
                },
                "series": [
                    { "barMaxWidth": 12, "barGap": "15%", "itemStyle": shape(EDGE) },
                    { "barMaxWidth": 12, "data": colours, "itemStyle": shape(ACCENT) },
                ],
            }),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        app::charts::tests::year,
        domain::report::{Asked, By, Compared, Length},
    };

    fn pair(compare: Compare) -> (Pair, Vec<Category>) {
        let (units, periods, categories) = year();
        let (october, november) = (periods[0].clone(), periods[1].clone());
        let asked = Asked { length: Length::Month, span: november.span, by: By::Category, stacked: false, compare, averaged: 3 };
        let compared = Compared { name: october.name, span: october.span, total: october.total, categories: october.groups };
        let (name, total, categories_of) = (november.name, november.total, november.groups);
        let report = SpendingReport { asked, name, total, categories: categories_of, parts: Vec::new(), compared };
        (Pair::new(units, &report, &categories), categories)
    }

    #[test]
    fn every_category_of_either_period_has_two_bars() {
        let (pair, categories) = pair(Compare::Previous);
        let rows: Vec<_> = pair.rows.iter().map(|r| (r.slice.name.as_str(), r.now.minor, r.before.minor)).collect();
        assert_eq!(rows, [("Rent", 62_000, 62_000), ("Food & <b>\"drink\"</b>", 12_480, 0), ("No category", 0, 1_700)]);
        let option = pair.option();
        assert_eq!(option["yAxis"]["data"][1], "Food & <b>\"drink\"</b>", "as it is: the canvas reads no markup (S29)");
        assert_eq!(option["series"][0]["data"], json!([62_000.0, 0.0, 1_700.0]));
        assert_eq!(option["series"][1]["data"][0], json!({ "value": 62_000.0, "itemStyle": { "color": "#7aa2ff" } }));
        let id = categories[0].id;
        assert_eq!(pair.link(0, 0), Some(format!("/expenses?from=2026-10-01&to=2026-10-31&category_id={id}")));
        assert_eq!(pair.link(1, 0), Some(format!("/expenses?from=2026-11-01&to=2026-11-30&category_id={id}")));
        assert_eq!((pair.link(1, 9), pair.tip(1, 9)), (None, None));
        assert_eq!(
            pair.tip(1, 0).expect("a tip"),
            "\u{2068}Rent\u{2069} · November 2026\n€620.00\n83% of €744.80\nthe same as October 2026"
        );
    }

    #[test]
    fn an_average_has_no_expenses() {
        let (pair, _) = pair(Compare::Average);
        assert_eq!(pair.link(0, 0), None);
        assert!(pair.link(1, 0).is_some());
    }
}

//! The balance over time.

use super::{
    Units,
    look::{self, GOOD, LINE},
};
use crate::{
    app::address,
    domain::{Span, forecast::Ahead, report::BalancePoint},
};
use charming::{Chart, component::Grid, element::Trigger, series::Line as Series};
use serde_json::{Value, json};

/// The line: the balance at the ends of days, weeks or months.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    pub units: Units,
    /// The first day that the first point stands for.
    pub from: crate::domain::Day,
    pub points: Vec<BalancePoint>,
    /// How it probably goes on after the last point.
    pub ahead: Vec<Ahead>,
}

impl Line {
    /// The days that one point stands for.
    pub fn span(&self, item: usize) -> Option<Span> {
        let to = self.points.get(item)?.date;
        let from = item.checked_sub(1).and_then(|i| self.points.get(i)).map_or(self.from, |before| before.date.plus(1));
        Some(Span { from, to })
    }

    /// The expenses of the days of one point.
    pub fn link(&self, item: usize) -> Option<String> {
        match self.coming(item) {
            Some(_) => Some("/recurring".to_owned()),
            None => Some(address::expenses(self.span(item)?, None)),
        }
    }

    /// The day to come that an item is, after the points.
    fn coming(&self, item: usize) -> Option<&Ahead> {
        item.checked_sub(self.points.len()).and_then(|n| self.ahead.get(n))
    }

    /// What hovering tells of one point.
    pub fn tip(&self, item: usize) -> Option<String> {
        if let Some(Ahead { date, expected, low, high }) = self.coming(item) {
            let locale = self.units.locale;
            let title = format!("Forecast for {}", locale.day(*date));
            let band = format!("{} to {}", locale.money(*low), locale.money(*high));
            return Some(look::tip([title, locale.money(*expected), band]));
        }
        let point = self.points.get(item)?;
        let before = item.checked_sub(1).and_then(|i| self.points.get(i));
        let change = before.map(|before| {
            let by = crate::domain::Money::new(point.balance.minor.saturating_sub(before.balance.minor), self.units.currency);
            format!("{} since {}", self.units.locale.signed_money(by), self.units.locale.short_day(before.date))
        });
        let title = format!("Balance on {}", self.units.locale.day(point.date));
        Some(look::tip([title, self.units.locale.money(point.balance)].into_iter().chain(change)))
    }

    pub fn label(&self) -> String {
        let (Some(first), Some(last)) = (self.points.first(), self.points.last()) else { return "No balance yet.".into() };
        let locale = self.units.locale;
        format!(
            "Line of the balance, from {} on {} to {} on {}. The same numbers are in the table below.",
            locale.money(first.balance),
            locale.day(first.date),
            locale.money(last.balance),
            locale.day(last.date)
        )
    }

    #[expect(clippy::cast_precision_loss, reason = "drawn, not reckoned with")]
    pub fn option(&self) -> Value {
        let dates = self.points.iter().map(|point| point.date).chain(self.ahead.iter().map(|point| point.date));
        let days = dates.map(|date| self.units.locale.short_day(date)).collect();
        let data: Vec<f64> = self.points.iter().map(|point| point.balance.minor as f64).collect();
        let mut chart = Chart::new()
            .grid(Grid::new().left(4).right(12).top(12).bottom(10).contain_label(true))
            .tooltip(look::tooltip().trigger(Trigger::Axis))
            .x_axis(look::names(days))
            .y_axis(look::money().scale(true))
            .series(Series::new().name("Balance").show_symbol(data.len() < 2).symbol_size(8.0).data(data));
        let fade = json!({ "type": "linear", "x": 0, "y": 0, "x2": 0, "y2": 1, "colorStops": [
            { "offset": 0, "color": "rgba(67, 217, 163, 0.22)" }, { "offset": 1, "color": "rgba(67, 217, 163, 0)" },
        ] });
        let mut series = vec![json!({
            "step": "end", "symbol": "circle", "lineStyle": { "color": GOOD, "width": 2 },
            "itemStyle": { "color": GOOD }, "areaStyle": { "color": fade },
        })];
        if !self.ahead.is_empty() && !self.points.is_empty() {
            // As many places as there are days; what stands in them follows.
            let places = vec![0.0; self.points.len() + self.ahead.len()];
            for name in ["Forecast", "Lowest", "Band"] {
                chart = chart.series(Series::new().name(name).show_symbol(false).data(places.clone()));
            }
            series.extend(self.goes_on());
        }
        look::option(
            chart,
            &self.label(),
            json!({
                "xAxis": {
                    "boundaryGap": false,
                    "axisLabel": { "alignMinLabel": "left", "alignMaxLabel": "right" },
                    "axisLine": { "lineStyle": { "color": LINE } },
                    "axisPointer": { "type": "line" },
                },
                "series": series,
            }),
        )
    }

    /// The dashed line after the last point, and the band around it: a line that is not seen, and the area from it up.
    #[expect(clippy::cast_precision_loss, reason = "drawn, not reckoned with")]
    fn goes_on(&self) -> [Value; 3] {
        let now = self.points.last().map_or(0, |point| point.balance.minor);
        let before = self.points.len().saturating_sub(1);
        let data = |now: i64, of: fn(&Ahead) -> i64| {
            let nothing = std::iter::repeat_n(Value::Null, before);
            let line = std::iter::once(now).chain(self.ahead.iter().map(of)).map(|minor| json!(minor as f64));
            nothing.chain(line).collect::<Vec<_>>()
        };
        let hidden = json!({ "opacity": 0 });
        let band = |data: Vec<Value>, area: Value| {
            json!({
                "data": data, "stack": "band", "stackStrategy": "all", "symbol": "none", "silent": true,
                "lineStyle": hidden, "itemStyle": { "color": GOOD }, "areaStyle": area,
            })
        };
        [
            json!({
                "data": data(now, |point| point.expected.minor), "symbol": "none", "itemStyle": { "color": GOOD },
                "lineStyle": { "color": GOOD, "width": 2, "type": "dashed" },
            }),
            band(data(now, |point| point.low.minor), hidden.clone()),
            band(data(0, |point| point.high.minor.saturating_sub(point.low.minor)), json!({ "color": GOOD, "opacity": 0.14 })),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Currency, Locale, Money};

    #[test]
    fn a_point_stands_for_the_days_since_the_one_before() {
        let point =
            |date: &str, minor| BalancePoint { date: date.parse().expect("a day"), balance: Money::new(minor, Currency::EUR) };
        let line = Line {
            units: Units { currency: Currency::EUR, locale: Locale::default() },
            from: "2026-11-01".parse().expect("a day"),
            points: vec![point("2026-11-07", 10_000), point("2026-11-14", 7_550)],
            ahead: Vec::new(),
        };
        assert_eq!(line.link(0), Some("/expenses?from=2026-11-01&to=2026-11-07".into()));
        assert_eq!(line.link(1), Some("/expenses?from=2026-11-08&to=2026-11-14".into()));
        assert_eq!((line.link(2), line.tip(2)), (None, None));
        assert_eq!(line.tip(1).expect("a tip"), "Balance on 14 Nov 2026\n€75.50\n−€24.50 since 7 Nov");
        let option = line.option();
        assert_eq!(option["series"][0]["data"], json!([10_000.0, 7_550.0]));
        assert_eq!(option["xAxis"]["data"], json!(["7 Nov", "14 Nov"]));
        assert_eq!(option["xAxis"]["boundaryGap"], false);
        assert_eq!(option["series"].as_array().map(Vec::len), Some(1));
        let eur = |minor| Money::new(minor, Currency::EUR);
        let date = "2026-11-15".parse().expect("a day");
        let line = Line { ahead: vec![Ahead { date, expected: eur(5_000), low: eur(-1_000), high: eur(11_000) }], ..line };
        assert_eq!((line.link(2), line.link(3)), (Some("/recurring".into()), None));
        assert_eq!(line.tip(2).expect("a tip"), "Forecast for 15 Nov 2026\n€50.00\n−€10.00 to €110.00");
        let option = line.option();
        assert_eq!(option["xAxis"]["data"], json!(["7 Nov", "14 Nov", "15 Nov"]));
        let data: Vec<&Value> = (1..4).map(|n| &option["series"][n]["data"]).collect();
        assert_eq!(data, [&json!([null, 7_550.0, 5_000.0]), &json!([null, 7_550.0, -1_000.0]), &json!([null, 0.0, 12_000.0])]);
    }
}

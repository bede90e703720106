//! A calendar of days, each as strong in colour as it cost.

use super::{
    Units,
    look::{self, FAINT, RAISED, SURFACE, TEXT},
};
use crate::{
    app::address,
    domain::{Day, Money, Span, Weekday, calendar::week_containing, report::DaySum},
};
use charming::{Chart, component::Grid, element::Trigger};
use serde_json::{Value, json};

/// Days with more weeks than this stand in columns of weeks; with fewer, in rows, as in a calendar on the wall.
const SHEET: i64 = 6;
/// From nothing to the most: the accent on the surface, ever stronger.
const SHADES: [&str; 5] = [RAISED, "#313856", "#505c8e", "#6f7fc7", "#8ea2ff"];

/// The calendar.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Heat {
    pub units: Units,
    pub name: String,
    pub span: Span,
    pub first: Weekday,
    /// In minor units, one for each day of the span.
    pub sums: Vec<i64>,
}

impl Heat {
    pub fn new(units: Units, name: String, span: Span, first: Weekday, days: &[DaySum]) -> Self {
        let mut sums = vec![0; usize::try_from(span.days()).unwrap_or(0)];
        for day in days {
            if let Some(sum) = usize::try_from(day.date.since(span.from)).ok().and_then(|at| sums.get_mut(at)) {
                *sum = day.total.sum.minor;
            }
        }
        Self { units, name, span, first, sums }
    }

    /// The day of an item.
    pub fn day(&self, item: usize) -> Option<Day> {
        let day = self.span.from.plus(i64::try_from(item).ok()?);
        self.span.contains(day).then_some(day)
    }

    /// The expenses of one day.
    pub fn link(&self, item: usize) -> Option<String> {
        let day = self.day(item)?;
        Some(address::expenses(Span { from: day, to: day }, None))
    }

    /// What hovering tells of one day.
    pub fn tip(&self, item: usize) -> Option<String> {
        let (day, sum) = (self.day(item)?, *self.sums.get(item)?);
        let (units, whole) = (self.units, self.sums.iter().sum());
        let title = format!("{} {}", day.weekday().abbreviation(), units.locale.day(day));
        let change = item.checked_sub(1).and_then(|i| self.sums.get(i));
        let change = change.map(|before| look::change(units, sum, *before, "the day before"));
        let money = units.locale.money(Money::new(sum, units.currency));
        Some(look::tip([title, money, look::share(units, sum, whole)].into_iter().chain(change)))
    }

    pub fn label(&self) -> String {
        let most = self.sums.iter().enumerate().max_by_key(|(_, sum)| **sum).filter(|(_, sum)| **sum > 0);
        let most = most.and_then(|(item, sum)| Some((self.day(item)?, *sum)));
        let most = most.map_or(String::new(), |(day, sum)| {
            let money = self.units.locale.money(Money::new(sum, self.units.currency));
            format!(", most of all {money} on {}", self.units.locale.day(day))
        });
        let spent = self.sums.iter().filter(|sum| **sum > 0).count();
        format!("Calendar of {}: spending on {spent} days{most}. The same numbers are in the table below.", self.name)
    }

    /// How strong the colour of a sum is, 0 to 4: by its place among the days that cost anything.
    fn strengths(&self) -> Vec<usize> {
        let mut costly: Vec<i64> = self.sums.iter().copied().filter(|sum| *sum > 0).collect();
        costly.sort_unstable();
        let strength = |sum: &i64| match costly.partition_point(|other| other < sum) {
            _ if *sum <= 0 => 0,
            below => 1 + below * 4 / costly.len(),
        };
        self.sums.iter().map(strength).collect()
    }

    pub fn option(&self) -> Value {
        let begin = week_containing(self.span.from, self.first).from;
        let weeks = self.span.to.since(begin) / 7 + 1;
        let sheet = weeks <= SHEET;
        let weekdays: Vec<&str> = (0..7).map(|n| begin.plus(n).weekday().abbreviation()).collect();
        let week_names: Vec<String> = (0..weeks).map(|n| self.week_name(begin.plus(n * 7), sheet)).collect();
        let strengths = self.strengths();
        let cell = |(item, sum): (usize, &i64)| {
            let day = self.day(item).unwrap_or(self.span.to);
            let at = day.since(begin);
            let (week, weekday) = (at / 7, at % 7);
            let place = if sheet { [weekday, week] } else { [week, weekday] };
            let strength = strengths[item];
            let label = if strength > 2 { SURFACE } else { TEXT };
            json!({
                "name": day.day().to_string(), "value": [place[0], place[1], sum],
                "itemStyle": { "color": SHADES[strength] }, "label": { "color": label },
            })
        };
        let data: Vec<Value> = self.sums.iter().enumerate().map(cell).collect();
        let axis = |data: Value| {
            json!({ "type": "category", "data": data, "axisTick": { "show": false }, "axisLine": { "show": false },
                "axisLabel": { "color": FAINT, "fontSize": 12, "interval": 0 }, "splitArea": { "show": false } })
        };
        let (mut x, mut y) = if sheet {
            (axis(json!(weekdays)), axis(json!(week_names)))
        } else {
            (axis(json!(week_names)), axis(json!(weekdays)))
        };
        x["position"] = json!("top");
        y["inverse"] = json!(true);
        let chart = Chart::new()
            .grid(Grid::new().left(4).right(4).top(16).bottom(4).contain_label(true))
            .tooltip(look::tooltip().trigger(Trigger::Item));
        look::option(
            chart,
            &self.label(),
            json!({
                "xAxis": x, "yAxis": y,
                "series": [{
                    "type": "heatmap", "name": self.name, "data": data,
                    "itemStyle": { "borderColor": SURFACE, "borderWidth": if sheet { 3 } else { 2 }, "borderRadius": 4 },
                    "label": { "show": sheet, "formatter": "{b}", "fontSize": 12 },
                    "emphasis": { "itemStyle": { "borderColor": TEXT, "borderWidth": 2 } },
                }],
            }),
        )
    }

    /// Of a week in rows its first day; of one in columns its month, where one begins.
    fn week_name(&self, monday: Day, sheet: bool) -> String {
        if sheet {
            return self.units.locale.short_day(monday.max(self.span.from));
        }
        let begins = (0..7).map(|n| monday.plus(n)).find(|day| day.day() == 1 && self.span.contains(*day));
        begins.map_or_else(String::new, |day| day.month_abbreviation().to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Currency, Locale, Total};

    fn heat(from: &str, to: &str, days: &[(&str, i64)]) -> Heat {
        let day = |s: &str| s.parse::<Day>().expect("a day");
        let sum = |(date, minor): &(&str, i64)| DaySum {
            date: day(date),
            total: Total { count: 1, sum: Money::new(*minor, Currency::EUR) },
        };
        let days: Vec<DaySum> = days.iter().map(sum).collect();
        let units = Units { currency: Currency::EUR, locale: Locale::default() };
        Heat::new(units, "November 2026".into(), Span { from: day(from), to: day(to) }, Weekday::Monday, &days)
    }

    #[test]
    fn a_month_is_a_sheet_of_weeks() {
        let heat = heat("2026-11-01", "2026-11-30", &[("2026-11-01", 100), ("2026-11-02", 300), ("2026-11-30", 200)]);
        let option = heat.option();
        assert_eq!(option["xAxis"]["data"], json!(["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]));
        assert_eq!(option["yAxis"]["data"], json!(["1 Nov", "2 Nov", "9 Nov", "16 Nov", "23 Nov", "30 Nov"]));
        let data = option["series"][0]["data"].as_array().expect("days");
        assert_eq!(data.len(), 30);
        assert_eq!(data[0]["value"], json!([6, 0, 100]), "the 1st is a Sunday");
        assert_eq!(data[1]["value"], json!([0, 1, 300]));
        assert_eq!(heat.strengths()[..3], [1, 3, 0]);
        assert_eq!(heat.link(1), Some("/expenses?from=2026-11-02&to=2026-11-02".into()));
        assert_eq!((heat.link(30), heat.tip(30)), (None, None));
        assert_eq!(heat.tip(1).expect("a tip"), "Mon 2 Nov 2026\n€3.00\n50% of €6.00\n▲ 200% more than the day before");
        assert!(heat.label().contains("3 days, most of all €3.00 on 2 Nov 2026"), "{}", heat.label());
    }

    #[test]
    fn a_year_is_columns_of_weeks() {
        let heat = heat("2024-01-01", "2024-12-31", &[("2024-02-29", 100)]);
        assert_eq!(heat.sums.len(), 366);
        let option = heat.option();
        let weeks = option["xAxis"]["data"].as_array().expect("weeks");
        assert_eq!((weeks.len(), &weeks[0], &weeks[1]), (53, &json!("Jan"), &json!("")));
        assert_eq!(option["series"][0]["data"][59]["value"], json!([8, 3, 100]), "29 February 2024 was a Thursday");
    }
}

//! A person's own calendar: where their weeks, months and pay periods begin.

use super::{Day, FieldError, Weekday};
use serde::{
    Deserialize, Deserializer, Serialize,
    de::{self, Visitor},
};
use std::fmt;

/// Days from `from` to `to`, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Span {
    pub from: Day,
    pub to: Day,
}

impl Span {
    pub fn contains(self, day: Day) -> bool {
        (self.from..=self.to).contains(&day)
    }
    /// How many days, both ends included.
    pub fn days(self) -> i64 {
        self.to.since(self.from) + 1
    }
}

/// Days that somebody asks for; `None` leaves an end open.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Days {
    pub from: Option<Day>,
    pub to: Option<Day>,
}

/// The names [`Days::read`] understands.
pub const DAYS_FIELDS: [&str; 2] = ["from", "to"];

impl Days {
    /// Reads the query's pairs. Pairs with other names are left to the caller; blank values are as absent.
    pub fn read<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> Result<Self, Vec<FieldError>> {
        let (mut days, mut errors) = (Self::default(), Vec::new());
        for (name, value) in pairs {
            let end = match name {
                "from" => &mut days.from,
                "to" => &mut days.to,
                _ => continue,
            };
            match value.trim() {
                "" => {}
                text => match text.parse::<Day>() {
                    Ok(day) => *end = Some(day),
                    Err(e) => errors.push(FieldError::new(name, "invalid_date", e.to_string())),
                },
            }
        }
        if let (Some(from), Some(to)) = (days.from, days.to)
            && from > to
        {
            errors.push(FieldError::new("to", "before_from", "The last day is before the first. Swap them."));
        }
        if errors.is_empty() { Ok(days) } else { Err(errors) }
    }
    /// From the first to the last day there is, where nothing else is asked for.
    pub fn span(self) -> Span {
        Span { from: self.from.unwrap_or(Day::MIN), to: self.to.unwrap_or(Day::MAX) }
    }
    pub fn is_empty(self) -> bool {
        self == Self::default()
    }
}

/// On which day a person's month begins. On the wire 1 to 28, or `"last_working_day"`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(untagged)]
pub enum MonthStart {
    /// 1–28.
    Day(i8),
    Named(NamedStart),
}

/// A month start that is not a fixed number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum NamedStart {
    /// The last Monday-to-Friday day of the calendar month.
    LastWorkingDay,
}

impl<'de> Deserialize<'de> for MonthStart {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        d.deserialize_any(StartVisitor)
    }
}

struct StartVisitor;

impl Visitor<'_> for StartVisitor {
    type Value = MonthStart;
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("start_day is 1 to 28, or last_working_day")
    }
    fn visit_u64<E: de::Error>(self, day: u64) -> Result<MonthStart, E> {
        let day = i8::try_from(day).ok().filter(|day| (1..=28).contains(day));
        day.map(MonthStart::Day).ok_or_else(|| E::custom("start_day is 1 to 28"))
    }
    fn visit_i64<E: de::Error>(self, day: i64) -> Result<MonthStart, E> {
        self.visit_u64(u64::try_from(day).unwrap_or(0))
    }
    fn visit_str<E: de::Error>(self, name: &str) -> Result<MonthStart, E> {
        match name {
            "last_working_day" => Ok(MonthStart::Named(NamedStart::LastWorkingDay)),
            _ => Err(E::unknown_variant(name, &["last_working_day"])),
        }
    }
}

/// The period in which a person reckons. A period is named by the month of its first day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "Wire", tag = "kind", rename_all = "snake_case")]
pub enum Period {
    Month {
        start_day: MonthStart,
    },
    /// Pay periods of `weeks` weeks, counted from `anchor` in both directions.
    Weeks {
        anchor: Day,
        weeks: u8,
    },
}

/// How a period is read: serde's own tagged enums would cost the page a second reader of everything in it.
#[derive(Deserialize)]
#[serde(rename = "Period", deny_unknown_fields)]
struct Wire {
    kind: Kind,
    start_day: Option<MonthStart>,
    anchor: Option<Day>,
    weeks: Option<u8>,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Kind {
    Month,
    Weeks,
}

impl TryFrom<Wire> for Period {
    type Error = &'static str;
    fn try_from(wire: Wire) -> Result<Self, Self::Error> {
        match wire {
            Wire { kind: Kind::Month, start_day: Some(start_day), anchor: None, weeks: None } => Ok(Self::Month { start_day }),
            Wire { kind: Kind::Weeks, start_day: None, anchor: Some(anchor), weeks: Some(weeks) } => {
                Ok(Self::Weeks { anchor, weeks })
            }
            Wire { kind: Kind::Month, .. } => Err("a month has a start_day and nothing else"),
            Wire { kind: Kind::Weeks, .. } => Err("weeks have an anchor and weeks and nothing else"),
        }
    }
}

impl Default for Period {
    fn default() -> Self {
        Self::Month { start_day: MonthStart::Day(1) }
    }
}

impl Period {
    /// True when the numbers are within their bounds.
    pub fn is_valid(self) -> bool {
        match self {
            Self::Month { start_day: MonthStart::Day(d) } => (1..=28).contains(&d),
            Self::Month { .. } => true,
            Self::Weeks { weeks, .. } => weeks == 2 || weeks == 4,
        }
    }

    /// The first day of the person's month that begins in the calendar month of `day`.
    fn start_in_month_of(start: MonthStart, day: Day) -> Day {
        match start {
            MonthStart::Day(d) => day.first_of_month().plus(i64::from(d) - 1),
            MonthStart::Named(NamedStart::LastWorkingDay) => day.last_working_of_month(),
        }
    }

    /// The period that holds `day`.
    pub fn containing(self, day: Day) -> Span {
        match self {
            Self::Month { start_day } => {
                let here = Self::start_in_month_of(start_day, day);
                let from = if here <= day { here } else { Self::start_in_month_of(start_day, day.first_of_month().plus(-1)) };
                let to = Self::start_in_month_of(start_day, from.first_of_month().plus_months(1)).plus(-1);
                Span { from, to }
            }
            Self::Weeks { anchor, weeks } => {
                let length = i64::from(weeks.max(1)) * 7;
                let from = day.plus(-day.since(anchor).rem_euclid(length));
                Span { from, to: from.plus(length - 1) }
            }
        }
    }
    /// The period just before the one that holds `day`.
    pub fn before(self, day: Day) -> Span {
        self.containing(self.containing(day).from.plus(-1))
    }
    /// `n` of the person's months, the first of them named by the month of `first`. Pay periods do not make up
    /// months: for them it is calendar months.
    pub fn months(self, first: Day, n: i64) -> Span {
        let start = match self {
            Self::Month { start_day } => start_day,
            Self::Weeks { .. } => MonthStart::Day(1),
        };
        let begin = |month: Day| Self::start_in_month_of(start, month);
        let first = first.first_of_month();
        Span { from: begin(first), to: begin(first.plus_months(n)).plus(-1) }
    }
    /// The day by which a period is known where something is kept of it: the first of the month that names it; of a
    /// pay period, its first day.
    pub fn key(self, span: Span) -> Day {
        match self {
            Self::Month { .. } => span.from.first_of_month(),
            Self::Weeks { .. } => span.from,
        }
    }
    /// The period that is known by `key`, also by one that was kept when the person had another calendar.
    pub fn of_key(self, key: Day) -> Span {
        match self {
            Self::Month { .. } => self.months(key, 1),
            Self::Weeks { .. } => self.containing(key),
        }
    }
    /// The period that the calendar month of `month` names; of pay periods, the first that begins in it.
    pub fn named(self, month: Day) -> Span {
        let first = month.first_of_month();
        let span = match self {
            Self::Month { .. } => self.months(first, 1),
            Self::Weeks { .. } => self.containing(first),
        };
        if span.from < first && span.to < Day::MAX && matches!(self, Self::Weeks { .. }) {
            self.containing(span.to.plus(1))
        } else {
            span
        }
    }
    /// The first day of the month that names the period of `day`; of pay periods, of its own month.
    fn month_of(self, day: Day) -> Day {
        match self {
            Self::Month { .. } => self.containing(day).from.first_of_month(),
            Self::Weeks { .. } => day.first_of_month(),
        }
    }
    /// The quarter that holds `day`: three of the person's months, from January, April, July or October on.
    pub fn quarter(self, day: Day) -> Span {
        let month = self.month_of(day);
        self.months(month.plus_months(-i64::from((month.month() - 1) % 3)), 3)
    }
    /// The year that holds `day`: twelve of the person's months, from January on.
    pub fn year(self, day: Day) -> Span {
        let month = self.month_of(day);
        self.months(month.plus_months(-i64::from(month.month() - 1)), 12)
    }
    /// The last `n` periods, oldest first, ending with the one that holds `day`.
    pub fn last(self, n: usize, day: Day) -> Vec<Span> {
        let mut spans = vec![self.containing(day)];
        while spans.len() < n {
            let oldest = spans[spans.len() - 1].from;
            if oldest == Day::MIN {
                break;
            }
            spans.push(self.before(oldest));
        }
        spans.reverse();
        spans
    }
    /// What a period is called: `November 2026`, or its first day for pay periods.
    pub fn name(self, span: Span) -> String {
        match self {
            Self::Month { .. } => format!("{} {}", span.from.month_name(), span.from.year()),
            Self::Weeks { .. } => format!("{} {} {}", span.from.day(), span.from.month_abbreviation(), span.from.year()),
        }
    }
    /// What a period is called in a sentence.
    pub fn noun(self) -> &'static str {
        match self {
            Self::Month { .. } => "month",
            Self::Weeks { .. } => "pay period",
        }
    }
    /// How a person's periods follow each other: `A month from day 25`.
    pub fn label(self) -> String {
        match self {
            Self::Month { start_day: MonthStart::Day(1) } => "The calendar month".to_owned(),
            Self::Month { start_day: MonthStart::Day(day) } => format!("A month from day {day}"),
            Self::Month { start_day: MonthStart::Named(NamedStart::LastWorkingDay) } => {
                "A month from its last working day".to_owned()
            }
            Self::Weeks { weeks: 2, .. } => "Two weeks".to_owned(),
            Self::Weeks { weeks: 4, .. } => "Four weeks".to_owned(),
            Self::Weeks { weeks, .. } => format!("{weeks} weeks"),
        }
    }
    /// A period's name for the axis of a chart: `Nov`, or `3 Nov` for pay periods.
    pub fn short_name(self, span: Span) -> String {
        match self {
            Self::Month { .. } => span.from.month_abbreviation().to_owned(),
            Self::Weeks { .. } => format!("{} {}", span.from.day(), span.from.month_abbreviation()),
        }
    }
}

/// The week that holds `day`, beginning on `first`.
pub fn week_containing(day: Day, first: Weekday) -> Span {
    let back = (day.weekday().index() + 7 - first.index()) % 7;
    let from = day.plus(-i64::try_from(back).unwrap_or(0));
    Span { from, to: from.plus(6) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn day(s: &str) -> Day {
        s.parse().expect("a day")
    }

    #[test]
    fn months_by_their_start() {
        let from_25 = Period::Month { start_day: MonthStart::Day(25) };
        let span = from_25.containing(day("2026-11-22"));
        assert_eq!((span.from, span.to), (day("2026-10-25"), day("2026-11-24")));
        assert_eq!(from_25.name(span), "October 2026");
        let last = Period::Month { start_day: MonthStart::Named(NamedStart::LastWorkingDay) };
        assert_eq!(last.containing(day("2026-11-01")).from, day("2026-10-30"));
        assert_eq!(week_containing(day("2026-11-22"), Weekday::Sunday).from, day("2026-11-22"));
        assert_eq!(week_containing(day("2026-11-22"), Weekday::Monday).from, day("2026-11-16"));
    }

    #[test]
    fn quarters_and_years_are_made_of_the_persons_months() {
        let from_25 = Period::Month { start_day: MonthStart::Day(25) };
        let span = |from: &str, to: &str| Span { from: day(from), to: day(to) };
        assert_eq!(from_25.quarter(day("2026-11-22")), span("2026-10-25", "2027-01-24"));
        assert_eq!(from_25.quarter(day("2026-10-24")), span("2026-07-25", "2026-10-24"));
        assert_eq!(from_25.year(day("2026-01-10")), span("2025-01-25", "2026-01-24"));
        let pay = Period::Weeks { anchor: day("2026-01-02"), weeks: 2 };
        assert_eq!(pay.quarter(day("2026-11-22")), span("2026-10-01", "2026-12-31"));
        let last = Period::Month { start_day: MonthStart::Named(NamedStart::LastWorkingDay) };
        assert_eq!(last.months(day("2025-10-01"), 1), span("2025-10-31", "2025-11-27"));
    }

    #[test]
    fn days_that_are_asked_for() {
        let read = |pairs: &[(&str, &str)]| Days::read(pairs.iter().copied());
        let days = read(&[("from", " 2026-11-01 "), ("to", ""), ("cursor", "x")]).expect("days");
        assert_eq!(days, Days { from: Some(day("2026-11-01")), to: None });
        assert_eq!(days.span(), Span { from: day("2026-11-01"), to: Day::MAX });
        assert!(read(&[]).expect("none").is_empty());
        for (pairs, field, code) in [
            ([("from", "2026-02-30"), ("to", "")], "from", "invalid_date"),
            ([("from", ""), ("to", "yesterday")], "to", "invalid_date"),
            ([("from", "2026-11-02"), ("to", "2026-11-01")], "to", "before_from"),
        ] {
            let errors = read(&pairs).expect_err("refused");
            assert_eq!((errors[0].field.as_str(), errors[0].code.as_str(), errors.len()), (field, code, 1));
        }
    }

    #[test]
    fn the_contracts_form() {
        for json in [
            r#"{"kind":"month","start_day":25}"#,
            r#"{"kind":"month","start_day":"last_working_day"}"#,
            r#"{"kind":"weeks","anchor":"2026-01-02","weeks":2}"#,
        ] {
            let period: Period = serde_json::from_str(json).expect(json);
            assert_eq!(serde_json::to_string(&period).expect("json"), json);
        }
        for bad in [
            r#"{"kind":"month","start_day":29}"#,
            r#"{"kind":"month","start_day":0}"#,
            r#"{"kind":"day"}"#,
            r#"{"kind":"month","start_day":1,"x":1}"#,
        ] {
            assert!(serde_json::from_str::<Period>(bad).is_err(), "{bad}");
        }
    }

    proptest! {
        /// Periods tile the days: each day lies in its period, and the next day in it or in the one right after.
        #[test]
        fn periods_tile(offset in 100_i64..109_000, kind in 0..31_i8) {
            let today = Day::MIN.plus(offset);
            let period = match kind {
                29 => Period::Month { start_day: MonthStart::Named(NamedStart::LastWorkingDay) },
                30 => Period::Weeks { anchor: day("2026-01-02"), weeks: 2 },
                0 => Period::Weeks { anchor: day("2026-01-02"), weeks: 4 },
                d => Period::Month { start_day: MonthStart::Day(d) },
            };
            let span = period.containing(today);
            prop_assert!(span.contains(today));
            prop_assert_eq!(period.containing(span.to), span);
            prop_assert_eq!(period.containing(span.to.plus(1)).from, span.to.plus(1));
            prop_assert_eq!(period.before(today).to, span.from.plus(-1));
            prop_assert_eq!(period.of_key(period.key(span)), span);
            let named = period.named(today);
            prop_assert_eq!(named.from.first_of_month(), today.first_of_month());
            if matches!(period, Period::Weeks { .. }) {
                prop_assert!(period.before(named.from).from < today.first_of_month(), "the first of its month");
            }
            for long in [period.quarter(today), period.year(today)] {
                prop_assert!(long.contains(today));
                if matches!(period, Period::Month { .. }) {
                    prop_assert_eq!(period.containing(long.from).from, long.from);
                    prop_assert_eq!(period.containing(long.to).to, long.to);
                }
            }
            prop_assert_eq!(period.quarter(period.quarter(today).to.plus(1)).from, period.quarter(today).to.plus(1));
            prop_assert_eq!(period.year(period.year(today).to.plus(1)).from, period.year(today).to.plus(1));
        }
    }
}

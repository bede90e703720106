//! What a report on spending is asked for: the same names in the page's address and in the REST query.

use crate::domain::{
    Day, FieldError, Span, User,
    calendar::{Period, week_containing},
};
use serde::{Deserialize, Serialize};

/// The longest span of a report, in days: ten years (S54).
pub const LONGEST: i64 = 3_653;
/// Of how many periods [`Compare::Average`] is the average.
pub const AVERAGED: usize = 3;

/// An enum whose variants have names on the wire; its first is the default.
macro_rules! choice {
    ($(#[$doc:meta])* $kind:ident $field:literal $message:literal { $($(#[$about:meta])* $name:ident $code:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum $kind { $($(#[$about])* $name),+ }
        impl $kind {
            pub const ALL: &[Self] = &[$(Self::$name),+];
            /// The wire name.
            pub fn code(self) -> &'static str {
                match self { $(Self::$name => $code),+ }
            }
        }
        impl std::str::FromStr for $kind {
            type Err = FieldError;
            fn from_str(s: &str) -> Result<Self, FieldError> {
                let found = Self::ALL.iter().copied().find(|choice| choice.code() == s);
                found.ok_or_else(|| FieldError::new($field, "unknown_value", $message))
            }
        }
    };
}

choice! {
    /// How long a report is, by the person's own calendar.
    Length "period" "Choose week, month, quarter, year or custom." {
        Week "week",
        /// The person's month, or pay period.
        #[default]
        Month "month",
        /// Three of the person's months.
        Quarter "quarter",
        Year "year",
        /// From one day to another.
        Custom "custom",
    }
}

choice! {
    /// What the groups of a report are.
    By "by" "Choose category, day, week or month." {
        #[default]
        Category "category",
        Day "day",
        Week "week",
        /// The person's months, or pay periods.
        Month "month",
    }
}

choice! {
    /// What a report is compared with.
    Compare "compare" "Choose previous, last_year or average." {
        /// The period just before; of custom days, as many days before.
        #[default]
        Previous "previous",
        /// The same period a year before.
        LastYear "last_year",
        /// The average of the [`AVERAGED`] periods before.
        Average "average",
    }
}

/// A report's question, checked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Asked {
    pub length: Length,
    pub span: Span,
    pub by: By,
    /// Groups by time are divided by category.
    pub stacked: bool,
    pub compare: Compare,
}

/// The names that [`Asked::read`] understands.
pub const ASKED_FIELDS: [&str; 7] = ["period", "date", "from", "to", "by", "stack", "compare"];

impl Asked {
    /// Reads the query's pairs; pairs with other names are left to the caller, blank values are as absent. Without a
    /// date it is the period of `today`.
    pub fn read<'a>(
        pairs: impl IntoIterator<Item = (&'a str, &'a str)>,
        user: &User,
        today: Day,
    ) -> Result<Self, Vec<FieldError>> {
        let mut asked = Self {
            length: Length::default(),
            span: Span { from: today, to: today },
            by: By::default(),
            stacked: false,
            compare: Compare::default(),
        };
        let (mut date, mut from, mut to) = (None, None, None);
        let mut errors = Vec::new();
        let day = |field: &str, v: &str| v.parse::<Day>().map_err(|e| FieldError::new(field, "invalid_date", e.to_string()));
        for (name, value) in pairs {
            let value = value.trim();
            if value.is_empty() {
                continue;
            }
            let read = match name {
                "period" => value.parse().map(|length| asked.length = length),
                "by" => value.parse().map(|by| asked.by = by),
                "compare" => value.parse().map(|compare| asked.compare = compare),
                "stack" if value == "category" => {
                    asked.stacked = true;
                    Ok(())
                }
                "stack" => Err(FieldError::new(name, "unknown_value", "Only category can be stacked.")),
                "date" => day(name, value).map(|d| date = Some(d)),
                "from" => day(name, value).map(|d| from = Some(d)),
                "to" => day(name, value).map(|d| to = Some(d)),
                _ => Ok(()),
            };
            errors.extend(read.err());
        }
        if errors.is_empty() {
            match span(asked.length, (date, from, to), user, today) {
                Ok(span) => asked.span = span,
                Err(wrong) => errors.extend(wrong),
            }
        }
        if errors.is_empty() { Ok(asked) } else { Err(errors) }
    }

    /// The pairs that [`Asked::read`] reads back; what is as by default is left out.
    pub fn pairs(&self) -> Vec<(&'static str, String)> {
        let mut pairs = Vec::new();
        if self.length != Length::default() {
            pairs.push(("period", self.length.code().to_owned()));
        }
        if self.length == Length::Custom {
            pairs.push(("from", self.span.from.to_string()));
            pairs.push(("to", self.span.to.to_string()));
        } else {
            pairs.push(("date", self.span.from.to_string()));
        }
        if self.by != By::default() {
            pairs.push(("by", self.by.code().to_owned()));
        }
        if self.stacked {
            pairs.push(("stack", "category".to_owned()));
        }
        if self.compare != Compare::default() {
            pairs.push(("compare", self.compare.code().to_owned()));
        }
        pairs
    }

    /// The report as long as this one that ends the day before it begins.
    pub fn earlier(&self, user: &User) -> Span {
        let last = self.span.from.plus(-1);
        match self.length {
            Length::Custom => Span { from: self.span.from.plus(-self.span.days()), to: last },
            length => around(length, last, user),
        }
    }
    /// The report as long as this one that begins the day after it ends.
    pub fn later(&self, user: &User) -> Span {
        let next = self.span.to.plus(1);
        match self.length {
            Length::Custom => Span { from: next, to: self.span.to.plus(self.span.days()) },
            length => around(length, next, user),
        }
    }

    /// What the days of the report are called: `November 2026`, `Q4 2026`, `16 Nov – 22 Nov 2026`.
    pub fn name(&self, span: Span, user: &User) -> String {
        match self.length {
            Length::Month => user.period.name(span),
            Length::Quarter => format!("Q{} {}", (span.from.month() - 1) / 3 + 1, span.from.year()),
            Length::Year => span.from.year().to_string(),
            Length::Week | Length::Custom => days_name(span, user),
        }
    }
    /// What one of [`Asked::parts`] is called.
    pub fn part_name(&self, part: Span, user: &User) -> String {
        match self.by {
            By::Month if user.period.containing(part.from) == part => user.period.name(part),
            _ => days_name(part, user),
        }
    }

    /// What the report is compared with, oldest first: one span, or those that are averaged.
    pub fn compared(&self, user: &User) -> Vec<Span> {
        match self.compare {
            Compare::Previous => vec![self.earlier(user)],
            Compare::LastYear => vec![self.a_year_before(user)],
            Compare::Average => {
                let mut spans = vec![self.earlier(user)];
                while spans.len() < AVERAGED {
                    let asked = Self { span: spans[spans.len() - 1], ..self.clone() };
                    spans.push(asked.earlier(user));
                }
                spans.reverse();
                spans
            }
        }
    }

    fn a_year_before(&self, user: &User) -> Span {
        let weeks = |day: Day| day.plus(-52 * 7);
        match (self.length, user.period) {
            (Length::Custom, _) => Span { from: self.span.from.plus_months(-12), to: self.span.to.plus_months(-12) },
            (Length::Week, _) | (Length::Month, Period::Weeks { .. }) => {
                Span { from: weeks(self.span.from), to: weeks(self.span.to) }
            }
            (Length::Month, period) => period.months(self.span.from.first_of_month().plus_months(-12), 1),
            (Length::Quarter, period) => period.months(self.span.from.first_of_month().plus_months(-12), 3),
            (Length::Year, period) => period.months(self.span.from.first_of_month().plus_months(-12), 12),
        }
    }

    /// The parts of the report by time, oldest first; the first and the last may be cut by its ends.
    pub fn parts(&self, user: &User) -> Vec<Span> {
        let whole = |day: Day| match self.by {
            By::Category => self.span,
            By::Day => Span { from: day, to: day },
            By::Week => week_containing(day, user.first_weekday),
            By::Month => user.period.containing(day),
        };
        let mut parts = Vec::new();
        let mut day = self.span.from;
        loop {
            let to = whole(day).to.min(self.span.to);
            parts.push(Span { from: day, to });
            if to >= self.span.to {
                return parts;
            }
            day = to.plus(1);
        }
    }
}

/// `16 Nov – 22 Nov 2026`; the years of both ends where they differ.
fn days_name(span: Span, user: &User) -> String {
    let (full, short) = (|day| user.locale.day(day), |day| user.locale.short_day(day));
    match span {
        Span { from, to } if from == to => full(from),
        Span { from, to } if from.year() == to.year() => format!("{} – {}", short(from), full(to)),
        Span { from, to } => format!("{} – {}", full(from), full(to)),
    }
}

/// The days that were asked for.
fn span(
    length: Length,
    (date, from, to): (Option<Day>, Option<Day>, Option<Day>),
    user: &User,
    today: Day,
) -> Result<Span, Vec<FieldError>> {
    let missing = |field: &str| FieldError::new(field, "required", "Say the first and the last day, or choose a period.");
    let extra = |field: &str, message: &str| FieldError::new(field, "not_allowed", message);
    if length != Length::Custom {
        let given = [("from", from), ("to", to)].into_iter().filter(|(_, day)| day.is_some());
        let errors: Vec<_> =
            given.map(|(field, _)| extra(field, "Days are for the period “custom”; for others say a date within.")).collect();
        return if errors.is_empty() { Ok(around(length, date.unwrap_or(today), user)) } else { Err(errors) };
    }
    if date.is_some() {
        return Err(vec![extra("date", "The period “custom” takes from and to.")]);
    }
    match (from, to) {
        (Some(from), Some(to)) if from > to => {
            Err(vec![FieldError::new("to", "before_from", "The last day is before the first. Swap them.")])
        }
        (Some(from), Some(to)) if (Span { from, to }).days() > LONGEST => {
            Err(vec![FieldError::new("to", "too_long", "A report spans at most ten years.")])
        }
        (Some(from), Some(to)) => Ok(Span { from, to }),
        (from, to) => {
            let absent = [("from", from), ("to", to)].into_iter().filter(|(_, day)| day.is_none());
            Err(absent.map(|(field, _)| missing(field)).collect())
        }
    }
}

/// The period of this length that holds `day`.
fn around(length: Length, day: Day, user: &User) -> Span {
    match length {
        Length::Week => week_containing(day, user.first_weekday),
        Length::Month => user.period.containing(day),
        Length::Quarter => user.period.quarter(day),
        Length::Year => user.period.year(day),
        Length::Custom => Span { from: day, to: day },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        domain::{MonthStart, Role, Weekday},
        server::ledger::testing::user,
    };
    use proptest::prelude::*;

    fn day(s: &str) -> Day {
        s.parse().expect("a day")
    }
    fn span(from: &str, to: &str) -> Span {
        Span { from: day(from), to: day(to) }
    }
    fn ana(period: Period) -> User {
        User { period, first_weekday: Weekday::Monday, ..user("ana", Role::User) }
    }
    fn asked(query: &str, user: &User) -> Result<Asked, Vec<String>> {
        let pairs: Vec<(String, String)> = form_urlencoded::parse(query.as_bytes()).into_owned().collect();
        Asked::read(pairs.iter().map(|(n, v)| (n.as_str(), v.as_str())), user, day("2026-11-24"))
            .map_err(|errors| errors.into_iter().map(|e| format!("{} {}", e.field, e.code)).collect())
    }

    #[test]
    fn periods_of_every_length() {
        let ana = ana(Period::default());
        for (query, want, name) in [
            ("", span("2026-11-01", "2026-11-30"), "November 2026"),
            ("date=2026-02-10", span("2026-02-01", "2026-02-28"), "February 2026"),
            ("period=week", span("2026-11-23", "2026-11-29"), "23 Nov – 29 Nov 2026"),
            ("period=quarter", span("2026-10-01", "2026-12-31"), "Q4 2026"),
            ("period=year&date=2024-02-29", span("2024-01-01", "2024-12-31"), "2024"),
            ("period=custom&from=2025-12-30&to=2026-01-02", span("2025-12-30", "2026-01-02"), "30 Dec 2025 – 2 Jan 2026"),
            ("period=custom&from=2026-01-02&to=2026-01-02", span("2026-01-02", "2026-01-02"), "2 Jan 2026"),
        ] {
            let asked = asked(query, &ana).expect(query);
            assert_eq!((asked.span, asked.name(asked.span, &ana).as_str()), (want, name), "{query}");
        }
    }

    #[test]
    fn s54_what_cannot_be_asked_says_why() {
        let ana = ana(Period::default());
        for (query, want) in [
            ("period=decade", &["period unknown_value"][..]),
            ("by=user&compare=x&stack=day", &["by unknown_value", "compare unknown_value", "stack unknown_value"]),
            ("period=custom", &["from required", "to required"]),
            ("period=custom&from=2026-01-02", &["to required"]),
            ("period=custom&from=2026-01-02&to=2026-01-01", &["to before_from"]),
            ("period=custom&from=2016-01-01&to=2026-01-02", &["to too_long"]),
            ("period=custom&date=2026-01-01&from=2026-01-01&to=2026-01-02", &["date not_allowed"]),
            ("from=2026-01-02", &["from not_allowed"]),
            ("date=2026-02-30", &["date invalid_date"]),
        ] {
            assert_eq!(asked(query, &ana).expect_err(query), want, "{query}");
        }
        assert!(asked("period=custom&from=2016-01-01&to=2025-12-31", &ana).is_ok(), "ten years");
    }

    #[test]
    fn compared_with_what_is_alike() {
        let ana25 = ana(Period::Month { start_day: MonthStart::Day(25) });
        let compared = |query: &str| asked(query, &ana25).expect(query).compared(&ana25);
        assert_eq!(compared(""), [span("2026-09-25", "2026-10-24")]);
        assert_eq!(compared("date=2026-11-25&compare=last_year"), [span("2025-11-25", "2025-12-24")]);
        assert_eq!(
            compared("period=week&compare=last_year"),
            [span("2025-11-24", "2025-11-30")],
            "from Monday to Sunday as well"
        );
        assert_eq!(compared("period=year&compare=last_year"), [span("2025-01-25", "2026-01-24")]);
        assert_eq!(
            compared("period=quarter&compare=average"),
            [span("2026-01-25", "2026-04-24"), span("2026-04-25", "2026-07-24"), span("2026-07-25", "2026-10-24")]
        );
        assert_eq!(compared("period=custom&from=2026-03-11&to=2026-03-20"), [span("2026-03-01", "2026-03-10")]);
    }

    proptest! {
        /// The parts of a report tile its days, and it is read back from its own pairs.
        #[test]
        fn parts_tile_and_pairs_read_back(offset in 5_000_i64..100_000, length in 0..5_usize, by in 0..4_usize, start in 1..29_i8, compare in 0..3_usize) {
            let ana = ana(Period::Month { start_day: MonthStart::Day(start) });
            let date = Day::MIN.plus(offset);
            let (length, by, compare) = (Length::ALL[length], By::ALL[by], Compare::ALL[compare]);
            let days = match length {
                Length::Custom => format!("from={date}&to={}", date.plus(offset % 700)),
                _ => format!("date={date}"),
            };
            let asked = asked(&format!("period={}&by={}&compare={}&{days}", length.code(), by.code(), compare.code()), &ana).expect("asked");
            prop_assert!(asked.span.contains(date));
            let parts = asked.parts(&ana);
            prop_assert_eq!((parts[0].from, parts[parts.len() - 1].to), (asked.span.from, asked.span.to));
            for pair in parts.windows(2) {
                prop_assert_eq!(pair[0].to.plus(1), pair[1].from);
            }
            let pairs = asked.pairs();
            let again = Asked::read(pairs.iter().map(|(n, v)| (*n, v.as_str())), &ana, date.plus(-500)).expect("asked");
            prop_assert_eq!(&again, &asked);
            prop_assert_eq!(asked.earlier(&ana).to.plus(1), asked.span.from);
            prop_assert_eq!(asked.later(&ana).from, asked.span.to.plus(1));
        }
    }
}

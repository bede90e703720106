//! What a report on spending is asked for: the same names in the page's address and in the REST query.

#[cfg(test)]
mod tests;

use crate::domain::{
    Day, FieldError, Span, User,
    calendar::{Period, week_containing},
};
use serde::{Deserialize, Serialize};

/// The longest span of a report, in days: ten years (S54).
pub const LONGEST: i64 = 3_653;
/// Of how many periods [`Compare::Average`] is the average, where nothing else is said.
pub const AVERAGED: u8 = 3;
/// Of at least and at most how many it can be.
pub const AVERAGES: std::ops::RangeInclusive<u8> = 2..=12;

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

impl Length {
    /// The period of this length that holds `day`; for `Custom`, the day.
    pub fn around(self, day: Day, user: &User) -> Span {
        match self {
            Self::Week => week_containing(day, user.first_weekday),
            Self::Month => user.period.containing(day),
            Self::Quarter => user.period.quarter(day),
            Self::Year => user.period.year(day),
            Self::Custom => Span { from: day, to: day },
        }
    }
    /// The last `n` periods of this length, oldest first, ending with the one that holds `day`; fewer at the beginning of
    /// all days.
    pub fn last(self, n: usize, day: Day, user: &User) -> Vec<Span> {
        let mut spans = vec![self.around(day, user)];
        while spans.len() < n && spans[spans.len() - 1].from > Day::MIN {
            spans.push(self.around(spans[spans.len() - 1].from.plus(-1), user));
        }
        spans.reverse();
        spans
    }
    /// What a period of this length is called: `November 2026`, `Q4 2026`, `16 Nov – 22 Nov 2026`.
    pub fn name(self, span: Span, user: &User) -> String {
        match self {
            Self::Month => user.period.name(span),
            Self::Quarter => format!("Q{} {}", quarter_of(span), span.from.year()),
            Self::Year => span.from.year().to_string(),
            Self::Week | Self::Custom => days_name(span, user),
        }
    }
    /// The same for the axis of a chart: `Nov`, `Q4`, `16 Nov`.
    pub fn short_name(self, span: Span, user: &User) -> String {
        match self {
            Self::Month => user.period.short_name(span),
            Self::Quarter => format!("Q{}", quarter_of(span)),
            Self::Year => span.from.year().to_string(),
            Self::Week | Self::Custom => user.locale.short_day(span.from),
        }
    }
    /// What a period of this length is called in a sentence.
    pub fn noun(self, user: &User) -> &'static str {
        match self {
            Self::Month => user.period.noun(),
            Self::Custom => "day",
            other => other.code(),
        }
    }
}

fn quarter_of(span: Span) -> i8 {
    (span.from.month() - 1) / 3 + 1
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
        /// The average of some periods before.
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
    /// Of how many periods before [`Compare::Average`] is the average.
    pub averaged: u8,
}

/// The names that [`Asked::read`] understands.
pub const ASKED_FIELDS: [&str; 8] = ["period", "date", "from", "to", "by", "stack", "compare", "n"];

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
            averaged: AVERAGED,
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
                "n" => averaged(value).map(|n| asked.averaged = n),
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
        if self.averaged != AVERAGED {
            pairs.push(("n", self.averaged.to_string()));
        }
        pairs
    }

    /// The same question of another length, about today where this one is.
    #[must_use]
    pub fn of_length(&self, length: Length, user: &User, today: Day) -> Self {
        let day = if self.span.contains(today) { today } else { self.span.from };
        let span = if length == Length::Custom { self.span } else { length.around(day, user) };
        Self { length, span, ..self.clone() }
    }

    /// The report as long as this one that ends the day before it begins.
    pub fn earlier(&self, user: &User) -> Span {
        let last = self.span.from.plus(-1);
        match self.length {
            Length::Custom => Span { from: self.span.from.plus(-self.span.days()), to: last },
            length => length.around(last, user),
        }
    }
    /// The report as long as this one that begins the day after it ends.
    pub fn later(&self, user: &User) -> Span {
        let next = self.span.to.plus(1);
        match self.length {
            Length::Custom => Span { from: next, to: self.span.to.plus(self.span.days()) },
            length => length.around(next, user),
        }
    }

    /// What the days of the report are called.
    pub fn name(&self, span: Span, user: &User) -> String {
        self.length.name(span, user)
    }
    /// What one of [`Asked::parts`] is called.
    pub fn part_name(&self, part: Span, user: &User) -> String {
        match self.by {
            By::Month if user.period.containing(part.from) == part => user.period.name(part),
            _ => days_name(part, user),
        }
    }
    /// The same for the axis of a chart; with the year where the report has more than one.
    pub fn part_short_name(&self, part: Span, user: &User) -> String {
        let name = match self.by {
            By::Month => user.period.short_name(part),
            _ => user.locale.short_day(part.from),
        };
        if self.span.days() > 372 { format!("{name} ’{:02}", part.from.year() % 100) } else { name }
    }

    /// What the report is compared with, oldest first: one span, or those that are averaged.
    pub fn compared(&self, user: &User) -> Vec<Span> {
        match self.compare {
            Compare::Previous => vec![self.earlier(user)],
            Compare::LastYear => vec![self.a_year_before(user)],
            Compare::Average => {
                let mut spans = vec![self.earlier(user)];
                while spans.len() < usize::from(self.averaged) {
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

fn averaged(value: &str) -> Result<u8, FieldError> {
    let n = value.parse().ok().filter(|n| AVERAGES.contains(n));
    n.ok_or_else(|| FieldError::new("n", "out_of_range", "An average is of 2 to 12 periods."))
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
        return if errors.is_empty() { Ok(length.around(date.unwrap_or(today), user)) } else { Err(errors) };
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

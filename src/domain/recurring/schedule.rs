//! On which days something comes again. Every day of it is found by its number, so that starting far along costs nothing.

use crate::domain::{Day, FieldError, Locale};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use std::{fmt, str::FromStr};

/// The most days, weeks, months or years from one day to the next.
pub const MOST_EVERY: u16 = 1_000;
/// The most times that can be asked for.
pub const MOST_TIMES: u32 = 100_000;

/// What is counted from one day to the next.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    Day,
    Week,
    Month,
    Year,
}

impl Unit {
    pub const ALL: [Self; 4] = [Self::Day, Self::Week, Self::Month, Self::Year];
    /// The wire name.
    pub fn code(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::Week => "week",
            Self::Month => "month",
            Self::Year => "year",
        }
    }
}
impl FromStr for Unit {
    type Err = FieldError;
    fn from_str(s: &str) -> Result<Self, Self::Err> {
        let unknown = || FieldError::new("unit", "unknown_value", "Choose day, week, month or year.");
        Self::ALL.into_iter().find(|unit| unit.code() == s).ok_or_else(unknown)
    }
}

/// On which day of a month. On the wire `"1"` to `"31"`, `"last"` or `"last_working_day"`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MonthDay {
    /// 1–31; in a shorter month its last day.
    Day(i8),
    Last,
    /// The last Monday-to-Friday day.
    LastWorking,
}

impl MonthDay {
    /// The day in the month of `month`.
    fn within(self, month: Day) -> Day {
        let (first, last) = (month.first_of_month(), month.last_of_month());
        match self {
            Self::Day(day) => first.plus(i64::from(day) - 1).min(last),
            Self::Last => last,
            Self::LastWorking => month.last_working_of_month(),
        }
    }
}
impl fmt::Display for MonthDay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Day(day) => day.fmt(f),
            Self::Last => f.write_str("last"),
            Self::LastWorking => f.write_str("last_working_day"),
        }
    }
}
impl FromStr for MonthDay {
    type Err = FieldError;
    fn from_str(s: &str) -> Result<Self, Self::Err> {
        match s {
            "last" => Ok(Self::Last),
            "last_working_day" => Ok(Self::LastWorking),
            _ => s
                .parse()
                .ok()
                .filter(|day| (1..=31).contains(day))
                .map(Self::Day)
                .ok_or_else(|| FieldError::new("on", "unknown_value", "Choose a day from 1 to 31, last or last_working_day.")),
        }
    }
}
impl Serialize for MonthDay {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}
impl<'de> Deserialize<'de> for MonthDay {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        std::borrow::Cow::<'de, str>::deserialize(d)?.parse().map_err(|e: FieldError| de::Error::custom(e.message))
    }
}

/// What a schedule is made of, unchecked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Parts {
    /// So many units from one day to the next; 1 to [`MOST_EVERY`].
    pub every: u16,
    pub unit: Unit,
    /// Of months only, and always there for them.
    pub on: Option<MonthDay>,
    /// No day is before this one; days, weeks and years are counted from it.
    pub from: Day,
    /// No day is after this one.
    pub until: Option<Day>,
    /// So many days in all, 1 to [`MOST_TIMES`]; not together with `until`.
    pub count: Option<u32>,
}

/// The days on which something comes again: at least one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(transparent)]
pub struct Schedule(Parts);

impl<'de> Deserialize<'de> for Schedule {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        Self::try_from(Parts::deserialize(d)?).map_err(|e| de::Error::custom(e.message))
    }
}
impl TryFrom<Parts> for Schedule {
    type Error = FieldError;
    /// Checks what the parts are to each other; the error names the part.
    fn try_from(parts: Parts) -> Result<Self, FieldError> {
        let error = |field, code, text: &str| Err(FieldError::new(field, code, text));
        let Parts { every, unit, on, from, until, count } = parts;
        if !(1..=MOST_EVERY).contains(&every) {
            return error("every", "out_of_range", "Choose a number from 1 to 1,000.");
        }
        match (unit, on) {
            (Unit::Month, None) => return error("on", "required", "Choose the day of the month."),
            (Unit::Month, Some(_)) | (_, None) => {}
            (_, Some(_)) => return error("on", "conflicting", "Only what comes by the month has a day of the month."),
        }
        if count.is_some_and(|count| !(1..=MOST_TIMES).contains(&count)) {
            return error("count", "out_of_range", "Choose a number from 1 to 100,000.");
        }
        if count.is_some() && until.is_some() {
            return error("count", "conflicting", "Choose either a last day or how many times.");
        }
        if until.is_some_and(|until| until < from) {
            return error("until", "before_from", "The last day is before the first. Choose a later one.");
        }
        let schedule = Self(parts);
        if schedule.days_from(Day::MIN).next().is_none() {
            return error("until", "no_day", "There is no such day until then. Choose a later one.");
        }
        Ok(schedule)
    }
}

/// Months since the year 0.
fn months(day: Day) -> i64 {
    i64::from(day.year()) * 12 + i64::from(day.month()) - 1
}

impl Schedule {
    pub fn parts(self) -> Parts {
        self.0
    }

    /// The day of the month that months and years go by, the month of the first day, and how many months are between two;
    /// `None` for what is counted in days.
    fn monthly(self) -> Option<(MonthDay, i64, i64)> {
        let Parts { every, unit, on, from, .. } = self.0;
        let step = i64::from(every);
        match (unit, on) {
            (Unit::Month, Some(on)) => {
                let first = months(from) + i64::from(on.within(from) < from);
                Some((on, first, step))
            }
            (Unit::Year, _) => Some((MonthDay::Day(from.day()), months(from), step * 12)),
            _ => None,
        }
    }

    /// The day of a number, from 0, whatever the end; `None` after the last day there is.
    fn nth(self, n: i64) -> Option<Day> {
        let Parts { every, unit, from, .. } = self.0;
        match self.monthly() {
            Some((on, first, step)) => {
                let month = first.checked_add(step.checked_mul(n)?)?;
                let year = i16::try_from(month.div_euclid(12)).ok()?;
                let month = Day::new(year, i8::try_from(month.rem_euclid(12) + 1).ok()?, 1).ok()?;
                Some(on.within(month))
            }
            None => {
                let step = i64::from(every) * if unit == Unit::Week { 7 } else { 1 };
                let epoch = from.epoch().checked_add(step.checked_mul(n)?)?;
                (Day::MIN.epoch()..=Day::MAX.epoch()).contains(&epoch).then(|| Day::of_epoch(epoch))
            }
        }
    }

    /// The number of the first day that is not before `day`.
    fn number_at(self, day: Day) -> i64 {
        let Parts { every, unit, from, .. } = self.0;
        let near = match self.monthly() {
            Some((_, first, step)) => (months(day) - first).div_euclid(step),
            None => day.since(from).div_euclid(i64::from(every) * if unit == Unit::Week { 7 } else { 1 }),
        };
        let near = near.max(0);
        if self.nth(near).is_some_and(|found| found < day) { near + 1 } else { near }
    }

    /// Its days that are not before `day`, in their order.
    pub fn days_from(self, day: Day) -> impl Iterator<Item = Day> {
        let Parts { until, count, .. } = self.0;
        let end = count.map_or(i64::MAX, i64::from);
        let days = (self.number_at(day)..end).map_while(move |n| self.nth(n));
        days.take_while(move |day| until.is_none_or(|until| *day <= until))
    }
    /// The day of the rhythm that is nearest to `day`, also one before it begins or after it ends; of two the earlier one.
    pub fn nearest(self, day: Day) -> Option<Day> {
        let Parts { every, unit, from, .. } = self.0;
        let near = match self.monthly() {
            Some((_, first, step)) => (months(day) - first).div_euclid(step),
            None => day.since(from).div_euclid(i64::from(every) * if unit == Unit::Week { 7 } else { 1 }),
        };
        (near - 1..=near + 1).filter_map(|n| self.nth(n)).min_by_key(|found| found.since(day).abs())
    }
    /// At least so many days are from one of its days to the next.
    pub fn fewest_days(self) -> i64 {
        let Parts { every, unit, .. } = self.0;
        let least = match unit {
            Unit::Day => 1,
            Unit::Week => 7,
            // Last working days are nearer to each other than months are long.
            Unit::Month => 25,
            Unit::Year => 365,
        };
        i64::from(every) * least
    }
    /// True for one of its days.
    pub fn has(self, day: Day) -> bool {
        self.days_from(day).next() == Some(day)
    }
    /// True when the days are the same but for where they end.
    pub fn differs_in_end_only(self, other: Self) -> bool {
        let open = |schedule: Self| Parts { until: None, count: None, ..schedule.0 };
        open(self) == open(other)
    }

    /// `Every month on the last working day, until 31 Dec 2026`.
    pub fn words(self, locale: Locale) -> String {
        let Parts { every, unit, on, from, until, count } = self.0;
        let often = match every {
            1 => format!("Every {}", unit.code()),
            _ => format!("Every {every} {}s", unit.code()),
        };
        let when = match (unit, on) {
            (Unit::Week, _) => format!(" on {}", from.weekday().name()),
            (Unit::Month, Some(MonthDay::Day(day @ 29..))) => format!(" on day {day} or the last"),
            (Unit::Month, Some(MonthDay::Day(day))) => format!(" on day {day}"),
            (Unit::Month, Some(MonthDay::Last)) => " on the last day".to_owned(),
            (Unit::Month, Some(MonthDay::LastWorking)) => " on the last working day".to_owned(),
            (Unit::Year, _) => format!(" on {} {}", from.day(), from.month_name()),
            _ => String::new(),
        };
        let end = match (until, count) {
            (Some(until), _) => format!(", until {}", locale.day(until)),
            (None, Some(1)) => ", once".to_owned(),
            (None, Some(count)) => format!(", {count} times"),
            (None, None) => String::new(),
        };
        format!("{often}{when}{end}")
    }
}

//! Days (calendar dates, no time zone) and instants (UTC).

use super::civil;
use serde::{Deserialize, Serialize, de};
use std::{fmt, str::FromStr};

/// A calendar day between 1900-01-01 and 2200-12-31 (S43). `YYYY-MM-DD` on the wire.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day {
    year: i16,
    month: i8,
    day: i8,
}

/// The text is not a day, or not one within range.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("This is not a day. Use YYYY-MM-DD between 1900-01-01 and 2200-12-31.")]
pub struct NotADay;

const MONTHS: [&str; 12] =
    ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];

impl Day {
    pub const MIN: Self = Self { year: 1900, month: 1, day: 1 };
    pub const MAX: Self = Self { year: 2200, month: 12, day: 31 };

    /// A real calendar day in range.
    pub fn new(year: i16, month: i8, day: i8) -> Result<Self, NotADay> {
        let real = (1..=12).contains(&month) && (1..=civil::month_length(year, month)).contains(&day);
        let new = Self { year, month, day };
        if real && (Self::MIN..=Self::MAX).contains(&new) { Ok(new) } else { Err(NotADay) }
    }
    /// The day so many days after 1970-01-01 (before it when negative), held within range.
    pub fn of_epoch(days: i64) -> Self {
        let (year, month, day) = civil::of_epoch(days.clamp(Self::MIN.epoch(), Self::MAX.epoch()));
        Self { year, month, day }
    }
    /// Days since 1970-01-01.
    pub fn epoch(self) -> i64 {
        civil::epoch(self.year, self.month, self.day)
    }
    pub fn year(self) -> i16 {
        self.year
    }
    /// 1–12.
    pub fn month(self) -> i8 {
        self.month
    }
    /// Day of the month, 1–31.
    pub fn day(self) -> i8 {
        self.day
    }
    pub fn weekday(self) -> Weekday {
        // 1970-01-01 was a Thursday.
        let after_monday = (self.epoch() + 3).rem_euclid(7);
        Weekday::ALL[usize::try_from(after_monday).unwrap_or(0)]
    }
    /// `days` later (earlier when negative), held within range.
    pub fn plus(self, days: i64) -> Self {
        Self::of_epoch(self.epoch().saturating_add(days))
    }
    /// Whole days from `earlier` to this day.
    pub fn since(self, earlier: Self) -> i64 {
        self.epoch() - earlier.epoch()
    }
    /// `months` later, the day held to the length of the month, within range.
    pub fn plus_months(self, months: i64) -> Self {
        let (year, month) = civil::plus_months(self.year, self.month, months);
        let day = self.day.min(civil::month_length(year, month));
        Self { year, month, day }.clamp(Self::MIN, Self::MAX)
    }
    pub fn first_of_month(self) -> Self {
        Self { day: 1, ..self }
    }
    pub fn last_of_month(self) -> Self {
        Self { day: civil::month_length(self.year, self.month), ..self }
    }
    /// The last Monday-to-Friday day of the month.
    pub fn last_working_of_month(self) -> Self {
        let last = self.last_of_month();
        let past_friday = last.weekday().index().saturating_sub(Weekday::Friday.index());
        last.plus(-i64::try_from(past_friday).unwrap_or(0))
    }
    /// `November`.
    pub fn month_name(self) -> &'static str {
        MONTHS[usize::try_from(self.month() - 1).unwrap_or(0)]
    }
    /// `Nov`.
    pub fn month_abbreviation(self) -> &'static str {
        &self.month_name()[..3]
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year(), self.month(), self.day())
    }
}
impl fmt::Debug for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
impl FromStr for Day {
    type Err = NotADay;
    /// Exactly `YYYY-MM-DD`.
    fn from_str(s: &str) -> Result<Self, NotADay> {
        let b = s.as_bytes();
        let shape =
            b.len() == 10 && b.iter().enumerate().all(|(i, c)| if i == 4 || i == 7 { *c == b'-' } else { c.is_ascii_digit() });
        if !shape {
            return Err(NotADay);
        }
        Self::new(
            s[..4].parse().map_err(|_| NotADay)?,
            s[5..7].parse().map_err(|_| NotADay)?,
            s[8..].parse().map_err(|_| NotADay)?,
        )
    }
}
impl Serialize for Day {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}
impl<'de> Deserialize<'de> for Day {
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        std::borrow::Cow::<'de, str>::deserialize(d)?.parse().map_err(de::Error::custom)
    }
}

/// A day of the week; ISO 8601 order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Weekday {
    Monday,
    Tuesday,
    Wednesday,
    Thursday,
    Friday,
    Saturday,
    Sunday,
}

impl Weekday {
    pub const ALL: [Self; 7] =
        [Self::Monday, Self::Tuesday, Self::Wednesday, Self::Thursday, Self::Friday, Self::Saturday, Self::Sunday];

    pub fn name(self) -> &'static str {
        ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"][self.index()]
    }
    /// `Mon`.
    pub fn abbreviation(self) -> &'static str {
        &self.name()[..3]
    }
    /// Days after Monday, 0–6.
    pub fn index(self) -> usize {
        Self::ALL.iter().position(|w| *w == self).unwrap_or(0)
    }
    /// The wire name: `monday`.
    pub fn code(self) -> &'static str {
        ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"][self.index()]
    }
}
impl FromStr for Weekday {
    type Err = NotADay;
    fn from_str(s: &str) -> Result<Self, NotADay> {
        Self::ALL.into_iter().find(|w| w.code() == s).ok_or(NotADay)
    }
}

/// Microseconds in a day.
const MICROS_PER_DAY: i64 = 86_400_000_000;

/// The text is not a moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("This is not a moment. Use RFC 3339, such as 2026-11-24T08:30:00Z.")]
pub struct NotAnInstant;

/// A moment in UTC, in microseconds since the Unix epoch. RFC 3339 on the wire.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Instant(pub i64);

impl Instant {
    /// `seconds` later.
    pub fn plus_seconds(self, seconds: i64) -> Self {
        Self(self.0.saturating_add(seconds.saturating_mul(1_000_000)))
    }
    /// Whole seconds since the Unix epoch.
    pub fn seconds(self) -> i64 {
        self.0.div_euclid(1_000_000)
    }
    /// The day in UTC.
    pub fn day(self) -> Day {
        Day::of_epoch(self.0.div_euclid(MICROS_PER_DAY))
    }
}
impl fmt::Display for Instant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = civil::of_epoch(self.0.div_euclid(MICROS_PER_DAY));
        let within = self.0.rem_euclid(MICROS_PER_DAY);
        let (seconds, micros) = (within / 1_000_000, within % 1_000_000);
        let (hour, minute, second) = (seconds / 3_600, seconds / 60 % 60, seconds % 60);
        write!(f, "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{micros:06}Z")
    }
}
impl FromStr for Instant {
    type Err = NotAnInstant;
    /// RFC 3339, with any offset; digits after the sixth of a fraction are left out.
    fn from_str(s: &str) -> Result<Self, NotAnInstant> {
        civil::read_instant(s).map(Self).ok_or(NotAnInstant)
    }
}
impl fmt::Debug for Instant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
impl Serialize for Instant {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}
impl<'de> Deserialize<'de> for Instant {
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        std::borrow::Cow::<'de, str>::deserialize(d)?.parse().map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn only_real_days_in_the_one_form() {
        for bad in [
            "2023-02-30",
            "0000-01-01",
            "1899-12-31",
            "2201-01-01",
            "+10000-01-01",
            "2024-1-1",
            "2024-01-01 ",
            "20240101",
            "２０24-01-01",
        ] {
            assert!(bad.parse::<Day>().is_err(), "{bad}");
        }
        assert_eq!("2024-02-29".parse::<Day>().map(|d| d.to_string()), Ok("2024-02-29".into()));
    }

    #[test]
    fn instants_are_rfc_3339() {
        let at = Instant(1_700_000_000_123_456);
        assert_eq!(at.to_string(), "2023-11-14T22:13:20.123456Z");
        let json = serde_json::to_string(&at).expect("json");
        assert_eq!(serde_json::from_str::<Instant>(&json).expect("back"), at);
        assert_eq!(at.day().to_string(), "2023-11-14");
    }

    #[test]
    fn instants_are_read_in_every_form_of_rfc_3339() {
        let at = |text: &str| text.parse::<Instant>().map(|at| at.to_string());
        let good = Ok("2023-11-14T22:13:20.120000Z".to_owned());
        for text in ["2023-11-14T22:13:20.12Z", "2023-11-14t23:13:20.1200009+01:00", "2023-11-14T16:43:20.12-05:30"] {
            assert_eq!(at(text), good, "{text}");
        }
        assert_eq!(at("1969-12-31T23:59:59.999999Z"), Ok("1969-12-31T23:59:59.999999Z".to_owned()));
        for bad in [
            "",
            "2023-11-14",
            "2023-11-14T22:13:20",
            "2023-11-14T24:00:00Z",
            "2023-02-29T10:00:00Z",
            "2023-11-14T22:13:20.Z",
            "2023-11-14T22:13:20+1:00",
            "2023-11-14T22:13:20Zz",
            "2023-11-14T22:60:20Zé",
        ] {
            assert_eq!(at(bad), Err(NotAnInstant), "{bad}");
        }
    }

    proptest! {
        /// The arithmetic is that of jiff, which the server's time zones go by.
        #[test]
        fn days_are_those_of_jiff(offset in 0_i64..109_935, months in -4_000_i64..4_000, micros in -62_000_000_000_000_000_i64..250_000_000_000_000_000) {
            let day = Day::MIN.plus(offset);
            let date = jiff::civil::date(day.year(), day.month(), day.day());
            prop_assert_eq!(date.weekday().to_monday_zero_offset(), i8::try_from(day.weekday().index()).expect("0 to 6"));
            prop_assert_eq!(date.last_of_month().day(), day.last_of_month().day());
            let moved = date.checked_add(jiff::ToSpan::months(months)).expect("within jiff's range");
            let held = Day::new(moved.year(), moved.month(), moved.day());
            prop_assert_eq!(held.unwrap_or(if months < 0 { Day::MIN } else { Day::MAX }), day.plus_months(months));
            let stamp = jiff::Timestamp::from_microsecond(micros).expect("within jiff's range");
            let at = Instant(stamp.as_microsecond());
            prop_assert_eq!(at.to_string().parse::<jiff::Timestamp>().expect("RFC 3339"), stamp);
            prop_assert_eq!(stamp.to_string().parse::<Instant>(), Ok(at));
        }

        #[test]
        fn days_read_back_and_count(offset in 0_i64..109_900, step in -5_000_i64..5_000) {
            let day = Day::MIN.plus(offset);
            prop_assert_eq!(day.to_string().parse::<Day>(), Ok(day));
            let other = day.plus(step);
            if other != Day::MIN && other != Day::MAX {
                prop_assert_eq!(other.since(day), step);
            }
        }
    }
}

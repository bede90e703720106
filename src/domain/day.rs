//! Days (calendar dates, no time zone) and instants (UTC).

use jiff::{ToSpan, civil::Date};
use serde::{Deserialize, Serialize, de};
use std::{fmt, str::FromStr};

/// A calendar day between 1900-01-01 and 2200-12-31 (S43). `YYYY-MM-DD` on the wire.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(Date);

/// The text is not a day, or not one within range.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("This is not a day. Use YYYY-MM-DD between 1900-01-01 and 2200-12-31.")]
pub struct NotADay;

const MONTHS: [&str; 12] =
    ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];

impl Day {
    pub const MIN: Self = Self(jiff::civil::date(1900, 1, 1));
    pub const MAX: Self = Self(jiff::civil::date(2200, 12, 31));

    /// A real calendar day in range.
    pub fn new(year: i16, month: i8, day: i8) -> Result<Self, NotADay> {
        Date::new(year, month, day).map_err(|_| NotADay).and_then(Self::checked)
    }
    fn checked(date: Date) -> Result<Self, NotADay> {
        let day = Self(date);
        if (Self::MIN..=Self::MAX).contains(&day) { Ok(day) } else { Err(NotADay) }
    }
    /// From jiff's date, when in range.
    pub fn from_date(date: Date) -> Result<Self, NotADay> {
        Self::checked(date)
    }
    pub fn date(self) -> Date {
        self.0
    }
    pub fn year(self) -> i16 {
        self.0.year()
    }
    /// 1–12.
    pub fn month(self) -> i8 {
        self.0.month()
    }
    /// Day of the month, 1–31.
    pub fn day(self) -> i8 {
        self.0.day()
    }
    pub fn weekday(self) -> Weekday {
        Weekday::ALL[usize::try_from(self.0.weekday().to_monday_zero_offset()).unwrap_or(0)]
    }
    /// `days` later (earlier when negative), held within range.
    pub fn plus(self, days: i64) -> Self {
        let days = days.clamp(-200_000, 200_000);
        Self(self.0.saturating_add(days.days())).clamp(Self::MIN, Self::MAX)
    }
    /// Whole days from `earlier` to this day.
    pub fn since(self, earlier: Self) -> i64 {
        i64::from((self.0 - earlier.0).get_days())
    }
    /// `months` later, the day held to the length of the month, within range.
    pub fn plus_months(self, months: i64) -> Self {
        Self(self.0.saturating_add(months.clamp(-4_000, 4_000).months())).clamp(Self::MIN, Self::MAX)
    }
    pub fn first_of_month(self) -> Self {
        Self(self.0.first_of_month())
    }
    pub fn last_of_month(self) -> Self {
        Self(self.0.last_of_month())
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
        Day::from_date(jiff::tz::TimeZone::UTC.to_datetime(self.timestamp()).date()).unwrap_or(Day::MAX)
    }
    fn timestamp(self) -> jiff::Timestamp {
        jiff::Timestamp::from_microsecond(self.0).unwrap_or(jiff::Timestamp::UNIX_EPOCH)
    }
}
impl fmt::Display for Instant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.6}", self.timestamp())
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
        let text = std::borrow::Cow::<'de, str>::deserialize(d)?;
        let stamp: jiff::Timestamp = text.parse().map_err(de::Error::custom)?;
        Ok(Self(stamp.as_microsecond()))
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

    proptest! {
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

//! The only place that reads the clock.

use crate::domain::{Day, Instant};
use jiff::{Timestamp, tz::TimeZone};

/// Now, in UTC.
pub fn now() -> Instant {
    Instant(Timestamp::now().as_microsecond())
}

/// Today in an IANA time zone; in UTC when the name is not known.
pub fn today(time_zone: &str) -> Day {
    let zone = TimeZone::get(time_zone).unwrap_or(TimeZone::UTC);
    Day::from_date(Timestamp::now().to_zoned(zone).date()).unwrap_or(Day::MAX)
}

/// True for a time zone's IANA name.
pub fn is_time_zone(name: &str) -> bool {
    name.len() <= 64 && TimeZone::get(name).is_ok()
}

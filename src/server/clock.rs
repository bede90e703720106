//! The only place that reads the clock.

use crate::domain::{Day, Instant};
use jiff::{Timestamp, tz::TimeZone};

/// Now, in UTC.
pub fn now() -> Instant {
    Instant(Timestamp::now().as_microsecond())
}

/// Now in UTC for the name of a file, such as `20261123T192800Z`.
pub fn stamp() -> String {
    Timestamp::now().strftime("%Y%m%dT%H%M%SZ").to_string()
}

/// Today in an IANA time zone; in UTC when the name is not known.
pub fn today(time_zone: &str) -> Day {
    let zone = TimeZone::get(time_zone).unwrap_or(TimeZone::UTC);
    day(Timestamp::now().to_zoned(zone).date())
}

/// A date, held within the range of days.
fn day(date: jiff::civil::Date) -> Day {
    Day::new(date.year(), date.month(), date.day()).unwrap_or(Day::MAX)
}

/// True for a time zone's IANA name.
pub fn is_time_zone(name: &str) -> bool {
    name.len() <= 64 && TimeZone::get(name).is_ok()
}

/// Every time zone a person can choose, by name; without the old spellings that name no place.
pub fn time_zones() -> Vec<String> {
    let mut names: Vec<String> = jiff::tz::db().available().map(|name| name.to_string()).filter(|name| is_place(name)).collect();
    names.push("UTC".to_owned());
    names.sort();
    names
}

fn is_place(name: &str) -> bool {
    const AREAS: [&str; 10] =
        ["Africa", "America", "Antarctica", "Arctic", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific"];
    name.split_once('/').is_some_and(|(area, _)| AREAS.contains(&area))
}

/// The day and the time (`14:05`) of an instant where a person lives.
pub fn local(at: Instant, time_zone: &str) -> (Day, String) {
    let zone = TimeZone::get(time_zone).unwrap_or(TimeZone::UTC);
    let stamp = Timestamp::from_microsecond(at.0).unwrap_or(Timestamp::UNIX_EPOCH);
    let there = zone.to_datetime(stamp);
    (day(there.date()), format!("{:02}:{:02}", there.hour(), there.minute()))
}

/// When a day begins where a person lives; `None` where that cannot be said in microseconds.
pub fn start_of(day: Day, time_zone: &str) -> Option<Instant> {
    let zone = TimeZone::get(time_zone).unwrap_or(TimeZone::UTC);
    let date = jiff::civil::Date::new(day.year(), day.month(), day.day()).ok()?;
    Some(Instant(date.to_zoned(zone).ok()?.timestamp().as_microsecond()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_day_is_the_persons() {
        let at = Instant(1_700_000_000_000_000);
        assert_eq!(local(at, "UTC"), ("2023-11-14".parse().expect("day"), "22:13".to_owned()));
        assert_eq!(local(at, "Europe/Ljubljana").1, "23:13");
        assert_eq!(local(at, "Asia/Tokyo").0.to_string(), "2023-11-15");
    }

    #[test]
    fn a_day_begins_where_the_person_lives() {
        let day: Day = "2026-03-29".parse().expect("day");
        for zone in ["UTC", "Europe/Ljubljana", "Asia/Tokyo", "America/St_Johns", "no such zone"] {
            let start = start_of(day, zone).expect("an instant");
            assert_eq!(local(start, zone), (day, "00:00".to_owned()), "{zone}");
            assert_eq!(local(Instant(start.0 - 1), zone).0, day.plus(-1), "{zone}");
        }
        // Nothing is before midnight where the clock skips it.
        let skipped: Day = "2024-04-26".parse().expect("day");
        let start = start_of(skipped, "Africa/Cairo").expect("an instant");
        assert_eq!(local(start, "Africa/Cairo"), (skipped, "01:00".to_owned()));
    }

    #[test]
    fn every_zone_offered_is_known() {
        let zones = time_zones();
        assert!(zones.len() > 400);
        assert!(zones.iter().all(|name| is_time_zone(name)));
        assert!(zones.contains(&"Europe/Ljubljana".to_owned()) && !zones.contains(&"EST5EDT".to_owned()));
    }
}

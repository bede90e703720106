//! How numbers and days are kept, for every engine alike.

use crate::domain::Day;

/// A day as it is kept: `20261122`.
pub fn day_int(day: Day) -> i64 {
    i64::from(day.year()) * 10_000 + i64::from(day.month()) * 100 + i64::from(day.day())
}

/// The day that is kept as `n`, if there is one.
pub fn int_day(n: i64) -> Option<Day> {
    let part = |n: i64| i8::try_from(n % 100).ok();
    Day::new(i16::try_from(n / 10_000).ok()?, part(n / 100)?, part(n)?).ok()
}

/// As engines keep whole numbers. Counts of the store never come near its end.
pub fn int(n: u64) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

/// A sum held at the ends of what minor units can be: nine thousand times the largest balance.
pub fn held(sum: i128) -> i64 {
    i64::try_from(sum).unwrap_or(if sum < 0 { i64::MIN } else { i64::MAX })
}

//! The arithmetic of the Gregorian calendar, on plain numbers. Small, because the browser loads it.
//!
//! After Howard Hinnant's `days_from_civil`: years begin in March, so that the leap day is the last of one.

/// Days in 400 years.
const ERA: i64 = 146_097;

/// Days from 1970-01-01 to a day that is real.
pub fn epoch(year: i16, month: i8, day: i8) -> i64 {
    let (year, month, day) = (i64::from(year) - i64::from(month <= 2), i64::from(month), i64::from(day));
    let (era, of_era) = (year.div_euclid(400), year.rem_euclid(400));
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * ERA + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

/// Year, month and day of so many days after 1970-01-01. Years beyond `i16` are held there.
pub fn of_epoch(days: i64) -> (i16, i8, i8) {
    let days = days.saturating_add(719_468);
    let (era, of_era) = (days.div_euclid(ERA), days.rem_euclid(ERA));
    let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let march = (5 * of_year + 2) / 153;
    let day = of_year - (153 * march + 2) / 5 + 1;
    let month = if march < 10 { march + 3 } else { march - 9 };
    let year = year + era * 400 + i64::from(month <= 2);
    let held = |n: i64| i8::try_from(n).unwrap_or(i8::MAX);
    (i16::try_from(year).unwrap_or(if year < 0 { i16::MIN } else { i16::MAX }), held(month), held(day))
}

/// How many days a month has; `month` is 1 to 12.
pub fn month_length(year: i16, month: i8) -> i8 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Year and month so many months later. Years beyond `i16` are held there.
pub fn plus_months(year: i16, month: i8, months: i64) -> (i16, i8) {
    let all = (i64::from(year) * 12 + i64::from(month) - 1).saturating_add(months);
    let year = all.div_euclid(12).clamp(i64::from(i16::MIN), i64::from(i16::MAX));
    (i16::try_from(year).unwrap_or(i16::MAX), i8::try_from(all.rem_euclid(12) + 1).unwrap_or(12))
}

/// Microseconds since the Unix epoch of a moment in RFC 3339.
pub fn read_instant(text: &str) -> Option<i64> {
    let text = text.as_bytes();
    let digits = |from: usize, to: usize| number(text.get(from..to)?);
    let marks = [(4, b"-"), (7, b"-"), (13, b":"), (16, b":")];
    let shape = marks.iter().all(|(at, mark)| text.get(*at) == Some(&mark[0])) && matches!(text.get(10)?, b'T' | b't' | b' ');
    let (year, month, day) = (digits(0, 4)?, digits(5, 7)?, digits(8, 10)?);
    let (hour, minute, second) = (digits(11, 13)?, digits(14, 16)?, digits(17, 19)?);
    let (year, month, day) = (i16::try_from(year).ok()?, i8::try_from(month).ok()?, i8::try_from(day).ok()?);
    let real =
        (1..=12).contains(&month) && (1..=month_length(year, month)).contains(&day) && hour < 24 && minute < 60 && second < 60;
    if !shape || !real {
        return None;
    }
    let (micros, rest) = fraction(&text[19..])?;
    let minutes = epoch(year, month, day) * 1_440 + hour * 60 + minute - offset(rest)?;
    Some((minutes * 60 + second) * 1_000_000 + micros)
}

/// A number of digits only.
fn number(digits: &[u8]) -> Option<i64> {
    digits.iter().try_fold(0, |n, digit| digit.is_ascii_digit().then(|| n * 10 + i64::from(digit - b'0')))
}

/// The fraction of a second that a text may begin with, in microseconds, and what comes after it.
fn fraction(text: &[u8]) -> Option<(i64, &[u8])> {
    let Some((b'.', rest)) = text.split_first() else { return Some((0, text)) };
    let end = rest.iter().position(|c| !c.is_ascii_digit()).filter(|end| *end > 0)?;
    let places = (0..6).map(|at| rest[..end].get(at).map_or(0, |digit| i64::from(digit - b'0')));
    Some((places.fold(0, |n, digit| n * 10 + digit), &rest[end..]))
}

/// An offset from UTC (`Z`, `+01:00`), in minutes.
fn offset(text: &[u8]) -> Option<i64> {
    match text {
        b"Z" | b"z" => Some(0),
        [sign @ (b'+' | b'-'), h1, h2, b':', m1, m2] => {
            let (hours, minutes) = (number(&[*h1, *h2])?, number(&[*m1, *m2])?);
            let all = (hours < 24 && minutes < 60).then_some(hours * 60 + minutes)?;
            Some(if *sign == b'-' { -all } else { all })
        }
        _ => None,
    }
}

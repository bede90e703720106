//! Days as they are typed in one line: `yesterday`, `mon`, `last friday`, `12.3.`, `3/12`, `2026-03-12`.

use crate::domain::{Day, Weekday, locale::DateOrder};

/// How far ahead a day without a year may be before it is taken for last year's.
const AHEAD: i64 = 31;

/// What a word says of the day.
#[derive(Debug, PartialEq, Eq)]
pub enum Said {
    Day(Day),
    /// As [`Said::Day`], by a short word that may mean something else as well (`sun`, `sat`).
    Perhaps(Day),
    /// Written as a day, but there is none such (30 February).
    NoDay,
    Nothing,
}

/// Reads one word.
pub fn word(word: &str, today: Day, order: DateOrder) -> Said {
    let lower = word.to_lowercase();
    match lower.as_str() {
        "today" => return Said::Day(today),
        "yesterday" => return Said::Day(today.plus(-1)),
        "tomorrow" => return Said::Day(today.plus(1)),
        _ => {}
    }
    if let Some((weekday, whole)) = weekday(&lower) {
        let day = latest(weekday, today);
        return if whole { Said::Day(day) } else { Said::Perhaps(day) };
    }
    written(&lower, today, order)
}

/// `last friday`: the latest one before today.
pub fn last(word: &str, today: Day) -> Option<Day> {
    weekday(&word.to_lowercase()).map(|(weekday, _)| latest(weekday, today.plus(-1)))
}

/// A weekday by its English name, or by the first three or four letters of it; true for the whole name.
fn weekday(word: &str) -> Option<(Weekday, bool)> {
    Weekday::ALL.into_iter().find_map(|weekday| {
        let name = weekday.name().to_lowercase();
        let short = matches!(word.len(), 3 | 4) && name.starts_with(word);
        (name == word || short).then_some((weekday, name == word))
    })
}

/// The latest such weekday that is not after `day`.
fn latest(weekday: Weekday, day: Day) -> Day {
    (0..7).map(|back| day.plus(-back)).find(|day| day.weekday() == weekday).unwrap_or(day)
}

/// Days in figures. Slashes are read in the locale's order, dots as day and month, dashes as ISO 8601.
fn written(word: &str, today: Day, order: DateOrder) -> Said {
    let numbers = |text: &str, sign: char| -> Option<Vec<i16>> {
        let parts: Vec<&str> = text.split(sign).collect();
        let fine = |part: &&str| matches!(part.len(), 1 | 2 | 4) && part.bytes().all(|b| b.is_ascii_digit());
        parts.iter().all(fine).then(|| parts.iter().filter_map(|part| part.parse().ok()).collect())
    };
    let (day, month, year) = if word.contains('-') {
        match numbers(word, '-').as_deref() {
            Some(&[year, month, day]) if year > 999 => (day, month, Some(year)),
            _ => return Said::Nothing,
        }
    } else if word.contains('/') {
        match (numbers(word, '/').as_deref(), order) {
            (Some(&[year, month, day]), _) if year > 999 => (day, month, Some(year)),
            (Some(&[day, month]), DateOrder::DayMonth) => (day, month, None),
            (Some(&[day, month, year]), DateOrder::DayMonth) => (day, month, Some(year)),
            (Some(&[month, day]), _) => (day, month, None),
            (Some(&[month, day, year]), _) => (day, month, Some(year)),
            _ => return Said::Nothing,
        }
    } else {
        let dotted = word.strip_suffix('.').map(|rest| (rest, true)).unwrap_or((word, false));
        match (numbers(dotted.0, '.').as_deref(), dotted.1) {
            (Some(&[day, month]), true) => (day, month, None),
            (Some(&[day, month, year]), _) => (day, month, Some(year)),
            _ => return Said::Nothing,
        }
    };
    // Figures that can only be meant the other way round are; what can be meant neither way is no day at all.
    let (day, month) = if month > 12 && day <= 12 { (month, day) } else { (day, month) };
    if !(1..=12).contains(&month) || !(1..=31).contains(&day) {
        return if year.is_some() { Said::NoDay } else { Said::Nothing };
    }
    match year {
        Some(year) => made(if year < 100 { year + 2000 } else { year }, month, day),
        None => {
            let this = made(today.year(), month, day);
            match this {
                Said::Day(day) if day.since(today) <= AHEAD => this,
                _ => [today.year() - 1, today.year()]
                    .into_iter()
                    .map(|year| made(year, month, day))
                    .find(is_day)
                    .unwrap_or(Said::NoDay),
            }
        }
    }
}

fn is_day(said: &Said) -> bool {
    matches!(said, Said::Day(_))
}

fn made(year: i16, month: i16, day: i16) -> Said {
    let narrow = |n: i16| i8::try_from(n).ok();
    let made = narrow(month).zip(narrow(day)).and_then(|(month, day)| Day::new(year, month, day).ok());
    made.map_or(Said::NoDay, Said::Day)
}

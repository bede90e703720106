//! Days as statements write them, and the order of day, month and year, decided over a whole column.
//!
//! It must never settle an order that another one explains as well: then it is asked.

use crate::domain::{Day, fold, import::DayOrder};

/// A date as written, before its order is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Written {
    /// Year first with four digits, or the month by name: one reading only.
    Fixed(Day, DayOrder),
    /// Three numbers; `dashes` between them also allow a short year first.
    Numbers { first: u16, second: u16, third: u16, short_year: bool, separator: char },
}

/// Words that stand in a date and say nothing.
const FILLERS: &str = "de|of|st|nd|rd|th|mon|tue|wed|thu|fri|sat|sun|mo|di|mi|do|fr|sa|so";

/// What a column says about its dates.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Column {
    /// Fields that are not blank.
    pub filled: usize,
    /// Fields that are a date in some order.
    pub dates: usize,
    /// The one order that reads every date; `None` when several do, or none.
    pub order: Option<DayOrder>,
}

/// Reads a day; in which order only matters where the text leaves it open.
pub fn parse(text: &str, order: DayOrder) -> Option<Day> {
    match written(text)? {
        Written::Fixed(day, _) => Some(day),
        numbers => numbers.read(order),
    }
}

/// Reads the column without knowing the order.
pub fn survey<'a>(fields: impl Iterator<Item = &'a str>) -> Column {
    let mut column = Column::default();
    let mut possible = DayOrder::ALL.to_vec();
    let (mut open, mut fixed) = (false, None);
    for field in fields.filter(|f| !f.is_empty()) {
        column.filled += 1;
        let Some(date) = written(field) else { continue };
        if let Written::Fixed(_, order) = date {
            column.dates += 1;
            fixed = fixed.or(Some(order));
            continue;
        }
        let readings: Vec<(DayOrder, Day)> = DayOrder::ALL.iter().filter_map(|o| Some((*o, date.read(*o)?))).collect();
        let Some((_, first)) = readings.first() else { continue };
        column.dates += 1;
        // 05/05/2026 tells nothing but that it is no year first.
        let tells = readings.iter().any(|(_, day)| day != first);
        open |= tells || readings.len() == 1;
        possible.retain(|order| readings.iter().any(|(o, _)| o == order));
        fixed = fixed.or(readings.first().map(|(order, _)| *order));
    }
    column.order = match possible.as_slice() {
        [only] => Some(*only),
        _ if !open => fixed,
        _ => None,
    };
    column
}

impl Written {
    fn read(self, order: DayOrder) -> Option<Day> {
        let Self::Numbers { first, second, third, short_year, separator } = self else { return None };
        let (day, month, year) = match order {
            DayOrder::Dmy => (first, second, third),
            // Nobody writes the month first before a point.
            DayOrder::Mdy if separator != '.' => (second, first, third),
            DayOrder::Ymd if short_year && separator == '-' => (third, second, first),
            DayOrder::Mdy | DayOrder::Ymd => return None,
        };
        make(if short_year { century(year) } else { year }, month, day)
    }
}

/// A year of two digits: 1970 to 2069.
fn century(year: u16) -> u16 {
    if year < 70 { 2000 + year } else { 1900 + year }
}

fn make(year: u16, month: u16, day: u16) -> Option<Day> {
    Day::new(i16::try_from(year).ok()?, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
}

/// The part before a time of day.
fn without_time(text: &str) -> &str {
    let Some(colon) = text.find(':') else { return text };
    let before = &text[..colon];
    before.rfind([' ', ',', 'T']).map_or(before, |cut| before[..cut].trim_end_matches([',', ' ']))
}

fn written(text: &str) -> Option<Written> {
    let text = without_time(text.trim()).trim();
    if text.is_empty() || text.len() > 40 || !text.contains(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let (numbers, words, separators) = tokens(text)?;
    match (numbers.as_slice(), words.as_slice()) {
        ([run], []) if run.len() == 8 && separators.is_empty() => {
            make(number(&run[..4])?, number(&run[4..6])?, number(&run[6..])?).map(|d| Written::Fixed(d, DayOrder::Ymd))
        }
        ([a, b, c], []) => three_numbers([a, b, c], &separators),
        ([a, b], [_, ..]) => named(a, b, &words, text),
        _ => None,
    }
}

/// Runs of digits, runs of letters, and what stands between the runs of digits.
fn tokens(text: &str) -> Option<(Vec<&str>, Vec<String>, Vec<char>)> {
    let (mut numbers, mut words, mut separators) = (Vec::new(), Vec::new(), Vec::new());
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let length = |same: fn(char) -> bool| rest.find(|c: char| !same(c)).unwrap_or(rest.len());
        if c.is_ascii_digit() {
            let end = length(|c| c.is_ascii_digit());
            numbers.push(&rest[..end]);
            rest = &rest[end..];
        } else if c.is_alphabetic() {
            let end = length(char::is_alphabetic);
            words.extend(fold::words(&rest[..end]));
            rest = &rest[end..];
        } else if matches!(c, '.' | '/' | '-' | ' ' | ',' | '\u{a0}') {
            // “2. 1. 2026” is the same as “2.1.2026”.
            if c != ' ' && c != '\u{a0}' {
                separators.push(c);
            }
            rest = &rest[c.len_utf8()..];
        } else {
            return None;
        }
    }
    Some((numbers, words, separators))
}

fn number(digits: &str) -> Option<u16> {
    digits.parse().ok()
}

fn three_numbers([a, b, c]: [&str; 3], separators: &[char]) -> Option<Written> {
    let separator = match separators {
        [x, y] if x == y && *x != ',' => *x,
        ['.', '.', '.'] => '.',
        [] => '.',
        _ => return None,
    };
    let (first, second, third) = (number(a)?, number(b)?, number(c)?);
    match (a.len(), b.len(), c.len()) {
        (4, 1..=2, 1..=2) => make(first, second, third).map(|d| Written::Fixed(d, DayOrder::Ymd)),
        (1..=2, 1..=2, 4) => Some(Written::Numbers { first, second, third, short_year: false, separator }),
        (1..=2, 1..=2, 2) => Some(Written::Numbers { first, second, third, short_year: true, separator }),
        _ => None,
    }
}

/// A date with its month as a word: `2 Jan 2026`, `Jan 2, 2026`, `2-Jan-26`.
fn named(a: &str, b: &str, words: &[String], text: &str) -> Option<Written> {
    let mut months = words.iter().filter(|w| FILLERS.split('|').all(|f| f != *w));
    let month = month(months.next()?)?;
    if months.next().is_some() || !matches!(a.len(), 1 | 2) || !matches!(b.len(), 2 | 4) {
        return None;
    }
    let year = number(b)?;
    let year = if b.len() == 2 { century(year) } else { year };
    let order = if text.starts_with(|c: char| c.is_ascii_digit()) { DayOrder::Dmy } else { DayOrder::Mdy };
    make(year, month, number(a)?).map(|d| Written::Fixed(d, order))
}

/// The month by the first letters of its name in the languages whose statements write it out.
fn month(word: &str) -> Option<u16> {
    const STARTS: [&[&str]; 12] = [
        &["jan", "ene", "gen"],
        &["feb", "fev"],
        &["mar", "mrz", "maa"],
        &["apr", "avr", "abr"],
        &["may", "mai", "mag", "mei", "maj"],
        &["jun", "juin", "giu"],
        &["jul", "juil", "lug"],
        &["aug", "aou", "ago", "avg"],
        &["sep", "set"],
        &["oct", "okt", "ott", "out"],
        &["nov"],
        &["dec", "dez", "dic"],
    ];
    let found = STARTS.iter().position(|names| names.iter().any(|n| word.starts_with(n)))?;
    u16::try_from(found + 1).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn day(text: &str) -> Day {
        text.parse().expect("a day")
    }

    #[test]
    fn the_forms_of_statements() {
        use DayOrder::{Dmy, Mdy, Ymd};
        for (text, order, want) in [
            ("2026-02-03", Dmy, "2026-02-03"),
            ("2026/2/3", Mdy, "2026-02-03"),
            ("20260203", Dmy, "2026-02-03"),
            ("2026-02-03T23:59:59.000Z", Dmy, "2026-02-03"),
            ("2026-02-03 10:11", Dmy, "2026-02-03"),
            ("03/02/2026, 10:11:12", Dmy, "2026-02-03"),
            ("2/3/2026 3:04 PM", Mdy, "2026-02-03"),
            ("03.02.2026", Dmy, "2026-02-03"),
            ("3. 2. 2026", Dmy, "2026-02-03"),
            ("3.2.26", Dmy, "2026-02-03"),
            ("03-02-2026", Dmy, "2026-02-03"),
            ("26-02-03", Ymd, "2026-02-03"),
            ("02/03/69", Mdy, "2069-02-03"),
            ("02/03/70", Mdy, "1970-02-03"),
            ("3 Feb 2026", Mdy, "2026-02-03"),
            ("Feb 3, 2026", Dmy, "2026-02-03"),
            ("03-FEB-26", Mdy, "2026-02-03"),
            ("3. März 2026", Dmy, "2026-03-03"),
            ("3 févr. 2026", Dmy, "2026-02-03"),
            ("Tue 3 Feb 2026", Dmy, "2026-02-03"),
            ("3 de agosto de 2026", Dmy, "2026-08-03"),
            ("3rd Feb 2026", Dmy, "2026-02-03"),
        ] {
            assert_eq!(parse(text, order), Some(day(want)), "{text}");
        }
        for bad in [
            "",
            "Total",
            "31/02/2026",
            "2026-13-01",
            "1/2",
            "1/2/3/4",
            "12,50",
            "1.234.567",
            "2026",
            "Saldo per 31.01.2026",
            "1899-12-31",
            "00/00/0000",
            "3 Feb",
            "3-2.2026",
            "１/2/2026",
            "99999999",
        ] {
            assert_eq!(parse(bad, Dmy), None, "{bad}");
        }
    }

    #[test]
    fn the_order_is_decided_over_the_whole_column() {
        let order = |fields: &[&str]| survey(fields.iter().copied()).order;
        assert_eq!(order(&["01/02/2026", "02/02/2026", "13/02/2026"]), Some(DayOrder::Dmy));
        assert_eq!(order(&["01/02/2026", "02/13/2026"]), Some(DayOrder::Mdy));
        assert_eq!(order(&["01/02/2026", "02/03/2026"]), None);
        assert_eq!(order(&["13/02/2026", "02/13/2026"]), None, "each order leaves a date unread");
        assert_eq!(order(&["01.02.2026"]), Some(DayOrder::Dmy));
        assert_eq!(order(&["05/05/2026"]), Some(DayOrder::Dmy), "both readings are the same day");
        assert_eq!(order(&["2026-02-01"]), Some(DayOrder::Ymd));
        assert_eq!(order(&["01-02-26"]), None);
        assert_eq!(order(&["26-02-13"]), None, "13 February 2026 or 26 February 2013");
        assert_eq!(order(&["26-02-13", "26-03-32"]), Some(DayOrder::Dmy));
        assert_eq!(order(&["Feb 3, 2026"]), Some(DayOrder::Mdy));
        let column = survey(["01/02/2026", "", "Total"].into_iter());
        assert_eq!((column.filled, column.dates), (2, 1));
    }

    proptest! {
        #[test]
        fn every_day_reads_back(offset in 25_600_i64..62_000) {
            let d = Day::MIN.plus(offset);
            let (y, m, dd) = (d.year(), d.month(), d.day());
            prop_assert_eq!(parse(&format!("{dd}/{m}/{y}"), DayOrder::Dmy), Some(d));
            prop_assert_eq!(parse(&format!("{m:02}/{dd:02}/{:02}", y % 100), DayOrder::Mdy), Some(d));
            prop_assert_eq!(parse(&format!("{dd} {} {y}", d.month_abbreviation()), DayOrder::Mdy), Some(d));
        }

        #[test]
        fn no_text_panics(text in "[\\PC]{0,45}") {
            let _ = survey(std::iter::once(text.as_str()));
        }
    }
}

//! Amounts as statements write them, and the decimal sign, decided over a whole column.
//!
//! It must never read a number in two ways: separators stand where they belong, or it is refused.

use super::cell::unguarded;
use crate::domain::{Currency, Money, money::AmountError};

/// Why a field is not an amount in the account's currency.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unreadable {
    NotANumber,
    TooManyDecimals,
    TooLarge,
    OtherCurrency,
}

/// An amount taken apart: its sign, its digits with separators, and the words or signs around it.
struct Bare<'a> {
    negative: bool,
    number: &'a str,
    units: Vec<&'a str>,
}

fn is_minus(c: char) -> bool {
    matches!(c, '-' | '\u{2212}' | '\u{2013}' | '\u{fe63}' | '\u{ff0d}')
}
fn is_group(c: char) -> bool {
    matches!(c, ' ' | '\u{a0}' | '\u{202f}' | '\u{2009}' | '\'' | '\u{2019}')
}
fn is_number(c: char) -> bool {
    c.is_ascii_digit() || matches!(c, '.' | ',')
}

/// True for a field that says “no amount”: blank, or a dash.
pub fn is_blank(text: &str) -> bool {
    unguarded(text).chars().all(|c| c.is_whitespace() || is_minus(c))
}

/// Reads signed minor units.
pub fn parse(text: &str, decimal_comma: bool, currency: Currency) -> Result<i64, Unreadable> {
    let bare = take_apart(text).ok_or(Unreadable::NotANumber)?;
    let mut negative = bare.negative;
    for unit in &bare.units {
        match marks_debit(unit) {
            Some(debit) => negative |= debit,
            None if is_same(unit, currency) => {}
            None if is_currency(unit) => return Err(Unreadable::OtherCurrency),
            None => return Err(Unreadable::NotANumber),
        }
    }
    let plain = plain(bare.number, if decimal_comma { ',' } else { '.' }, currency.decimals()).ok_or(Unreadable::NotANumber)?;
    match Money::parse(&plain, currency) {
        Ok(money) => Ok(if negative { -money.minor } else { money.minor }),
        Err(AmountError::TooManyDecimals(..)) => Err(Unreadable::TooManyDecimals),
        Err(AmountError::TooLarge) => Err(Unreadable::TooLarge),
        Err(_) => Err(Unreadable::NotANumber),
    }
}

/// True when the text is an amount under some decimal sign, in whatever currency.
pub fn looks_like_one(text: &str) -> bool {
    take_apart(text).is_some_and(|bare| {
        bare.units.iter().all(|u| u.chars().count() <= 3)
            && [',', '.'].iter().any(|decimal| plain(bare.number, *decimal, 0).is_some())
    })
}

/// True for an amount that says it is money out.
pub fn is_negative(text: &str) -> bool {
    take_apart(text).is_some_and(|bare| bare.negative || bare.units.iter().any(|unit| marks_debit(unit) == Some(true)))
}

/// Debit and credit after an amount, as British, Indian and German statements mark them.
fn marks_debit(unit: &str) -> Option<bool> {
    match unit.to_lowercase().as_str() {
        "dr" | "db" | "s" => Some(true),
        "cr" | "h" => Some(false),
        _ => None,
    }
}

/// True when the column's decimal sign is a comma; `None` when nothing in it tells.
pub fn decimal_comma<'a>(fields: impl Iterator<Item = &'a str>, currency: Currency) -> Option<bool> {
    let (mut comma, mut point, mut grouped_by_comma, mut grouped_by_point) = (0_usize, 0_usize, 0_usize, 0_usize);
    for bare in fields.filter_map(take_apart) {
        let Some(last) = bare.number.rfind([',', '.']) else { continue };
        let is_comma = bare.number[last..].starts_with(',');
        let sign = if is_comma { ',' } else { '.' };
        let repeated = bare.number.matches(sign).count() > 1;
        let other = bare.number.contains(if is_comma { '.' } else { ',' });
        // “1,234” is a thousand where the currency has no three decimals.
        let three = bare.number.len() - last == 4 && currency.decimals() != 3;
        match (repeated, !other && three, is_comma) {
            (true, _, true) => point += 1,
            (true, _, false) => comma += 1,
            (false, true, true) => grouped_by_comma += 1,
            (false, true, false) => grouped_by_point += 1,
            (false, false, true) => comma += 1,
            (false, false, false) => point += 1,
        }
    }
    match comma.cmp(&point) {
        std::cmp::Ordering::Greater => Some(true),
        std::cmp::Ordering::Less => Some(false),
        std::cmp::Ordering::Equal if grouped_by_comma == grouped_by_point => None,
        std::cmp::Ordering::Equal => Some(grouped_by_point > grouped_by_comma),
    }
}

fn take_apart(text: &str) -> Option<Bare<'_>> {
    let mut rest = unguarded(text).trim();
    if rest.len() > 64 {
        return None;
    }
    let mut signs = 0;
    let mut negative = false;
    if let Some(inner) = rest.strip_prefix('(').and_then(|r| r.strip_suffix(')')) {
        (rest, signs, negative) = (inner, 1, true);
    }
    let mut units = Vec::new();
    loop {
        rest = rest.trim();
        let (first, last) = (rest.chars().next()?, rest.chars().next_back()?);
        if is_minus(first) || first == '+' {
            (rest, signs, negative) = (&rest[first.len_utf8()..], signs + 1, negative || is_minus(first));
        } else if is_minus(last) || last == '+' {
            (rest, signs, negative) = (&rest[..rest.len() - last.len_utf8()], signs + 1, negative || is_minus(last));
        } else if !is_number(first) {
            let end = rest.find(|c| is_number(c) || is_minus(c) || c == '+' || is_group(c))?;
            units.push(&rest[..end]);
            rest = &rest[end..];
        } else if !is_number(last) {
            let begin = rest.rfind(|c| is_number(c) || is_minus(c) || c == '+' || is_group(c))?;
            let begin = begin + rest[begin..].chars().next()?.len_utf8();
            units.push(&rest[begin..]);
            rest = &rest[..begin];
        } else {
            break;
        }
        if signs > 1 || units.len() > 2 || units.last().is_some_and(|u| u.is_empty()) {
            return None;
        }
    }
    let fine = rest.contains(|c: char| c.is_ascii_digit()) && rest.chars().all(|c| is_number(c) || is_group(c));
    fine.then_some(Bare { negative, number: rest, units })
}

/// Digits with a decimal point, or `None` when the separators do not stand where they belong. Zeros
/// after the currency's decimals are dropped.
fn plain(number: &str, decimal: char, decimals: u32) -> Option<String> {
    let (whole, fraction) = number.split_once(decimal).unwrap_or((number, ""));
    if !fraction.chars().all(|c| c.is_ascii_digit()) || (number.contains(decimal) && fraction.is_empty()) {
        return None;
    }
    let groups: Vec<&str> = whole.split(|c| is_group(c) || matches!(c, '.' | ',')).collect();
    let last = groups.len() - 1;
    let grouped = groups.iter().enumerate().all(|(i, group)| match i {
        _ if last == 0 => true,
        0 => (1..=3).contains(&group.len()),
        i if i == last => group.len() == 3,
        // Lakhs and crores.
        _ => matches!(group.len(), 2 | 3),
    });
    if !grouped {
        return None;
    }
    let whole = groups.concat();
    let keep = fraction.trim_end_matches('0').len().max(fraction.len().min(decimals as usize));
    let whole = if whole.is_empty() { "0" } else { &whole };
    Some(if keep == 0 { whole.to_owned() } else { format!("{whole}.{}", &fraction[..keep]) })
}

/// True when a sign or code stands for this currency.
pub fn is_same(unit: &str, currency: Currency) -> bool {
    let symbol = currency.symbol();
    unit.eq_ignore_ascii_case(currency.code()) || unit == symbol || (unit == "$" && symbol.ends_with('$'))
}

/// True for any currency's code or sign.
pub fn is_currency(unit: &str) -> bool {
    unit == "$" || unit.to_uppercase().parse::<Currency>().is_ok() || Currency::all().any(|c| c.symbol() == unit)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_forms_of_statements() {
        for (text, comma, want) in [
            ("12.50", false, 1250),
            ("-12.5", false, -1250),
            ("+12.50", false, 1250),
            ("12.50-", false, -1250),
            ("\u{2212}12.50", false, -1250),
            ("(12.00)", false, -1200),
            ("(€1,234.56)", false, -123_456),
            ("1,234.56", false, 123_456),
            ("12,34,567.00", false, 123_456_700),
            ("€ 12.00", false, 1200),
            ("-€12.00", false, -1200),
            ("€-12.00", false, -1200),
            ("EUR 12.00", false, 1200),
            ("12.00 CR", false, 1200),
            ("12.00 DR", false, -1200),
            ("12.5000", false, 1250),
            (".50", false, 50),
            ("1234", false, 123_400),
            ("1.234,56", true, 123_456),
            ("1.234,56-", true, -123_456),
            ("1 234,56 €", true, 123_456),
            ("1\u{202f}234,56\u{a0}EUR", true, 123_456),
            ("1'234.56", false, 123_456),
            ("-1’234’567.05", false, -123_456_705),
            ("12,00 S", true, -1200),
            ("12,00 H", true, 1200),
            ("'-12.50", false, -1250),
            ("0,00", true, 0),
        ] {
            assert_eq!(parse(text, comma, Currency::EUR), Ok(want), "{text}");
        }
        for (text, comma, want) in [
            ("", false, Unreadable::NotANumber),
            ("-", false, Unreadable::NotANumber),
            ("--5", false, Unreadable::NotANumber),
            ("(-5)", false, Unreadable::NotANumber),
            ("1e3", false, Unreadable::NotANumber),
            ("0x10", false, Unreadable::NotANumber),
            ("1_000", false, Unreadable::NotANumber),
            ("NaN", false, Unreadable::NotANumber),
            ("１２", false, Unreadable::NotANumber),
            ("12 50", false, Unreadable::NotANumber),
            ("12,50", false, Unreadable::NotANumber),
            ("12.50", true, Unreadable::NotANumber),
            ("1.2.3", false, Unreadable::NotANumber),
            ("12.", false, Unreadable::NotANumber),
            ("12.00 pcs", false, Unreadable::NotANumber),
            ("12.345", false, Unreadable::TooManyDecimals),
            ("99999999999999999999", false, Unreadable::TooLarge),
            ("$12.00", false, Unreadable::OtherCurrency),
            ("12.00 GBP", false, Unreadable::OtherCurrency),
        ] {
            assert_eq!(parse(text, comma, Currency::EUR), Err(want), "{text}");
        }
        assert_eq!(parse("$5", false, "AUD".parse().expect("dollars")), Ok(500));
        assert_eq!(parse("1,200", false, "JPY".parse().expect("yen")), Ok(1200));
        assert_eq!(parse("1.234", false, "BHD".parse().expect("dinars")), Ok(1234));
    }

    #[test]
    fn the_decimal_sign_is_decided_over_the_whole_column() {
        let decide = |fields: &[&str]| decimal_comma(fields.iter().copied(), Currency::EUR);
        assert_eq!(decide(&["1.234", "12,50"]), Some(true));
        assert_eq!(decide(&["1,234", "12.50"]), Some(false));
        assert_eq!(decide(&["1.234,56"]), Some(true));
        assert_eq!(decide(&["1.234.567"]), Some(true));
        assert_eq!(decide(&["1,234"]), Some(false));
        assert_eq!(decide(&["12", "Total", ""]), None);
    }

    proptest! {
        #[test]
        fn what_is_written_reads_back(minor in -999_999_999_i64..=999_999_999, style in 0..4) {
            let (text, comma) = match style {
                0 => (Money::new(minor, Currency::EUR).decimal(), false),
                1 => (Money::new(minor, Currency::EUR).decimal().replace('.', ","), true),
                2 => ("en-GB".parse::<crate::domain::Locale>().unwrap().money(Money::new(minor, Currency::EUR)), false),
                _ => ("de-DE".parse::<crate::domain::Locale>().unwrap().money(Money::new(minor, Currency::EUR)), true),
            };
            prop_assert_eq!(parse(&text, comma, Currency::EUR), Ok(minor), "{}", text);
            prop_assert!(looks_like_one(&text));
        }

        #[test]
        fn no_text_panics(text in "[\\PC]{0,70}", comma: bool) {
            let _ = (parse(&text, comma, Currency::EUR), looks_like_one(&text), is_blank(&text));
            let _ = decimal_comma(std::iter::once(text.as_str()), Currency::EUR);
        }
    }
}

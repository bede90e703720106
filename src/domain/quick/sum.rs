//! Amounts as they are typed in one line: with a currency's sign, and as sums such as `3*4.20+1`.

use crate::domain::{
    Currency, Locale, Money,
    money::{AmountError, MAX_MINOR},
};

const PLUS: [char; 1] = ['+'];
const MINUS: [char; 2] = ['-', '−'];
const TIMES: [char; 2] = ['*', '×'];
/// A number with more digits than this is no amount.
const MAX_DIGITS: usize = 16;

fn is_operator(c: char) -> bool {
    PLUS.contains(&c) || MINUS.contains(&c) || TIMES.contains(&c)
}

/// Signs that currencies have in common, such as the dollar's.
const SHARED: [&str; 2] = ["$", "¥"];

/// The word without the currency's sign or code; `None` when it carries neither.
pub fn unsigned(word: &str, currency: Currency) -> Option<&str> {
    let shared = SHARED.into_iter().filter(|sign| currency.symbol().ends_with(sign));
    [currency.code(), currency.symbol()].into_iter().chain(shared).find_map(|mark| strip(word, mark))
}

/// True for an amount with another currency's sign or code.
pub fn is_foreign(word: &str, own: Currency) -> bool {
    let inner = word.trim_matches(|c: char| !c.is_ascii_digit());
    if inner.is_empty() || inner.len() == word.len() || unsigned(word, own).is_some() {
        return false;
    }
    let marked = |mark: &str| strip(word, mark).is_some_and(is_sum);
    Currency::all().any(|c| marked(c.symbol()) || (word.contains(c.code()) && marked(c.code())))
}

/// The word without what ends a sentence or a part of it.
pub fn ended(word: &str) -> &str {
    word.trim_end_matches(['.', ',', ';', ':', '!', '?'])
}

fn strip<'w>(word: &'w str, mark: &str) -> Option<&'w str> {
    let same = |part: &str| part.to_lowercase() == mark.to_lowercase();
    let (head, tail) = (word.get(..mark.len()), word.len().checked_sub(mark.len()).and_then(|at| word.get(at..)));
    match (head, tail) {
        (Some(head), _) if same(head) => Some(&word[mark.len()..]),
        (_, Some(tail)) if same(tail) => Some(&word[..word.len() - mark.len()]),
        _ => None,
    }
}

/// True for a word made of digits, separators and operators that begins and ends with a digit.
pub fn is_sum(word: &str) -> bool {
    let ends = |c: Option<char>| c.is_some_and(|c| c.is_ascii_digit());
    let inner = |c: char| c.is_ascii_digit() || matches!(c, '.' | ',' | '\'' | '’') || is_operator(c);
    word.chars().all(inner) && ends(word.chars().next_back()) && ends(word.trim_start_matches(['.', ',']).chars().next())
}

/// True for a whole number without any sign, separator or operator.
pub fn is_plain(word: &str) -> bool {
    word.bytes().all(|b| b.is_ascii_digit())
}

/// What a sum comes to, rounded half up to the currency's decimals where it multiplies.
pub fn total(sum: &str, currency: Currency, locale: Locale) -> Result<Money, AmountError> {
    if !sum.contains(is_operator) {
        return Money::parse_typed(sum, currency, locale);
    }
    let (mut minor, mut rest, mut sign) = (0_i128, sum, 1);
    loop {
        let end = rest.find(|c| PLUS.contains(&c) || MINUS.contains(&c)).unwrap_or(rest.len());
        let term = product(&rest[..end], currency, locale)?;
        minor = minor.checked_add(sign * term).ok_or(AmountError::TooLarge)?;
        let Some(operator) = rest[end..].chars().next() else { break };
        sign = if PLUS.contains(&operator) { 1 } else { -1 };
        rest = &rest[end + operator.len_utf8()..];
    }
    match i64::try_from(minor) {
        Ok(minor) if minor <= 0 => Err(AmountError::NotPositive),
        Ok(minor) if minor <= MAX_MINOR => Ok(Money::new(minor, currency)),
        _ => Err(AmountError::TooLarge),
    }
}

/// Minor units of factors with `*` between them.
fn product(term: &str, currency: Currency, locale: Locale) -> Result<i128, AmountError> {
    let (mut value, mut decimals) = (1_i128, 0_u32);
    for factor in term.split(TIMES) {
        let plain = locale.plain_number(factor, currency.decimals());
        let (whole, fraction) = plain.split_once('.').unwrap_or((&plain, ""));
        let digits = format!("{whole}{fraction}");
        if whole.is_empty() || digits.len() > MAX_DIGITS || !is_plain(&digits) {
            return Err(AmountError::NotANumber);
        }
        let factor: i128 = digits.parse().map_err(|_| AmountError::NotANumber)?;
        value = value.checked_mul(factor).ok_or(AmountError::TooLarge)?;
        decimals = decimals.saturating_add(fraction.len().try_into().unwrap_or(u32::MAX));
    }
    let scale = |n: u32| 10_i128.checked_pow(n).ok_or(AmountError::TooLarge);
    let wanted = currency.decimals();
    if decimals <= wanted {
        return value.checked_mul(scale(wanted - decimals)?).ok_or(AmountError::TooLarge);
    }
    let divisor = scale(decimals - wanted)?;
    Ok((value + divisor / 2) / divisor)
}

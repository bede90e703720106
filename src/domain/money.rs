//! Money: whole minor units and a currency. Never a float, always checked.

use super::{Currency, Locale};
use serde::{Deserialize, Serialize, de};
use std::{cmp::Ordering, fmt};

/// The largest amount and the largest balance, in minor units (S41).
pub const MAX_MINOR: i64 = 1_000_000_000_000_000;

/// An amount of money, possibly negative. On the wire: `{"amount":"12.50","currency":"EUR"}`.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Money {
    /// Minor units (cents for EUR, yen for JPY).
    pub minor: i64,
    pub currency: Currency,
}

/// Why a text is not an amount.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AmountError {
    #[error("Enter an amount, such as 12.50.")]
    Empty,
    #[error("This is not an amount. Write digits with a decimal point, such as 12.50.")]
    NotANumber,
    #[error("{0} has {1} decimals; this amount has more.")]
    TooManyDecimals(Currency, u32),
    #[error("The amount must be more than zero.")]
    NotPositive,
    #[error("The amount is too large.")]
    TooLarge,
    #[error("Your account is in {0}. Enter the amount in {0}.")]
    OtherCurrency(Currency),
}

/// A text in which no amount was written by us.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not an amount")]
pub struct NotAnAmount;

impl AmountError {
    /// The contract's stable code.
    pub fn code(self) -> &'static str {
        match self {
            Self::Empty => "required",
            Self::NotANumber => "not_a_number",
            Self::TooManyDecimals(..) => "too_many_decimals",
            Self::NotPositive => "not_positive",
            Self::TooLarge => "too_large",
            Self::OtherCurrency(_) => "other_currency",
        }
    }
}

impl Money {
    pub const fn new(minor: i64, currency: Currency) -> Self {
        Self { minor, currency }
    }
    pub const fn zero(currency: Currency) -> Self {
        Self { minor: 0, currency }
    }

    /// Reads the contract's form: ASCII digits, at most one `.`, an optional leading `-`; at most the
    /// currency's decimals. Refuses signs, spaces, exponents, separators and other digits (S41).
    pub fn parse(text: &str, currency: Currency) -> Result<Self, AmountError> {
        if text.is_empty() {
            return Err(AmountError::Empty);
        }
        let (negative, digits) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        let all_digits = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
        if whole.is_empty() || !all_digits(whole) || !all_digits(fraction) {
            return Err(AmountError::NotANumber);
        }
        if digits.contains('.') && fraction.is_empty() {
            return Err(AmountError::NotANumber);
        }
        let decimals = currency.decimals();
        if fraction.len() > decimals as usize {
            return Err(AmountError::TooManyDecimals(currency, decimals));
        }
        let padded = format!("{whole}{fraction:0<width$}", width = decimals as usize);
        let significant = padded.trim_start_matches('0');
        if significant.len() > 16 {
            return Err(AmountError::TooLarge);
        }
        let minor: i64 = if significant.is_empty() { 0 } else { significant.parse().map_err(|_| AmountError::TooLarge)? };
        if minor > MAX_MINOR {
            return Err(AmountError::TooLarge);
        }
        Ok(Self::new(if negative { -minor } else { minor }, currency))
    }

    /// As [`Money::parse`], and more than zero: what an expense or funds may be.
    pub fn parse_positive(text: &str, currency: Currency) -> Result<Self, AmountError> {
        let money = Self::parse(text, currency)?;
        if money.minor > 0 { Ok(money) } else { Err(AmountError::NotPositive) }
    }

    /// Reads what a person types: their locale's separators, or a plain decimal point, an optional
    /// currency sign or code, spaces around. Positive only.
    pub fn parse_typed(text: &str, currency: Currency, locale: Locale) -> Result<Self, AmountError> {
        let mut rest = text.trim();
        for sign in [currency.symbol(), currency.code()] {
            rest = rest.strip_prefix(sign).or_else(|| rest.strip_suffix(sign)).unwrap_or(rest).trim();
        }
        if rest.is_empty() {
            return Err(AmountError::Empty);
        }
        Self::parse_positive(&locale.plain_number(rest, currency.decimals()), currency)
    }

    /// The contract's form: `"-12.50"`, with all of the currency's decimals.
    pub fn decimal(self) -> String {
        let (whole, cents) = self.split();
        let sign = if self.minor < 0 { "-" } else { "" };
        if cents.is_empty() { format!("{sign}{whole}") } else { format!("{sign}{whole}.{cents}") }
    }

    /// Reads [`Money::decimal`] back. Sums over a filter may exceed what one amount may be, so the range is not checked.
    pub fn sum(decimal: &str, currency: Currency) -> Result<Self, NotAnAmount> {
        let (sign, digits) = decimal.strip_prefix('-').map_or((1, decimal), |rest| (-1, rest));
        let minor: i64 = digits.replace('.', "").parse().map_err(|_| NotAnAmount)?;
        Ok(Self::new(sign * minor, currency))
    }

    /// Digits of the whole units and of the decimals, without sign or separators.
    pub fn split(self) -> (String, String) {
        let scale = self.currency.scale().unsigned_abs();
        let abs = self.minor.unsigned_abs();
        let width = self.currency.decimals() as usize;
        let cents = if width == 0 { String::new() } else { format!("{:0width$}", abs % scale) };
        ((abs / scale).to_string(), cents)
    }

    /// The sum, or `None` when the currencies differ or the result is out of range.
    pub fn checked_add(self, other: Self) -> Option<Self> {
        if self.currency != other.currency {
            return None;
        }
        let minor = self.minor.checked_add(other.minor)?;
        (minor.abs() <= MAX_MINOR).then_some(Self::new(minor, self.currency))
    }
    /// The difference, under the same conditions.
    pub fn checked_sub(self, other: Self) -> Option<Self> {
        self.checked_add(-other)
    }
    pub fn is_negative(self) -> bool {
        self.minor < 0
    }
    pub fn abs(self) -> Self {
        Self::new(self.minor.abs(), self.currency)
    }
}

impl std::ops::Neg for Money {
    type Output = Self;
    fn neg(self) -> Self {
        Self::new(-self.minor, self.currency)
    }
}
impl PartialOrd for Money {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        (self.currency == other.currency).then(|| self.minor.cmp(&other.minor))
    }
}
impl fmt::Debug for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.decimal(), self.currency)
    }
}

#[derive(Serialize, Deserialize)]
#[serde(rename = "Money")]
struct Wire {
    amount: String,
    currency: Currency,
}
impl Serialize for Money {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        Wire { amount: self.decimal(), currency: self.currency }.serialize(s)
    }
}
impl<'de> Deserialize<'de> for Money {
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let wire = Wire::deserialize(d)?;
        Self::sum(&wire.amount, wire.currency).map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn cur(code: &str) -> Currency {
        code.parse().expect("a currency")
    }

    #[test]
    fn the_contracts_form_and_nothing_else() {
        for (text, minor) in [("12.50", 1250), ("0.1", 10), ("7", 700), ("007.05", 705), ("-3.2", -320)] {
            assert_eq!(Money::parse(text, Currency::EUR).map(|m| m.minor), Ok(minor), "{text}");
        }
        for bad in [
            "",
            " 1",
            "1 ",
            "+1",
            "--5",
            "1e3",
            "0x10",
            "1_000",
            "１２",
            "NaN",
            "Infinity",
            "inf",
            ".5",
            "5.",
            "1,5",
            "1.2.3",
            "-",
            ".",
            "1.234",
            "1000000000000000000",
            "10000000000000.01",
            "٣",
            "1\0",
            "½",
        ] {
            assert!(Money::parse(bad, Currency::EUR).is_err(), "{bad:?}");
        }
        assert_eq!(Money::parse("10000000000000.00", Currency::EUR).map(|m| m.minor), Ok(MAX_MINOR));
        assert!(Money::parse_positive("0.00", Currency::EUR).is_err());
        assert!(Money::parse("1.0", cur("JPY")).is_err());
        assert_eq!(Money::parse("1.005", cur("BHD")).map(|m| m.minor), Ok(1005));
    }

    proptest! {
        #[test]
        fn decimal_reads_back(minor in -MAX_MINOR..=MAX_MINOR, code in prop::sample::select(vec!["EUR", "JPY", "BHD"])) {
            let money = Money::new(minor, cur(code));
            prop_assert_eq!(Money::parse(&money.decimal(), money.currency), Ok(money));
            let json = serde_json::to_string(&money).unwrap();
            prop_assert_eq!(serde_json::from_str::<Money>(&json).unwrap(), money);
        }

        #[test]
        fn no_text_panics(text in ".{0,40}") {
            let _ = Money::parse(&text, Currency::EUR);
            let _ = Money::parse_typed(&text, Currency::EUR, Locale::default());
        }
    }
}

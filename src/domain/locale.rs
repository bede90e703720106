//! How a person's region writes numbers, money and days. The words of the page are English for now.
//!
//! Formatting lives here, not in the browser's `Intl`, so that hydration finds the text the server sent.
//! Source of the patterns: Unicode CLDR 46, number and date formats of each locale.

use super::{Day, Money, Span};
use serde::{Deserialize, Serialize, de};
use std::{fmt, str::FromStr};

/// The order in which a region writes day, month and year.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DateOrder {
    DayMonth,
    MonthDay,
    YearFirst,
}

struct Pattern {
    code: &'static str,
    name: &'static str,
    decimal: char,
    /// NBSP stands for a space: an amount never breaks across lines.
    group: char,
    symbol_first: bool,
    symbol_space: bool,
    order: DateOrder,
}

const NBSP: char = '\u{a0}';

macro_rules! patterns {
    ($($code:literal $name:literal $decimal:literal $group:expr, $first:literal $space:literal $order:ident;)+) => {
        static PATTERNS: &[Pattern] = &[$(Pattern {
            code: $code, name: $name, decimal: $decimal, group: $group, symbol_first: $first,
            symbol_space: $space, order: DateOrder::$order,
        }),+];
    };
}

patterns! {
    "en-GB" "English (United Kingdom)" '.' ',', true false DayMonth;
    "en-US" "English (United States)" '.' ',', true false MonthDay;
    "en-IE" "English (Ireland)" '.' ',', true false DayMonth;
    "en-AU" "English (Australia)" '.' ',', true false DayMonth;
    "en-CA" "English (Canada)" '.' ',', true false YearFirst;
    "en-IN" "English (India)" '.' ',', true false DayMonth;
    "cs-CZ" "Čeština" ',' NBSP, false true DayMonth;
    "da-DK" "Dansk" ',' '.', false true DayMonth;
    "de-AT" "Deutsch (Österreich)" ',' NBSP, true true DayMonth;
    "de-CH" "Deutsch (Schweiz)" '.' '’', true true DayMonth;
    "de-DE" "Deutsch (Deutschland)" ',' '.', false true DayMonth;
    "es-ES" "Español" ',' '.', false true DayMonth;
    "et-EE" "Eesti" ',' NBSP, false true DayMonth;
    "fi-FI" "Suomi" ',' NBSP, false true DayMonth;
    "fr-CH" "Français (Suisse)" ',' NBSP, false true DayMonth;
    "fr-FR" "Français" ',' NBSP, false true DayMonth;
    "hr-HR" "Hrvatski" ',' '.', false true DayMonth;
    "hu-HU" "Magyar" ',' NBSP, false true YearFirst;
    "it-IT" "Italiano" ',' '.', false true DayMonth;
    "ja-JP" "日本語" '.' ',', true false YearFirst;
    "ko-KR" "한국어" '.' ',', true false YearFirst;
    "lt-LT" "Lietuvių" ',' NBSP, false true YearFirst;
    "lv-LV" "Latviešu" ',' NBSP, false true DayMonth;
    "nb-NO" "Norsk bokmål" ',' NBSP, false true DayMonth;
    "nl-NL" "Nederlands" ',' '.', true true DayMonth;
    "pl-PL" "Polski" ',' NBSP, false true DayMonth;
    "pt-BR" "Português (Brasil)" ',' '.', true true DayMonth;
    "pt-PT" "Português (Portugal)" ',' NBSP, false true DayMonth;
    "ro-RO" "Română" ',' '.', false true DayMonth;
    "sk-SK" "Slovenčina" ',' NBSP, false true DayMonth;
    "sl-SI" "Slovenščina" ',' '.', false true DayMonth;
    "sv-SE" "Svenska" ',' NBSP, false true YearFirst;
    "tr-TR" "Türkçe" ',' '.', true false DayMonth;
    "uk-UA" "Українська" ',' NBSP, false true DayMonth;
    "zh-CN" "中文" '.' ',', true false YearFirst;
}

/// One of the supported regions; a BCP 47 tag on the wire.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Locale(u8);

impl Default for Locale {
    /// `en-GB`.
    fn default() -> Self {
        Self(0)
    }
}

impl Locale {
    /// Every supported locale.
    pub fn all() -> impl Iterator<Item = Self> {
        (0..PATTERNS.len()).filter_map(|i| u8::try_from(i).ok()).map(Self)
    }
    fn pattern(self) -> &'static Pattern {
        &PATTERNS[usize::from(self.0)]
    }
    pub fn code(self) -> &'static str {
        self.pattern().code
    }
    /// The language's own name for itself.
    pub fn name(self) -> &'static str {
        self.pattern().name
    }
    pub fn date_order(self) -> DateOrder {
        self.pattern().order
    }

    /// The best match for a BCP 47 tag: the same tag, else the same language, else `None`.
    pub fn matching(tag: &str) -> Option<Self> {
        let language = |t: &str| t.split(['-', '_']).next().unwrap_or("").to_ascii_lowercase();
        let wanted = language(tag);
        Self::all().find(|l| l.code().eq_ignore_ascii_case(tag)).or_else(|| {
            Self::all()
                .find(|l| l.code() != "de-AT" && l.code() != "de-CH" && l.code() != "fr-CH" && language(l.code()) == wanted)
        })
    }

    /// Digits with this region's thousands separators.
    pub fn group(self, digits: &str) -> String {
        let indian = self.code() == "en-IN";
        let mut out = String::with_capacity(digits.len() + digits.len() / 3);
        for (i, digit) in digits.chars().enumerate() {
            let left = digits.len() - i;
            let boundary = if indian { left == 3 || (left > 3 && left % 2 == 1) } else { left.is_multiple_of(3) };
            if i > 0 && boundary {
                out.push(self.pattern().group);
            }
            out.push(digit);
        }
        out
    }

    /// Money in parts, so that a page can dim the cents: text before, whole units, decimals with their
    /// separator, text after. The minus sign is U+2212.
    pub fn money_parts(self, money: Money) -> MoneyParts {
        let p = self.pattern();
        let (whole, cents) = money.split();
        let sign = if money.is_negative() { "−" } else { "" };
        let symbol = money.currency.symbol();
        let wordy = symbol.chars().all(char::is_alphabetic);
        let space = if p.symbol_space || (wordy && symbol.len() > 1) { "\u{a0}" } else { "" };
        let cents = if cents.is_empty() { cents } else { format!("{}{cents}", p.decimal) };
        let whole = self.group(&whole);
        if p.symbol_first {
            MoneyParts { before: format!("{sign}{symbol}{space}"), whole, cents, after: String::new() }
        } else {
            MoneyParts { before: sign.to_owned(), whole, cents, after: format!("\u{a0}{symbol}") }
        }
    }

    /// Money as one text: `€1,234.50`, `1.234,50 €`.
    pub fn money(self, money: Money) -> String {
        let p = self.money_parts(money);
        format!("{}{}{}{}", p.before, p.whole, p.cents, p.after)
    }

    /// Money in few characters, for the axis of a chart: `€200`, `€1.4k`, `1,4k €`. Rounded.
    pub fn compact_money(self, money: Money) -> String {
        let scale = u128::from(money.currency.scale().unsigned_abs());
        let abs = u128::from(money.minor.unsigned_abs());
        let Some((unit, suffix)) =
            [(1_000_000_000, "B"), (1_000_000, "M"), (1_000, "k")].into_iter().find(|(u, _)| abs >= u * scale)
        else {
            let mut p = self.money_parts(money);
            if abs % scale == 0 {
                p.cents.clear();
            }
            return format!("{}{}{}{}", p.before, p.whole, p.cents, p.after);
        };
        let tenths = (abs * 10 + unit * scale / 2) / (unit * scale);
        let p = self.money_parts(money);
        let fraction = if tenths % 10 == 0 { String::new() } else { format!("{}{}", self.pattern().decimal, tenths % 10) };
        format!("{}{}{fraction}{suffix}{}", p.before, self.group(&(tenths / 10).to_string()), p.after)
    }

    /// Money with a plus sign when it is not negative: for changes.
    pub fn signed_money(self, money: Money) -> String {
        let text = self.money(money);
        if money.is_negative() { text } else { format!("+{text}") }
    }

    /// What an amount field shows for editing: digits and the region's decimal separator only.
    pub fn input(self, money: Money) -> String {
        money.decimal().replace('.', &self.pattern().decimal.to_string())
    }

    /// A day without its year: `22 Nov`, `Nov 22`.
    pub fn short_day(self, day: Day) -> String {
        match self.date_order() {
            DateOrder::MonthDay => format!("{} {}", day.month_abbreviation(), day.day()),
            DateOrder::DayMonth | DateOrder::YearFirst => format!("{} {}", day.day(), day.month_abbreviation()),
        }
    }
    /// A day in full: `22 Nov 2026`, `Nov 22, 2026`, `2026-11-22`.
    pub fn day(self, day: Day) -> String {
        match self.date_order() {
            DateOrder::DayMonth => format!("{} {}", self.short_day(day), day.year()),
            DateOrder::MonthDay => format!("{}, {}", self.short_day(day), day.year()),
            DateOrder::YearFirst => day.to_string(),
        }
    }

    /// Days without their year: `1–22 Nov`, `Nov 1–22`, `25 Oct – 22 Nov`.
    pub fn short_span(self, Span { from, to }: Span) -> String {
        if from == to {
            return self.short_day(from);
        }
        if (from.year(), from.month()) != (to.year(), to.month()) {
            return format!("{} – {}", self.short_day(from), self.short_day(to));
        }
        match self.date_order() {
            DateOrder::MonthDay => format!("{}–{}", self.short_day(from), to.day()),
            DateOrder::DayMonth | DateOrder::YearFirst => format!("{}–{}", from.day(), self.short_day(to)),
        }
    }

    /// Rewrites a typed number into the contract's form where that is unambiguous; else returns it as it
    /// is, to be refused by [`Money::parse`]. A last separator that is the region's decimal sign, or is
    /// followed by other than three digits, is the decimal point.
    pub fn plain_number(self, text: &str, decimals: u32) -> String {
        let is_separator = |c: char| matches!(c, '.' | ',' | '\'' | '’' | ' ' | '\u{a0}' | '\u{202f}');
        if !text.chars().all(|c| c.is_ascii_digit() || is_separator(c)) {
            return text.to_owned();
        }
        let Some(last) = text.rfind(['.', ',']) else {
            return if well_grouped(text, is_separator) { text.replace(is_separator, "") } else { text.to_owned() };
        };
        let (whole, rest) = text.split_at(last);
        let sign = rest.chars().next().unwrap_or('.');
        let fraction = &rest[1..];
        let repeated = whole.contains(sign);
        let looks_grouping = fraction.len() == 3 && (repeated || (sign != self.pattern().decimal && decimals != 3));
        if looks_grouping {
            return if well_grouped(text, is_separator) { text.replace(is_separator, "") } else { text.to_owned() };
        }
        if repeated || !well_grouped(whole, is_separator) {
            return text.to_owned();
        }
        let whole = whole.replace(is_separator, "");
        format!("{}.{fraction}", if whole.is_empty() { "0" } else { &whole })
    }
}

/// True when every separated group but the first has three digits (two are allowed, for India).
fn well_grouped(text: &str, is_separator: impl Fn(char) -> bool) -> bool {
    let groups: Vec<&str> = text.split(is_separator).collect();
    let Some((last, middle)) = groups[1..].split_last() else { return true };
    last.len() == 3 && middle.iter().all(|g| g.len() == 3 || g.len() == 2) && (1..=3).contains(&groups[0].len())
}

/// The pieces of a formatted amount; see [`Locale::money_parts`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MoneyParts {
    pub before: String,
    pub whole: String,
    pub cents: String,
    pub after: String,
}

/// The tag is not one of the supported locales.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("is not a supported locale; use a tag such as en-GB")]
pub struct UnknownLocale;

impl FromStr for Locale {
    type Err = UnknownLocale;
    fn from_str(s: &str) -> Result<Self, Self::Err> {
        Self::all().find(|l| l.code() == s).ok_or(UnknownLocale)
    }
}
impl fmt::Debug for Locale {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}
impl Serialize for Locale {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.serialize_str(self.code())
    }
}
impl<'de> Deserialize<'de> for Locale {
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        std::borrow::Cow::<'de, str>::deserialize(d)?.parse().map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Currency;
    use proptest::prelude::*;

    fn locale(code: &str) -> Locale {
        code.parse().expect("a locale")
    }

    #[test]
    fn days_as_each_region_writes_them() {
        let span = |from: &str, to: &str| Span { from: from.parse().expect("a day"), to: to.parse().expect("a day") };
        let november = span("2026-11-01", "2026-11-22");
        assert_eq!(locale("en-GB").short_span(november), "1–22 Nov");
        assert_eq!(locale("en-US").short_span(november), "Nov 1–22");
        assert_eq!(locale("en-GB").short_span(span("2026-10-25", "2026-11-22")), "25 Oct – 22 Nov");
        assert_eq!(locale("en-GB").short_span(span("2026-11-01", "2026-11-01")), "1 Nov");
    }

    #[test]
    fn money_as_each_region_writes_it() {
        let eur = Money::new(-123_456_750, Currency::EUR);
        for (code, text) in [
            ("en-GB", "−€1,234,567.50"),
            ("de-DE", "−1.234.567,50\u{a0}€"),
            ("fr-FR", "−1\u{a0}234\u{a0}567,50\u{a0}€"),
            ("de-CH", "−€\u{a0}1’234’567.50"),
            ("en-IN", "−€12,34,567.50"),
        ] {
            assert_eq!(locale(code).money(eur), text);
        }
        let yen = Money::new(1_200, "JPY".parse().expect("yen"));
        assert_eq!(locale("ja-JP").money(yen), "¥1,200");
        assert_eq!(locale("en-GB").money(Money::new(500, "CHF".parse().expect("francs"))), "CHF\u{a0}5.00");
    }

    #[test]
    fn money_for_an_axis() {
        let eur = |minor| Money::new(minor, Currency::EUR);
        for (minor, gb, de) in [
            (0, "€0", "0\u{a0}€"),
            (50, "€0.50", "0,50\u{a0}€"),
            (20_000, "€200", "200\u{a0}€"),
            (100_000, "€1k", "1k\u{a0}€"),
            (140_000, "€1.4k", "1,4k\u{a0}€"),
            (-25_000_000, "−€250k", "−250k\u{a0}€"),
            (1_234_000_000, "€12.3M", "12,3M\u{a0}€"),
        ] {
            assert_eq!(locale("en-GB").compact_money(eur(minor)), gb);
            assert_eq!(locale("de-DE").compact_money(eur(minor)), de);
        }
        assert_eq!(locale("ja-JP").compact_money(Money::new(800, "JPY".parse().expect("yen"))), "¥800");
    }

    #[test]
    fn typed_amounts() {
        let minor = |code: &str, text: &str| Money::parse_typed(text, Currency::EUR, locale(code)).ok().map(|m| m.minor);
        for (code, text, want) in [
            ("en-GB", "12.50", Some(1250)),
            ("en-GB", "12,50", Some(1250)),
            ("en-GB", "€ 1,234.50", Some(123_450)),
            ("en-GB", "1,234", Some(123_400)),
            ("de-DE", "1.234", Some(123_400)),
            ("de-DE", "1.234,5", Some(123_450)),
            ("de-DE", "12.50", Some(1250)),
            ("fr-FR", "1 234,50 €", Some(123_450)),
            ("de-DE", "1.2.3", None),
            ("en-GB", "1,23,4", None),
            ("en-GB", "12 50", None),
            ("en-GB", "-5", None),
            ("en-GB", "1e3", None),
            ("en-GB", ",5", Some(50)),
        ] {
            assert_eq!(minor(code, text), want, "{code} {text}");
        }
    }

    proptest! {
        #[test]
        fn what_a_region_shows_it_reads(minor in 1..=super::super::money::MAX_MINOR, index in 0..PATTERNS.len()) {
            let locale = Locale(u8::try_from(index).unwrap());
            let money = Money::new(minor, Currency::EUR);
            prop_assert_eq!(Money::parse_typed(&locale.money(money), Currency::EUR, locale), Ok(money));
            prop_assert_eq!(Money::parse_typed(&locale.input(money), Currency::EUR, locale), Ok(money));
        }
    }
}

//! The filter of the expenses: the same names in the page's address and in the REST query.

use super::{
    CategoryId, Currency, Day, Expense, FieldError, ImportId, Locale, Money, Period, Span, User, Weekday,
    calendar::week_containing, expense::Added,
};
use serde::{Deserialize, Serialize};
use std::{collections::BTreeSet, str::FromStr};

/// The order of a list of expenses.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Sort {
    #[serde(rename = "date")]
    DateUp,
    /// Newest day first, newest entry first within a day.
    #[default]
    #[serde(rename = "-date")]
    DateDown,
    #[serde(rename = "amount")]
    AmountUp,
    #[serde(rename = "-amount")]
    AmountDown,
}

impl Sort {
    pub const ALL: [Self; 4] = [Self::DateUp, Self::DateDown, Self::AmountUp, Self::AmountDown];
    pub fn code(self) -> &'static str {
        match self {
            Self::DateUp => "date",
            Self::DateDown => "-date",
            Self::AmountUp => "amount",
            Self::AmountDown => "-amount",
        }
    }
    pub fn is_by_day(self) -> bool {
        matches!(self, Self::DateUp | Self::DateDown)
    }
    /// True from the oldest, or the least.
    pub fn is_up(self) -> bool {
        matches!(self, Self::DateUp | Self::AmountUp)
    }
}
impl FromStr for Sort {
    type Err = FieldError;
    fn from_str(s: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|x| x.code() == s)
            .ok_or_else(|| FieldError::new("sort", "unknown_sort", "Sort by date, -date, amount or -amount."))
    }
}

/// Days that are asked for by what they are to today.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Preset {
    ThisWeek,
    /// The person's month, or their pay period.
    ThisMonth,
    LastMonth,
    ThisYear,
    LastYear,
    /// Today is one of them.
    Last30Days,
}

impl Preset {
    pub const ALL: [Self; 6] =
        [Self::ThisWeek, Self::ThisMonth, Self::LastMonth, Self::ThisYear, Self::LastYear, Self::Last30Days];
    /// The wire name.
    pub fn code(self) -> &'static str {
        match self {
            Self::ThisWeek => "this_week",
            Self::ThisMonth => "this_month",
            Self::LastMonth => "last_month",
            Self::ThisYear => "this_year",
            Self::LastYear => "last_year",
            Self::Last30Days => "last_30_days",
        }
    }
    /// As a person reads it.
    pub fn label(self, calendar: Period) -> &'static str {
        let months = matches!(calendar, Period::Month { .. });
        match self {
            Self::ThisWeek => "This week",
            Self::ThisMonth if months => "This month",
            Self::ThisMonth => "This pay period",
            Self::LastMonth if months => "Last month",
            Self::LastMonth => "Last pay period",
            Self::ThisYear => "This year",
            Self::LastYear => "Last year",
            Self::Last30Days => "Last 30 days",
        }
    }
    /// The days it means to somebody.
    pub fn span(self, asker: Asker) -> Span {
        let Asker { today, period, first_weekday, .. } = asker;
        match self {
            Self::ThisWeek => week_containing(today, first_weekday),
            Self::ThisMonth => period.containing(today),
            Self::LastMonth => period.before(today),
            Self::ThisYear => period.year(today),
            Self::LastYear => period.year(period.year(today).from.plus(-1)),
            Self::Last30Days => Span { from: today.plus(-29), to: today },
        }
    }
}
impl FromStr for Preset {
    type Err = FieldError;
    fn from_str(s: &str) -> Result<Self, Self::Err> {
        let unknown = "Choose this_week, this_month, last_month, this_year, last_year or last_30_days.";
        Self::ALL.into_iter().find(|x| x.code() == s).ok_or_else(|| FieldError::new("period", "unknown_value", unknown))
    }
}

/// Who asks: how they write amounts, and what days are to them.
#[derive(Clone, Copy, Debug)]
pub struct Asker {
    pub currency: Currency,
    pub style: AmountStyle,
    /// Today where they live.
    pub today: Day,
    pub period: Period,
    pub first_weekday: Weekday,
}

impl Asker {
    /// Somebody who types.
    pub fn typed(user: &User, today: Day) -> Self {
        Self { style: AmountStyle::Typed(user.locale), ..Self::strict(user, today) }
    }
    /// Somebody's program.
    pub fn strict(user: &User, today: Day) -> Self {
        let User { currency, period, first_weekday, .. } = *user;
        Self { currency, style: AmountStyle::Strict, today, period, first_weekday }
    }
}

/// Which expenses. An empty filter is all of them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExpenseFilter {
    /// First and last day, both included.
    pub from: Option<Day>,
    pub to: Option<Day>,
    /// Any of these; empty means every category.
    pub categories: Vec<CategoryId>,
    /// Also those without a category (`category_id=none`).
    pub uncategorised: bool,
    /// Every word must begin a word of what or note, case and accents folded; or it reads as exactly the amount.
    pub q: String,
    /// Smallest and largest amount in minor units, both included.
    pub min: Option<i64>,
    pub max: Option<i64>,
    /// Only what this statement brought.
    pub import_id: Option<ImportId>,
    /// Added in any of these ways; empty means in every way.
    pub added: BTreeSet<Added>,
    pub sort: Sort,
}

/// The names [`ExpenseFilter::read`] understands.
pub const FILTER_FIELDS: [&str; 10] = ["period", "from", "to", "category_id", "q", "min", "max", "import_id", "added", "sort"];
/// Those of them that may be there more than once.
pub const REPEATED_FIELDS: [&str; 2] = ["category_id", "added"];

/// The most code points of a search.
pub const MAX_SEARCH: usize = 200;
const MAX_CATEGORIES: usize = 100;

/// How an amount in a query is written.
#[derive(Clone, Copy, Debug)]
pub enum AmountStyle {
    /// The contract's decimal string.
    Strict,
    /// As a person of this locale types.
    Typed(Locale),
}

impl AmountStyle {
    /// True for what programs send: exact, or refused.
    pub fn is_strict(self) -> bool {
        matches!(self, Self::Strict)
    }
    /// Reads an amount of more than zero, or says what is wrong with `field`.
    pub fn read(self, field: &str, text: &str, currency: Currency) -> Result<Money, FieldError> {
        match self {
            Self::Strict => Money::parse_positive(text, currency),
            Self::Typed(locale) => Money::parse_typed(text, currency, locale),
        }
        .map_err(|e| FieldError::new(field, e.code(), e.to_string()))
    }
}

impl ExpenseFilter {
    /// Reads the query's pairs. Pairs with other names are left to the caller; blank values are as absent.
    pub fn read<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>, asker: Asker) -> Result<Self, Vec<FieldError>> {
        let (filter, errors) = Self::read_what_can_be(pairs, asker);
        if errors.is_empty() { Ok(filter) } else { Err(errors) }
    }

    /// The filter of those parts that can be read, and what is wrong with the others.
    pub fn read_what_can_be<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>, asker: Asker) -> (Self, Vec<FieldError>) {
        let (mut filter, mut preset, mut errors) = (Self::default(), None, Vec::new());
        for (name, value) in pairs {
            let value = value.trim();
            let result = match name {
                _ if value.is_empty() => Ok(()),
                "period" => value.parse().map(|period: Preset| preset = Some(period)),
                _ => filter.take(name, value, asker),
            };
            errors.extend(result.err());
        }
        errors.extend(filter.settle(preset, asker));
        (filter, errors)
    }

    /// Takes in one pair.
    fn take(&mut self, name: &str, value: &str, asker: Asker) -> Result<(), FieldError> {
        let Asker { currency, style, .. } = asker;
        let day = || value.parse::<Day>().map_err(|e| FieldError::new(name, "invalid_date", e.to_string()));
        let not_an_id = |what| FieldError::new(name, "invalid_id", format!("This is not the id of {what}."));
        match name {
            "from" => self.from = Some(day()?),
            "to" => self.to = Some(day()?),
            "category_id" if value == "none" => self.uncategorised = true,
            "category_id" => self.categories.push(value.parse().map_err(|_| not_an_id("a category"))?),
            "q" if value.chars().count() > MAX_SEARCH => {
                return Err(FieldError::new(name, "too_long", format!("Search for at most {MAX_SEARCH} characters.")));
            }
            "q" => value.clone_into(&mut self.q),
            "min" => self.min = Some(style.read(name, value, currency)?.minor),
            "max" => self.max = Some(style.read(name, value, currency)?.minor),
            "import_id" => self.import_id = Some(value.parse().map_err(|_| not_an_id("an import"))?),
            "added" => {
                self.added.insert(value.parse()?);
            }
            "sort" => self.sort = value.parse()?,
            _ => {}
        }
        Ok(())
    }

    /// Makes the parts fit each other; what does not is left out, and said.
    fn settle(&mut self, preset: Option<Preset>, asker: Asker) -> Vec<FieldError> {
        let mut errors = Vec::new();
        match preset.map(|preset| preset.span(asker)) {
            Some(_) if self.from.or(self.to).is_some() => {
                errors.push(FieldError::new("period", "conflicting", "Ask either for a period or for days: from and to."));
            }
            Some(span) => (self.from, self.to) = (Some(span.from), Some(span.to)),
            None => {}
        }
        if let (Some(from), Some(to)) = (self.from, self.to)
            && from > to
        {
            self.to = None;
            errors.push(FieldError::new("to", "before_from", "The last day is before the first. Swap them."));
        }
        if self.categories.len() > MAX_CATEGORIES {
            self.categories.truncate(MAX_CATEGORIES);
            errors.push(FieldError::new("category_id", "too_many", format!("Choose at most {MAX_CATEGORIES} categories.")));
        }
        errors
    }

    /// The pairs that [`ExpenseFilter::read`] (strict) reads back.
    pub fn pairs(&self, currency: Currency) -> Vec<(&'static str, String)> {
        let amount = |minor: i64| Money::new(minor, currency).decimal();
        let mut pairs = Vec::new();
        pairs.extend(self.from.map(|d| ("from", d.to_string())));
        pairs.extend(self.to.map(|d| ("to", d.to_string())));
        pairs.extend(self.categories.iter().map(|c| ("category_id", c.to_string())));
        if self.uncategorised {
            pairs.push(("category_id", "none".into()));
        }
        if !self.q.is_empty() {
            pairs.push(("q", self.q.clone()));
        }
        pairs.extend(self.min.map(|m| ("min", amount(m))));
        pairs.extend(self.max.map(|m| ("max", amount(m))));
        pairs.extend(self.import_id.map(|id| ("import_id", id.to_string())));
        pairs.extend(self.added.iter().map(|added| ("added", added.code().into())));
        if self.sort != Sort::default() {
            pairs.push(("sort", self.sort.code().into()));
        }
        pairs
    }

    /// True when any category will do.
    pub fn every_category(&self) -> bool {
        self.categories.is_empty() && !self.uncategorised
    }
    /// True when nothing but days is filtered: then it can be asked of funds as well.
    pub fn has_days_only(&self) -> bool {
        Self { from: None, to: None, ..self.clone() }.is_empty()
    }
    /// True for an expense that is what is asked for, but perhaps for the search.
    pub fn takes(&self, expense: &Expense) -> bool {
        let category = expense.category_id.map_or(self.uncategorised, |id| self.categories.contains(&id));
        self.has_day(expense.date)
            && self.has_amount(expense.amount.minor)
            && (self.every_category() || category)
            && self.import_id.is_none_or(|id| expense.import_id == Some(id))
            && (self.added.is_empty() || self.added.contains(&expense.added()))
    }
    /// True for minor units from the smallest amount to the largest.
    pub fn has_amount(&self, minor: i64) -> bool {
        self.min.is_none_or(|min| min <= minor) && self.max.is_none_or(|max| minor <= max)
    }
    /// True for a day from the first to the last.
    pub fn has_day(&self, day: Day) -> bool {
        self.from.is_none_or(|from| from <= day) && self.to.is_none_or(|to| day <= to)
    }
    /// True when nothing is filtered (the order does not count).
    pub fn is_empty(&self) -> bool {
        *self == Self { sort: self.sort, ..Self::default() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::MonthStart;

    fn asker() -> Asker {
        Asker {
            currency: Currency::EUR,
            style: AmountStyle::Strict,
            today: "2026-11-22".parse().expect("a day"),
            period: Period::default(),
            first_weekday: Weekday::Monday,
        }
    }
    fn pairs(query: &str) -> Vec<(String, String)> {
        form_urlencoded::parse(query.as_bytes()).into_owned().collect()
    }
    fn read(pairs: &[(String, String)], asker: Asker) -> (ExpenseFilter, Vec<FieldError>) {
        ExpenseFilter::read_what_can_be(pairs.iter().map(|(n, v)| (n.as_str(), v.as_str())), asker)
    }
    fn fields(errors: &[FieldError]) -> Vec<&str> {
        errors.iter().map(|e| e.field.as_str()).collect()
    }

    #[test]
    fn a_filter_reads_back() {
        let query = "from=2026-11-01&category_id=none&q=tea&min=1.50&added=import&added=page&sort=amount";
        let (filter, errors) = read(&pairs(query), asker());
        assert_eq!((filter.added.clone(), errors), (BTreeSet::from([Added::Page, Added::Import]), vec![]));
        assert!(!filter.is_empty() && !filter.has_days_only());
        let again: Vec<_> = filter.pairs(Currency::EUR).into_iter().map(|(n, v)| (n.to_owned(), v)).collect();
        assert_eq!(read(&again, asker()), (filter, vec![]));
    }

    #[test]
    fn what_cannot_be_read_is_named_and_the_rest_holds() {
        let (filter, errors) = read(&pairs("added=hand&sort=x&from=2026-02-30&q=tea&period=soon&min=-1"), asker());
        assert_eq!(fields(&errors), ["added", "sort", "from", "period", "min"]);
        assert_eq!(filter, ExpenseFilter { q: "tea".into(), ..ExpenseFilter::default() });
        let (filter, errors) = read(&pairs("from=2026-11-02&to=2026-11-01"), asker());
        assert_eq!((fields(&errors), filter.to), (vec!["to"], None));
        let text = "from=2026-02-30";
        assert!(ExpenseFilter::read([text.split_once('=').expect("a pair")], asker()).is_err());
    }

    #[test]
    fn a_period_is_what_it_is_to_who_asks() {
        let span = |period: &str, asker| {
            let (filter, errors) = read(&pairs(&format!("period={period}")), asker);
            assert_eq!(errors, []);
            format!("{}..{}", filter.from.expect("a day"), filter.to.expect("a day"))
        };
        let salaried =
            Asker { period: Period::Month { start_day: MonthStart::Day(25) }, first_weekday: Weekday::Sunday, ..asker() };
        for (period, plain, own) in [
            ("this_week", "2026-11-16..2026-11-22", "2026-11-22..2026-11-28"),
            ("this_month", "2026-11-01..2026-11-30", "2026-10-25..2026-11-24"),
            ("last_month", "2026-10-01..2026-10-31", "2026-09-25..2026-10-24"),
            ("this_year", "2026-01-01..2026-12-31", "2026-01-25..2027-01-24"),
            ("last_year", "2025-01-01..2025-12-31", "2025-01-25..2026-01-24"),
            ("last_30_days", "2026-10-24..2026-11-22", "2026-10-24..2026-11-22"),
        ] {
            assert_eq!((span(period, asker()).as_str(), span(period, salaried).as_str()), (plain, own), "{period}");
        }
        let (filter, errors) = read(&pairs("period=this_month&from=2026-01-05"), asker());
        assert_eq!((fields(&errors), filter.from.map(|day| day.to_string())), (vec!["period"], Some("2026-01-05".into())));
    }
}

//! The filter of the expenses: the same names in the page's address and in the REST query.

use super::{CategoryId, Currency, Day, FieldError, ImportId, Locale, Money, expense::Added};
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
    /// Every word must begin a word of what or note, case and accents folded.
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
pub const FILTER_FIELDS: [&str; 9] = ["from", "to", "category_id", "q", "min", "max", "import_id", "added", "sort"];
/// Those of them that may be there more than once.
pub const REPEATED_FIELDS: [&str; 2] = ["category_id", "added"];

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
    pub fn read<'a>(
        pairs: impl IntoIterator<Item = (&'a str, &'a str)>,
        currency: Currency,
        style: AmountStyle,
    ) -> Result<Self, Vec<FieldError>> {
        let mut filter = Self::default();
        let mut errors = Vec::new();
        let day = |field: &str, v: &str| v.parse::<Day>().map_err(|e| FieldError::new(field, "invalid_date", e.to_string()));
        for (name, value) in pairs {
            let value = value.trim();
            if value.is_empty() {
                continue;
            }
            let result = match name {
                "from" => day(name, value).map(|d| filter.from = Some(d)),
                "to" => day(name, value).map(|d| filter.to = Some(d)),
                "category_id" if value == "none" => {
                    filter.uncategorised = true;
                    Ok(())
                }
                "category_id" => value
                    .parse()
                    .map(|id| filter.categories.push(id))
                    .map_err(|_| FieldError::new(name, "invalid_id", "This is not the id of a category.")),
                "q" if value.chars().count() > 200 => {
                    Err(FieldError::new(name, "too_long", "Search for at most 200 characters."))
                }
                "q" => {
                    value.clone_into(&mut filter.q);
                    Ok(())
                }
                "min" => style.read(name, value, currency).map(|m| filter.min = Some(m.minor)),
                "max" => style.read(name, value, currency).map(|m| filter.max = Some(m.minor)),
                "import_id" => value
                    .parse()
                    .map(|id| filter.import_id = Some(id))
                    .map_err(|_| FieldError::new(name, "invalid_id", "This is not the id of an import.")),
                "added" => value.parse().map(|added| {
                    filter.added.insert(added);
                }),
                "sort" => value.parse().map(|s| filter.sort = s),
                _ => Ok(()),
            };
            if let Err(e) = result {
                errors.push(e);
            }
        }
        if let (Some(from), Some(to)) = (filter.from, filter.to)
            && from > to
        {
            errors.push(FieldError::new("to", "before_from", "The last day is before the first. Swap them."));
        }
        if filter.categories.len() > 100 {
            errors.push(FieldError::new("category_id", "too_many", "Choose at most 100 categories."));
        }
        if errors.is_empty() { Ok(filter) } else { Err(errors) }
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

    #[test]
    fn a_filter_reads_back() {
        let query = "from=2026-11-01&category_id=none&q=tea&min=1.50&added=import&added=page&sort=amount";
        let pairs = |text: &str| form_urlencoded::parse(text.as_bytes()).into_owned().collect::<Vec<(String, String)>>();
        let read = |pairs: &[(String, String)]| {
            ExpenseFilter::read(pairs.iter().map(|(n, v)| (n.as_str(), v.as_str())), Currency::EUR, AmountStyle::Strict)
        };
        let filter = read(&pairs(query)).expect("a filter");
        assert_eq!(filter.added, BTreeSet::from([Added::Page, Added::Import]));
        assert!(!filter.is_empty() && !filter.has_days_only());
        let again: Vec<_> = filter.pairs(Currency::EUR).into_iter().map(|(n, v)| (n.to_owned(), v)).collect();
        assert_eq!(read(&again), Ok(filter));
        let errors = read(&pairs("added=hand&sort=x&from=2026-02-30")).expect_err("refused");
        assert_eq!(errors.iter().map(|e| e.field.as_str()).collect::<Vec<_>>(), ["added", "sort", "from"]);
    }
}

//! Filters that somebody keeps under a name.

use super::{
    ExpenseFilter, FieldError, FilterId, UserId,
    filter::{Asker, FILTER_FIELDS, Preset, REPEATED_FIELDS},
    text::Name,
};
use form_urlencoded::Serializer;
use serde::{Deserialize, Serialize};

/// The most filters that are kept of one person.
pub const MOST: usize = 50;
/// The most bytes of a query, as it is sent.
const MAX_BYTES: usize = 8_000;

/// A filter under a name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SavedFilter {
    pub id: FilterId,
    pub owner: UserId,
    /// Unique among those of its owner, whatever its case.
    pub name: Name,
    pub query: FilterQuery,
    pub version: u32,
}

/// A filter as the query of `GET /api/v1/expenses`, checked when it was made. A period by what it is to today stays that.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct FilterQuery(String);

impl FilterQuery {
    /// Checks a query; every error is of a part of the field `query`.
    pub fn read(text: &str, asker: Asker) -> Result<Self, Vec<FieldError>> {
        if text.len() > MAX_BYTES {
            return Err(vec![FieldError::new("query", "too_long", "This filter is too long to keep.")]);
        }
        let pairs: Vec<_> = form_urlencoded::parse(text.as_bytes()).filter(|(_, value)| !value.trim().is_empty()).collect();
        let pairs: Vec<(&str, &str)> = pairs.iter().map(|(name, value)| (&**name, &**value)).collect();
        let (filter, wrong) = ExpenseFilter::read_what_can_be(pairs.iter().copied(), asker);
        let mut errors: Vec<_> =
            names(&pairs).chain(wrong).map(|e| FieldError { field: format!("query.{}", e.field), ..e }).collect();
        if errors.is_empty() && filter.is_empty() {
            errors.push(FieldError::new("query", "required", "Filter by something first."));
        }
        if !errors.is_empty() {
            return Err(errors);
        }
        let mut kept = filter.pairs(asker.currency);
        let period = pairs.iter().find(|(name, _)| *name == "period").and_then(|(_, code)| code.trim().parse::<Preset>().ok());
        if let Some(preset) = period {
            kept.retain(|(name, _)| !matches!(*name, "from" | "to"));
            kept.insert(0, ("period", preset.code().to_owned()));
        }
        Ok(Self(Serializer::new(String::new()).extend_pairs(kept).finish()))
    }
    pub fn as_str(&self) -> &str {
        &self.0
    }
    pub fn pairs(&self) -> Vec<(String, String)> {
        form_urlencoded::parse(self.0.as_bytes()).into_owned().collect()
    }
}

/// What is wrong with the names of a query.
fn names<'a>(pairs: &'a [(&'a str, &'a str)]) -> impl Iterator<Item = FieldError> + 'a {
    pairs.iter().enumerate().filter_map(|(at, (name, _))| {
        if !FILTER_FIELDS.contains(name) {
            return Some(FieldError::new(*name, "unknown_field", "A filter has no such part."));
        }
        let again = pairs[..at].iter().any(|(other, _)| other == name) && !REPEATED_FIELDS.contains(name);
        again.then(|| FieldError::new(*name, "given_twice", "Give this part of the filter once."))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Currency, Locale, Period, Weekday, filter::AmountStyle};

    fn asker(style: AmountStyle) -> Asker {
        let today = "2026-11-22".parse().expect("a day");
        Asker { currency: Currency::EUR, style, today, period: Period::default(), first_weekday: Weekday::Monday }
    }
    fn read(text: &str) -> Result<String, Vec<(String, String)>> {
        let query = FilterQuery::read(text, asker(AmountStyle::Strict));
        query.map(|query| query.0).map_err(|errors| errors.into_iter().map(|e| (e.field, e.code)).collect())
    }

    #[test]
    fn a_query_is_kept_as_it_was_meant() {
        assert_eq!(
            read("q=tea+%26+cake&period=this_month&min=5&sort=-date&to="),
            Ok("period=this_month&q=tea+%26+cake&min=5.00".into())
        );
        let german: Locale = "de-DE".parse().expect("a locale");
        let typed = FilterQuery::read("max=1.234,50&from=2026-11-01", asker(AmountStyle::Typed(german)));
        assert_eq!(typed.map(|query| query.0), Ok("from=2026-11-01&max=1234.50".into()));
    }

    #[test]
    fn what_is_made_up_is_refused_by_its_name() {
        for (text, field, code) in [
            ("", "query", "required"),
            ("sort=amount", "query", "required"),
            ("from=2026-02-30", "query.from", "invalid_date"),
            ("period=soon", "query.period", "unknown_value"),
            ("q=a&q=b", "query.q", "given_twice"),
            ("q=a&cursor=b", "query.cursor", "unknown_field"),
            ("min=1e3", "query.min", "not_a_number"),
        ] {
            assert_eq!(read(text), Err(vec![(field.into(), code.into())]), "{text}");
        }
        assert_eq!(read(&format!("q={}", "x".repeat(MAX_BYTES))), Err(vec![("query".into(), "too_long".into())]));
    }
}

//! Addresses: what a page's query says, and links that say something else.

use crate::domain::{CategoryId, Span};
use form_urlencoded::Serializer;
use leptos::{
    form::form_data_from_event,
    web_sys::{SubmitEvent, UrlSearchParams},
};

/// The part of an address after the question mark, as pairs in their order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Query(Vec<(String, String)>);

impl Query {
    /// Reads an address's query, with or without its question mark.
    pub fn parse(search: &str) -> Self {
        let search = search.strip_prefix('?').unwrap_or(search);
        Self(form_urlencoded::parse(search.as_bytes()).into_owned().collect())
    }
    /// What a form asks for, as a browser would put it into the address; `None` where the form cannot be read, and the browser
    /// sends it by itself.
    pub fn of_form(event: &SubmitEvent) -> Option<Self> {
        let data = form_data_from_event(event).ok()?;
        let params = UrlSearchParams::new_with_str_sequence_sequence(&data).ok()?;
        Some(Self::parse(&String::from(params.to_string())))
    }
    /// The first value that is not blank.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(n, v)| n == name && !v.is_empty()).map(|(_, v)| v.as_str())
    }
    /// Every value that is not blank.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |(n, v)| n == name && !v.is_empty()).map(|(_, v)| v.as_str())
    }
    pub fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(n, v)| (n.as_str(), v.as_str()))
    }
    pub fn into_pairs(self) -> Vec<(String, String)> {
        self.0
    }
    /// Without these names.
    #[must_use]
    pub fn without(mut self, names: &[&str]) -> Self {
        self.0.retain(|(n, _)| !names.contains(&n.as_str()));
        self
    }
    /// Without this one pair.
    #[must_use]
    pub fn without_pair(mut self, name: &str, value: &str) -> Self {
        self.0.retain(|(n, v)| n != name || v != value);
        self
    }
    /// With this value in the place of others of that name.
    #[must_use]
    pub fn with(self, name: &str, value: &str) -> Self {
        let mut query = self.without(&[name]);
        query.0.push((name.to_owned(), value.to_owned()));
        query
    }
    /// True when it asks for the same, in whatever order.
    pub fn is_same(&self, other: &Self) -> bool {
        let sorted = |query: &Self| {
            let mut pairs: Vec<_> = query.0.iter().filter(|(_, v)| !v.is_empty()).cloned().collect();
            pairs.sort();
            pairs
        };
        sorted(self) == sorted(other)
    }
    /// The query as it stands in an address, without a question mark and without blank values.
    pub fn text(&self) -> String {
        let filled = self.0.iter().filter(|(_, v)| !v.is_empty());
        Serializer::new(String::new()).extend_pairs(filled).finish()
    }
    /// A link to `path` with this query.
    pub fn link(&self, path: &str) -> String {
        let text = self.text();
        if text.is_empty() { path.to_owned() } else { format!("{path}?{text}") }
    }
}

/// The expenses that make up a figure: of some days, in a category (`Some(None)`: without one; `None`: in any).
pub fn expenses(span: Span, category: Option<Option<CategoryId>>) -> String {
    let mut query = Query::default().with("from", &span.from.to_string()).with("to", &span.to.to_string());
    if let Some(category) = category {
        query = query.with("category_id", &category.map_or("none".to_owned(), |id| id.to_string()));
    }
    query.link("/expenses")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Currency, ExpenseFilter, Period, Weekday, filter::AmountStyle, filter::Asker};

    #[test]
    fn a_query_reads_back() {
        let query = Query::parse("?q=tea+%26+cake&from=2026-11-01&category_id=a&category_id=b&min=&sort=-amount");
        assert_eq!(query.get("q"), Some("tea & cake"));
        assert_eq!(query.get("min"), None);
        assert_eq!(query.all("category_id").collect::<Vec<_>>(), ["a", "b"]);
        assert_eq!(Query::parse(&query.text()).text(), query.text());
        assert_eq!(
            query.clone().without_pair("category_id", "a").without(&["q", "sort"]).link("/expenses"),
            "/expenses?from=2026-11-01&category_id=b"
        );
        assert!(query.is_same(&Query::parse("sort=-amount&category_id=b&category_id=a&from=2026-11-01&q=tea+%26+cake")));
        assert!(!query.is_same(&Query::parse("q=tea")));
        assert_eq!(query.without(&["q", "from", "category_id", "sort"]).link("/expenses"), "/expenses");
        assert_eq!(Query::parse("a=%zz&b=%F0").get("a"), Some("%zz"));
    }

    #[test]
    fn a_figure_links_to_what_makes_it_up() {
        let span = Span { from: "2026-11-01".parse().expect("day"), to: "2026-11-30".parse().expect("day") };
        let link = expenses(span, Some(None));
        assert_eq!(link, "/expenses?from=2026-11-01&to=2026-11-30&category_id=none");
        let query = Query::parse(link.split_once('?').expect("a query").1);
        let (style, first_weekday) = (AmountStyle::Strict, Weekday::Monday);
        let asker = Asker { currency: Currency::EUR, style, today: span.to, period: Period::default(), first_weekday };
        let filter = ExpenseFilter::read(query.pairs(), asker).expect("a filter");
        assert!(filter.uncategorised && filter.to == Some(span.to));
        assert_eq!(expenses(span, None), "/expenses?from=2026-11-01&to=2026-11-30");
    }
}

//! Queries and lists: `limit`, `cursor`, and the one shape of every list.

use super::problem::Refusal;
use crate::domain::{Code, Cursor, FieldError, Page, Problem, page::PageRequest};
use axum::{extract::FromRequestParts, http::request::Parts};
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};

/// The most rows of a page.
const MAX_LIMIT: u32 = 200;

/// The query's pairs, in their order.
pub struct Query(Vec<(String, String)>);

impl<S: Sync> FromRequestParts<S> for Query {
    type Rejection = Refusal;
    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Refusal> {
        let text = parts.uri.query().unwrap_or("");
        let pairs = serde_urlencoded::from_str(text);
        pairs.map(Self).map_err(|_| Problem::new(Code::Malformed, "The query could not be read.").into())
    }
}

impl Query {
    pub fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }
    /// 422 for a name that is not in `allowed`, or that is there twice and not `repeatable` (S50).
    pub fn only(&self, allowed: &[&str], repeatable: &[&str]) -> Result<(), Problem> {
        for (i, (name, _)) in self.0.iter().enumerate() {
            if !allowed.contains(&name.as_str()) && !repeatable.contains(&name.as_str()) {
                let message = "There is no such parameter. See the documentation for those that are.";
                let errors = vec![FieldError::new(name, "unknown_field", message)];
                return Err(Problem { errors, ..Problem::new(Code::UnknownField, message) });
            }
            if !repeatable.contains(&name.as_str()) && self.0[..i].iter().any(|(n, _)| n == name) {
                return Err(Problem::field(name, "given_twice", "Give this parameter once."));
            }
        }
        Ok(())
    }
    pub fn get(&self, name: &str) -> Option<&str> {
        self.pairs().find(|(n, _)| *n == name).map(|(_, value)| value)
    }
    /// `true` or `false`, or what it is when absent.
    pub fn flag(&self, name: &str, absent: bool) -> Result<bool, Problem> {
        match self.get(name) {
            None => Ok(absent),
            Some("true") => Ok(true),
            Some("false") => Ok(false),
            Some(_) => Err(Problem::field(name, "wrong_type", "Send true or false.")),
        }
    }
    /// `limit`, when given.
    fn limit(&self) -> Result<Option<u32>, Problem> {
        let wrong = || Problem::field("limit", "out_of_range", format!("Ask for 1 to {MAX_LIMIT} rows."));
        let digits = |v: &&str| v.bytes().all(|b| b.is_ascii_digit());
        let Some(text) = self.get("limit") else { return Ok(None) };
        let limit = Some(text).filter(digits).and_then(|v| v.parse().ok()).filter(|n| (1..=MAX_LIMIT).contains(n));
        limit.map(Some).ok_or_else(wrong)
    }
    fn cursor(&self) -> Result<Option<Cursor>, Problem> {
        let Some(text) = self.get("cursor") else { return Ok(None) };
        let shaped = (1..=200).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"._~-".contains(&b));
        if shaped { Ok(Some(Cursor(text.to_owned()))) } else { Err(Cursor::invalid().into()) }
    }
    pub fn page(&self) -> Result<PageRequest, Problem> {
        Ok(PageRequest { limit: self.limit()?.unwrap_or(PageRequest::default().limit), cursor: self.cursor()? })
    }
    /// The list's only parameters are these, `limit` and `cursor`.
    pub fn page_beside(&self, others: &[&str]) -> Result<PageRequest, Problem> {
        self.only(&[others, &["limit", "cursor"]].concat(), &[])?;
        self.page()
    }
    /// A part of a short list that is at hand as a whole: all of it, unless a limit is given.
    pub fn part<T, K: ToString>(&self, all: Vec<T>, key: impl Fn(&T) -> K) -> Result<Page<T>, Problem> {
        self.only(&["limit", "cursor"], &[])?;
        let limit = self.limit()?.map_or(usize::MAX, |n| n as usize);
        let start = match self.cursor()? {
            None => 0,
            Some(cursor) => {
                let place = all.iter().position(|item| key(item).to_string() == cursor.0);
                place.ok_or_else(|| Problem::from(Cursor::invalid()))? + 1
            }
        };
        let more = all.len() - start > limit;
        let items: Vec<T> = all.into_iter().skip(start).take(limit).collect();
        let next_cursor = items.last().filter(|_| more).map(|last| Cursor(key(last).to_string()));
        Ok(Page { items, next_cursor })
    }
}

/// A part of a list.
#[derive(Serialize, ToSchema)]
pub struct List<T> {
    pub items: Vec<T>,
    /// Send it as `cursor` for the next page; null on the last one.
    #[schema(required = true)]
    pub next_cursor: Option<String>,
}

impl<T> List<T> {
    /// A page of the store, each row as it is sent.
    pub fn of<D>(page: Page<D>, row: impl Fn(D) -> T) -> Self {
        Self { items: page.items.into_iter().map(row).collect(), next_cursor: page.next_cursor.map(|c| c.0) }
    }
}

/// Describes the query of every list.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "describes the query for the OpenAPI document")]
pub struct PageParams {
    /// How many rows (default 50).
    #[param(minimum = 1, maximum = 200, nullable = false)]
    limit: Option<u32>,
    /// The `next_cursor` of the page before.
    #[param(nullable = false, max_length = 200, pattern = r"^[A-Za-z0-9._~-]+$")]
    cursor: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn query(text: &str) -> Query {
        Query(serde_urlencoded::from_str(text).expect("a query"))
    }

    #[test]
    fn s50_s54_limits_and_cursors() {
        assert_eq!(query("").page_beside(&[]).map(|p| p.limit), Ok(50));
        assert_eq!(query("limit=200").page_beside(&[]).map(|p| p.limit), Ok(200));
        for bad in [
            "limit=0",
            "limit=201",
            "limit=-1",
            "limit=%2B5",
            "limit=1e1",
            "limit=",
            "limit=10000000000",
            "limit=5&limit=6",
            "limit[]=5",
            "cursor=",
            "cursor=%27;DROP",
            "Limit=5",
            "cursor=a&cursor=b",
        ] {
            assert_eq!(query(bad).page_beside(&[]).map_err(|p| p.status()), Err(422), "{bad}");
        }
    }

    #[test]
    fn short_lists_page_too() {
        let all = || (0..10).collect::<Vec<_>>();
        assert_eq!(query("").part(all(), |n| *n).map(|p| (p.items.len(), p.next_cursor)), Ok((10, None)));
        let (mut seen, mut cursor) = (Vec::new(), String::new());
        loop {
            let page = query(&format!("limit=3{cursor}")).part(all(), |n| *n).expect("a page");
            seen.extend(page.items);
            match page.next_cursor {
                Some(next) => cursor = format!("&cursor={}", next.0),
                None => break,
            }
        }
        assert_eq!(seen, all());
        assert!(query("limit=10").part(all(), |n| *n).expect("a page").next_cursor.is_none());
        assert!(query("cursor=99").part(all(), |n| *n).is_err());
    }
}

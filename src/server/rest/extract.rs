//! What handlers take from a request: the caller with the right their route needs, ids, `If-Match`,
//! idempotency keys. Each refuses with a problem of the contract.

use super::problem::Refusal;
use crate::{
    domain::{Code, Problem, Scope},
    server::auth::Caller,
};
use axum::{
    extract::{FromRequestParts, Path},
    http::{HeaderMap, header, request::Parts},
};
use std::str::FromStr;

/// The caller that the bearer layer found, or 401.
fn caller(parts: &Parts) -> Result<Caller, Problem> {
    if !parts.headers.contains_key(header::AUTHORIZATION) {
        return Err(Problem::new(Code::Unauthenticated, "Send a token in the header: Authorization: Bearer …"));
    }
    let in_query = parts
        .uri
        .query()
        .is_some_and(|q| serde_urlencoded::from_str::<Vec<(String, String)>>(q).is_ok_and(|p| names_a_token(&p)));
    if in_query {
        return Err(two_tokens());
    }
    let caller = parts.extensions.get::<Caller>().cloned();
    caller.ok_or_else(|| Problem::new(Code::InvalidToken, "The token is not known, or it has ended. Get a new one."))
}

/// True when a query or form carries `access_token` (RFC 6750 §2.2, §2.3).
pub(super) fn names_a_token(pairs: &[(String, String)]) -> bool {
    pairs.iter().any(|(name, _)| name == "access_token")
}

/// RFC 6750 §3.1: more than one way of sending the token is a malformed request.
pub(super) fn two_tokens() -> Problem {
    Problem::new(Code::Malformed, "Send the token once, in the header Authorization, and nowhere else.")
}

macro_rules! callers {
    ($($(#[$doc:meta])* $name:ident $check:expr;)+) => {$(
        $(#[$doc])*
        pub struct $name(pub Caller);
        impl<S: Sync> FromRequestParts<S> for $name {
            type Rejection = Refusal;
            async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Refusal> {
                let caller = caller(parts)?;
                let check: fn(&Caller) -> Result<(), Problem> = $check;
                check(&caller)?;
                Ok(Self(caller))
            }
        }
    )+};
}

callers! {
    /// Scope `read`.
    Reader |c| c.require(Scope::Read);
    /// Scope `write`.
    Writer |c| c.require(Scope::Write);
    /// Scope `import`.
    Importer |c| c.require(Scope::Import);
    /// Scope `account`: own password, sessions and tokens.
    Holder |c| c.require(Scope::Account);
    /// Role and scope `admin`.
    Admin Caller::require_admin;
}

/// An id in the path; 404 when it is none.
pub struct Id<T>(pub T);

impl<T: FromStr + Send, S: Send + Sync> FromRequestParts<S> for Id<T> {
    type Rejection = Refusal;
    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Refusal> {
        let text = Path::<String>::from_request_parts(parts, state).await.map_err(|_| Refusal(Problem::not_found()))?;
        text.parse().map(Self).map_err(|_| Refusal(Problem::not_found()))
    }
}

/// The version in `If-Match`; `None` without one, or for `*`.
pub struct IfMatch(pub Option<u32>);

impl<S: Sync> FromRequestParts<S> for IfMatch {
    type Rejection = Refusal;
    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Refusal> {
        let wrong = || Problem::field("If-Match", "invalid_version", "Send one version, quoted, such as \"3\".");
        let Some(text) = single(&parts.headers, header::IF_MATCH.as_str()).map_err(|()| wrong())? else { return Ok(Self(None)) };
        if text.trim() == "*" {
            return Ok(Self(None));
        }
        let bare = text.trim();
        let digits = bare.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or(bare);
        let version = Some(digits).filter(|d| d.bytes().all(|b| b.is_ascii_digit())).and_then(|d| d.parse().ok());
        version.filter(|v| *v > 0).map(|v| Self(Some(v))).ok_or_else(|| wrong().into())
    }
}

/// The `Idempotency-Key`, 1–128 visible ASCII characters (S49).
pub fn idempotency_key(headers: &HeaderMap) -> Result<Option<String>, Problem> {
    let wrong = || Problem::field("Idempotency-Key", "invalid_key", "Send one key of 1 to 128 visible ASCII characters.");
    let key = single(headers, "idempotency-key").map_err(|()| wrong())?;
    match key {
        Some(key) if !(1..=128).contains(&key.len()) || !key.bytes().all(|b| b.is_ascii_graphic()) => Err(wrong()),
        key => Ok(key.map(str::to_owned)),
    }
}

/// A header's only value; an error when there are several or it is no text.
fn single<'h>(headers: &'h HeaderMap, name: &str) -> Result<Option<&'h str>, ()> {
    let mut values = headers.get_all(name).iter();
    match (values.next(), values.next()) {
        (None, _) => Ok(None),
        (Some(value), None) => value.to_str().map(Some).map_err(|_| ()),
        _ => Err(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::Request;

    async fn if_match(value: &str) -> Result<Option<u32>, u16> {
        let request = Request::builder().header("if-match", value).body(()).expect("a request");
        IfMatch::from_request_parts(&mut request.into_parts().0, &()).await.map(|m| m.0).map_err(|r| r.0.status())
    }

    #[tokio::test]
    async fn versions_are_quoted_numbers() {
        for (text, version) in [("\"3\"", Ok(Some(3))), ("3", Ok(Some(3))), ("*", Ok(None)), (" \"12\" ", Ok(Some(12)))] {
            assert_eq!(if_match(text).await, version, "{text}");
        }
        for bad in ["", "\"\"", "W/\"3\"", "\"3", "3\"", "\"3\", \"4\"", "-1", "0", "\"x\"", "99999999999", "+3"] {
            assert_eq!(if_match(bad).await, Err(422), "{bad}");
        }
    }

    #[test]
    fn s49_keys_are_visible_ascii() {
        let key = |values: &[&str]| {
            let mut headers = HeaderMap::new();
            for value in values {
                headers.append("idempotency-key", value.parse().expect("a header"));
            }
            idempotency_key(&headers).map_err(|p| p.status())
        };
        assert_eq!(key(&[]), Ok(None));
        assert_eq!(key(&["a~!"]), Ok(Some("a~!".into())));
        assert_eq!(key(&["k".repeat(128).as_str()]).map(|k| k.map(|k| k.len())), Ok(Some(128)));
        for bad in [&[""][..], &["a b"], &["a", "b"], &["a\tb"], &[&"k".repeat(129)]] {
            assert_eq!(key(bad), Err(422), "{bad:?}");
        }
    }
}

//! JSON bodies, read strictly: one content type, no key twice, no unknown field, no deep nesting (S39,
//! S50), and the fingerprint of what was asked for retries (S49).

use super::{
    extract::{idempotency_key, names_a_token, two_tokens},
    problem::Refusal,
};
use crate::{
    domain::{Code, FieldError, Problem},
    server::ledger::Retry,
};
use axum::{
    body::Bytes,
    extract::{FromRequest, Request, rejection::BytesRejection},
    http::{HeaderMap, StatusCode, header},
    response::IntoResponse,
};
use serde::{
    Deserialize, Deserializer,
    de::{DeserializeOwned, DeserializeSeed, Error, MapAccess, SeqAccess, Visitor},
};
use serde_json::{Map, Number, Value};
use sha2::{Digest, Sha256};
use std::fmt;

/// How deep lists and objects may stand within each other.
const MAX_DEPTH: u8 = 32;

/// The body of a PATCH.
pub struct Strict<T>(pub T);

/// The body of a POST, and its idempotency key.
pub struct Post<T> {
    pub body: T,
    pub retry: Option<Retry>,
}

/// A POST that needs no body (an empty object will do), and its idempotency key.
pub struct Bare(pub Option<Retry>);

/// A POST whose body may be left out, and its idempotency key.
pub struct Brief<T> {
    pub body: T,
    pub retry: Option<Retry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Nothing {}

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Strict<T> {
    type Rejection = Refusal;
    async fn from_request(request: Request, state: &S) -> Result<Self, Refusal> {
        let value = read(request, state).await?;
        Ok(Self(typed(value)?))
    }
}

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Post<T> {
    type Rejection = Refusal;
    async fn from_request(request: Request, state: &S) -> Result<Self, Refusal> {
        let key = idempotency_key(request.headers())?;
        let route = request.uri().path().to_owned();
        let value = read(request, state).await?;
        let retry = key.map(|key| retry(key, &route, &[value.to_string().as_bytes()]));
        Ok(Self { body: typed(value)?, retry })
    }
}

impl<T: DeserializeOwned + Default, S: Send + Sync> FromRequest<S> for Brief<T> {
    type Rejection = Refusal;
    async fn from_request(request: Request, state: &S) -> Result<Self, Refusal> {
        let key = idempotency_key(request.headers())?;
        let (route, headers) = (request.uri().path().to_owned(), request.headers().clone());
        let body = bytes(request, state).await?;
        let value = if body.is_empty() { None } else { Some(json(&headers, &body)?) };
        let asked = value.as_ref().map(Value::to_string).unwrap_or_default();
        let retry = key.map(|key| retry(key, &route, &[asked.as_bytes()]));
        Ok(Self { body: value.map(typed).transpose()?.unwrap_or_default(), retry })
    }
}

impl<S: Send + Sync> FromRequest<S> for Bare {
    type Rejection = Refusal;
    async fn from_request(request: Request, state: &S) -> Result<Self, Refusal> {
        let key = idempotency_key(request.headers())?;
        let (route, headers) = (request.uri().path().to_owned(), request.headers().clone());
        let body = bytes(request, state).await?;
        if !body.is_empty() {
            let Nothing {} = typed(json(&headers, &body)?)?;
        }
        Ok(Self(key.map(|key| retry(key, &route, &[]))))
    }
}

/// What a retry with `key` must ask again: a POST to `route` with the same parts.
pub fn retry(key: String, route: &str, parts: &[&[u8]]) -> Retry {
    let mut hash = Sha256::new();
    for part in [b"POST".as_slice(), route.as_bytes()].iter().chain(parts) {
        hash.update(part.len().to_le_bytes());
        hash.update(part);
    }
    let request = hash.finalize().iter().map(|b| format!("{b:02x}")).collect();
    Retry { key, request }
}

/// True when `Content-Type` names exactly this type, in UTF-8.
pub fn is_content(headers: &HeaderMap, wanted: &str) -> bool {
    let mut values = headers.get_all(header::CONTENT_TYPE).iter();
    let (Some(Ok(text)), None) = (values.next().map(|v| v.to_str()), values.next()) else { return false };
    let mut parts = text.split(';').map(str::trim);
    let essence = parts.next().is_some_and(|t| t.eq_ignore_ascii_case(wanted));
    let utf8 = parts.all(|p| {
        let (name, value) = p.split_once('=').unwrap_or((p, ""));
        !name.trim().eq_ignore_ascii_case("charset") || value.trim().trim_matches('"').eq_ignore_ascii_case("utf-8")
    });
    essence && utf8
}

/// The whole body, or the problem with it.
pub async fn bytes<S: Send + Sync>(request: Request, state: &S) -> Result<Bytes, Problem> {
    Bytes::from_request(request, state).await.map_err(|e: BytesRejection| match e.into_response().status() {
        StatusCode::PAYLOAD_TOO_LARGE => too_large(),
        _ => Problem::new(Code::Malformed, "The request's body did not arrive whole. Send it again."),
    })
}

pub fn too_large() -> Problem {
    Problem::new(Code::TooLarge, "This is more than the server takes at once.")
}

async fn read<S: Send + Sync>(request: Request, state: &S) -> Result<Value, Problem> {
    let headers = request.headers().clone();
    let body = bytes(request, state).await?;
    json(&headers, &body)
}

fn json(headers: &HeaderMap, body: &[u8]) -> Result<Value, Problem> {
    if !is_content(headers, "application/json") {
        if serde_urlencoded::from_bytes::<Vec<(String, String)>>(body).is_ok_and(|p| names_a_token(&p)) {
            return Err(two_tokens());
        }
        let detail = "Send JSON, with the header Content-Type: application/json.";
        return Err(Problem::new(Code::UnsupportedMediaType, detail));
    }
    parse(body)
}

pub fn parse(body: &[u8]) -> Result<Value, Problem> {
    let mut reader = serde_json::Deserializer::from_slice(body);
    let value = Node { depth: 0 }.deserialize(&mut reader).and_then(|value| reader.end().map(|()| value));
    let mut value = value.map_err(|e| {
        let message = e.to_string();
        let own = if e.is_data() { message.split(" at line ").next() } else { None };
        Problem::new(Code::Malformed, own.unwrap_or("The body is not valid JSON."))
    })?;
    value.sort_all_objects();
    if value.is_object() { Ok(value) } else { Err(Problem::new(Code::Malformed, "The body must be a JSON object.")) }
}

/// Reads any JSON value, but no key twice and not deeper than [`MAX_DEPTH`].
#[derive(Clone, Copy)]
struct Node {
    depth: u8,
}

impl Node {
    fn inner<E: Error>(self) -> Result<Self, E> {
        if self.depth == MAX_DEPTH {
            return Err(E::custom(format_args!("The body is nested more than {MAX_DEPTH} deep.")));
        }
        Ok(Self { depth: self.depth + 1 })
    }
}

impl<'de> DeserializeSeed<'de> for Node {
    type Value = Value;
    fn deserialize<D: Deserializer<'de>>(self, d: D) -> Result<Value, D::Error> {
        d.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Node {
    type Value = Value;
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }
    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }
    fn visit_bool<E>(self, v: bool) -> Result<Value, E> {
        Ok(v.into())
    }
    fn visit_i64<E>(self, v: i64) -> Result<Value, E> {
        Ok(v.into())
    }
    fn visit_u64<E>(self, v: u64) -> Result<Value, E> {
        Ok(v.into())
    }
    fn visit_f64<E>(self, v: f64) -> Result<Value, E> {
        Ok(Number::from_f64(v).map_or(Value::Null, Value::Number))
    }
    fn visit_str<E>(self, v: &str) -> Result<Value, E> {
        Ok(v.into())
    }
    fn visit_string<E>(self, v: String) -> Result<Value, E> {
        Ok(v.into())
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Value, A::Error> {
        let inner = self.inner()?;
        let mut items = Vec::new();
        while let Some(item) = seq.next_element_seed(inner)? {
            items.push(item);
        }
        Ok(items.into())
    }
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value, A::Error> {
        let inner = self.inner()?;
        let mut fields = Map::new();
        while let Some(key) = map.next_key::<String>()? {
            let value = map.next_value_seed(inner)?;
            if fields.insert(key, value).is_some() {
                return Err(A::Error::custom("A field is given twice."));
            }
        }
        Ok(fields.into())
    }
}

/// The value as `T`, or 422 with the field that does not fit.
pub fn typed<T: DeserializeOwned>(value: Value) -> Result<T, Problem> {
    serde_path_to_error::deserialize(value).map_err(|e| {
        let path = Some(e.path().to_string()).filter(|p| p != ".");
        refused(path, &e.inner().to_string())
    })
}

/// Says in the user's words what serde found; its texts are part of its stable interface
/// (`serde::de::Error`).
fn refused(path: Option<String>, message: &str) -> Problem {
    let named = |start: &str| message.strip_prefix(start).and_then(|rest| rest.split('`').next());
    let path_or_body = || path.clone().unwrap_or_else(|| "body".into());
    if let Some(name) = named("unknown field `") {
        let field = match path {
            Some(path) if path.rsplit('.').next() == Some(name) => path,
            Some(path) => format!("{path}.{name}"),
            None => name.to_owned(),
        };
        let message = "There is no such field. See the documentation for the fields that are.";
        let errors = vec![FieldError::new(field, "unknown_field", message)];
        return Problem { errors, ..Problem::new(Code::UnknownField, message) };
    }
    if let Some(name) = named("missing field `") {
        let field = path.map_or_else(|| name.to_owned(), |p| format!("{p}.{name}"));
        return Problem::field(&field, "required", "This field is needed.");
    }
    if let Some((_, expected)) = message.strip_prefix("unknown variant `").and_then(|rest| rest.split_once("expected ")) {
        let choices = expected.trim_start_matches("one of ").replace('`', "");
        return Problem::field(&path_or_body(), "unknown_value", format!("Choose one of: {choices}."));
    }
    if message.starts_with("invalid type") || message.starts_with("invalid value") || message.starts_with("data did not") {
        let wanted = message.split_once("expected ").map(|(_, e)| e).and_then(|e| match e {
            "a string" | "string" => Some("Send a text in quotes."),
            "a boolean" => Some("Send true or false."),
            "a sequence" => Some("Send a list."),
            _ => None,
        });
        let message = wanted.unwrap_or("The value does not fit this field. See the documentation.");
        return Problem::field(&path_or_body(), "wrong_type", message);
    }
    Problem::field(&path_or_body(), "invalid", message)
}

/// For a field whose absence means "leave as it is": whatever stands there must be a `T`.
pub fn present<'de, T: Deserialize<'de>, D: Deserializer<'de>>(d: D) -> Result<Option<T>, D::Error> {
    T::deserialize(d).map(Some)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only the reading counts")]
    struct Sample {
        amount: String,
        #[serde(default, deserialize_with = "present")]
        note: Option<Option<String>>,
        #[serde(default, deserialize_with = "present")]
        what: Option<String>,
        #[serde(default)]
        inner: Option<Inner>,
    }
    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only the reading counts")]
    struct Inner {
        flag: bool,
    }

    fn outcome(json: &str) -> String {
        match parse(json.as_bytes()).and_then(typed::<Sample>) {
            Ok(_) => "ok".into(),
            Err(p) => {
                let field = p.errors.first().map_or("", |e| &e.field);
                format!("{} {} {field} {}", p.status(), p.code.as_str(), p.errors.first().map_or("", |e| &e.code))
            }
        }
    }

    #[test]
    fn s39_s50_what_a_body_may_not_be() {
        for (json, expected) in [
            (r#"{"amount":"1"}"#, "ok"),
            (r#"{"amount":"1","note":null}"#, "ok"),
            (r#"{"amount":"1","what":null}"#, "422 invalid what wrong_type"),
            (r#"{"amount":12.5}"#, "422 invalid amount wrong_type"),
            (r#"{"amount":["1"]}"#, "422 invalid amount wrong_type"),
            (r#"{"amount":{"$ne":null}}"#, "422 invalid amount wrong_type"),
            (r#"{}"#, "422 invalid amount required"),
            (r#"{"amount":"1","role":"admin"}"#, "422 unknown_field role unknown_field"),
            (r#"{"amount":"1","inner":{"flag":true,"$set":1}}"#, "422 unknown_field inner.$set unknown_field"),
            (r#"{"amount":"1","inner":{"flag":1}}"#, "422 invalid inner.flag wrong_type"),
            (r#"{"amount":"1","inner":{}}"#, "422 invalid inner.flag required"),
            (r#"{"Amount":"1"}"#, "422 unknown_field Amount unknown_field"),
            (r#"{"amount":"1","amount":"2"}"#, "400 malformed  "),
            (r#"{"amount":"1"} x"#, "400 malformed  "),
            (r#"[{"amount":"1"}]"#, "400 malformed  "),
            (r#""x""#, "400 malformed  "),
            ("", "400 malformed  "),
            ("\u{feff}{\"amount\":\"1\"}", "400 malformed  "),
            (r#"{"amount":"\ud800"}"#, "400 malformed  "),
            (r#"{"amount":1e999}"#, "400 malformed  "),
            (r#"{"amount":NaN}"#, "400 malformed  "),
        ] {
            assert_eq!(outcome(json), expected, "{json}");
        }
        let nested = |n: usize| format!("{{\"amount\":{}{}}}", "[".repeat(n), "]".repeat(n));
        assert_eq!(outcome(&nested(31)), "422 invalid amount wrong_type");
        assert_eq!(outcome(&nested(32)), "400 malformed  ");
        assert_eq!(outcome(&nested(10_000)), "400 malformed  ");
    }

    #[test]
    fn s25_only_json_in_utf_8() {
        let is = |value: &str| {
            let headers = [(header::CONTENT_TYPE, value.parse().expect("a value"))].into_iter().collect();
            is_content(&headers, "application/json")
        };
        assert!(is("application/json") && is("Application/JSON; charset=UTF-8") && is("application/json;charset=\"utf-8\""));
        for bad in ["text/plain", "", "application/jsonx", "text/json", "application/json; charset=utf-16", "*/*"] {
            assert!(!is(bad), "{bad}");
        }
    }

    #[test]
    fn s49_the_same_request_is_the_same_whatever_its_spaces() {
        let of = |json: &str| retry("k".into(), "/expenses", &[parse(json.as_bytes()).expect("json").to_string().as_bytes()]);
        let (a, b) = (of(r#"{"a":1,"b":"x"}"#), of(" { \"b\" : \"x\", \"a\" : 1 } "));
        assert_eq!(a.request, b.request);
        assert_ne!(a.request, of(r#"{"a":1,"b":"y"}"#).request);
        assert_ne!(retry("k".into(), "/a", &[b"b", b"c"]).request, retry("k".into(), "/a", &[b"bc"]).request);
    }
}

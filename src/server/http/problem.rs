//! How a refusal leaves the server: `application/problem+json` (RFC 9457) for programs, a page for
//! people. It must never say more than the problem does (S51).

use super::{Site, observe::RequestId, plain::message};
use crate::domain::{Code, FieldError, Problem};
use axum::{
    extract::{Request, State},
    middleware::Next,
    response::{IntoResponse, Response},
};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use serde::Serialize;

/// A problem as an answer. A layer around everything renders it for whoever asked, with the request's id.
#[derive(Debug)]
pub struct Refusal(pub Problem);

impl<E: Into<Problem>> From<E> for Refusal {
    fn from(e: E) -> Self {
        Self(e.into())
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let mut response = json(&self.0);
        response.extensions_mut().insert(self.0);
        response
    }
}

/// RFC 9457, with the contract's own members.
#[derive(Serialize)]
struct Body9457<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    title: &'static str,
    status: u16,
    detail: &'a str,
    code: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    request_id: Option<&'a str>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    errors: &'a [FieldError],
    #[serde(skip_serializing_if = "Option::is_none")]
    balance: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    short_by: Option<&'a str>,
}

fn json(problem: &Problem) -> Response {
    let body = Body9457 {
        kind: "about:blank",
        title: problem.code.title(),
        status: problem.status(),
        detail: &problem.detail,
        code: problem.code.as_str(),
        request_id: problem.request_id.as_deref(),
        errors: &problem.errors,
        balance: problem.balance.as_deref(),
        short_by: problem.short_by.as_deref(),
    };
    let mut response = (status_of(problem), axum::Json(body)).into_response();
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
    with_retry(response, problem)
}

fn status_of(problem: &Problem) -> StatusCode {
    StatusCode::from_u16(problem.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

fn with_retry(mut response: Response, problem: &Problem) -> Response {
    if let Some(seconds) = problem.retry_after {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}

/// True when a person's browser asks for a document.
pub fn wants_html(headers: &HeaderMap) -> bool {
    headers.get(header::ACCEPT).and_then(|v| v.to_str().ok()).is_some_and(|v| v.contains("text/html"))
}

/// The layer that renders problems, and replaces whatever other text a refusal came with.
pub async fn render(State(site): State<Site>, request: Request, next: Next) -> Response {
    let person = wants_html(request.headers()) && !request.uri().path().starts_with("/api/");
    let id = request.extensions().get::<RequestId>().cloned();
    let mut response = next.run(request).await;
    let Some(mut problem) = response.extensions_mut().remove::<Problem>().or_else(|| foreign(&response)) else {
        return response;
    };
    problem.request_id = id.map(|id| id.0);
    let (parts, _) = response.into_parts();
    let mut rendered = if person { page(&site, &problem) } else { json(&problem) };
    *rendered.status_mut() = if parts.status.is_success() { status_of(&problem) } else { parts.status };
    for (name, value) in &parts.headers {
        if !matches!(*name, header::CONTENT_TYPE | header::CONTENT_LENGTH | header::RETRY_AFTER) {
            rendered.headers_mut().append(name.clone(), value.clone());
        }
    }
    rendered
}

/// What a library answered by itself, in our words.
fn foreign(response: &Response) -> Option<Problem> {
    let status = response.status();
    let kind = response.headers().get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or("text/plain");
    if status.as_u16() < 400 || !kind.starts_with("text/plain") {
        return None;
    }
    Some(match status {
        StatusCode::NOT_FOUND => Problem::not_found(),
        StatusCode::METHOD_NOT_ALLOWED => method_not_allowed_problem(),
        StatusCode::PAYLOAD_TOO_LARGE => Problem::new(Code::TooLarge, "This is larger than the server takes."),
        StatusCode::UNSUPPORTED_MEDIA_TYPE => {
            Problem::new(Code::UnsupportedMediaType, "Send the content type that this address takes.")
        }
        status if status.is_client_error() => Problem::new(Code::Malformed, "The request could not be read."),
        _ => Problem::internal(),
    })
}

fn method_not_allowed_problem() -> Problem {
    Problem::new(Code::MethodNotAllowed, "This address does not take that method.")
}

/// 405 for a path that knows other methods.
pub async fn method_not_allowed() -> Refusal {
    Refusal(method_not_allowed_problem())
}

fn page(site: &Site, problem: &Problem) -> Response {
    let reference = problem.request_id.as_deref().map(|id| format!("Reference: {id}"));
    let home = Some(("/", "Go to the start page"));
    with_retry(message(site, status_of(problem), problem.code.title(), &problem.detail, reference.as_deref(), home), problem)
}

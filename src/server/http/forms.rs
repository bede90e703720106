//! Server functions, called by the page's WASM or by a plain form without it (S30). A plain form is
//! always answered with 303 to a page of ours; what went wrong and what was typed wait there in a
//! flash, never in the address.

use super::{
    Site, flash, limits,
    noted::Note,
    path,
    problem::Refusal,
    rules::{self, Rule},
};
use crate::{
    api::{
        BUILD_HEADER,
        boot::Flash,
        reply::{FormReply, Reply, session_ended},
    },
    domain::{Code, Problem},
    server::auth::Caller,
};
use axum::{
    body::{Body, to_bytes},
    extract::{Request, State},
    response::{IntoResponse, Response},
};
use http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use http_body_util::LengthLimitError;
use leptos::prelude::provide_context;
use leptos_axum::handle_server_fns_with_context;
use std::error::Error;

/// What a server function's error may weigh.
const LARGEST_ERROR: usize = 1024 * 1024;

/// Refuses who may not call the function at all (S33, S36).
fn admit(action: &str, caller: Option<&Caller>) -> Result<(), Problem> {
    match (rules::of_function(action), caller) {
        (Some(Rule::Public), _) | (Some(Rule::SignedIn), Some(_)) => Ok(()),
        (Some(Rule::Admin), Some(caller)) => caller.require_admin(),
        (Some(_), None) => Err(session_ended()),
        _ => Err(Problem::not_found()),
    }
}

/// Runs a server function.
pub async fn server_fn(State(site): State<Site>, request: Request) -> Response {
    let plain = is_plain_form(request.headers());
    let (parts, body) = request.into_parts();
    let (action, headers) = (parts.uri.path().to_owned(), parts.headers.clone());
    let caller = parts.extensions.get::<Caller>();
    let (signed_in, admitted) = (caller.is_some(), admit(&action, caller));
    if outdated(&site, &headers) {
        let detail = "Outlay was updated. Reload the page; what you typed is still here.";
        return Refusal(Problem::new(Code::Outdated, detail)).into_response();
    }
    let size = site.app.config.limits.body;
    let body = match to_bytes(body, size).await {
        Ok(body) => body,
        Err(e) => return Refusal(unread(&e, size)).into_response(),
    };
    let fields = if plain { serde_urlencoded::from_bytes(&body).unwrap_or_default() } else { Vec::new() };
    let reply = FormReply::default();
    let answer = match admitted {
        Ok(()) => run(&site, Request::from_parts(parts, Body::from(body)), reply.clone()).await,
        Err(problem) => Refusal(problem).into_response(),
    };
    if !plain {
        return answer;
    }
    let mut left = reply.0.lock().map(|mut reply| std::mem::take(&mut *reply)).unwrap_or_default();
    left.problem = answer.extensions().get::<Problem>().cloned();
    let note = left.problem.as_ref().and_then(Note::of);
    let mut redirect = answer_form(&site, &headers, Form { action, fields, signed_in }, left);
    for (name, value) in answer.headers() {
        if *name == header::SET_COOKIE || name == "clear-site-data" {
            redirect.headers_mut().append(name.clone(), value.clone());
        }
    }
    if let Some(note) = note {
        redirect.extensions_mut().insert(note);
    }
    redirect
}

/// Hands the request to Leptos; an error comes back as a [`Refusal`].
async fn run(site: &Site, mut request: Request, reply: FormReply) -> Response {
    // Leptos would answer a browser's form by itself, with the error in the address.
    request.headers_mut().insert(header::ACCEPT, HeaderValue::from_static("application/json"));
    request.extensions_mut().insert(reply);
    // Leptos knows its functions by their own method; axum takes the body away from the answer to HEAD.
    if *request.method() == Method::HEAD {
        *request.method_mut() = Method::GET;
    }
    let app = site.app.clone();
    let response = handle_server_fns_with_context(move || provide_context(app.clone()), request).await.into_response();
    if response.status().is_success() {
        return response;
    }
    let (parts, body) = response.into_parts();
    let body = to_bytes(body, LARGEST_ERROR).await.unwrap_or_default();
    let problem = serde_json::from_slice::<Problem>(&body).unwrap_or_else(|_| Problem::internal());
    let mut refusal = Refusal(problem).into_response();
    for cookie in parts.headers.get_all(header::SET_COOKIE) {
        refusal.headers_mut().append(header::SET_COOKIE, cookie.clone());
    }
    refusal
}

/// A form that a browser sent by itself.
pub struct Form {
    /// The path it was posted to.
    pub action: String,
    pub fields: Vec<(String, String)>,
    pub signed_in: bool,
}

/// The 303 that answers a plain form.
pub fn answer_form(site: &Site, headers: &HeaderMap, form: Form, reply: Reply) -> Response {
    let back = path::came_from(headers);
    let next = form.fields.iter().find(|(name, _)| name == "next").and_then(|(_, to)| path::safe_path(to));
    let (to, left) = match reply.problem {
        Some(problem) => {
            let expired = problem.code == Code::Unauthenticated && !form.signed_in;
            let life = if expired { flash::LIFE_OVER_SIGN_IN } else { flash::LIFE };
            let to = if expired { sign_in_path(&back) } else { back };
            (to, Some((flash::refused(&form.action, form.fields, problem), life)))
        }
        None => {
            let to = reply.location.as_deref().and_then(path::safe_path).or(next).unwrap_or(back);
            let left = Flash { notice: reply.notice, form: None, shown_once: reply.shown_once };
            (to, (left != Flash::default()).then_some((left, flash::LIFE)))
        }
    };
    let mut response = see_other(&to);
    if let Some(cookie) = left.and_then(|(flash, life)| site.flashes.leave(&site.app.config, &flash, life)) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}

/// 303 to a path of ours.
pub fn see_other(to: &str) -> Response {
    let to = HeaderValue::from_str(to).unwrap_or(HeaderValue::from_static("/"));
    (StatusCode::SEE_OTHER, [(header::LOCATION, to)]).into_response()
}

/// The sign-in page, which leads back to `path`.
pub fn sign_in_path(path: &str) -> String {
    if path == "/" || path.starts_with("/sign-in") {
        return "/sign-in".to_owned();
    }
    format!("/sign-in?next={}", percent_encoding::utf8_percent_encode(path, percent_encoding::NON_ALPHANUMERIC))
}

fn is_plain_form(headers: &HeaderMap) -> bool {
    let form = headers.get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok()).is_some_and(|v| {
        v.split(';').next().is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/x-www-form-urlencoded"))
    });
    form && super::problem::wants_html(headers)
}

fn outdated(site: &Site, headers: &HeaderMap) -> bool {
    headers.get(BUILD_HEADER).is_some_and(|build| build.as_bytes() != site.assets.prefix().as_bytes())
}

/// Why a body could not be read to its end.
pub fn unread(error: &(dyn Error + 'static), limit: usize) -> Problem {
    let mut cause = Some(error);
    while let Some(e) = cause {
        if e.is::<LengthLimitError>() {
            return limits::too_large(limit);
        }
        cause = e.source();
    }
    Problem::new(Code::Malformed, "The request did not arrive whole. Try again.")
}

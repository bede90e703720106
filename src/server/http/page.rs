//! The pages: who may see which, and what each render knows. Nothing is rendered before the gate has
//! said so; an unlisted path is closed (S33).

use super::{
    Site,
    consent::FormsLeadTo,
    forms::{see_other, sign_in_path},
    headers::document_policy,
    noted,
    path::safe_path,
    plain::message,
    problem::{Refusal, wants_html},
    rules::{self, Rule},
};
use crate::{
    api::{
        boot::{Boot, Flash, Notice},
        reply::session_ended,
    },
    app::shell,
    domain::{Code, Problem},
    server::auth::Caller,
};
use axum::{
    extract::{Request, State},
    response::{IntoResponse, Response},
};
use http::{HeaderMap, StatusCode, header};
use leptos::{
    nonce::use_nonce,
    prelude::{provide_context, use_context},
};
use leptos_axum::{ResponseOptions, render_app_async_with_context};
use std::panic::resume_unwind;
use subtle::ConstantTimeEq;
use tracing::Instrument;
use uuid::Uuid;

/// What the gate says to a request for a page.
#[derive(Debug, PartialEq, Eq)]
enum Gate {
    Render,
    /// To a path of ours.
    To(String),
    SignIn,
    NotFound,
    /// There is no admin yet.
    FollowTheLink,
}

/// Where a request wants to go and who asks.
struct Visit<'a> {
    path: &'a str,
    query: &'a str,
    /// Whether they are an admin; `None` when they are not signed in.
    admin: Option<bool>,
    /// The token of the one-time link; `None` once there is an admin.
    setup_token: Option<&'a str>,
}

fn gate(visit: &Visit<'_>) -> Gate {
    if let Some(token) = visit.setup_token {
        let right = parameter(visit.query, "token").is_some_and(|given| given.as_bytes().ct_eq(token.as_bytes()).into());
        return if visit.path == "/setup" && right { Gate::Render } else { Gate::FollowTheLink };
    }
    match (rules::of_page(visit.path), visit.admin) {
        (Some(Rule::SetupLink), _) => Gate::NotFound,
        (Some(Rule::Public), _) | (Some(Rule::Visitor), None) => Gate::Render,
        (Some(Rule::Visitor), Some(_)) => {
            Gate::To(parameter(visit.query, "next").and_then(|next| safe_path(&next)).unwrap_or_else(|| "/".to_owned()))
        }
        (_, None) => Gate::SignIn,
        (Some(Rule::SignedIn), Some(_)) | (_, Some(true)) => Gate::Render,
        // A path that is no page is rendered as one that says so.
        (None, Some(false)) if !visit.path.starts_with("/admin") => Gate::Render,
        (_, Some(false)) => Gate::NotFound,
    }
}

fn parameter(query: &str, name: &str) -> Option<String> {
    let pairs: Vec<(String, String)> = serde_urlencoded::from_str(query).ok()?;
    pairs.into_iter().find_map(|(found, value)| (found == name).then_some(value))
}

/// A page that exists.
pub async fn page(State(site): State<Site>, request: Request) -> Response {
    answer(site, request, StatusCode::OK).await.unwrap_or_else(|problem| Refusal(problem).into_response())
}

/// Every other address: a page for people who are signed in, a plain refusal for everybody else.
pub async fn not_found(State(site): State<Site>, request: Request) -> Response {
    let path = request.uri().path();
    let ours = !["/api/", "/assets/"].iter().any(|prefix| path.starts_with(prefix));
    if ours && wants_html(request.headers()) && request.method() == http::Method::GET {
        return answer(site, request, StatusCode::NOT_FOUND).await.unwrap_or_else(|problem| Refusal(problem).into_response());
    }
    Refusal(Problem::not_found()).into_response()
}

async fn answer(site: Site, request: Request, status: StatusCode) -> Result<Response, Problem> {
    let caller = request.extensions().get::<Caller>().cloned();
    let setup_token = site.app.auth.setup_token().await?;
    let uri = request.uri();
    let visit = Visit {
        path: uri.path(),
        query: uri.query().unwrap_or_default(),
        admin: caller.as_ref().map(|caller| caller.user.is_admin()),
        setup_token: setup_token.as_deref(),
    };
    match gate(&visit) {
        Gate::Render => {}
        Gate::To(path) => return Ok(see_other(&path)),
        Gate::NotFound if rules::of_page(visit.path) == Some(Rule::Admin) => return Ok(noted::hidden()),
        Gate::NotFound => return Err(Problem::not_found()),
        Gate::SignIn if status == StatusCode::NOT_FOUND => return Err(Problem::not_found()),
        Gate::SignIn => return sign_in(&request),
        Gate::FollowTheLink => return Ok(follow_the_link(&site)),
    }
    let boot = boot(&site, caller.as_ref(), request.headers()).await?;
    Ok(render(&site, boot, request, status).await)
}

fn sign_in(request: &Request) -> Result<Response, Problem> {
    let accept = request.headers().get(header::ACCEPT).and_then(|v| v.to_str().ok()).unwrap_or("*/*");
    if !accept.contains("text/html") && !accept.contains("*/*") {
        return Err(Problem::new(Code::Unauthenticated, "Sign in first."));
    }
    let path = request.uri().path_and_query().and_then(|path| safe_path(path.as_str())).unwrap_or_else(|| "/".to_owned());
    Ok(see_other(&sign_in_path(&path)))
}

fn follow_the_link(site: &Site) -> Response {
    let text = "This Outlay has no admin yet. The server printed a one-time link when it started: open it to set up Outlay. \
                If it is gone, restart the server, or run “outlay admin create <username>”.";
    message(site, StatusCode::OK, "Almost there", text, None, None)
}

async fn boot(site: &Site, caller: Option<&Caller>, headers: &HeaderMap) -> Result<Boot, Problem> {
    let (me, categories) = match caller {
        Some(caller) => (Some(site.app.me(caller).await?), site.app.store.categories().await?),
        None => (None, Vec::new()),
    };
    Ok(Boot {
        me,
        categories,
        sign_up: site.app.auth.sign_up_policy().await?,
        flash: site.flashes.peek(&site.app.config, headers).unwrap_or_default(),
        assets: site.assets.prefix().to_owned(),
        form_id: Uuid::now_v7(),
    })
}

/// A form that was refused for want of a session waits until its author has signed in again.
fn waits_for_sign_in(flash: &Flash, signed_in: bool) -> bool {
    !signed_in && flash.form.as_ref().is_some_and(|form| form.problem.code == Code::Unauthenticated)
}

async fn render(site: &Site, mut boot: Boot, request: Request, status: StatusCode) -> Response {
    let waits = waits_for_sign_in(&boot.flash, boot.me.is_some());
    if waits {
        let message = session_ended().detail;
        boot.flash = Flash { notice: Some(Notice { message, undo: None }), ..Flash::default() };
    }
    let spent = (!waits).then(|| site.flashes.forget(&site.app.config, request.headers())).flatten();
    let app = site.app.clone();
    let forms = request.extensions().get::<FormsLeadTo>().map(|to| to.0.clone());
    let context = move || {
        provide_context(app.clone());
        provide_context(boot.clone());
        let policy = use_nonce().and_then(|nonce| document_policy(&nonce, forms.as_deref()));
        if let (Some(response), Some(policy)) = (use_context::<ResponseOptions>(), policy) {
            response.insert_header(header::CONTENT_SECURITY_POLICY, policy);
        }
    };
    let mut response = to_the_end(render_app_async_with_context(context, shell)(request)).await;
    if response.status() == StatusCode::OK {
        *response.status_mut() = status;
    }
    if let Some(cookie) = spent {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}

/// Renders to the end, also for somebody who has gone meanwhile. The parts of a page that are under way would find what they
/// need gone as well, and panic; the page of somebody else that is rendered by the same thread would be hit by that.
async fn to_the_end(render: impl Future<Output = Response> + Send + 'static) -> Response {
    match tokio::spawn(render.in_current_span()).await {
        Ok(response) => response,
        Err(end) if end.is_panic() => resume_unwind(end.into_panic()),
        // The process stops.
        Err(_) => Refusal(Problem::internal()).into_response(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(path: &str, admin: Option<bool>, setup_token: Option<&str>) -> Gate {
        let (path, query) = path.split_once('?').unwrap_or((path, ""));
        gate(&Visit { path, query, admin, setup_token })
    }

    #[test]
    fn s33_pages_are_closed_by_default() {
        for path in ["/", "/expenses", "/settings", "/categories", "/admin/users", "/anything", "/sign-in/x", "/register/"] {
            assert_eq!(at(path, None, None), Gate::SignIn, "{path}");
        }
        assert_eq!(at("/sign-in", None, None), Gate::Render);
        assert_eq!(at("/register", None, None), Gate::Render);
        assert_eq!(at("/categories", Some(false), None), Gate::NotFound);
        assert_eq!(at("/admin/users", Some(false), None), Gate::NotFound);
        assert_eq!(at("/categories", Some(true), None), Gate::Render);
        assert_eq!(at("/sign-in", Some(false), None), Gate::To("/".into()));
        assert_eq!(at("/sign-in?next=%2Ffunds", Some(false), None), Gate::To("/funds".into()));
        assert_eq!(at("/sign-in?next=//evil.example", Some(false), None), Gate::To("/".into()));
    }

    #[test]
    fn s07_setup_needs_the_token_and_happens_once() {
        for path in ["/", "/sign-in", "/register", "/setup", "/setup?token=", "/setup?token=wrong", "/expenses?token=right"] {
            assert_eq!(at(path, None, Some("right")), Gate::FollowTheLink, "{path}");
        }
        assert_eq!(at("/setup?token=right", None, Some("right")), Gate::Render);
        assert_eq!(at("/setup?token=right", None, None), Gate::NotFound);
        assert_eq!(at("/setup?token=right", Some(true), None), Gate::NotFound);
    }
}

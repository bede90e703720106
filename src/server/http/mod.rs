//! HTTP: the router, its layers, the page, the assets, health. It must never hold a rule about money.
//!
//! A request passes, from the outside in:
//! 1. `observe`: its id, its line in the log;
//! 2. `headers`: the security headers of whatever comes back;
//! 3. `address`: who is at the other end;
//! 4. `problem`: refusals become JSON or a page, with the id;
//! 5. the net for panics;
//! 6. `limits`: sizes and times;
//! 7. `origin`: the right host, our own pages (CSRF);
//! 8. for pages and their server functions, the session's cookie; for REST, the bearer token.
//!
//! What of it bears on security, 7 and 8 note for the audit log (`noted`).

mod address;
pub mod assets;
mod consent;
pub mod cookies;
mod docs;
mod events;
mod export;
mod flash;
mod forms;
mod headers;
mod health;
mod limits;
pub mod noted;
pub mod observe;
mod origin;
mod pace;
mod page;
pub mod path;
mod plain;
pub mod problem;
mod rules;
mod serve;
mod session;
mod upload;

pub use origin::is_loopback;
pub use rules::{Kind, Route, Rule};
pub use serve::{Stop, serve};

use crate::{
    api::live::EVENTS,
    app,
    domain::Problem,
    server::{App, rest},
};
use assets::Assets;
use axum::{
    Router,
    extract::{DefaultBodyLimit, FromRef},
    middleware::{from_fn, from_fn_with_state},
    response::{IntoResponse, Response},
    routing::{MethodFilter, MethodRouter, get, on, post},
};
use http::Method;
use leptos::server_fn::axum::server_fn_paths;
use problem::Refusal;
use std::any::Any;
use tower_http::{catch_panic::CatchPanicLayer, csrf::CsrfLayer};

/// What the HTTP side needs beside the use cases.
#[derive(Clone)]
pub struct Site {
    pub(super) app: App,
    assets: Assets,
    flashes: flash::Flashes,
}

impl FromRef<Site> for App {
    fn from_ref(site: &Site) -> Self {
        site.app.clone()
    }
}
impl FromRef<Site> for Assets {
    fn from_ref(site: &Site) -> Self {
        site.assets.clone()
    }
}

/// Where a program asks a person for access: a page, and its form.
const CONSENT: &str = "/oauth/authorize";

/// A route and what answers it.
struct Served(Route, MethodRouter<Site>);

impl Served {
    fn new(method: Method, path: &str, kind: Kind, rule: Rule, handler: MethodRouter<Site>) -> Self {
        Self(Route { method, path: path.to_owned(), kind, rule }, handler)
    }
}

/// Everything but REST.
fn served() -> Vec<Served> {
    let file = |path, handler| Served::new(Method::GET, path, Kind::File, Rule::Public, handler);
    let mut all = vec![
        file("/livez", get(health::live)),
        file("/readyz", get(health::ready)),
        file("/robots.txt", get(|| async { "User-agent: *\nDisallow: /\n" })),
        file("/assets/{hash}/{*name}", get(assets::file)),
        file("/.well-known/oauth-authorization-server", get(consent::metadata)),
        Served::new(
            Method::POST,
            "/import/upload",
            Kind::Form,
            Rule::SignedIn,
            post(upload::upload).layer(DefaultBodyLimit::disable()),
        ),
        Served::new(Method::GET, "/export", Kind::Form, Rule::SignedIn, get(export::export)),
        Served::new(Method::GET, "/reports/export", Kind::Form, Rule::SignedIn, get(export::report)),
        Served::new(Method::GET, "/admin/audit/export", Kind::Form, Rule::Admin, get(export::audit)),
        Served::new(Method::POST, CONSENT, Kind::Form, Rule::SignedIn, post(consent::decide)),
        Served::new(Method::POST, "/export", Kind::Form, Rule::SignedIn, post(export::selected)),
        Served::new(Method::GET, docs::PATH, Kind::Page, Rule::SignedIn, get(docs::docs)),
        Served::new(Method::GET, EVENTS, Kind::Function, Rule::SignedIn, get(events::events)),
    ];
    for listing in leptos_axum::generate_route_list(app::App) {
        let rule = rules::of_page(listing.path()).unwrap_or(Rule::Admin);
        let handler = if listing.path() == CONSENT { get(consent::ask) } else { get(page::page) };
        all.push(Served::new(Method::GET, listing.path(), Kind::Page, rule, handler));
    }
    for (path, method) in server_fn_paths() {
        match (rules::of_function(path), MethodFilter::try_from(method.clone())) {
            (Some(rule), Ok(filter)) => all.push(Served::new(method, path, Kind::Function, rule, on(filter, forms::server_fn))),
            _ => tracing::error!("the server function {path} has no rule, and is not served: state it in http/rules.rs"),
        }
    }
    all
}

/// Every route and its rule.
pub fn routes() -> Vec<Route> {
    let mut all: Vec<Route> = served().into_iter().map(|Served(route, _)| route).collect();
    all.extend(rest::operations().into_iter().map(|(method, path, scope)| {
        let rule = scope.map_or(Rule::Public, Rule::Scope);
        Route { method, path, kind: Kind::Rest, rule }
    }));
    all.sort_by(|a, b| (&a.path, a.method.as_str()).cmp(&(&b.path, b.method.as_str())));
    all
}

/// Everything the server answers.
pub fn router(app: App, assets: Assets) -> Router {
    let site = Site { app, assets, flashes: flash::Flashes::default() };
    let rest = rest::router()
        .fallback(|| async { Refusal(Problem::not_found()) })
        .layer(from_fn_with_state(site.app.clone(), session::by_bearer))
        .with_state(site.app.clone());
    let (files, pages): (Vec<_>, Vec<_>) = served().into_iter().partition(|Served(route, _)| route.kind == Kind::File);
    let add = |router: Router<Site>, Served(route, handler): Served| router.route(&route.path, handler);
    let pages = pages
        .into_iter()
        .fold(Router::new(), add)
        .fallback(page::not_found)
        .layer(from_fn_with_state(site.clone(), session::by_cookie));
    files
        .into_iter()
        .fold(pages, add)
        .nest("/api/v1", rest)
        .method_not_allowed_fallback(problem::method_not_allowed)
        .layer(from_fn_with_state(site.clone(), origin::strict))
        .layer(CsrfLayer::new().with_rejection_response(origin::rejected))
        .layer(from_fn_with_state(site.clone(), noted::cross_site))
        .layer(from_fn_with_state(site.clone(), origin::host))
        .layer(from_fn_with_state(site.clone(), limits::bound))
        .layer(CatchPanicLayer::custom(panicked))
        .layer(from_fn_with_state(site.clone(), problem::render))
        .layer(from_fn_with_state(site.clone(), address::identify))
        .layer(from_fn_with_state(site.clone(), headers::secure))
        .layer(from_fn(observe::observe))
        .with_state(site)
}

fn panicked(_: Box<dyn Any + Send + 'static>) -> Response {
    tracing::error!("a request panicked; see the lines above");
    Refusal(Problem::internal()).into_response()
}

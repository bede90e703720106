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

mod address;
pub mod assets;
pub mod cookies;
mod events;
mod export;
mod flash;
mod forms;
mod headers;
mod health;
mod limits;
pub mod observe;
mod origin;
mod pace;
mod page;
pub mod path;
pub mod problem;
mod serve;
mod session;
mod upload;

pub use origin::is_loopback;
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
    routing::{MethodFilter, get, on, post},
};
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

/// Everything the server answers.
pub fn router(app: App, assets: Assets) -> Router {
    let site = Site { app, assets, flashes: flash::Flashes::default() };
    let rest = rest::router()
        .fallback(|| async { Refusal(Problem::not_found()) })
        .layer(from_fn_with_state(site.app.clone(), session::by_bearer))
        .with_state(site.app.clone());
    Router::new()
        .merge(pages(&site))
        .route("/livez", get(health::live))
        .route("/readyz", get(health::ready))
        .route("/robots.txt", get(|| async { "User-agent: *\nDisallow: /\n" }))
        .route("/assets/{hash}/{*name}", get(assets::file))
        .nest("/api/v1", rest)
        .method_not_allowed_fallback(problem::method_not_allowed)
        .layer(from_fn_with_state(site.clone(), origin::strict))
        .layer(CsrfLayer::new().with_rejection_response(origin::rejected))
        .layer(from_fn_with_state(site.clone(), origin::host))
        .layer(from_fn_with_state(site.clone(), limits::bound))
        .layer(CatchPanicLayer::custom(panicked))
        .layer(from_fn_with_state(site.clone(), problem::render))
        .layer(from_fn_with_state(site.clone(), address::identify))
        .layer(from_fn_with_state(site.clone(), headers::secure))
        .layer(from_fn(observe::observe))
        .with_state(site)
}

/// The pages, their server functions, and everything that is neither.
fn pages(site: &Site) -> Router<Site> {
    let mut router = Router::new();
    for listing in leptos_axum::generate_route_list(app::App) {
        router = router.route(listing.path(), get(page::page));
    }
    for (path, method) in server_fn_paths() {
        if let Ok(method) = MethodFilter::try_from(method) {
            router = router.route(path, on(method, forms::server_fn));
        }
    }
    router
        .route("/import/upload", post(upload::upload).layer(DefaultBodyLimit::disable()))
        .route("/export", get(export::export))
        .route(EVENTS, get(events::events))
        .fallback(page::not_found)
        .layer(from_fn_with_state(site.clone(), session::by_cookie))
}

fn panicked(_: Box<dyn Any + Send + 'static>) -> Response {
    tracing::error!("a request panicked; see the lines above");
    Refusal(Problem::internal()).into_response()
}

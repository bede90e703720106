//! One line in the log and one id for each request. It must never log a query, a header's value or a
//! body: they hold secrets (S58).

use crate::server::auth::Client;
use axum::{
    extract::{MatchedPath, Request},
    middleware::Next,
    response::Response,
};
use http::HeaderValue;
use std::time::Instant;
use tracing::Instrument;

/// Made anew for each request; in the log, in problems and in the header `x-request-id`.
#[derive(Clone, Debug)]
pub struct RequestId(pub String);

impl RequestId {
    fn fresh() -> Self {
        Self(format!("{:016x}", rand::random::<u64>()))
    }
}

/// The outermost layer.
pub async fn observe(mut request: Request, next: Next) -> Response {
    let id = RequestId::fresh();
    let method = request.method().clone();
    let path = match request.extensions().get::<MatchedPath>() {
        Some(matched) => matched.as_str().to_owned(),
        None => request.uri().path().chars().take(200).collect(),
    };
    let header = HeaderValue::from_str(&id.0).ok();
    let span = tracing::info_span!("request", id = %id.0);
    request.extensions_mut().insert(id);
    let started = Instant::now();
    let mut response = next.run(request).instrument(span.clone()).await;
    let from = response.extensions_mut().remove::<Client>().map(|client| client.address.to_string()).unwrap_or_default();
    let (status, ms) = (response.status().as_u16(), started.elapsed().as_millis());
    let quiet = status < 400 && (path.starts_with("/assets/") || path == "/livez" || path == "/readyz");
    span.in_scope(|| {
        if quiet {
            tracing::debug!(%method, path, status, ms, from);
        } else {
            tracing::info!(%method, path, status, ms, from);
        }
    });
    if let Some(value) = header {
        response.headers_mut().insert("x-request-id", value);
    }
    response
}

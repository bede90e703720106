//! REST v1: the contract for programs. Thin: find the caller, call one use case, map its error.

use crate::server::App;

/// The routes under `/api/v1`.
pub fn router() -> axum::Router<App> {
    axum::Router::new()
}

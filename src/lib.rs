//! Outlay: a self-hosted expense tracker. One crate, two targets: the server (`ssr`) and the browser
//! (`hydrate`). See `docs/architecture.md`.
#![forbid(unsafe_code)]
#![warn(clippy::unwrap_used, clippy::expect_used)]
#![recursion_limit = "256"]

pub mod api;
pub mod app;
pub mod domain;
#[cfg(feature = "ssr")]
pub mod server;

/// The browser's entry: makes the page the server sent live. Done when it is.
#[cfg(feature = "hydrate")]
#[wasm_bindgen::prelude::wasm_bindgen]
pub async fn hydrate() {
    console_error_panic_hook::set_once();
    app::fetch_first().await;
    leptos::mount::hydrate_body(app::App);
}

//! The HTTP side, as a black box.
#![cfg(feature = "ssr")]

#[path = "../common/mod.rs"]
mod common;

mod bulk;
mod docs;
mod edges;
mod events;
mod forms;
mod gone;
mod history;
mod overview;
mod process;
mod slow;

/// Every page of the app.
fn pages() -> Vec<String> {
    leptos_axum::generate_route_list(outlay::app::App).iter().map(|listing| listing.path().to_owned()).collect()
}

/// The path of every server function of the app.
fn server_functions() -> Vec<String> {
    assert!(pages().len() > 5, "the app (and so its server functions) is linked into this test");
    let paths: Vec<String> = leptos::server_fn::axum::server_fn_paths().map(|(path, _)| path.to_owned()).collect();
    assert!(paths.len() > 10, "{paths:?}");
    paths
}

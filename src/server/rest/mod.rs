//! REST v1: the contract for programs. Thin: find the caller, call one use case, map its error. No rule
//! lives here, so no path can forget one.

mod activity;
mod admin;
mod body;
mod budgets;
mod bulk;
mod categories;
pub mod example;
mod expenses;
mod export;
mod extract;
mod filters;
mod funds;
mod imports;
mod journal;
mod list;
mod me;
mod oauth;
mod openapi;
mod oversight;
mod problem;
mod programs;
mod recurring;
mod reply;
mod reports;
mod schema;
mod server;
mod tokens;
mod trash;
mod upload;

use crate::{domain::Scope, server::App};
use axum::{
    Router,
    extract::DefaultBodyLimit,
    http::{Method, header},
    response::{IntoResponse, Response},
};
use serde_json::Value;
use std::sync::LazyLock;
use utoipa::OpenApi;
use utoipa_axum::{
    router::{OpenApiRouter, UtoipaMethodRouterExt},
    routes,
};

/// The routes under `/api/v1`. They expect to stand behind the layer that reads the bearer token.
pub fn router() -> Router<App> {
    collected().split_for_parts().0
}

/// Method, path and needed scope (`None`: public) of every operation.
pub fn operations() -> Vec<(Method, String, Option<Scope>)> {
    let document: Value = serde_json::to_value(collected().get_openapi()).unwrap_or_default();
    let mut found = Vec::new();
    for (path, item) in document["paths"].as_object().into_iter().flatten() {
        for (method, operation) in item.as_object().into_iter().flatten() {
            let Ok(method) = Method::from_bytes(method.to_ascii_uppercase().as_bytes()) else { continue };
            let scope = operation["security"][0]["bearer"][0].as_str().and_then(|scope| scope.parse().ok());
            found.push((method, format!("{}{path}", reply::ROOT), scope));
        }
    }
    found
}

fn collected() -> OpenApiRouter<App> {
    OpenApiRouter::with_openapi(openapi::Frame::openapi())
        .routes(routes!(oauth::oauth_token))
        .routes(routes!(oauth::oauth_revoke))
        .routes(routes!(tokens::list_tokens, tokens::create_token))
        .routes(routes!(tokens::revoke_token))
        .routes(routes!(me::sign_up))
        .routes(routes!(me::get_me, me::change_me))
        .routes(routes!(me::change_password))
        .routes(routes!(me::leave))
        .routes(routes!(me::list_sessions))
        .routes(routes!(activity::list_activity))
        .routes(routes!(me::end_session))
        .routes(routes!(categories::list_categories, categories::add_category))
        .routes(routes!(categories::order_categories))
        .routes(routes!(categories::get_category, categories::change_category, categories::delete_category))
        .routes(routes!(funds::list_funds, funds::add_funds))
        .routes(routes!(funds::get_funds, funds::change_funds, funds::delete_funds))
        .routes(routes!(expenses::list_expenses, expenses::record_expense))
        .routes(routes!(bulk::bulk_expenses))
        .routes(routes!(expenses::get_expense, expenses::change_expense, expenses::delete_expense))
        .routes(routes!(expenses::expense_history))
        .routes(routes!(trash::restore_expense))
        .routes(routes!(trash::restore_funds))
        .routes(routes!(trash::list_trash))
        // the size of a body is bounded by a layer around all routes; axum's own 2 MB are too few for a statement
        .routes(routes!(imports::list_imports, imports::upload_import).layer(DefaultBodyLimit::disable()))
        .routes(routes!(imports::get_import, imports::change_import))
        .routes(routes!(imports::commit_import))
        .routes(routes!(imports::revert_import))
        .routes(routes!(budgets::list_budgets, budgets::set_budget))
        .routes(routes!(budgets::copy_budgets))
        .routes(routes!(budgets::delete_budget))
        .routes(routes!(filters::list_filters, filters::save_filter))
        .routes(routes!(filters::get_filter, filters::change_filter, filters::delete_filter))
        .routes(routes!(recurring::list_recurring, recurring::add_recurring))
        .routes(routes!(recurring::get_recurring, recurring::change_recurring, recurring::delete_recurring))
        .routes(routes!(recurring::skip_recurring))
        .routes(routes!(recurring::post_recurring))
        .routes(routes!(reports::spending))
        .routes(routes!(reports::balance))
        .routes(routes!(reports::forecast))
        .routes(routes!(export::export))
        .routes(routes!(journal::list_journal))
        .routes(routes!(journal::undo))
        .routes(routes!(admin::list_users))
        .routes(routes!(admin::get_user, admin::change_user, admin::delete_user))
        .routes(routes!(admin::sign_out_user))
        .routes(routes!(admin::invite))
        .routes(routes!(admin::make_reset_link))
        .routes(routes!(admin::list_deleted))
        .routes(routes!(admin::restore_user))
        .routes(routes!(oversight::list_expenses_of))
        .routes(routes!(oversight::get_expense_of, oversight::change_expense_of, oversight::delete_expense_of))
        .routes(routes!(oversight::list_audit))
        .routes(routes!(server::get_settings, server::change_settings))
        .routes(routes!(programs::list_programs, programs::register_program))
        .routes(routes!(programs::get_program, programs::remove_program))
        .routes(routes!(openapi_document))
}

/// Made once: it never changes while the process lives.
static DOCUMENT: LazyLock<String> = LazyLock::new(|| openapi::document(collected().get_openapi()).to_string());

/// The OpenAPI document.
pub fn document() -> Value {
    serde_json::from_str(&DOCUMENT).unwrap_or_default()
}

/// This document.
#[utoipa::path(get, path = "/openapi.json", tag = "document", security(()),
    responses((status = 200, body = Object, content_type = "application/json")))]
async fn openapi_document() -> Response {
    ([(header::CONTENT_TYPE, "application/json")], DOCUMENT.as_str()).into_response()
}

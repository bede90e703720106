//! `/export`: everything, or what matches, as a file.

use super::{
    expenses::{FilterParams, filter},
    extract::Reader,
    list::Query,
    problem::Answer,
};
use crate::server::{
    App,
    export::{self, ExportFormat},
};
use axum::{extract::State, response::Response};
use utoipa::IntoParams;

#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "describes the query for the OpenAPI document")]
pub struct FormatParam {
    /// `json` (when absent) or `csv`.
    #[param(nullable = false, pattern = "^(json|csv)$")]
    format: Option<String>,
}

/// Export funds and expenses as a file.
///
/// JSON is lossless; CSV has money out with a minus. A filter by anything but days leaves the funds out.
#[utoipa::path(get, path = "/export", tag = "export", params(FormatParam, FilterParams),
    responses((status = 200, content((Object = "application/json"), (String = "text/csv")))), security(("bearer" = ["read"])))]
pub async fn export(State(app): State<App>, Reader(caller): Reader, query: Query) -> Answer<Response> {
    let filter = filter(&query, &["format"], &caller.user)?;
    let format = query.get("format").map_or(Ok(ExportFormat::Json), str::parse)?;
    Ok(export::answer(app.store, &caller, filter, format).await?)
}

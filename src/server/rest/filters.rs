//! `/filters`: filters of the expenses that are kept under a name.

use super::{
    body::{Post, Strict, present},
    extract::{Id, IfMatch, Reader, Writer},
    list::{List, Query},
    problem::Answer,
    reply::{Created, Versioned},
    schema,
};
use crate::{
    domain::{
        Command, Effect, FieldError, FilterId, Outcome, Problem, SavedFilter, User, filter::Asker, saved::FilterQuery, text::Name,
    },
    server::{App, clock},
};
use axum::{Json, extract::State, http::StatusCode};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A filter under a name.
#[derive(Serialize, ToSchema)]
#[schema(as = SavedFilter)]
pub struct FilterBody {
    #[schema(value_type = String, format = Uuid)]
    id: FilterId,
    #[schema(value_type = String)]
    name: Name,
    /// To be sent as the query of `GET /expenses`.
    #[schema(value_type = String, example = "period=this_month&q=tea")]
    query: FilterQuery,
    version: u32,
}

impl From<SavedFilter> for FilterBody {
    fn from(f: SavedFilter) -> Self {
        Self { id: f.id, name: f.name, query: f.query, version: f.version }
    }
}

impl FilterBody {
    fn of(outcome: Outcome) -> Answer<Self> {
        let Effect::Filter(filter) = outcome.effect else { return Err(Problem::internal().into()) };
        Ok(filter.into())
    }
}

/// A new saved filter.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewFilter {
    /// Unique among one's own, whatever its case.
    #[schema(schema_with = schema::name)]
    name: String,
    /// As in `GET /expenses`; without `limit`, `cursor` and `total`.
    #[schema(min_length = 1, max_length = 8000, example = "period=this_month&q=tea")]
    query: String,
}

/// Changes to a saved filter; an absent field stays as it is.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FilterChanges {
    #[serde(default, deserialize_with = "present")]
    #[schema(schema_with = schema::name, required = false)]
    name: Option<String>,
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false, min_length = 1, max_length = 8000)]
    query: Option<String>,
}

fn fields(user: &User, name: Option<&str>, query: Option<&str>) -> Result<(Option<Name>, Option<FilterQuery>), Vec<FieldError>> {
    let asker = Asker::strict(user, clock::today(&user.time_zone));
    let name = name.map(Name::parse).transpose().map_err(|e| vec![e.of("name")]);
    let query = query.map(|query| FilterQuery::read(query, asker)).transpose();
    match (name, query) {
        (Ok(name), Ok(query)) => Ok((name, query)),
        (name, query) => Err([name.err(), query.err()].into_iter().flatten().flatten().collect()),
    }
}

/// List the saved filters, in the order in which they were saved first.
#[utoipa::path(get, path = "/filters", tag = "filters", params(super::list::PageParams),
    responses((status = 200, body = List<FilterBody>)), security(("bearer" = ["read"])))]
pub async fn list_filters(State(app): State<App>, Reader(caller): Reader, query: Query) -> Answer<Json<List<FilterBody>>> {
    let all = app.store.filters(caller.user.id).await?;
    Ok(Json(List::of(query.part(all, |f| f.id)?, FilterBody::from)))
}

/// Save a filter; at most 50 are kept.
#[utoipa::path(post, path = "/filters", tag = "filters", request_body = NewFilter,
    responses((status = 201, body = FilterBody)), security(("bearer" = ["write"])))]
pub async fn save_filter(
    State(app): State<App>,
    Writer(caller): Writer,
    Post { body, retry }: Post<NewFilter>,
) -> Answer<Created<FilterBody>> {
    let (Some(name), Some(query)) = fields(&caller.user, Some(&body.name), Some(&body.query))? else {
        return Err(Problem::internal().into());
    };
    let command = Command::SaveFilter { id: FilterId::new(), name, query };
    let body = FilterBody::of(app.ledger.execute(&caller, retry, command).await?)?;
    Ok(Created { path: format!("/filters/{}", body.id), version: Some(body.version), body })
}

/// Read one saved filter.
#[utoipa::path(get, path = "/filters/{id}", tag = "filters", params(("id" = String, Path, format = Uuid)),
    responses((status = 200, body = FilterBody)), security(("bearer" = ["read"])))]
pub async fn get_filter(State(app): State<App>, Reader(caller): Reader, Id(id): Id<FilterId>) -> Answer<Versioned<FilterBody>> {
    let found = app.store.filters(caller.user.id).await?.into_iter().find(|f| f.id == id);
    let filter = found.ok_or_else(Problem::not_found)?;
    Ok(Versioned(filter.version, filter.into()))
}

/// Rename a saved filter, or put another in its place.
#[utoipa::path(patch, path = "/filters/{id}", tag = "filters", params(("id" = String, Path, format = Uuid)),
    request_body = FilterChanges, responses((status = 200, body = FilterBody)), security(("bearer" = ["write"])))]
pub async fn change_filter(
    State(app): State<App>,
    Writer(caller): Writer,
    Id(id): Id<FilterId>,
    IfMatch(version): IfMatch,
    Strict(body): Strict<FilterChanges>,
) -> Answer<Versioned<FilterBody>> {
    let (name, query) = fields(&caller.user, body.name.as_deref(), body.query.as_deref())?;
    let body = FilterBody::of(app.ledger.execute(&caller, None, Command::EditFilter { id, name, query, version }).await?)?;
    Ok(Versioned(body.version, body))
}

/// Delete a saved filter.
#[utoipa::path(delete, path = "/filters/{id}", tag = "filters", params(("id" = String, Path, format = Uuid)),
    responses((status = 204)), security(("bearer" = ["write"])))]
pub async fn delete_filter(
    State(app): State<App>,
    Writer(caller): Writer,
    Id(id): Id<FilterId>,
    IfMatch(version): IfMatch,
) -> Answer<StatusCode> {
    app.ledger.execute(&caller, None, Command::DeleteFilter { id, version }).await?;
    Ok(StatusCode::NO_CONTENT)
}

//! `/me/activity`: what happened with the caller's own account.

use super::{
    extract::Reader,
    list::{List, Query},
    problem::Answer,
    schema,
};
use crate::{
    domain::{EventId, Instant, audit::Event, journal::Via},
    server::{App, audit, store::Happened},
};
use axum::{Json, extract::State};
use serde::Serialize;
use utoipa::ToSchema;

/// Something that bears on the security of an account and is no change, which the journal has.
#[derive(Serialize, ToSchema)]
#[schema(as = Activity)]
pub struct ActivityBody {
    #[schema(value_type = String, format = Uuid)]
    id: EventId,
    #[schema(value_type = String, format = DateTime)]
    at: Instant,
    #[schema(schema_with = schema::event)]
    event: Event,
    /// For people.
    #[schema(example = "Signed in")]
    summary: String,
    #[schema(schema_with = schema::via)]
    via: Via,
    /// From where, where that is known.
    #[schema(required = true, example = "192.0.2.7")]
    address: Option<String>,
    /// What the browser or program called itself.
    #[schema(required = true)]
    agent: Option<String>,
    /// What was asked for, where that says more.
    #[schema(required = true, example = "GET /export")]
    target: Option<String>,
    /// The request that caused it, as in `X-Request-Id`.
    #[schema(required = true)]
    request_id: Option<String>,
}

impl From<Happened> for ActivityBody {
    fn from(happened: Happened) -> Self {
        let Happened { id, at, event, address, via, target, agent, request_id, .. } = happened;
        Self { id, at, event, summary: event.told().to_owned(), via, address, agent, target, request_id }
    }
}

/// List what happened with the own account, newest first.
///
/// Who signed in or failed to, what programs were given, what was refused, what went out: of the last 180 days.
#[utoipa::path(get, path = "/me/activity", tag = "people", params(super::list::PageParams),
    responses((status = 200, body = List<ActivityBody>)), security(("bearer" = ["read"])))]
pub async fn list_activity(State(app): State<App>, Reader(caller): Reader, query: Query) -> Answer<Json<List<ActivityBody>>> {
    let page = query.page_beside(&[])?;
    Ok(Json(List::of(audit::activity(&app, &caller, &page).await?, ActivityBody::from)))
}

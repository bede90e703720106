//! `/journal`: the caller's own changes, and undo.

use super::{
    body::Bare,
    extract::{Id, Reader, Writer},
    list::{List, Query},
    problem::Answer,
    schema,
};
use crate::{
    domain::{
        Command, Entry, Instant, Seq,
        journal::{HISTORY_FIELDS, HistoryFilter, Via},
    },
    server::{App, history},
};
use axum::{Json, extract::State};
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};

/// One accepted command.
#[derive(Serialize, ToSchema)]
#[schema(as = Entry)]
pub struct EntryBody {
    /// Counts from 1 in each user's journal.
    #[schema(value_type = u64)]
    seq: Seq,
    #[schema(value_type = String, format = DateTime)]
    at: Instant,
    /// The username of who did it.
    actor: String,
    #[schema(schema_with = schema::via)]
    via: Via,
    #[schema(example = "record_expense")]
    command: String,
    /// For people.
    summary: String,
    undoable: bool,
    /// The entry that undid this one.
    #[schema(value_type = Option<u64>, required = true)]
    undone_by: Option<Seq>,
    /// The entry that this one undid.
    #[schema(value_type = Option<u64>, required = true)]
    undoes: Option<Seq>,
}

impl From<Entry> for EntryBody {
    fn from(e: Entry) -> Self {
        Self {
            seq: e.seq,
            at: e.at,
            actor: e.actor,
            via: e.via,
            command: e.command,
            summary: e.summary,
            undoable: e.undoable,
            undone_by: e.undone_by,
            undoes: e.undoes,
        }
    }
}

/// Which entries.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "describes the query for the OpenAPI document")]
pub struct HistoryParams {
    /// What was changed; `undo` for what was undone, or done again.
    #[param(schema_with = schema::kind, required = false)]
    kind: Option<String>,
    /// From where.
    #[param(schema_with = schema::via, required = false)]
    via: Option<String>,
    /// First day, included, in the account's time zone.
    #[param(format = Date, nullable = false)]
    from: Option<String>,
    /// Last day, included.
    #[param(format = Date, nullable = false)]
    to: Option<String>,
}

/// List the journal, newest first.
#[utoipa::path(get, path = "/journal", tag = "journal", params(HistoryParams, super::list::PageParams),
    responses((status = 200, body = List<EntryBody>)), security(("bearer" = ["read"])))]
pub async fn list_journal(State(app): State<App>, Reader(caller): Reader, query: Query) -> Answer<Json<List<EntryBody>>> {
    let page = query.page_beside(&HISTORY_FIELDS)?;
    let asked = HistoryFilter::read(query.pairs())?;
    let asked = history::filter(&asked, &caller.user.time_zone);
    let entries = app.store.journal(caller.user.id, &asked, &page).await?;
    Ok(Json(List::of(entries, EntryBody::from)))
}

/// What an undo did.
#[derive(Serialize, ToSchema)]
pub struct Undone {
    /// The undoing entry; undo it to redo.
    #[schema(value_type = u64)]
    seq: Seq,
    summary: String,
    balance: String,
}

/// Undo an entry; undoing an undo redoes.
///
/// 409 `version_conflict` when something later changed the same thing, `already_undone` when done,
/// `not_undoable` for commands on passwords, tokens and users.
#[utoipa::path(post, path = "/journal/{seq}/undo", tag = "journal", params(("seq" = u64, Path)),
    responses((status = 200, body = Undone)), security(("bearer" = ["write"])))]
pub async fn undo(State(app): State<App>, Writer(caller): Writer, Id(seq): Id<Seq>, Bare(retry): Bare) -> Answer<Json<Undone>> {
    let outcome = app.ledger.execute(&caller, retry, Command::Undo { seq }).await?;
    Ok(Json(Undone { seq: outcome.seq, summary: outcome.summary, balance: outcome.balance.decimal() }))
}

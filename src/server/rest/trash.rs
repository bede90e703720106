//! `/trash`: what was deleted, and putting one thing back.

use super::{
    body::Bare,
    expenses::ExpenseBody,
    extract::{Id, Reader, Writer},
    funds::FundsBody,
    list::{List, Query},
    problem::Answer,
    reply::Versioned,
    schema,
};
use crate::{
    domain::{Command, ExpenseId, FundsId, Instant, Seq, Trashed, import::EntryKind, journal::Via, trash::Thing},
    server::App,
};
use axum::{Json, extract::State};
use serde::Serialize;
use utoipa::ToSchema;

/// What was deleted, as it was then.
#[derive(Serialize, ToSchema)]
#[schema(as = Trashed)]
pub struct TrashedBody {
    #[schema(schema_with = schema::entry_kind)]
    kind: EntryKind,
    /// Of the kind `expense`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    expense: Option<ExpenseBody>,
    /// Of the kind `funds`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    funds: Option<FundsBody>,
    deleted: DeletedBody,
}

/// The entry of the journal that deleted it.
#[derive(Serialize, ToSchema)]
#[schema(as = Deleted)]
pub struct DeletedBody {
    #[schema(value_type = u64)]
    seq: Seq,
    #[schema(value_type = String, format = DateTime)]
    at: Instant,
    #[schema(schema_with = schema::via)]
    via: Via,
    #[schema(example = "delete_expense")]
    command: String,
}

impl From<Trashed> for TrashedBody {
    fn from(Trashed { thing, seq, at, via, command }: Trashed) -> Self {
        let (kind, deleted) = (thing.kind(), DeletedBody { seq, at, via, command });
        let (expense, funds) = match thing {
            Thing::Expense(expense) => (Some(expense.into()), None),
            Thing::Funds(funds) => (None, Some(funds.into())),
        };
        Self { kind, expense, funds, deleted }
    }
}

/// List what was deleted and is not there again, the last deleted first.
#[utoipa::path(get, path = "/trash", tag = "trash", params(super::list::PageParams),
    responses((status = 200, body = List<TrashedBody>)), security(("bearer" = ["read"])))]
pub async fn list_trash(State(app): State<App>, Reader(caller): Reader, query: Query) -> Answer<Json<List<TrashedBody>>> {
    let page = query.page_beside(&[])?;
    Ok(Json(List::of(app.store.trash(caller.user.id, &page).await?, TrashedBody::from)))
}

/// Put a deleted expense back, as it was when it was deleted.
///
/// Whatever deleted it: by itself, or with others. Never refused for the balance. 409 `not_deleted` when it is there.
#[utoipa::path(post, path = "/expenses/{id}/restore", tag = "trash", params(("id" = String, Path, format = Uuid)),
    responses((status = 200, body = ExpenseBody)), security(("bearer" = ["write"])))]
pub async fn restore_expense(
    State(app): State<App>,
    Writer(caller): Writer,
    Id(id): Id<ExpenseId>,
    Bare(retry): Bare,
) -> Answer<Versioned<ExpenseBody>> {
    let body = ExpenseBody::of(app.ledger.execute(&caller, retry, Command::RestoreExpense { id }).await?)?;
    Ok(Versioned(body.version, body))
}

/// Put deleted funds back, as they were when they were deleted.
///
/// 409 `not_deleted` when they are there.
#[utoipa::path(post, path = "/funds/{id}/restore", tag = "trash", params(("id" = String, Path, format = Uuid)),
    responses((status = 200, body = FundsBody)), security(("bearer" = ["write"])))]
pub async fn restore_funds(
    State(app): State<App>,
    Writer(caller): Writer,
    Id(id): Id<FundsId>,
    Bare(retry): Bare,
) -> Answer<Versioned<FundsBody>> {
    let body = FundsBody::of(app.ledger.execute(&caller, retry, Command::RestoreFunds { id }).await?)?;
    Ok(Versioned(body.version, body))
}

//! `/admin/expenses` and `/admin/journal`: what admins see of others. Each look and each change is in the journal of the
//! person whose rows they are.

use super::{
    body::Strict,
    expenses::{ExpenseBody, ExpenseChanges, FilterParams, TotalBody, TotalParam, filter_of},
    extract::{Admin, Id, IfMatch},
    journal::EntryBody,
    list::{List, Query},
    problem::Answer,
    reply::Versioned,
    schema,
};
use crate::{
    domain::{
        Effect, Expense, ExpenseId, Problem, User, UserId,
        audit::{AUDIT_FIELDS, AuditFilter},
        filter::{AmountStyle, Asker},
        text::Username,
    },
    server::{App, audit, oversight},
};
use axum::{Json, extract::State, http::StatusCode};
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};

/// An expense of somebody.
#[derive(Serialize, ToSchema)]
pub struct ExpenseOf {
    #[schema(value_type = String, format = Uuid)]
    user_id: UserId,
    #[schema(value_type = String)]
    username: Username,
    #[serde(flatten)]
    expense: ExpenseBody,
}

impl ExpenseOf {
    fn new((user, expense): (User, Expense)) -> Self {
        Self { user_id: user.id, username: user.username, expense: ExpenseBody::seen(expense) }
    }
}

/// A part of the expenses of one person or of everybody.
#[derive(Serialize, ToSchema)]
pub struct ExpensesOf {
    items: Vec<ExpenseOf>,
    /// Send it as `cursor` for the next page; null on the last one.
    #[schema(required = true)]
    next_cursor: Option<String>,
    /// Over the whole filter; on the first page of one person's.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    total: Option<TotalBody>,
}

/// Whose.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "describes the query for the OpenAPI document")]
pub struct OwnerParam {
    /// Only this person's. Of a single expense it says whose is meant, where two people have one of that id.
    #[param(nullable = false, format = Uuid)]
    user_id: Option<String>,
}

fn user_id(query: &Query) -> Result<Option<UserId>, Problem> {
    let wrong = |_| Problem::field("user_id", "invalid_id", "This is not the id of a person.");
    query.get("user_id").map(|id| id.parse().map_err(wrong)).transpose()
}

/// List the expenses of one person, or of everybody, person after person.
///
/// That they were seen is in the journal of whose they are. A page of everybody's may have fewer rows than the limit and a
/// cursor all the same.
#[utoipa::path(get, path = "/admin/expenses", tag = "admin", params(OwnerParam, FilterParams, TotalParam, super::list::PageParams),
    responses((status = 200, body = ExpensesOf)), security(("bearer" = ["admin"])))]
pub async fn list_expenses_of(State(app): State<App>, Admin(caller): Admin, query: Query) -> Answer<Json<ExpensesOf>> {
    let (person, asker) = oversight::asked_of(&app, &caller, user_id(&query)?).await?;
    let asker = Asker { style: AmountStyle::Strict, ..asker };
    let filter = filter_of(&query, &["user_id", "limit", "cursor", "total"], asker)?;
    let page = query.page()?;
    let counted = query.flag("total", true)? && page.cursor.is_none();
    let total = match &person {
        Some(person) if counted => Some(oversight::total(&app, &caller, person, &filter).await?.into()),
        _ => None,
    };
    let found = oversight::expenses(&app, &caller, person.as_ref(), &filter, &page).await?;
    let List { items, next_cursor } = List::of(found, ExpenseOf::new);
    Ok(Json(ExpensesOf { items, next_cursor, total }))
}

/// Read one expense of somebody.
#[utoipa::path(get, path = "/admin/expenses/{id}", tag = "admin", params(("id" = String, Path, format = Uuid), OwnerParam),
    responses((status = 200, body = ExpenseOf)), security(("bearer" = ["admin"])))]
pub async fn get_expense_of(
    State(app): State<App>,
    Admin(caller): Admin,
    Id(id): Id<ExpenseId>,
    query: Query,
) -> Answer<Versioned<ExpenseOf>> {
    query.only(&["user_id"], &[])?;
    let found = oversight::expense(&app, &caller, id, user_id(&query)?).await?;
    Ok(Versioned(found.1.version, ExpenseOf::new(found)))
}

/// Change an expense of somebody, who can undo it.
///
/// Raising it over their balance is refused with 409 `insufficient_funds`, unless `allow_overdraft` is true.
#[utoipa::path(patch, path = "/admin/expenses/{id}", tag = "admin", params(("id" = String, Path, format = Uuid), OwnerParam),
    request_body = ExpenseChanges, responses((status = 200, body = ExpenseOf)), security(("bearer" = ["admin"])))]
pub async fn change_expense_of(
    State(app): State<App>,
    Admin(caller): Admin,
    Id(id): Id<ExpenseId>,
    IfMatch(version): IfMatch,
    query: Query,
    Strict(body): Strict<ExpenseChanges>,
) -> Answer<Versioned<ExpenseOf>> {
    query.only(&["user_id"], &[])?;
    let which = (id, user_id(&query)?);
    let seen = (version, body.allows_overdraft());
    let (owner, outcome) = oversight::edit(&app, &caller, which, |owner| body.read(owner), seen).await?;
    let Effect::Expense(expense) = outcome.effect else { return Err(Problem::internal().into()) };
    Ok(Versioned(expense.version, ExpenseOf::new((owner, expense))))
}

/// Delete an expense of somebody, who can undo it; its amount is back in their balance.
#[utoipa::path(delete, path = "/admin/expenses/{id}", tag = "admin", params(("id" = String, Path, format = Uuid), OwnerParam),
    responses((status = 204)), security(("bearer" = ["admin"])))]
pub async fn delete_expense_of(
    State(app): State<App>,
    Admin(caller): Admin,
    Id(id): Id<ExpenseId>,
    IfMatch(version): IfMatch,
    query: Query,
) -> Answer<StatusCode> {
    query.only(&["user_id"], &[])?;
    oversight::delete(&app, &caller, (id, user_id(&query)?), version).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// An entry of somebody's journal, or something beside them that bears on security, whose `seq` is 0.
#[derive(Serialize, ToSchema)]
pub struct AuditEntry {
    /// Whose journal it is in, or whom it is about; all zeros where nobody is known.
    #[schema(value_type = String, format = Uuid)]
    user_id: UserId,
    /// Null when they are gone for good.
    #[schema(value_type = Option<String>, required = true)]
    username: Option<Username>,
    #[schema(value_type = String, format = Uuid)]
    actor_id: UserId,
    /// Of what is no entry: the request that caused it, as in `X-Request-Id` and in the log.
    #[schema(required = true)]
    request_id: Option<String>,
    #[serde(flatten)]
    entry: EntryBody,
}

impl AuditEntry {
    fn new(audit::Line { entry, owner, request_id }: audit::Line) -> Self {
        Self { user_id: entry.owner, username: owner, actor_id: entry.actor_id, request_id, entry: entry.into() }
    }
}

/// Which entries.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "describes the query for the OpenAPI document")]
pub struct AuditParams {
    /// The username of who did it.
    #[param(nullable = false, max_length = 64)]
    actor: Option<String>,
    /// Whose journal.
    #[param(nullable = false, format = Uuid)]
    user_id: Option<String>,
    /// Whose journal, by username.
    #[param(nullable = false, max_length = 64)]
    user: Option<String>,
    /// What was changed, or `security`.
    #[param(schema_with = schema::audited, required = false)]
    kind: Option<String>,
    /// One command, such as `change_user`, or one event.
    #[param(schema_with = schema::command, required = false)]
    command: Option<String>,
    /// First day, included, in the admin's time zone.
    #[param(format = Date, nullable = false)]
    from: Option<String>,
    /// Last day, included.
    #[param(format = Date, nullable = false)]
    to: Option<String>,
}

/// List entries of everybody's journals, and what bears on security, newest first.
///
/// What was done is told; of what somebody did with their money, not what it was.
#[utoipa::path(get, path = "/admin/journal", tag = "admin", params(AuditParams, super::list::PageParams),
    responses((status = 200, body = List<AuditEntry>)), security(("bearer" = ["admin"])))]
pub async fn list_audit(State(app): State<App>, Admin(caller): Admin, query: Query) -> Answer<Json<List<AuditEntry>>> {
    let page = query.page_beside(&AUDIT_FIELDS)?;
    let asked = AuditFilter::read(query.pairs())?;
    Ok(Json(List::of(audit::audit(&app, &caller, &asked, &page).await?, AuditEntry::new)))
}

//! `/expenses`: record, list, read, edit, delete, and the history of one.

use super::{
    body::{Post, Strict, present},
    extract::{Id, IfMatch, Reader, Writer},
    journal::EntryBody,
    list::{List, Query},
    problem::{Answer, Refusal},
    reply::{Created, Versioned},
    schema,
};
use crate::{
    domain::{
        CategoryId, Command, Currency, Day, Effect, Expense, ExpenseFilter, ExpenseId, ImportId, Instant, Outcome, Problem,
        Total, User,
        expense::{Added, ExpenseEdit},
        filter::{AmountStyle, Asker, FILTER_FIELDS, REPEATED_FIELDS},
        form::{ExpenseFields, Reading},
        journal::ExpenseStep,
        text::{Note, What},
    },
    server::{App, clock},
};
use axum::{Json, extract::State, http::StatusCode};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// Money spent on a day.
#[derive(Serialize, ToSchema)]
#[schema(as = Expense)]
pub struct ExpenseBody {
    #[schema(value_type = String, format = Uuid)]
    id: ExpenseId,
    #[schema(value_type = String, format = Date)]
    date: Day,
    /// Decimal string, more than zero.
    #[schema(example = "12.50")]
    amount: String,
    /// ISO 4217.
    #[schema(value_type = String, example = "EUR")]
    currency: Currency,
    #[schema(value_type = String)]
    what: What,
    #[schema(value_type = Option<String>, required = true)]
    note: Option<Note>,
    #[schema(value_type = Option<String>, format = Uuid, required = true)]
    category_id: Option<CategoryId>,
    /// The import it came from.
    #[schema(value_type = Option<String>, format = Uuid, required = true)]
    import_id: Option<ImportId>,
    #[schema(schema_with = schema::added)]
    added: Added,
    pub version: u32,
    #[schema(value_type = String, format = DateTime)]
    created_at: Instant,
    /// The account's balance after the change; only in answers to POST and PATCH.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, example = "987.50")]
    balance: Option<String>,
}

impl From<Expense> for ExpenseBody {
    fn from(e: Expense) -> Self {
        Self {
            id: e.id,
            date: e.date,
            added: e.added(),
            amount: e.amount.decimal(),
            currency: e.amount.currency,
            what: e.what,
            note: e.note,
            category_id: e.category_id,
            import_id: e.import_id,
            version: e.version,
            created_at: e.created_at,
            balance: None,
        }
    }
}

impl ExpenseBody {
    /// As an admin sees somebody else's: without the balance.
    pub fn seen(expense: Expense) -> Self {
        expense.into()
    }
    pub fn of(outcome: Outcome) -> Answer<Self> {
        let Effect::Expense(expense) = outcome.effect else { return Err(Problem::internal().into()) };
        Ok(Self { balance: Some(outcome.balance.decimal()), ..expense.into() })
    }
}

/// A new expense.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewExpense {
    #[schema(schema_with = schema::amount)]
    amount: String,
    #[schema(schema_with = schema::text)]
    what: String,
    /// Today in the account's time zone when absent.
    #[serde(default)]
    #[schema(format = Date)]
    date: Option<String>,
    #[serde(default)]
    #[schema(format = Uuid)]
    category_id: Option<String>,
    #[serde(default)]
    #[schema(max_length = 4000)]
    note: Option<String>,
    /// Record it even when it takes the balance below zero.
    #[serde(default)]
    allow_overdraft: bool,
}

/// Changes to an expense; an absent field stays as it is.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ExpenseChanges {
    #[serde(default, deserialize_with = "present")]
    #[schema(schema_with = schema::amount, required = false)]
    amount: Option<String>,
    #[serde(default, deserialize_with = "present")]
    #[schema(schema_with = schema::text, required = false)]
    what: Option<String>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = String, format = Date)]
    date: Option<String>,
    /// Null takes the category away.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>, format = Uuid)]
    category_id: Option<Option<String>>,
    /// Null takes the note away.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>, max_length = 4000)]
    note: Option<Option<String>>,
    #[serde(default)]
    allow_overdraft: bool,
}

impl ExpenseChanges {
    /// As `user` would write them.
    pub fn read(&self, user: &User) -> Result<ExpenseEdit, Problem> {
        let fields = ExpenseFields {
            amount: self.amount.as_deref(),
            what: self.what.as_deref(),
            date: self.date.as_deref(),
            category_id: or_blank(self.category_id.as_ref()),
            note: or_blank(self.note.as_ref()),
        };
        Ok(fields.edit(reading(user))?)
    }
    pub fn allows_overdraft(&self) -> bool {
        self.allow_overdraft
    }
}

/// An absent field stays absent; null becomes the blank that clears it.
pub fn or_blank(field: Option<&Option<String>>) -> Option<&str> {
    field.map(|value| value.as_deref().unwrap_or(""))
}

/// How this user's amounts and days are read.
pub fn reading(user: &User) -> Reading {
    Reading { currency: user.currency, style: AmountStyle::Strict, today: clock::today(&user.time_zone) }
}

/// Record an expense.
///
/// More than the balance is refused with 409 `insufficient_funds`, unless `allow_overdraft` is true.
#[utoipa::path(post, path = "/expenses", tag = "expenses", request_body = NewExpense,
    responses((status = 201, body = ExpenseBody)), security(("bearer" = ["write"])))]
pub async fn record_expense(
    State(app): State<App>,
    Writer(caller): Writer,
    Post { body, retry }: Post<NewExpense>,
) -> Answer<Created<ExpenseBody>> {
    let fields = ExpenseFields {
        amount: Some(&body.amount),
        what: Some(&body.what),
        date: body.date.as_deref(),
        category_id: body.category_id.as_deref(),
        note: body.note.as_deref(),
    };
    let draft = fields.draft(reading(&caller.user))?;
    let command = Command::RecordExpense { id: ExpenseId::new(), draft, allow_overdraft: body.allow_overdraft };
    let body = ExpenseBody::of(app.ledger.execute(&caller, retry, command).await?)?;
    Ok(Created { path: format!("/expenses/{}", body.id), version: Some(body.version), body })
}

/// How many expenses match, and their sum.
#[derive(Serialize, ToSchema)]
#[schema(as = Total)]
pub struct TotalBody {
    count: u64,
    #[schema(example = "361.20")]
    sum: String,
}

impl From<Total> for TotalBody {
    fn from(total: Total) -> Self {
        Self { count: total.count, sum: total.sum.decimal() }
    }
}

/// A part of the expenses.
#[derive(Serialize, ToSchema)]
pub struct ExpenseList {
    items: Vec<ExpenseBody>,
    /// Send it as `cursor` for the next page; null on the last one.
    #[schema(required = true)]
    next_cursor: Option<String>,
    /// Over the whole filter; on the first page only.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    total: Option<TotalBody>,
}

/// Which expenses.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "describes the query for the OpenAPI document")]
pub struct FilterParams {
    /// The days that this is today, by the account's own calendar and time zone; in the place of `from` and `to`.
    #[param(schema_with = schema::preset, required = false)]
    period: Option<String>,
    /// First day, included.
    #[param(format = Date, nullable = false)]
    from: Option<String>,
    /// Last day, included.
    #[param(format = Date, nullable = false)]
    to: Option<String>,
    /// A category's id, or `none` for expenses without one. May be repeated.
    #[param(nullable = false, style = Form, explode)]
    category_id: Option<Vec<String>>,
    /// Every word must begin a word of what or note; case and accents do not count. A word that reads as an amount, with a
    /// decimal point or a decimal comma, also finds the expenses of exactly that amount.
    #[param(max_length = 200, nullable = false)]
    q: Option<String>,
    /// Smallest amount, included.
    #[param(schema_with = schema::amount, required = false)]
    min: Option<String>,
    /// Largest amount, included.
    #[param(schema_with = schema::amount, required = false)]
    max: Option<String>,
    /// Only what this import brought.
    #[param(format = Uuid, nullable = false)]
    import_id: Option<String>,
    /// Added in this way. May be repeated.
    #[param(schema_with = schema::ways_added, required = false, style = Form, explode)]
    added: Option<Vec<String>>,
    /// `-date` when absent: newest day first, newest entry first within a day.
    #[param(schema_with = schema::sort, required = false)]
    sort: Option<String>,
}

#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "describes the query for the OpenAPI document")]
pub struct TotalParam {
    /// `false` leaves the total out.
    #[param(nullable = false)]
    total: Option<bool>,
}

/// The filter of a query that may have these other parameters.
pub fn filter(query: &Query, others: &[&str], user: &User) -> Result<ExpenseFilter, Problem> {
    filter_of(query, others, Asker::strict(user, clock::today(&user.time_zone)))
}

/// As [`filter`], for somebody who asks in this way.
pub fn filter_of(query: &Query, others: &[&str], asker: Asker) -> Result<ExpenseFilter, Problem> {
    let single = FILTER_FIELDS.into_iter().filter(|field| !REPEATED_FIELDS.contains(field));
    query.only(&single.chain(others.iter().copied()).collect::<Vec<_>>(), &REPEATED_FIELDS)?;
    Ok(ExpenseFilter::read(query.pairs(), asker)?)
}

/// List expenses, filtered.
#[utoipa::path(get, path = "/expenses", tag = "expenses", params(FilterParams, TotalParam, super::list::PageParams),
    responses((status = 200, body = ExpenseList)), security(("bearer" = ["read"])))]
pub async fn list_expenses(State(app): State<App>, Reader(caller): Reader, query: Query) -> Answer<Json<ExpenseList>> {
    let filter = filter(&query, &["limit", "cursor", "total"], &caller.user)?;
    let page = query.page()?;
    let counted = query.flag("total", true)? && page.cursor.is_none();
    let owner = caller.user.id;
    let total = async { if counted { app.finder.expense_total(owner, &filter).await.map(Some) } else { Ok(None) } };
    let (page, total) = futures::try_join!(app.finder.expenses(owner, &filter, &page), total)?;
    let (List { items, next_cursor }, total) = (List::of(page, ExpenseBody::from), total.map(Into::into));
    Ok(Json(ExpenseList { items, next_cursor, total }))
}

/// Read one expense.
#[utoipa::path(get, path = "/expenses/{id}", tag = "expenses", params(("id" = String, Path, format = Uuid)),
    responses((status = 200, body = ExpenseBody)), security(("bearer" = ["read"])))]
pub async fn get_expense(
    State(app): State<App>,
    Reader(caller): Reader,
    Id(id): Id<ExpenseId>,
) -> Answer<Versioned<ExpenseBody>> {
    let expense = app.store.expense(caller.user.id, id).await?.ok_or_else(Problem::not_found)?;
    Ok(Versioned(expense.version, expense.into()))
}

/// Change an expense.
///
/// Raising it over the balance is refused with 409 `insufficient_funds`, unless `allow_overdraft` is true.
#[utoipa::path(patch, path = "/expenses/{id}", tag = "expenses", params(("id" = String, Path, format = Uuid)),
    request_body = ExpenseChanges, responses((status = 200, body = ExpenseBody)), security(("bearer" = ["write"])))]
pub async fn change_expense(
    State(app): State<App>,
    Writer(caller): Writer,
    Id(id): Id<ExpenseId>,
    IfMatch(version): IfMatch,
    Strict(body): Strict<ExpenseChanges>,
) -> Answer<Versioned<ExpenseBody>> {
    let edit = body.read(&caller.user)?;
    let command = Command::EditExpense { id, edit, version, allow_overdraft: body.allow_overdraft };
    let body = ExpenseBody::of(app.ledger.execute(&caller, None, command).await?)?;
    Ok(Versioned(body.version, body))
}

/// Delete an expense; its amount is back in the balance.
#[utoipa::path(delete, path = "/expenses/{id}", tag = "expenses", params(("id" = String, Path, format = Uuid)),
    responses((status = 204)), security(("bearer" = ["write"])))]
pub async fn delete_expense(
    State(app): State<App>,
    Writer(caller): Writer,
    Id(id): Id<ExpenseId>,
    IfMatch(version): IfMatch,
) -> Answer<StatusCode> {
    app.ledger.execute(&caller, None, Command::DeleteExpense { id, version }).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// One step in the life of an expense.
#[derive(Serialize, ToSchema)]
#[schema(as = ExpenseStep)]
pub struct StepBody {
    #[serde(flatten)]
    entry: EntryBody,
    /// Null when it began with this step.
    #[schema(required = true)]
    before: Option<ExpenseBody>,
    /// Null when it ended with this step.
    #[schema(required = true)]
    after: Option<ExpenseBody>,
}

impl From<ExpenseStep> for StepBody {
    fn from(step: ExpenseStep) -> Self {
        Self { entry: step.entry.into(), before: step.before.map(Into::into), after: step.after.map(Into::into) }
    }
}

/// The history of an expense, also of a deleted one.
#[utoipa::path(get, path = "/expenses/{id}/history", tag = "expenses",
    params(("id" = String, Path, format = Uuid), super::list::PageParams),
    responses((status = 200, body = List<StepBody>)), security(("bearer" = ["read"])))]
pub async fn expense_history(
    State(app): State<App>,
    Reader(caller): Reader,
    Id(id): Id<ExpenseId>,
    query: Query,
) -> Answer<Json<List<StepBody>>> {
    let steps = app.store.expense_history(caller.user.id, id).await?;
    if steps.is_empty() {
        return Err(Refusal(Problem::not_found()));
    }
    Ok(Json(List::of(query.part(steps, |step| step.entry.seq)?, StepBody::from)))
}

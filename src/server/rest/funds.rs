//! `/funds`: money added to the balance.

use super::{
    body::{Post, Strict, present},
    expenses::{TotalBody, TotalParam, or_blank, reading},
    extract::{Id, IfMatch, Reader, Writer},
    list::{List, Query},
    problem::Answer,
    reply::{Created, Versioned},
    schema,
};
use crate::{
    domain::{
        Command, Currency, Day, Effect, Funds, FundsId, ImportId, Instant, Outcome, Problem,
        calendar::{DAYS_FIELDS, Days},
        form::FundsFields,
        text::Note,
    },
    server::App,
};
use axum::{Json, extract::State, http::StatusCode};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// Money added on a day.
#[derive(Serialize, ToSchema)]
#[schema(as = Funds)]
pub struct FundsBody {
    #[schema(value_type = String, format = Uuid)]
    id: FundsId,
    /// Decimal string, more than zero.
    #[schema(example = "1000.00")]
    amount: String,
    /// ISO 4217.
    #[schema(value_type = String, example = "EUR")]
    currency: Currency,
    #[schema(value_type = String, format = Date)]
    date: Day,
    #[schema(value_type = Option<String>, required = true)]
    note: Option<Note>,
    /// The import they came from.
    #[schema(value_type = Option<String>, format = Uuid, required = true)]
    import_id: Option<ImportId>,
    pub version: u32,
    #[schema(value_type = String, format = DateTime)]
    created_at: Instant,
    /// The account's balance after the change; only in answers to POST and PATCH.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, example = "1000.00")]
    balance: Option<String>,
}

impl From<Funds> for FundsBody {
    fn from(f: Funds) -> Self {
        Self {
            id: f.id,
            amount: f.amount.decimal(),
            currency: f.amount.currency,
            date: f.date,
            note: f.note,
            import_id: f.import_id,
            version: f.version,
            created_at: f.created_at,
            balance: None,
        }
    }
}

impl FundsBody {
    pub fn of(outcome: Outcome) -> Answer<Self> {
        let Effect::Funds(funds) = outcome.effect else { return Err(Problem::internal().into()) };
        Ok(Self { balance: Some(outcome.balance.decimal()), ..funds.into() })
    }
}

/// New funds.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewFunds {
    #[schema(schema_with = schema::amount)]
    amount: String,
    /// Today in the account's time zone when absent.
    #[serde(default)]
    #[schema(format = Date)]
    date: Option<String>,
    #[serde(default)]
    #[schema(max_length = 4000)]
    note: Option<String>,
    /// Accepted as everywhere; adding funds is never refused for the balance.
    #[serde(default, rename = "allow_overdraft")]
    _allow_overdraft: bool,
}

/// Changes to funds; an absent field stays as it is.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FundsChanges {
    #[serde(default, deserialize_with = "present")]
    #[schema(schema_with = schema::amount, required = false)]
    amount: Option<String>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = String, format = Date)]
    date: Option<String>,
    /// Null takes the note away.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>, max_length = 4000)]
    note: Option<Option<String>>,
    #[serde(default)]
    allow_overdraft: bool,
}

/// Add funds.
#[utoipa::path(post, path = "/funds", tag = "funds", request_body = NewFunds,
    responses((status = 201, body = FundsBody)), security(("bearer" = ["write"])))]
pub async fn add_funds(
    State(app): State<App>,
    Writer(caller): Writer,
    Post { body, retry }: Post<NewFunds>,
) -> Answer<Created<FundsBody>> {
    let fields = FundsFields { amount: Some(&body.amount), date: body.date.as_deref(), note: body.note.as_deref() };
    let command = Command::AddFunds { id: FundsId::new(), draft: fields.draft(reading(&caller.user))? };
    let body = FundsBody::of(app.ledger.execute(&caller, retry, command).await?)?;
    Ok(Created { path: format!("/funds/{}", body.id), version: Some(body.version), body })
}

/// A part of the funds.
#[derive(Serialize, ToSchema)]
pub struct FundsList {
    items: Vec<FundsBody>,
    /// Send it as `cursor` for the next page; null on the last one.
    #[schema(required = true)]
    next_cursor: Option<String>,
    /// Over all of these days; on the first page only.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    total: Option<TotalBody>,
}

/// Which funds.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "describes the query for the OpenAPI document")]
pub struct DaysParams {
    /// First day, included.
    #[param(format = Date, nullable = false)]
    from: Option<String>,
    /// Last day, included.
    #[param(format = Date, nullable = false)]
    to: Option<String>,
}

/// List funds, newest day first.
#[utoipa::path(get, path = "/funds", tag = "funds", params(DaysParams, TotalParam, super::list::PageParams),
    responses((status = 200, body = FundsList)), security(("bearer" = ["read"])))]
pub async fn list_funds(State(app): State<App>, Reader(caller): Reader, query: Query) -> Answer<Json<FundsList>> {
    let page = query.page_beside(&[&DAYS_FIELDS[..], &["total"]].concat())?;
    let span = Days::read(query.pairs())?.span();
    let counted = query.flag("total", true)? && page.cursor.is_none();
    let owner = caller.user.id;
    let total = if counted { Some(app.store.funds_total(owner, span).await?.into()) } else { None };
    let List { items, next_cursor } = List::of(app.store.funds_list(owner, span, &page).await?, FundsBody::from);
    Ok(Json(FundsList { items, next_cursor, total }))
}

/// Read one addition of funds.
#[utoipa::path(get, path = "/funds/{id}", tag = "funds", params(("id" = String, Path, format = Uuid)),
    responses((status = 200, body = FundsBody)), security(("bearer" = ["read"])))]
pub async fn get_funds(State(app): State<App>, Reader(caller): Reader, Id(id): Id<FundsId>) -> Answer<Versioned<FundsBody>> {
    let funds = app.store.funds(caller.user.id, id).await?.ok_or_else(Problem::not_found)?;
    Ok(Versioned(funds.version, funds.into()))
}

/// Change funds.
///
/// Lowering them so that the balance falls below zero is refused with 409 `insufficient_funds`, unless
/// `allow_overdraft` is true.
#[utoipa::path(patch, path = "/funds/{id}", tag = "funds", params(("id" = String, Path, format = Uuid)),
    request_body = FundsChanges, responses((status = 200, body = FundsBody)), security(("bearer" = ["write"])))]
pub async fn change_funds(
    State(app): State<App>,
    Writer(caller): Writer,
    Id(id): Id<FundsId>,
    IfMatch(version): IfMatch,
    Strict(body): Strict<FundsChanges>,
) -> Answer<Versioned<FundsBody>> {
    let fields = FundsFields { amount: body.amount.as_deref(), date: body.date.as_deref(), note: or_blank(body.note.as_ref()) };
    let edit = fields.edit(reading(&caller.user))?;
    let command = Command::EditFunds { id, edit, version, allow_overdraft: body.allow_overdraft };
    let body = FundsBody::of(app.ledger.execute(&caller, None, command).await?)?;
    Ok(Versioned(body.version, body))
}

/// Delete funds; their amount is gone from the balance.
///
/// When that takes the balance below zero it is refused with 409 `insufficient_funds`, unless
/// `allow_overdraft` is true.
#[utoipa::path(delete, path = "/funds/{id}", tag = "funds",
    params(("id" = String, Path, format = Uuid), ("allow_overdraft" = Option<bool>, Query, nullable = false)),
    responses((status = 204)), security(("bearer" = ["write"])))]
pub async fn delete_funds(
    State(app): State<App>,
    Writer(caller): Writer,
    Id(id): Id<FundsId>,
    IfMatch(version): IfMatch,
    query: Query,
) -> Answer<StatusCode> {
    query.only(&["allow_overdraft"], &[])?;
    let allow_overdraft = query.flag("allow_overdraft", false)?;
    app.ledger.execute(&caller, None, Command::DeleteFunds { id, version, allow_overdraft }).await?;
    Ok(StatusCode::NO_CONTENT)
}

//! `/budgets`: how much is meant to be spent in a period, and what became of it.

use super::{
    body::{Post, Strict, present},
    expenses::{or_blank, reading},
    extract::{Id, IfMatch, Reader, Writer},
    list::Query,
    problem::Answer,
    reply::Versioned,
    schema,
};
use crate::{
    domain::{
        BudgetId, CategoryId, Code, Command, Day, Effect, Money, Period, Problem,
        budget::{Allowance, BudgetLine, BudgetReport, Copied, SafeToSpend},
        form::{self, BudgetFields},
    },
    server::{App, reports},
};
use axum::{Json, extract::State, http::StatusCode};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// The budget of a category, or of all spending, in a period.
#[derive(Serialize, ToSchema)]
#[schema(as = Budget)]
pub struct BudgetBody {
    #[schema(value_type = String, format = Uuid)]
    id: BudgetId,
    /// Null: of all spending.
    #[schema(value_type = Option<String>, format = Uuid, required = true)]
    category_id: Option<CategoryId>,
    #[serde(flatten)]
    allowance: AllowanceBody,
    /// What is left at the end of the period, or overspent, goes into the next.
    rollover: bool,
    /// The first period that it holds for: the first day of the month that names it; of a pay period, its first day.
    #[schema(value_type = String, format = Date)]
    since: Day,
    version: u32,
}

/// An amount for a period, and what became of it.
#[derive(Serialize, ToSchema)]
pub struct AllowanceBody {
    /// Decimal string.
    #[schema(example = "350.00")]
    amount: String,
    /// What came from the period before; negative when that was overspent.
    #[schema(example = "0.00")]
    carried: String,
    #[schema(example = "236.40")]
    spent: String,
    /// Amount and carried less spent.
    #[schema(example = "113.60")]
    left: String,
}

impl From<Allowance> for AllowanceBody {
    fn from(a: Allowance) -> Self {
        let Allowance { amount, carried, spent, left } = a;
        Self { amount: amount.decimal(), carried: carried.decimal(), spent: spent.decimal(), left: left.decimal() }
    }
}

impl From<BudgetLine> for BudgetBody {
    fn from(BudgetLine { budget, allowance }: BudgetLine) -> Self {
        Self {
            id: budget.id,
            category_id: budget.category_id,
            allowance: allowance.into(),
            rollover: budget.rollover,
            since: budget.from,
            version: budget.version,
        }
    }
}

/// The budgets of a period.
#[derive(Serialize, ToSchema)]
pub struct BudgetsBody {
    /// The month that names the period.
    #[schema(example = "2026-11")]
    month: String,
    #[schema(value_type = String, format = Date)]
    from: Day,
    #[schema(value_type = String, format = Date)]
    to: Day,
    /// That of all spending first, then by the category's name.
    items: Vec<BudgetBody>,
    /// The budget of all spending; without one, what those of the categories come to.
    total: AllowanceBody,
    /// Everything that was spent in the period.
    spent: String,
    /// What can still be spent a day; null when the period is not the present one, or has no budget.
    #[schema(required = true)]
    safe_to_spend: Option<SafeBody>,
}

/// What can still be spent a day, so that the budget lasts.
#[derive(Serialize, ToSchema)]
pub struct SafeBody {
    #[schema(example = "58.88")]
    per_day: String,
    /// Days after today, at least one.
    days: i64,
    /// Recurring expenses that are still to come in the period, and count against what is left.
    #[schema(example = "0.00")]
    due: String,
}

impl BudgetsBody {
    fn of(report: BudgetReport) -> Self {
        let BudgetReport { span, key, whole, lines, total, spent, safe, .. } = report;
        let zero = Money::zero(spent.currency);
        let total = total.unwrap_or(Allowance { amount: zero, carried: zero, spent: zero, left: zero });
        let body = |safe: SafeToSpend| SafeBody { per_day: safe.per_day.decimal(), days: safe.days, due: safe.due.decimal() };
        Self {
            month: key.to_string()[..7].to_owned(),
            from: span.from,
            to: span.to,
            items: whole.into_iter().chain(lines).map(BudgetBody::from).collect(),
            total: total.into(),
            spent: spent.decimal(),
            safe_to_spend: safe.map(body),
        }
    }
}

#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "describes the query for the OpenAPI document")]
pub struct PeriodParams {
    /// Names the period; of pay periods, the first that begins in it. The present period when absent.
    #[param(nullable = false, pattern = r"^\d{4}-\d{2}$")]
    month: Option<String>,
    /// A day within the period, in the place of `month`: every pay period has one.
    #[param(format = Date, nullable = false)]
    date: Option<String>,
}

/// The key of the period that somebody asks for by month or by date.
fn key(calendar: Period, month: Option<&str>, date: Option<&str>) -> Result<Option<Day>, Problem> {
    match (month, date) {
        (Some(_), Some(_)) => Err(Problem::field("date", "conflicting", "Name the period either by month or by date.")),
        (Some(month), None) => Ok(Some(calendar.key(calendar.named(form::month("month", month)?)))),
        (None, Some(date)) => {
            let day = date.parse::<Day>().map_err(|e| Problem::field("date", "invalid_date", e.to_string()))?;
            Ok(Some(calendar.key(calendar.containing(day))))
        }
        (None, None) => Ok(None),
    }
}

fn needed(key: Option<Day>) -> Result<Day, Problem> {
    key.ok_or_else(|| Problem::field("month", "required", "Name the period: month, or date."))
}

/// The budgets of a period, what was spent of them and what is left.
///
/// A budget holds from its period on, until there is another of the same category from a later one, or it is deleted.
#[utoipa::path(get, path = "/budgets", tag = "budgets", params(PeriodParams),
    responses((status = 200, body = BudgetsBody)), security(("bearer" = ["read"])))]
pub async fn list_budgets(State(app): State<App>, Reader(caller): Reader, query: Query) -> Answer<Json<BudgetsBody>> {
    query.only(&["month", "date"], &[])?;
    let me = app.me(&caller).await?;
    let calendar = me.user.period;
    let key =
        key(calendar, query.get("month"), query.get("date"))?.unwrap_or_else(|| calendar.key(calendar.containing(me.today)));
    Ok(Json(BudgetsBody::of(reports::budgets(&*app.store, &me, calendar.of_key(key).from).await?)))
}

/// A budget that holds from a period on.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewBudget {
    /// Names the period; of pay periods, the first that begins in it.
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false, pattern = r"^\d{4}-\d{2}$", example = "2026-11")]
    month: Option<String>,
    /// A day within the period, in the place of `month`.
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false, format = Date)]
    date: Option<String>,
    /// Null: of all spending.
    #[serde(default)]
    #[schema(format = Uuid)]
    category_id: Option<String>,
    #[schema(schema_with = schema::amount)]
    amount: String,
    /// As it was in the budget that holds now, or off, when absent.
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false)]
    rollover: Option<bool>,
}

/// Set a budget, from a period on.
///
/// There is one of each category for each period: setting it again changes it.
#[utoipa::path(put, path = "/budgets", tag = "budgets", request_body = NewBudget,
    responses((status = 200, body = BudgetBody)), security(("bearer" = ["write"])))]
pub async fn set_budget(
    State(app): State<App>,
    Writer(caller): Writer,
    IfMatch(version): IfMatch,
    Strict(body): Strict<NewBudget>,
) -> Answer<Versioned<BudgetBody>> {
    let calendar = caller.user.period;
    let key = needed(key(calendar, body.month.as_deref(), body.date.as_deref())?)?;
    let fields =
        BudgetFields { amount: Some(&body.amount), category_id: or_blank(Some(&body.category_id)), rollover: body.rollover };
    let command = Command::SetBudget { key, draft: fields.draft(reading(&caller.user))?, version };
    let outcome = app.ledger.execute(&caller, None, command).await?;
    let Effect::Budget(set) = outcome.effect else { return Err(Problem::internal().into()) };
    let report = reports::budgets(&*app.store, &app.me(&caller).await?, calendar.of_key(key).from).await?;
    let line = report.whole.into_iter().chain(report.lines).find(|line| line.budget.id == set.id);
    let line = line.ok_or_else(|| Problem::new(Code::VersionConflict, "The budget was set, and has been ended since."))?;
    Ok(Versioned(line.budget.version, line.into()))
}

/// From what the budgets of a period are set.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CopyBudgets {
    /// Names the period; of pay periods, the first that begins in it.
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false, pattern = r"^\d{4}-\d{2}$", example = "2026-11")]
    month: Option<String>,
    /// A day within the period, in the place of `month`.
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false, format = Date)]
    date: Option<String>,
    /// `last`: the budgets of the period before. `average`: what was spent on average in the three periods before, those
    /// before the first expense left out.
    #[schema(pattern = "^(last|average)$", example = "last")]
    from: String,
}

/// How many budgets were set.
#[derive(Serialize, ToSchema)]
pub struct Copies {
    changed: u64,
}

/// Set the budgets of a period from what was before it.
#[utoipa::path(post, path = "/budgets/copy", tag = "budgets", request_body = CopyBudgets,
    responses((status = 200, body = Copies)), security(("bearer" = ["write"])))]
pub async fn copy_budgets(
    State(app): State<App>,
    Writer(caller): Writer,
    Post { body, retry }: Post<CopyBudgets>,
) -> Answer<Json<Copies>> {
    let key = needed(key(caller.user.period, body.month.as_deref(), body.date.as_deref())?)?;
    let copied: Copied = body.from.parse().map_err(Problem::from)?;
    let drafts = reports::copies(&*app.store, &app.me(&caller).await?, key, copied).await?;
    let outcome = app.ledger.execute(&caller, retry, Command::CopyBudgets { key, copied, drafts }).await?;
    let Effect::Bulk { changed } = outcome.effect else { return Err(Problem::internal().into()) };
    Ok(Json(Copies { changed }))
}

/// End a budget.
///
/// Without `month` it ends for as long as it was set; with it, from that period on, and what it was before stays.
#[utoipa::path(delete, path = "/budgets/{id}", tag = "budgets",
    params(("id" = String, Path, format = Uuid), ("month" = Option<String>, Query, nullable = false, pattern = r"^\d{4}-\d{2}$"),
        ("date" = Option<String>, Query, nullable = false, format = Date)),
    responses((status = 204)), security(("bearer" = ["write"])))]
pub async fn delete_budget(
    State(app): State<App>,
    Writer(caller): Writer,
    Id(id): Id<BudgetId>,
    IfMatch(version): IfMatch,
    query: Query,
) -> Answer<StatusCode> {
    query.only(&["month", "date"], &[])?;
    let key = key(caller.user.period, query.get("month"), query.get("date"))?;
    app.ledger.execute(&caller, None, Command::DeleteBudget { id, key, version }).await?;
    Ok(StatusCode::NO_CONTENT)
}

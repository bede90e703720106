//! `/recurring`: expenses and funds that come again and again.

use super::{
    body::{Brief, Post, Strict, present},
    expenses::{or_blank, reading},
    extract::{Id, IfMatch, Reader, Writer},
    list::{List, Query},
    problem::Answer,
    reply::{Created, Versioned},
    schema,
};
use crate::{
    domain::{
        CategoryId, Command, Currency, Day, Effect, FieldError, Instant, Outcome, Problem, Recurring, RecurringId,
        import::EntryKind,
        recurring::{Mode, MonthDay, Parts, RecurringFields, ScheduleFields, Unit},
        text::{Note, What},
    },
    server::{App, auth::Caller, clock},
};
use axum::{Json, extract::State, http::StatusCode};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// On which days something comes.
#[derive(Serialize, ToSchema)]
#[schema(as = Schedule)]
pub struct ScheduleBody {
    /// So many units from one day to the next.
    every: u16,
    #[schema(schema_with = schema::unit)]
    unit: Unit,
    /// The day of the month, of months only: `1` to `31` (in a shorter month its last day), `last` or `last_working_day`.
    #[schema(value_type = Option<String>, required = true, example = "last_working_day")]
    on: Option<MonthDay>,
    #[schema(value_type = String, format = Date)]
    from: Day,
    #[schema(value_type = Option<String>, format = Date, required = true)]
    until: Option<Day>,
    #[schema(required = true)]
    count: Option<u32>,
}

impl From<Parts> for ScheduleBody {
    fn from(Parts { every, unit, on, from, until, count }: Parts) -> Self {
        Self { every, unit, on, from, until, count }
    }
}

/// An expense or funds that come again.
#[derive(Serialize, ToSchema)]
#[schema(as = Recurring)]
pub struct RecurringBody {
    #[schema(value_type = String, format = Uuid)]
    id: RecurringId,
    #[schema(schema_with = schema::entry_kind)]
    kind: EntryKind,
    /// Decimal string, more than zero.
    #[schema(example = "800.00")]
    amount: String,
    /// ISO 4217.
    #[schema(value_type = String, example = "EUR")]
    currency: Currency,
    #[schema(value_type = String)]
    what: What,
    #[schema(value_type = Option<String>, required = true)]
    note: Option<Note>,
    /// Of expenses only.
    #[schema(value_type = Option<String>, format = Uuid, required = true)]
    category_id: Option<CategoryId>,
    schedule: ScheduleBody,
    #[schema(schema_with = schema::mode)]
    mode: Mode,
    paused: bool,
    /// The first day that is not dealt with; null when it is over.
    #[schema(value_type = Option<String>, format = Date, required = true)]
    next: Option<Day>,
    /// Days that have come and wait to be recorded or skipped, of `propose`.
    #[schema(value_type = Vec<String>)]
    waiting: Vec<Day>,
    /// Days after `next` that are dealt with already: recorded or skipped.
    #[schema(value_type = Vec<String>)]
    settled: Vec<Day>,
    version: u32,
    #[schema(value_type = String, format = DateTime)]
    created_at: Instant,
}

impl RecurringBody {
    fn new(r: Recurring, today: Day) -> Self {
        Self {
            next: r.next(),
            waiting: r.waiting(today).collect(),
            settled: r.settled.iter().copied().collect(),
            id: r.id,
            kind: r.kind,
            amount: r.amount.decimal(),
            currency: r.amount.currency,
            what: r.what,
            note: r.note,
            category_id: r.category_id,
            schedule: r.schedule.parts().into(),
            mode: r.mode,
            paused: r.paused,
            version: r.version,
            created_at: r.created_at,
        }
    }
    fn of(outcome: Outcome, caller: &Caller) -> Answer<Self> {
        let Effect::Recurring(entry) = outcome.effect else { return Err(Problem::internal().into()) };
        Ok(Self::new(entry, today(caller)))
    }
}

fn today(caller: &Caller) -> Day {
    clock::today(&caller.user.time_zone)
}

/// On which days something is to come. It ends on a day, after a count of days, or never.
#[derive(Deserialize, ToSchema)]
#[schema(example = json!({"unit": "month", "on": "last_working_day"}))]
#[serde(deny_unknown_fields)]
pub struct NewSchedule {
    /// 1 when absent.
    #[serde(default)]
    #[schema(minimum = 1, maximum = 1000)]
    every: Option<u32>,
    #[schema(schema_with = schema::unit)]
    unit: String,
    /// Of months only; the day of `from` when absent.
    #[serde(default)]
    #[schema(example = "last_working_day")]
    on: Option<String>,
    /// No day is before it; today when absent.
    #[serde(default)]
    #[schema(format = Date)]
    from: Option<String>,
    /// Not together with `count`.
    #[serde(default)]
    #[schema(format = Date)]
    until: Option<String>,
    #[serde(default)]
    #[schema(minimum = 1, maximum = 100000)]
    count: Option<u32>,
}

/// The numbers of a schedule as text, for the one reading there is.
struct Numbers {
    every: Option<String>,
    count: Option<String>,
}

impl NewSchedule {
    fn numbers(&self) -> Numbers {
        let text = |n: Option<u32>| n.map(|n| n.to_string());
        Numbers { every: text(self.every), count: text(self.count) }
    }
    fn fields<'a>(&'a self, numbers: &'a Numbers) -> ScheduleFields<'a> {
        ScheduleFields {
            every: numbers.every.as_deref(),
            unit: Some(&self.unit),
            on: self.on.as_deref(),
            from: self.from.as_deref(),
            until: self.until.as_deref(),
            count: numbers.count.as_deref(),
        }
    }
}

/// A new recurring entry.
#[derive(Deserialize, ToSchema)]
#[schema(example = json!({"amount": "800.00", "what": "Rent", "schedule": {"unit": "month", "on": "last_working_day"}}))]
#[serde(deny_unknown_fields)]
pub struct NewRecurring {
    /// `expense` when absent.
    #[serde(default)]
    #[schema(schema_with = schema::entry_kind, required = false)]
    kind: Option<String>,
    #[schema(schema_with = schema::amount)]
    amount: String,
    #[schema(schema_with = schema::text)]
    what: String,
    #[serde(default)]
    #[schema(max_length = 4000)]
    note: Option<String>,
    /// Of expenses only.
    #[serde(default)]
    #[schema(format = Uuid)]
    category_id: Option<String>,
    schedule: NewSchedule,
    /// `post` when absent: the server records it on its day.
    #[serde(default)]
    #[schema(schema_with = schema::mode, required = false)]
    mode: Option<String>,
}

/// Changes from now on; an absent field stays as it is, what is recorded stays too.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RecurringChanges {
    #[serde(default, deserialize_with = "present")]
    #[schema(schema_with = schema::amount, required = false)]
    amount: Option<String>,
    #[serde(default, deserialize_with = "present")]
    #[schema(schema_with = schema::text, required = false)]
    what: Option<String>,
    /// Null takes the note away.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>, max_length = 4000)]
    note: Option<Option<String>>,
    /// Null takes the category away.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>, format = Uuid)]
    category_id: Option<Option<String>>,
    /// In the place of the one before, as a whole.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = NewSchedule, required = false, nullable = false)]
    schedule: Option<NewSchedule>,
    #[serde(default, deserialize_with = "present")]
    #[schema(schema_with = schema::mode, required = false)]
    mode: Option<String>,
    /// None of the days of a pause come, also not once it is over.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = bool, required = false, nullable = false)]
    paused: Option<bool>,
}

/// Which day is meant.
#[derive(Default, Deserialize, ToSchema)]
#[schema(example = json!({}))]
#[serde(deny_unknown_fields)]
pub struct WhichDay {
    /// One of its days that is not dealt with; the next one when absent.
    #[serde(default)]
    #[schema(format = Date)]
    day: Option<String>,
}

impl WhichDay {
    fn day(&self) -> Result<Option<Day>, Problem> {
        let read = |day: &String| day.parse::<Day>().map_err(|e| Problem::field("day", "invalid_date", e.to_string()));
        self.day.as_ref().map(read).transpose()
    }
}

/// Those of a schedule are named after it.
fn named(errors: Vec<FieldError>) -> Vec<FieldError> {
    const PARTS: [&str; 6] = ["every", "unit", "on", "from", "until", "count"];
    let name = |e: FieldError| {
        if PARTS.contains(&e.field.as_str()) { FieldError { field: format!("schedule.{}", e.field), ..e } } else { e }
    };
    errors.into_iter().map(name).collect()
}

fn named_in(problem: Problem) -> Problem {
    let errors = named(problem.errors.clone());
    Problem { errors, ..problem }
}

/// List what recurs, in the order in which it was added.
#[utoipa::path(get, path = "/recurring", tag = "recurring", params(super::list::PageParams),
    responses((status = 200, body = List<RecurringBody>)), security(("bearer" = ["read"])))]
pub async fn list_recurring(State(app): State<App>, Reader(caller): Reader, query: Query) -> Answer<Json<List<RecurringBody>>> {
    let all = app.store.recurring(caller.user.id).await?;
    let today = today(&caller);
    Ok(Json(List::of(query.part(all, |r| r.id)?, |r| RecurringBody::new(r, today))))
}

/// Add what recurs; at most 500 entries are kept.
///
/// Days before today do not come, also where the schedule has some.
#[utoipa::path(post, path = "/recurring", tag = "recurring", request_body = NewRecurring,
    responses((status = 201, body = RecurringBody)), security(("bearer" = ["write"])))]
pub async fn add_recurring(
    State(app): State<App>,
    Writer(caller): Writer,
    Post { body, retry }: Post<NewRecurring>,
) -> Answer<Created<RecurringBody>> {
    let numbers = body.schedule.numbers();
    let fields = RecurringFields {
        kind: body.kind.as_deref(),
        amount: Some(&body.amount),
        what: Some(&body.what),
        note: body.note.as_deref(),
        category_id: body.category_id.as_deref(),
        mode: body.mode.as_deref(),
        schedule: Some(body.schedule.fields(&numbers)),
        paused: None,
    };
    let draft = fields.draft(reading(&caller.user)).map_err(named)?;
    let command = Command::AddRecurring { id: RecurringId::new(), draft, today: today(&caller) };
    let outcome = app.ledger.execute(&caller, retry, command).await.map_err(named_in)?;
    let body = RecurringBody::of(outcome, &caller)?;
    Ok(Created { path: format!("/recurring/{}", body.id), version: Some(body.version), body })
}

/// Read one recurring entry.
#[utoipa::path(get, path = "/recurring/{id}", tag = "recurring", params(("id" = String, Path, format = Uuid)),
    responses((status = 200, body = RecurringBody)), security(("bearer" = ["read"])))]
pub async fn get_recurring(
    State(app): State<App>,
    Reader(caller): Reader,
    Id(id): Id<RecurringId>,
) -> Answer<Versioned<RecurringBody>> {
    let found = app.store.recurring(caller.user.id).await?.into_iter().find(|r| r.id == id);
    let entry = found.ok_or_else(Problem::not_found)?;
    Ok(Versioned(entry.version, RecurringBody::new(entry, today(&caller))))
}

/// Change what recurs, from now on; pause it, or go on.
#[utoipa::path(patch, path = "/recurring/{id}", tag = "recurring", params(("id" = String, Path, format = Uuid)),
    request_body = RecurringChanges, responses((status = 200, body = RecurringBody)), security(("bearer" = ["write"])))]
pub async fn change_recurring(
    State(app): State<App>,
    Writer(caller): Writer,
    Id(id): Id<RecurringId>,
    IfMatch(version): IfMatch,
    Strict(body): Strict<RecurringChanges>,
) -> Answer<Versioned<RecurringBody>> {
    let numbers = body.schedule.as_ref().map(NewSchedule::numbers);
    let fields = RecurringFields {
        kind: None,
        amount: body.amount.as_deref(),
        what: body.what.as_deref(),
        note: or_blank(body.note.as_ref()),
        category_id: or_blank(body.category_id.as_ref()),
        mode: body.mode.as_deref(),
        schedule: body.schedule.as_ref().zip(numbers.as_ref()).map(|(schedule, numbers)| schedule.fields(numbers)),
        paused: body.paused,
    };
    let edit = fields.edit(reading(&caller.user)).map_err(named)?;
    let command = Command::EditRecurring { id, edit, today: today(&caller), version };
    let body = RecurringBody::of(app.ledger.execute(&caller, None, command).await?, &caller)?;
    Ok(Versioned(body.version, body))
}

/// Delete a recurring entry; what is recorded of it stays.
#[utoipa::path(delete, path = "/recurring/{id}", tag = "recurring", params(("id" = String, Path, format = Uuid)),
    responses((status = 204)), security(("bearer" = ["write"])))]
pub async fn delete_recurring(
    State(app): State<App>,
    Writer(caller): Writer,
    Id(id): Id<RecurringId>,
    IfMatch(version): IfMatch,
) -> Answer<StatusCode> {
    app.ledger.execute(&caller, None, Command::DeleteRecurring { id, version }).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Leave out a day, or turn down what waits. Undo brings it back.
#[utoipa::path(post, path = "/recurring/{id}/skip", tag = "recurring", params(("id" = String, Path, format = Uuid)),
    request_body = WhichDay, responses((status = 200, body = RecurringBody)), security(("bearer" = ["write"])))]
pub async fn skip_recurring(
    State(app): State<App>,
    Writer(caller): Writer,
    Id(id): Id<RecurringId>,
    Brief { body, retry }: Brief<WhichDay>,
) -> Answer<Versioned<RecurringBody>> {
    let command = Command::SkipRecurring { id, day: body.day()? };
    let body = RecurringBody::of(app.ledger.execute(&caller, retry, command).await?, &caller)?;
    Ok(Versioned(body.version, body))
}

/// What was recorded.
#[derive(Serialize, ToSchema)]
pub struct PostedBody {
    #[schema(schema_with = schema::entry_kind)]
    kind: EntryKind,
    /// Of the expense or funds; null when they were there already.
    #[schema(value_type = Option<String>, format = Uuid, required = true)]
    id: Option<uuid::Uuid>,
    /// The account's balance afterwards.
    #[schema(example = "1000.00")]
    balance: String,
}

/// Record what comes on a day now, or what waits.
///
/// What is still to come is recorded under today. It is never refused for the balance.
#[utoipa::path(post, path = "/recurring/{id}/post", tag = "recurring", params(("id" = String, Path, format = Uuid)),
    request_body = WhichDay, responses((status = 200, body = PostedBody)), security(("bearer" = ["write"])))]
pub async fn post_recurring(
    State(app): State<App>,
    Writer(caller): Writer,
    Id(id): Id<RecurringId>,
    Brief { body, retry }: Brief<WhichDay>,
) -> Answer<Json<PostedBody>> {
    let command = Command::PostRecurring { id, day: body.day()?, today: today(&caller) };
    let outcome = app.ledger.execute(&caller, retry, command).await?;
    let (kind, id) = match outcome.effect {
        Effect::Expense(expense) => (EntryKind::Expense, Some(expense.id.0)),
        Effect::Funds(funds) => (EntryKind::Funds, Some(funds.id.0)),
        Effect::Recurring(entry) => (entry.kind, None),
        _ => return Err(Problem::internal().into()),
    };
    Ok(Json(PostedBody { kind, id, balance: outcome.balance.decimal() }))
}

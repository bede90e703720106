//! `/expenses/bulk`: one change to many expenses, all or nothing.

use super::{
    body::{Post, present},
    extract::Writer,
    problem::Answer,
    schema,
};
use crate::{
    domain::{
        CategoryId, Command, Day, Effect, ExpenseFilter, ExpenseId, FieldError, Problem, Seq,
        command::{BulkChange, Selection},
        filter::Asker,
    },
    server::{App, clock},
};
use axum::{Json, extract::State};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The most ids of one request.
const MAX_IDS: usize = 1_000;

/// Which expenses (`ids`, or `filter` with `expected_count`), and what happens to them (`set`, or `delete`).
#[derive(Deserialize, ToSchema)]
#[schema(example = json!({"ids": ["019a0000-0000-7000-8000-000000000000"], "set": {"date": "2026-11-01"}}))]
#[serde(deny_unknown_fields)]
pub struct Bulk {
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false, min_items = 1, max_items = 1000)]
    ids: Option<Vec<String>>,
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false)]
    filter: Option<BulkFilter>,
    /// How many the filter is expected to find; 409 `count_mismatch` when it finds others.
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false)]
    expected_count: Option<u64>,
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false)]
    set: Option<BulkSet>,
    #[serde(default)]
    delete: bool,
}

/// The same names as in the query of `GET /expenses`.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BulkFilter {
    #[serde(default, deserialize_with = "present")]
    #[schema(schema_with = schema::preset, required = false)]
    period: Option<String>,
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false, format = Date)]
    from: Option<String>,
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false, format = Date)]
    to: Option<String>,
    /// Ids of categories, or `none`.
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false)]
    category_id: Option<Vec<String>>,
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false, max_length = 200)]
    q: Option<String>,
    #[serde(default, deserialize_with = "present")]
    #[schema(schema_with = schema::amount, required = false)]
    min: Option<String>,
    #[serde(default, deserialize_with = "present")]
    #[schema(schema_with = schema::amount, required = false)]
    max: Option<String>,
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false, format = Uuid)]
    import_id: Option<String>,
    #[serde(default, deserialize_with = "present")]
    #[schema(schema_with = schema::ways_added, required = false)]
    added: Option<Vec<String>>,
}

impl BulkFilter {
    fn read(&self, asker: Asker) -> Result<ExpenseFilter, Vec<FieldError>> {
        let single = [
            ("period", &self.period),
            ("from", &self.from),
            ("to", &self.to),
            ("q", &self.q),
            ("min", &self.min),
            ("max", &self.max),
            ("import_id", &self.import_id),
        ];
        let pairs = single.into_iter().filter_map(|(name, value)| Some((name, value.as_deref()?)));
        let categories = self.category_id.iter().flatten().map(|id| ("category_id", id.as_str()));
        let added = self.added.iter().flatten().map(|way| ("added", way.as_str()));
        ExpenseFilter::read(pairs.chain(categories).chain(added), asker)
            .map_err(|errors| errors.into_iter().map(|e| FieldError { field: format!("filter.{}", e.field), ..e }).collect())
    }
}

/// What each of them gets.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BulkSet {
    /// Null takes the category away.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>, format = Uuid)]
    category_id: Option<Option<String>>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = String, format = Date)]
    date: Option<String>,
}

/// How many expenses were changed.
#[derive(Serialize, ToSchema)]
pub struct BulkAnswer {
    changed: u64,
    balance: String,
    /// The journal entry, to undo it.
    #[schema(value_type = u64)]
    seq: Seq,
}

fn selection(body: &Bulk, asker: Asker) -> Result<Selection, Vec<FieldError>> {
    let one = |field: &str, code: &str, message: &str| Err(vec![FieldError::new(field, code, message)]);
    match (&body.ids, &body.filter, body.expected_count) {
        (Some(ids), None, None) if ids.is_empty() => one("ids", "required", "Name at least one expense."),
        (Some(ids), None, None) if ids.len() > MAX_IDS => one("ids", "too_many", "Name at most 1,000 expenses at once."),
        (Some(ids), None, None) => ids
            .iter()
            .map(|id| id.parse::<ExpenseId>())
            .collect::<Result<_, _>>()
            .map(Selection::Ids)
            .or_else(|_| one("ids", "invalid_id", "One of these is not the id of an expense.")),
        (None, Some(filter), Some(expected_count)) => {
            filter.read(asker).map(|filter| Selection::Filter { filter, expected_count })
        }
        (None, Some(_), None) => one("expected_count", "required", "Say how many expenses the filter should find."),
        (None, None, _) => one("ids", "required", "Name the expenses: ids, or filter with expected_count."),
        _ => one("ids", "conflicting", "Name the expenses either by ids or by filter with expected_count."),
    }
}

fn change(body: &Bulk) -> Result<BulkChange, Vec<FieldError>> {
    let one = |field: &str, code: &str, message: &str| vec![FieldError::new(field, code, message)];
    match (&body.set, body.delete) {
        (None, true) => Ok(BulkChange::Delete),
        (Some(BulkSet { category_id: None, date: None }), false) | (None, false) => {
            Err(one("set", "required", "Say what changes: set with category_id or date, or delete."))
        }
        (Some(set), false) => {
            let category = |id: &String| id.parse::<CategoryId>();
            let category_id = set.category_id.as_ref().map(|id| id.as_ref().map(category).transpose()).transpose();
            let date = set.date.as_ref().map(|d| d.parse::<Day>()).transpose();
            match (category_id, date) {
                (Ok(category_id), Ok(date)) => Ok(BulkChange::Set { category_id, date }),
                (Err(_), _) => Err(one("set.category_id", "invalid_id", "This is not the id of a category.")),
                (_, Err(e)) => Err(one("set.date", "invalid_date", &e.to_string())),
            }
        }
        (Some(_), true) => Err(one("delete", "conflicting", "Either set fields or delete, not both.")),
    }
}

/// Change or delete many expenses at once, all or nothing.
#[utoipa::path(post, path = "/expenses/bulk", tag = "expenses", request_body = Bulk,
    responses((status = 200, body = BulkAnswer)), security(("bearer" = ["write"])))]
pub async fn bulk_expenses(
    State(app): State<App>,
    Writer(caller): Writer,
    Post { body, retry }: Post<Bulk>,
) -> Answer<Json<BulkAnswer>> {
    let asker = Asker::strict(&caller.user, clock::today(&caller.user.time_zone));
    let (select, change) = (selection(&body, asker)?, change(&body)?);
    let outcome = app.ledger.execute(&caller, retry, Command::BulkExpenses { select, change }).await?;
    let Effect::Bulk { changed } = outcome.effect else { return Err(Problem::internal().into()) };
    Ok(Json(BulkAnswer { changed, balance: outcome.balance.decimal(), seq: outcome.seq }))
}

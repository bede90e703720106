//! Expenses: server functions.
//!
//! The address of the page is the filter: the same names, read by the same code.

use super::{Answer, done::Done};
use crate::domain::{Expense, ExpenseFilter, ExpenseId, FieldError, Page, Total, habit::Habits};
use leptos::{prelude::*, server_fn::codec::GetUrl};
use serde::{Deserialize, Serialize};

/// A page of the person's expenses.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ExpenseList {
    /// What the address asked for, as far as it can be.
    pub filter: ExpenseFilter,
    /// What of the address was left out, and why.
    pub wrong: Vec<FieldError>,
    /// False after the first page.
    pub first: bool,
    pub page: Page<Expense>,
    /// Over the whole filter; `None` when counting takes longer than the rows should wait: then ask [`expense_total`].
    pub total: Option<Total>,
}

/// In an address: the page is to wait for its total.
pub const COUNTED: &str = "counted";
/// In a question: so many pages at once. An address never has it.
pub const PAGES: &str = "pages";
/// The most of them.
pub const MOST_PAGES: u32 = 20;

/// The expenses an address asks for: `query` is its part after the question mark. Amounts in it may be
/// written as the person's locale writes them; names it does not know are left alone.
#[server(prefix = "/api/page", endpoint = "expenses/list", client = super::Browser, output = super::Json, input = GetUrl)]
pub async fn list_expenses(query: String) -> Answer<ExpenseList> {
    use super::reply;
    use crate::{
        domain::{Cursor, page::PageRequest},
        server::{counting, store::StoreError},
    };
    let (caller, finder) = (reply::caller()?, reply::app().finder);
    let (owner, (filter, mut wrong)) = (caller.user.id, reply::filter(&caller, &query));
    let pairs: Vec<_> = form_urlencoded::parse(query.as_bytes()).collect();
    let cursor = pairs.iter().find(|(k, v)| k == "cursor" && !v.is_empty()).map(|(_, v)| Cursor(v.to_string()));
    let pages = pairs.iter().find(|(k, _)| k == PAGES).and_then(|(_, v)| v.parse::<u32>().ok()).unwrap_or(1);
    let limit = PageRequest::default().limit * pages.clamp(1, MOST_PAGES);
    let mut request = PageRequest { limit, cursor };
    let page = match finder.expenses(owner, &filter, &request).await {
        Err(StoreError::Refused(problem)) if request.cursor.is_some() => {
            wrong.extend(problem.errors);
            request.cursor = None;
            finder.expenses(owner, &filter, &request).await?
        }
        page => page?,
    };
    let first = request.cursor.is_none();
    let waits = pairs.iter().any(|(k, _)| k == COUNTED);
    let total = match counting::of_all(&page, first) {
        Some(total) => Some(total),
        None if waits => Some(finder.expense_total(owner, &filter).await?),
        None => counting::soon(finder.expense_total(owner, &filter)).await?,
    };
    Ok(ExpenseList { filter, wrong, first, page, total })
}

/// How many expenses an address asks for, and what they sum to, however long it takes.
#[server(prefix = "/api/page", endpoint = "expenses/total", client = super::Browser, output = super::Json, input = GetUrl)]
pub async fn expense_total(query: String) -> Answer<Total> {
    use super::reply;
    let caller = reply::caller()?;
    let (filter, _) = reply::filter(&caller, &query);
    Ok(reply::app().finder.expense_total(caller.user.id, &filter).await?)
}

/// Records an expense. `id` is the page's own for the new row, and makes a retry safe. The category may be left to the
/// person's history, by [`SUGGEST`](crate::domain::habit::SUGGEST).
#[server(prefix = "/api/page", endpoint = "expenses/record", client = super::Browser, output = super::Json)]
pub async fn record_expense(
    id: ExpenseId,
    #[server(default)] amount: String,
    #[server(default)] what: String,
    #[server(default)] date: String,
    #[server(default)] category_id: String,
    #[server(default)] note: String,
    #[server(default)] allow_overdraft: bool,
    #[server(default)] next: String,
) -> Answer<Done> {
    use super::reply;
    use crate::{
        domain::{Command, Problem, form::ExpenseFields, habit::SUGGEST},
        server::habits,
    };
    reply::command(async {
        let (caller, app) = (reply::caller()?, reply::app());
        let suggest = category_id == SUGGEST;
        let fields = ExpenseFields {
            amount: Some(&amount),
            what: Some(&what),
            date: Some(&date),
            category_id: Some(if suggest { "" } else { &category_id }),
            note: Some(&note),
        };
        let mut draft = fields.draft(reply::reading(&caller)).map_err(Problem::invalid)?;
        if suggest {
            let categories = app.store.categories().await?;
            draft.category_id =
                habits::for_text(&*app.store, &caller.user, &categories, (&what, &note)).await?.map(|s| s.category);
        }
        let overdraft = if allow_overdraft { "overdraft" } else { "" };
        let retry = reply::retry(&id.to_string(), &["expense", &amount, &what, &date, &category_id, &note, overdraft]);
        let command = Command::RecordExpense { id, draft, allow_overdraft };
        reply::run(&caller, Some(retry), command, &next).await
    })
    .await
}

/// What counts of the person's own expenses, to suggest from as a line is typed.
#[server(prefix = "/api/page", endpoint = "expenses/habits", client = super::Browser, output = super::Json, input = GetUrl)]
pub async fn my_habits() -> Answer<Habits> {
    use super::reply;
    use crate::server::habits;
    let (caller, app) = (reply::caller()?, reply::app());
    let categories = app.store.categories().await?;
    Ok(habits::of(&*app.store, &caller.user, &categories).await?)
}

/// Records an expense from one line (see [`crate::domain::quick`]). What is blank of the rest is as the line says; a
/// category that neither says is the one that the person's history suggests. Every error is the line's.
#[server(prefix = "/api/page", endpoint = "expenses/quick", client = super::Browser, output = super::Json)]
pub async fn quick_expense(
    id: ExpenseId,
    #[server(default)] line: String,
    #[server(default)] amount: String,
    #[server(default)] what: String,
    #[server(default)] date: String,
    #[server(default)] category_id: String,
    #[server(default)] note: String,
    #[server(default)] allow_overdraft: bool,
    #[server(default)] next: String,
) -> Answer<Done> {
    use super::reply;
    use crate::{
        domain::{
            Command, Problem,
            quick::{Corrections, Quick, Typist},
        },
        server::habits,
    };
    reply::command(async {
        let (caller, app) = (reply::caller()?, reply::app());
        let typist = Typist::new(&caller.user, reply::reading(&caller).today);
        let categories = app.store.categories().await?;
        let by = Corrections { amount: &amount, what: &what, date: &date, category_id: &category_id, note: &note };
        let refused = |e| Problem::invalid(vec![e]);
        let quick = Quick::read(&line, typist, &categories).and_then(|quick| quick.corrected(by, typist)).map_err(refused)?;
        let (quick, _) = habits::suggested(&*app.store, &caller.user, &categories, quick).await?;
        let draft = quick.draft(typist.today).map_err(|errors| refused(Quick::in_line(errors)))?;
        let overdraft = if allow_overdraft { "overdraft" } else { "" };
        let retry = reply::retry(&id.to_string(), &["quick", &line, &amount, &what, &date, &category_id, &note, overdraft]);
        reply::run(&caller, Some(retry), Command::RecordExpense { id, draft, allow_overdraft }, &next).await
    })
    .await
}

/// Changes an expense the person saw in `version`.
#[server(prefix = "/api/page", endpoint = "expenses/edit", client = super::Browser, output = super::Json)]
pub async fn edit_expense(
    id: ExpenseId,
    version: u32,
    #[server(default)] amount: String,
    #[server(default)] what: String,
    #[server(default)] date: String,
    #[server(default)] category_id: String,
    #[server(default)] note: String,
    #[server(default)] allow_overdraft: bool,
    #[server(default)] next: String,
) -> Answer<Done> {
    use super::reply;
    use crate::domain::{Command, Problem, form::ExpenseFields};
    reply::command(async {
        let caller = reply::caller()?;
        let fields = ExpenseFields {
            amount: Some(&amount),
            what: Some(&what),
            date: Some(&date),
            category_id: Some(&category_id),
            note: Some(&note),
        };
        let edit = fields.edit(reply::reading(&caller)).map_err(Problem::invalid)?;
        let command = Command::EditExpense { id, edit, version: Some(version), allow_overdraft };
        reply::run(&caller, None, command, &next).await
    })
    .await
}

/// An expense of the person's as it is stored now.
#[server(prefix = "/api/page", endpoint = "expenses/stored", client = super::Browser, output = super::Json, input = GetUrl)]
pub async fn stored_expense(id: ExpenseId) -> Answer<Expense> {
    use super::reply;
    use crate::domain::Problem;
    let caller = reply::caller()?;
    reply::app().store.expense(caller.user.id, id).await?.ok_or_else(Problem::not_found)
}

/// Deletes an expense the person saw in `version`; undo brings it back.
#[server(prefix = "/api/page", endpoint = "expenses/delete", client = super::Browser, output = super::Json)]
pub async fn delete_expense(id: ExpenseId, version: u32, #[server(default)] next: String) -> Answer<Done> {
    use super::reply;
    use crate::domain::Command;
    reply::command(async {
        let caller = reply::caller()?;
        let command = Command::DeleteExpense { id, version: Some(version) };
        reply::run(&caller, None, command, &next).await
    })
    .await
}

/// One change to many expenses, all or nothing, with one undo: those of `ids` (at most 1,000), or with `all` those that `filter`
/// (the query of the list's address) finds, which must be `count`. Deleting is refused, and the question told, until `sure`
/// is how many are deleted.
#[server(prefix = "/api/page", endpoint = "expenses/bulk", client = super::Browser, output = super::Json)]
pub async fn bulk_expenses(
    key: String,
    #[server(default)] ids: Vec<String>,
    #[server(default)] all: bool,
    #[server(default)] filter: String,
    #[server(default)] count: String,
    #[server(default)] act: String,
    #[server(default)] to_category: String,
    #[server(default)] to_date: String,
    #[server(default)] sure: String,
    #[server(default)] next: String,
) -> Answer<Done> {
    use super::reply;
    use crate::{
        domain::{Command, command::BulkChange},
        server::bulk,
    };
    reply::command(async {
        let (caller, app) = (reply::caller()?, reply::app());
        let change = bulk::change(&act, &to_category, &to_date)?;
        let select = bulk::Asked { ids: &ids, all, filter: &filter, count: &count }.selection(&caller)?;
        if change == BulkChange::Delete {
            bulk::ask(&caller, bulk::total(&app, &caller, &select).await?, &sure)?;
        }
        let asked = [act.as_str(), &to_category, &to_date, if all { &filter } else { "" }, if all { &count } else { "" }];
        let parts: Vec<&str> = asked.into_iter().chain(ids.iter().map(String::as_str)).collect();
        let retry = reply::retry(&key, &parts);
        reply::run(&caller, Some(retry), Command::BulkExpenses { select, change }, &next).await
    })
    .await
}

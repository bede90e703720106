//! Expenses: server functions.
//!
//! The address of the page is the filter: the same names, read by the same code.

use super::Answer;
use crate::domain::{Expense, ExpenseFilter, ExpenseId, Outcome, Page, Total, habit::Habits};
use leptos::{prelude::*, server_fn::codec::GetUrl};
use serde::{Deserialize, Serialize};

/// A page of the person's expenses.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ExpenseList {
    /// What the address asked for, checked.
    pub filter: ExpenseFilter,
    /// False after the first page.
    pub first: bool,
    pub page: Page<Expense>,
    /// Over the whole filter.
    pub total: Total,
}

/// The expenses an address asks for: `query` is its part after the question mark. Amounts in it may be
/// written as the person's locale writes them; names it does not know are left alone.
#[server(prefix = "/api/page", endpoint = "expenses/list", client = super::Browser, input = GetUrl)]
pub async fn list_expenses(query: String) -> Answer<ExpenseList> {
    use super::reply;
    use crate::domain::{Cursor, Problem, page::PageRequest};
    let caller = reply::caller()?;
    let reading = reply::reading(&caller);
    let pairs: Vec<_> = form_urlencoded::parse(query.as_bytes()).collect();
    let filter = ExpenseFilter::read(pairs.iter().map(|(k, v)| (&**k, &**v)), reading.currency, reading.style)
        .map_err(Problem::invalid)?;
    let cursor = pairs.iter().find(|(k, v)| k == "cursor" && !v.is_empty()).map(|(_, v)| Cursor(v.to_string()));
    let (store, owner) = (reply::app().store, caller.user.id);
    let request = PageRequest { cursor, ..PageRequest::default() };
    let page = store.expenses(owner, &filter, &request).await?;
    let total = store.expense_total(owner, &filter).await?;
    Ok(ExpenseList { filter, first: request.cursor.is_none(), page, total })
}

/// Records an expense. `id` is the page's own for the new row, and makes a retry safe.
#[server(prefix = "/api/page", endpoint = "expenses/record", client = super::Browser)]
pub async fn record_expense(
    id: ExpenseId,
    #[server(default)] amount: String,
    #[server(default)] what: String,
    #[server(default)] date: String,
    #[server(default)] category_id: String,
    #[server(default)] note: String,
    #[server(default)] allow_overdraft: bool,
    #[server(default)] next: String,
) -> Answer<Outcome> {
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
        let draft = fields.draft(reply::reading(&caller)).map_err(Problem::invalid)?;
        let overdraft = if allow_overdraft { "overdraft" } else { "" };
        let retry = reply::retry(&id.to_string(), &["expense", &amount, &what, &date, &category_id, &note, overdraft]);
        let command = Command::RecordExpense { id, draft, allow_overdraft };
        reply::run(&caller, Some(retry), command, &next).await
    })
    .await
}

/// What counts of the person's own expenses, to suggest from as a line is typed.
#[server(prefix = "/api/page", endpoint = "expenses/habits", client = super::Browser, input = GetUrl)]
pub async fn my_habits() -> Answer<Habits> {
    use super::reply;
    use crate::server::habits;
    let (caller, app) = (reply::caller()?, reply::app());
    let categories = app.store.categories().await?;
    Ok(habits::of(&*app.store, &caller.user, &categories).await?)
}

/// Records an expense from one line (see [`crate::domain::quick`]). What is blank of the rest is as the line says; a
/// category that neither says is the one that the person's history suggests. Every error is the line's.
#[server(prefix = "/api/page", endpoint = "expenses/quick", client = super::Browser)]
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
) -> Answer<Outcome> {
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
#[server(prefix = "/api/page", endpoint = "expenses/edit", client = super::Browser)]
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
) -> Answer<Outcome> {
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

/// Deletes an expense the person saw in `version`; undo brings it back.
#[server(prefix = "/api/page", endpoint = "expenses/delete", client = super::Browser)]
pub async fn delete_expense(id: ExpenseId, version: u32, #[server(default)] next: String) -> Answer<Outcome> {
    use super::reply;
    use crate::domain::Command;
    reply::command(async {
        let caller = reply::caller()?;
        let command = Command::DeleteExpense { id, version: Some(version) };
        reply::run(&caller, None, command, &next).await
    })
    .await
}

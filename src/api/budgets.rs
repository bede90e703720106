//! Budgets: server functions.

use super::{Answer, done::Done};
use crate::domain::{
    BudgetId, Day,
    budget::{BudgetReport, Left},
};
use leptos::{prelude::*, server_fn::codec::GetUrl};

/// The budgets of the period that holds `on`; of today's without it.
#[server(prefix = "/api/page", endpoint = "budgets/read", client = super::Browser, output = super::Json, input = GetUrl)]
pub async fn read_budgets(#[server(default)] on: Option<Day>) -> Answer<BudgetReport> {
    use super::reply;
    use crate::server::reports;
    let (caller, app) = (reply::caller()?, reply::app());
    let me = app.me(&caller).await?;
    reports::budgets(&*app.store, &me, on.unwrap_or(me.today)).await
}

/// What is left of the budgets that an expense of `on` would count against.
#[server(prefix = "/api/page", endpoint = "budgets/left", client = super::Browser, output = super::Json, input = GetUrl)]
pub async fn budget_left(on: Day) -> Answer<Left> {
    use super::reply;
    use crate::server::reports;
    let (caller, app) = (reply::caller()?, reply::app());
    reports::left(&*app.store, &app.me(&caller).await?, on).await
}

/// Sets a budget from the period known by `key` on. A blank category is all spending.
#[server(prefix = "/api/page", endpoint = "budgets/set", client = super::Browser, output = super::Json)]
pub async fn set_budget(
    key: Day,
    #[server(default)] category_id: String,
    #[server(default)] amount: String,
    #[server(default)] rollover: bool,
    #[server(default)] version: Option<u32>,
    #[server(default)] next: String,
) -> Answer<Done> {
    use super::reply;
    use crate::domain::{Command, Problem, form::BudgetFields};
    reply::command(async {
        let caller = reply::caller()?;
        let fields = BudgetFields { amount: Some(&amount), category_id: Some(&category_id), rollover: Some(rollover) };
        let draft = fields.draft(reply::reading(&caller)).map_err(Problem::invalid)?;
        reply::run(&caller, None, Command::SetBudget { key, draft, version }, &next).await
    })
    .await
}

/// Ends a budget from the period known by `key` on.
#[server(prefix = "/api/page", endpoint = "budgets/delete", client = super::Browser, output = super::Json)]
pub async fn delete_budget(id: BudgetId, version: u32, key: Day, #[server(default)] next: String) -> Answer<Done> {
    use super::reply;
    use crate::domain::Command;
    reply::command(async {
        let caller = reply::caller()?;
        let command = Command::DeleteBudget { id, key: Some(key), version: Some(version) };
        reply::run(&caller, None, command, &next).await
    })
    .await
}

/// Sets the budgets of a period from what was before it: `last` or `average`.
#[server(prefix = "/api/page", endpoint = "budgets/copy", client = super::Browser, output = super::Json)]
pub async fn copy_budgets(key: Day, #[server(default)] from: String, #[server(default)] next: String) -> Answer<Done> {
    use super::reply;
    use crate::{
        domain::{Command, budget::Copied},
        server::reports,
    };
    reply::command(async {
        let (caller, app) = (reply::caller()?, reply::app());
        let copied: Copied = from.parse()?;
        let drafts = reports::copies(&*app.store, &app.me(&caller).await?, key, copied).await?;
        reply::run(&caller, None, Command::CopyBudgets { key, copied, drafts }, &next).await
    })
    .await
}

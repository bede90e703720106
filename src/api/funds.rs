//! Funds: server functions.

use super::Answer;
use crate::domain::{Funds, FundsId, Outcome, Page};
use leptos::{prelude::*, server_fn::codec::GetUrl};

/// The person's funds, newest first, from `cursor` on (blank: from the first).
#[server(prefix = "/api/page", endpoint = "funds/list", client = super::Browser, input = GetUrl)]
pub async fn list_funds(#[server(default)] cursor: String) -> Answer<Page<Funds>> {
    use super::reply;
    use crate::domain::{Cursor, page::PageRequest};
    let caller = reply::caller()?;
    let cursor = Some(cursor).filter(|c| !c.is_empty()).map(Cursor);
    let request = PageRequest { cursor, ..PageRequest::default() };
    Ok(reply::app().store.funds_list(caller.user.id, &request).await?)
}

/// Adds funds. `id` is the page's own for the new row, and makes a retry safe.
#[server(prefix = "/api/page", endpoint = "funds/add", client = super::Browser)]
pub async fn add_funds(
    id: FundsId,
    #[server(default)] amount: String,
    #[server(default)] date: String,
    #[server(default)] note: String,
    #[server(default)] next: String,
) -> Answer<Outcome> {
    use super::reply;
    use crate::domain::{Command, Problem, form::FundsFields};
    reply::command(async {
        let caller = reply::caller()?;
        let fields = FundsFields { amount: Some(&amount), date: Some(&date), note: Some(&note) };
        let draft = fields.draft(reply::reading(&caller)).map_err(Problem::invalid)?;
        let retry = reply::retry(&id.to_string(), &["funds", &amount, &date, &note]);
        reply::run(&caller, Some(retry), Command::AddFunds { id, draft }, &next).await
    })
    .await
}

/// Changes funds the person saw in `version`.
#[server(prefix = "/api/page", endpoint = "funds/edit", client = super::Browser)]
pub async fn edit_funds(
    id: FundsId,
    version: u32,
    #[server(default)] amount: String,
    #[server(default)] date: String,
    #[server(default)] note: String,
    #[server(default)] allow_overdraft: bool,
    #[server(default)] next: String,
) -> Answer<Outcome> {
    use super::reply;
    use crate::domain::{Command, Problem, form::FundsFields};
    reply::command(async {
        let caller = reply::caller()?;
        let fields = FundsFields { amount: Some(&amount), date: Some(&date), note: Some(&note) };
        let edit = fields.edit(reply::reading(&caller)).map_err(Problem::invalid)?;
        let command = Command::EditFunds { id, edit, version: Some(version), allow_overdraft };
        reply::run(&caller, None, command, &next).await
    })
    .await
}

/// Takes funds out again; undo brings them back.
#[server(prefix = "/api/page", endpoint = "funds/delete", client = super::Browser)]
pub async fn delete_funds(
    id: FundsId,
    version: u32,
    #[server(default)] allow_overdraft: bool,
    #[server(default)] next: String,
) -> Answer<Outcome> {
    use super::reply;
    use crate::domain::Command;
    reply::command(async {
        let caller = reply::caller()?;
        let command = Command::DeleteFunds { id, version: Some(version), allow_overdraft };
        reply::run(&caller, None, command, &next).await
    })
    .await
}

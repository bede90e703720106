//! Funds: server functions.

use super::{Answer, done::Done};
use crate::domain::{Funds, FundsId, Page, Total, calendar::Days};
use leptos::{prelude::*, server_fn::codec::GetUrl};
use serde::{Deserialize, Serialize};

/// A page of the person's funds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FundsList {
    /// The days that the address asked for, checked.
    pub days: Days,
    /// False after the first page.
    pub first: bool,
    pub page: Page<Funds>,
    /// Over all of these days.
    pub total: Total,
}

/// The funds an address asks for, newest first: `query` is its part after the question mark. Names it does not know are
/// left alone.
#[server(prefix = "/api/page", endpoint = "funds/list", client = super::Browser, output = super::Json, input = GetUrl)]
pub async fn list_funds(#[server(default)] query: String) -> Answer<FundsList> {
    use super::reply;
    use crate::domain::{Cursor, Problem, page::PageRequest};
    let (caller, store) = (reply::caller()?, reply::app().store);
    let pairs: Vec<_> = form_urlencoded::parse(query.as_bytes()).collect();
    let days = Days::read(pairs.iter().map(|(k, v)| (&**k, &**v))).map_err(Problem::invalid)?;
    let cursor = pairs.iter().find(|(k, v)| k == "cursor" && !v.is_empty()).map(|(_, v)| Cursor(v.to_string()));
    let request = PageRequest { cursor, ..PageRequest::default() };
    let (owner, span) = (caller.user.id, days.span());
    let (page, total) = futures::try_join!(store.funds_list(owner, span, &request), store.funds_total(owner, span))?;
    Ok(FundsList { days, first: request.cursor.is_none(), page, total })
}

/// Adds funds. `id` is the page's own for the new row, and makes a retry safe.
#[server(prefix = "/api/page", endpoint = "funds/add", client = super::Browser, output = super::Json)]
pub async fn add_funds(
    id: FundsId,
    #[server(default)] amount: String,
    #[server(default)] date: String,
    #[server(default)] note: String,
    #[server(default)] next: String,
) -> Answer<Done> {
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
#[server(prefix = "/api/page", endpoint = "funds/edit", client = super::Browser, output = super::Json)]
pub async fn edit_funds(
    id: FundsId,
    version: u32,
    #[server(default)] amount: String,
    #[server(default)] date: String,
    #[server(default)] note: String,
    #[server(default)] allow_overdraft: bool,
    #[server(default)] next: String,
) -> Answer<Done> {
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
#[server(prefix = "/api/page", endpoint = "funds/delete", client = super::Browser, output = super::Json)]
pub async fn delete_funds(
    id: FundsId,
    version: u32,
    #[server(default)] allow_overdraft: bool,
    #[server(default)] next: String,
) -> Answer<Done> {
    use super::reply;
    use crate::domain::Command;
    reply::command(async {
        let caller = reply::caller()?;
        let command = Command::DeleteFunds { id, version: Some(version), allow_overdraft };
        reply::run(&caller, None, command, &next).await
    })
    .await
}

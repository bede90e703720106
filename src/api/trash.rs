//! What was deleted: server functions.

use super::{Answer, done::Done};
use crate::domain::{Day, ExpenseId, FundsId, Page, Trashed};
use leptos::{prelude::*, server_fn::codec::GetUrl};
use serde::{Deserialize, Serialize};

/// Something in the trash, and when it was deleted where the reader lives.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gone {
    pub trashed: Trashed,
    pub day: Day,
    /// `14:05`.
    pub time: String,
}

/// A part of the trash.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TrashList {
    /// False after the first page.
    pub first: bool,
    pub page: Page<Gone>,
}

/// What of the caller's own was deleted and is not there again, the last deleted first. `cursor`: after the page before.
#[server(prefix = "/api/page", endpoint = "trash/list", client = super::Browser, output = super::Json, input = GetUrl)]
pub async fn list_trash(#[server(default)] cursor: String) -> Answer<TrashList> {
    use super::reply;
    use crate::{
        domain::{Cursor, page::PageRequest},
        server::clock,
    };
    let (caller, store) = (reply::caller()?, reply::app().store);
    let cursor = Some(cursor).filter(|text| !text.is_empty()).map(Cursor);
    let request = PageRequest { cursor, ..PageRequest::default() };
    let page = store.trash(caller.user.id, &request).await?;
    let dated = |trashed: Trashed| {
        let (day, time) = clock::local(trashed.at, &caller.user.time_zone);
        Gone { trashed, day, time }
    };
    let page = Page { items: page.items.into_iter().map(dated).collect(), next_cursor: page.next_cursor };
    Ok(TrashList { first: request.cursor.is_none(), page })
}

/// Puts a deleted expense back as it was, whatever deleted it.
#[server(prefix = "/api/page", endpoint = "trash/restore-expense", client = super::Browser, output = super::Json)]
pub async fn restore_expense(id: ExpenseId, #[server(default)] key: String) -> Answer<Done> {
    use crate::domain::Command;
    put_back(&key, &id.to_string(), Command::RestoreExpense { id }).await
}

/// Puts deleted funds back as they were.
#[server(prefix = "/api/page", endpoint = "trash/restore-funds", client = super::Browser, output = super::Json)]
pub async fn restore_funds(id: FundsId, #[server(default)] key: String) -> Answer<Done> {
    use crate::domain::Command;
    put_back(&key, &id.to_string(), Command::RestoreFunds { id }).await
}

#[cfg(feature = "ssr")]
async fn put_back(key: &str, id: &str, command: crate::domain::Command) -> Answer<Done> {
    use super::reply;
    reply::command(async {
        let caller = reply::caller()?;
        let retry = (!key.is_empty()).then(|| reply::retry(key, &[command.name(), id]));
        reply::app().ledger.execute(&caller, retry, command).await
    })
    .await
}

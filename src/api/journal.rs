//! History: server functions.

use super::Answer;
use crate::domain::{Cursor, Entry, Outcome, Page, Seq};
use leptos::prelude::*;

/// A page of one's own journal, newest first. The cursor is that of the page before.
#[server(prefix = "/api/page", endpoint = "journal/list", client = super::Browser)]
pub async fn journal(#[server(default)] cursor: Option<Cursor>) -> Answer<Page<Entry>> {
    use super::reply;
    use crate::{domain::page::PageRequest, server::store::JournalFilter};
    reply::act(async {
        let caller = reply::caller()?;
        let page = PageRequest { cursor, ..PageRequest::default() };
        Ok(reply::app().store.journal(caller.user.id, &JournalFilter::default(), &page).await?)
    })
    .await
}

/// Undoes one entry of one's own journal; undoing an undo does it again.
#[server(prefix = "/api/page", endpoint = "journal/undo", client = super::Browser)]
pub async fn undo(seq: Seq, #[server(default)] key: String) -> Answer<Outcome> {
    use super::reply;
    use crate::domain::Command;
    reply::command(async {
        let caller = reply::caller()?;
        let retry = (!key.is_empty()).then(|| reply::retry(&key, &["undo", &seq.to_string()]));
        reply::app().ledger.execute(&caller, retry, Command::Undo { seq }).await
    })
    .await
}

//! History: server functions.

use super::Answer;
use crate::domain::{Cursor, Day, Entry, Outcome, Page, Seq};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

/// An entry of the journal, and when it was made where the reader lives.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dated {
    pub entry: Entry,
    pub day: Day,
    /// `14:05`.
    pub time: String,
}

/// A page of the caller's own journal, newest first. The cursor is that of the page before.
#[server(prefix = "/api/page", endpoint = "journal/list", client = super::Browser)]
pub async fn journal(#[server(default)] cursor: Option<Cursor>) -> Answer<Page<Dated>> {
    use super::reply;
    use crate::{
        domain::page::PageRequest,
        server::{clock, store::JournalFilter},
    };
    let caller = reply::caller()?;
    let page = PageRequest { cursor, ..PageRequest::default() };
    let page = reply::app().store.journal(caller.user.id, &JournalFilter::default(), &page).await?;
    let dated = |entry: Entry| {
        let (day, time) = clock::local(entry.at, &caller.user.time_zone);
        Dated { entry, day, time }
    };
    Ok(Page { items: page.items.into_iter().map(dated).collect(), next_cursor: page.next_cursor })
}

/// Undoes one entry of the caller's own journal; undoing an undo does it again.
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

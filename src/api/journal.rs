//! History: server functions.
//!
//! The address of the page is the filter: the same names, read by the same code.

use super::{Answer, done::Done};
use crate::domain::{
    Day, Entry, Page, Seq,
    journal::{HistoryFilter, Told},
};
use leptos::{prelude::*, server_fn::codec::GetUrl};
use serde::{Deserialize, Serialize};

/// An entry of the journal, and when it was made where the reader lives.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dated {
    pub entry: Entry,
    pub day: Day,
    /// `14:05`.
    pub time: String,
}

/// What one entry changed, or a part of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Changes {
    pub seq: Seq,
    /// False after the first part.
    pub first: bool,
    pub page: Page<Told>,
}

/// A part of somebody's history.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct History {
    /// What the address asked for, checked.
    pub filter: HistoryFilter,
    /// False when there is something newer.
    pub first: bool,
    pub page: Page<Dated>,
    /// What the entry that the address opens changed.
    pub opened: Option<Changes>,
}

/// The caller's own history as an address asks for it, newest first; `query` is its part after the question mark. `cursor`: after
/// the page before. `entry`: from that one on, opened. `open`: that one is opened, from `changes` on.
#[server(prefix = "/api/page", endpoint = "journal/list", client = super::Browser, output = super::Json, input = GetUrl)]
pub async fn list_history(#[server(default)] query: String) -> Answer<History> {
    use super::reply;
    use crate::{
        domain::{Cursor, Problem, page::PageRequest},
        server::{clock, history::filter as asked, store::place::seq_cursor},
    };
    let (caller, store) = (reply::caller()?, reply::app().store);
    let (owner, zone) = (caller.user.id, &caller.user.time_zone);
    let pairs: Vec<(String, String)> = form_urlencoded::parse(query.as_bytes()).into_owned().collect();
    let get = |name: &str| pairs.iter().find(|(n, v)| n == name && !v.is_empty()).map(|(_, value)| value.as_str());
    let number = |name: &str| get(name).and_then(|text| text.parse::<Seq>().ok());
    let filter = HistoryFilter::read(pairs.iter().map(|(n, v)| (n.as_str(), v.as_str()))).map_err(Problem::invalid)?;
    let from = number("entry");
    let cursor = from.map(|seq| seq_cursor(seq.saturating_add(1))).or_else(|| get("cursor").map(|text| Cursor(text.to_owned())));
    let first = cursor.is_none();
    let page = store.journal(owner, &asked(&filter, zone), &PageRequest { cursor, ..PageRequest::default() }).await?;
    let opened = match from.or_else(|| number("open")).filter(|seq| page.items.iter().any(|entry| entry.seq == *seq)) {
        Some(seq) => Some(told(&caller, seq, get("changes").unwrap_or_default()).await?),
        None => None,
    };
    let dated = |entry: Entry| {
        let (day, time) = clock::local(entry.at, zone);
        Dated { entry, day, time }
    };
    let page = Page { items: page.items.into_iter().map(dated).collect(), next_cursor: page.next_cursor };
    Ok(History { filter, first, page, opened })
}

/// What an entry of the caller's own journal changed, from `cursor` on (blank: from the first).
#[server(prefix = "/api/page", endpoint = "journal/changes", client = super::Browser, output = super::Json, input = GetUrl)]
pub async fn entry_changes(seq: Seq, #[server(default)] cursor: String) -> Answer<Changes> {
    told(&super::reply::caller()?, seq, &cursor).await
}

#[cfg(feature = "ssr")]
async fn told(caller: &crate::server::auth::Caller, seq: Seq, cursor: &str) -> Answer<Changes> {
    use super::reply;
    use crate::{
        domain::{Cursor, page::PageRequest},
        server::history::Teller,
    };
    /// Of an import, every other one is the fingerprint of a row, which nobody sees.
    const AT_ONCE: u32 = 40;
    let store = reply::app().store;
    let cursor = Some(cursor).filter(|text| !text.is_empty()).map(|text| Cursor(text.to_owned()));
    let request = PageRequest { limit: AT_ONCE, cursor };
    let (page, categories) = futures::try_join!(store.entry_changes(caller.user.id, seq, &request), store.categories())?;
    let teller = Teller::new(&caller.user, categories, &page.items);
    let items = page.items.iter().filter_map(|change| teller.told(change)).collect();
    Ok(Changes { seq, first: request.cursor.is_none(), page: Page { items, next_cursor: page.next_cursor } })
}

/// Undoes one entry of the caller's own journal; undoing an undo does it again.
#[server(prefix = "/api/page", endpoint = "journal/undo", client = super::Browser, output = super::Json)]
pub async fn undo(seq: Seq, #[server(default)] key: String) -> Answer<Done> {
    use super::reply;
    use crate::domain::Command;
    reply::command(async {
        let caller = reply::caller()?;
        let retry = (!key.is_empty()).then(|| reply::retry(&key, &["undo", &seq.to_string()]));
        reply::app().ledger.execute(&caller, retry, Command::Undo { seq }).await
    })
    .await
}

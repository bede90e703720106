//! Server-sent events for an open page: each entry of the person's journal as it comes, whichever device or process
//! made it. The journal's numbers are the events' ids, so that a page goes on where it was.
//!
//! It must never tell anything to a session that has ended: each time before it speaks, the session is looked up (S16).
//! It waits beside the handler timeout, and ends at once when the process stops (S55).

use super::{Site, problem::Refusal};
use crate::{
    api::{live::News, reply::session_ended},
    domain::{Code, Cursor, Entry, Problem, Seq, page::PageRequest},
    server::{
        App,
        auth::Caller,
        live::{Listener, Woken},
        store::{Change, Record},
    },
};
use axum::{
    Extension,
    extract::{RawQuery, State},
    response::{IntoResponse, Response, Sse, sse::Event},
};
use futures::{Stream, stream};
use http::{HeaderMap, HeaderName, HeaderValue, header};
use std::{collections::VecDeque, convert::Infallible, time::Duration};
use tokio::time::timeout;
use uuid::Uuid;

/// A sign of life, and a look at the session and the journal, at least this often.
const BEAT: Duration = Duration::from_secs(10);
/// How many entries are told one by one.
const TOLD: u32 = 20;
/// How many rows of an entry are named.
const ROWS: u32 = 20;
/// When a page that has as many streams as it may is to try again, in seconds.
const LATER: u64 = 60;

/// `GET /api/page/events?after=<seq>`.
pub async fn events(
    State(site): State<Site>,
    caller: Option<Extension<Caller>>,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Response {
    let Some(Extension(caller)) = caller else { return Refusal(session_ended()).into_response() };
    match begin(&site.app, caller, &headers, query.as_deref().unwrap_or_default()).await {
        Ok(told) => {
            let mut response = Sse::new(told).into_response();
            let kept_from = [
                (header::CACHE_CONTROL, "no-store"),
                // For nginx, which would otherwise gather a page's worth.
                (HeaderName::from_static("x-accel-buffering"), "no"),
            ];
            for (name, value) in kept_from {
                response.headers_mut().insert(name, HeaderValue::from_static(value));
            }
            response
        }
        Err(problem) => Refusal(problem).into_response(),
    }
}

async fn begin(
    app: &App,
    caller: Caller,
    headers: &HeaderMap,
    query: &str,
) -> Result<impl Stream<Item = Result<Event, Infallible>> + use<>, Problem> {
    // Another site could not read it, but would take a place.
    if headers.get("sec-fetch-site").is_some_and(|site| site != "same-origin") {
        return Err(Problem::new(Code::CrossSite, "Only a page of this server may listen here."));
    }
    let after = after(headers, query)?;
    let listener = app.live.listen(caller.user.id).ok_or_else(|| Problem {
        retry_after: Some(LATER),
        ..Problem::new(Code::Throttled, "Too many pages of this account are open. Close some of them.")
    })?;
    let head = head(app, &caller).await?;
    let mut told = Told {
        app: app.clone(),
        caller,
        listener,
        seen: after.unwrap_or(head),
        waiting: VecDeque::new(),
        first: true,
        over: false,
    };
    if told.seen > head {
        // The store was put back to an earlier state, from a backup.
        told.seen = head;
        told.waiting.push_back((Some(head), News::Many { seq: head }));
    }
    Ok(stream::unfold(told, |mut told| async move { told.next().await.map(|event| (Ok(event), told)) }))
}

/// The newest entry that the page knows: what its browser says by itself, or its address.
fn after(headers: &HeaderMap, query: &str) -> Result<Option<Seq>, Problem> {
    let invalid = || Problem::from(Cursor::invalid());
    let last = headers.get("last-event-id").map(|id| id.to_str().map_err(|_| invalid())).transpose()?;
    let asked = form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == "after").map(|(_, value)| value.into_owned());
    let number =
        |text: &str| text.bytes().all(|b| b.is_ascii_digit()).then(|| text.parse::<Seq>().ok()).flatten().ok_or_else(invalid);
    last.filter(|id| !id.is_empty()).map(str::to_owned).or(asked).as_deref().map(number).transpose()
}

async fn head(app: &App, caller: &Caller) -> Result<Seq, Problem> {
    Ok(app.store.account(caller.user.id).await?.ok_or_else(Problem::not_found)?.last_seq)
}

/// One page's stream.
struct Told {
    app: App,
    caller: Caller,
    listener: Listener,
    /// The newest entry that was told.
    seen: Seq,
    /// What is to be told, with the entry the page knows then.
    waiting: VecDeque<(Option<Seq>, News)>,
    first: bool,
    /// Nothing follows what waits.
    over: bool,
}

impl Told {
    async fn next(&mut self) -> Option<Event> {
        if std::mem::take(&mut self.first) {
            self.look().await?;
            // The browser sees that the stream is open.
            return Some(Event::default().comment("outlay"));
        }
        if let Some(event) = self.pop() {
            return event;
        }
        if self.over {
            return None;
        }
        match timeout(BEAT, self.listener.woken()).await {
            Ok(Woken::Stopped) => return None,
            Ok(Woken::Shared) => {
                self.look().await?;
                if !self.over {
                    self.waiting.push_back((None, News::Shared));
                }
            }
            Ok(Woken::Account) | Err(_) => self.look().await?,
        }
        self.pop().unwrap_or_else(|| Some(Event::default().comment("")))
    }

    /// What is to be told next; within, `None` when it cannot be written, which ends the stream.
    fn pop(&mut self) -> Option<Option<Event>> {
        let (id, news) = self.waiting.pop_front()?;
        let event = match id {
            Some(id) => Event::default().id(id.to_string()),
            None => Event::default(),
        };
        Some(event.json_data(news).ok())
    }

    /// Reads what is new, if the session is alive. `None` ends the stream: the store did not answer, and the page is
    /// to come again.
    async fn look(&mut self) -> Option<()> {
        match self.read().await {
            Ok(()) => Some(()),
            Err(problem) => {
                tracing::debug!(?problem, "a stream of events ended");
                None
            }
        }
    }

    async fn read(&mut self) -> Result<(), Problem> {
        if !self.app.auth.is_alive(&self.caller).await? {
            self.over = true;
            self.waiting = VecDeque::from([(None, News::Ended)]);
            return Ok(());
        }
        let owner = self.caller.user.id;
        let entries = self.app.store.entries_after(owner, self.seen, TOLD + 1).await?;
        if entries.len() > TOLD as usize {
            self.seen = head(&self.app, &self.caller).await?;
            self.waiting.push_back((Some(self.seen), News::Many { seq: self.seen }));
            return Ok(());
        }
        for entry in entries {
            self.seen = entry.seq;
            let news = self.news(entry).await?;
            self.waiting.push_back((Some(self.seen), news));
        }
        Ok(())
    }

    async fn news(&self, entry: Entry) -> Result<News, Problem> {
        let owner = self.caller.user.id;
        let some = PageRequest { limit: ROWS, cursor: None };
        let changes = self.app.store.entry_changes(owner, entry.seq, &some).await?.items;
        let rows = changes.into_iter().filter_map(row).collect();
        let by = (entry.actor_id != owner).then_some(entry.actor);
        Ok(News::Entry { seq: entry.seq, summary: entry.summary, via: entry.via, by, rows })
    }
}

/// The expense or funds that a change has left.
fn row(change: Change) -> Option<Uuid> {
    match change.after? {
        Record::Expense(expense) => Some(expense.id.0),
        Record::Funds(funds) => Some(funds.id.0),
        _ => None,
    }
}

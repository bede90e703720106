//! What happened with one's own account and is no change of one's own: server functions.

use super::Answer;
use crate::domain::{Day, Instant, Page, journal::Via};
use leptos::{prelude::*, server_fn::codec::GetUrl};
use serde::{Deserialize, Serialize};

/// One thing that happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ActivityLine {
    /// `Signed in`.
    pub told: String,
    /// True for what did not come to pass.
    pub refused: bool,
    /// From which device or program, where that is known.
    pub device: Option<String>,
    pub address: Option<String>,
    /// What was asked for, where that says more.
    pub target: Option<String>,
    pub via: Via,
    pub at: Instant,
    /// Where the reader lives; `14:05`.
    pub day: Day,
    pub time: String,
}

/// A part of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Activity {
    /// False when there is something newer.
    pub first: bool,
    pub page: Page<ActivityLine>,
}

/// What happened with the caller's own account, newest first; `cursor`: after the page before, blank for the first.
#[server(prefix = "/api/page", endpoint = "activity/list", client = super::Browser, output = super::Json, input = GetUrl)]
pub async fn list_activity(#[server(default)] cursor: String) -> Answer<Activity> {
    use super::reply;
    use crate::{
        domain::{Cursor, page::PageRequest},
        server::{audit, auth::device_name, clock, store::Happened},
    };
    let (caller, app) = (reply::caller()?, reply::app());
    let request = PageRequest { cursor: (!cursor.is_empty()).then_some(Cursor(cursor)), ..PageRequest::default() };
    let found = audit::activity(&app, &caller, &request).await?;
    let line = |happened: Happened| {
        let Happened { at, event, address, via, target, agent, .. } = happened;
        let (day, time) = clock::local(at, &caller.user.time_zone);
        let device = agent.map(|agent| device_name(&agent));
        ActivityLine { told: event.told().to_owned(), refused: event.is_refusal(), device, address, target, via, at, day, time }
    };
    let page = Page { items: found.items.into_iter().map(line).collect(), next_cursor: found.next_cursor };
    Ok(Activity { first: request.cursor.is_none(), page })
}

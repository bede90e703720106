//! What an open page is told while it is open (`GET /api/page/events`, server-sent events).

use crate::domain::{Seq, journal::Via};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Where the page listens; `?after=` is the number of the newest entry that it knows.
pub const EVENTS: &str = "/api/page/events";

/// The data of one event. The id of the event is the number of the newest entry that the page then knows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum News {
    /// An entry of the person's journal.
    Entry {
        seq: Seq,
        summary: String,
        via: Via,
        /// The username of whoever did it, when it was somebody else.
        by: Option<String>,
        /// Expenses and funds that are new or changed; the first few.
        rows: Vec<Uuid>,
    },
    /// More entries than are told one by one, or a journal that is not the one the page knows.
    Many { seq: Seq },
    /// The categories have changed.
    Shared,
    /// The session has ended; nothing follows.
    Ended,
}

//! Security events, in the words of the OWASP Logging Vocabulary: who, what, from where. All are in the log; those that are
//! no command, which the journal has, are kept for the audit log.
//!
//! It must never be given a password, a token, or a name as typed in a failed attempt (S57, S58).

use super::{Auth, Client};
use crate::{
    domain::{EventId, UserId, audit::Event, journal::Via},
    server::{
        clock,
        store::{Happened, Lane, Record, transact},
    },
};
use std::fmt;

/// How many of each event that can be caused at will one process keeps a minute, and at once; the log has them all. Whoever
/// guesses, or asks again and again, must not fill the store.
pub(super) const KEPT_PER_MINUTE: u32 = 30;
pub(super) const KEPT_AT_ONCE: u32 = 120;
/// Of one person, so that nobody's hide anybody else's.
pub(super) const OF_ONE_PER_MINUTE: u32 = 10;
pub(super) const OF_ONE_AT_ONCE: u32 = 60;

/// Whom an event is about.
pub(super) enum About<'a> {
    User(UserId),
    /// A name as typed, by the hash that the throttle keeps: it may be a password in the wrong field. And who is called that.
    Typed(&'a str, Option<UserId>),
    Nobody,
}

impl fmt::Display for About<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::User(id) => id.fmt(f),
            Self::Typed(hash, _) => write!(f, "name#{}", hash.get(..16).unwrap_or(hash)),
            Self::Nobody => f.write_str("-"),
        }
    }
}

/// From where something was caused.
#[derive(Clone, Copy)]
pub(super) enum Origin<'a> {
    Client(&'a Client),
    /// By whom the address is not known.
    Unsaid(Via),
}

impl About<'_> {
    fn owner(&self) -> UserId {
        match self {
            Self::User(id) | Self::Typed(_, Some(id)) => *id,
            Self::Typed(_, None) | Self::Nobody => Happened::NOBODY,
        }
    }
}

/// Logs one event; for commands, which are in a journal.
pub(super) fn event(event: &'static str, about: About<'_>, client: Option<&Client>) {
    match client {
        Some(client) => tracing::info!(target: "audit", event, about = %about, address = %client.address),
        None => tracing::info!(target: "audit", event, about = %about),
    }
}

impl Auth {
    /// Logs what happened and is no command, and keeps it for the audit log: beside the request, which does not wait for it.
    pub(super) fn note(&self, what: Event, about: About<'_>, origin: Origin<'_>) {
        let owner = about.owner();
        let (client, via) = match origin {
            Origin::Client(client) => (Some(client), client.via),
            Origin::Unsaid(via) => (None, via),
        };
        event(what.code(), about, client);
        self.keep(Happened { via, ..happened(what, owner, client) });
    }

    /// As [`Auth::note`] for what a request as a whole comes to: somebody's (`None`: nobody is known), and what it asked for.
    pub fn note_asked(&self, what: Event, who: Option<UserId>, client: &Client, target: String) {
        let about = who.map_or(About::Nobody, About::User);
        tracing::info!(target: "audit", event = what.code(), about = %about, address = %client.address, asked = target);
        self.keep(Happened { target: Some(target), ..happened(what, about.owner(), Some(client)) });
    }

    /// Keeps it, unless there is already too much of its kind.
    fn keep(&self, happened: Happened) {
        let Happened { event, owner, .. } = happened;
        let of_one = || owner == Happened::NOBODY || self.kept_of_one.check(&(event, owner)).is_ok();
        if event.is_at_will() && !(of_one() && self.kept.check(&event).is_ok()) {
            return;
        }
        let store = self.store.clone();
        tokio::spawn(async move {
            let kept = transact(&*store, Lane::Shared, move |tx| {
                let happened = happened.clone();
                Box::pin(async move { Ok(tx.put(&[Record::Event(happened)]).await?) })
            });
            if let Err(cause) = kept.await {
                tracing::warn!(%cause, "a security event is in the log only");
            }
        });
    }
}

fn happened(event: Event, owner: UserId, client: Option<&Client>) -> Happened {
    Happened {
        owner,
        id: EventId::new(),
        at: clock::now(),
        event,
        address: client.map(|client| client.address.to_canonical().to_string()),
        via: client.map_or(Via::Page, |client| client.via),
        target: None,
        agent: client.map(|client| client.agent.clone()).filter(|agent| !agent.is_empty()),
        request_id: client.map(|client| client.request_id.clone()),
    }
}

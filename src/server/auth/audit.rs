//! Security events, in the words of the OWASP Logging Vocabulary: who, what, from where.
//!
//! It must never be given a password, a token, or a name as typed in a failed attempt (S57, S58).

use super::Client;
use crate::domain::UserId;
use std::fmt;

/// Whom an event is about.
pub(super) enum About<'a> {
    User(UserId),
    /// A name as typed, by the hash that the throttle keeps: it may be a password in the wrong field.
    Typed(&'a str),
    Nobody,
}

impl fmt::Display for About<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::User(id) => id.fmt(f),
            Self::Typed(hash) => write!(f, "name#{}", hash.get(..16).unwrap_or(hash)),
            Self::Nobody => f.write_str("-"),
        }
    }
}

/// Writes one event.
pub(super) fn event(event: &'static str, about: About<'_>, client: Option<&Client>) {
    match client {
        Some(client) => tracing::info!(target: "audit", event, about = %about, address = %client.address),
        None => tracing::info!(target: "audit", event, about = %about),
    }
}

//! By what people prove who they are, and by what they are then known: passwords, second factors, sessions; and what happened
//! with them.
//!
//! It must never hold a secret in the clear.

use crate::domain::{EventId, Instant, Passkey, ProgramId, Scopes, SessionId, UserId, audit::Event, journal::Via};
use serde::{Deserialize, Serialize};

/// A person's password, hashed. Never in the journal.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Credential {
    pub user: UserId,
    /// PHC string (argon2id).
    pub password_hash: String,
    /// Part of every session: raising it ends them all (S16).
    pub token_version: u32,
    pub changed_at: Instant,
    /// When the person was last here, to the minute; outlives the sessions in which that was noted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_seen_at: Option<Instant>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub factor: Option<Factor>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub passkeys: Vec<Passkey>,
}

impl Credential {
    /// What is asked for beside the password; `None` when the password is all.
    pub fn second_factor(&self) -> Option<&Factor> {
        self.factor.as_ref().filter(|factor| factor.enrolling.is_none())
    }
}

/// A person's second factor (RFC 6238).
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Factor {
    /// The secret that the person's app shares, sealed by one of the server's keys.
    pub sealed: String,
    /// While it is not confirmed, and so holds nobody up.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub enrolling: Option<Enrolling>,
    pub since: Instant,
    /// The step whose code was used last: codes of this step and of those before are spent.
    pub last_step: u64,
    /// SHA-256 of each recovery code that is left, hex.
    pub recovery: Vec<String>,
}

/// A second factor that was begun.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Enrolling {
    /// The session that may see the secret and confirm it.
    pub by: SessionId,
    pub until: Instant,
}

/// What a session is for, and how it goes on living.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum SessionKind {
    /// A browser, by cookie.
    Web,
    /// A family of OAuth refresh tokens. The live one has number `counter`; the one before may be
    /// replayed until `grace_until` (S14).
    OAuth {
        scopes: Scopes,
        counter: u64,
        grace_until: Option<Instant>,
        /// Absent where the person gave their password to a program.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        consent: Option<Consent>,
    },
}

/// What a person agreed to: the authorization code (RFC 6749 §4.1, RFC 7636) from which a grant comes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Consent {
    pub program: ProgramId,
    pub redirect_uri: String,
    /// SHA-256 of the verifier, base64url.
    pub challenge: String,
    /// Until when the code is good.
    pub code_until: Instant,
    /// The code was used: nothing comes of the grant before, and all of it ends if the code comes again.
    pub spent: bool,
}

/// A sign-in. The id is the `sid` of its JWTs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Session {
    pub id: SessionId,
    pub user: UserId,
    pub token_version: u32,
    #[serde(flatten)]
    pub kind: SessionKind,
    pub created_at: Instant,
    pub last_seen_at: Instant,
    /// Dead when unused until then; moved on by use.
    pub idle_until: Instant,
    /// Dead then in any case.
    pub ends_at: Instant,
    /// For the list of devices.
    pub agent: String,
    pub address: String,
}

impl Session {
    /// For whom the person agreed to it; `None` for a browser, and for whoever was given the password.
    pub fn program(&self) -> Option<ProgramId> {
        match &self.kind {
            SessionKind::OAuth { consent, .. } => consent.as_ref().map(|consent| consent.program),
            SessionKind::Web => None,
        }
    }
}

/// Something that bears on security and is no command (S57). Nothing changes it; it goes when it is old, or with its person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Happened {
    /// Whom it is about; [`Happened::NOBODY`] where nobody is known.
    pub owner: UserId,
    pub id: EventId,
    pub at: Instant,
    pub event: Event,
    /// From where it was caused, where that is known.
    pub address: Option<String>,
    pub via: Via,
    /// What was asked for, such as `GET /admin/users`, where that says more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target: Option<String>,
    /// What the browser or program called itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agent: Option<String>,
    /// The id of the request, by which its lines in the log are found.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
}

impl Happened {
    pub const NOBODY: UserId = UserId(uuid::Uuid::nil());
}

/// Which of what happened is asked for.
#[derive(Clone, Debug, Default)]
pub struct HappenedFilter {
    /// Only these events; empty means all.
    pub events: Vec<Event>,
    pub about: Option<UserId>,
    /// The first instant, and the one after the last.
    pub from: Option<Instant>,
    pub before: Option<Instant>,
}

//! How people come in and go: links that were handed out, and who leaves or was deleted.

use super::record::Credential;
use crate::domain::{Instant, User, UserId};
use serde::{Deserialize, Serialize};

/// What a link lets its holder do, once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum LinkKind {
    /// Sign up.
    Invite,
    /// Choose a new password for this person.
    Reset { user: UserId },
}

/// A link that was handed out and not used yet. Only the hash of what is in it is kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    #[serde(flatten)]
    pub kind: LinkKind,
    /// SHA-256 of the token in it, hex.
    pub hash: String,
    /// The admin who made it, without whom it is worth nothing; `None`: whoever has the machine.
    pub made_by: Option<UserId>,
    pub created_at: Instant,
    pub ends_at: Instant,
}

impl Link {
    /// Of a person there is one, the newest.
    pub fn id(&self) -> String {
        match self.kind {
            LinkKind::Invite => Self::invite(&self.hash),
            LinkKind::Reset { user } => Self::reset(user),
        }
    }
    pub fn invite(hash: &str) -> String {
        format!("invite:{hash}")
    }
    pub fn reset(user: UserId) -> String {
        format!("reset:{user}")
    }
}

/// That somebody is going, or gone.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Removal {
    pub user: UserId,
    pub at: Instant,
    /// Until then it can be taken back; afterwards all that is theirs is taken away.
    pub until: Instant,
    #[serde(flatten)]
    pub stage: Stage,
}

/// How far a person is gone. Their account and all that is in it stay as they are until [`Stage::Going`].
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "stage", rename_all = "snake_case")]
pub enum Stage {
    /// They want to leave, and stay when they sign in again.
    Leaving,
    /// An admin has deleted them: they are here and nowhere else.
    Deleted { person: Box<User>, credential: Credential },
    /// What is theirs is being taken away, a part at a time; there is no way back.
    Going,
}

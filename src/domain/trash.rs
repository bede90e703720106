//! What was deleted, as it was then. It stays until somebody puts it back.

use super::{Expense, Funds, Instant, Money, Seq, UserId, import::EntryKind, journal::Via};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// What can be deleted and put back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "value", rename_all = "snake_case")]
pub enum Thing {
    Expense(Expense),
    Funds(Funds),
}

impl Thing {
    pub fn kind(&self) -> EntryKind {
        match self {
            Self::Expense(_) => EntryKind::Expense,
            Self::Funds(_) => EntryKind::Funds,
        }
    }
    pub fn id(&self) -> Uuid {
        match self {
            Self::Expense(e) => e.id.0,
            Self::Funds(f) => f.id.0,
        }
    }
    pub fn owner(&self) -> UserId {
        match self {
            Self::Expense(e) => e.owner,
            Self::Funds(f) => f.owner,
        }
    }
    /// More than zero.
    pub fn amount(&self) -> Money {
        match self {
            Self::Expense(e) => e.amount,
            Self::Funds(f) => f.amount,
        }
    }
}

/// One thing in the trash.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trashed {
    /// As it was.
    pub thing: Thing,
    /// The entry of its owner's journal that deleted it.
    pub seq: Seq,
    /// When that was.
    pub at: Instant,
    /// From where.
    pub via: Via,
    /// The name of the command.
    pub command: String,
}

impl Trashed {
    /// How it came to be deleted, as a person reads it.
    pub fn how(&self) -> &'static str {
        match self.command.as_str() {
            "bulk_expenses" => "Deleted with others",
            "revert_import" => "Its statement was taken out",
            "undo" => "Undone",
            _ => "Deleted",
        }
    }
}

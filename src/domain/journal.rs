//! The journal as a person reads it: every change, who made it, and whether it can be undone.

use super::{Instant, UserId};
use serde::{Deserialize, Serialize};

/// The number of an entry in its owner's journal, from 1 without gaps.
pub type Seq = u64;

/// From where a command came.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Via {
    #[default]
    Page,
    Api,
    Cli,
}

impl Via {
    pub const ALL: [Self; 3] = [Self::Page, Self::Api, Self::Cli];
    /// The wire name.
    pub fn code(self) -> &'static str {
        match self {
            Self::Page => "page",
            Self::Api => "api",
            Self::Cli => "cli",
        }
    }
    pub fn is_page(&self) -> bool {
        *self == Self::Page
    }
}

/// One accepted command.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    pub seq: Seq,
    pub at: Instant,
    /// Whose journal this is.
    pub owner: UserId,
    pub actor_id: UserId,
    /// The actor's username at that time.
    pub actor: String,
    pub via: Via,
    /// The command's name, such as `record_expense`.
    pub command: String,
    /// For people: `Added “Lunch”, €12.50`.
    pub summary: String,
    /// True while it can be undone: of an undoable kind and not undone yet.
    pub undoable: bool,
    pub undone_by: Option<Seq>,
    /// Set when this entry undid another.
    pub undoes: Option<Seq>,
}

/// One step in the life of one expense: the entry and the expense before and after it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExpenseStep {
    #[serde(flatten)]
    pub entry: Entry,
    pub before: Option<super::Expense>,
    pub after: Option<super::Expense>,
}

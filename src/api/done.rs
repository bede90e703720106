//! What a page learns of an accepted command.

use crate::domain::{Effect, Expense, Money, Outcome, Seq, UserId};
use serde::{Deserialize, Serialize};

/// As much of an [`Outcome`] as a page shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Done {
    /// The journal entry.
    pub seq: Seq,
    /// The owner of that entry.
    pub owner: UserId,
    /// The owner's balance after the command.
    pub balance: Money,
    /// The entry's summary, for people.
    pub summary: String,
    /// True when the entry can be undone.
    pub undoable: bool,
    /// The expense as it now is, or as it was before it was deleted.
    pub expense: Option<Expense>,
    /// There are entries in the account's currency now.
    pub fixes_currency: bool,
    /// The person or the categories may have changed.
    pub shared: bool,
}

impl From<Outcome> for Done {
    fn from(outcome: Outcome) -> Self {
        let Outcome { seq, owner, balance, summary, undoable, effect } = outcome;
        let fixes_currency = matches!(
            effect,
            Effect::Expense(_) | Effect::Funds(_) | Effect::Budget(_) | Effect::Recurring(_) | Effect::Import { .. }
        );
        let shared = matches!(effect, Effect::Category(_) | Effect::Categories | Effect::User(_) | Effect::Undone { .. });
        let expense = if let Effect::Expense(expense) = effect { Some(expense) } else { None };
        Self { seq, owner, balance, summary, undoable, expense, fixes_currency, shared }
    }
}

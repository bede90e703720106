//! Expenses.

use super::{
    CategoryId, Day, ExpenseId, ImportId, Instant, Money, UserId,
    text::{Note, What},
};
use serde::{Deserialize, Serialize};

/// Money spent on a day. On the wire `amount` and `currency` stand beside the other fields.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Expense {
    pub id: ExpenseId,
    pub owner: UserId,
    pub date: Day,
    /// More than zero.
    #[serde(flatten)]
    pub amount: Money,
    pub what: What,
    pub note: Option<Note>,
    pub category_id: Option<CategoryId>,
    /// The statement it came from.
    pub import_id: Option<ImportId>,
    pub version: u32,
    pub created_at: Instant,
}

/// A new expense, checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExpenseDraft {
    pub date: Day,
    pub amount: Money,
    pub what: What,
    pub note: Option<Note>,
    pub category_id: Option<CategoryId>,
}

/// Changes to an expense; `None` leaves a field as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ExpenseEdit {
    pub date: Option<Day>,
    pub amount: Option<Money>,
    pub what: Option<What>,
    pub note: Option<Option<Note>>,
    pub category_id: Option<Option<CategoryId>>,
}

impl ExpenseEdit {
    /// The expense with these changes; version and identity stay.
    pub fn apply(&self, to: &Expense) -> Expense {
        Expense {
            date: self.date.unwrap_or(to.date),
            amount: self.amount.unwrap_or(to.amount),
            what: self.what.clone().unwrap_or_else(|| to.what.clone()),
            note: self.note.clone().unwrap_or_else(|| to.note.clone()),
            category_id: self.category_id.unwrap_or(to.category_id),
            ..to.clone()
        }
    }
}

//! Expenses.

use super::{
    CategoryId, Currency, Day, ExpenseId, FieldError, ImportId, Instant, Money, UserId,
    journal::Via,
    money::NotAnAmount,
    text::{Note, What},
};
use serde::{Deserialize, Serialize};
use std::str::FromStr;

/// Money spent on a day. On the wire `amount` and `currency` stand beside the other fields.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Wire")]
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
    /// From where it was recorded, or its statement. Those from before this was kept are taken for the page's.
    #[serde(skip_serializing_if = "Via::is_page")]
    pub via: Via,
    pub version: u32,
    pub created_at: Instant,
}

/// How it is read: serde's own `flatten` would cost the page a second reader of everything in it.
#[derive(Deserialize)]
#[serde(rename = "Expense")]
struct Wire {
    id: ExpenseId,
    owner: UserId,
    date: Day,
    amount: String,
    currency: Currency,
    what: What,
    note: Option<Note>,
    category_id: Option<CategoryId>,
    import_id: Option<ImportId>,
    #[serde(default)]
    via: Via,
    version: u32,
    created_at: Instant,
}

impl TryFrom<Wire> for Expense {
    type Error = NotAnAmount;
    fn try_from(wire: Wire) -> Result<Self, NotAnAmount> {
        let Wire { id, owner, date, amount, currency, what, note, category_id, import_id, via, version, created_at } = wire;
        let amount = Money::sum(&amount, currency)?;
        Ok(Self { id, owner, date, amount, what, note, category_id, import_id, via, version, created_at })
    }
}

impl Expense {
    /// How it came to be there.
    pub fn added(&self) -> Added {
        match (self.import_id, self.via) {
            (Some(_), _) => Added::Import,
            (None, Via::Page) => Added::Page,
            (None, Via::Api) => Added::Api,
            (None, Via::Cli) => Added::Cli,
            (None, Via::Recurring) => Added::Recurring,
        }
    }
}

/// How an expense was added.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Added {
    /// By hand, in the browser.
    Page,
    /// By a program.
    Api,
    /// By hand, on the command line.
    Cli,
    /// On a day of a recurring entry, by the server or by a click.
    Recurring,
    /// With a statement, wherever that was imported.
    Import,
}

impl Added {
    pub const ALL: [Self; 5] = [Self::Page, Self::Api, Self::Cli, Self::Recurring, Self::Import];
    /// The wire name.
    pub fn code(self) -> &'static str {
        match self {
            Self::Page => "page",
            Self::Api => "api",
            Self::Cli => "cli",
            Self::Recurring => "recurring",
            Self::Import => "import",
        }
    }
    /// As a person reads it.
    pub fn label(self) -> &'static str {
        match self {
            Self::Page => "By hand",
            Self::Api => "By a program",
            Self::Cli => "On the command line",
            Self::Recurring => "As it recurs",
            Self::Import => "By an import",
        }
    }
}
impl FromStr for Added {
    type Err = FieldError;
    fn from_str(s: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|added| added.code() == s)
            .ok_or_else(|| FieldError::new("added", "unknown_value", "Choose page, api, cli, recurring or import."))
    }
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
    /// The expense with these changes, in its next version; the same expense where none of them changes anything.
    pub fn apply(&self, to: &Expense) -> Expense {
        let after = Expense {
            date: self.date.unwrap_or(to.date),
            amount: self.amount.unwrap_or(to.amount),
            what: self.what.clone().unwrap_or_else(|| to.what.clone()),
            note: self.note.clone().unwrap_or_else(|| to.note.clone()),
            category_id: self.category_id.unwrap_or(to.category_id),
            ..to.clone()
        };
        let version = to.version + u32::from(after != *to);
        Expense { version, ..after }
    }
}

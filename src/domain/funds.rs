//! Funds: money added to the balance. An opening balance and a refund are funds too.

use super::{Currency, Day, FundsId, ImportId, Instant, Money, UserId, money::NotAnAmount, text::Note};
use serde::{Deserialize, Serialize};

/// Money added on a day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Wire")]
pub struct Funds {
    pub id: FundsId,
    pub owner: UserId,
    pub date: Day,
    /// More than zero.
    #[serde(flatten)]
    pub amount: Money,
    pub note: Option<Note>,
    pub import_id: Option<ImportId>,
    pub version: u32,
    pub created_at: Instant,
}

/// How they are read, as an expense is.
#[derive(Deserialize)]
#[serde(rename = "Funds")]
struct Wire {
    id: FundsId,
    owner: UserId,
    date: Day,
    amount: String,
    currency: Currency,
    note: Option<Note>,
    import_id: Option<ImportId>,
    version: u32,
    created_at: Instant,
}

impl TryFrom<Wire> for Funds {
    type Error = NotAnAmount;
    fn try_from(wire: Wire) -> Result<Self, NotAnAmount> {
        let Wire { id, owner, date, amount, currency, note, import_id, version, created_at } = wire;
        Ok(Self { id, owner, date, amount: Money::sum(&amount, currency)?, note, import_id, version, created_at })
    }
}

/// New funds, checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FundsDraft {
    pub date: Day,
    pub amount: Money,
    pub note: Option<Note>,
}

/// Changes to funds; `None` leaves a field as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FundsEdit {
    pub date: Option<Day>,
    pub amount: Option<Money>,
    pub note: Option<Option<Note>>,
}

impl FundsEdit {
    /// The funds with these changes, in their next version; the same funds where none of them changes anything.
    pub fn apply(&self, to: &Funds) -> Funds {
        let after = Funds {
            date: self.date.unwrap_or(to.date),
            amount: self.amount.unwrap_or(to.amount),
            note: self.note.clone().unwrap_or_else(|| to.note.clone()),
            ..to.clone()
        };
        let version = to.version + u32::from(after != *to);
        Funds { version, ..after }
    }
}

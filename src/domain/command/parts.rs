//! What commands are made of.

use crate::domain::{
    CategoryId, Currency, Day, ExpenseFilter, ExpenseId, Locale, Money, Period, Weekday,
    import::EntryKind,
    text::{Name, Note, What},
    user::{Role, SignUp, Status},
};
use std::fmt;

/// A text that must never be shown: a password hash, the hash of a token. Not serialisable, redacted in debug output.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(pub String);
impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[secret]")
    }
}

/// Which expenses a bulk command changes.
#[derive(Clone, Debug, PartialEq)]
pub enum Selection {
    /// 1–1,000 ids, all of which must exist.
    Ids(Vec<ExpenseId>),
    /// All that match, when they are as many as the person saw.
    Filter { filter: ExpenseFilter, expected_count: u64 },
}

/// What a bulk command does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BulkChange {
    Set { category_id: Option<Option<CategoryId>>, date: Option<Day> },
    Delete,
}

/// One row of an import to be stored, checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Posting {
    pub kind: EntryKind,
    pub date: Day,
    pub amount: Money,
    pub what: What,
    pub note: Option<Note>,
    pub category_id: Option<CategoryId>,
    /// What makes the row itself again in a later file.
    pub fingerprint: String,
    /// The person took it in although the account knows its fingerprint and the row is still there.
    pub chosen: bool,
}

/// Changes to one's own profile; `None` leaves a field as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ProfileEdit {
    pub display_name: Option<Name>,
    pub currency: Option<Currency>,
    pub time_zone: Option<String>,
    pub locale: Option<Locale>,
    pub first_weekday: Option<Weekday>,
    pub period: Option<Period>,
}

/// An admin's changes to somebody; `None` leaves a field as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UserEdit {
    pub display_name: Option<Name>,
    pub role: Option<Role>,
    pub status: Option<Status>,
}

/// An admin's changes to the server; `None` leaves a setting as it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ServerEdit {
    pub sign_up: Option<SignUp>,
    /// For how many days deleted people are kept.
    pub deleted_kept_days: Option<u32>,
}

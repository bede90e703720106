//! Identifiers: UUIDv7, one type per kind of thing, so that one can never be passed for another.

use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};
use uuid::Uuid;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl $name {
            /// A fresh id; ids made later by the same process sort later.
            #[expect(clippy::new_without_default, reason = "a default id would not be a constant")]
            pub fn new() -> Self {
                Self(Uuid::now_v7())
            }
        }
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.hyphenated().fmt(f)
            }
        }
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.hyphenated().fmt(f)
            }
        }
        impl FromStr for $name {
            type Err = uuid::Error;
            fn from_str(s: &str) -> Result<Self, Self::Err> {
                Uuid::try_parse(s).map(Self)
            }
        }
    )+};
}

ids! {
    /// A person who can sign in.
    UserId,
    /// A category; categories are shared by all users of an installation.
    CategoryId,
    /// One expense.
    ExpenseId,
    /// One addition of funds.
    FundsId,
    /// One uploaded statement.
    ImportId,
    /// A sign-in: a browser session or an OAuth grant.
    SessionId,
    /// A personal access token.
    TokenId,
    /// A budget, from some period on.
    BudgetId,
    /// A filter under a name.
    FilterId,
    /// An expense or funds that come again and again.
    RecurringId,
    /// A program that may ask for access in somebody's name; OAuth's `client_id`.
    ProgramId,
    /// Something that bears on security.
    EventId,
    /// A key that signs somebody in without a password.
    PasskeyId,
}

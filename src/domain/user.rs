//! People who can sign in, and the account each of them has.

use super::{
    Currency, Day, Instant, Locale, Money, Period, UserId, Weekday,
    text::{Name, Username},
};
use serde::{Deserialize, Serialize};

/// What a person may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    User,
    Admin,
}

/// Whether a person may sign in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    Active,
    Disabled,
}

impl std::str::FromStr for Role {
    type Err = super::FieldError;
    fn from_str(s: &str) -> Result<Self, Self::Err> {
        match s {
            "user" => Ok(Self::User),
            "admin" => Ok(Self::Admin),
            _ => Err(super::FieldError::new("role", "unknown_value", "Choose user or admin.")),
        }
    }
}

impl std::str::FromStr for Status {
    type Err = super::FieldError;
    fn from_str(s: &str) -> Result<Self, Self::Err> {
        match s {
            "active" => Ok(Self::Active),
            "disabled" => Ok(Self::Disabled),
            _ => Err(super::FieldError::new("status", "unknown_value", "Choose active or disabled.")),
        }
    }
}

/// Who may create an account for themselves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SignUp {
    Open,
    Invite,
    Closed,
}

impl SignUp {
    /// The wire name.
    pub fn code(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Invite => "invite",
            Self::Closed => "closed",
        }
    }
}

/// For how many days people who were deleted are kept, unless an admin says otherwise, and at most.
pub const DELETED_KEPT_DAYS: u32 = 30;
pub const MOST_KEPT_DAYS: u32 = 365;
/// For how many days somebody who leaves can come back by signing in.
pub const GRACE_DAYS: u32 = 14;

impl std::str::FromStr for SignUp {
    type Err = super::FieldError;
    fn from_str(s: &str) -> Result<Self, Self::Err> {
        match s {
            "open" => Ok(Self::Open),
            "invite" => Ok(Self::Invite),
            "closed" => Ok(Self::Closed),
            _ => Err(super::FieldError::new("sign_up", "unknown_value", "Choose open, invite or closed.")),
        }
    }
}

/// A person. Holds no secret: passwords live in the server's credentials.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct User {
    pub id: UserId,
    pub username: Username,
    pub display_name: Name,
    pub role: Role,
    pub status: Status,
    pub currency: Currency,
    /// IANA name, such as `Europe/Ljubljana`.
    pub time_zone: String,
    pub locale: Locale,
    pub first_weekday: Weekday,
    pub period: Period,
    pub version: u32,
    pub created_at: Instant,
}

impl User {
    pub fn is_admin(&self) -> bool {
        self.role == Role::Admin
    }
    /// True for those of whom one must always be there (S38).
    pub fn is_active_admin(&self) -> bool {
        self.is_admin() && self.status == Status::Active
    }
    /// Up to two letters for the avatar.
    pub fn initials(&self) -> String {
        let mut words = self.display_name.as_str().split_whitespace().filter_map(|w| w.chars().next());
        let first = words.next();
        let last = words.next_back();
        first.into_iter().chain(last).flat_map(char::to_uppercase).collect()
    }
}

/// The one account of a user.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    pub owner: UserId,
    /// Funds less expenses; changed only inside a command's transaction.
    pub balance: Money,
    /// True once there has ever been an entry: from then on the currency stays.
    pub opened: bool,
    /// The number of the newest journal entry; 0 before the first.
    pub last_seq: u64,
    /// True while a large command is at work on it: no other command may change it meanwhile.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub busy: bool,
}

/// What the page knows of the person who is signed in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Me {
    pub user: User,
    pub balance: Money,
    /// True once the currency can no longer be changed.
    pub currency_fixed: bool,
    /// The newest entry of the person's journal.
    pub seq: u64,
    /// Today in the person's time zone.
    pub today: Day,
}

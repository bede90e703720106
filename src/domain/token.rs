//! Scopes of tokens, and personal access tokens as their owner sees them.

use super::{Day, Instant, TokenId, text::Name};
use serde::{Deserialize, Serialize, de};
use std::{fmt, str::FromStr};

/// One thing a token may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    Read,
    Write,
    Import,
    Admin,
    /// Own password, sessions and tokens. For OAuth grants only, never on a personal access token.
    Account,
}

impl Scope {
    pub const ALL: [Self; 5] = [Self::Read, Self::Write, Self::Import, Self::Admin, Self::Account];
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Write => "write",
            Self::Import => "import",
            Self::Admin => "admin",
            Self::Account => "account",
        }
    }
}

impl Scope {
    /// What a program with it may do, for the person who decides.
    pub fn promise(self) -> &'static str {
        match self {
            Self::Read => "See your expenses, funds, budgets, reports and history",
            Self::Write => "Add, change and delete your expenses, funds and budgets, and undo changes",
            Self::Import => "Import statements into your account",
            Self::Admin => "Act as an admin: manage people and categories",
            Self::Account => "Change your password, and see and end your sessions and tokens",
        }
    }
}

impl FromStr for Scope {
    type Err = UnknownScope;
    fn from_str(s: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|x| x.as_str() == s).ok_or(UnknownScope)
    }
}

/// The text names no scope.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("is not a scope; use read, write, import or admin")]
pub struct UnknownScope;

/// A set of scopes; space-separated in OAuth (RFC 6749 §3.3).
#[derive(Clone, Copy, PartialEq, Eq, Default)]
pub struct Scopes(u8);

impl Scopes {
    pub const NONE: Self = Self(0);
    fn bit(scope: Scope) -> u8 {
        1 << Scope::ALL.iter().position(|s| *s == scope).unwrap_or(0)
    }
    pub fn of(scopes: &[Scope]) -> Self {
        Self(scopes.iter().fold(0, |bits, s| bits | Self::bit(*s)))
    }
    pub fn contains(self, scope: Scope) -> bool {
        self.0 & Self::bit(scope) != 0
    }
    /// True when every scope of this set is in `other`.
    pub fn within(self, other: Self) -> bool {
        self.0 & !other.0 == 0
    }
    pub fn iter(self) -> impl Iterator<Item = Scope> {
        Scope::ALL.into_iter().filter(move |s| self.contains(*s))
    }
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }
}
impl fmt::Display for Scopes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.iter().map(Scope::as_str).collect::<Vec<_>>().join(" "))
    }
}
impl fmt::Debug for Scopes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
impl FromStr for Scopes {
    type Err = UnknownScope;
    fn from_str(s: &str) -> Result<Self, Self::Err> {
        s.split_ascii_whitespace().map(str::parse).collect::<Result<Vec<_>, _>>().map(|v| Self::of(&v))
    }
}
/// A list of names in JSON.
impl Serialize for Scopes {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_seq(self.iter())
    }
}
impl<'de> Deserialize<'de> for Scopes {
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        Vec::<String>::deserialize(d)?
            .iter()
            .map(|s| s.parse())
            .collect::<Result<Vec<Scope>, _>>()
            .map(|v| Self::of(&v))
            .map_err(de::Error::custom)
    }
}

/// A personal access token as its owner sees it; the token itself is shown once, at creation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TokenInfo {
    pub id: TokenId,
    pub name: Name,
    pub scopes: Scopes,
    /// The last day on which it works (UTC).
    pub expires_on: Day,
    pub created_at: Instant,
    pub last_used_at: Option<Instant>,
}

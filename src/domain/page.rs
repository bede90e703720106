//! Pages of a list. Any page costs the same however deep: a cursor is a place, not an offset.

use super::{FieldError, Money};
use serde::{Deserialize, Serialize};

/// Where the next page begins; opaque to clients. Text of `[A-Za-z0-9._~-]`, at most 200 bytes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Cursor(pub String);

impl Cursor {
    /// A cursor of these parts, none of which holds `~`.
    pub fn join(parts: &[&str]) -> Self {
        Self(parts.join("~"))
    }
    /// The `N` parts, or what is wrong with a cursor made up by hand.
    pub fn split<const N: usize>(&self) -> Result<[&str; N], FieldError> {
        let parts: Vec<&str> = self.0.split('~').collect();
        parts.try_into().map_err(|_| Self::invalid())
    }
    /// The error for a cursor that this list did not hand out.
    pub fn invalid() -> FieldError {
        FieldError::new("cursor", "invalid_cursor", "This is not a cursor of this list. Start again from the first page.")
    }
}

/// Part of a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Page<T> {
    pub items: Vec<T>,
    pub next_cursor: Option<Cursor>,
}

/// How many rows a page holds, and where it begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PageRequest {
    /// 1–200.
    pub limit: u32,
    pub cursor: Option<Cursor>,
}

impl Default for PageRequest {
    fn default() -> Self {
        Self { limit: 50, cursor: None }
    }
}

/// Count and sum over a whole filter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Total {
    pub count: u64,
    pub sum: Money,
}

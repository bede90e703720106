//! Categories: shared by all users of an installation, managed by admins.

use super::{CategoryId, text::Name};
use serde::{Deserialize, Serialize};
use std::str::FromStr;

/// A colour of the palette. Never free text: the page may not use inline styles, so each has a class.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Color {
    Blue,
    Amber,
    Green,
    Pink,
    Violet,
    Cyan,
    Yellow,
    Coral,
}

impl Color {
    pub const ALL: [Self; 8] =
        [Self::Blue, Self::Amber, Self::Green, Self::Pink, Self::Violet, Self::Cyan, Self::Yellow, Self::Coral];

    /// The wire name, and the end of the class `c-…`.
    pub fn code(self) -> &'static str {
        match self {
            Self::Blue => "blue",
            Self::Amber => "amber",
            Self::Green => "green",
            Self::Pink => "pink",
            Self::Violet => "violet",
            Self::Cyan => "cyan",
            Self::Yellow => "yellow",
            Self::Coral => "coral",
        }
    }
    /// For canvas charts, which cannot read classes. The same values as in `style/tokens.css`.
    pub fn hex(self) -> &'static str {
        match self {
            Self::Blue => "#7aa2ff",
            Self::Amber => "#ffb85c",
            Self::Green => "#43d9a3",
            Self::Pink => "#f07ab4",
            Self::Violet => "#b794ff",
            Self::Cyan => "#5fd3ea",
            Self::Yellow => "#e5dc6a",
            Self::Coral => "#ff8f70",
        }
    }
}

impl FromStr for Color {
    type Err = super::FieldError;
    fn from_str(s: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|c| c.code() == s).ok_or_else(|| {
            let names: Vec<_> = Self::ALL.iter().map(|c| c.code()).collect();
            super::FieldError::new("color", "unknown_color", format!("Choose one of {}.", names.join(", ")))
        })
    }
}

/// What expenses are sorted into.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Category {
    pub id: CategoryId,
    pub name: Name,
    pub color: Color,
    /// Kept for old expenses, no longer offered for new ones.
    pub archived: bool,
    /// Its place in lists, from 1; 0 until somebody has put them in order. Equal ones are listed by name.
    #[serde(default, skip_serializing_if = "is_first")]
    pub position: u32,
    /// From 1, one more at each change.
    pub version: u32,
}

fn is_first(position: &u32) -> bool {
    *position == 0
}

/// The categories an installation starts with.
pub const STARTERS: [(&str, Color); 10] = [
    ("Rent", Color::Blue),
    ("Groceries", Color::Green),
    ("Eating out", Color::Amber),
    ("Transport", Color::Cyan),
    ("Fun", Color::Violet),
    ("Health", Color::Pink),
    ("Home", Color::Yellow),
    ("Clothes", Color::Coral),
    ("Travel", Color::Blue),
    ("Other", Color::Green),
];

//! Text that people write: lengths in code points and in bytes, no control characters (S44).
//!
//! What is stored is what was written, trimmed; it is escaped where it is shown, never here.

use super::FieldError;
use serde::{Deserialize, Serialize, de};
use std::fmt;

/// What one kind of text may hold.
struct Rule {
    noun: &'static str,
    max_chars: usize,
    max_bytes: usize,
    lines: bool,
    /// Names are compared and shown alone: no direction marks, no invisible characters.
    name: bool,
}

fn checked(text: &str, rule: &Rule) -> Result<String, TextError> {
    let text = text.replace("\r\n", "\n");
    let text = text.trim();
    let (noun, max) = (rule.noun, rule.max_chars);
    if text.is_empty() {
        return Err(TextError::new("required", format!("Enter {noun}.")));
    }
    if text.len() > rule.max_bytes || text.chars().count() > max {
        return Err(TextError::new("too_long", format!("This is too long; {noun} has at most {max} characters.")));
    }
    if text.chars().any(|c| c.is_control() && !(rule.lines && (c == '\n' || c == '\t'))) {
        return Err(TextError::new("control_character", format!("Take out the control characters; {noun} is plain text.")));
    }
    if rule.name && text.chars().any(is_invisible) {
        return Err(TextError::new(
            "invisible_character",
            format!("Take out the invisible characters; {noun} must read as it is."),
        ));
    }
    Ok(text.to_owned())
}

/// Direction controls, zero-width characters and other format characters that fool a reader.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}' | '\u{115f}' | '\u{1160}' | '\u{3164}' | '\u{ffa0}')
}

/// Why a text was refused: a stable code and a message.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct TextError {
    pub code: &'static str,
    pub message: String,
}
impl TextError {
    fn new(code: &'static str, message: String) -> Self {
        Self { code, message }
    }
    /// The same, said of a field.
    pub fn of(self, field: &str) -> FieldError {
        FieldError::new(field, self.code, self.message)
    }
}

macro_rules! texts {
    ($($(#[$doc:meta])* $name:ident $rule:expr;)+) => {$(
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
        #[serde(transparent)]
        pub struct $name(String);
        impl $name {
            /// Checks and trims.
            pub fn parse(text: &str) -> Result<Self, TextError> {
                checked(text, &$rule).map(Self)
            }
            /// `None` for blank text.
            pub fn parse_optional(text: &str) -> Result<Option<Self>, TextError> {
                if text.trim().is_empty() { Ok(None) } else { Self::parse(text).map(Some) }
            }
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Debug::fmt(&self.0, f)
            }
        }
        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
                Self::parse(&String::deserialize(d)?).map_err(de::Error::custom)
            }
        }
    )+};
}

texts! {
    /// What an expense was for: one line, at most 500 characters.
    What Rule { noun: "what it was for", max_chars: 500, max_bytes: 2_000, lines: false, name: false };
    /// A note: several lines, at most 4,000 characters.
    Note Rule { noun: "a note", max_chars: 4_000, max_bytes: 16_000, lines: true, name: false };
    /// A name of a person, category, token or filter: at most 64 characters.
    Name Rule { noun: "a name", max_chars: 64, max_bytes: 256, lines: false, name: true };
}

impl Note {
    /// What funds have instead of both, as they have a note only; what does not fit into it with the text before is
    /// left out.
    pub fn of_both(what: &What, note: Option<&Self>) -> Option<Self> {
        let text = note.map_or_else(|| what.to_string(), |note| format!("{what}\n{note}"));
        Self::parse(&text).or_else(|_| Self::parse(what.as_str())).ok()
    }
}

/// A name to sign in with: `[a-z0-9._-]{3,32}`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct Username(String);

impl Username {
    pub fn parse(text: &str) -> Result<Self, TextError> {
        let ok = (3..=32).contains(&text.len())
            && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'.' | b'_' | b'-'));
        if ok {
            Ok(Self(text.to_owned()))
        } else {
            Err(TextError::new(
                if text.is_empty() { "required" } else { "invalid_username" },
                "A username has 3 to 32 characters: small letters a to z, digits, dot, dash and underscore.".into(),
            ))
        }
    }
    pub fn as_str(&self) -> &str {
        &self.0
    }
}
impl fmt::Display for Username {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
impl fmt::Debug for Username {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
impl<'de> Deserialize<'de> for Username {
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        Self::parse(&String::deserialize(d)?).map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn names_that_fool_a_reader_are_refused() {
        for bad in ["adm\u{202e}in", "ad\u{200b}min", "", "   ", "a\0b", "a\u{7}b", "a\nb", "\u{feff}x"] {
            assert!(Name::parse(bad).is_err(), "{bad:?}");
        }
        for bad in ["ADMIN", "аdmin", "ab", "a b", "x/../y", "é23"] {
            assert!(Username::parse(bad).is_err(), "{bad:?}");
        }
        for good in ["Ana María", "👨‍👩‍👧", "日本", "O’Neil"] {
            assert_eq!(What::parse(good).map(|w| w.as_str().to_owned()), Ok(good.to_owned()));
        }
        assert_eq!(Note::parse("a\r\nb\tc").map(|n| n.as_str().to_owned()), Ok("a\nb\tc".into()));
        assert!(What::parse(&"x".repeat(501)).is_err());
        assert!(Note::parse(&"\u{301}".repeat(4_001)).is_err());
    }

    proptest! {
        #[test]
        fn accepted_text_reads_back(text in "\\PC{0,600}") {
            if let Ok(what) = What::parse(&text) {
                prop_assert_eq!(what.as_str(), text.trim());
                let json = serde_json::to_string(&what).unwrap();
                prop_assert_eq!(serde_json::from_str::<What>(&json).unwrap(), what);
            }
        }
    }
}

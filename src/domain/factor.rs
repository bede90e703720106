//! The second factor as its owner sees it: codes of an app (RFC 6238), and codes for the day the app is gone.

use super::Day;
use serde::{Deserialize, Serialize};

/// How many recovery codes are made at once.
pub const RECOVERY_CODES: usize = 10;
/// Letters of a recovery code, in fours: 80 bits.
const RECOVERY_LETTERS: usize = 16;

/// Whether a second factor is asked for, and what is left to do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum FactorState {
    Off,
    /// Begun in this session: what the person's app needs.
    Begun(Box<Enrolment>),
    On {
        since: Day,
        /// How many recovery codes are left.
        codes: usize,
    },
}

/// What an app needs to make codes; shown to the session that began, and nobody else.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Enrolment {
    /// Base32, in fours.
    pub secret: String,
    /// A square of so many modules …
    pub size: u32,
    /// … of which the dark ones are this path (SVG).
    pub path: String,
}

/// A code as somebody typed it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TypedCode {
    /// Six digits of the app.
    App(String),
    /// A recovery code: small letters and digits, nothing between.
    Recovery(String),
}

/// Reads a code, whatever stands between its parts. `None` for what cannot be one.
pub fn read_code(typed: &str) -> Option<TypedCode> {
    let bare: String = typed.chars().filter(|c| !c.is_whitespace() && *c != '-').take(RECOVERY_LETTERS + 1).collect();
    if bare.len() == 6 && bare.bytes().all(|b| b.is_ascii_digit()) {
        return Some(TypedCode::App(bare));
    }
    let code = bare.to_ascii_lowercase();
    let fits = code.len() == RECOVERY_LETTERS && code.bytes().all(|b| matches!(b, b'a'..=b'z' | b'2'..=b'7'));
    fits.then_some(TypedCode::Recovery(code))
}

/// In fours, with `between` between them.
pub fn in_fours(text: &str, between: &str) -> String {
    let letters: Vec<char> = text.chars().collect();
    letters.chunks(4).map(|four| four.iter().collect::<String>()).collect::<Vec<_>>().join(between)
}

/// The recovery codes in a text that holds just those.
pub fn recovery_codes(text: &str) -> Option<Vec<String>> {
    let codes: Vec<String> = text.split(' ').map(str::to_owned).collect();
    let all = codes.len() == RECOVERY_CODES && codes.iter().all(|code| matches!(read_code(code), Some(TypedCode::Recovery(_))));
    all.then_some(codes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn s09_codes_are_read_as_people_type_them() {
        let app = |digits: &str| Some(TypedCode::App(digits.into()));
        let recovery = |code: &str| Some(TypedCode::Recovery(code.into()));
        for (typed, read) in [
            ("123456", app("123456")),
            (" 123 456 ", app("123456")),
            ("123-456", app("123456")),
            ("abcd-efgh-ijkl-2345", recovery("abcdefghijkl2345")),
            ("ABCD EFGH IJKL 2345", recovery("abcdefghijkl2345")),
            ("", None),
            ("12345", None),
            ("1234567", None),
            ("１２３４５６", None),
            ("+12345", None),
            ("12345a", None),
            ("abcd-efgh-ijkl-234", None),
            ("abcd-efgh-ijkl-23456", None),
            ("abcd-efgh-ijkl-2341", None),
        ] {
            assert_eq!(read_code(typed), read, "{typed}");
        }
        assert_eq!(in_fours("abcdefghij", "-"), "abcd-efgh-ij");
        let ten = ["abcd-efgh-ijkl-2345"; 10].join(" ");
        assert_eq!(recovery_codes(&ten).map(|codes| codes.len()), Some(10));
        assert_eq!(recovery_codes("outlay_pat_abc"), None);
    }
}

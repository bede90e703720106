//! Text of one field, made fit to be kept: inert again, on one line, of a length that is allowed.

use crate::domain::text::{Note, What};
use std::borrow::Cow;

/// Longest `what` and note, in characters ([`What`], [`Note`]).
const WHAT_CHARS: usize = 500;
const NOTE_CHARS: usize = 4_000;

/// True for a character that makes a spreadsheet see a formula (OWASP CSV injection).
fn is_formula(c: char) -> bool {
    matches!(c, '=' | '+' | '-' | '@' | '\t' | '\r' | '\0' | '＝' | '＋' | '－' | '＠')
}

/// True for a text that a spreadsheet could run, be it behind spaces or marks that say that it is none.
fn could_run(text: &str) -> bool {
    text.trim_start_matches([' ', '\'']).starts_with(is_formula)
}

/// Puts a `'` before what a spreadsheet could run (S46).
pub fn guarded(text: &str) -> Cow<'_, str> {
    if could_run(text) { Cow::Owned(format!("'{text}")) } else { Cow::Borrowed(text) }
}

/// Takes off what [`guarded`] puts before a text.
pub fn unguarded(field: &str) -> &str {
    match field.strip_prefix('\'') {
        Some(rest) if could_run(rest) => rest,
        _ => field,
    }
}

/// The text on one line, without control characters and doubled spaces.
pub fn one_line(field: &str) -> String {
    let mut out = String::with_capacity(field.len().min(WHAT_CHARS * 4));
    for word in unguarded(field).split(|c: char| c.is_whitespace() || c.is_control()).filter(|w| !w.is_empty()) {
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(word);
    }
    out
}

/// The first `max` characters, the last of them `…` where something was cut.
fn shortened(text: &str, max: usize) -> (String, bool) {
    match text.char_indices().nth(max) {
        None => (text.to_owned(), false),
        Some(_) => (text.chars().take(max - 1).chain(['…']).collect(), true),
    }
}

/// What it was for, and true when it had to be cut; `None` when nothing is left of it.
pub fn what(text: &str) -> Option<(What, bool)> {
    let (text, cut) = shortened(text, WHAT_CHARS);
    What::parse(&text).ok().map(|what| (what, cut))
}

/// The note, and true when it had to be cut.
pub fn note(text: &str) -> Option<(Note, bool)> {
    let (text, cut) = shortened(text, NOTE_CHARS);
    Note::parse(&text).ok().map(|note| (note, cut))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn s46_the_guard_of_an_export_comes_off() {
        for (field, want) in
            [("'=SUM(A1)", "=SUM(A1)"), ("' -2+3", " -2+3"), ("'＠x", "＠x"), ("'t Hooft", "'t Hooft"), ("'", "'"), ("=1", "=1")]
        {
            assert_eq!(unguarded(field), want);
        }
    }

    #[test]
    fn text_is_made_fit() {
        assert_eq!(one_line(" a\r\n b\t\u{7}c  d "), "a b c d");
        let (long, cut) = what(&"é".repeat(501)).expect("text");
        assert!(cut && long.as_str().chars().count() == 500 && long.as_str().ends_with('…'));
        assert_eq!(what("Lunch").map(|(w, cut)| (w.as_str().to_owned(), cut)), Some(("Lunch".into(), false)));
        assert!(what(" ").is_none());
    }

    proptest! {
        #[test]
        fn s46_a_guard_makes_text_inert_and_comes_off(text in "[ '=+@\\t\\-＝＠a1]{0,6}") {
            let out = guarded(&text);
            prop_assert!(!out.trim_start_matches(' ').starts_with(is_formula));
            prop_assert_eq!(unguarded(&out), &text);
        }

        #[test]
        fn any_text_is_kept_or_empty(text in "(?s).{0,600}") {
            let line = one_line(&text);
            prop_assert!(line.is_empty() || what(&line).is_some());
            prop_assert!(line.is_empty() || note(&line).is_some());
        }
    }
}

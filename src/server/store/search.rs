//! What a search asks of an expense, for every engine alike. How an engine finds what it asks for is its own.

use crate::domain::{Currency, Expense, Locale, Money, fold, text::Note};
use std::collections::BTreeSet;

/// A part of a search, as it was typed between two spaces. An expense must have words that begin with each of
/// `words`, or one of `amounts`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Clause {
    /// Folded; one, unless there are amounts.
    pub words: Vec<String>,
    /// Minor units.
    pub amounts: BTreeSet<i64>,
}

/// All of what was typed: an expense must fulfil every clause.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Search(pub Vec<Clause>);

impl Search {
    /// True when amounts may be meant, so that the currency matters.
    pub fn has_digits(q: &str) -> bool {
        q.bytes().any(|b| b.is_ascii_digit())
    }

    /// Reads what was typed. Without a currency a number is only a word.
    pub fn read(q: &str, currency: Option<Currency>) -> Self {
        let mut clauses = BTreeSet::new();
        for typed in q.split_whitespace() {
            let words = fold::words(typed);
            let amounts = currency.map_or_else(BTreeSet::new, |currency| amounts(typed, currency));
            if amounts.is_empty() {
                clauses.extend(words.into_iter().map(|word| Clause { words: vec![word], amounts: BTreeSet::new() }));
            } else {
                clauses.insert(Clause { words, amounts });
            }
        }
        // Who has a word that begins with "lunch" has one that begins with "lu".
        let implied = |clause: &Clause| {
            clause.amounts.is_empty()
                && clauses.iter().any(|other| {
                    other != clause && other.amounts.is_empty() && other.words[0].starts_with(clause.words[0].as_str())
                })
        };
        Self(clauses.iter().filter(|clause| !implied(clause)).cloned().collect())
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// True for an expense that has what is asked for.
    pub fn finds(&self, expense: &Expense) -> bool {
        let words = words_of(expense);
        let begins = |beginning: &String| words.iter().any(|word| word.starts_with(beginning.as_str()));
        let fulfils = |clause: &Clause| {
            clause.amounts.contains(&expense.amount.minor) || !clause.words.is_empty() && clause.words.iter().all(begins)
        };
        self.0.iter().all(fulfils)
    }
}

/// What a word says as an amount, with a decimal point or a decimal comma; in minor units.
fn amounts(typed: &str, currency: Currency) -> BTreeSet<i64> {
    let styles = [Some(Locale::default()), Locale::matching("de-DE")];
    styles.into_iter().flatten().filter_map(|style| Money::parse_typed(typed, currency, style).ok()).map(|m| m.minor).collect()
}

/// The folded words of an expense's texts.
pub fn words_of(expense: &Expense) -> Vec<String> {
    [expense.what.as_str(), expense.note.as_ref().map_or("", Note::as_str)].into_iter().flat_map(fold::words).collect()
}

/// The folded words of an expense's texts, each after a space.
pub fn search_text(expense: &Expense) -> String {
    fold::search_text(&format!("{} {}", expense.what.as_str(), expense.note.as_ref().map_or("", Note::as_str)))
}

/// The line of a fault: an expense is not found by what it says.
pub fn fault(owner: &str) -> String {
    format!("the search index of {owner} is not that of its expenses")
}

#[cfg(test)]
mod tests {
    #![expect(clippy::inconsistent_digit_grouping, reason = "cents stand apart: 12_50 is €12.50")]

    use super::*;

    fn clause(words: &[&str], amounts: &[i64]) -> Clause {
        Clause { words: words.iter().map(|&w| w.to_owned()).collect(), amounts: amounts.iter().copied().collect() }
    }

    #[test]
    fn words_and_amounts() {
        let read = |q: &str| Search::read(q, Some(Currency::EUR)).0;
        assert_eq!(read("Lunch café-bar"), [clause(&["bar"], &[]), clause(&["cafe"], &[]), clause(&["lunch"], &[])]);
        assert_eq!(read("lu lunch l"), [clause(&["lunch"], &[])], "what follows from another is left out");
        assert_eq!(read("12"), [clause(&["12"], &[12_00])]);
        assert_eq!(read("12.50"), read("12.5 12.50")[1..], "written otherwise, it is another word");
        for q in ["12.50", "12,50", "€12.50", "12,50€"] {
            assert_eq!(read(q), [clause(&["12", "50"], &[12_50])], "{q}");
        }
        assert_eq!(read("1.234,50"), [clause(&["1", "234", "50"], &[1_234_50])]);
        assert_eq!(read("1.234"), [clause(&["1", "234"], &[1_234_00])]);
        assert_eq!(
            read("12.345.1 -5 0"),
            [clause(&["0"], &[]), clause(&["12"], &[]), clause(&["345"], &[]), clause(&["5"], &[])]
        );
        assert!(read("% \" \u{301}").is_empty());
        assert_eq!(Search::read("12.50", None).0, [clause(&["12"], &[]), clause(&["50"], &[])]);
        assert!(Search::has_digits("lunch 1") && !Search::has_digits("lunch ١"));
    }
}

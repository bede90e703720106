//! What fits what was typed: whole words first, then parts, then letters in their order.

use super::items::Item;

/// The most that is offered at once.
const MOST: usize = 40;

/// The items that fit, best first; all of them, in their order, for nothing typed. `typed` is folded.
pub fn best(typed: &str, items: &[Item]) -> Vec<Item> {
    let mut fitting: Vec<(u8, &Item)> = items.iter().filter_map(|item| Some((rank(typed, &item.folded)?, item))).collect();
    fitting.sort_by_key(|(rank, _)| *rank);
    fitting.into_iter().take(MOST).map(|(_, item)| item.clone()).collect()
}

/// How well `typed` fits `text`, 0 best; `None` when it does not. Both folded.
fn rank(typed: &str, text: &str) -> Option<u8> {
    let typed = typed.trim();
    if text.starts_with(typed) {
        return Some(0);
    }
    let begins = |word: &str| text.split_whitespace().any(|other| other.starts_with(word));
    if typed.split_whitespace().all(begins) {
        return Some(1);
    }
    if text.contains(typed) {
        return Some(2);
    }
    in_order(typed, text).then_some(3)
}

/// True when the letters of `typed` stand in `text` in their order, the first at the beginning of a word.
fn in_order(typed: &str, text: &str) -> bool {
    let letters = || typed.chars().filter(|letter| !letter.is_whitespace());
    let from = |start: &str| {
        let mut rest = start.chars();
        start.chars().next() == letters().next() && letters().all(|letter| rest.any(|other| other == letter))
    };
    text.split_whitespace().filter_map(|word| text.find(word)).any(|at| from(&text[at..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_come_before_parts_and_parts_before_letters() {
        assert_eq!(rank("", "expenses"), Some(0));
        assert_eq!(rank("exp", "expenses"), Some(0));
        assert_eq!(rank("expense add", "add an expense"), Some(1));
        assert_eq!(rank("pens", "expenses"), Some(2));
        assert_eq!(rank("aex", "add an expense"), Some(3));
        assert_eq!(rank("xe", "expenses"), None);
        assert_eq!(rank("expensess", "expenses"), None);
    }

    #[test]
    fn letters_begin_at_a_word() {
        assert!(in_order("eo", "eating out"));
        assert!(in_order("so", "sign out"));
        assert!(!in_order("ut", "sign in"));
        assert!(!in_order("at", "eating out"));
    }

    #[test]
    fn the_best_is_first_and_equals_keep_their_order() {
        let item = |text: &str| Item::action(text, super::super::items::Act::Go(String::new()));
        let items = [item("Add funds"), item("Funds"), item("Import")];
        let found: Vec<String> = best("fun", &items).into_iter().map(|item| item.text).collect();
        assert_eq!(found, ["Funds", "Add funds"]);
        assert_eq!(best("", &items).len(), 3);
        assert!(best("zzz", &items).is_empty());
    }
}

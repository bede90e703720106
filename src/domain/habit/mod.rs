//! What a person's own history says of a new expense: the category it will have, and the words they may be about
//! to write. Counts of words that can be told in a sentence; no service, and nothing to train.
//!
//! What was entered in the very same words before goes by what was chosen then. Else every word has a voice: the part
//! that a category had of the word's uses, of which the recent ones count more.

#[cfg(test)]
mod tests;

use super::{Category, CategoryId, Day, Expense, text::What};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// In the place of a category's id: the one that the history suggests, or none.
pub const SUGGEST: &str = "suggest";
/// How many of the newest expenses count.
pub const COUNTED: u32 = 3_000;
/// The most different texts and the most words that are kept: those used most.
const MOST_LINES: usize = 1_000;
const MOST_WORDS: usize = 2_000;
/// How many words of a text are looked at.
const MOST_READ: usize = 24;
/// A word that was used little is sure of nothing: this much of its weight is nobody's.
const DOUBT: u64 = 4;
/// In a thousand: how much of its strongest word, and of all voices, the suggested category must have.
const SURE: u64 = 500;
const AHEAD: u64 = 600;
/// Words that stand beside anything.
const FILLERS: [&str; 22] = [
    "the", "a", "an", "and", "or", "for", "with", "from", "to", "at", "in", "on", "of", "my", "our", "new", "by", "via", "two",
    "three", "some", "more",
];

/// Uses of a word or a text in one category (by its place in [`Habits`]): how many, and what they weigh.
type Vote = (u16, u32, u32);

/// What counts of a person's expenses. Small enough to be sent to the page.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Habits {
    categories: Vec<CategoryId>,
    words: Vec<(String, Vec<Vote>)>,
    lines: Vec<Line>,
}

/// A text that was entered before.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Line {
    /// As it was written last.
    what: What,
    /// Minor units, the last time.
    minor: i64,
    weight: u32,
    chosen: Chosen,
    votes: Vec<Vote>,
}

/// What became of a text the last time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
enum Chosen {
    #[serde(rename = "c")]
    Category(u16),
    /// The person entered it without a category.
    #[serde(rename = "n")]
    None,
    /// Nobody chose: a statement brought it.
    #[serde(rename = "u")]
    Unsaid,
}

/// Recent uses count more.
fn weight(day: Day, today: Day) -> u32 {
    match today.since(day) {
        ..=90 => 8,
        91..=365 => 4,
        366..=1_095 => 2,
        _ => 1,
    }
}

fn add(votes: &mut Vec<Vote>, category: u16, weight: u32) {
    match votes.iter_mut().find(|vote| vote.0 == category) {
        Some(vote) => *vote = (category, vote.1 + 1, vote.2 + weight),
        None => votes.push((category, 1, weight)),
    }
}

fn weight_of(votes: &[Vote]) -> u64 {
    votes.iter().map(|vote| u64::from(vote.2)).sum()
}

/// Under which a text is known again: its words, or the text itself when it has none.
fn key(text: &str, words: &[String]) -> String {
    if words.is_empty() { text.trim().to_lowercase() } else { words.join(" ") }
}

/// Words that can say something, each once.
fn telling(words: &[String]) -> impl Iterator<Item = &String> {
    let mut seen = BTreeSet::new();
    let tells = |word: &&String| {
        word.chars().nth(1).is_some() && !word.chars().all(char::is_numeric) && !FILLERS.contains(&word.as_str())
    };
    words.iter().filter(tells).filter(move |word| seen.insert(word.as_str())).take(MOST_READ)
}

impl Habits {
    /// Counts these expenses. Only categories that may be chosen are suggested. `fold` makes a text's words
    /// comparable, as [`Model::new`] is to do in the same way.
    pub fn count(expenses: &[Expense], categories: &[Category], today: Day, fold: impl Fn(&str) -> Vec<String>) -> Self {
        let open: Vec<CategoryId> = categories.iter().filter(|c| !c.archived).map(|c| c.id).collect();
        let place = |id: CategoryId| open.iter().position(|c| *c == id).and_then(|at| u16::try_from(at).ok());
        let mut by_entry: Vec<&Expense> = expenses.iter().collect();
        by_entry.sort_by_key(|e| (e.created_at, e.id));
        let mut words: BTreeMap<String, Vec<Vote>> = BTreeMap::new();
        let mut lines: BTreeMap<String, Line> = BTreeMap::new();
        for expense in by_entry {
            let weight = weight(expense.date, today);
            let category = expense.category_id.and_then(place);
            let text = expense.what.as_str();
            let mut of_what = fold(text);
            let (what, minor) = (expense.what.clone(), expense.amount.minor);
            let new = Line { what: what.clone(), minor, weight: 0, chosen: Chosen::Unsaid, votes: Vec::new() };
            let line = lines.entry(key(text, &of_what)).or_insert(new);
            (line.what, line.minor, line.weight) = (what, minor, line.weight + weight);
            match category {
                Some(category) => {
                    line.chosen = Chosen::Category(category);
                    add(&mut line.votes, category, weight);
                }
                None if expense.category_id.is_none() && expense.import_id.is_none() => line.chosen = Chosen::None,
                None => {}
            }
            if let Some(category) = category {
                of_what.extend(expense.note.iter().flat_map(|note| fold(note.as_str())));
                for word in telling(&of_what) {
                    add(words.entry(word.clone()).or_default(), category, weight);
                }
            }
        }
        let (mut words, mut lines): (Vec<_>, Vec<_>) = (words.into_iter().collect(), lines.into_values().collect());
        words.sort_by_key(|(_, votes)| std::cmp::Reverse(weight_of(votes)));
        words.truncate(MOST_WORDS);
        lines.sort_by_key(|line| std::cmp::Reverse(line.weight));
        lines.truncate(MOST_LINES);
        Self { categories: open, words, lines }
    }
}

/// [`Habits`] made ready to be asked.
#[derive(Debug, Default)]
pub struct Model {
    categories: Vec<CategoryId>,
    words: BTreeMap<String, Vec<Vote>>,
    lines: Vec<Line>,
    /// The words of each line, and where the line of a key is.
    folded: Vec<Vec<String>>,
    places: BTreeMap<String, usize>,
}

/// A category, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suggestion {
    pub category: CategoryId,
    pub why: Why,
}

/// What speaks for a category: of so many uses, so many were in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Why {
    /// The very same text; the last of its uses was in the category.
    Text {
        text: String,
        n: u32,
        of: u32,
    },
    Word {
        word: String,
        n: u32,
        of: u32,
    },
}

impl Why {
    /// `14 of 15 “lunch” were Eating out`; `name` is the category's.
    pub fn sentence(&self, name: &str) -> String {
        match self {
            Self::Text { text, n: 1, of: 1 } => format!("“{text}” was {name} the last time"),
            Self::Text { text, n, of } if n < of => format!("the last “{text}” was {name}"),
            Self::Word { word, n: 1, of: 1 } => format!("the one “{word}” before was {name}"),
            Self::Text { text: used, n, of } | Self::Word { word: used, n, of } if n == of => {
                format!("all {n} “{used}” were {name}")
            }
            Self::Word { word, n, of } if 2 * n < *of => format!("lately most “{word}” were {name}"),
            Self::Text { text: used, n, of } | Self::Word { word: used, n, of } => {
                format!("{n} of {of} “{used}” were {name}")
            }
        }
    }
}

/// A text that was entered before, to be entered again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known {
    pub what: What,
    /// Minor units, the last time.
    pub minor: i64,
    pub category: Option<CategoryId>,
}

impl Model {
    /// `fold` is the folding that [`Habits::count`] was given, or one that does the same.
    pub fn new(habits: Habits, fold: impl Fn(&str) -> Vec<String>) -> Self {
        let Habits { categories, words, lines } = habits;
        let folded: Vec<Vec<String>> = lines.iter().map(|line| fold(line.what.as_str())).collect();
        let keys = lines.iter().zip(&folded).map(|(line, words)| key(line.what.as_str(), words));
        let places = keys.enumerate().map(|(at, key)| (key, at)).collect();
        Self { categories, words: words.into_iter().collect(), lines, folded, places }
    }

    fn category(&self, place: u16) -> Option<CategoryId> {
        self.categories.get(usize::from(place)).copied()
    }

    /// The category that the history suggests for a text and its note, whose words are folded.
    pub fn suggest(&self, what: &str, words: &[String], note: &[String]) -> Option<Suggestion> {
        let line = self.places.get(&key(what, words)).and_then(|at| self.lines.get(*at));
        match line.map(|line| line.chosen) {
            Some(Chosen::Category(place)) => {
                let line = line?;
                let n = line.votes.iter().find(|vote| vote.0 == place).map_or(0, |vote| vote.1);
                let of = line.votes.iter().map(|vote| vote.1).sum();
                let why = Why::Text { text: line.what.to_string(), n, of };
                return Some(Suggestion { category: self.category(place)?, why });
            }
            Some(Chosen::None) => return None,
            Some(Chosen::Unsaid) | None => {}
        }
        self.by_words(&[words, note].concat())
    }

    fn by_words(&self, words: &[String]) -> Option<Suggestion> {
        // In a thousand: what each word gives to each category. A word that is sure speaks louder.
        let mut voices: BTreeMap<u16, u64> = BTreeMap::new();
        let mut strongest: BTreeMap<u16, (u64, &str, &[Vote])> = BTreeMap::new();
        for word in telling(words) {
            let Some((word, votes)) = self.words.get_key_value(word) else { continue };
            let all = weight_of(votes) + DOUBT;
            let part = |vote: &Vote| u64::from(vote.2) * 1_000 / all;
            let loudness = votes.iter().map(part).max().unwrap_or(0);
            for vote in votes {
                let voice = part(vote) * loudness / 1_000;
                *voices.entry(vote.0).or_default() += voice;
                let best = strongest.entry(vote.0).or_insert((0, word, votes));
                if part(vote) > best.0 {
                    *best = (part(vote), word, votes);
                }
            }
        }
        let all: u64 = voices.values().sum();
        let (place, voice) = voices.into_iter().max_by_key(|(place, voice)| (*voice, std::cmp::Reverse(*place)))?;
        let (part, word, votes) = strongest.remove(&place)?;
        if part < SURE || voice * 1_000 < all * AHEAD {
            return None;
        }
        let n = votes.iter().find(|vote| vote.0 == place).map_or(0, |vote| vote.1);
        let why = Why::Word { word: word.to_owned(), n, of: votes.iter().map(|vote| vote.1).sum() };
        Some(Suggestion { category: self.category(place)?, why })
    }

    /// Texts that were entered before and have, for each of these folded words, a word that begins so; those used most
    /// first.
    pub fn begun(&self, words: &[String], most: usize) -> Vec<Known> {
        let fits = |folded: &[String]| words.iter().all(|word| folded.iter().any(|other| other.starts_with(word.as_str())));
        let lines = self.lines.iter().zip(&self.folded).filter(|(_, folded)| fits(folded));
        let known = |(line, _): (&Line, _)| Known {
            what: line.what.clone(),
            minor: line.minor,
            category: if let Chosen::Category(place) = line.chosen { self.category(place) } else { None },
        };
        if words.is_empty() { Vec::new() } else { lines.take(most).map(known).collect() }
    }
}

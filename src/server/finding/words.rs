//! The words of an account's texts in order, and which rows have them.

use super::index::first;
use hashbrown::HashTable;
use roaring::RoaringBitmap;
use std::{
    borrow::Cow,
    collections::HashMap,
    hash::{BuildHasher, RandomState},
    ops::Range,
};

/// Beginnings of words that so many rows have, counted by word, have a set of their own. (Tests have too few rows for more.)
const MANY: u64 = if cfg!(test) { 3 } else { 4_000 };
/// Marks a word that several rows have; the rest is the number of their set.
const SHARED: u32 = 1 << 31;

/// Words, each with its rows.
#[derive(Default)]
struct Table {
    /// All words, one after the other.
    text: String,
    /// Where each of them ends in `text`.
    ends: Vec<usize>,
    /// Of each word the row that has it, or [`SHARED`] and a number in `sets`.
    rows: Vec<u32>,
    sets: Vec<RoaringBitmap>,
}

impl Table {
    fn len(&self) -> u32 {
        u32::try_from(self.ends.len()).unwrap_or(u32::MAX)
    }
    fn word(&self, n: u32) -> &str {
        let n = n as usize;
        &self.text[n.checked_sub(1).map_or(0, |before| self.ends[before])..self.ends[n]]
    }
    fn push(&mut self, word: &str, rows: u32) {
        self.text.push_str(word);
        self.ends.push(self.text.len());
        self.rows.push(rows);
    }
    /// The rows of a word, if it is not only one.
    fn set(&self, n: u32) -> Option<&RoaringBitmap> {
        let rows = self.rows[n as usize];
        (rows & SHARED != 0).then(|| &self.sets[(rows ^ SHARED) as usize])
    }
    /// The rows of any of these words.
    fn all(&self, words: Range<u32>) -> RoaringBitmap {
        let mut all = RoaringBitmap::new();
        for n in words {
            match self.set(n) {
                Some(rows) => all |= rows,
                None => _ = all.insert(self.rows[n as usize]),
            }
        }
        all
    }
    /// The first word of `within` that is not `before`; those that are come first.
    fn first(&self, within: Range<u32>, before: impl Fn(&str) -> bool) -> u32 {
        first(within, |n| before(self.word(n)))
    }
}

/// Words while they are gathered, in whatever order.
#[derive(Default)]
pub struct Gathering {
    table: Table,
    known: HashTable<u32>,
    hasher: RandomState,
}

impl Gathering {
    /// `row` has `word`. Rows come one after the other, the smallest first.
    pub fn add(&mut self, word: &str, row: u32) {
        let Self { table, known, hasher } = self;
        let hash = hasher.hash_one(word);
        let Some(&n) = known.find(hash, |n| table.word(*n) == word) else {
            known.insert_unique(hash, table.len(), |n| hasher.hash_one(table.word(*n)));
            return table.push(word, row);
        };
        match table.rows[n as usize] {
            shared if shared & SHARED != 0 => _ = table.sets[(shared ^ SHARED) as usize].insert(row),
            one if one == row => {}
            one => {
                table.rows[n as usize] = SHARED | u32::try_from(table.sets.len()).unwrap_or(u32::MAX);
                table.sets.push(RoaringBitmap::from([one, row]));
            }
        }
    }

    pub fn done(self) -> Words {
        let Self { table, known, .. } = self;
        let mut order: Vec<u32> = known.into_iter().collect();
        order.sort_unstable_by_key(|n| table.word(*n));
        let mut sorted = Table { text: String::with_capacity(table.text.len()), ..Table::default() };
        for n in order {
            sorted.push(table.word(n), table.rows[n as usize]);
        }
        sorted.sets = table.sets;
        let mut before = vec![0];
        for n in 0..sorted.len() {
            before.push(before[n as usize] + sorted.set(n).map_or(1, RoaringBitmap::len));
        }
        let mut words = Words { table: sorted, wide: HashMap::new() };
        words.gather(0..words.table.len(), &before);
        words
    }
}

/// The words of an account.
pub struct Words {
    table: Table,
    /// The rows of beginnings that many have, by the words from the first to the last.
    wide: HashMap<Range<u32>, RoaringBitmap>,
}

impl Words {
    /// Rows that have a word that begins so.
    pub fn beginning(&self, beginning: &str) -> Cow<'_, RoaringBitmap> {
        let first = self.table.first(0..self.table.len(), |word| word < beginning);
        let end = self.table.first(first..self.table.len(), |word| word.starts_with(beginning));
        let kept = if end == first + 1 { self.table.set(first) } else { self.wide.get(&(first..end)) };
        kept.map_or_else(|| Cow::Owned(self.table.all(first..end)), Cow::Borrowed)
    }

    /// The rows of these words, which are all that begin in some way; those of each longer beginning are kept where they are many.
    /// `before`: how many rows the words before each word have.
    fn gather(&mut self, words: Range<u32>, before: &[u64]) -> RoaringBitmap {
        if words.len() < 2 || before[words.end as usize] - before[words.start as usize] <= MANY {
            return self.table.all(words);
        }
        // What the first and the last have in common, all have.
        let (first, last) = (self.table.word(words.start), self.table.word(words.end - 1));
        let common: usize = first.chars().zip(last.chars()).take_while(|(a, b)| a == b).map(|(c, _)| c.len_utf8()).sum();
        let (mut all, mut at) = (RoaringBitmap::new(), words.start);
        while at < words.end {
            let next = self.table.word(at)[common..].chars().next();
            let end = self.table.first(at..words.end, |word| word[common..].chars().next() == next);
            all |= self.gather(at..end, before);
            at = end;
        }
        self.wide.insert(words, all.clone());
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_found_by_how_their_words_begin() {
        let texts = ["lunch", "lunchbox 12", "lu lunch lunch", "日本語 日本", "123 124 125 126", "", "ship 1", "lunches"];
        let mut gathering = Gathering::default();
        for (row, text) in (0..).zip(texts) {
            text.split(' ').filter(|word| !word.is_empty()).for_each(|word| gathering.add(word, row));
        }
        let words = gathering.done();
        assert!(!words.wide.is_empty(), "some beginnings have a set of their own");
        for beginning in ["", "l", "lu", "lunch", "lunchb", "lunches", "日", "日本語", "1", "12", "126", "x", "shipp"] {
            let expected: RoaringBitmap = (0..)
                .zip(texts)
                .filter(|(_, text)| text.split(' ').any(|word| !word.is_empty() && word.starts_with(beginning)))
                .map(|(row, _)| row)
                .collect();
            assert_eq!(*words.beginning(beginning), expected, "{beginning:?}");
        }
    }
}

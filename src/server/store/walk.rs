//! Through everything a store holds, batch by batch, and what it comes to: one number that is equal for
//! equal contents, whatever the engine and its order.

use super::{Change, Record, Result, ScanCursor, Snapshot};
use crate::domain::{Entry, Seq, UserId};
use serde::Serialize;
use sha2::{Digest, Sha256};
use std::{collections::VecDeque, fmt};

/// How many journal entries are read at once.
const ENTRIES: u32 = 200;

/// Some of what a store holds.
#[derive(Clone, Default)]
pub struct Batch {
    pub records: Vec<Record>,
    /// Each with its changes.
    pub entries: Vec<(Entry, Vec<Change>)>,
}

/// Walks through a snapshot: all records, then each account's journal by number.
pub struct Walk<'s> {
    snapshot: &'s mut dyn Snapshot,
    /// Where the scan of records goes on; `None` when it is done.
    scan: Option<Option<ScanCursor>>,
    /// Journals to come, and the number after which the first of them goes on.
    journals: VecDeque<(UserId, Seq)>,
}

impl<'s> Walk<'s> {
    pub fn new(snapshot: &'s mut dyn Snapshot) -> Self {
        Self { snapshot, scan: Some(None), journals: VecDeque::new() }
    }

    /// What comes next, never empty; `None` at the end.
    pub async fn next(&mut self) -> Result<Option<Batch>> {
        while let Some(after) = self.scan.take() {
            let (records, next) = self.snapshot.scan(after).await?;
            self.scan = next.map(Some);
            let owners = records.iter().filter_map(|r| if let Record::Account(a) = r { Some((a.owner, 0)) } else { None });
            self.journals.extend(owners);
            if !records.is_empty() {
                return Ok(Some(Batch { records, entries: Vec::new() }));
            }
        }
        while let Some((owner, after)) = self.journals.front_mut() {
            let entries = self.snapshot.journal_scan(*owner, *after, ENTRIES).await?;
            match entries.last() {
                Some((last, _)) => {
                    *after = last.seq;
                    return Ok(Some(Batch { records: Vec::new(), entries }));
                }
                None => drop(self.journals.pop_front()),
            }
        }
        Ok(None)
    }
}

/// A record as one line of JSON, without the line's end.
pub fn record_line(record: &Record) -> Result<Vec<u8>> {
    Ok(serde_json::to_vec(record)?)
}

/// A journal entry and its changes as one line of JSON, without the line's end.
pub fn entry_line(entry: &Entry, changes: &[Change]) -> Result<Vec<u8>> {
    #[derive(Serialize)]
    struct Line<'a> {
        entry: &'a Entry,
        changes: &'a [Change],
    }
    Ok(serde_json::to_vec(&Line { entry, changes })?)
}

/// What a store holds, as one number: the sum of the SHA-256 of every line, modulo 2²⁵⁶. Any loss or
/// change by accident changes it; it is no proof against somebody who wants two stores to look alike.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Content([u64; 4]);

impl Content {
    pub fn add(&mut self, line: &[u8]) {
        let mut carry = false;
        for (sum, bytes) in self.0.iter_mut().zip(Sha256::digest(line).chunks_exact(8)) {
            let part = bytes.iter().rev().fold(0, |n, byte| n << 8 | u64::from(*byte));
            let (next, first) = sum.overflowing_add(part);
            let (next, second) = next.overflowing_add(u64::from(carry));
            (*sum, carry) = (next, first || second);
        }
    }
    /// What it would be without these lines, which are in it.
    pub fn without(self, lines: Self) -> Self {
        let (mut rest, mut borrow) = (self, false);
        for (sum, part) in rest.0.iter_mut().zip(lines.0) {
            let (next, first) = sum.overflowing_sub(part);
            let (next, second) = next.overflowing_sub(u64::from(borrow));
            (*sum, borrow) = (next, first || second);
        }
        rest
    }
}

/// 64 hexadecimal digits.
impl fmt::Display for Content {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().rev().try_for_each(|part| write!(f, "{part:016x}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn content_is_equal_in_any_order_and_differs_otherwise() {
        let of = |lines: &[&[u8]]| {
            let mut content = Content::default();
            lines.iter().for_each(|line| content.add(line));
            content
        };
        let lines: Vec<Vec<u8>> = (0..200_u8).map(|n| vec![n; 3]).collect();
        let mut lines: Vec<&[u8]> = lines.iter().map(Vec::as_slice).collect();
        let content = of(&lines);
        lines.reverse();
        assert_eq!(of(&lines), content, "the carries are kept whatever the order");
        assert_ne!(of(&lines[1..]), content, "one lost");
        lines.push(lines[0]);
        assert_ne!(of(&lines), content, "one twice");
        assert_ne!(of(&[b"a", b"a"]), of(&[b"b", b"b"]));
        assert_eq!(of(&[b"abc", b"a", b"b"]).without(of(&[b"b", b"a"])), of(&[b"abc"]), "and borrows");
        let one = of(&[b"abc"]).to_string();
        assert_eq!(one, "ad1500f261ff10b49c7a1796a36103b02322ae5dde404141eacf018fbf1678ba", "SHA-256 of abc, bytes from the end");
    }
}

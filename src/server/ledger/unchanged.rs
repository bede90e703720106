//! Whether what an entry changed is still as it left it, so that the entry can be undone.
//!
//! A version only rises, also by an undo: so a thing may be just as an entry left it under another version. Then what happened since
//! is looked through: if all of it was undone, nothing stands in the way.

use super::book::Book;
use crate::{
    domain::{Account, Problem, Recurring, Seq},
    server::store::{Change, Key, Record},
};
use std::collections::BTreeSet;

/// How many later entries are looked through at most. With more, what has another version counts as changed.
pub(super) const LOOKED_THROUGH: u64 = 500;

/// A thing now, beside how an entry left it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Left {
    /// Nothing came in between.
    Untouched,
    /// It looks the same, but something came in between.
    Alike,
    Changed,
}

/// True when each of the things that `changes` left (with how they are now) is as it was left, and no later entry that stands
/// has changed it.
pub(super) async fn unchanged(book: &mut Book<'_>, seq: Seq, things: &[(&Change, Option<&Record>)]) -> Result<bool, Problem> {
    let mut alike = BTreeSet::new();
    for (change, now) in things {
        match left(change.after.as_ref(), *now) {
            Left::Untouched => {}
            Left::Alike => alike.extend(change.after.as_ref().map(Record::key)),
            Left::Changed => return Ok(false),
        }
    }
    Ok(alike.is_empty() || all_undone_since(book, seq, &alike).await?)
}

fn left(after: Option<&Record>, now: Option<&Record>) -> Left {
    match (after, now) {
        (None, None) => Left::Untouched,
        // An upload's bytes are gone, and its numbers are of its commit.
        (Some(Record::Import(a)), Some(Record::Import(b))) if a.state == b.state => Left::Untouched,
        (Some(a), Some(b)) if version(a).is_some() && version(a) == version(b) => Left::Untouched,
        (Some(a), Some(b)) if a == b => Left::Untouched,
        (Some(a), Some(b)) if is_alike(a, b) => Left::Alike,
        _ => Left::Changed,
    }
}

/// True for two states of one thing that differ in nothing that anybody has set.
fn is_alike(a: &Record, b: &Record) -> bool {
    let Some(version) = version(b) else { return a == b };
    match (with_version(a.clone(), version), b) {
        // How far it has gone through its days does not count.
        (Record::Recurring(a), Record::Recurring(b)) => Recurring { done: b.done, settled: b.settled.clone(), ..a } == *b,
        (a, b) => a == *b,
    }
}

/// True when no entry after `seq` that still stands has changed one of these. Whoever else's entries do (a category that is
/// deleted) is not seen here: they are undone by who made them.
async fn all_undone_since(book: &mut Book<'_>, seq: Seq, keys: &BTreeSet<Key>) -> Result<bool, Problem> {
    let account: Account = book.must(Key::Account(book.owner)).await?;
    let last = account.last_seq;
    if last.saturating_sub(seq) > LOOKED_THROUGH {
        return Ok(false);
    }
    for later in seq + 1..=last {
        // A large command that is being planned has changes under the next number, but no entry.
        let Some((entry, changes)) = book.tx.entry(book.owner, later).await? else { continue };
        // What was undone is gone, and so is the undo of something after `seq`: together they left nothing.
        if entry.undone_by.is_some() || entry.undoes.is_some_and(|undone| undone > seq) {
            continue;
        }
        if changes.iter().any(|change| has_changed(change, keys)) {
            return Ok(false);
        }
    }
    Ok(true)
}

fn has_changed(change: &Change, keys: &BTreeSet<Key>) -> bool {
    match (&change.before, &change.after) {
        (Some(before), Some(after)) => keys.contains(&after.key()) && !is_alike(before, after),
        (before, after) => before.iter().chain(after).any(|record| keys.contains(&record.key())),
    }
}

/// The version of what has one.
pub(super) fn version(record: &Record) -> Option<u32> {
    match record {
        Record::Expense(e) => Some(e.version),
        Record::Funds(f) => Some(f.version),
        Record::Budget(b) => Some(b.version),
        Record::Filter(f) => Some(f.version),
        Record::Recurring(r) => Some(r.version),
        Record::Category(c) => Some(c.version),
        Record::User(u) => Some(u.version),
        _ => None,
    }
}

fn with_version(mut record: Record, version: u32) -> Record {
    match &mut record {
        Record::Expense(e) => e.version = version,
        Record::Funds(f) => f.version = version,
        Record::Budget(b) => b.version = version,
        Record::Filter(f) => f.version = version,
        Record::Recurring(r) => r.version = version,
        Record::Category(c) => c.version = version,
        Record::User(u) => u.version = version,
        _ => {}
    }
    record
}

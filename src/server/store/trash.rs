//! The trash: what was deleted and is not there again, one record for each, for every engine alike. It follows from the
//! journal, so nobody journals it and no copy of a store carries it.

use super::{Change, Key, Record};
use crate::domain::{Entry, Trashed, import::EntryKind, trash::Thing};
use std::collections::{BTreeMap, BTreeSet, HashSet};

impl From<Thing> for Record {
    fn from(thing: Thing) -> Self {
        match thing {
            Thing::Expense(expense) => Self::Expense(expense),
            Thing::Funds(funds) => Self::Funds(funds),
        }
    }
}

/// The record as what can be deleted and put back, if it is that.
pub fn thing(record: Record) -> Option<Thing> {
    match record {
        Record::Expense(expense) => Some(Thing::Expense(expense)),
        Record::Funds(funds) => Some(Thing::Funds(funds)),
        _ => None,
    }
}

/// Under which key it would be in the trash. `None` for what cannot be there: a row that has just come with a statement
/// has a new id.
fn key_of(record: &Record) -> Option<Key> {
    let (owner, kind, id, import, version) = match record {
        Record::Expense(e) => (e.owner, EntryKind::Expense, e.id.0, e.import_id, e.version),
        Record::Funds(f) => (f.owner, EntryKind::Funds, f.id.0, f.import_id, f.version),
        _ => return None,
    };
    (import.is_none() || version > 1).then_some(Key::Trashed(owner, kind, id))
}

/// What the trash gains and what it loses by changes of this entry.
pub fn moved(changes: &[Change], by: &Entry) -> (Vec<Record>, Vec<Key>) {
    let (mut gained, mut lost) = (Vec::new(), Vec::new());
    for change in changes {
        match (&change.before, &change.after) {
            (Some(before), None) => gained.extend(thing(before.clone()).map(|thing| trashed(thing, by))),
            (None, Some(after)) => lost.extend(key_of(after)),
            _ => {}
        }
    }
    (gained, lost)
}

fn trashed(thing: Thing, by: &Entry) -> Record {
    Record::Trashed(Trashed { thing, seq: by.seq, at: by.at, via: by.via, command: by.command.clone() })
}

/// The trash of a store that is being filled: entries come without it.
#[derive(Default)]
pub struct Filling {
    /// What is in it so far.
    there: HashSet<Key>,
}

impl Filling {
    /// What it gains and loses by these entries, which follow all that came before.
    pub fn moved(&mut self, entries: &[(Entry, Vec<Change>)]) -> (Vec<Record>, Vec<Key>) {
        let (mut gained, mut lost) = (BTreeMap::new(), BTreeSet::new());
        for (entry, changes) in entries {
            let (more, less) = moved(changes, entry);
            for key in less {
                gained.remove(&key);
                if self.there.contains(&key) {
                    lost.insert(key);
                }
            }
            gained.extend(more.into_iter().map(|record| (record.key(), record)));
        }
        lost.retain(|key| !gained.contains_key(key));
        self.there.retain(|key| !lost.contains(key));
        self.there.extend(gained.keys().cloned());
        (gained.into_values().collect(), lost.into_iter().collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        domain::{Expense, ImportId},
        server::store::conformance::{added, entry, expense},
    };

    fn deleted(row: &Expense) -> Change {
        Change { before: Some(Record::Expense(row.clone())), after: None }
    }
    fn back(row: &Expense) -> Change {
        added(Record::Expense(Expense { version: row.version + 1, ..row.clone() }))
    }
    fn key(row: &Expense) -> Key {
        Key::Trashed(row.owner, EntryKind::Expense, row.id.0)
    }

    #[test]
    fn what_is_deleted_comes_and_what_is_there_again_goes() {
        let owner = crate::domain::UserId::new();
        let by = entry(owner, "bulk_expenses").numbered(7);
        let (one, other) = (expense(owner, "2026-11-02", 1, "Tea"), expense(owner, "2026-11-02", 2, "Cake"));
        let edited = Change { before: Some(Record::Expense(one.clone())), after: Some(Record::Expense(other.clone())) };
        let (gained, lost) = moved(&[deleted(&one), back(&other), edited], &by);
        assert!(lost == [key(&other)] && gained.len() == 1);
        let Some(Record::Trashed(trashed)) = gained.first() else { panic!("not the trash's") };
        assert_eq!((trashed.seq, trashed.at, trashed.command.as_str()), (7, by.at, "bulk_expenses"));
        assert!(trashed.thing == Thing::Expense(one));
        let new = Expense { import_id: Some(ImportId::new()), ..other };
        assert!(moved(&[added(Record::Expense(new))], &by).1.is_empty(), "new with its statement");
    }

    #[test]
    fn a_store_is_filled_with_what_is_deleted_at_the_end() {
        let owner = crate::domain::UserId::new();
        let step = |seq, changes: Vec<Change>| (entry(owner, "undo").numbered(seq), changes);
        let (one, other) = (expense(owner, "2026-11-02", 1, "Tea"), expense(owner, "2026-11-02", 2, "Cake"));
        let mut filling = Filling::default();
        let (gained, lost) = filling.moved(&[step(1, vec![deleted(&one), deleted(&other)]), step(2, vec![back(&one)])]);
        assert!(gained.iter().map(Record::key).collect::<Vec<_>>() == [key(&other)] && lost.is_empty());
        let (gained, lost) = filling.moved(&[step(3, vec![back(&other), back(&one)])]);
        assert!(gained.is_empty() && lost == [key(&other)], "of the other it has nothing");
        let (gained, lost) =
            filling.moved(&[step(4, vec![deleted(&one)]), step(5, vec![back(&one)]), step(6, vec![deleted(&one)])]);
        assert!(lost.is_empty() && matches!(&gained[..], [Record::Trashed(it)] if it.seq == 6));
    }
}

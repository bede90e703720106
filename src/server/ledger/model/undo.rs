//! Whether an entry can be undone, by looking at all that came after it.

use super::{World, raise, version};
use crate::{
    domain::{Recurring, Seq, UserId},
    server::{
        ledger::unchanged::LOOKED_THROUGH,
        store::{Key, Record},
    },
};
use std::collections::BTreeSet;

/// True when nothing that a person has set differs.
fn alike(a: &Record, b: &Record) -> bool {
    let bare = |record: &Record| {
        let mut record = record.clone();
        raise(&mut record, 1);
        match record {
            Record::Recurring(r) => Record::Recurring(Recurring { done: r.schedule.parts().from, settled: BTreeSet::new(), ..r }),
            other => other,
        }
    };
    bare(a) == bare(b)
}

impl World {
    /// True when each thing of an entry is as the entry left it: under the same version, or because all that was done to it since
    /// was undone.
    pub fn is_as_left(&self, owner: UserId, seq: Seq) -> bool {
        let mut in_question = BTreeSet::new();
        for (before, after) in &self.journals[&owner][seq as usize - 1].changes {
            let key = before.as_ref().or(after.as_ref()).expect("a change has a side").key();
            match (after, self.rows.get(&key)) {
                (None, None) => {}
                (Some(Record::Import(a)), Some(Record::Import(b))) if a.state == b.state => {}
                (Some(a), Some(b)) if a == b || version(a).is_some() && version(a) == version(b) => {}
                (Some(a), Some(b)) if version(a).is_some() && alike(a, b) => drop(in_question.insert(key)),
                _ => return false,
            }
        }
        in_question.is_empty() || self.standing_since(owner, seq).is_some_and(|stands| stands.is_disjoint(&in_question))
    }

    /// What the entries after one have changed that still stand; `None` where there are too many to look at.
    fn standing_since(&self, owner: UserId, seq: Seq) -> Option<BTreeSet<Key>> {
        let (lines, undone_by) = (&self.journals[&owner], self.undone_by(owner));
        let mut touched = BTreeSet::new();
        for (n, line) in lines.iter().enumerate().skip(seq as usize) {
            let cancels = line.undoes.is_some_and(|undone| undone > seq);
            if undone_by[n].is_some() || cancels {
                continue;
            }
            for (before, after) in &line.changes {
                let same = before.as_ref().zip(after.as_ref()).is_some_and(|(before, after)| alike(before, after));
                touched.extend(before.iter().chain(after).map(Record::key).filter(|_| !same));
            }
        }
        (lines.len() as u64 - seq <= LOOKED_THROUGH).then_some(touched)
    }

    /// The version that an expense or funds had when they were deleted last.
    pub fn version_of_gone(&self, key: &Key) -> Option<u32> {
        let (Key::Expense(owner, _) | Key::Funds(owner, _)) = key else { return None };
        let changes = self.deleted_with(*owner, key)?;
        let gone = changes.iter().filter_map(|(before, after)| before.as_ref().filter(|_| after.is_none()));
        gone.filter(|before| before.key() == *key).filter_map(version).next()
    }
}

//! What was deleted, by looking for it in the journals.

use super::{World, raise, version};
use crate::{
    domain::{Code, UserId, import::ImportState},
    server::store::{Key, Record},
};

impl World {
    /// The changes of the entry that was the last to delete what is not there, by the key of that.
    pub(super) fn deleted_with(&self, owner: UserId, key: &Key) -> Option<&[(Option<Record>, Option<Record>)]> {
        let lines = self.journals.get(&owner)?;
        let deletes = |(before, after): &(Option<Record>, Option<Record>)| {
            after.is_none() && before.as_ref().is_some_and(|before| before.key() == *key)
        };
        lines.iter().rev().map(|line| &line.changes[..]).find(|changes| changes.iter().any(deletes))
    }

    /// What of somebody's was deleted and is not there: keys, and after how many entries.
    pub fn trash(&self, owner: UserId) -> Vec<(Key, u64)> {
        let mut found = std::collections::BTreeMap::new();
        for (n, line) in self.journals.get(&owner).into_iter().flatten().enumerate() {
            for record in line.changes.iter().filter(|(_, after)| after.is_none()).filter_map(|(before, _)| before.as_ref()) {
                let key = record.key();
                if matches!(key, Key::Expense(..) | Key::Funds(..)) && !self.rows.contains_key(&key) {
                    found.insert(key, n as u64 + 1);
                }
            }
        }
        found.into_iter().collect()
    }

    pub fn restore(&mut self, owner: UserId, key: &Key) -> Result<(), Code> {
        if self.rows.contains_key(key) {
            return Err(Code::NotDeleted);
        }
        let changes = self.deleted_with(owner, key).ok_or(Code::NotFound)?.to_vec();
        let gone = |change: &&(Option<Record>, Option<Record>)| change.0.as_ref().is_some_and(|before| before.key() == *key);
        let mut back = changes.iter().find(gone).and_then(|(before, _)| before.clone()).expect("it was deleted");
        let (import, row) = match &mut back {
            Record::Expense(e) => {
                e.category_id = e.category_id.filter(|id| self.categories().any(|c| c.id == *id));
                (e.import_id, e.id.0)
            }
            Record::Funds(f) => (f.import_id, f.id.0),
            _ => panic!("not the trash's"),
        };
        let next = version(&back).map_or(1, |v| v + 1);
        raise(&mut back, next);
        self.rows.insert(back.key(), back);
        if self.imports().any(|i| Some(i.id) == import && i.state == ImportState::Reverted) {
            for known in changes.iter().filter_map(|(before, _)| before.clone()) {
                if matches!(&known, Record::Fingerprint(f) if f.row == row) {
                    self.rows.entry(known.key()).or_insert(known);
                }
            }
        }
        Ok(())
    }
}

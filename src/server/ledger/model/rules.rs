//! What each command does to the rows.

use super::{Line, World, raise, seen, version};
use crate::{
    domain::{
        Category, CategoryId, Code, Command, Expense, ExpenseId, FilterId, Funds, FundsId, ImportId, Instant, Recurring,
        SavedFilter, Seq, UserId,
        command::{BulkChange, Posting, Selection},
        import::{EntryKind, ImportState},
        journal::Via,
        saved::MOST,
        text::{Name, Note},
    },
    server::store::{Fingerprint, Key, Record},
};
use std::collections::BTreeSet;
use uuid::Uuid;

impl World {
    fn expense(&self, owner: UserId, id: ExpenseId) -> Result<Expense, Code> {
        self.expenses().find(|e| e.owner == owner && e.id == id).cloned().ok_or(Code::NotFound)
    }
    fn fund(&self, owner: UserId, id: FundsId) -> Result<Funds, Code> {
        self.funds().find(|f| f.owner == owner && f.id == id).cloned().ok_or(Code::NotFound)
    }
    pub fn choosable(&self, id: Option<CategoryId>) -> Result<(), Code> {
        let fine = id.is_none_or(|id| self.categories().any(|c| c.id == id && !c.archived));
        if fine { Ok(()) } else { Err(Code::Invalid) }
    }

    pub fn money(&mut self, owner: UserId, command: &Command) -> Result<(), Code> {
        let (import_id, via, version, created_at) = (None, Via::Cli, 1, Instant(0));
        match command.clone() {
            Command::RecordExpense { id, draft, .. } => {
                if self.expense(owner, id).is_ok() {
                    return Err(Code::AlreadyDone);
                }
                self.choosable(draft.category_id)?;
                let (date, amount, what, note, category_id) =
                    (draft.date, draft.amount, draft.what, draft.note, draft.category_id);
                let e = Expense { id, owner, date, amount, what, note, category_id, import_id, via, version, created_at };
                self.replace(Record::Expense(e));
            }
            Command::EditExpense { id, edit, version, .. } => {
                let old = self.expense(owner, id)?;
                seen(version, old.version)?;
                if edit.category_id.is_some_and(|c| c != old.category_id) {
                    self.choosable(edit.category_id.flatten())?;
                }
                self.replace(Record::Expense(edit.apply(&old)));
            }
            Command::DeleteExpense { id, version } => {
                seen(version, self.expense(owner, id)?.version)?;
                self.rows.remove(&Key::Expense(owner, id));
            }
            Command::BulkExpenses { select, change } => self.bulk(owner, &select, &change)?,
            Command::AddFunds { id, draft } => {
                if self.fund(owner, id).is_ok() {
                    return Err(Code::AlreadyDone);
                }
                let (date, amount, note) = (draft.date, draft.amount, draft.note);
                self.replace(Record::Funds(Funds { id, owner, date, amount, note, import_id, version, created_at }));
            }
            Command::EditFunds { id, edit, version, .. } => {
                let old = self.fund(owner, id)?;
                seen(version, old.version)?;
                self.replace(Record::Funds(edit.apply(&old)));
            }
            Command::DeleteFunds { id, version, .. } => {
                seen(version, self.fund(owner, id)?.version)?;
                self.rows.remove(&Key::Funds(owner, id));
            }
            other => panic!("the model does not know {other:?}"),
        }
        Ok(())
    }

    fn bulk(&mut self, owner: UserId, select: &Selection, change: &BulkChange) -> Result<(), Code> {
        if let BulkChange::Set { category_id, .. } = change {
            self.choosable(category_id.flatten())?;
        }
        let chosen: Vec<Expense> = match select {
            Selection::Ids(ids) if ids.is_empty() => return Err(Code::Invalid),
            Selection::Ids(ids) => ids.iter().map(|id| self.expense(owner, *id)).collect::<Result<_, _>>()?,
            Selection::Filter { filter, expected_count } => {
                let within = |e: &&Expense| {
                    filter.from.is_none_or(|d| e.date >= d)
                        && filter.to.is_none_or(|d| e.date <= d)
                        && filter.min.is_none_or(|m| e.amount.minor >= m)
                };
                let found: Vec<_> = self.expenses().filter(|e| e.owner == owner).filter(within).cloned().collect();
                if found.len() as u64 != *expected_count {
                    return Err(Code::CountMismatch);
                }
                found
            }
        };
        for mut e in chosen {
            match change {
                BulkChange::Delete => {
                    self.rows.remove(&Key::Expense(owner, e.id));
                }
                BulkChange::Set { category_id, date } => {
                    e.category_id = category_id.unwrap_or(e.category_id);
                    e.date = date.unwrap_or(e.date);
                    self.replace(Record::Expense(e));
                }
            }
        }
        Ok(())
    }

    pub fn category(&mut self, who: UserId, command: &Command) -> Result<(), Code> {
        if !self.user(who).is_admin() {
            return Err(Code::Forbidden);
        }
        let taken = |world: &Self, id: CategoryId, name: &str| {
            world.categories().any(|c| c.id != id && c.name.as_str().to_lowercase() == name.to_lowercase())
        };
        let find = |world: &Self, id| world.categories().find(|c| c.id == id).cloned();
        match command.clone() {
            Command::AddCategory { id, name, color } => {
                if taken(self, id, name.as_str()) {
                    return Err(Code::DuplicateName);
                }
                let color = color.expect("the machine always chooses a colour");
                self.replace(Record::Category(Category { id, name, color, archived: false, position: 0, version: 1 }));
            }
            Command::EditCategory { id, name, color, archived, version } => {
                let mut c = find(self, id).ok_or(Code::NotFound)?;
                seen(version, c.version)?;
                c.name = name.unwrap_or(c.name);
                c.color = color.unwrap_or(c.color);
                c.archived = archived.unwrap_or(c.archived);
                if taken(self, id, c.name.as_str()) {
                    return Err(Code::DuplicateName);
                }
                self.replace(Record::Category(c));
            }
            Command::DeleteCategory { id, move_to, version } => {
                seen(version, find(self, id).ok_or(Code::NotFound)?.version)?;
                if move_to.is_some_and(|to| to == id || find(self, to).is_none()) {
                    return Err(Code::Invalid);
                }
                let users: Vec<Expense> = self.expenses().filter(|e| e.category_id == Some(id)).cloned().collect();
                let entries: Vec<Recurring> = self.recurring().filter(|r| r.category_id == Some(id)).cloned().collect();
                if !(users.is_empty() && entries.is_empty()) && move_to.is_none() {
                    return Err(Code::CategoryInUse);
                }
                for e in users {
                    self.replace(Record::Expense(Expense { category_id: move_to, ..e }));
                }
                for r in entries {
                    self.replace(Record::Recurring(Recurring { category_id: move_to, ..r }));
                }
                self.rows.retain(|_, r| !matches!(r, Record::Budget(b) if b.category_id == Some(id)));
                self.rows.remove(&Key::Category(id));
            }
            other => panic!("the model does not know {other:?}"),
        }
        Ok(())
    }

    /// Whether somebody's filter may have this name.
    fn filter_fits(&self, owner: UserId, id: FilterId, name: &Name) -> Result<(), Code> {
        let others: Vec<_> = self.filters().filter(|f| f.owner == owner && f.id != id).collect();
        if others.iter().any(|f| f.name.as_str().to_lowercase() == name.as_str().to_lowercase()) {
            return Err(Code::DuplicateName);
        }
        if others.len() < MOST { Ok(()) } else { Err(Code::Invalid) }
    }

    pub fn filter(&mut self, owner: UserId, command: &Command) -> Result<(), Code> {
        let find = |world: &Self, id| world.filters().find(|f| f.owner == owner && f.id == id).cloned();
        match command.clone() {
            Command::SaveFilter { id, name, query } => {
                if find(self, id).is_some() {
                    return Err(Code::AlreadyDone);
                }
                self.filter_fits(owner, id, &name)?;
                self.replace(Record::Filter(SavedFilter { id, owner, name, query, version: 1 }));
            }
            Command::EditFilter { id, name, query, version } => {
                let old = find(self, id).ok_or(Code::NotFound)?;
                seen(version, old.version)?;
                if let Some(name) = &name {
                    self.filter_fits(owner, id, name)?;
                }
                let (name, query) = (name.unwrap_or(old.name.clone()), query.unwrap_or(old.query.clone()));
                self.replace(Record::Filter(SavedFilter { name, query, ..old }));
            }
            Command::DeleteFilter { id, version } => {
                seen(version, find(self, id).ok_or(Code::NotFound)?.version)?;
                self.rows.remove(&Key::Filter(owner, id));
            }
            other => panic!("the model does not know {other:?}"),
        }
        Ok(())
    }

    pub fn commit(&mut self, owner: UserId, id: ImportId, digest: &str, postings: &[Posting], ids: &[Uuid]) -> Result<(), Code> {
        let mut import = self.imports().find(|i| i.owner == owner && i.id == id).cloned().ok_or(Code::NotFound)?;
        if import.state != ImportState::Preview {
            return Err(Code::AlreadyDone);
        }
        if import.digest != digest {
            return Err(Code::VersionConflict);
        }
        for (n, p) in postings.iter().enumerate() {
            let row = ids[n];
            if p.category_id.is_some_and(|c| !self.categories().any(|x| x.id == c)) {
                return Err(Code::VersionConflict);
            }
            let key = Key::Fingerprint(owner, p.fingerprint.clone());
            if let Some(Record::Fingerprint(known)) = self.rows.get(&key)
                && !p.chosen
                && (self.rows.contains_key(&Key::Expense(owner, ExpenseId(known.row)))
                    || self.rows.contains_key(&Key::Funds(owner, FundsId(known.row))))
            {
                return Err(Code::VersionConflict);
            }
            let (kind, fingerprint) = (p.kind, p.fingerprint.clone());
            self.rows.insert(key, Record::Fingerprint(Fingerprint { owner, fingerprint, kind, row, import: id }));
            let (date, amount, what, note, category_id) = (p.date, p.amount, p.what.clone(), p.note.clone(), p.category_id);
            let (import_id, via, version, created_at) = (Some(id), Via::Cli, 1, Instant(0));
            self.replace(match kind {
                EntryKind::Expense => {
                    let id = ExpenseId(row);
                    Record::Expense(Expense {
                        id,
                        owner,
                        date,
                        amount,
                        what,
                        note,
                        category_id,
                        import_id,
                        via,
                        version,
                        created_at,
                    })
                }
                EntryKind::Funds => {
                    let (id, note) = (FundsId(row), Note::parse(what.as_str()).ok());
                    Record::Funds(Funds { id, owner, date, amount, note, import_id, version, created_at })
                }
            });
        }
        import.state = ImportState::Committed;
        import.content.clear();
        import.added = postings.len() as u64;
        import.seq = Some(self.journals.get(&owner).map_or(0, Vec::len) as Seq + 1);
        self.rows.insert(Key::Import(owner, id), Record::Import(import));
        Ok(())
    }

    pub fn revert(&mut self, owner: UserId, id: ImportId) -> Result<Option<Seq>, Code> {
        let mut import = self.imports().find(|i| i.owner == owner && i.id == id).cloned().ok_or(Code::NotFound)?;
        if import.state != ImportState::Committed {
            return Err(Code::AlreadyDone);
        }
        self.rows.retain(|_, r| match r {
            Record::Expense(e) => e.import_id != Some(id),
            Record::Funds(f) => f.import_id != Some(id),
            Record::Fingerprint(f) => f.import != id,
            _ => true,
        });
        import.state = ImportState::Reverted;
        let seq = import.seq;
        let line = &self.journals[&owner][seq.expect("a commit's number") as usize - 1];
        for earlier in line.changes.iter().filter_map(|(before, _)| before.clone()) {
            if let Record::Fingerprint(f) = &earlier
                && self.imports().any(|i| i.id == f.import && i.state == ImportState::Committed)
            {
                self.rows.insert(earlier.key(), earlier);
            }
        }
        self.rows.insert(Key::Import(owner, id), Record::Import(import));
        Ok(seq)
    }

    pub fn undo(&mut self, owner: UserId, seq: Seq) -> Result<(), Code> {
        let lines = self.journals.get(&owner).map_or(&[][..], Vec::as_slice);
        let line = (seq as usize).checked_sub(1).and_then(|n| lines.get(n)).cloned().ok_or(Code::NotFound)?;
        if self.undone_by(owner)[seq as usize - 1].is_some() {
            return Err(Code::AlreadyUndone);
        }
        if !line.undoable {
            return Err(Code::NotUndoable);
        }
        if !self.is_as_left(owner, seq) {
            return Err(Code::VersionConflict);
        }
        for (before, after) in line.changes {
            let before = self.taken_back(line.command, before, after.as_ref());
            self.put_back(before, after)?;
        }
        let there: BTreeSet<CategoryId> = self.categories().map(|c| c.id).collect();
        let dangling: Vec<Expense> =
            self.expenses().filter(|e| e.category_id.is_some_and(|c| !there.contains(&c))).cloned().collect();
        for e in dangling {
            // A category that this undo takes away may not be in use; one that was gone before is dropped.
            if line_dropped(&self.journals[&owner][seq as usize - 1], e.category_id) {
                return Err(Code::CategoryInUse);
            }
            self.rows.insert(Key::Expense(e.owner, e.id), Record::Expense(Expense { category_id: None, ..e }));
        }
        let dangling: Vec<Recurring> =
            self.recurring().filter(|r| r.category_id.is_some_and(|c| !there.contains(&c))).cloned().collect();
        for r in dangling {
            if line_dropped(&self.journals[&owner][seq as usize - 1], r.category_id) {
                return Err(Code::CategoryInUse);
            }
            self.rows.insert(Key::Recurring(r.owner, r.id), Record::Recurring(Recurring { category_id: None, ..r }));
        }
        let lost: Vec<_> = self.budgets().filter_map(|b| b.category_id).filter(|c| !there.contains(c)).collect();
        if !lost.is_empty() {
            let line = &self.journals[&owner][seq as usize - 1];
            let dropped = lost.into_iter().any(|c| line_dropped(line, Some(c)));
            return Err(if dropped { Code::CategoryInUse } else { Code::VersionConflict });
        }
        Ok(())
    }

    fn put_back(&mut self, before: Option<Record>, after: Option<Record>) -> Result<(), Code> {
        let Some(mut record) = before else {
            self.rows.remove(&after.expect("a change has a side").key());
            return Ok(());
        };
        let key = record.key();
        match &mut record {
            Record::Category(c) => {
                let taken = |x: &Category| x.id != c.id && x.name.as_str().to_lowercase() == c.name.as_str().to_lowercase();
                if self.categories().any(taken) {
                    return Err(Code::DuplicateName);
                }
            }
            Record::Filter(f) => self.filter_fits(f.owner, f.id, &f.name)?,
            Record::Import(i) => {
                if i.state == ImportState::Preview {
                    i.state = ImportState::Reverted;
                }
                if let Some(Record::Import(now)) = self.rows.get(&key) {
                    i.seq = now.seq;
                }
            }
            _ => {}
        }
        let last = self.rows.get(&key).and_then(version).or_else(|| version(&record).max(self.version_of_gone(&key)));
        raise(&mut record, last.map_or(1, |v| v + 1));
        self.rows.insert(key, record);
        Ok(())
    }
}

/// True when undoing the line takes the category away.
fn line_dropped(line: &Line, category: Option<CategoryId>) -> bool {
    let made = |(before, after): &(Option<Record>, Option<Record>)| {
        before.is_none() && matches!(after, Some(Record::Category(c)) if Some(c.id) == category)
    };
    line.changes.iter().any(made)
}

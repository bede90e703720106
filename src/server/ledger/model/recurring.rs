//! What the commands on recurring entries do to the rows.

use super::{World, seen};
use crate::{
    domain::{
        Code, Command, Day, Expense, ExpenseId, Funds, FundsId, Instant, Recurring, RecurringId, UserId,
        import::EntryKind,
        journal::Via,
        recurring::{MOST, Mode},
        text::Note,
    },
    server::{
        clock,
        ledger::derived,
        store::{Key, Record},
    },
};
use std::collections::BTreeSet;

impl World {
    fn entry(&self, owner: UserId, id: RecurringId) -> Result<Recurring, Code> {
        self.recurring().find(|r| r.owner == owner && r.id == id).cloned().ok_or(Code::NotFound)
    }
    fn open_day(entry: &Recurring, day: Option<Day>) -> Result<Day, Code> {
        let Some(day) = day else { return entry.next().ok_or(Code::Invalid) };
        match (entry.schedule.has(day), day > entry.done && !entry.settled.contains(&day)) {
            (true, true) => Ok(day),
            (true, false) => Err(Code::AlreadyDone),
            (false, _) if day <= entry.done => Err(Code::AlreadyDone),
            (false, _) => Err(Code::Invalid),
        }
    }

    pub fn recurs(&mut self, owner: UserId, command: &Command) -> Result<(), Code> {
        match command.clone() {
            Command::AddRecurring { id, draft, today } => {
                if self.entry(owner, id).is_ok() {
                    return Err(Code::AlreadyDone);
                }
                self.choosable(draft.category_id)?;
                let entry = Recurring {
                    id,
                    owner,
                    kind: draft.kind,
                    amount: draft.amount,
                    what: draft.what,
                    note: draft.note,
                    category_id: draft.category_id,
                    schedule: draft.schedule,
                    mode: draft.mode,
                    paused: false,
                    done: today.plus(-1),
                    settled: BTreeSet::new(),
                    version: 1,
                    created_at: Instant(0),
                };
                let full = self.recurring().filter(|r| r.owner == owner).count() >= MOST;
                if full || !(0..3_000).any(|n| entry.schedule.has(today.plus(n))) {
                    return Err(Code::Invalid);
                }
                self.replace(Record::Recurring(entry));
            }
            Command::EditRecurring { id, edit, today, version } => {
                let old = self.entry(owner, id)?;
                seen(version, old.version)?;
                if old.kind == EntryKind::Funds && edit.category_id.flatten().is_some() {
                    return Err(Code::Invalid);
                }
                if edit.category_id.is_some_and(|c| c != old.category_id) {
                    self.choosable(edit.category_id.flatten())?;
                }
                self.replace(Record::Recurring(edit.apply(&old, today)));
            }
            Command::SkipRecurring { id, day } => {
                let mut entry = self.entry(owner, id)?;
                let day = Self::open_day(&entry, day)?;
                entry.settle(day);
                self.rows.insert(Key::Recurring(owner, id), Record::Recurring(entry));
            }
            Command::PostRecurring { id, day, today } => {
                let mut entry = self.entry(owner, id)?;
                let day = Self::open_day(&entry, day)?;
                entry.settle(day);
                self.rows.insert(Key::Recurring(owner, id), Record::Recurring(entry.clone()));
                self.post(&entry, day, today);
            }
            Command::DeleteRecurring { id, version } => {
                seen(version, self.entry(owner, id)?.version)?;
                self.rows.remove(&Key::Recurring(owner, id));
            }
            other => panic!("the model does not know {other:?}"),
        }
        Ok(())
    }

    fn post(&mut self, entry: &Recurring, day: Day, today: Day) {
        let id = derived::id(&[b"recurring", entry.id.0.as_bytes(), day.to_string().as_bytes()]);
        let (owner, date, amount, version, created_at) = (entry.owner, day.min(today), entry.amount, 1, Instant(0));
        let (note, category_id, import_id) = (entry.note.clone(), entry.category_id, None);
        let row = match entry.kind {
            EntryKind::Expense => {
                let (id, what, via) = (ExpenseId(id), entry.what.clone(), Via::Recurring);
                Record::Expense(Expense { id, owner, date, amount, what, note, category_id, import_id, via, version, created_at })
            }
            EntryKind::Funds => {
                let text = note.map_or_else(|| entry.what.to_string(), |note| format!("{}\n{note}", entry.what));
                let (id, note) = (FundsId(id), Note::parse(&text).ok());
                Record::Funds(Funds { id, owner, date, amount, note, import_id, version, created_at })
            }
        };
        self.rows.entry(row.key()).or_insert(row);
    }

    /// What comes back of an entry: days that are dealt with since stay so.
    pub fn taken_back(&self, command: &str, before: Option<Record>, after: Option<&Record>) -> Option<Record> {
        let (Some(Record::Recurring(was)), Some(Record::Recurring(made))) = (&before, after) else { return before };
        let Some(Record::Recurring(now)) = self.rows.get(&Key::Recurring(was.owner, was.id)) else { return before };
        let today = clock::today("Europe/Ljubljana");
        let posted = command == "post_recurring" && was.mode == Mode::Post;
        Some(Record::Recurring(now.restored(was, made, |day| posted && day <= today)))
    }
}

//! The ledger once more, as plainly as can be: maps in memory, sums by adding up, an entry's changes by
//! comparing before with after. What the state machine holds the real one against.

mod budgets;
mod recurring;
mod rules;
mod trash;
mod undo;

use crate::{
    domain::{
        Budget, Category, Code, Command, Currency, Expense, Funds, Instant, Recurring, SavedFilter, Seq, User, UserId,
        money::MAX_MINOR,
    },
    server::store::{Import, Key, Record},
};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

pub type Rows = BTreeMap<Key, Record>;

/// One accepted command of somebody.
#[derive(Clone)]
pub struct Line {
    pub command: &'static str,
    pub undoable: bool,
    pub undoes: Option<Seq>,
    /// The earlier entry that does not stand while this one does.
    pub ends: Option<Seq>,
    pub changes: Vec<(Option<Record>, Option<Record>)>,
}

/// Everything the ledger keeps, but secrets.
#[derive(Clone, Default)]
pub struct World {
    pub rows: Rows,
    pub opened: BTreeSet<UserId>,
    pub journals: BTreeMap<UserId, Vec<Line>>,
}

/// The record without what a model cannot foresee.
pub fn plain(record: &Record) -> Record {
    let at = Instant(0);
    match record.clone() {
        Record::User(r) => Record::User(User { created_at: at, ..r }),
        Record::Expense(r) => Record::Expense(Expense { created_at: at, ..r }),
        Record::Funds(r) => Record::Funds(Funds { created_at: at, ..r }),
        Record::Recurring(r) => Record::Recurring(Recurring { created_at: at, ..r }),
        Record::Import(r) => Record::Import(Import { created_at: at, ..r }),
        other => other,
    }
}

/// The record as the journal keeps it.
pub fn journaled(record: &Record) -> Record {
    match plain(record) {
        Record::Import(r) => Record::Import(Import { content: Vec::new(), seq: None, ..r }),
        other => other,
    }
}

fn raise(record: &mut Record, to: u32) {
    match record {
        Record::User(r) => r.version = to,
        Record::Category(r) => r.version = to,
        Record::Expense(r) => r.version = to,
        Record::Funds(r) => r.version = to,
        Record::Budget(r) => r.version = to,
        Record::Filter(r) => r.version = to,
        Record::Recurring(r) => r.version = to,
        _ => {}
    }
}
fn version(record: &Record) -> Option<u32> {
    match record {
        Record::User(r) => Some(r.version),
        Record::Category(r) => Some(r.version),
        Record::Expense(r) => Some(r.version),
        Record::Funds(r) => Some(r.version),
        Record::Budget(r) => Some(r.version),
        Record::Filter(r) => Some(r.version),
        Record::Recurring(r) => Some(r.version),
        _ => None,
    }
}
fn seen(version: Option<u32>, now: u32) -> Result<(), Code> {
    if version.is_none_or(|v| v == now) { Ok(()) } else { Err(Code::VersionConflict) }
}

impl World {
    pub fn user(&self, id: UserId) -> &User {
        match self.rows.get(&Key::User(id)) {
            Some(Record::User(user)) => user,
            _ => panic!("no such user"),
        }
    }
    pub fn expenses(&self) -> impl Iterator<Item = &Expense> {
        self.rows.values().filter_map(|r| if let Record::Expense(e) = r { Some(e) } else { None })
    }
    pub fn funds(&self) -> impl Iterator<Item = &Funds> {
        self.rows.values().filter_map(|r| if let Record::Funds(f) = r { Some(f) } else { None })
    }
    pub fn categories(&self) -> impl Iterator<Item = &Category> {
        self.rows.values().filter_map(|r| if let Record::Category(c) = r { Some(c) } else { None })
    }
    pub fn budgets(&self) -> impl Iterator<Item = &Budget> {
        self.rows.values().filter_map(|r| if let Record::Budget(b) = r { Some(b) } else { None })
    }
    pub fn filters(&self) -> impl Iterator<Item = &SavedFilter> {
        self.rows.values().filter_map(|r| if let Record::Filter(f) = r { Some(f) } else { None })
    }
    pub fn recurring(&self) -> impl Iterator<Item = &Recurring> {
        self.rows.values().filter_map(|r| if let Record::Recurring(r) = r { Some(r) } else { None })
    }
    pub fn imports(&self) -> impl Iterator<Item = &Import> {
        self.rows.values().filter_map(|r| if let Record::Import(i) = r { Some(i) } else { None })
    }
    pub fn balance(&self, owner: UserId) -> i128 {
        let funds: i128 = self.funds().filter(|f| f.owner == owner).map(|f| i128::from(f.amount.minor)).sum();
        let spent: i128 = self.expenses().filter(|e| e.owner == owner).map(|e| i128::from(e.amount.minor)).sum();
        funds - spent
    }
    /// By which standing entry each entry is undone.
    pub fn undone_by(&self, owner: UserId) -> Vec<Option<Seq>> {
        let lines = self.journals.get(&owner).map_or(&[][..], Vec::as_slice);
        let mut by = vec![None; lines.len()];
        for (n, line) in lines.iter().enumerate().rev() {
            if let (None, Some(seq)) = (by[n], line.ends) {
                by[seq as usize - 1] = by[seq as usize - 1].max(Some(n as Seq + 1));
            }
        }
        by
    }

    /// The world after a command of `who`, or the code of its refusal. `ids`: those of an import's rows.
    pub fn after(&self, who: UserId, command: &Command, ids: &[Uuid]) -> Result<Self, Code> {
        let mut next = self.clone();
        let (mut ends, mut undoes, mut overdraw) = (None, None, false);
        match command {
            Command::RecordExpense { allow_overdraft, .. }
            | Command::EditExpense { allow_overdraft, .. }
            | Command::EditFunds { allow_overdraft, .. }
            | Command::DeleteFunds { allow_overdraft, .. } => overdraw = *allow_overdraft,
            Command::CommitImport { .. }
            | Command::RevertImport { .. }
            | Command::RestoreExpense { .. }
            | Command::RestoreFunds { .. }
            | Command::PostRecurring { .. }
            | Command::Undo { .. } => overdraw = true,
            _ => {}
        }
        match command {
            Command::Undo { seq } => {
                next.undo(who, *seq)?;
                ends = Some(*seq);
                undoes = ends;
            }
            Command::RestoreExpense { id } => next.restore(who, &Key::Expense(who, *id))?,
            Command::RestoreFunds { id } => next.restore(who, &Key::Funds(who, *id))?,
            Command::RevertImport { id } => ends = next.revert(who, *id)?,
            Command::CommitImport { id, digest, postings, .. } => next.commit(who, *id, digest, postings, ids)?,
            Command::AddCategory { .. } | Command::EditCategory { .. } | Command::DeleteCategory { .. } => {
                next.category(who, command)?;
            }
            Command::SetBudget { .. } | Command::CopyBudgets { .. } | Command::DeleteBudget { .. } => {
                next.budget(who, command)?
            }
            Command::AddRecurring { .. }
            | Command::EditRecurring { .. }
            | Command::SkipRecurring { .. }
            | Command::PostRecurring { .. }
            | Command::DeleteRecurring { .. } => next.recurs(who, command)?,
            Command::SaveFilter { .. } | Command::EditFilter { .. } | Command::DeleteFilter { .. } => {
                next.filter(who, command)?;
            }
            Command::EditProfile { edit, version } => {
                let mut user = self.user(who).clone();
                seen(*version, user.version)?;
                user.display_name = edit.display_name.clone().unwrap_or(user.display_name);
                user.currency = edit.currency.unwrap_or(user.currency);
                user.period = edit.period.unwrap_or(user.period);
                next.replace(Record::User(user));
            }
            _ => next.money(who, command)?,
        }
        self.check(&next, overdraw)?;
        let mut changes: Vec<_> = (next.rows.keys().chain(self.rows.keys()).collect::<BTreeSet<_>>().into_iter())
            .map(|key| (self.rows.get(key).cloned(), next.rows.get(key).cloned()))
            .filter(|(before, after)| before != after)
            .collect();
        for (before, after) in &mut changes {
            *before = before.as_ref().map(journaled);
            *after = after.as_ref().map(journaled);
        }
        for (_, after) in &changes {
            if let Some(
                Record::Expense(Expense { owner, .. })
                | Record::Funds(Funds { owner, .. })
                | Record::Budget(Budget { owner, amount: Some(_), .. })
                | Record::Recurring(Recurring { owner, .. }),
            ) = after
            {
                next.opened.insert(*owner);
            }
        }
        let undoable = command.undoable() && !changes.is_empty();
        let line = Line { command: command.name(), undoable, undoes, ends, changes };
        next.journals.entry(who).or_default().push(line);
        Ok(next)
    }

    /// What holds for every change, whatever it is.
    fn check(&self, next: &Self, overdraw: bool) -> Result<(), Code> {
        for record in next.rows.values() {
            let Record::User(user) = record else { continue };
            let (before, after) = (self.balance(user.id), next.balance(user.id));
            if after.abs() > i128::from(MAX_MINOR) {
                return Err(Code::Invalid);
            }
            if after < 0 && after < before && !overdraw {
                return Err(Code::InsufficientFunds);
            }
            if self.opened.contains(&user.id) && self.user(user.id).currency != user.currency {
                return Err(Code::CurrencyFixed);
            }
        }
        Ok(())
    }

    /// Writes a changed record with the next version; an unchanged one stays.
    fn replace(&mut self, mut record: Record) {
        let old = self.rows.get(&record.key());
        if old == Some(&record) {
            return;
        }
        let next = old.and_then(version).map_or(1, |v| v + 1);
        raise(&mut record, next);
        self.rows.insert(record.key(), record);
    }
}

/// A currency other than `this`.
pub fn another(this: Currency) -> Currency {
    if this == Currency::EUR { Currency::USD } else { Currency::EUR }
}

//! One command's work in one transaction: what it writes, and the balance and journal that follow from
//! that. It must never know what the command means.

use super::refuse;
use crate::{
    domain::{
        Account, Budget, Category, CategoryId, Command, Currency, Effect, Entry, Expense, Funds, Instant, Locale, Money, Outcome,
        Problem, Program, Recurring, SavedFilter, Seq, Trashed, User, UserId, journal::Via, money::MAX_MINOR,
    },
    server::{
        auth::Caller,
        store::{
            Change, Credential, Fingerprint, Import, JobEnd, Key, Link, NewEntry, Record, Removal, Session, Token, Tx,
            sums::SumChanges, trash,
        },
    },
};
use std::collections::{BTreeMap, BTreeSet};

/// How many records are read or written at once.
pub(super) const BATCH: usize = 500;

/// 409 when the person saw another version; `None` is whatever it is now.
pub(super) fn same_version(seen: Option<u32>, current: u32) -> Result<(), Problem> {
    if seen.is_none_or(|v| v == current) { Ok(()) } else { Err(refuse::changed()) }
}

/// What a rule answers when it accepts.
pub(super) struct Done {
    pub effect: Effect,
    pub summary: String,
    /// The entry this one undoes.
    pub undoes: Option<Seq>,
    /// What becomes of earlier entries.
    pub marks: Vec<(Seq, Mark)>,
    /// An import that is to carry the number of this entry.
    pub import: Option<Import>,
}

impl Done {
    pub fn new(effect: Effect, summary: String) -> Self {
        Self { effect, summary, undoes: None, marks: Vec::new(), import: None }
    }
}

/// What becomes of an earlier entry.
#[derive(Clone, Copy)]
pub(super) enum Mark {
    /// Undone by the entry that is being written.
    UndoneByThis,
    UndoneBy(Seq),
    Stands,
}

impl Mark {
    /// By which entry one that is so marked is undone, when `this` is being written.
    fn by(self, this: Seq) -> Option<Seq> {
        match self {
            Self::UndoneByThis => Some(this),
            Self::UndoneBy(seq) => Some(seq),
            Self::Stands => None,
        }
    }
}

/// A large command that was accepted: all it will change, in order, and what follows then.
pub(super) struct Plan {
    pub changes: Vec<Change>,
    pub end: JobEnd,
}

/// A kind of record, taken out of [`Record`].
pub(super) trait Kept: Sized {
    fn of(record: Record) -> Option<Self>;
}
macro_rules! kept {
    ($($kind:ident),+) => {$(
        impl Kept for $kind {
            fn of(record: Record) -> Option<Self> {
                if let Record::$kind(it) = record { Some(it) } else { None }
            }
        }
    )+};
}
kept!(
    Account,
    Budget,
    Category,
    Credential,
    Expense,
    Fingerprint,
    Funds,
    Import,
    Recurring,
    Link,
    Removal,
    Program,
    Session,
    Token,
    Trashed,
    User
);

impl Kept for SavedFilter {
    fn of(record: Record) -> Option<Self> {
        if let Record::Filter(it) = record { Some(it) } else { None }
    }
}

/// The transaction of one command. Writes are gathered and reach the store in [`Book::flush`], at the
/// latest in [`Book::close`]. A command writes each key once.
pub(super) struct Book<'t> {
    pub tx: &'t mut dyn Tx,
    /// Whose journal the command goes to, and whose rows it is about.
    pub owner: UserId,
    pub locale: Locale,
    /// From where the command came.
    pub via: Via,
    pub now: Instant,
    /// True where the balance may fall below zero (I3).
    pub may_overdraw: bool,
    /// True when nothing may be written: what would be is the plan of a large command.
    planning: bool,
    puts: Vec<Record>,
    deletes: Vec<Key>,
    changes: Vec<Change>,
    /// What the balances gain, in minor units.
    effects: BTreeMap<UserId, i128>,
    /// Accounts that get an amount of this currency.
    amounts: BTreeSet<(UserId, Currency)>,
    sums: SumChanges,
}

/// The amount of an entry, a budget or what recurs, and what it adds to its owner's balance.
struct Weight {
    owner: UserId,
    amount: Money,
    effect: i128,
}

impl Weight {
    fn of(record: Option<&Record>) -> Option<Self> {
        let (owner, amount, sign) = match record? {
            Record::Expense(e) => (e.owner, e.amount, -1),
            Record::Funds(f) => (f.owner, f.amount, 1),
            Record::Budget(b) => (b.owner, b.amount?, 0),
            Record::Recurring(r) => (r.owner, r.amount, 0),
            _ => return None,
        };
        Some(Self { owner, amount, effect: sign * i128::from(amount.minor) })
    }
}

/// What a change adds to its owner's balance.
fn effect(change: &Change) -> i128 {
    let of = |record: &Option<Record>| Weight::of(record.as_ref()).map_or(0, |weight| weight.effect);
    of(&change.after) - of(&change.before)
}

fn in_range(balance: i128) -> bool {
    (-i128::from(MAX_MINOR)..=i128::from(MAX_MINOR)).contains(&balance)
}

/// The record as the journal keeps it; `None` for what is never journaled.
fn journaled(record: &Record) -> Option<Record> {
    match record {
        Record::Import(i) => Some(Record::Import(Import { content: Vec::new(), ..i.clone() })),
        Record::User(_)
        | Record::Category(_)
        | Record::Expense(_)
        | Record::Funds(_)
        | Record::Budget(_)
        | Record::Filter(_)
        | Record::Recurring(_)
        | Record::Fingerprint(_) => Some(record.clone()),
        _ => None,
    }
}

impl<'t> Book<'t> {
    pub fn open(tx: &'t mut dyn Tx, owner: UserId, (locale, via): (Locale, Via), now: Instant) -> Self {
        Self {
            tx,
            owner,
            locale,
            via,
            now,
            may_overdraw: false,
            planning: false,
            puts: Vec::new(),
            deletes: Vec::new(),
            changes: Vec::new(),
            effects: BTreeMap::new(),
            amounts: BTreeSet::new(),
            sums: SumChanges::default(),
        }
    }

    /// Finds out what a large command will change; ends with [`Book::plan`].
    pub fn planning(tx: &'t mut dyn Tx, owner: UserId, from: (Locale, Via), now: Instant) -> Self {
        Self { planning: true, ..Self::open(tx, owner, from, now) }
    }

    pub fn is_planning(&self) -> bool {
        self.planning
    }

    /// The record under a key as the store has it.
    pub async fn find<T: Kept>(&mut self, key: Key) -> Result<Option<T>, Problem> {
        match self.tx.get(key).await? {
            None => Ok(None),
            Some(record) => T::of(record).map(Some).ok_or_else(Problem::internal),
        }
    }
    /// As [`Book::find`]; 404 when it is absent or somebody else's (S34).
    pub async fn must<T: Kept>(&mut self, key: Key) -> Result<T, Problem> {
        self.find(key).await?.ok_or_else(Problem::not_found)
    }
    /// The records of these keys, in their order, however many.
    pub async fn find_all<T: Kept>(&mut self, keys: &[Key]) -> Result<Vec<Option<T>>, Problem> {
        let mut found = Vec::with_capacity(keys.len());
        for batch in keys.chunks(BATCH) {
            for record in self.tx.get_many(batch).await? {
                found.push(record.map(|r| T::of(r).ok_or_else(Problem::internal)).transpose()?);
            }
        }
        Ok(found)
    }
    /// Which of these categories there are; they stay until the end of the transaction.
    pub async fn hold_categories(&mut self, ids: &BTreeSet<CategoryId>) -> Result<Vec<Category>, Problem> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let keys: Vec<Key> = ids.iter().map(|id| Key::Category(*id)).collect();
        let found: Vec<Category> = self.find_all(&keys).await?.into_iter().flatten().collect();
        let there: Vec<CategoryId> = found.iter().map(|c| c.id).collect();
        // While a large command is at work, no category goes.
        if !self.planning {
            self.tx.hold_categories(self.owner, &there).await?;
        }
        Ok(found)
    }

    /// Changes one record: `None` before is an insert, `None` after a delete, equal ones are no change.
    /// The balance and the kept sums follow from the records themselves.
    pub fn write(&mut self, before: Option<Record>, after: Option<Record>) -> Result<(), Problem> {
        if before == after {
            return Ok(());
        }
        let (old, new) = (Weight::of(before.as_ref()), Weight::of(after.as_ref()));
        if new.as_ref().is_some_and(|w| !(1..=MAX_MINOR).contains(&w.amount.minor)) {
            return Err(refuse::amount_out_of_range());
        }
        if old.as_ref().map(|w| w.amount) != new.as_ref().map(|w| w.amount) {
            self.amounts.extend(new.as_ref().map(|w| (w.owner, w.amount.currency)));
        }
        for (weight, sign) in old.iter().map(|w| (w, -1)).chain(new.iter().map(|w| (w, 1))) {
            *self.effects.entry(weight.owner).or_default() += sign * weight.effect;
        }
        self.sums.change(before.as_ref(), after.as_ref());
        let change = Change { before: before.as_ref().and_then(journaled), after: after.as_ref().and_then(journaled) };
        if change.before.is_some() || change.after.is_some() {
            self.changes.push(change);
        }
        match (before, after) {
            (_, Some(after)) => self.puts.push(after),
            (Some(before), None) => self.deletes.push(before.key()),
            (None, None) => {}
        }
        Ok(())
    }
    /// Puts a record that is not journaled: a secret, an account.
    pub fn keep(&mut self, record: Record) {
        self.puts.push(record);
    }
    /// Deletes a record that is not journaled.
    pub fn discard(&mut self, key: Key) {
        self.deletes.push(key);
    }

    /// Sends what was written so far to the store, so that its queries see it.
    pub async fn flush(&mut self) -> Result<(), Problem> {
        if self.planning {
            return Ok(());
        }
        for batch in std::mem::take(&mut self.puts).chunks(BATCH) {
            self.tx.put(batch).await?;
        }
        for batch in std::mem::take(&mut self.deletes).chunks(BATCH) {
            self.tx.delete(batch).await?;
        }
        Ok(())
    }

    /// Writes the rest, settles the balances and appends the journal entry.
    pub async fn close(mut self, caller: &Caller, command: &Command, done: Done) -> Result<Outcome, Problem> {
        self.flush().await?;
        self.tx.adjust_sums(&self.sums).await?;
        let settled = self.settle().await?;
        let entry = self.entry(caller, command, &done);
        let Done { effect, marks, import, .. } = done;
        let entry = self.tx.append(&entry, &self.changes).await?;
        self.move_trash(&entry).await?;
        for (seq, mark) in marks {
            self.tx.set_undone(self.owner, seq, mark.by(entry.seq)).await?;
        }
        if let Some(import) = import {
            self.tx.put(&[Record::Import(Import { seq: Some(entry.seq), ..import })]).await?;
        }
        let balance = match settled {
            Some(balance) => balance,
            None => self.find::<Account>(Key::Account(self.owner)).await?.ok_or_else(Problem::internal)?.balance,
        };
        Ok(Outcome { seq: entry.seq, owner: entry.owner, balance, summary: entry.summary, undoable: entry.undoable, effect })
    }

    /// The entry of a command that is accepted.
    fn entry(&self, caller: &Caller, command: &Command, done: &Done) -> NewEntry {
        NewEntry {
            at: self.now,
            owner: self.owner,
            actor_id: caller.user.id,
            actor: caller.user.username.to_string(),
            via: caller.via(),
            command: command.name(),
            summary: done.summary.clone(),
            undoable: command.undoable() && !self.changes.is_empty(),
            undoes: done.undoes,
        }
    }

    /// What a large command will change, in steps of so many changes, and how it will end; a refusal where
    /// [`Book::close`] would refuse. `None`: it cannot be done in steps.
    pub async fn plan(mut self, caller: &Caller, command: &Command, done: Done, step: usize) -> Result<Option<Plan>, Problem> {
        let mut account: Account = self.must(Key::Account(self.owner)).await?;
        if !self.changes.iter().all(|change| change.is_within(self.owner)) {
            return Ok(None);
        }
        let (mut balance, mut delta) = (i128::from(account.balance.minor), 0);
        for some in self.changes.chunks(step) {
            delta += some.iter().map(effect).sum::<i128>();
            if !in_range(balance + delta) {
                return Ok(None);
            }
        }
        balance += delta;
        account.balance.minor = i64::try_from(balance).map_err(|_| refuse::balance_out_of_range())?;
        let delta = i64::try_from(delta).map_err(|_| refuse::balance_out_of_range())?;
        self.check(&account, delta)?;
        let entry = self.entry(caller, command, &done).numbered(account.last_seq + 1);
        let outcome = Outcome {
            seq: entry.seq,
            owner: entry.owner,
            balance: account.balance,
            summary: entry.summary.clone(),
            undoable: entry.undoable,
            effect: done.effect,
        };
        let marks = done.marks.into_iter().map(|(seq, mark)| (seq, mark.by(entry.seq))).collect();
        let end = JobEnd { entry, outcome, marks, import: done.import.map(|import| import.id), answer: None };
        Ok(Some(Plan { changes: self.changes, end }))
    }

    /// What was deleted goes to the trash, what is there again leaves it.
    async fn move_trash(&mut self, by: &Entry) -> Result<(), Problem> {
        let (gained, lost) = trash::moved(&self.changes, by);
        self.tx.delete(&lost).await?;
        Ok(self.tx.put(&gained).await?)
    }

    /// Writes what a step of a large command changed, of which `entry` is to come, and settles the balance.
    pub async fn close_step(mut self, entry: &Entry) -> Result<(), Problem> {
        self.flush().await?;
        self.move_trash(entry).await?;
        self.tx.adjust_sums(&self.sums).await?;
        self.settle().await.map(drop)
    }

    /// Adjusts every account the command touched; answers the owner's balance if it is one of them.
    async fn settle(&mut self) -> Result<Option<Money>, Problem> {
        let mut owners: BTreeSet<UserId> = self.effects.iter().filter(|(_, delta)| **delta != 0).map(|(o, _)| *o).collect();
        owners.extend(self.amounts.iter().map(|(owner, _)| *owner));
        let mut settled = None;
        for owner in owners {
            let delta = self.effects.get(&owner).copied().unwrap_or(0);
            let balance = self.adjust(owner, delta).await?;
            if owner == self.owner {
                settled = Some(balance);
            }
        }
        Ok(settled)
    }

    async fn adjust(&mut self, owner: UserId, delta: i128) -> Result<Money, Problem> {
        let delta = i64::try_from(delta)
            .ok()
            .filter(|d| (-2 * MAX_MINOR..=2 * MAX_MINOR).contains(d))
            .ok_or_else(refuse::balance_out_of_range)?;
        let account = self.tx.adjust_balance(owner, delta).await?;
        self.check(&account, delta)?;
        let balance = account.balance;
        if !account.opened && self.amounts.iter().any(|(o, _)| *o == owner) {
            self.tx.put(&[Record::Account(Account { opened: true, ..account })]).await?;
        }
        Ok(balance)
    }

    /// Refuses an account that must not come to be as it now is, having gained `delta`.
    fn check(&self, account: &Account, delta: i64) -> Result<(), Problem> {
        let (owner, balance) = (account.owner, account.balance);
        if !in_range(i128::from(balance.minor)) {
            return Err(refuse::balance_out_of_range());
        }
        if self.amounts.iter().any(|(o, currency)| *o == owner && *currency != balance.currency) {
            return Err(refuse::other_currency());
        }
        if delta < 0 && balance.is_negative() && !self.may_overdraw {
            let before = Money::new(balance.minor - delta, balance.currency);
            return Err(refuse::insufficient_funds(self.locale, before, balance));
        }
        Ok(())
    }
}

//! What is remembered of everything that was seen, and what must hold of it.

use super::Report;
use crate::{
    domain::{
        Account, Budget, CategoryId, Day, Entry, Expense, Funds, Money, Recurring, SavedFilter, Seq, UserId, fold,
        import::EntryKind, money::MAX_MINOR,
    },
    server::store::{
        Change, Job, Key, Record, Removal, Result, Stage,
        walk::{Batch, entry_line, record_line},
    },
};
use std::{
    collections::{BTreeMap, BTreeSet, HashMap, HashSet},
    hash::{DefaultHasher, Hash, Hasher},
};

/// What has been seen so far.
#[derive(Default)]
pub struct Exam {
    pub report: Report,
    users: HashSet<UserId>,
    /// Who was deleted: their accounts have no user.
    removed: HashSet<UserId>,
    /// Whose account is being taken away, and is not whole any more.
    going: HashSet<UserId>,
    usernames: HashSet<String>,
    pub accounts: BTreeMap<UserId, Account>,
    categories: HashSet<CategoryId>,
    category_names: HashSet<String>,
    /// Funds less expenses.
    sums: HashMap<UserId, i128>,
    /// How many expenses and budgets point at a category.
    uses: BTreeMap<CategoryId, u64>,
    /// Whose budgets there are, of what and from when.
    budgets: BTreeSet<(UserId, Option<CategoryId>, Day)>,
    /// Whose saved filters there are, by the key of the name.
    filter_names: BTreeSet<(UserId, String)>,
    /// Per record that is journaled: the digests of what stands now and of every state that was
    /// replaced, less the digests of every state that was written. Zero, and taken out, when the
    /// journal tells the whole story.
    states: HashMap<Key, u64>,
    /// What each journal deleted and did not bring back, and the entry that did.
    deleted: HashMap<Key, Seq>,
    /// The newest entry of each journal that was seen.
    last: HashMap<UserId, Seq>,
}

/// Where the record is once it is deleted, if it can be put back.
fn in_trash(record: &Record) -> Option<Key> {
    match record {
        Record::Expense(e) => Some(Key::Trashed(e.owner, EntryKind::Expense, e.id.0)),
        Record::Funds(f) => Some(Key::Trashed(f.owner, EntryKind::Funds, f.id.0)),
        _ => None,
    }
}

fn digest(line: &[u8]) -> u64 {
    let mut hasher = DefaultHasher::new();
    line.hash(&mut hasher);
    hasher.finish()
}

impl Exam {
    pub fn batch(&mut self, Batch { records, entries }: &Batch) -> Result<()> {
        records.iter().try_for_each(|record| self.record(record))?;
        entries.iter().try_for_each(|(entry, changes)| self.entry(entry, changes))
    }

    fn record(&mut self, record: &Record) -> Result<()> {
        let line = record_line(record)?;
        self.report.content.add(&line);
        match record {
            Record::User(user) => {
                self.report.users += 1;
                self.users.insert(user.id);
                if !self.usernames.insert(user.username.to_string()) {
                    self.report.fault(format!("the username {} is there twice", user.username));
                }
            }
            Record::Removal(Removal { user, stage, .. }) => self.removal(*user, stage),
            Record::Account(account) => {
                self.accounts.insert(account.owner, account.clone());
            }
            Record::Category(category) => {
                self.report.categories += 1;
                self.categories.insert(category.id);
                if !self.category_names.insert(fold::name_key(&category.name)) {
                    self.report.fault(format!("category {}: there is another of that name", category.id));
                }
                self.count_state(record, &line, true);
            }
            Record::Expense(Expense { id, owner, amount, category_id, .. }) => {
                self.report.expenses += 1;
                if let Some(category) = category_id {
                    *self.uses.entry(*category).or_default() += 1;
                }
                self.amount("expense", &id.to_string(), *owner, *amount, -1);
                self.count_state(record, &line, true);
            }
            Record::Funds(Funds { id, owner, amount, .. }) => {
                self.report.funds += 1;
                self.amount("funds", &id.to_string(), *owner, *amount, 1);
                self.count_state(record, &line, true);
            }
            Record::Filter(SavedFilter { id, owner, name, .. }) => {
                if !self.filter_names.insert((*owner, fold::name_key(name))) {
                    self.report.fault(format!("filter {id}: there is another of that name"));
                }
                self.count_state(record, &line, true);
            }
            Record::Recurring(Recurring { id, category_id, amount, .. }) => {
                if let Some(category) = category_id {
                    *self.uses.entry(*category).or_default() += 1;
                }
                if !(1..=MAX_MINOR).contains(&amount.minor) {
                    self.report.fault(format!("recurring entry {id}: the amount is out of range"));
                }
                self.count_state(record, &line, true);
            }
            Record::Budget(budget) => {
                self.report.budgets += 1;
                self.budget(budget);
                self.count_state(record, &line, true);
            }
            Record::Event(_) => self.report.events.add(&line),
            _ => {}
        }
        Ok(())
    }

    fn removal(&mut self, user: UserId, stage: &Stage) {
        match stage {
            Stage::Leaving => {}
            Stage::Deleted { .. } => drop(self.removed.insert(user)),
            Stage::Going => {
                self.removed.insert(user);
                self.going.insert(user);
            }
        }
    }

    fn budget(&mut self, Budget { id, owner, category_id, from, amount, .. }: &Budget) {
        if let Some(category) = category_id {
            *self.uses.entry(*category).or_default() += 1;
        }
        if amount.is_some_and(|amount| !(1..=MAX_MINOR).contains(&amount.minor)) {
            self.report.fault(format!("budget {id}: the amount is out of range"));
        }
        if !self.budgets.insert((*owner, *category_id, *from)) {
            self.report.fault(format!("budget {id}: there is another of the same from {from} on"));
        }
    }

    fn amount(&mut self, kind: &str, id: &str, owner: UserId, amount: Money, sign: i128) {
        *self.sums.entry(owner).or_default() += sign * i128::from(amount.minor);
        if !(1..=MAX_MINOR).contains(&amount.minor) {
            self.report.fault(format!("{kind} {id}: the amount {} is out of range", amount.decimal()));
        }
    }

    fn count_state(&mut self, record: &Record, line: &[u8], plus: bool) {
        let key = record.key();
        let state = self.states.entry(key.clone()).or_default();
        let digest = digest(line);
        *state = if plus { state.wrapping_add(digest) } else { state.wrapping_sub(digest) };
        if *state == 0 {
            self.states.remove(&key);
        }
    }

    /// Numbers without gaps, and every change counted for the replay.
    fn entry(&mut self, entry: &Entry, changes: &[Change]) -> Result<()> {
        self.report.content.add(&entry_line(entry, changes)?);
        self.report.entries += 1;
        let Entry { owner, seq, undone_by, .. } = entry;
        let last = self.last.insert(*owner, *seq).unwrap_or_default();
        if *seq != last + 1 && !self.going.contains(owner) {
            self.report.fault(format!("journal of {owner}: entry {seq} follows {last}"));
        }
        if let Some(by) = undone_by
            && (by == seq || self.accounts.get(owner).is_some_and(|account| *by > account.last_seq))
        {
            self.report.fault(format!("journal of {owner}: entry {seq} is undone by {by}, which is not there"));
        }
        for Change { before, after } in changes {
            match (before.as_ref().and_then(in_trash), after.as_ref().and_then(in_trash)) {
                (Some(key), None) => {
                    self.deleted.insert(key, *seq);
                }
                (_, Some(key)) => {
                    self.deleted.remove(&key);
                }
                (None, None) => {}
            }
            for (record, plus) in before.iter().map(|r| (r, true)).chain(after.iter().map(|r| (r, false))) {
                if matches!(
                    record,
                    Record::Category(_)
                        | Record::Expense(_)
                        | Record::Funds(_)
                        | Record::Budget(_)
                        | Record::Filter(_)
                        | Record::Recurring(_)
                ) {
                    self.count_state(record, &record_line(record)?, plus);
                }
            }
        }
        Ok(())
    }

    pub fn purges(&mut self) {
        let lines = self.going.iter().map(|user| format!("account {user}: it was deleted and is being taken away"));
        self.report.unfinished.extend(lines);
        self.report.unfinished.sort();
    }

    /// What a large command has changed so far is not in the journal yet.
    pub fn jobs(&mut self, jobs: Vec<Job>) {
        let busy: HashSet<UserId> = jobs.iter().map(|job| job.owner).collect();
        self.states.retain(|key, _| !matches!(key, Key::Expense(owner, _) | Key::Funds(owner, _) | Key::Budget(owner, _) if busy.contains(owner)));
        let faults: Vec<String> = self
            .accounts
            .values()
            .filter(|account| account.busy != busy.contains(&account.owner))
            .map(|account| format!("account {}: whether a large command is at work on it is not clear", account.owner))
            .collect();
        for line in faults {
            self.report.fault(line);
        }
        self.report.unfinished.extend(jobs.into_iter().map(|Job { owner, seq, end, changes, done, .. }| match end {
            Some(end) => format!("account {owner}: {done} of {changes} changes of entry {seq} ({}) are made", end.entry.command),
            None => format!("account {owner}: entry {seq} is being planned; nothing was changed"),
        }));
    }

    /// I1.
    pub fn balance(&mut self, account: &Account) {
        let Account { owner, balance, opened, .. } = account;
        let sum = self.sums.get(owner).copied();
        if i128::from(balance.minor) != sum.unwrap_or(0) {
            let sum = i64::try_from(sum.unwrap_or(0))
                .map_or_else(|_| "a number out of range".to_owned(), |minor| Money::new(minor, balance.currency).decimal());
            self.report.fault(format!("account {owner}: the balance is {}, its entries sum to {sum}", balance.decimal()));
        }
        if balance.minor.abs() > MAX_MINOR {
            self.report.fault(format!("account {owner}: the balance {} is out of range", balance.decimal()));
        }
        let planned = self.budgets.range((*owner, None, Day::MIN)..).next().is_some_and(|(first, ..)| first == owner);
        if (sum.is_some() || planned) && !opened {
            self.report.fault(format!("account {owner}: it has entries, but its currency is not fixed"));
        }
    }

    pub fn end_of_journal(&mut self, Account { owner, last_seq, .. }: &Account) {
        let last = self.last.get(owner).copied().unwrap_or_default();
        if last != *last_seq && !self.going.contains(owner) {
            self.report.fault(format!("journal of {owner}: it ends with {last}, the account says {last_seq}"));
        }
    }

    /// I9.
    pub fn references(&mut self) {
        let planners = self.budgets.iter().map(|(owner, ..)| owner);
        let lost: Vec<String> = self
            .sums
            .keys()
            .chain(planners)
            .collect::<BTreeSet<_>>()
            .into_iter()
            .filter(|owner| !self.accounts.contains_key(owner))
            .map(|owner| format!("entries of {owner}: there is no such account"))
            .chain(
                self.accounts
                    .keys()
                    .filter(|o| !self.users.contains(o) && !self.removed.contains(o))
                    .map(|o| format!("account {o}: there is no such user")),
            )
            .chain(self.users.iter().filter(|u| !self.accounts.contains_key(u)).map(|u| format!("user {u}: there is no account")))
            .chain(
                self.uses
                    .iter()
                    .filter(|(category, _)| !self.categories.contains(category))
                    .map(|(category, n)| format!("category {category}: it is gone, but {n} expenses or budgets have it")),
            )
            .collect();
        for line in lost {
            self.report.fault(line);
        }
    }

    /// The trash is what the journals deleted. What a large command has deleted so far is not in a journal yet.
    pub fn trash(&mut self, kept: Vec<(Key, Seq)>) {
        let busy = |key: &Key| matches!(key, Key::Trashed(owner, ..) if self.accounts.get(owner).is_some_and(|a| a.busy));
        let mut wrong: Vec<Key> = Vec::new();
        for (key, seq) in kept {
            if self.deleted.remove(&key) != Some(seq) && !busy(&key) {
                wrong.push(key);
            }
        }
        wrong.extend(self.deleted.keys().filter(|key| !busy(key)).cloned());
        wrong.sort();
        for key in wrong {
            if let Key::Trashed(owner, kind, id) = key {
                self.report.fault(format!("trash of {owner}: {} {id} is not what the journal deleted", kind.code()));
            }
        }
    }

    pub fn replayed(&mut self) {
        let mut lines: Vec<String> = self
            .states
            .keys()
            .filter(|key| !key.owner().is_some_and(|owner| self.going.contains(&owner)))
            .map(|key| match key {
                Key::Expense(_, id) => format!("expense {id}: it is not what the journal made of it"),
                Key::Funds(_, id) => format!("funds {id}: they are not what the journal made of them"),
                Key::Budget(_, id) => format!("budget {id}: it is not what the journal made of it"),
                Key::Recurring(_, id) => format!("recurring entry {id}: it is not what the journal made of it"),
                Key::Filter(_, id) => format!("filter {id}: it is not what the journal made of it"),
                Key::Category(id) => format!("category {id}: it is not what the journal made of it"),
                other => format!("{other:?}: it is not what the journal made of it"),
            })
            .collect();
        lines.sort();
        for line in lines {
            self.report.fault(line);
        }
    }
}

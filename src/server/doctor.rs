//! Looks a whole store over: balances, references, journals, the engine's own files.
//!
//! It must never change anything. What it reads is one moment, also while the store is written to.

use crate::{
    domain::{Account, Budget, CategoryId, Day, Entry, Expense, Funds, Money, Seq, UserId, fold, money::MAX_MINOR},
    server::store::{
        Change, Job, Key, Record, Result, Snapshot, Store,
        walk::{Batch, Content, Walk, entry_line, record_line},
    },
};
use std::{
    collections::{BTreeMap, BTreeSet, HashMap, HashSet},
    fmt,
    hash::{DefaultHasher, Hash, Hasher},
};

/// The most faults that are listed; more are counted.
const LISTED: usize = 1_000;

/// What was looked at, and what is wrong.
#[derive(Debug, Default)]
pub struct Report {
    pub users: u64,
    pub expenses: u64,
    pub funds: u64,
    pub budgets: u64,
    pub categories: u64,
    pub entries: u64,
    /// All of the store as one number.
    pub content: Content,
    /// Large commands that are at work, or that the next start ends; one line each.
    pub unfinished: Vec<String>,
    /// One line each; empty when all is well.
    pub faults: Vec<String>,
    /// Faults beyond those listed.
    pub more: u64,
}

impl Report {
    pub fn is_sound(&self) -> bool {
        self.faults.is_empty()
    }
    fn fault(&mut self, line: String) {
        if self.faults.len() < LISTED {
            self.faults.push(line);
        } else {
            self.more += 1;
        }
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { users, expenses, funds, budgets, categories, entries, content, unfinished, faults, more } = self;
        writeln!(
            f,
            "Looked at {users} users, {expenses} expenses, {funds} funds, {budgets} budgets, {categories} categories, {entries} journal entries."
        )?;
        writeln!(f, "Content {content}.")?;
        for line in unfinished {
            writeln!(f, "unfinished: {line}")?;
        }
        for fault in faults {
            writeln!(f, "fault: {fault}")?;
        }
        if *more > 0 {
            writeln!(f, "and {more} more.")?;
        }
        if faults.is_empty() { write!(f, "All is well.") } else { write!(f, "The store has faults.") }
    }
}

/// Looks over a store as it is now.
pub async fn examine(store: &dyn Store) -> Result<Report> {
    examine_snapshot(store.snapshot().await?.as_mut()).await
}

/// Recomputes every balance (I1), checks every reference (I9), replays every journal against what
/// stands (I10), and asks the engine to check itself.
pub async fn examine_snapshot(snapshot: &mut dyn Snapshot) -> Result<Report> {
    let mut exam = Exam::default();
    let mut walk = Walk::new(snapshot);
    let mut batch = walk.next().await?;
    while let Some(seen) = batch {
        // The engine reads on meanwhile.
        let (next, examined) = futures::join!(walk.next(), async { exam.batch(&seen) });
        examined?;
        batch = next?;
    }
    exam.jobs(snapshot.jobs().await?);
    let accounts: Vec<Account> = exam.accounts.values().cloned().collect();
    for account in &accounts {
        exam.balance(account);
        exam.end_of_journal(account);
    }
    exam.references();
    exam.replayed();
    for line in snapshot.check().await? {
        exam.report.fault(format!("engine: {line}"));
    }
    Ok(exam.report)
}

/// What has been seen so far.
#[derive(Default)]
struct Exam {
    report: Report,
    users: HashSet<UserId>,
    usernames: HashSet<String>,
    accounts: BTreeMap<UserId, Account>,
    categories: HashSet<CategoryId>,
    category_names: HashSet<String>,
    /// Funds less expenses.
    sums: HashMap<UserId, i128>,
    /// How many expenses and budgets point at a category.
    uses: BTreeMap<CategoryId, u64>,
    /// Whose budgets there are, of what and from when.
    budgets: BTreeSet<(UserId, Option<CategoryId>, Day)>,
    /// Per record that is journaled: the digests of what stands now and of every state that was
    /// replaced, less the digests of every state that was written. Zero, and taken out, when the
    /// journal tells the whole story.
    states: HashMap<Key, u64>,
    /// The newest entry of each journal that was seen.
    last: HashMap<UserId, Seq>,
}

fn digest(line: &[u8]) -> u64 {
    let mut hasher = DefaultHasher::new();
    line.hash(&mut hasher);
    hasher.finish()
}

impl Exam {
    fn batch(&mut self, Batch { records, entries }: &Batch) -> Result<()> {
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
            Record::Budget(budget) => {
                self.report.budgets += 1;
                self.budget(budget);
                self.count_state(record, &line, true);
            }
            _ => {}
        }
        Ok(())
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
        if *seq != last + 1 {
            self.report.fault(format!("journal of {owner}: entry {seq} follows {last}"));
        }
        if let Some(by) = undone_by
            && (by == seq || self.accounts.get(owner).is_some_and(|account| *by > account.last_seq))
        {
            self.report.fault(format!("journal of {owner}: entry {seq} is undone by {by}, which is not there"));
        }
        for Change { before, after } in changes {
            for (record, plus) in before.iter().map(|r| (r, true)).chain(after.iter().map(|r| (r, false))) {
                if matches!(record, Record::Category(_) | Record::Expense(_) | Record::Funds(_) | Record::Budget(_)) {
                    self.count_state(record, &record_line(record)?, plus);
                }
            }
        }
        Ok(())
    }

    /// What a large command has changed so far is not in the journal yet.
    fn jobs(&mut self, jobs: Vec<Job>) {
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
    fn balance(&mut self, account: &Account) {
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

    fn end_of_journal(&mut self, Account { owner, last_seq, .. }: &Account) {
        let last = self.last.get(owner).copied().unwrap_or_default();
        if last != *last_seq {
            self.report.fault(format!("journal of {owner}: it ends with {last}, the account says {last_seq}"));
        }
    }

    /// I9.
    fn references(&mut self) {
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
                self.accounts.keys().filter(|o| !self.users.contains(o)).map(|o| format!("account {o}: there is no such user")),
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

    fn replayed(&mut self) {
        let mut lines: Vec<String> = self
            .states
            .keys()
            .map(|key| match key {
                Key::Expense(_, id) => format!("expense {id}: it is not what the journal made of it"),
                Key::Funds(_, id) => format!("funds {id}: they are not what the journal made of them"),
                Key::Budget(_, id) => format!("budget {id}: it is not what the journal made of it"),
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        domain::{CategoryId, Command, Effect, ExpenseId, Outcome, budget::BudgetDraft},
        server::ledger::testing::{House, draft, eur, fill},
    };

    async fn with_an_expense() -> (House, Expense) {
        let house = House::new().await;
        house.add_funds(1, 10_00).await;
        let draft = draft(eur(4_00), None, 0);
        let record = Command::RecordExpense { id: ExpenseId::new(), draft, allow_overdraft: false };
        let Ok(Outcome { effect: Effect::Expense(expense), .. }) = house.run(1, record).await else { panic!("refused") };
        (house, expense)
    }

    /// The faults after a record was written past the ledger.
    async fn faults_with(house: &House, record: Record) -> Vec<String> {
        fill(&house.store, vec![record]).await;
        let report = examine(&*house.store).await.expect("a report");
        assert!(!report.is_sound());
        report.faults
    }

    #[tokio::test]
    async fn a_store_that_only_the_ledger_wrote_is_sound() {
        let (house, expense) = with_an_expense().await;
        let deleted = house.run(1, Command::DeleteExpense { id: expense.id, version: None }).await.expect("deleted");
        house.run(1, Command::Undo { seq: deleted.seq }).await.expect("undone");
        let report = examine(&*house.store).await.expect("a report");
        assert!(report.is_sound(), "{report}");
        assert_eq!((report.users, report.expenses, report.funds, report.categories, report.entries), (3, 1, 1, 10, 7));
        assert!(report.to_string().ends_with("All is well."));
    }

    #[tokio::test]
    async fn i1_a_balance_that_is_not_the_sum_is_found() {
        let (house, expense) = with_an_expense().await;
        let account = house.store.account(expense.owner).await.expect("a store").expect("an account");
        let faults = faults_with(&house, Record::Account(Account { balance: eur(7_00), ..account })).await;
        assert_eq!(faults, [format!("account {}: the balance is 7.00, its entries sum to 6.00", expense.owner)]);
    }

    #[tokio::test]
    async fn i10_a_change_past_the_journal_is_found() {
        let (house, expense) = with_an_expense().await;
        let changed = Expense { version: expense.version + 1, ..expense.clone() };
        let faults = faults_with(&house, Record::Expense(changed)).await;
        assert_eq!(faults, [format!("expense {}: it is not what the journal made of it", expense.id)]);
    }

    #[tokio::test]
    async fn i9_a_category_that_is_gone_is_found() {
        let (house, expense) = with_an_expense().await;
        let category = CategoryId::new();
        let faults = faults_with(&house, Record::Expense(Expense { category_id: Some(category), ..expense })).await;
        assert!(faults.contains(&format!("category {category}: it is gone, but 1 expenses or budgets have it")), "{faults:?}");
    }

    #[tokio::test]
    async fn two_budgets_in_one_place_are_found() {
        let house = House::new().await;
        let draft = BudgetDraft { category_id: None, amount: eur(5_00), rollover: None };
        let set = Command::SetBudget { key: "2026-11-01".parse().expect("a day"), draft, version: None };
        let Ok(Outcome { effect: Effect::Budget(budget), .. }) = house.run(1, set).await else { panic!("refused") };
        let report = examine(&*house.store).await.expect("a report");
        assert!(report.is_sound() && report.budgets == 1, "{report}");
        let twin = Budget { id: crate::domain::BudgetId::new(), ..budget };
        let faults = faults_with(&house, Record::Budget(twin.clone())).await;
        assert_eq!(faults.len(), 2, "{faults:?}");
        assert!(faults.iter().any(|line| line.ends_with("there is another of the same from 2026-11-01 on")), "{faults:?}");
        assert!(faults.contains(&format!("budget {}: it is not what the journal made of it", twin.id)), "{faults:?}");
    }

    #[tokio::test]
    async fn a_gap_at_the_end_of_a_journal_is_found() {
        let (house, expense) = with_an_expense().await;
        let account = house.store.account(expense.owner).await.expect("a store").expect("an account");
        let faults = faults_with(&house, Record::Account(Account { last_seq: 9, ..account })).await;
        assert_eq!(faults, [format!("journal of {}: it ends with 3, the account says 9", expense.owner)]);
    }
}

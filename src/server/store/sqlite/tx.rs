//! One work's view of the store: runs on the writer's thread, inside a savepoint.

use super::{
    super::{Change, Fingerprint, Job, Key, NewEntry, Record, Result, StoreError, Tx, sums::SumChanges},
    error::damaged,
    expenses,
    fill::Filling,
    find, found, imports, journal, people, recurring, reports, rows,
    sql::run,
    sums, upkeep,
};
use crate::domain::{
    Account, Budget, Category, CategoryId, Entry, Expense, ExpenseFilter, ExpenseId, Funds, ImportId, Program, Recurring,
    SavedFilter, Seq, SessionId, User, UserId,
};
use async_trait::async_trait;
use rusqlite::{Connection, params};

/// Every future of it is ready at once.
pub struct SqliteTx<'c> {
    connection: &'c mut Connection,
    filling: &'c mut Option<Filling>,
    /// What the engine could not do. Such a work is rolled back whatever it answers.
    pub fault: Option<StoreError>,
}

impl<'c> SqliteTx<'c> {
    pub fn new(connection: &'c mut Connection, filling: &'c mut Option<Filling>) -> Self {
        Self { connection, filling, fault: None }
    }

    /// Runs something on the connection, and remembers when it failed.
    pub fn ask<T>(&mut self, question: impl FnOnce(&Connection) -> Result<T>) -> Result<T> {
        let answer = question(self.connection);
        self.remembered(answer)
    }
    fn remembered<T>(&mut self, answer: Result<T>) -> Result<T> {
        if let Err(e) = &answer {
            self.fault = Some(e.clone());
        }
        answer
    }

    /// Makes what waits until the file is filled.
    pub fn filled(&mut self) -> Result<()> {
        let made = self.filling.take().map_or(Ok(()), |filling| filling.end(self.connection));
        self.remembered(made)
    }
}

#[async_trait]
impl Tx for SqliteTx<'_> {
    async fn get_many(&mut self, keys: &[Key]) -> Result<Vec<Option<Record>>> {
        self.ask(|c| keys.iter().map(|key| rows::get(c, key)).collect())
    }
    async fn put(&mut self, records: &[Record]) -> Result<()> {
        let put = |record: &Record| match self.filling {
            Some(filling) => filling.put(self.connection, record),
            None => rows::put(self.connection, record),
        };
        let written = records.iter().try_for_each(put);
        self.remembered(written)
    }
    async fn delete(&mut self, keys: &[Key]) -> Result<()> {
        self.ask(|c| keys.iter().try_for_each(|key| rows::delete(c, key)))
    }

    async fn adjust_balance(&mut self, owner: UserId, delta: i64) -> Result<Account> {
        self.ask(|c| {
            let mut account = rows::account(c, owner)?.ok_or_else(|| damaged("an account is missing"))?;
            account.balance.minor = account.balance.minor.saturating_add(delta);
            run(c, "UPDATE accounts SET balance = ? WHERE owner = ?", params![account.balance.minor, rows::id(owner.0)])?;
            Ok(account)
        })
    }
    async fn adjust_sums(&mut self, changes: &SumChanges) -> Result<()> {
        self.ask(|c| sums::adjust(c, changes))
    }
    async fn append(&mut self, entry: &NewEntry, changes: &[Change]) -> Result<Entry> {
        self.ask(|c| journal::append(c, entry, changes))
    }
    async fn entry(&mut self, owner: UserId, seq: Seq) -> Result<Option<(Entry, Vec<Change>)>> {
        self.ask(|c| journal::entry(c, owner, seq))
    }
    async fn plan(&mut self, owner: UserId, seq: Seq, before: u64, changes: &[Change]) -> Result<()> {
        self.ask(|c| journal::insert_changes(c, owner, seq, before, changes))
    }
    async fn planned(&mut self, owner: UserId, seq: Seq) -> Result<Vec<Change>> {
        self.ask(|c| journal::changes(c, owner, seq))
    }
    async fn drop_plan(&mut self, owner: UserId, seq: Seq) -> Result<()> {
        self.ask(|c| journal::delete_changes(c, owner, seq))
    }
    async fn jobs(&mut self) -> Result<Vec<Job>> {
        self.ask(people::jobs)
    }
    async fn put_entries(&mut self, entries: &[(Entry, Vec<Change>)]) -> Result<()> {
        self.ask(|c| entries.iter().try_for_each(|(entry, changes)| journal::insert(c, entry, changes)))
    }
    async fn set_undone(&mut self, owner: UserId, seq: Seq, by: Option<Seq>) -> Result<()> {
        self.ask(|c| journal::set_undone(c, owner, seq, by))
    }

    async fn user_by_name(&mut self, username: &str) -> Result<Option<User>> {
        self.ask(|c| people::user_by_name(c, username))
    }
    async fn active_admins(&mut self) -> Result<u64> {
        self.ask(people::active_admins)
    }
    async fn category_by_name(&mut self, key: &str) -> Result<Option<Category>> {
        self.ask(|c| people::category_by_name(c, key))
    }
    async fn categories(&mut self) -> Result<Vec<Category>> {
        self.ask(people::categories)
    }
    async fn expenses_in(
        &mut self,
        category: CategoryId,
        after: Option<(UserId, ExpenseId)>,
        limit: u32,
    ) -> Result<Vec<Expense>> {
        self.ask(|c| expenses::in_category(c, category, after, limit))
    }
    async fn budgets(&mut self, owner: UserId) -> Result<Vec<Budget>> {
        self.ask(|c| reports::budgets(c, owner))
    }
    async fn filters(&mut self, owner: UserId) -> Result<Vec<SavedFilter>> {
        self.ask(|c| reports::filters(c, owner))
    }
    async fn recurring(&mut self, owner: UserId) -> Result<Vec<Recurring>> {
        self.ask(|c| recurring::of(c, owner))
    }
    async fn recurring_of(&mut self, category: CategoryId) -> Result<Vec<Recurring>> {
        self.ask(|c| recurring::of_category(c, category))
    }
    async fn programs(&mut self) -> Result<Vec<Program>> {
        self.ask(people::programs)
    }
    async fn budgets_of(&mut self, category: CategoryId) -> Result<Vec<Budget>> {
        self.ask(|c| reports::budgets_of(c, category))
    }
    async fn matching(&mut self, owner: UserId, filter: &ExpenseFilter, limit: u32) -> Result<Vec<Expense>> {
        self.ask(|c| {
            found::settle(c)?;
            find::matching(c, owner, filter, limit)
        })
    }
    async fn rows_of_import(&mut self, owner: UserId, import: ImportId) -> Result<(Vec<Expense>, Vec<Funds>)> {
        self.ask(|c| Ok((expenses::of_import(c, owner, import)?, reports::funds_of_import(c, owner, import)?)))
    }
    async fn fingerprints_of_import(&mut self, owner: UserId, import: ImportId) -> Result<Vec<Fingerprint>> {
        self.ask(|c| imports::fingerprints_of(c, owner, import))
    }
    async fn end_sessions(&mut self, user: UserId, except: Option<SessionId>) -> Result<()> {
        self.ask(|c| people::end_sessions(c, user, except))
    }
    async fn end_tokens(&mut self, user: UserId) -> Result<()> {
        self.ask(|c| people::end_tokens(c, user))
    }
    async fn end_links(&mut self) -> Result<()> {
        self.ask(people::end_links)
    }
    async fn belongings(&mut self, user: UserId, limit: u32) -> Result<Vec<Record>> {
        self.ask(|c| upkeep::belongings(c, user, limit))
    }
    async fn forget(&mut self, user: UserId, limit: u32) -> Result<bool> {
        self.ask(|c| journal::forget(c, user, limit))
    }
}

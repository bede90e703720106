//! One work's view of the store: what it writes stays in memory until it has succeeded, so a work that
//! refuses leaves nothing behind though MongoDB has no savepoints.
//!
//! A work that shares its transaction may only use keys. One that asks a query, or writes much, is run again
//! in a transaction of its own, where what it wrote is sent before each query.

use super::{
    super::{Change, Fingerprint, Job, Key, NewEntry, Record, Result, StoreError, Tx, sums::SumChanges},
    ask::Ask,
    docs::body,
    error::{self, Trouble},
    expenses, find, imports, journal, journals,
    kind::Kind,
    people, recurring, reports, upkeep,
    writes::{State, Writes},
};
use crate::domain::{
    Account, Budget, Category, CategoryId, Code, Entry, Expense, ExpenseFilter, ExpenseId, Funds, ImportId, Problem, Program,
    Recurring, SavedFilter, Seq, SessionId, User, UserId,
};
use async_trait::async_trait;
use mongodb::{bson::doc, options::FindOptions};

/// A work that has written more than this has a transaction of its own.
const MUCH: usize = 2_000;

/// A view of a transaction for one work.
pub struct MongoTx<'t, 's> {
    ask: &'t mut Ask<'s>,
    state: &'t mut State,
    own: Writes,
    /// The work has the transaction for itself.
    alone: bool,
    /// It needs that.
    pub wants_to_be_alone: bool,
    /// What this work asked and cannot have. It is rolled back whatever it answers.
    pub fault: Option<StoreError>,
    /// The transaction is lost.
    pub trouble: Option<Trouble>,
}

impl<'t, 's> MongoTx<'t, 's> {
    pub fn new(ask: &'t mut Ask<'s>, state: &'t mut State, alone: bool) -> Self {
        Self { ask, state, own: Writes::default(), alone, wants_to_be_alone: false, fault: None, trouble: None }
    }

    /// The work has succeeded: what it wrote is the transaction's.
    pub fn keep(self) {
        self.state.merge(self.own);
    }

    fn note<T>(&mut self, answer: error::Result<T>) -> Result<T> {
        answer.map_err(|trouble| {
            self.trouble = Some(trouble);
            lost()
        })
    }

    /// Sends what was written, so that a query sees it.
    async fn settle(&mut self) -> Result<()> {
        if !self.alone {
            self.wants_to_be_alone = true;
            return Err(lost());
        }
        self.state.merge(std::mem::take(&mut self.own));
        let sent = self.state.flush(self.ask).await;
        self.note(sent)
    }

    /// Sends what was written when it is much.
    async fn relieve(&mut self) -> Result<()> {
        if self.own.len() > MUCH { self.settle().await } else { Ok(()) }
    }

    fn known(&self, key: &Key) -> Option<&Option<Record>> {
        self.own.records.get(key).or_else(|| self.state.seen.get(key))
    }

    async fn account(&mut self, owner: UserId) -> Result<Account> {
        match self.get(Key::Account(owner)).await? {
            Some(Record::Account(account)) => Ok(account),
            _ => {
                let fault = StoreError::Failed(format!("user {owner} has no account"));
                self.fault = Some(fault);
                Err(lost())
            }
        }
    }
}

/// What a work is told when it cannot go on. Nobody else is: whoever runs it knows what happened, and tries
/// again or says so.
fn lost() -> StoreError {
    StoreError::Refused(Problem::new(Code::Busy, "The transaction is lost."))
}

#[async_trait]
impl Tx for MongoTx<'_, '_> {
    async fn get_many(&mut self, keys: &[Key]) -> Result<Vec<Option<Record>>> {
        let unknown: Vec<&Key> = keys.iter().filter(|key| self.known(key).is_none()).collect();
        let fetched = self.state.fetch(self.ask, unknown).await;
        self.note(fetched)?;
        Ok(keys.iter().map(|key| self.known(key).cloned().flatten()).collect())
    }
    async fn put(&mut self, records: &[Record]) -> Result<()> {
        self.own.records.extend(records.iter().map(|record| (record.key(), Some(record.clone()))));
        self.relieve().await
    }
    async fn delete(&mut self, keys: &[Key]) -> Result<()> {
        self.own.records.extend(keys.iter().map(|key| (key.clone(), None)));
        self.relieve().await
    }

    async fn adjust_balance(&mut self, owner: UserId, delta: i64) -> Result<Account> {
        let mut account = self.account(owner).await?;
        account.balance.minor = account.balance.minor.saturating_add(delta);
        self.own.records.insert(Key::Account(owner), Some(Record::Account(account.clone())));
        Ok(account)
    }
    async fn adjust_sums(&mut self, changes: &SumChanges) -> Result<()> {
        self.own.sums.merge(changes.clone());
        Ok(())
    }
    async fn append(&mut self, new: &NewEntry, changes: &[Change]) -> Result<Entry> {
        let mut account = self.account(new.owner).await?;
        account.last_seq += 1;
        let entry = new.numbered(account.last_seq);
        self.own.records.insert(Key::Account(new.owner), Some(Record::Account(account)));
        self.own.entries.push((entry.clone(), changes.to_vec()));
        self.relieve().await?;
        Ok(entry)
    }
    async fn entry(&mut self, owner: UserId, seq: Seq) -> Result<Option<(Entry, Vec<Change>)>> {
        self.settle().await?;
        let found = journal::entry(self.ask, owner, seq).await;
        self.note(found)
    }
    async fn plan(&mut self, owner: UserId, seq: Seq, before: u64, changes: &[Change]) -> Result<()> {
        self.own.planned.push((owner, seq, before, changes.to_vec()));
        self.relieve().await
    }
    async fn planned(&mut self, owner: UserId, seq: Seq) -> Result<Vec<Change>> {
        self.settle().await?;
        let found = journal::changes_of(self.ask, owner, seq).await;
        self.note(found)
    }
    async fn drop_plan(&mut self, owner: UserId, seq: Seq) -> Result<()> {
        self.own.dropped.push((owner, seq));
        Ok(())
    }
    async fn jobs(&mut self) -> Result<Vec<Job>> {
        self.settle().await?;
        let found = people::jobs(self.ask).await;
        self.note(found)
    }
    async fn put_entries(&mut self, entries: &[(Entry, Vec<Change>)]) -> Result<()> {
        self.own.entries.extend_from_slice(entries);
        self.relieve().await
    }
    async fn set_undone(&mut self, owner: UserId, seq: Seq, by: Option<Seq>) -> Result<()> {
        self.own.marks.push((owner, seq, by));
        Ok(())
    }

    async fn user_by_name(&mut self, username: &str) -> Result<Option<User>> {
        self.settle().await?;
        let found = self.ask.one(Kind::User.name(), doc! { "username": username }, body).await;
        self.note(found)
    }
    async fn active_admins(&mut self) -> Result<u64> {
        self.settle().await?;
        let found = self.ask.find(Kind::User.name(), doc! { "active_admin": true }, FindOptions::default(), |_| Ok(())).await;
        Ok(self.note(found)?.len() as u64)
    }
    async fn category_by_name(&mut self, key: &str) -> Result<Option<Category>> {
        self.settle().await?;
        let found = self.ask.one(Kind::Category.name(), doc! { "name_key": key }, body).await;
        self.note(found)
    }
    async fn categories(&mut self) -> Result<Vec<Category>> {
        self.settle().await?;
        let found = people::categories(self.ask).await;
        self.note(found)
    }
    async fn hold_categories(&mut self, user: UserId, ids: &[CategoryId]) -> Result<()> {
        self.own.holds.extend(ids.iter().map(|id| (user, *id)));
        Ok(())
    }
    async fn seize_category(&mut self, id: CategoryId) -> Result<()> {
        self.own.seized.insert(id);
        self.settle().await
    }
    async fn expenses_in(
        &mut self,
        category: CategoryId,
        after: Option<(UserId, ExpenseId)>,
        limit: u32,
    ) -> Result<Vec<Expense>> {
        self.settle().await?;
        let found = expenses::in_category(self.ask, category, after, limit).await;
        self.note(found)
    }
    async fn budgets(&mut self, owner: UserId) -> Result<Vec<Budget>> {
        self.settle().await?;
        let found = reports::budgets(self.ask, owner).await;
        self.note(found)
    }
    async fn filters(&mut self, owner: UserId) -> Result<Vec<SavedFilter>> {
        self.settle().await?;
        let found = reports::filters(self.ask, owner).await;
        self.note(found)
    }
    async fn recurring(&mut self, owner: UserId) -> Result<Vec<Recurring>> {
        self.settle().await?;
        let found = recurring::of(self.ask, owner).await;
        self.note(found)
    }
    async fn recurring_of(&mut self, category: CategoryId) -> Result<Vec<Recurring>> {
        self.settle().await?;
        let found = recurring::of_category(self.ask, category).await;
        self.note(found)
    }
    async fn programs(&mut self) -> Result<Vec<Program>> {
        self.settle().await?;
        let found = people::programs(self.ask).await;
        self.note(found)
    }
    async fn budgets_of(&mut self, category: CategoryId) -> Result<Vec<Budget>> {
        self.settle().await?;
        let found = reports::budgets_of(self.ask, category).await;
        self.note(found)
    }
    async fn matching(&mut self, owner: UserId, filter: &ExpenseFilter, limit: u32) -> Result<Vec<Expense>> {
        self.settle().await?;
        let found = find::matching(self.ask, owner, filter, limit).await;
        self.note(found)
    }
    async fn rows_of_import(&mut self, owner: UserId, import: ImportId) -> Result<(Vec<Expense>, Vec<Funds>)> {
        self.settle().await?;
        let found = imports::rows(self.ask, owner, import).await;
        self.note(found)
    }
    async fn fingerprints_of_import(&mut self, owner: UserId, import: ImportId) -> Result<Vec<Fingerprint>> {
        self.settle().await?;
        let found = imports::fingerprints_of(self.ask, owner, import).await;
        self.note(found)
    }
    async fn end_sessions(&mut self, user: UserId, except: Option<SessionId>) -> Result<()> {
        self.settle().await?;
        let found = people::sessions_of(self.ask, user).await;
        let others = self.note(found)?.into_iter().map(|session| session.id).filter(|id| Some(*id) != except);
        let keys: Vec<Key> = others.map(|id| Key::Session(user, id)).collect();
        self.delete(&keys).await
    }
    async fn end_tokens(&mut self, user: UserId) -> Result<()> {
        self.settle().await?;
        let found = people::tokens_of(self.ask, user).await;
        let keys: Vec<Key> = self.note(found)?.into_iter().map(|token| Key::Token(user, token.id)).collect();
        self.delete(&keys).await
    }
    async fn end_links(&mut self) -> Result<()> {
        self.settle().await?;
        let found = people::links(self.ask).await;
        let keys: Vec<Key> = self.note(found)?.iter().map(|link| Key::Link(link.id())).collect();
        self.delete(&keys).await
    }
    async fn belongings(&mut self, user: UserId, limit: u32) -> Result<Vec<Record>> {
        self.settle().await?;
        let found = upkeep::belongings(self.ask, user, limit).await;
        self.note(found)
    }
    async fn forget(&mut self, user: UserId, limit: u32) -> Result<bool> {
        self.settle().await?;
        let forgotten = journals::forget(self.ask, user, limit).await;
        self.state.dirty = true;
        self.note(forgotten)
    }
}

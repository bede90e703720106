//! The engine for many: MongoDB, a replica set or a sharded cluster.
//!
//! Every write is in a transaction that a majority has on disk before it is answered; what waits together
//! shares one. It must never hold a rule of the ledger. See `docs/architecture.md`.

mod ask;
mod batch;
mod connect;
mod docs;
mod error;
mod events;
mod expenses;
mod find;
mod follow;
mod health;
mod imports;
mod journal;
mod journals;
mod kind;
mod lanes;
mod leads;
mod lookups;
mod migrations;
mod people;
mod recurring;
mod reports;
mod snapshot;
mod sums;
#[cfg(test)]
mod tests;
mod trash;
mod tx;
mod upkeep;
mod writes;

use super::{
    Change, Credential, DuePlace, Ear, Fingerprint, Happened, HappenedFilter, Idempotent, Import, Job, JournalFilter, Key, Lane,
    Link, Presence, Record, Removal, Result, Session, Snapshot, Store, StoreError, Throttle, Token, Work, health::StoreHealth,
    transact,
};
use crate::domain::{
    Account, Budget, Category, CategoryId, Day, Entry, Expense, ExpenseFilter, ExpenseId, Funds, FundsId, ImportId, Instant,
    Page, Problem, Program, ProgramId, Recurring, SavedFilter, Seq, SessionId, Span, Total, Trashed, User, UserId,
    import::ImportInfo, journal::ExpenseStep, page::PageRequest, report::CategorySum, token::TokenInfo,
};
use ask::Ask;
use async_trait::async_trait;
use docs::{body, by_key, uuid};
use kind::Kind;
use lanes::Lanes;
use lookups::Lookups;
use mongodb::{
    Database,
    bson::{Bson, doc},
};
use serde::de::DeserializeOwned;
use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};
use tokio::sync::oneshot;

/// How long a start waits for the database.
const START: Duration = Duration::from_secs(30);
/// How long [`Store::ready`] does.
const READY: Duration = Duration::from_millis(1_500);

/// A store in one database.
pub struct MongoStore {
    db: Database,
    sharded: bool,
    lanes: Arc<Lanes>,
    /// What is asked on every request: who is behind it.
    who: Who,
    closed: AtomicBool,
}

struct Who {
    users: Lookups,
    credentials: Lookups,
    sessions: Lookups,
    tokens: Lookups,
}

impl Who {
    fn new(db: &Database) -> Self {
        Self {
            users: Lookups::new(db, Kind::User, "_id"),
            credentials: Lookups::new(db, Kind::Credential, "_id"),
            sessions: Lookups::new(db, Kind::Session, "_id"),
            tokens: Lookups::new(db, Kind::Token, "hash"),
        }
    }
}

impl MongoStore {
    /// Connects, waiting up to half a minute for a primary, and brings the schema up to date. The error is a
    /// line for the operator, without the URI.
    pub async fn open(uri: &str) -> Result<Self> {
        Self::open_within(uri, START).await
    }

    /// As [`MongoStore::open`], waiting as long as `wait`.
    pub async fn open_within(uri: &str, wait: Duration) -> Result<Self> {
        let options = connect::options(uri).await?;
        let (db, sharded) = connect::connect(options, wait).await?;
        migrations::migrate(&db).await?;
        Ok(Self { sharded, lanes: Lanes::start(&db, sharded), who: Who::new(&db), db, closed: AtomicBool::new(false) })
    }

    /// A conversation outside of transactions: what a majority has.
    fn ask(&self) -> Result<Ask<'_>> {
        if self.closed.load(Ordering::Acquire) {
            return Err(StoreError::Away("the store is closed".into()));
        }
        Ok(Ask::new(&self.db))
    }

    /// What a lookup finds, read.
    async fn look_up<T: DeserializeOwned>(&self, lookups: &Lookups, value: impl Into<Bson>) -> Result<Option<T>> {
        self.ask()?;
        Ok(lookups.one(value).await?.map(|found| body(&found)).transpose()?)
    }

    /// The record of a key.
    async fn get(&self, key: Key) -> Result<Option<Record>> {
        let kind = Kind::of(&key);
        Ok(self.ask()?.one(kind.name(), by_key(&key), |d| docs::record(kind, d)).await?)
    }
}

impl Drop for MongoStore {
    fn drop(&mut self) {
        self.lanes.stop();
    }
}

/// The value of a record that was asked for by a key of its kind.
macro_rules! of_kind {
    ($record:expr, $kind:ident) => {
        match $record {
            Some(Record::$kind(value)) => Ok(Some(value)),
            _ => Ok(None),
        }
    };
}

#[async_trait]
impl Store for MongoStore {
    async fn transact(&self, lane: Lane, likely: Vec<Key>, work: Work) -> std::result::Result<(), Problem> {
        self.lanes.run(lane, likely, work).await
    }
    async fn look(&self, work: Work) -> std::result::Result<(), Problem> {
        self.ask()?;
        let (answer, answered) = oneshot::channel();
        // A transaction that writes nothing is dropped at its end.
        batch::run(&self.db, self.sharded, vec![batch::Job { work, likely: Vec::new(), answer }]).await?;
        answered.await.map_err(|_| Problem::internal())?
    }
    async fn ready(&self) -> Result<()> {
        let ask = self.ask()?;
        match tokio::time::timeout(READY, ask.db.run_command(doc! { "ping": 1 })).await {
            Ok(answer) => Ok(answer.map(drop).map_err(error::Trouble::from)?),
            Err(_) => Err(StoreError::Away("no answer in time".into())),
        }
    }
    async fn health(&self) -> Result<StoreHealth> {
        Ok(health::health(&mut self.ask()?).await?)
    }
    async fn close(&self) {
        self.lanes.close().await;
        if !self.closed.swap(true, Ordering::AcqRel) {
            self.db.client().clone().shutdown().immediate(true).await;
        }
    }

    async fn user(&self, id: UserId) -> Result<Option<User>> {
        self.look_up(&self.who.users, uuid(id.0)).await
    }
    async fn user_by_name(&self, username: &str) -> Result<Option<User>> {
        Ok(self.ask()?.one(Kind::User.name(), doc! { "username": username }, body).await?)
    }
    async fn users(&self) -> Result<Vec<User>> {
        Ok(people::users(&mut self.ask()?).await?)
    }
    async fn users_after(&self, after: &str, limit: u32) -> Result<Vec<User>> {
        Ok(people::users_after(&mut self.ask()?, after, limit).await?)
    }
    async fn user_count(&self) -> Result<u64> {
        Ok(people::user_count(&mut self.ask()?).await?)
    }
    async fn presence(&self, ids: &[UserId]) -> Result<Vec<Presence>> {
        Ok(people::presence(&mut self.ask()?, ids).await?)
    }
    async fn seen_last(&self, limit: usize) -> Result<Vec<(UserId, Instant)>> {
        Ok(people::seen_last(&mut self.ask()?, limit).await?)
    }
    async fn credential(&self, id: UserId) -> Result<Option<Credential>> {
        self.look_up(&self.who.credentials, uuid(id.0)).await
    }
    async fn account(&self, owner: UserId) -> Result<Option<Account>> {
        of_kind!(self.get(Key::Account(owner)).await?, Account)
    }
    async fn setting(&self, name: &str) -> Result<Option<String>> {
        let setting = of_kind!(self.get(Key::Setting(name.to_owned())).await?, Setting);
        setting.map(|found| found.map(|setting| setting.value))
    }

    async fn session(&self, id: SessionId) -> Result<Option<Session>> {
        self.look_up(&self.who.sessions, uuid(id.0)).await
    }
    async fn sessions_of(&self, user: UserId) -> Result<Vec<Session>> {
        Ok(people::sessions_of(&mut self.ask()?, user).await?)
    }
    async fn token_by_hash(&self, hash: &str) -> Result<Option<Token>> {
        self.look_up(&self.who.tokens, hash).await
    }
    async fn tokens_of(&self, user: UserId) -> Result<Vec<TokenInfo>> {
        Ok(people::tokens_of(&mut self.ask()?, user).await?)
    }
    async fn link(&self, id: &str) -> Result<Option<Link>> {
        of_kind!(self.get(Key::Link(id.to_owned())).await?, Link)
    }
    async fn removal(&self, user: UserId) -> Result<Option<Removal>> {
        of_kind!(self.get(Key::Removal(user)).await?, Removal)
    }
    async fn removals(&self) -> Result<Vec<Removal>> {
        Ok(people::removals(&mut self.ask()?).await?)
    }
    async fn throttle(&self, subject: &str) -> Result<Option<Throttle>> {
        of_kind!(self.get(Key::Throttle(subject.to_owned())).await?, Throttle)
    }
    async fn jobs(&self) -> Result<Vec<Job>> {
        Ok(people::jobs(&mut self.ask()?).await?)
    }
    async fn entry_size(&self, owner: UserId, seq: Seq) -> Result<u64> {
        Ok(journal::size(&mut self.ask()?, owner, seq).await?)
    }
    async fn idempotent(&self, owner: UserId, key: &str) -> Result<Option<Idempotent>> {
        of_kind!(self.get(Key::Idempotent(owner, key.to_owned())).await?, Idempotent)
    }

    async fn program(&self, id: ProgramId) -> Result<Option<Program>> {
        of_kind!(self.get(Key::Program(id)).await?, Program)
    }
    async fn programs(&self) -> Result<Vec<Program>> {
        Ok(people::programs(&mut self.ask()?).await?)
    }

    async fn categories(&self) -> Result<Vec<Category>> {
        Ok(people::categories(&mut self.ask()?).await?)
    }
    async fn category_use(&self) -> Result<Vec<(CategoryId, u64)>> {
        Ok(expenses::by_category(&mut self.ask()?).await?)
    }
    async fn expense(&self, owner: UserId, id: ExpenseId) -> Result<Option<Expense>> {
        of_kind!(self.get(Key::Expense(owner, id)).await?, Expense)
    }
    async fn expenses_of(&self, owner: UserId, ids: &[ExpenseId]) -> Result<Vec<Expense>> {
        Ok(expenses::of(&mut self.ask()?, owner, ids).await?)
    }
    async fn expenses(&self, owner: UserId, filter: &ExpenseFilter, page: &PageRequest) -> Result<Page<Expense>> {
        Ok(find::list(&mut self.ask()?, owner, filter, page).await?)
    }
    async fn expense_total(&self, owner: UserId, filter: &ExpenseFilter) -> Result<Total> {
        Ok(find::total(&mut self.ask()?, owner, filter).await?)
    }
    async fn funds(&self, owner: UserId, id: FundsId) -> Result<Option<Funds>> {
        of_kind!(self.get(Key::Funds(owner, id)).await?, Funds)
    }
    async fn funds_list(&self, owner: UserId, span: Span, page: &PageRequest) -> Result<Page<Funds>> {
        Ok(reports::funds_list(&mut self.ask()?, owner, span, page).await?)
    }
    async fn trash(&self, owner: UserId, page: &PageRequest) -> Result<Page<Trashed>> {
        Ok(trash::list(&mut self.ask()?, owner, page).await?)
    }
    async fn owners_of(&self, id: ExpenseId) -> Result<Vec<UserId>> {
        Ok(expenses::owners_of(&mut self.ask()?, id).await?)
    }
    async fn journals(&self, filter: &JournalFilter, page: &PageRequest) -> Result<Page<Entry>> {
        Ok(journals::of_commands(&mut self.ask()?, filter, page).await?)
    }
    async fn deeds(&self, filter: &JournalFilter, page: &PageRequest) -> Result<Page<Entry>> {
        Ok(journals::of_actor(&mut self.ask()?, filter, page).await?)
    }
    async fn journal(&self, owner: UserId, filter: &JournalFilter, page: &PageRequest) -> Result<Page<Entry>> {
        Ok(journal::list(&mut self.ask()?, owner, filter, page).await?)
    }
    async fn entries_between(&self, command: &str, instants: &[Instant], most: u32) -> Result<Vec<u32>> {
        Ok(journals::between(&mut self.ask()?, command, instants, most).await?)
    }
    async fn happened(&self, filter: &HappenedFilter, page: &PageRequest) -> Result<Page<Happened>> {
        Ok(events::list(&mut self.ask()?, filter, page).await?)
    }
    async fn expense_history(&self, owner: UserId, id: ExpenseId) -> Result<Vec<ExpenseStep>> {
        Ok(journal::expense_history(&mut self.ask()?, owner, id).await?)
    }
    async fn entries_after(&self, owner: UserId, after: Seq, limit: u32) -> Result<Vec<Entry>> {
        Ok(journal::after(&mut self.ask()?, owner, after, limit).await?)
    }
    async fn entry_changes(&self, owner: UserId, seq: Seq, page: &PageRequest) -> Result<Page<Change>> {
        Ok(journal::some_changes(&mut self.ask()?, owner, seq, page).await?)
    }
    async fn follow(&self, ear: &dyn Ear) -> Result<()> {
        Ok(follow::follow(self.ask()?.db, ear).await?)
    }

    async fn filters(&self, owner: UserId) -> Result<Vec<SavedFilter>> {
        Ok(reports::filters(&mut self.ask()?, owner).await?)
    }
    async fn recurring(&self, owner: UserId) -> Result<Vec<Recurring>> {
        Ok(recurring::of(&mut self.ask()?, owner).await?)
    }
    async fn due_recurring(&self, until: Day, after: Option<DuePlace>, limit: u32) -> Result<Vec<Recurring>> {
        Ok(recurring::due(&mut self.ask()?, until, after, limit).await?)
    }
    async fn budgets(&self, owner: UserId) -> Result<Vec<Budget>> {
        Ok(reports::budgets(&mut self.ask()?, owner).await?)
    }
    async fn spending(&self, owner: UserId, spans: &[Span]) -> Result<Vec<Vec<CategorySum>>> {
        Ok(sums::spending(&mut self.ask()?, owner, spans).await?)
    }
    async fn daily_spending(&self, owner: UserId, span: Span) -> Result<Vec<(Day, CategorySum)>> {
        Ok(sums::daily_by_category(&mut self.ask()?, owner, span).await?)
    }
    async fn funds_total(&self, owner: UserId, span: Span) -> Result<Total> {
        Ok(reports::funds_total(&mut self.ask()?, owner, span).await?)
    }
    async fn daily_net(&self, owner: UserId, after: Day) -> Result<Vec<(Day, i64)>> {
        Ok(reports::daily_net(&mut self.ask()?, owner, after).await?)
    }

    async fn import(&self, owner: UserId, id: ImportId) -> Result<Option<Import>> {
        Ok(imports::get(&mut self.ask()?, owner, id).await?)
    }
    async fn imports(&self, owner: UserId) -> Result<Vec<ImportInfo>> {
        Ok(imports::list(&mut self.ask()?, owner).await?)
    }
    async fn fingerprints(&self, owner: UserId, wanted: &[String]) -> Result<Vec<(Fingerprint, bool)>> {
        Ok(imports::known(&mut self.ask()?, owner, wanted).await?)
    }

    async fn sweep(&self, now: Instant) -> Result<()> {
        for kind in upkeep::AGEING {
            loop {
                let keys = Arc::new(upkeep::past(&mut self.ask()?, kind, now).await?);
                let some = keys.len();
                let swept = transact(self, Lane::Shared, move |tx| {
                    let keys = Arc::clone(&keys);
                    Box::pin(async move {
                        let records = tx.get_many(&keys).await?;
                        let past = records.into_iter().flatten().filter(|record| upkeep::is_past(record, now));
                        Ok(tx.delete(&past.map(|record| record.key()).collect::<Vec<_>>()).await?)
                    })
                });
                swept.await.map_err(StoreError::Refused)?;
                if some < upkeep::SWEPT_AT_ONCE {
                    break;
                }
            }
        }
        Ok(())
    }
    async fn snapshot(&self) -> Result<Box<dyn Snapshot>> {
        Ok(Box::new(snapshot::MongoSnapshot::begin(self.ask()?.db).await?))
    }
}

//! The embedded engine: SQLite in WAL mode, one writer with group commit, read-only readers.
//!
//! It must never answer a write before it is on the disk, and never hold a rule of the ledger.

mod connect;
mod error;
mod events;
mod expenses;
mod fill;
mod find;
mod follow;
mod found;
mod imports;
mod journal;
mod journals;
mod kept;
mod migrations;
mod people;
mod readers;
mod recurring;
mod reports;
mod rows;
mod snapshot;
mod sql;
mod sums;
#[cfg(test)]
mod tests;
mod trash;
mod tx;
mod upkeep;
mod writer;

use super::{
    Change, Credential, DuePlace, Ear, Fingerprint, Happened, HappenedFilter, Idempotent, Import, Job, JournalFilter, Key, Lane,
    Link, Presence, Record, Removal, Result, Session, Snapshot, Store, StoreError, Throttle, Token, Work, health::StoreHealth,
};
use crate::domain::{
    Account, Budget, Category, CategoryId, Day, Entry, Expense, ExpenseFilter, ExpenseId, Funds, FundsId, ImportId, Instant,
    Page, Problem, Program, ProgramId, Recurring, SavedFilter, Seq, SessionId, Span, Total, Trashed, User, UserId,
    import::ImportInfo, journal::ExpenseStep, page::PageRequest, report::CategorySum, token::TokenInfo,
};
use async_trait::async_trait;
use fill::Filling;
use readers::Readers;
use rusqlite::{Connection, OpenFlags};
pub use snapshot::snapshot;
use std::{
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};
use tokio::sync::Notify;
use tx::SqliteTx;
use writer::Writer;

/// When what is written reaches the disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Durable {
    /// Before each commit is answered.
    Always,
    /// Some time after: the last commits go with the power. For the test that must tell this from the above.
    Later,
    /// When the system likes, and all is lost when the machine stops: for files that are still being filled, which their
    /// maker writes out at the end. Until [`Store::filled`] they are not to be asked for lists.
    Never,
}

/// How the engine is opened.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// Queries that run at once.
    pub readers: usize,
    /// How long a lock of another process is waited for.
    pub busy: Duration,
    pub durable: Durable,
    /// The largest size of the file, in pages of 4 KiB; for tests of a full disk.
    pub max_pages: Option<u32>,
}

impl Default for Options {
    fn default() -> Self {
        Self { readers: 4, busy: Duration::from_secs(5), durable: Durable::Always, max_pages: None }
    }
}

/// Moves the log of a file that nobody uses into it, so that the file alone is all of the store.
pub fn settle(path: &Path) -> Result<()> {
    let connection = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    let busy: bool = connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0))?;
    connection.close().map_err(|(_, e)| e)?;
    if busy { Err(StoreError::Busy("someone else uses the file".into())) } else { Ok(()) }
}

/// Whether opening the file would change its schema.
pub fn needs_upgrade(path: &Path) -> Result<bool> {
    Ok(path.exists() && migrations::needs_upgrade(&connect::reader(path, &Options::default())?)?)
}

/// A store in one file.
pub struct SqliteStore {
    path: PathBuf,
    readers: Arc<Readers>,
    writer: Writer,
    /// Told after each commit of this process.
    wrote: Notify,
}

impl SqliteStore {
    /// Opens the file, makes it when there is none, and brings its schema up to date.
    pub fn open(path: &Path) -> Result<Self> {
        Self::open_with(path, Options::default())
    }

    /// As [`SqliteStore::open`], otherwise than by default.
    pub fn open_with(path: &Path, options: Options) -> Result<Self> {
        let mut connection = connect::writer(path, &options)?;
        migrations::migrate(&mut connection, path)?;
        found::prepare(&connection)?;
        let filling = (options.durable == Durable::Never).then(|| Filling::begin(&connection)).transpose()?;
        let writer = Writer::start(connection, filling)?;
        let readers = Readers::new(path.to_owned(), options);
        Ok(Self { path: path.to_owned(), readers, writer, wrote: Notify::new() })
    }

    async fn read<T: Send + 'static>(&self, query: impl FnOnce(&Connection) -> Result<T> + Send + 'static) -> Result<T> {
        self.readers.read(|c| query(c)).await
    }

    /// Sweeps some of one kind in a transaction; true when there may be more.
    async fn sweep_part(&self, part: upkeep::Sweep, now: Instant) -> Result<bool> {
        let more = Arc::new(AtomicBool::new(false));
        let seen = Arc::clone(&more);
        self.writer
            .run(move |tx| {
                seen.store(tx.ask(|c| upkeep::sweep(c, part, now))?, Ordering::Relaxed);
                Ok(())
            })
            .await?;
        Ok(more.load(Ordering::Relaxed))
    }

    /// The record of a kind that has no other query.
    async fn get(&self, key: Key) -> Result<Option<Record>> {
        self.read(move |c| rows::get(c, &key)).await
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
impl Store for SqliteStore {
    async fn transact(&self, _: Lane, _: Vec<Key>, mut work: Work) -> std::result::Result<(), Problem> {
        let done = self.writer.run(move |tx| Ok(futures::executor::block_on(work(tx))?)).await;
        self.wrote.notify_one();
        done.map_err(Problem::from)
    }
    async fn look(&self, mut work: Work) -> std::result::Result<(), Problem> {
        let look = move |c: &mut Connection| Ok(futures::executor::block_on(work(&mut SqliteTx::new(c, &mut None))));
        self.readers.read(look).await?
    }
    async fn ready(&self) -> Result<()> {
        self.writer.ready()?;
        self.read(|c| sql::one(c, "SELECT 1 FROM settings", [], |_| Ok(())).map(drop)).await
    }
    async fn health(&self) -> Result<StoreHealth> {
        let path = self.path.clone();
        self.read(move |c| upkeep::health(c, &path)).await
    }
    async fn close(&self) {
        self.readers.close().await;
        self.writer.close().await;
    }

    async fn user(&self, id: UserId) -> Result<Option<User>> {
        of_kind!(self.get(Key::User(id)).await?, User)
    }
    async fn user_by_name(&self, username: &str) -> Result<Option<User>> {
        let username = username.to_owned();
        self.read(move |c| people::user_by_name(c, &username)).await
    }
    async fn users(&self) -> Result<Vec<User>> {
        self.read(people::users).await
    }
    async fn users_after(&self, after: &str, limit: u32) -> Result<Vec<User>> {
        let after = after.to_owned();
        self.read(move |c| people::users_after(c, &after, limit)).await
    }
    async fn user_count(&self) -> Result<u64> {
        self.read(people::user_count).await
    }
    async fn presence(&self, ids: &[UserId]) -> Result<Vec<Presence>> {
        let ids = ids.to_vec();
        self.read(move |c| ids.iter().map(|id| people::presence(c, *id)).collect()).await
    }
    async fn seen_last(&self, limit: usize) -> Result<Vec<(UserId, Instant)>> {
        self.read(move |c| people::seen_last(c, limit)).await
    }
    async fn credential(&self, id: UserId) -> Result<Option<Credential>> {
        of_kind!(self.get(Key::Credential(id)).await?, Credential)
    }
    async fn account(&self, owner: UserId) -> Result<Option<Account>> {
        self.read(move |c| rows::account(c, owner)).await
    }
    async fn setting(&self, name: &str) -> Result<Option<String>> {
        let setting = of_kind!(self.get(Key::Setting(name.to_owned())).await?, Setting);
        setting.map(|found| found.map(|setting| setting.value))
    }

    async fn session(&self, id: SessionId) -> Result<Option<Session>> {
        self.read(move |c| people::session(c, id)).await
    }
    async fn session_holder(&self, id: SessionId) -> Result<Option<(Session, User, Credential)>> {
        self.read(move |c| people::session_holder(c, id)).await
    }
    async fn sessions_of(&self, user: UserId) -> Result<Vec<Session>> {
        self.read(move |c| people::sessions_of(c, user)).await
    }
    async fn token_by_hash(&self, hash: &str) -> Result<Option<Token>> {
        let hash = hash.to_owned();
        self.read(move |c| people::token_by_hash(c, &hash)).await
    }
    async fn token_holder(&self, hash: &str) -> Result<Option<(Token, User)>> {
        let hash = hash.to_owned();
        self.read(move |c| people::token_holder(c, &hash)).await
    }
    async fn tokens_of(&self, user: UserId) -> Result<Vec<TokenInfo>> {
        self.read(move |c| people::tokens_of(c, user)).await
    }
    async fn link(&self, id: &str) -> Result<Option<Link>> {
        of_kind!(self.get(Key::Link(id.to_owned())).await?, Link)
    }
    async fn removal(&self, user: UserId) -> Result<Option<Removal>> {
        of_kind!(self.get(Key::Removal(user)).await?, Removal)
    }
    async fn removals(&self) -> Result<Vec<Removal>> {
        self.read(people::removals).await
    }
    async fn throttle(&self, subject: &str) -> Result<Option<Throttle>> {
        of_kind!(self.get(Key::Throttle(subject.to_owned())).await?, Throttle)
    }
    async fn jobs(&self) -> Result<Vec<Job>> {
        self.read(people::jobs).await
    }
    async fn entry_size(&self, owner: UserId, seq: Seq) -> Result<u64> {
        self.read(move |c| journal::size(c, owner, seq)).await
    }
    async fn idempotent(&self, owner: UserId, key: &str) -> Result<Option<Idempotent>> {
        of_kind!(self.get(Key::Idempotent(owner, key.to_owned())).await?, Idempotent)
    }

    async fn program(&self, id: ProgramId) -> Result<Option<Program>> {
        of_kind!(self.get(Key::Program(id)).await?, Program)
    }
    async fn programs(&self) -> Result<Vec<Program>> {
        self.read(people::programs).await
    }

    async fn categories(&self) -> Result<Vec<Category>> {
        self.read(people::categories).await
    }
    async fn category_use(&self) -> Result<Vec<(CategoryId, u64)>> {
        self.read(expenses::by_category).await
    }
    async fn expense(&self, owner: UserId, id: ExpenseId) -> Result<Option<Expense>> {
        self.read(move |c| expenses::get(c, owner, id)).await
    }
    async fn expenses_of(&self, owner: UserId, ids: &[ExpenseId]) -> Result<Vec<Expense>> {
        let ids = ids.to_vec();
        self.read(move |c| ids.iter().filter_map(|id| expenses::get(c, owner, *id).transpose()).collect()).await
    }
    async fn expenses(&self, owner: UserId, filter: &ExpenseFilter, page: &PageRequest) -> Result<Page<Expense>> {
        let (filter, page) = (filter.clone(), page.clone());
        self.read(move |c| find::list(c, owner, &filter, &page)).await
    }
    async fn expense_total(&self, owner: UserId, filter: &ExpenseFilter) -> Result<Total> {
        let filter = filter.clone();
        self.read(move |c| find::total(c, owner, &filter)).await
    }
    async fn funds(&self, owner: UserId, id: FundsId) -> Result<Option<Funds>> {
        self.read(move |c| rows::funds(c, owner, id)).await
    }
    async fn funds_list(&self, owner: UserId, span: Span, page: &PageRequest) -> Result<Page<Funds>> {
        let page = page.clone();
        self.read(move |c| reports::funds_list(c, owner, span, &page)).await
    }
    async fn trash(&self, owner: UserId, page: &PageRequest) -> Result<Page<Trashed>> {
        let page = page.clone();
        self.read(move |c| trash::list(c, owner, &page)).await
    }
    async fn owners_of(&self, id: ExpenseId) -> Result<Vec<UserId>> {
        self.read(move |c| expenses::owners_of(c, id)).await
    }
    async fn journals(&self, filter: &JournalFilter, page: &PageRequest) -> Result<Page<Entry>> {
        let (filter, page) = (filter.clone(), page.clone());
        self.read(move |c| journals::of_commands(c, &filter, &page)).await
    }
    async fn deeds(&self, filter: &JournalFilter, page: &PageRequest) -> Result<Page<Entry>> {
        let (filter, page) = (filter.clone(), page.clone());
        self.read(move |c| journals::of_actor(c, &filter, &page)).await
    }
    async fn journal(&self, owner: UserId, filter: &JournalFilter, page: &PageRequest) -> Result<Page<Entry>> {
        let (filter, page) = (filter.clone(), page.clone());
        self.read(move |c| journal::list(c, owner, &filter, &page)).await
    }
    async fn entries_between(&self, command: &str, instants: &[Instant], most: u32) -> Result<Vec<u32>> {
        let (command, instants) = (command.to_owned(), instants.to_vec());
        self.read(move |c| journals::between(c, &command, &instants, most)).await
    }
    async fn happened(&self, filter: &HappenedFilter, page: &PageRequest) -> Result<Page<Happened>> {
        let (filter, page) = (filter.clone(), page.clone());
        self.read(move |c| events::list(c, &filter, &page)).await
    }
    async fn expense_history(&self, owner: UserId, id: ExpenseId) -> Result<Vec<ExpenseStep>> {
        self.read(move |c| journal::expense_history(c, owner, id)).await
    }
    async fn entries_after(&self, owner: UserId, after: Seq, limit: u32) -> Result<Vec<Entry>> {
        self.read(move |c| journal::after(c, owner, after, limit)).await
    }
    async fn entry_changes(&self, owner: UserId, seq: Seq, page: &PageRequest) -> Result<Page<Change>> {
        let page = page.clone();
        self.read(move |c| journal::some_changes(c, owner, seq, &page)).await
    }
    async fn follow(&self, ear: &dyn Ear) -> Result<()> {
        self.follow_file(ear).await
    }

    async fn filters(&self, owner: UserId) -> Result<Vec<SavedFilter>> {
        self.read(move |c| reports::filters(c, owner)).await
    }
    async fn recurring(&self, owner: UserId) -> Result<Vec<Recurring>> {
        self.read(move |c| recurring::of(c, owner)).await
    }
    async fn due_recurring(&self, until: Day, after: Option<DuePlace>, limit: u32) -> Result<Vec<Recurring>> {
        self.read(move |c| recurring::due(c, until, after, limit)).await
    }
    async fn budgets(&self, owner: UserId) -> Result<Vec<Budget>> {
        self.read(move |c| reports::budgets(c, owner)).await
    }
    async fn spending(&self, owner: UserId, spans: &[Span]) -> Result<Vec<Vec<CategorySum>>> {
        let spans = spans.to_vec();
        self.read(move |c| sums::spending(c, owner, &spans)).await
    }
    async fn daily_spending(&self, owner: UserId, span: Span) -> Result<Vec<(Day, CategorySum)>> {
        self.read(move |c| sums::daily_by_category(c, owner, span)).await
    }
    async fn funds_total(&self, owner: UserId, span: Span) -> Result<Total> {
        self.read(move |c| reports::funds_total(c, owner, span)).await
    }
    async fn daily_net(&self, owner: UserId, after: Day) -> Result<Vec<(Day, i64)>> {
        self.read(move |c| reports::daily_net(c, owner, after)).await
    }

    async fn import(&self, owner: UserId, id: ImportId) -> Result<Option<Import>> {
        self.read(move |c| imports::get(c, owner, id)).await
    }
    async fn imports(&self, owner: UserId) -> Result<Vec<ImportInfo>> {
        self.read(move |c| imports::list(c, owner)).await
    }
    async fn fingerprints(&self, owner: UserId, wanted: &[String]) -> Result<Vec<(Fingerprint, bool)>> {
        let wanted = wanted.to_vec();
        self.read(move |c| imports::known(c, owner, &wanted)).await
    }

    async fn filled(&self) -> Result<()> {
        Ok(self.writer.run(|tx| Ok(tx.filled()?)).await?)
    }
    async fn sweep(&self, now: Instant) -> Result<()> {
        for part in upkeep::SWEEPS {
            while self.sweep_part(part, now).await? {}
        }
        Ok(())
    }
    async fn snapshot(&self) -> Result<Box<dyn Snapshot>> {
        snapshot(&self.path).await
    }
}

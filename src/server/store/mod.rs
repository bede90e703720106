//! The store: one trait, several engines, one behaviour.
//!
//! Rules are written above it (in `ledger` and `auth`) against [`Tx`]; an engine only keeps records,
//! makes transactions durable and answers queries. It must never decide what a person may do.

#[cfg(test)]
pub mod conformance;
pub mod mongo;
#[cfg(test)]
#[path = "../../../tests/common/mongod.rs"]
pub mod mongod;
pub mod numbers;
pub mod place;
pub mod record;
pub mod sqlite;
pub mod sums;
pub mod walk;

use crate::domain::{
    Account, Budget, Category, CategoryId, Code, Entry, Expense, ExpenseFilter, ExpenseId, Funds, FundsId, ImportId, Instant,
    Page, Problem, Seq, SessionId, Span, Total, User, UserId, import::ImportInfo, journal::ExpenseStep, page::PageRequest,
    report::CategorySum, token::TokenInfo,
};
use async_trait::async_trait;
use futures::future::BoxFuture;
pub use record::{
    Change, Credential, Fingerprint, Idempotent, Import, Job, JobEnd, Key, NewEntry, Presence, Record, ScanCursor, Session,
    Shown, Throttle, Token,
};
use std::sync::{Arc, Mutex};
use sums::SumChanges;

/// Why the store could not do what it was asked. Nothing was changed, but see [`StoreError::Unsure`].
#[derive(Clone, Debug, thiserror::Error)]
pub enum StoreError {
    /// Someone else holds the store for longer than we wait.
    #[error("the store is busy: {0}")]
    Busy(String),
    /// The store cannot be reached.
    #[error("the store is away: {0}")]
    Away(String),
    /// The store went away during a commit: it is kept, or it is not.
    #[error("the store did not answer a commit: {0}")]
    Unsure(String),
    #[error("the disk is full: {0}")]
    Full(String),
    /// A cursor or filter that this list cannot read.
    #[error("{0}")]
    Refused(Problem),
    /// Anything else; a defect or damage. Logged, never shown.
    #[error("{0}")]
    Failed(String),
}

impl From<StoreError> for Problem {
    /// Maps for the user and logs the cause: the one place where a store's words are seen.
    fn from(e: StoreError) -> Self {
        let retry = |code, detail: &str| Self { retry_after: Some(2), ..Self::new(code, detail) };
        match e {
            StoreError::Refused(problem) => problem,
            StoreError::Busy(cause) => {
                tracing::warn!(%cause, "store busy");
                retry(Code::Busy, "The server is busy. Nothing was changed; try again in a moment.")
            }
            StoreError::Away(cause) => {
                tracing::error!(%cause, "store away");
                retry(Code::StoreUnavailable, "The store cannot be reached. Nothing was changed; try again in a moment.")
            }
            StoreError::Unsure(cause) => {
                tracing::error!(%cause, "store away during a commit");
                retry(
                    Code::StoreUnavailable,
                    "The store went away before it said whether this was kept. Look first, or send the same request with the same Idempotency-Key.",
                )
            }
            StoreError::Full(cause) => {
                tracing::error!(%cause, "disk full");
                retry(Code::StorageFull, "The server's disk is full. Nothing was changed; make room and try again.")
            }
            StoreError::Failed(cause) => {
                tracing::error!(%cause, "store failed");
                Self::internal()
            }
        }
    }
}

/// How long the answers to keyed requests (S49) and uploads that were never committed are kept.
pub const KEPT_SECONDS: i64 = 86_400;

impl From<serde_json::Error> for StoreError {
    fn from(e: serde_json::Error) -> Self {
        Self::Failed(format!("a record cannot be read or written: {e}"))
    }
}

pub type Result<T> = std::result::Result<T, StoreError>;

/// One open transaction: reads see its own writes, and all of it is committed or none.
#[async_trait]
pub trait Tx: Send {
    /// The record, or `None`. Keys of user-owned records carry the owner (S34).
    async fn get(&mut self, key: Key) -> Result<Option<Record>> {
        Ok(self.get_many(&[key]).await?.pop().flatten())
    }
    /// The records in the order of `keys`.
    async fn get_many(&mut self, keys: &[Key]) -> Result<Vec<Option<Record>>>;
    /// Inserts or replaces each record by its key.
    async fn put(&mut self, records: &[Record]) -> Result<()>;
    /// Deletes what is there; absent keys are no error.
    async fn delete(&mut self, keys: &[Key]) -> Result<()>;

    /// Adds `delta` minor units to an account's balance and answers the account as it now is. The
    /// caller checks the range (the transaction is dropped when it refuses); a sum that does not fit is
    /// held at the end of `i64`, far out of that range.
    async fn adjust_balance(&mut self, owner: UserId, delta: i64) -> Result<Account>;
    /// Moves the kept sums of expenses as the rows that this transaction puts and deletes ask for: rows and sums are
    /// the caller's to keep together, and the snapshot's check to compare.
    async fn adjust_sums(&mut self, changes: &SumChanges) -> Result<()>;
    /// Appends to the owner's journal with the next number of that owner (its account, which must be
    /// there, counts them), and keeps the changes.
    async fn append(&mut self, entry: &NewEntry, changes: &[Change]) -> Result<Entry>;
    /// An entry of the owner's journal with its changes, in the order they were made.
    async fn entry(&mut self, owner: UserId, seq: Seq) -> Result<Option<(Entry, Vec<Change>)>>;
    /// Keeps entries, with their changes, under the numbers they have: for copies of a store, where the
    /// account with its count comes as a record. A number that is taken is an error.
    async fn put_entries(&mut self, entries: &[(Entry, Vec<Change>)]) -> Result<()>;
    /// Keeps changes, `before` of which are kept already, under a number that has no entry yet. They are the
    /// entry's once it comes ([`Tx::put_entries`], with no more of them); until then nobody sees them.
    async fn plan(&mut self, owner: UserId, seq: Seq, before: u64, changes: &[Change]) -> Result<()>;
    /// The changes that are kept under a number, whether it has an entry or not.
    async fn planned(&mut self, owner: UserId, seq: Seq) -> Result<Vec<Change>>;
    /// Deletes the changes of an entry that will not come.
    async fn drop_plan(&mut self, owner: UserId, seq: Seq) -> Result<()>;
    /// Large commands that are at work, everybody's.
    async fn jobs(&mut self) -> Result<Vec<Job>>;
    /// Notes that `seq` was undone by `by` (`None`: it stands again).
    async fn set_undone(&mut self, owner: UserId, seq: Seq, by: Option<Seq>) -> Result<()>;

    async fn user_by_name(&mut self, username: &str) -> Result<Option<User>>;
    /// How many users are admins and active.
    async fn active_admins(&mut self) -> Result<u64>;
    /// The category whose folded name is `key`.
    async fn category_by_name(&mut self, key: &str) -> Result<Option<Category>>;
    async fn categories(&mut self) -> Result<Vec<Category>>;
    /// Keeps these categories as they are until this transaction ends: one that seizes them at the same
    /// time conflicts. For rows of `user` that are about to point at them. An engine whose writers take
    /// turns has nothing to do.
    async fn hold_categories(&mut self, _user: UserId, _ids: &[CategoryId]) -> Result<()> {
        Ok(())
    }
    /// Makes sure that no row comes to point at the category before this transaction ends; the other
    /// side of [`Tx::hold_categories`].
    async fn seize_category(&mut self, _id: CategoryId) -> Result<()> {
        Ok(())
    }
    /// Everybody's expenses in a category, by owner and id, after `after`, at most `limit`.
    async fn expenses_in(&mut self, category: CategoryId, after: Option<(UserId, ExpenseId)>, limit: u32)
    -> Result<Vec<Expense>>;
    /// All budgets of an owner, those of the past too.
    async fn budgets(&mut self, owner: UserId) -> Result<Vec<Budget>>;
    /// Everybody's budgets of a category.
    async fn budgets_of(&mut self, category: CategoryId) -> Result<Vec<Budget>>;
    /// The owner's expenses that match, at most `limit`, by id.
    async fn matching(&mut self, owner: UserId, filter: &ExpenseFilter, limit: u32) -> Result<Vec<Expense>>;
    /// What an import put into the account and is still there.
    async fn rows_of_import(&mut self, owner: UserId, import: ImportId) -> Result<(Vec<Expense>, Vec<Funds>)>;
    async fn fingerprints_of_import(&mut self, owner: UserId, import: ImportId) -> Result<Vec<Fingerprint>>;
    /// Ends every session and OAuth grant of a user but `except`.
    async fn end_sessions(&mut self, user: UserId, except: Option<SessionId>) -> Result<()>;
    /// Ends every personal access token of a user.
    async fn end_tokens(&mut self, user: UserId) -> Result<()>;
}

/// What a transaction does. It may be run again from the start (a retry after a conflict), so it must
/// have no effect outside the transaction. An `Err` rolls back all of it.
pub type Work = Box<dyn for<'t> FnMut(&'t mut dyn Tx) -> BoxFuture<'t, std::result::Result<(), Problem>> + Send>;

/// Which transactions may be batched: work in one lane runs in order; different lanes may run at once
/// on engines that can.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Lane {
    User(UserId),
    /// Users' names, categories, settings.
    Shared,
}

/// Who is told of what happens in a store, whichever process does it.
pub trait Ear: Send + Sync {
    /// The accounts that somebody listens to.
    fn wanted(&self) -> Vec<UserId>;
    /// The account's journal has an entry of this number; said again and again, perhaps of accounts nobody wants.
    fn grown(&self, owner: UserId, to: Seq);
    /// What everybody sees has changed: the categories.
    fn shared(&self);
}

/// Filters of a user's own journal.
#[derive(Clone, Debug, Default)]
pub struct JournalFilter {
    /// Only these commands; empty means all.
    pub commands: Vec<String>,
}

/// An engine. Queries are read-only, see committed data only, and carry the owner wherever rows are
/// somebody's.
#[async_trait]
pub trait Store: Send + Sync + 'static {
    /// Runs `work` in one durable transaction. Answers after the commit has reached the disk (or the
    /// majority): a crash at any moment leaves all of it or none.
    ///
    /// `likely`: keys that the work will probably read, or nothing. An engine behind a network reads those of
    /// all works that share a transaction at once.
    async fn transact(&self, lane: Lane, likely: Vec<Key>, work: Work) -> std::result::Result<(), Problem>;
    /// Runs `work`, which must not write, on what is committed at one moment. Nobody who writes waits for it.
    async fn look(&self, work: Work) -> std::result::Result<(), Problem>;
    /// `Ok` when the store answers.
    async fn ready(&self) -> Result<()>;
    /// Writes out what is pending and closes; nothing may follow.
    async fn close(&self);

    async fn user(&self, id: UserId) -> Result<Option<User>>;
    async fn user_by_name(&self, username: &str) -> Result<Option<User>>;
    /// Everybody by username.
    async fn users(&self) -> Result<Vec<User>>;
    /// People by username, those after `after`, at most `limit`.
    async fn users_after(&self, after: &str, limit: u32) -> Result<Vec<User>>;
    async fn user_count(&self) -> Result<u64>;
    /// What is known of these people beside their accounts, in their order; reads no expense.
    async fn presence(&self, ids: &[UserId]) -> Result<Vec<Presence>>;
    async fn credential(&self, id: UserId) -> Result<Option<Credential>>;
    async fn account(&self, owner: UserId) -> Result<Option<Account>>;
    /// A setting of the server, such as `sign_up`.
    async fn setting(&self, name: &str) -> Result<Option<String>>;

    async fn session(&self, id: SessionId) -> Result<Option<Session>>;
    /// A session, its user and their credential; `None` unless all three are there. Asked on every
    /// request, so an engine that can answers it in one go.
    async fn session_holder(&self, id: SessionId) -> Result<Option<(Session, User, Credential)>> {
        let Some(session) = self.session(id).await? else { return Ok(None) };
        let (user, credential) = futures::try_join!(self.user(session.user), self.credential(session.user))?;
        Ok(user.zip(credential).map(|(user, credential)| (session, user, credential)))
    }
    /// Newest first, as `tokens_of` and `imports`.
    async fn sessions_of(&self, user: UserId) -> Result<Vec<Session>>;
    async fn token_by_hash(&self, hash: &str) -> Result<Option<Token>>;
    /// A token and its user; `None` unless both are there. Asked on every request, as [`Store::session_holder`].
    async fn token_holder(&self, hash: &str) -> Result<Option<(Token, User)>> {
        let Some(token) = self.token_by_hash(hash).await? else { return Ok(None) };
        Ok(self.user(token.user).await?.map(|user| (token, user)))
    }
    async fn tokens_of(&self, user: UserId) -> Result<Vec<TokenInfo>>;
    async fn throttle(&self, subject: &str) -> Result<Option<Throttle>>;
    async fn idempotent(&self, owner: UserId, key: &str) -> Result<Option<Idempotent>>;

    /// Large commands that are at work, everybody's.
    async fn jobs(&self) -> Result<Vec<Job>>;
    /// How many changes an entry has; 0 when it is not there.
    async fn entry_size(&self, owner: UserId, seq: Seq) -> Result<u64>;

    /// All categories, archived ones too, by name.
    async fn categories(&self) -> Result<Vec<Category>>;
    /// How many expenses, of everybody, are in each category; those without any may be absent.
    async fn category_use(&self) -> Result<Vec<(CategoryId, u64)>>;
    async fn expense(&self, owner: UserId, id: ExpenseId) -> Result<Option<Expense>>;
    /// A page in the filter's order. Ties break by id in the same direction as the sort.
    async fn expenses(&self, owner: UserId, filter: &ExpenseFilter, page: &PageRequest) -> Result<Page<Expense>>;
    async fn expense_total(&self, owner: UserId, filter: &ExpenseFilter) -> Result<Total>;
    async fn funds(&self, owner: UserId, id: FundsId) -> Result<Option<Funds>>;
    /// Newest day first, newest entry first within a day.
    async fn funds_list(&self, owner: UserId, page: &PageRequest) -> Result<Page<Funds>>;
    /// Newest first.
    async fn journal(&self, owner: UserId, filter: &JournalFilter, page: &PageRequest) -> Result<Page<Entry>>;
    async fn expense_history(&self, owner: UserId, id: ExpenseId) -> Result<Vec<ExpenseStep>>;
    /// The entries after a number, oldest first, at most `limit`.
    async fn entries_after(&self, owner: UserId, after: Seq, limit: u32) -> Result<Vec<Entry>>;
    /// What an entry changed, in the order it was changed.
    async fn entry_changes(&self, owner: UserId, seq: Seq, page: &PageRequest) -> Result<Page<Change>>;
    /// Tells `ear` of what any process commits, within a second, for as long as it can; the error is why it no
    /// longer could. Begins with where the wanted accounts stand.
    async fn follow(&self, ear: &dyn Ear) -> Result<()>;

    /// All budgets of an owner, those of the past too.
    async fn budgets(&self, owner: UserId) -> Result<Vec<Budget>>;
    /// Spending in each span by category; each span's groups by sum, largest first.
    async fn spending(&self, owner: UserId, spans: &[Span]) -> Result<Vec<Vec<CategorySum>>>;
    /// Funds added in a span.
    async fn funds_total(&self, owner: UserId, span: Span) -> Result<Total>;
    /// Funds less expenses of each day after `after` that has any, in minor units, by day.
    async fn daily_net(&self, owner: UserId, after: crate::domain::Day) -> Result<Vec<(crate::domain::Day, i64)>>;

    async fn import(&self, owner: UserId, id: ImportId) -> Result<Option<Import>>;
    async fn imports(&self, owner: UserId) -> Result<Vec<ImportInfo>>;
    /// Which of these fingerprints the account has seen, and whether the row is still there.
    async fn fingerprints(&self, owner: UserId, wanted: &[String]) -> Result<Vec<(Fingerprint, bool)>>;

    /// Drops what is past its time: dead sessions, and what is older than [`KEPT_SECONDS`] of idempotency
    /// keys, uploads never committed, and throttles that hold nobody back.
    async fn sweep(&self, now: Instant) -> Result<()>;
    /// The store at this moment: everything answered before the call is in it, nothing that follows.
    async fn snapshot(&self) -> Result<Box<dyn Snapshot>>;
}

/// All of the store at one moment, whatever is written meanwhile; for `doctor`, backups and copies.
#[async_trait]
pub trait Snapshot: Send {
    /// Every record, one kind after another, in batches; `None` at the end.
    async fn scan(&mut self, after: Option<ScanCursor>) -> Result<(Vec<Record>, Option<ScanCursor>)>;
    /// Every entry of a user's journal after `after` with its changes, by number, at most `limit`.
    async fn journal_scan(&mut self, owner: UserId, after: Seq, limit: u32) -> Result<Vec<(Entry, Vec<Change>)>>;
    /// Large commands that were at work then.
    async fn jobs(&mut self) -> Result<Vec<Job>>;
    /// The engine's own check of its files or indexes (`PRAGMA integrity_check`), and kept sums that are not those of
    /// the rows, as lines of faults.
    async fn check(&mut self) -> Result<Vec<String>>;
}

/// An engine behind a pointer: server functions cannot be generic.
pub type DynStore = Arc<dyn Store>;

/// Runs `work` as [`Store::transact`] does and hands out its answer. `work` is called once per attempt.
pub async fn transact<T, F>(store: &dyn Store, lane: Lane, work: F) -> std::result::Result<T, Problem>
where
    T: Send + 'static,
    F: for<'t> FnMut(&'t mut dyn Tx) -> BoxFuture<'t, std::result::Result<T, Problem>> + Send + 'static,
{
    transact_on(store, lane, Vec::new(), work).await
}

/// Runs `work` as [`Store::look`] does and hands out its answer.
pub async fn look<T, F>(store: &dyn Store, work: F) -> std::result::Result<T, Problem>
where
    T: Send + 'static,
    F: for<'t> FnMut(&'t mut dyn Tx) -> BoxFuture<'t, std::result::Result<T, Problem>> + Send + 'static,
{
    let answer = Arc::new(Mutex::new(None));
    store.look(answering(work, &answer)).await?;
    taken(&answer)
}

/// As [`transact`], with the keys that the work will probably read.
pub async fn transact_on<T, F>(store: &dyn Store, lane: Lane, likely: Vec<Key>, work: F) -> std::result::Result<T, Problem>
where
    T: Send + 'static,
    F: for<'t> FnMut(&'t mut dyn Tx) -> BoxFuture<'t, std::result::Result<T, Problem>> + Send + 'static,
{
    let answer = Arc::new(Mutex::new(None));
    store.transact(lane, likely, answering(work, &answer)).await?;
    taken(&answer)
}

/// The work, which leaves its answer in `answer`.
fn answering<T, F>(mut work: F, answer: &Arc<Mutex<Option<T>>>) -> Work
where
    T: Send + 'static,
    F: for<'t> FnMut(&'t mut dyn Tx) -> BoxFuture<'t, std::result::Result<T, Problem>> + Send + 'static,
{
    let slot = Arc::clone(answer);
    Box::new(move |tx| {
        let (slot, done) = (Arc::clone(&slot), work(tx));
        Box::pin(async move {
            let value = done.await?;
            if let Ok(mut slot) = slot.lock() {
                *slot = Some(value);
            }
            Ok(())
        })
    })
}

fn taken<T>(answer: &Mutex<Option<T>>) -> std::result::Result<T, Problem> {
    answer.lock().ok().and_then(|mut slot| slot.take()).ok_or_else(Problem::internal)
}

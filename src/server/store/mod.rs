//! The store: one trait, several engines, one behaviour.
//!
//! Rules are written above it (in `ledger` and `auth`) against [`Tx`]; an engine only keeps records,
//! makes transactions durable and answers queries. It must never decide what a person may do.

mod access;
#[cfg(test)]
pub mod conformance;
mod fault;
mod going;
pub mod health;
pub mod mongo;
#[cfg(test)]
#[path = "../../../tests/common/mongod.rs"]
pub mod mongod;
pub mod numbers;
pub mod place;
pub mod record;
pub mod search;
pub mod sqlite;
pub mod sums;
pub mod trash;
pub mod walk;
mod work;

use crate::domain::{
    Account, Budget, Category, CategoryId, Day, Entry, Expense, ExpenseFilter, ExpenseId, Funds, FundsId, ImportId, Instant,
    Page, Problem, Program, ProgramId, Recurring, RecurringId, SavedFilter, Seq, SessionId, Span, Total, Trashed, User, UserId,
    import::ImportInfo,
    journal::{ExpenseStep, Via},
    page::PageRequest,
    report::CategorySum,
    token::TokenInfo,
};
use async_trait::async_trait;
pub use fault::{Result, StoreError};
use futures::future::BoxFuture;
use health::StoreHealth;
pub use record::{
    Change, Consent, Credential, Enrolling, Factor, Fingerprint, Happened, HappenedFilter, Idempotent, Import, Job, JobEnd, Key,
    Link, LinkKind, NewEntry, Presence, Record, Removal, ScanCursor, Session, Shown, Stage, Throttle, Token,
};
use std::sync::Arc;
use sums::SumChanges;
pub use work::{Work, look, transact, transact_on};

/// How long what bears on security is kept: 180 days.
pub const HAPPENED_SECONDS: i64 = 180 * 86_400;

/// How long the answers to keyed requests (S49) and uploads that were never committed are kept.
pub const KEPT_SECONDS: i64 = 86_400;

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
    /// All saved filters of an owner.
    async fn filters(&mut self, owner: UserId) -> Result<Vec<SavedFilter>>;
    /// All recurring entries of an owner.
    async fn recurring(&mut self, owner: UserId) -> Result<Vec<Recurring>>;
    /// Everybody's recurring entries of a category.
    async fn recurring_of(&mut self, category: CategoryId) -> Result<Vec<Recurring>>;
    /// All programs, by name.
    async fn programs(&mut self) -> Result<Vec<Program>>;
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
    /// Ends every link that was handed out.
    async fn end_links(&mut self) -> Result<()>;
    /// Some of the records that are a person's, at most `limit`; uploads may be without their bytes. All but the person,
    /// what lets them in and the account: those are what is left at the end.
    async fn belongings(&mut self, user: UserId, limit: u32) -> Result<Vec<Record>>;
    /// Takes away a part of a person's journal, and of what the engine keeps for them beside records; true while
    /// there may be more.
    async fn forget(&mut self, user: UserId, limit: u32) -> Result<bool>;
}

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

/// Filters of a journal.
#[derive(Clone, Debug, Default)]
pub struct JournalFilter {
    /// Only these commands; empty means all.
    pub commands: Vec<String>,
    pub via: Option<Via>,
    /// Only what this person did.
    pub actor: Option<UserId>,
    /// The first instant, and the one after the last.
    pub from: Option<Instant>,
    pub before: Option<Instant>,
}

/// The place of a recurring entry among those that are due: its day, its owner, its id.
pub type DuePlace = (Day, UserId, RecurringId);

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
    /// How the engine is; costs the same however much it keeps.
    async fn health(&self) -> Result<StoreHealth>;
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
    /// Who was here last, the latest first, at most `limit`; reads no expense.
    async fn seen_last(&self, limit: usize) -> Result<Vec<(UserId, Instant)>>;
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
    /// A program that may ask for access in somebody's name.
    async fn program(&self, id: ProgramId) -> Result<Option<Program>>;
    /// All programs, by name.
    async fn programs(&self) -> Result<Vec<Program>>;
    /// Newest first, as `tokens_of` and `imports`.
    async fn sessions_of(&self, user: UserId) -> Result<Vec<Session>>;
    async fn token_by_hash(&self, hash: &str) -> Result<Option<Token>>;
    /// A token and its user; `None` unless both are there. Asked on every request, as [`Store::session_holder`].
    async fn token_holder(&self, hash: &str) -> Result<Option<(Token, User)>> {
        let Some(token) = self.token_by_hash(hash).await? else { return Ok(None) };
        Ok(self.user(token.user).await?.map(|user| (token, user)))
    }
    async fn tokens_of(&self, user: UserId) -> Result<Vec<TokenInfo>>;
    async fn link(&self, id: &str) -> Result<Option<Link>>;
    async fn removal(&self, user: UserId) -> Result<Option<Removal>>;
    /// Who is going, or gone.
    async fn removals(&self) -> Result<Vec<Removal>>;
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
    /// The expenses of these ids, in their order; those that are not there are left out.
    async fn expenses_of(&self, owner: UserId, ids: &[ExpenseId]) -> Result<Vec<Expense>>;
    /// A page in the filter's order. Ties break by id in the same direction as the sort.
    async fn expenses(&self, owner: UserId, filter: &ExpenseFilter, page: &PageRequest) -> Result<Page<Expense>>;
    async fn expense_total(&self, owner: UserId, filter: &ExpenseFilter) -> Result<Total>;
    async fn funds(&self, owner: UserId, id: FundsId) -> Result<Option<Funds>>;
    /// Those of some days: newest day first, newest entry first within a day.
    async fn funds_list(&self, owner: UserId, span: Span, page: &PageRequest) -> Result<Page<Funds>>;
    /// What was deleted and is not there again, of the newest entry first.
    async fn trash(&self, owner: UserId, page: &PageRequest) -> Result<Page<Trashed>>;
    /// Who has an expense of this id: one person, unless somebody made an id that another has.
    async fn owners_of(&self, id: ExpenseId) -> Result<Vec<UserId>>;
    /// Newest first.
    async fn journal(&self, owner: UserId, filter: &JournalFilter, page: &PageRequest) -> Result<Page<Entry>>;
    /// Entries of everybody's journals, newest first: those of the filter's commands, of which there must be some.
    async fn journals(&self, filter: &JournalFilter, page: &PageRequest) -> Result<Page<Entry>>;
    /// What somebody (the filter's actor) did to others, newest first.
    async fn deeds(&self, filter: &JournalFilter, page: &PageRequest) -> Result<Page<Entry>>;
    /// How many entries of a command everybody's journals have from each of these ascending instants to the next, counted up
    /// to `most`: one number less than instants.
    async fn entries_between(&self, command: &str, instants: &[Instant], most: u32) -> Result<Vec<u32>>;
    /// What happened that bears on security, newest first.
    async fn happened(&self, filter: &HappenedFilter, page: &PageRequest) -> Result<Page<Happened>>;
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
    /// All saved filters of an owner, in the order in which they were saved first.
    async fn filters(&self, owner: UserId) -> Result<Vec<SavedFilter>>;
    /// All recurring entries of an owner, in the order in which they were added.
    async fn recurring(&self, owner: UserId) -> Result<Vec<Recurring>>;
    /// Everybody's recurring entries that are due until a day ([`Recurring::due`]), the longest due first, after a
    /// place, at most `limit`.
    async fn due_recurring(&self, until: Day, after: Option<DuePlace>, limit: u32) -> Result<Vec<Recurring>>;
    /// Spending in each span by category; each span's groups by sum, largest first.
    async fn spending(&self, owner: UserId, spans: &[Span]) -> Result<Vec<Vec<CategorySum>>>;
    /// Spending of each day of a span that has any, by category; by day, then by category, without one first.
    async fn daily_spending(&self, owner: UserId, span: Span) -> Result<Vec<(Day, CategorySum)>>;
    /// Funds added in a span.
    async fn funds_total(&self, owner: UserId, span: Span) -> Result<Total>;
    /// Funds less expenses of each day after `after` that has any, in minor units, by day.
    async fn daily_net(&self, owner: UserId, after: Day) -> Result<Vec<(Day, i64)>>;

    async fn import(&self, owner: UserId, id: ImportId) -> Result<Option<Import>>;
    async fn imports(&self, owner: UserId) -> Result<Vec<ImportInfo>>;
    /// Which of these fingerprints the account has seen, and whether the row is still there.
    async fn fingerprints(&self, owner: UserId, wanted: &[String]) -> Result<Vec<(Fingerprint, bool)>>;

    /// Everything has been put into a store that was opened to be filled: it is made ready to be asked.
    async fn filled(&self) -> Result<()> {
        Ok(())
    }
    /// Drops what is past its time: dead sessions and links, and what is older than [`KEPT_SECONDS`] of idempotency
    /// keys, uploads never committed, and throttles that hold nobody back, and than [`HAPPENED_SECONDS`] of events.
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
    /// Everybody's trash: what is in it, and the entry by which it is.
    async fn trash(&mut self) -> Result<Vec<(Key, Seq)>>;
    /// The engine's own check of its files or indexes (`PRAGMA integrity_check`), and what is kept beside the rows (sums,
    /// the words by which they are found) where it is not that of the rows, as lines of faults. It reads of a moment of its
    /// own, when it is awaited, so that this one can be read meanwhile.
    fn check(&self) -> BoxFuture<'static, Result<Vec<String>>>;
}

/// An engine behind a pointer: server functions cannot be generic.
pub type DynStore = Arc<dyn Store>;

//! Finding in accounts of very many expenses: what a filter asks beyond days and a category is answered from an index in memory,
//! which is made once they are looked at and follows the account's journal.
//!
//! It must never answer from anything but what is committed, and is never waited for: until it is there, while a large command is
//! at work, and for accounts with few expenses, the store finds by itself.

mod asked;
mod index;
mod recent;
#[cfg(test)]
mod tests;
mod words;

use super::store::{DynStore, Result, StoreError, numbers::held, place::ExpensePlace};
use crate::domain::{
    Account, Category, CategoryId, Currency, Expense, ExpenseFilter, Money, Page, Seq, Sort, Total, UserId, page::PageRequest,
};
use asked::Asked;
use futures::try_join;
use index::Making;
use recent::Current;
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};
use tokio::{
    sync::{OwnedRwLockReadGuard, RwLock, Semaphore},
    task::spawn_blocking,
};

/// An account of fewer expenses is left to the store.
const LARGE: u64 = 20_000;
/// So many expenses, some 80 bytes of each, are held of all accounts together. (Tests have fewer, here and below.)
const MOST_HELD: u64 = if cfg!(test) { 400 } else { 4_000_000 };
/// How long an index is kept that nobody asks.
const IDLE: Duration = Duration::from_secs(3_600);
/// How long an account counts as one of few expenses.
const STILL_FEW: Duration = Duration::from_secs(10 * 60);
/// So many entries of the journal are waited for; more are read while the store answers.
const SOON: Seq = if cfg!(test) { 4 } else { 16 };
/// After so many changes an index is made anew; with so many it is not asked until then.
const MOST_CHANGES: [usize; 2] = if cfg!(test) { [6, 12] } else { [4_000, 20_000] };
/// Expenses, or changes, that are read at once.
const BATCH: u32 = 2_000;

/// Who answers what is asked of expenses; one per process, cheap to clone.
#[derive(Clone)]
pub struct Finder {
    store: DynStore,
    large: u64,
    accounts: Arc<Mutex<HashMap<UserId, Held>>>,
    /// One index is made at a time.
    making: Arc<Semaphore>,
}

/// What is held of an account.
struct Held {
    asked_at: Instant,
    what: What,
    /// It is being made, or made anew.
    coming: bool,
}

enum What {
    Nothing,
    /// As few expenses as the store finds well in, by then.
    Few(Instant),
    Index(Arc<Indexed>),
}

/// An account's index, and the categories by which its expenses were sorted: that one goes is in no journal but an admin's.
struct Indexed {
    current: Arc<RwLock<Current>>,
    categories: Vec<(CategoryId, u32)>,
    len: u64,
}

impl Finder {
    pub fn new(store: DynStore) -> Self {
        Self::of_accounts_from(LARGE, store)
    }

    /// For accounts of at least so many expenses.
    pub fn of_accounts_from(large: u64, store: DynStore) -> Self {
        Self { store, large, accounts: Arc::default(), making: Arc::new(Semaphore::new(1)) }
    }

    /// Waits until an account's index is there.
    #[cfg(test)]
    pub async fn ready(&self, owner: UserId) {
        while self.current(owner).await.expect("the store").is_none() {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }

    /// As [`Store::expenses`](super::store::Store::expenses).
    pub async fn expenses(&self, owner: UserId, filter: &ExpenseFilter, page: &PageRequest) -> Result<Page<Expense>> {
        let found = if has_an_order_of_its_own(filter) {
            // Whoever looks at many expenses will search them.
            self.indexed(owner);
            None
        } else {
            self.current(owner).await?
        };
        let Some((current, currency)) = found else { return self.store.expenses(owner, filter, page).await };
        let after = page.cursor.as_ref().map(|cursor| ExpensePlace::parse(cursor, filter.sort)).transpose()?;
        let limit = page.limit as usize;
        let asked = Asked { after, wanted: limit.saturating_add(1), ..Asked::all(filter, currency) };
        let mut places = run(move || current.page(&asked)).await?;
        let more = places.len() > limit;
        places.truncate(limit);
        let next_cursor = places.last().filter(|_| more).map(ExpensePlace::cursor);
        let ids: Vec<_> = places.iter().map(|place| place.id).collect();
        Ok(Page { items: self.store.expenses_of(owner, &ids).await?, next_cursor })
    }

    /// As [`Store::expense_total`](super::store::Store::expense_total).
    pub async fn expense_total(&self, owner: UserId, filter: &ExpenseFilter) -> Result<Total> {
        let found = if has_kept_sums(filter) { None } else { self.current(owner).await? };
        let Some((current, currency)) = found else { return self.store.expense_total(owner, filter).await };
        let asked = Asked::all(filter, currency);
        let (count, sum) = run(move || current.total(&asked)).await?;
        Ok(Total { count, sum: Money::new(held(sum), currency) })
    }

    /// Lets go of what nobody has asked for a while.
    pub fn sweep(&self) {
        self.accounts().retain(|_, held| held.coming || held.asked_at.elapsed() < IDLE);
    }

    fn accounts(&self) -> MutexGuard<'_, HashMap<UserId, Held>> {
        self.accounts.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The account as it is now, with its currency; `None`: the store is to be asked.
    async fn current(&self, owner: UserId) -> Result<Option<(OwnedRwLockReadGuard<Current>, Currency)>> {
        let Some(indexed) = self.indexed(owner) else { return Ok(None) };
        let (account, categories) = try_join!(self.store.account(owner), self.store.categories())?;
        if indexed.categories != versions(&categories) {
            self.let_go(owner, &indexed);
            return Ok(None);
        }
        let Some(Account { last_seq, balance, busy: false, .. }) = account else { return Ok(None) };
        if indexed.current.read().await.seq + SOON < last_seq {
            let finder = self.clone();
            tokio::spawn(async move {
                if let Err(cause) = finder.follow(owner, &indexed, last_seq).await {
                    tracing::warn!(%cause, "the index of an account is behind its journal; the store finds");
                }
            });
            return Ok(None);
        }
        let follows = self.follow(owner, &indexed, last_seq).await?;
        Ok(if follows { Some((Arc::clone(&indexed.current).read_owned().await, balance.currency)) } else { None })
    }

    /// Reads the account's journal up to an entry. False, and the index is let go, when there is too much in it.
    async fn follow(&self, owner: UserId, indexed: &Arc<Indexed>, to: Seq) -> Result<bool> {
        let [many, most] = MOST_CHANGES;
        if indexed.current.read().await.seq < to {
            let mut current = indexed.current.write().await;
            while current.seq < to {
                let (seq, mut changes, mut cursor) = (current.seq + 1, Vec::new(), None);
                loop {
                    let page = self.store.entry_changes(owner, seq, &PageRequest { limit: BATCH, cursor }).await?;
                    changes.extend(page.items);
                    cursor = page.next_cursor;
                    if current.changes() + changes.len() > most {
                        self.let_go(owner, indexed);
                        return Ok(false);
                    }
                    if cursor.is_none() {
                        break;
                    }
                }
                changes.into_iter().for_each(|change| current.apply(change));
                current.seq = seq;
            }
            if current.changes() > many {
                self.begin(owner);
            }
        }
        Ok(true)
    }

    /// What is there of an account. If there is nothing, it begins to be made.
    fn indexed(&self, owner: UserId) -> Option<Arc<Indexed>> {
        let found = self.accounts().get_mut(&owner).map(|held| {
            held.asked_at = Instant::now();
            match &held.what {
                What::Index(indexed) => (Some(Arc::clone(indexed)), true),
                What::Few(then) => (None, then.elapsed() < STILL_FEW),
                What::Nothing => (None, false),
            }
        });
        let (indexed, known) = found.unwrap_or((None, false));
        if !known {
            self.begin(owner);
        }
        indexed
    }

    fn let_go(&self, owner: UserId, indexed: &Arc<Indexed>) {
        if let Some(held) = self.accounts().get_mut(&owner)
            && matches!(&held.what, What::Index(other) if Arc::ptr_eq(indexed, other))
        {
            held.what = What::Nothing;
        }
    }

    /// Begins to make the account's index, unless it is being made.
    fn begin(&self, owner: UserId) {
        let new = || Held { asked_at: Instant::now(), what: What::Nothing, coming: false };
        if std::mem::replace(&mut self.accounts().entry(owner).or_insert_with(new).coming, true) {
            return;
        }
        let finder = self.clone();
        tokio::spawn(async move {
            let _one_at_a_time = finder.making.acquire().await;
            let made = finder.make(owner).await;
            finder.keep(owner, made);
        });
    }

    /// Reads all expenses of an account, if there are many.
    async fn make(&self, owner: UserId) -> Result<What> {
        let begun = Instant::now();
        let all = ExpenseFilter { sort: Sort::DateUp, ..ExpenseFilter::default() };
        let (account, categories) = try_join!(self.store.account(owner), self.store.categories())?;
        let Some(Account { last_seq, busy: false, .. }) = account else { return Ok(What::Nothing) };
        let len = self.store.expense_total(owner, &all).await?.count;
        if len < self.large || len > MOST_HELD {
            return Ok(What::Few(begun));
        }
        let (mut making, mut cursor) = (Making::default(), None);
        loop {
            let page = self.store.expenses(owner, &all, &PageRequest { limit: BATCH, cursor }).await?;
            cursor = page.next_cursor;
            making = run(move || making.and(&page.items)).await?;
            if cursor.is_none() {
                break;
            }
        }
        let index = run(move || making.done()).await?;
        tracing::info!(
            expenses = len,
            seconds = begun.elapsed().as_secs_f64(),
            "the expenses of an account are indexed in memory"
        );
        let current = Arc::new(RwLock::new(Current::new(index, last_seq)));
        Ok(What::Index(Arc::new(Indexed { current, categories: versions(&categories), len })))
    }

    /// Keeps what was made, and lets go of what was asked the longest ago when that is too much.
    fn keep(&self, owner: UserId, made: Result<What>) {
        let mut accounts = self.accounts();
        let Some(held) = accounts.get_mut(&owner) else { return };
        held.coming = false;
        match made {
            Ok(what) => held.what = what,
            Err(cause) => tracing::warn!(%cause, "the expenses of an account could not be indexed; the store finds them"),
        }
        let len = |held: &Held| if let What::Index(indexed) = &held.what { indexed.len } else { 0 };
        while accounts.values().map(len).sum::<u64>() > MOST_HELD {
            let others = accounts.iter().filter(|(other, held)| **other != owner && len(held) > 0);
            let Some(oldest) = others.min_by_key(|(_, held)| held.asked_at).map(|(other, _)| *other) else { return };
            accounts.remove(&oldest);
        }
    }
}

/// As categories are told apart: one that comes back after it was deleted has another version.
fn versions(categories: &[Category]) -> Vec<(CategoryId, u32)> {
    let mut versions: Vec<_> = categories.iter().map(|category| (category.id, category.version)).collect();
    versions.sort_unstable();
    versions
}

/// True when the store has an index with the rows in this order.
fn has_an_order_of_its_own(filter: &ExpenseFilter) -> bool {
    let one_category = filter.categories.len() + usize::from(filter.uncategorised) < 2;
    filter.is_empty() || filter.sort.is_by_day() && one_category && has_kept_sums(filter)
}

/// True when the store keeps what it sums to.
fn has_kept_sums(filter: &ExpenseFilter) -> bool {
    ExpenseFilter { categories: Vec::new(), uncategorised: false, ..filter.clone() }.has_days_only()
}

/// Does what takes a while beside the requests.
async fn run<T: Send + 'static>(what: impl FnOnce() -> T + Send + 'static) -> Result<T> {
    spawn_blocking(what).await.map_err(|e| StoreError::Failed(format!("an index was not read: {e}")))
}

//! Commands in, journal out. Every rule about money is here, once, whatever engine keeps the rows.
//!
//! It must never hash a password or know which engine it runs on.

mod admins;
mod affairs;
mod book;
mod budgets;
mod categories;
mod derived;
mod expenses;
mod filters;
mod funds;
mod imports;
mod large;
mod links;
#[cfg(test)]
mod machine;
#[cfg(test)]
mod model;
mod people;
mod programs;
mod purge;
mod recurring;
mod refuse;
mod rights;
mod summary;
#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
mod tests;
mod trash;
mod unchanged;
mod undo;

use crate::{
    domain::{Command, Effect, Instant, Outcome, Problem, UserId, category::STARTERS, import::EntryKind},
    server::{
        auth::Caller,
        clock,
        store::{self, DynStore, Idempotent, Key, Lane, Record, Tx},
    },
};
pub(crate) use affairs::{DELETED_KEPT_DAYS, SIGN_UP, without_balance};
use book::{BATCH, Book, Done};
pub(crate) use large::{expect_free, release_jobs};
pub(crate) use refuse::dead_link;
use std::{sync::Arc, time::Duration};
use tokio::sync::Notify;
use uuid::Uuid;

/// A request's idempotency key, and what was asked (SHA-256, hex) so that another request with the
/// same key is refused (S49).
#[derive(Clone, Debug)]
pub struct Retry {
    pub key: String,
    pub request: String,
}

impl Retry {
    /// What the key has answered before, if it was kept: a request that was refused is none. `Err` when it
    /// was another request's, or its answer was a secret (S49).
    pub(crate) fn replay(&self, kept: Option<Idempotent>) -> Result<Option<Outcome>, Problem> {
        match kept {
            None => Ok(None),
            Some(kept) if kept.request != self.request => Err(refuse::other_request()),
            Some(kept) => kept.outcome.map(Some).ok_or_else(refuse::secret_given),
        }
    }

    /// As [`Retry::replay`], within a transaction.
    pub(crate) async fn replay_in(&self, tx: &mut dyn Tx, owner: UserId) -> Result<Option<Outcome>, Problem> {
        match tx.get(Key::Idempotent(owner, self.key.clone())).await? {
            Some(Record::Idempotent(kept)) => self.replay(Some(kept)),
            _ => Ok(None),
        }
    }

    /// What is kept of an answer; of a secret, `None`.
    pub(crate) fn kept(&self, owner: UserId, outcome: Option<Outcome>, at: Instant) -> Idempotent {
        Idempotent { owner, key: self.key.clone(), request: self.request.clone(), outcome, at }
    }
}

/// Applies commands.
#[derive(Clone)]
pub struct Ledger {
    pub(crate) store: DynStore,
    /// Who holds the jobs of large commands that this process is at work on.
    holder: Uuid,
    /// A command of more rows than this is large, and changes so many records in one transaction.
    step: usize,
    /// Rung when a recurring entry has changed, so that what is due by that is recorded at once.
    pub(crate) recurring: Arc<Notify>,
}

impl Ledger {
    pub fn new(store: DynStore) -> Self {
        Self { store, holder: Uuid::now_v7(), step: BATCH, recurring: Arc::new(Notify::new()) }
    }

    /// With large commands that are small.
    #[cfg(test)]
    pub fn with_step(store: DynStore, step: usize) -> Self {
        Self { step, ..Self::new(store) }
    }

    /// Applies a command in one transaction, or a large one in many (see [`large`]): idempotency, rule, rows, balance, journal. A refused
    /// command changes nothing. A replayed key answers as the first time.
    ///
    /// Rights are the ledger's to check: money commands need scope `write` (imports `import`), category
    /// commands an admin, profile commands `write`, passwords and tokens `account`.
    pub async fn execute(&self, caller: &Caller, retry: Option<Retry>, command: Command) -> Result<Outcome, Problem> {
        rights::check(caller, &command)?;
        let attempt = Arc::new(Attempt::new(caller.clone(), retry, command, clock::now()));
        let patience = tokio::time::Instant::now() + PATIENCE;
        loop {
            let answer = match self.is_large(&attempt).await? {
                true => self.in_steps(Arc::clone(&attempt)).await,
                false => self.at_once(Arc::clone(&attempt)).await,
            };
            match answer {
                Err(problem) if problem == refuse::at_work() && tokio::time::Instant::now() < patience => {
                    tokio::time::sleep(PATIENCE / 40).await;
                }
                answer => {
                    if answer.as_ref().is_ok_and(|outcome| matches!(outcome.effect, Effect::Recurring(_) | Effect::Undone { .. }))
                    {
                        self.recurring.notify_one();
                    }
                    return answer;
                }
            }
        }
    }

    async fn at_once(&self, attempt: Arc<Attempt>) -> Result<Outcome, Problem> {
        let (lane, likely) = (lane(&attempt.caller, &attempt.command), attempt.likely());
        store::transact_on(&*self.store, lane, likely, move |tx| {
            let attempt = Arc::clone(&attempt);
            Box::pin(async move { attempt.run(tx).await })
        })
        .await
    }
}

/// How long a command waits for a large one on the same account.
const PATIENCE: Duration = Duration::from_secs(2);

fn lane(caller: &Caller, command: &Command) -> Lane {
    match command {
        Command::AddCategory { .. }
        | Command::EditCategory { .. }
        | Command::DeleteCategory { .. }
        | Command::OrderCategories { .. }
        | Command::CreateUser { .. }
        | Command::SetUp { .. }
        | Command::ChangeServer { .. }
        | Command::RegisterProgram { .. }
        | Command::RemoveProgram { .. } => Lane::Shared,
        Command::SeeExpenses { user, .. } | Command::EditExpenseOf { user, .. } | Command::DeleteExpenseOf { user, .. } => {
            Lane::User(*user)
        }
        _ if command.about().is_some() => Lane::Shared,
        _ => Lane::User(caller.user.id),
    }
}

/// A command with everything that must be the same each time its transaction is tried.
struct Attempt {
    caller: Caller,
    retry: Option<Retry>,
    command: Command,
    now: Instant,
    /// Fresh ids in ascending order, as many as the command needs.
    ids: Vec<Uuid>,
}

impl Attempt {
    fn new(caller: Caller, retry: Option<Retry>, command: Command, now: Instant) -> Self {
        let needed = match &command {
            Command::CommitImport { postings, .. } => postings.len(),
            Command::SetUp { .. } => STARTERS.len() + 1,
            _ => 0,
        };
        let ids = (0..needed).map(|_| Uuid::now_v7()).collect();
        Self { caller, retry, command, now, ids }
    }

    /// Whose journal the command goes to.
    fn owner(&self) -> UserId {
        match &self.command {
            Command::CreateUser { user, .. } | Command::SetUp { user, .. } => user.id,
            command => command.about().unwrap_or(self.caller.user.id),
        }
    }

    /// Whose key a retry's is. Somebody who signs up has no id before, so all of them share one.
    fn key_owner(&self) -> UserId {
        match &self.command {
            Command::CreateUser { .. } | Command::SetUp { .. } => UserId(Uuid::nil()),
            _ => self.caller.user.id,
        }
    }

    /// What the everyday commands read.
    fn likely(&self) -> Vec<Key> {
        let owner = self.owner();
        let mut keys = vec![Key::Account(owner)];
        keys.extend(self.retry.as_ref().map(|retry| Key::Idempotent(self.key_owner(), retry.key.clone())));
        match &self.command {
            Command::RecordExpense { id, draft, .. } => {
                keys.push(Key::Expense(owner, *id));
                keys.extend(draft.category_id.map(Key::Category));
            }
            Command::EditExpense { id, .. }
            | Command::DeleteExpense { id, .. }
            | Command::EditExpenseOf { id, .. }
            | Command::DeleteExpenseOf { id, .. } => keys.push(Key::Expense(owner, *id)),
            Command::RestoreExpense { id } => {
                keys.extend([Key::Expense(owner, *id), Key::Trashed(owner, EntryKind::Expense, id.0)]);
            }
            Command::RestoreFunds { id } => keys.extend([Key::Funds(owner, *id), Key::Trashed(owner, EntryKind::Funds, id.0)]),
            Command::EditRecurring { id, .. }
            | Command::SkipRecurring { id, .. }
            | Command::PostRecurring { id, .. }
            | Command::DeleteRecurring { id, .. } => keys.push(Key::Recurring(owner, *id)),
            Command::AddFunds { id, .. } | Command::EditFunds { id, .. } | Command::DeleteFunds { id, .. } => {
                keys.push(Key::Funds(owner, *id));
            }
            _ => {}
        }
        keys
    }

    async fn run(&self, tx: &mut dyn Tx) -> Result<Outcome, Problem> {
        if let Some(retry) = &self.retry
            && let Some(outcome) = retry.replay_in(tx, self.key_owner()).await?
        {
            return Ok(outcome);
        }
        expect_free(tx, self.owner()).await?;
        let mut book = Book::open(tx, self.owner(), self.caller.from(), self.now);
        if rights::is_admins(&self.caller, &self.command) {
            rights::still_admin(&mut book, &self.caller).await?;
        }
        let done = self.apply(&mut book).await?;
        let outcome = book.close(&self.caller, &self.command, done).await?;
        if let Some(retry) = &self.retry {
            let kept = retry.kept(self.key_owner(), (!self.command.answers_a_secret()).then(|| outcome.clone()), self.now);
            tx.put(&[Record::Idempotent(kept)]).await?;
        }
        Ok(outcome)
    }

    async fn apply(&self, book: &mut Book<'_>) -> Result<Done, Problem> {
        match &self.command {
            Command::RecordExpense { id, draft, allow_overdraft } => {
                book.may_overdraw = *allow_overdraft;
                expenses::record(book, *id, draft).await
            }
            Command::EditExpense { id, edit, version, allow_overdraft } => {
                book.may_overdraw = *allow_overdraft;
                expenses::edit(book, *id, edit, *version).await
            }
            Command::DeleteExpense { id, version } => expenses::delete(book, *id, *version).await,
            Command::BulkExpenses { select, change } => expenses::bulk(book, select, change).await,
            Command::RestoreExpense { id } => trash::put_back(book, EntryKind::Expense, id.0).await,

            Command::AddFunds { id, draft } => funds::add(book, *id, draft).await,
            Command::EditFunds { id, edit, version, allow_overdraft } => {
                book.may_overdraw = *allow_overdraft;
                funds::edit(book, *id, edit, *version).await
            }
            Command::DeleteFunds { id, version, allow_overdraft } => {
                book.may_overdraw = *allow_overdraft;
                funds::delete(book, *id, *version).await
            }
            Command::RestoreFunds { id } => trash::put_back(book, EntryKind::Funds, id.0).await,

            Command::SetBudget { key, draft, version } => budgets::set(book, *key, draft, *version).await,
            Command::CopyBudgets { key, copied, drafts } => budgets::copy(book, *key, *copied, drafts).await,
            Command::DeleteBudget { id, key, version } => budgets::delete(book, *id, *key, *version).await,

            Command::AddRecurring { id, draft, today } => recurring::add(book, *id, draft, *today).await,
            Command::EditRecurring { id, edit, today, version } => recurring::edit(book, *id, (edit, *today), *version).await,
            Command::SkipRecurring { id, day } => recurring::skip(book, *id, *day).await,
            Command::PostRecurring { id, day, today } => recurring::post(book, *id, *day, *today).await,
            Command::DeleteRecurring { id, version } => recurring::delete(book, *id, *version).await,

            Command::SaveFilter { id, name, query } => filters::save(book, *id, name, query).await,
            Command::EditFilter { id, name, query, version } => {
                filters::edit(book, *id, (name.as_ref(), query.as_ref()), *version).await
            }
            Command::DeleteFilter { id, version } => filters::delete(book, *id, *version).await,

            Command::AddCategory { id, name, color } => categories::add(book, *id, name, *color).await,
            Command::EditCategory { id, name, color, archived, version } => {
                let edit = categories::Edit { name: name.as_ref(), color: *color, archived: *archived };
                categories::edit(book, *id, edit, *version).await
            }
            Command::DeleteCategory { id, move_to, version } => categories::delete(book, *id, *move_to, *version).await,
            Command::OrderCategories { ids } => categories::order(book, ids).await,

            Command::CommitImport { id, digest, postings, skipped } => {
                imports::commit(book, *id, digest, (postings, &self.ids), *skipped).await
            }
            Command::RevertImport { id } => imports::revert(book, *id).await,

            Command::EditProfile { edit, version } => people::edit_profile(book, edit, *version).await,
            Command::ChangePassword { hash } => people::change_password(book, hash, self.caller.session()).await,
            Command::CreateToken { id, name, scopes, expires_on, hash } => {
                people::create_token(book, *id, (name, *scopes, *expires_on), hash).await
            }
            Command::RevokeToken { id } => people::revoke_token(book, *id).await,
            Command::TurnOnFactor { sealed, last_step, recovery } => {
                people::turn_on_factor(book, sealed, *last_step, recovery, self.caller.session()).await
            }
            Command::TurnOffFactor => people::turn_off_factor(book, self.caller.session()).await,
            Command::AddPasskey { passkey } => people::add_passkey(book, passkey, self.caller.session()).await,
            Command::RemovePasskey { id } => people::remove_passkey(book, *id, self.caller.session()).await,
            Command::CreateUser { user, hash, invite } => people::create_user(book, user, hash, invite.as_ref()).await,
            Command::SetUp { user, hash, opening, sign_up } => {
                people::set_up(book, (user, hash), opening.as_ref(), *sign_up, &self.ids).await
            }

            Command::ChangeUser { edit, version, .. } => admins::change_user(book, edit, *version).await,
            Command::SignOutUser { .. } => admins::sign_out(book).await,
            Command::DeleteUser { version, until, .. } => admins::delete_user(book, *version, *until).await,
            Command::RestoreUser { username, .. } => admins::restore_user(book, username.as_ref()).await,
            Command::Leave { until } => people::leave(book, *until).await,
            Command::Stay => people::stay(book).await,

            Command::CreateInvite { hash, ends_at } => links::invite(book, &self.caller, hash, *ends_at).await,
            Command::CreateResetLink { hash, ends_at, .. } => links::reset(book, &self.caller, hash, *ends_at).await,
            Command::ResetPassword { link, hash, .. } => links::use_reset(book, link, hash).await,

            Command::SeeExpenses { shown, .. } => affairs::see(book, *shown).await,
            Command::EditExpenseOf { id, edit, version, allow_overdraft, .. } => {
                book.may_overdraw = *allow_overdraft;
                affairs::edit(book, *id, edit, *version).await
            }
            Command::DeleteExpenseOf { id, version, .. } => affairs::delete(book, *id, *version).await,
            Command::ChangeServer { edit } => affairs::change_server(book, *edit).await,

            Command::RegisterProgram { program } => programs::register(book, program).await,
            Command::RemoveProgram { id } => programs::remove(book, *id).await,

            Command::Undo { seq } => undo::undo(book, &self.caller, *seq).await,
        }
    }
}

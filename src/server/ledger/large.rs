//! Large commands: what would hold everybody else up in one transaction is done as a durable job in many.
//!
//! A job has four parts. *Begin*: the account becomes busy, so that nothing else changes it. *Plan*: the rule is
//! run on what is there, and all that it would change goes to the journal, under the number that its entry will
//! have. *Accept*: the job knows how it ends; a crash from here on rolls it forward, before that it leaves nothing.
//! *Steps*, each of which changes some records and the balance, and *end*: the entry, the answer, the account is free.
//!
//! It must never decide what a command means: the rule is the same one that a small command has.

#[cfg(test)]
mod tests;

use super::{
    Attempt, Ledger,
    book::{Book, Plan},
    refuse,
};
use crate::{
    domain::{Command, Instant, Locale, Outcome, Problem, UserId, command::Selection, journal::Via},
    server::{
        clock,
        store::{self, Change, Import, Job, JobEnd, Key, Lane, Record, Store, Tx, record::Setting},
    },
};
use futures::future::BoxFuture;
use std::{pin::pin, sync::Arc, time::Duration};
use tokio::time::{interval, sleep};
use uuid::Uuid;

/// How long a job is its holder's without a sign of life; then another process may go on with it.
const LEASE: Duration = Duration::from_secs(5);
/// How long a job whose store fails is tried within the request; afterwards it is rolled forward.
const TRIED: Duration = Duration::from_secs(2);
/// The plan is kept in transactions of as many steps: it is only written.
const PART: usize = 3;
/// The record that is written when a job begins, and by who must not meet one: of two such transactions at once
/// one is done again.
const MARK: &str = "large_commands";

/// Busy while a large command is at work on the account.
pub(crate) async fn expect_free(tx: &mut dyn Tx, owner: UserId) -> Result<(), Problem> {
    match tx.get(Key::Account(owner)).await? {
        Some(Record::Account(account)) if account.busy => Err(refuse::at_work()),
        _ => Ok(()),
    }
}

/// Busy while a large command is at work on any account; none begins before this transaction ends. For what
/// changes everybody's rows.
pub(super) async fn none_at_work(tx: &mut dyn Tx) -> Result<(), Problem> {
    if !tx.jobs().await?.is_empty() {
        return Err(refuse::at_work());
    }
    mark(tx).await
}

/// For who has the store alone: nobody is at work on the jobs in it, so nobody waits for their leases to end.
pub(crate) async fn release_jobs(store: &dyn Store) -> Result<(), Problem> {
    store::transact(store, Lane::Shared, |tx| {
        Box::pin(async move {
            let ended = |job| Record::Job(Job { until: Instant(0), ..job });
            let jobs: Vec<Record> = tx.jobs().await?.into_iter().map(ended).collect();
            Ok(tx.put(&jobs).await?)
        })
    })
    .await
}

async fn mark(tx: &mut dyn Tx) -> Result<(), Problem> {
    let setting = Setting { name: MARK.to_owned(), value: Uuid::now_v7().to_string() };
    Ok(tx.put(&[Record::Setting(setting)]).await?)
}

fn lease() -> Instant {
    Instant(clock::now().0.saturating_add(i64::try_from(LEASE.as_micros()).unwrap_or(i64::MAX)))
}

/// The job as it stands, if it still is whose it was; its lease begins anew.
async fn held(tx: &mut dyn Tx, job: &Job) -> Result<Job, Problem> {
    match tx.get(Key::Job(job.owner)).await? {
        Some(Record::Job(now)) if (now.holder, now.seq) == (job.holder, job.seq) => Ok(Job { until: lease(), ..now }),
        _ => Err(refuse::goes_on()),
    }
}

/// The records of a change as they can be compared: an upload's bytes are not in the journal.
fn bare(record: Option<Record>) -> Option<Record> {
    match record {
        Some(Record::Import(import)) => Some(Record::Import(Import { content: Vec::new(), ..import })),
        record => record,
    }
}

/// How a begun command goes on.
enum Begun {
    /// It was done before.
    Answered(Outcome),
    Job(Job),
}

impl Ledger {
    /// Whether a command has so many rows that it is done in steps.
    pub(super) async fn is_large(&self, attempt: &Attempt) -> Result<bool, Problem> {
        let owner = attempt.owner();
        let rows = match &attempt.command {
            Command::CommitImport { postings, .. } => postings.len() as u64,
            Command::BulkExpenses { select: Selection::Ids(ids), .. } => ids.len() as u64,
            Command::BulkExpenses { select: Selection::Filter { expected_count, .. }, .. } => *expected_count,
            Command::RevertImport { id } => self.store.import(owner, *id).await?.map_or(0, |import| import.added),
            Command::Undo { seq } => self.store.entry_size(owner, *seq).await?,
            _ => 0,
        };
        Ok(rows > self.step as u64)
    }

    /// Applies a large command. It goes on when whoever asked goes away.
    pub(super) async fn in_steps(&self, attempt: Arc<Attempt>) -> Result<Outcome, Problem> {
        let ledger = self.clone();
        let done = tokio::spawn(async move { ledger.begin_to_end(attempt).await });
        done.await.map_err(|cause| {
            tracing::error!(%cause, "a large command did not end; it is rolled forward");
            refuse::goes_on()
        })?
    }

    async fn begin_to_end(&self, attempt: Arc<Attempt>) -> Result<Outcome, Problem> {
        let job = match self.begin(Arc::clone(&attempt)).await? {
            Begun::Answered(outcome) => return Ok(outcome),
            Begun::Job(job) => job,
        };
        match self.prepare(&job, Arc::clone(&attempt)).await {
            Ok(Some((job, changes))) => self.drive(job, changes).await,
            Ok(None) => {
                self.give_up(&job).await?;
                self.at_once(attempt).await
            }
            // Another process took the job over before it was accepted, and dropped it.
            Err(problem) if problem == refuse::goes_on() => Err(refuse::at_work()),
            Err(refusal) => {
                if let Err(problem) = self.give_up(&job).await {
                    tracing::warn!(?problem, owner = %job.owner, "a refused command still keeps its account busy, for a moment");
                }
                Err(refusal)
            }
        }
    }

    async fn begin(&self, attempt: Arc<Attempt>) -> Result<Begun, Problem> {
        let (holder, lane) = (self.holder, Lane::User(attempt.owner()));
        store::transact(&*self.store, lane, move |tx| {
            let attempt = Arc::clone(&attempt);
            Box::pin(async move {
                let owner = attempt.owner();
                if let Some(retry) = &attempt.retry
                    && let Some(outcome) = retry.replay_in(tx, attempt.key_owner()).await?
                {
                    return Ok(Begun::Answered(outcome));
                }
                expect_free(tx, owner).await?;
                let Some(Record::Account(mut account)) = tx.get(Key::Account(owner)).await? else {
                    return Err(Problem::not_found());
                };
                account.busy = true;
                let job = Job { owner, seq: account.last_seq + 1, holder, until: lease(), end: None, changes: 0, done: 0 };
                mark(tx).await?;
                tx.put(&[Record::Account(account), Record::Job(job.clone())]).await?;
                Ok(Begun::Job(job))
            })
        })
        .await
    }

    /// Plans the command and accepts it, or refuses. `None`: it cannot be done in steps.
    async fn prepare(&self, job: &Job, attempt: Arc<Attempt>) -> Result<Option<(Job, Arc<Vec<Change>>)>, Problem> {
        let Some(Plan { changes, mut end }) = self.renewing(job, self.plan(Arc::clone(&attempt))).await? else { return Ok(None) };
        let answer = |retry: &super::Retry| retry.kept(attempt.key_owner(), Some(end.outcome.clone()), attempt.now);
        end.answer = attempt.retry.as_ref().map(answer);
        let changes = Arc::new(changes);
        let part = PART * self.step;
        for from in (0..changes.len()).step_by(part) {
            let changes = Arc::clone(&changes);
            self.with(job, move |tx, job| {
                let changes = Arc::clone(&changes);
                Box::pin(async move {
                    let some = &changes[from..changes.len().min(from + part)];
                    tx.plan(job.owner, job.seq, from as u64, some).await?;
                    tx.put(&[Record::Job(job)]).await?;
                    Ok(())
                })
            })
            .await?;
        }
        let (end, planned) = (Box::new(end), changes.len() as u64);
        let job = self.with(job, move |tx, job| {
            let job = Job { end: Some(end.clone()), changes: planned, ..job };
            Box::pin(async move {
                tx.put(&[Record::Job(job.clone())]).await?;
                Ok(job)
            })
        });
        Ok(Some((job.await?, changes)))
    }

    async fn plan(&self, attempt: Arc<Attempt>) -> Result<Option<Plan>, Problem> {
        let step = self.step;
        store::look(&*self.store, move |tx| {
            let attempt = Arc::clone(&attempt);
            Box::pin(async move {
                let mut book = Book::planning(tx, attempt.owner(), attempt.caller.from(), attempt.now);
                let done = attempt.apply(&mut book).await?;
                book.plan(&attempt.caller, &attempt.command, done, step).await
            })
        })
        .await
    }

    /// Keeps the job while `work` takes its time.
    async fn renewing<T>(&self, job: &Job, work: impl Future<Output = Result<T, Problem>>) -> Result<T, Problem> {
        let (mut work, mut ticks) = (pin!(work), interval(LEASE / 4));
        ticks.tick().await;
        loop {
            tokio::select! {
                done = work.as_mut() => return done,
                _ = ticks.tick() => self.with(job, |tx, job| Box::pin(async move { Ok(tx.put(&[Record::Job(job)]).await?) })).await?,
            }
        }
    }

    /// One transaction of a job that is still held.
    async fn with<T, F>(&self, job: &Job, work: F) -> Result<T, Problem>
    where
        T: Send + 'static,
        F: for<'t> Fn(&'t mut dyn Tx, Job) -> BoxFuture<'t, Result<T, Problem>> + Send + Sync + 'static,
    {
        let (job, work) = (job.clone(), Arc::new(work));
        store::transact(&*self.store, Lane::User(job.owner), move |tx| {
            let (job, work) = (job.clone(), Arc::clone(&work));
            Box::pin(async move {
                let job = held(tx, &job).await?;
                work(tx, job).await
            })
        })
        .await
    }

    /// Frees the account of a job that was not accepted.
    async fn give_up(&self, job: &Job) -> Result<(), Problem> {
        self.with(job, |tx, job| {
            Box::pin(async move {
                if job.end.is_some() {
                    // The store had kept the acceptance, though it could not say so.
                    return Err(refuse::goes_on());
                }
                tx.drop_plan(job.owner, job.seq).await?;
                free(tx, &job, job.seq - 1).await
            })
        })
        .await
    }

    /// Takes the steps that are left, and the last one.
    async fn drive(&self, mut job: Job, changes: Arc<Vec<Change>>) -> Result<Outcome, Problem> {
        let mut failed: Option<tokio::time::Instant> = None;
        loop {
            let next = match job.done < job.changes {
                true => self.take_step(&job, Arc::clone(&changes)).await.map(Ok),
                false => self.end(&job).await.map(Err),
            };
            match next {
                Ok(Ok(next)) => (job, failed) = (next, None),
                Ok(Err(outcome)) => return Ok(outcome),
                Err(problem) if problem == refuse::goes_on() => return Err(problem),
                Err(problem) => {
                    tracing::error!(?problem, owner = %job.owner, seq = job.seq, "a step of a large command failed; it is tried again");
                    if failed.get_or_insert_with(tokio::time::Instant::now).elapsed() > TRIED {
                        return Err(refuse::goes_on());
                    }
                    sleep(TRIED / 10).await;
                }
            }
        }
    }

    async fn take_step(&self, job: &Job, changes: Arc<Vec<Change>>) -> Result<Job, Problem> {
        let step = self.step;
        self.with(job, move |tx, job| {
            let changes = Arc::clone(&changes);
            Box::pin(async move {
                let from = usize::try_from(job.done).map_err(|_| Problem::internal())?.min(changes.len());
                let some = &changes[from..changes.len().min(from + step)];
                change(tx, &job, some).await?;
                let job = Job { done: (from + some.len()) as u64, changes: changes.len() as u64, ..job };
                tx.put(&[Record::Job(job.clone())]).await?;
                Ok(job)
            })
        })
        .await
    }

    async fn end(&self, job: &Job) -> Result<Outcome, Problem> {
        self.with(job, |tx, job| {
            Box::pin(async move {
                let JobEnd { entry, outcome, marks, import, answer } = *job.end.clone().ok_or_else(Problem::internal)?;
                tx.put_entries(&[(entry.clone(), Vec::new())]).await?;
                for (seq, by) in marks {
                    tx.set_undone(job.owner, seq, by).await?;
                }
                if let Some(id) = import
                    && let Some(Record::Import(import)) = tx.get(Key::Import(job.owner, id)).await?
                {
                    tx.put(&[Record::Import(Import { seq: Some(entry.seq), ..import })]).await?;
                }
                tx.put(&answer.map(Record::Idempotent).into_iter().collect::<Vec<_>>()).await?;
                free(tx, &job, entry.seq).await?;
                Ok(outcome)
            })
        })
        .await
    }

    /// Goes on with the jobs that nobody holds any more, to their end. How many are somebody's.
    pub async fn roll_forward(&self) -> Result<usize, Problem> {
        let mut held = 0;
        for job in self.store.jobs().await? {
            if job.until > clock::now() {
                held += 1;
            } else if let Err(problem) = self.take_over(job.clone()).await {
                tracing::error!(?problem, owner = %job.owner, seq = job.seq, "a large command could not be rolled forward yet");
                held += 1;
            }
        }
        Ok(held)
    }

    /// At a start: goes on with what a crash left, as soon as it is clear that nobody else does.
    pub async fn resume(&self) -> Result<(), Problem> {
        let until = tokio::time::Instant::now() + LEASE + LEASE / 5;
        while self.roll_forward().await? > 0 && tokio::time::Instant::now() < until {
            sleep(LEASE / 20).await;
        }
        Ok(())
    }

    /// Rolls forward for as long as the process lives: other processes may end at any time.
    pub async fn keep_rolling(self) {
        let mut ticks = interval(LEASE / 2);
        loop {
            ticks.tick().await;
            if let Err(problem) = self.roll_forward().await {
                tracing::warn!(?problem, "large commands could not be looked for");
            }
        }
    }

    async fn take_over(&self, seen: Job) -> Result<(), Problem> {
        let holder = self.holder;
        let before = seen.clone();
        let taken = store::transact(&*self.store, Lane::User(seen.owner), move |tx| {
            let before = before.clone();
            Box::pin(async move {
                match tx.get(Key::Job(before.owner)).await? {
                    Some(Record::Job(now)) if now == before => {
                        let job = Job { holder, until: lease(), ..now };
                        tx.put(&[Record::Job(job.clone())]).await?;
                        Ok(Some(job))
                    }
                    _ => Ok(None),
                }
            })
        });
        let Some(job) = taken.await? else { return Ok(()) };
        if job.end.is_none() {
            return self.give_up(&job).await;
        }
        let (owner, seq) = (job.owner, job.seq);
        tracing::warn!(%owner, seq, done = job.done, changes = job.changes, "a large command was cut short; it is rolled forward");
        let planned = store::look(&*self.store, move |tx| Box::pin(async move { Ok(tx.planned(owner, seq).await?) }));
        let changes = self.renewing(&job, planned).await?;
        if changes.len() as u64 != job.changes {
            tracing::error!(%owner, seq, found = changes.len(), "the plan of a large command is not whole");
            return Err(Problem::internal());
        }
        self.drive(job, Arc::new(changes)).await.map(drop)
    }
}

/// Makes some changes of a job. What stands is what the plan says, for nobody else could change it; were it
/// not so, the balance follows what stands.
async fn change(tx: &mut dyn Tx, job: &Job, changes: &[Change]) -> Result<(), Problem> {
    let key = |change: &Change| change.after.as_ref().or(change.before.as_ref()).map(Record::key);
    let keys = changes.iter().map(key).collect::<Option<Vec<_>>>().ok_or_else(Problem::internal)?;
    let current = tx.get_many(&keys).await?;
    let end = job.end.as_ref().ok_or_else(Problem::internal)?;
    let mut book = Book::open(tx, job.owner, (Locale::default(), Via::default()), clock::now());
    book.may_overdraw = true;
    for (change, current) in changes.iter().zip(current) {
        if bare(current.clone()) != change.before {
            let Job { owner, seq, .. } = job;
            tracing::error!(%owner, seq, "a large command found a record that somebody else changed; this is a defect of Outlay");
        }
        book.write(current, change.after.clone())?;
    }
    book.close_step(&end.entry).await
}

/// The job is over: others may change the account again, whose newest entry is `last_seq`.
async fn free(tx: &mut dyn Tx, job: &Job, last_seq: u64) -> Result<(), Problem> {
    let Some(Record::Account(mut account)) = tx.get(Key::Account(job.owner)).await? else { return Err(Problem::internal()) };
    (account.busy, account.last_seq) = (false, last_seq);
    tx.put(&[Record::Account(account)]).await?;
    Ok(tx.delete(&[Key::Job(job.owner)]).await?)
}

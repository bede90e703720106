//! The one writer: takes all work that waits, runs each under a savepoint, commits once, then answers all.
//!
//! It must never answer before the commit has reached the disk.

use super::{
    super::{Result, StoreError},
    fill::Filling,
    found, sql,
    tx::SqliteTx,
};
use crate::domain::Problem;
use rusqlite::Connection;
use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    thread,
    time::{Duration, Instant},
};
use tokio::sync::{mpsc, oneshot};

/// One commit holds at most so many works.
const MAX_BATCH: usize = 256;
/// It takes no more works after so long: others wait for it, or nobody does.
const WRITTEN_AT_ONCE: Duration = Duration::from_millis(20);
const FILLED_AT_ONCE: Duration = Duration::from_secs(10);
/// How many works may wait before their callers do.
const QUEUE: usize = 1_024;

/// Why a work was not committed.
#[derive(Debug)]
pub enum Failure {
    /// It refused by itself.
    Refused(Problem),
    Store(StoreError),
}

impl From<Problem> for Failure {
    fn from(problem: Problem) -> Self {
        Self::Refused(problem)
    }
}
impl From<StoreError> for Failure {
    fn from(e: StoreError) -> Self {
        Self::Store(e)
    }
}
impl From<Failure> for Problem {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Refused(problem) => problem,
            Failure::Store(e) => e.into(),
        }
    }
}
impl From<Failure> for StoreError {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Refused(problem) => Self::Refused(problem),
            Failure::Store(e) => e,
        }
    }
}

type Answer = std::result::Result<(), Failure>;
type Run = Box<dyn FnOnce(&mut SqliteTx<'_>) -> Answer + Send>;

enum Message {
    Work(Run, oneshot::Sender<Answer>),
    Close(oneshot::Sender<()>),
}

/// The way to the writer's thread.
pub struct Writer {
    queue: mpsc::Sender<Message>,
}

impl Writer {
    /// Gives the connection to a thread of its own.
    pub fn start(connection: Connection, filling: Option<Filling>) -> Result<Self> {
        let (queue, messages) = mpsc::channel(QUEUE);
        thread::Builder::new()
            .name("store-writer".into())
            .spawn(move || serve(connection, filling, messages))
            .map_err(|e| StoreError::Failed(format!("the writer's thread: {e}")))?;
        Ok(Self { queue })
    }

    /// Runs `work` in one durable transaction.
    pub async fn run(&self, work: impl FnOnce(&mut SqliteTx<'_>) -> Answer + Send + 'static) -> Answer {
        let (answer, answered) = oneshot::channel();
        if self.queue.send(Message::Work(Box::new(work), answer)).await.is_err() {
            return Err(closed().into());
        }
        answered.await.unwrap_or_else(|_| Err(closed().into()))
    }

    pub fn ready(&self) -> Result<()> {
        if self.queue.is_closed() { Err(closed()) } else { Ok(()) }
    }

    /// Answers what waits, moves the log into the file and closes it.
    pub async fn close(&self) {
        let (done, is_done) = oneshot::channel();
        if self.queue.send(Message::Close(done)).await.is_ok() {
            // An error means that it has been closed before.
            let _closed = is_done.await;
        }
    }
}

fn closed() -> StoreError {
    StoreError::Away("the store is closed".into())
}

fn serve(mut c: Connection, mut filling: Option<Filling>, mut messages: mpsc::Receiver<Message>) {
    let mut done = None;
    while let Some(message) = messages.blocking_recv() {
        match message {
            Message::Work(run, answer) => done = batch(&mut c, &mut filling, (run, answer), &mut messages),
            Message::Close(closed) => done = Some(closed),
        }
        if done.is_some() {
            messages.close();
        }
    }
    match c.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get::<_, bool>(0)) {
        Ok(false) => {}
        Ok(true) => tracing::info!("the log stays beside the file: someone else reads it"),
        Err(error) => tracing::warn!(%error, "the log could not be moved into the file; it will be at the next start"),
    }
    if let Err((_, error)) = c.close() {
        tracing::warn!(%error, "the store did not close");
    }
    if let Some(done) = done {
        // Nobody waits any more: nothing is lost by that.
        let _gone = done.send(());
    }
}

/// Runs `first` and what waits behind it in one transaction; answers the one who asked to close, if any.
fn batch(
    c: &mut Connection,
    filling: &mut Option<Filling>,
    first: (Run, oneshot::Sender<Answer>),
    messages: &mut mpsc::Receiver<Message>,
) -> Option<oneshot::Sender<()>> {
    let longest = if filling.is_some() { FILLED_AT_ONCE } else { WRITTEN_AT_ONCE };
    let begun = c.execute_batch("BEGIN IMMEDIATE").map_err(StoreError::from);
    let start = Instant::now();
    let mut fate = begun;
    let mut answers = Vec::new();
    let mut close = None;
    let mut next = Some(first);
    while let Some((run, answer)) = next.take() {
        let result = match &fate {
            Ok(()) => match one(c, filling, run) {
                Ok(result) => result,
                Err(lost) => {
                    fate = Err(lost);
                    Ok(())
                }
            },
            Err(_) => Ok(()),
        };
        answers.push((answer, result));
        // After a failure, all who wait now have waited as long as we wait for anybody.
        if fate.is_err() || (answers.len() < MAX_BATCH && start.elapsed() < longest) {
            match messages.try_recv() {
                Ok(Message::Work(run, answer)) => next = Some((run, answer)),
                Ok(Message::Close(closed)) => close = Some(closed),
                Err(_) => {}
            }
        }
    }
    if fate.is_ok() {
        fate = found::settle(c).and_then(|()| Ok(c.execute_batch("COMMIT")?));
    }
    if !c.is_autocommit()
        && let Err(error) = c.execute_batch("ROLLBACK")
    {
        tracing::error!(%error, "a failed transaction could not be rolled back");
    }
    for (answer, result) in answers {
        let result = result.and_then(|()| Ok(fate.clone()?));
        // Whoever asked may have gone; what is committed stays.
        let _gone = answer.send(result);
    }
    close
}

/// Runs one work under a savepoint. `Err`: the whole transaction is lost.
fn one(c: &mut Connection, filling: &mut Option<Filling>, run: Run) -> Result<Answer> {
    sql::run(c, "SAVEPOINT work", [])?;
    let mut tx = SqliteTx::new(c, filling);
    let result = catch_unwind(AssertUnwindSafe(|| run(&mut tx)));
    let fault = tx.fault.take();
    let result = match result {
        Ok(result) => result,
        Err(_) => Err(StoreError::Failed("a command panicked; it was rolled back".into()).into()),
    };
    if c.is_autocommit() {
        // SQLite gave up the transaction by itself, as it does when the disk is full.
        return Err(fault.unwrap_or_else(|| StoreError::Failed("the transaction is gone".into())));
    }
    // What the engine could not do is never half done, even if the work looked away.
    let result = result.and_then(|()| fault.map_or(Ok(()), |fault| Err(Failure::Store(fault))));
    if result.is_err() {
        sql::run(c, "ROLLBACK TO work", [])?;
    }
    sql::run(c, "RELEASE work", [])?;
    Ok(result)
}

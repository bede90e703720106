//! Works in transactions: many share one, and a transaction that another one was in the way of is done again
//! from its start. It must never answer a work before a majority has what it wrote on disk.

use super::{
    super::{Key, StoreError, Work},
    ask::{Ask, Patience},
    error::{Result, Trouble},
    tx::MongoTx,
    writes::State,
};
use crate::domain::Problem;
use futures::FutureExt;
use mongodb::{
    ClientSession, Database,
    error::UNKNOWN_TRANSACTION_COMMIT_RESULT,
    options::{Acknowledgment, ReadConcern, ReadPreference, SelectionCriteria, TransactionOptions, WriteConcern},
};
use std::{
    collections::{BTreeSet, VecDeque},
    panic::AssertUnwindSafe,
    time::Duration,
};
use tokio::{
    sync::oneshot,
    time::{Instant, sleep},
};

/// How often a transaction is done again because others are in its way, and for how long.
const MOST_TRIES: u32 = 60;
const MOST_TIME: Duration = Duration::from_secs(25);

pub type Answer = std::result::Result<(), Problem>;

/// A work, and who waits for it.
pub struct Job {
    pub work: Work,
    /// What it will probably read.
    pub likely: Vec<Key>,
    pub answer: oneshot::Sender<Answer>,
}

impl Job {
    pub fn tell(self, answer: Answer) {
        // Whoever asked may have gone; what is committed stays.
        let _gone = self.answer.send(answer);
    }
}

/// `w: majority, j: true`: what every write of Outlay has.
pub fn write_concern() -> WriteConcern {
    WriteConcern::builder().w(Acknowledgment::Majority).journal(true).build()
}

/// Runs the jobs in order and answers each. The error: the store is away, all that were left are told so.
pub async fn run(db: &Database, sharded: bool, jobs: Vec<Job>) -> std::result::Result<(), StoreError> {
    let mut waiting = VecDeque::from(jobs);
    let (mut single, mut alone) = (0, false);
    while !waiting.is_empty() {
        let n = if alone || single > 0 { 1 } else { waiting.len() };
        match stubbornly(db, sharded, &mut waiting.make_contiguous()[..n], alone).await {
            Ok(answers) => {
                single -= answers.len().min(single);
                alone = answers.len() < n;
                for (job, answer) in waiting.drain(..answers.len()).zip(answers) {
                    job.tell(answer);
                }
            }
            Err(trouble @ (Trouble::Away(_) | Trouble::Final(StoreError::Unsure(_)))) => {
                let e = StoreError::from(trouble);
                for job in waiting.drain(..n) {
                    job.tell(Err(e.clone().into()));
                }
                let away = StoreError::Away(e.to_string());
                for job in waiting.drain(..) {
                    job.tell(Err(away.clone().into()));
                }
                return Err(away);
            }
            // One of them is at fault: each by itself.
            Err(_) if n > 1 => single = n,
            Err(trouble) => {
                (single, alone) = (single.saturating_sub(1), false);
                if let Some(job) = waiting.pop_front() {
                    job.tell(Err(StoreError::from(trouble).into()));
                }
            }
        }
    }
    Ok(())
}

/// Does a transaction again for as long as that may help.
async fn stubbornly(db: &Database, sharded: bool, jobs: &mut [Job], alone: bool) -> Result<Vec<Answer>> {
    let (start, mut patience) = (Instant::now(), Patience::new());
    let (mut tries, mut twins) = (0, 0);
    loop {
        let trouble = match once(db, sharded, jobs, alone, &mut patience).await {
            Ok(answers) => return Ok(answers),
            Err(trouble) => trouble,
        };
        tries += 1;
        match &trouble {
            Trouble::Away(_) if !patience.is_over() => sleep(Duration::from_millis(50)).await,
            // The server has said something.
            Trouble::Conflict(_) if tries < MOST_TRIES && start.elapsed() < MOST_TIME => {
                patience = Patience::new();
                let longest = 1 << tries.min(7);
                sleep(Duration::from_millis(rand::random_range(0..=longest))).await;
            }
            Trouble::Twin(_) if twins == 0 => twins += 1,
            _ => return Err(trouble),
        }
    }
}

/// Runs the jobs in one transaction. Fewer answers than jobs: the next one wants to be alone.
async fn once(db: &Database, sharded: bool, jobs: &mut [Job], alone: bool, patience: &mut Patience) -> Result<Vec<Answer>> {
    let mut session = begin(db, *patience).await?;
    let mut ask = Ask { session: Some(&mut session), patience: *patience, sharded, ..Ask::new(db) };
    let done = works(&mut ask, jobs, alone).await;
    *patience = ask.patience;
    match done {
        Ok((answers, true)) => commit(&mut session, *patience).await.map(|()| answers),
        Ok((answers, false)) => {
            abort(&mut session, *patience).await;
            Ok(answers)
        }
        Err(trouble) => {
            abort(&mut session, *patience).await;
            Err(trouble)
        }
    }
}

/// A session in a transaction that reads one moment and is committed by a majority, on disk.
pub async fn begin(db: &Database, patience: Patience) -> Result<ClientSession> {
    let mut session = patience.hear(db.client().start_session().into_future()).await?;
    let options = TransactionOptions::builder()
        .read_concern(ReadConcern::snapshot())
        .write_concern(write_concern())
        .selection_criteria(SelectionCriteria::ReadPreference(ReadPreference::Primary))
        .build();
    patience.hear(session.start_transaction().with_options(options).into_future()).await?;
    Ok(session)
}

/// The works' answers, and whether there is anything to commit.
async fn works(ask: &mut Ask<'_>, jobs: &mut [Job], alone: bool) -> Result<(Vec<Answer>, bool)> {
    let mut state = State::default();
    let mut answers = Vec::with_capacity(jobs.len());
    let likely: BTreeSet<&Key> = jobs.iter().flat_map(|job| &job.likely).collect();
    state.fetch(ask, likely).await?;
    for job in jobs {
        let mut tx = MongoTx::new(ask, &mut state, alone);
        let work = &mut job.work;
        let ran = AssertUnwindSafe(async { work(&mut tx).await }).catch_unwind().await;
        if let Some(trouble) = tx.trouble {
            return Err(trouble);
        }
        if tx.wants_to_be_alone {
            break;
        }
        let answer = match (ran, tx.fault.take()) {
            (Err(_), _) => Err(StoreError::Failed("a command panicked; it was rolled back".into()).into()),
            // What the engine could not do is never half done, even if the work looked away.
            (Ok(_), Some(fault)) => Err(fault.into()),
            (Ok(answer), _) => answer,
        };
        if answer.is_ok() {
            tx.keep();
        } else if alone {
            // Some of what it wrote may have been sent.
            return Ok((vec![answer], false));
        }
        answers.push(answer);
    }
    state.flush(ask).await?;
    Ok((answers, state.dirty))
}

pub async fn commit(session: &mut ClientSession, patience: Patience) -> Result<()> {
    loop {
        match patience.wait(session.commit_transaction().into_future()).await {
            Some(Ok(())) => return Ok(()),
            Some(Err(e)) if !e.contains_label(UNKNOWN_TRANSACTION_COMMIT_RESULT) => return Err(e.into()),
            Some(Err(e)) if patience.is_over() => return Err(StoreError::Unsure(e.to_string()).into()),
            Some(Err(_)) => sleep(Duration::from_millis(50)).await,
            None => return Err(StoreError::Unsure("no answer in time".into()).into()),
        }
    }
}

/// The server forgets a transaction by itself, should it not hear of this.
pub async fn abort(session: &mut ClientSession, patience: Patience) {
    if let Some(Err(error)) = patience.wait(session.abort_transaction().into_future()).await {
        tracing::debug!(%error, "a transaction was not aborted");
    }
}

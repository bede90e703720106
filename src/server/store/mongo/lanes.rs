//! Who waits for a transaction: works of one lane run in order, lanes run at once, and what waits together
//! shares a transaction. It must never run two works of one lane at once.

use super::{
    super::{Key, Lane, StoreError, Work},
    ask::lives,
    batch::{Answer, Job, run},
};
use mongodb::Database;
use std::{
    collections::{HashMap, VecDeque},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};
use tokio::{
    sync::{Notify, oneshot},
    task::JoinHandle,
};

/// Transactions at once.
const WORKERS: usize = 8;
/// A worker takes one in so many of the lanes that wait: few at work on much cost the server less than many on
/// little, and some stay free for what comes next.
const SHARE: usize = 3;
/// How many works share a transaction at most.
const MAX_BATCH: usize = 256;

#[derive(Default)]
struct Waiting {
    /// Lanes with works that wait, or of which some are being done.
    lanes: HashMap<Lane, VecDeque<Job>>,
    /// Those whose works may be taken.
    ready: VecDeque<Lane>,
    closed: bool,
}

/// The way to the transactions.
pub struct Lanes {
    waiting: Mutex<Waiting>,
    wake: Notify,
    workers: Mutex<Vec<JoinHandle<()>>>,
}

fn closed() -> StoreError {
    StoreError::Away("the store is closed".into())
}

impl Lanes {
    /// Starts the workers. They end with [`Lanes::close`].
    pub fn start(db: &Database, sharded: bool) -> Arc<Self> {
        let lanes = Arc::new(Self { waiting: Mutex::default(), wake: Notify::new(), workers: Mutex::default() });
        let worker = |_| tokio::spawn(work(Arc::clone(&lanes), db.clone(), sharded));
        *lanes.workers.lock().unwrap_or_else(PoisonError::into_inner) = (0..WORKERS).map(worker).collect();
        lanes
    }

    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Runs `work` in one durable transaction.
    pub async fn run(&self, lane: Lane, likely: Vec<Key>, work: Work) -> Answer {
        let (answer, answered) = oneshot::channel();
        self.push(lane, Job { work, likely, answer })?;
        answered.await.unwrap_or_else(|_| Err(closed().into()))
    }

    fn push(&self, lane: Lane, job: Job) -> Result<(), StoreError> {
        let mut waiting = self.waiting();
        if waiting.closed {
            return Err(closed());
        }
        if let Some(jobs) = waiting.lanes.get_mut(&lane) {
            jobs.push_back(job);
        } else {
            waiting.lanes.insert(lane, VecDeque::from([job]));
            waiting.ready.push_back(lane);
            self.wake.notify_one();
        }
        Ok(())
    }

    /// This worker's share of the lanes that wait, and their works; `None` when nothing will come any more.
    async fn take(&self) -> Option<(Vec<Lane>, Vec<Job>)> {
        loop {
            let woken = self.wake.notified();
            {
                let mut waiting = self.waiting();
                let share = waiting.ready.len().div_ceil(SHARE);
                let (mut lanes, mut jobs) = (Vec::new(), Vec::new());
                while lanes.len() < share
                    && jobs.len() < MAX_BATCH
                    && let Some(lane) = waiting.ready.pop_front()
                {
                    if let Some(of_lane) = waiting.lanes.get_mut(&lane) {
                        let some = of_lane.len().min(MAX_BATCH - jobs.len());
                        jobs.extend(of_lane.drain(..some));
                        lanes.push(lane);
                    }
                }
                if !waiting.ready.is_empty() {
                    self.wake.notify_one();
                }
                if !jobs.is_empty() {
                    return Some((lanes, jobs));
                }
                if waiting.closed && waiting.lanes.is_empty() {
                    return None;
                }
            }
            woken.await;
        }
    }

    /// The works taken of these lanes are done.
    fn done(&self, lanes: Vec<Lane>) {
        let mut waiting = self.waiting();
        for lane in lanes {
            if waiting.lanes.get(&lane).is_some_and(|jobs| !jobs.is_empty()) {
                waiting.ready.push_back(lane);
            } else {
                waiting.lanes.remove(&lane);
            }
        }
        if waiting.closed && waiting.lanes.is_empty() {
            self.wake.notify_waiters();
        } else if !waiting.ready.is_empty() {
            self.wake.notify_one();
        }
    }

    /// All who wait now have waited as long as we wait for anybody.
    fn give_up(&self, e: &StoreError) {
        let mut jobs = Vec::new();
        {
            let mut waiting = self.waiting();
            for lane in std::mem::take(&mut waiting.ready) {
                jobs.extend(waiting.lanes.remove(&lane).unwrap_or_default());
            }
            jobs.extend(waiting.lanes.values_mut().flat_map(|jobs| jobs.drain(..)));
        }
        for job in jobs {
            job.tell(Err(e.clone().into()));
        }
    }

    /// Takes nothing new; the workers end when they have done the rest.
    pub fn stop(&self) {
        let mut waiting = self.waiting();
        waiting.closed = true;
        if waiting.lanes.is_empty() {
            self.wake.notify_waiters();
        }
    }

    /// Stops, and waits for what is being done.
    pub async fn close(&self) {
        self.stop();
        let workers = std::mem::take(&mut *self.workers.lock().unwrap_or_else(PoisonError::into_inner));
        for worker in workers {
            if let Err(error) = worker.await {
                tracing::error!(%error, "a worker of the store did not end well");
            }
        }
    }
}

async fn work(lanes: Arc<Lanes>, db: Database, sharded: bool) {
    while let Some((taken, jobs)) = lanes.take().await {
        // One transaction may be too much for a server that serves everybody else.
        if let Err(e) = run(&db, sharded, jobs).await
            && !lives(&db).await
        {
            lanes.give_up(&e);
        }
        lanes.done(taken);
    }
}

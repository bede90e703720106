//! What runs in a transaction, and how its answer comes out of it.

use super::{Key, Lane, Store, Tx};
use crate::domain::Problem;
use futures::future::BoxFuture;
use std::sync::{Arc, Mutex};

/// What a transaction does. It may be run again from the start (a retry after a conflict), so it must
/// have no effect outside the transaction. An `Err` rolls back all of it.
pub type Work = Box<dyn for<'t> FnMut(&'t mut dyn Tx) -> BoxFuture<'t, std::result::Result<(), Problem>> + Send>;

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

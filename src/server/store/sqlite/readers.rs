//! Read-only connections on blocking threads, opened when first needed and kept.

use super::{
    super::{Result, StoreError},
    Options, connect,
    sql::run,
};
use rusqlite::Connection;
use std::{
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
};
use tokio::sync::Semaphore;

pub struct Readers {
    path: PathBuf,
    options: Options,
    permits: Arc<Semaphore>,
    idle: Mutex<Vec<Connection>>,
}

impl Readers {
    pub fn new(path: PathBuf, options: Options) -> Arc<Self> {
        let permits = Arc::new(Semaphore::new(options.readers));
        Arc::new(Self { path, options, permits, idle: Mutex::default() })
    }

    /// Runs `query` on one snapshot of what is committed.
    pub async fn read<T, F>(self: &Arc<Self>, query: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&mut Connection) -> Result<T> + Send + 'static,
    {
        let permit = Arc::clone(&self.permits).acquire_owned().await.map_err(|_| StoreError::Away("closed".into()))?;
        let readers = Arc::clone(self);
        let task = tokio::task::spawn_blocking(move || {
            let _permit = permit;
            let idle = readers.idle().pop();
            let mut connection = idle.map_or_else(|| connect::reader(&readers.path, &readers.options), Ok)?;
            let answer = snapshot(&mut connection, query);
            // After an error of the file the next query opens it anew.
            if !matches!(answer, Err(StoreError::Away(_) | StoreError::Failed(_))) {
                readers.idle().push(connection);
            }
            answer
        });
        task.await.map_err(|e| StoreError::Failed(format!("a query did not end: {e}")))?
    }

    /// Waits for the queries that run, then closes all connections.
    pub async fn close(&self) {
        let all = u32::try_from(self.options.readers).unwrap_or(u32::MAX);
        if let Ok(_all) = self.permits.acquire_many(all).await {
            self.permits.close();
            self.idle().clear();
        }
    }

    fn idle(&self) -> std::sync::MutexGuard<'_, Vec<Connection>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn snapshot<T>(c: &mut Connection, query: impl FnOnce(&mut Connection) -> Result<T>) -> Result<T> {
    run(c, "BEGIN", [])?;
    let answer = query(c);
    let ended = run(c, "COMMIT", []);
    let answer = answer?;
    ended?;
    Ok(answer)
}

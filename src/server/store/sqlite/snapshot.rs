//! The file at one moment: a connection that only reads, inside one transaction. Writers go on meanwhile;
//! the log beside the file grows until it is dropped. It must never write, not even a newer schema.

use super::{
    super::{Change, Job, Key, Record, Result, ScanCursor, Snapshot, StoreError},
    Options, connect, found, journal, migrations, people, sums, trash, upkeep,
};
use crate::domain::{Entry, Seq, UserId};
use async_trait::async_trait;
use futures::future::{BoxFuture, try_join_all};
use rusqlite::Connection;
use std::path::{Path, PathBuf};
use tokio::task::spawn_blocking;

/// Everything that is committed in the file now. Refuses a file of another version than this binary's.
pub async fn snapshot(path: &Path) -> Result<Box<dyn Snapshot>> {
    let path = path.to_owned();
    let begin = move || -> Result<SqliteSnapshot> {
        let connection = Some(begin(&path)?);
        Ok(SqliteSnapshot { path, connection })
    };
    Ok(Box::new(spawn_blocking(begin).await.map_err(cut_short)??))
}

fn begin(path: &Path) -> Result<Connection> {
    let connection = connect::reader(path, &Options::default())?;
    connection.execute_batch("BEGIN")?;
    // The first read is what the transaction's moment is.
    migrations::expect_current(&connection)?;
    Ok(connection)
}

struct SqliteSnapshot {
    path: PathBuf,
    /// Away while a query runs on it.
    connection: Option<Connection>,
}

fn cut_short(e: tokio::task::JoinError) -> StoreError {
    StoreError::Failed(format!("a query did not end: {e}"))
}

impl SqliteSnapshot {
    async fn read<T: Send + 'static>(&mut self, query: impl FnOnce(&Connection) -> Result<T> + Send + 'static) -> Result<T> {
        let connection =
            self.connection.take().ok_or_else(|| StoreError::Failed("a query before this one did not end".into()))?;
        let run = move || {
            let answer = query(&connection);
            (connection, answer)
        };
        let (connection, answer) = spawn_blocking(run).await.map_err(cut_short)?;
        self.connection = Some(connection);
        answer
    }
}

#[async_trait]
impl Snapshot for SqliteSnapshot {
    async fn scan(&mut self, after: Option<ScanCursor>) -> Result<(Vec<Record>, Option<ScanCursor>)> {
        self.read(move |c| upkeep::scan(c, after.as_ref())).await
    }
    async fn journal_scan(&mut self, owner: UserId, after: Seq, limit: u32) -> Result<Vec<(Entry, Vec<Change>)>> {
        self.read(move |c| journal::scan(c, owner, after, limit)).await
    }
    async fn jobs(&mut self) -> Result<Vec<Job>> {
        self.read(people::jobs).await
    }
    async fn trash(&mut self) -> Result<Vec<(Key, Seq)>> {
        self.read(trash::everybodys).await
    }
    fn check(&self) -> BoxFuture<'static, Result<Vec<String>>> {
        let check = |part: fn(&Connection) -> Result<Vec<String>>| {
            let path = self.path.clone();
            async move { spawn_blocking(move || part(&begin(&path)?)).await.map_err(cut_short)? }
        };
        let parts = try_join_all([check(upkeep::check), check(sums::check), check(found::check)]);
        Box::pin(async move { Ok(parts.await?.concat()) })
    }
}

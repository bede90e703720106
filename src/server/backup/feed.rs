//! From where everything comes: a backup's file or another store, read ahead of who writes it. It must
//! never be taken for whole before [`Feed::ended`] has said so.

use super::format::{Reader, Tally};
use crate::server::store::{
    Snapshot,
    walk::{Batch, Walk, entry_line, record_line},
};
use tokio::{
    sync::mpsc::{Receiver, Sender, channel},
    task::JoinHandle,
};

/// How many batches wait for who writes them.
const AHEAD: usize = 2;

/// Batches, and what they came to. Its errors are lines for the operator.
pub struct Feed {
    batches: Receiver<Batch>,
    reading: JoinHandle<Result<Tally, String>>,
}

impl Feed {
    /// The batches of a backup.
    pub fn of_file(mut reader: Reader) -> Self {
        let (out, batches) = channel(AHEAD);
        let reading = tokio::task::spawn_blocking(move || {
            while let Some(batch) = reader.next_batch()? {
                if out.blocking_send(batch).is_err() {
                    break;
                }
            }
            Ok(reader.tally())
        });
        Self { batches, reading }
    }

    /// Everything in a store.
    pub fn of_store(snapshot: Box<dyn Snapshot>) -> Self {
        let (out, batches) = channel(AHEAD);
        Self { batches, reading: tokio::spawn(walk(snapshot, out)) }
    }

    /// `None` at the end, and after a failure, which [`Feed::ended`] tells.
    pub async fn next(&mut self) -> Option<Batch> {
        self.batches.recv().await
    }

    /// What all of it came to, or why it ended too soon.
    pub async fn ended(self) -> Result<Tally, String> {
        drop(self.batches);
        self.reading.await.map_err(|e| format!("reading did not end: {e}"))?
    }
}

async fn walk(mut snapshot: Box<dyn Snapshot>, out: Sender<Batch>) -> Result<Tally, String> {
    let unread = |e| format!("the store cannot be read: {e}");
    let (mut walk, mut tally) = (Walk::new(snapshot.as_mut()), Tally::default());
    while let Some(batch) = walk.next().await.map_err(unread)? {
        for record in &batch.records {
            tally.content.add(&record_line(record).map_err(unread)?);
        }
        for (entry, changes) in &batch.entries {
            tally.content.add(&entry_line(entry, changes).map_err(unread)?);
        }
        tally.records += batch.records.len() as u64;
        tally.entries += batch.entries.len() as u64;
        if out.send(batch).await.is_err() {
            break;
        }
    }
    Ok(tally)
}

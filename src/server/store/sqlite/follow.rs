//! What is new in the file: this process says when it has committed, and the file is looked at now and then for what
//! another one did, such as the command line.

use super::{
    super::{Ear, Result},
    SqliteStore,
    rows::id,
    sql::{all, count, one},
};
use crate::domain::{Seq, UserId};
use rusqlite::Connection;
use std::{
    hash::{DefaultHasher, Hash, Hasher},
    time::Duration,
};
use tokio::time::{sleep, timeout};

/// How often the file is looked at when this process has not written.
const LOOK: Duration = Duration::from_millis(500);
/// How long commits gather before anybody is told.
const GATHER: Duration = Duration::from_millis(20);

impl SqliteStore {
    pub(super) async fn follow_file(&self, ear: &dyn Ear) -> Result<()> {
        let mut known = None;
        loop {
            let wanted = ear.wanted();
            // Also while nobody listens: who begins to listen is told what changes from then on.
            let (heads, shared) = self.read(move |c| Ok((heads(c, &wanted)?, shared(c)?))).await?;
            for (owner, seq) in heads {
                ear.grown(owner, seq);
            }
            if known.replace(shared).is_some_and(|known| known != shared) {
                ear.shared();
            }
            if timeout(LOOK, self.wrote.notified()).await.is_ok() {
                sleep(GATHER).await;
            }
        }
    }
}

fn heads(c: &Connection, owners: &[UserId]) -> Result<Vec<(UserId, Seq)>> {
    let mut heads = Vec::with_capacity(owners.len());
    for owner in owners {
        let head = one(c, "SELECT last_seq FROM accounts WHERE owner = ?", [id(owner.0)], |row| count(row, 0))?;
        heads.extend(head.map(|seq| (*owner, seq)));
    }
    Ok(heads)
}

/// A number that is another one when a category has changed.
fn shared(c: &Connection) -> Result<u64> {
    let mut hasher = DefaultHasher::new();
    all(c, "SELECT body FROM categories ORDER BY id", [], |row| Ok(row.get::<_, String>(0)?))?.hash(&mut hasher);
    Ok(hasher.finish())
}

//! The database at one moment, for as long as the server keeps what has been written over since: five minutes,
//! unless `minSnapshotHistoryWindowInSeconds` says otherwise. It must never write.

use super::{
    super::{Change, Job, Key, Record, Result, ScanCursor, Snapshot},
    ask::{Ask, Patience},
    error, journal,
    kind::META,
    people, sums, trash, upkeep,
};
use crate::domain::{Entry, Seq, UserId};
use async_trait::async_trait;
use futures::future::BoxFuture;
use mongodb::{
    ClientSession, Database,
    bson::doc,
    options::{DatabaseOptions, ReadConcern, SessionOptions},
};
use std::future::IntoFuture;

/// Reads through a session that has settled on a moment.
pub struct MongoSnapshot {
    db: Database,
    session: ClientSession,
}

impl MongoSnapshot {
    /// Everything that a majority has now.
    pub async fn begin(db: &Database) -> error::Result<Self> {
        let options = SessionOptions::builder().snapshot(true).build();
        let session = Patience::new().hear(db.client().start_session().with_options(options).into_future()).await?;
        // What the client says of reads elsewhere would be taken for the session's.
        let options = DatabaseOptions::builder().read_concern(ReadConcern::snapshot()).build();
        let mut snapshot = Self { db: db.client().database_with_options(db.name(), options), session };
        // The first read is what the session's moment is.
        snapshot.ask().one(META, doc! { "_id": "schema" }, |_| Ok(())).await?;
        Ok(snapshot)
    }

    fn ask(&mut self) -> Ask<'_> {
        Ask { session: Some(&mut self.session), ..Ask::new(&self.db) }
    }
}

#[async_trait]
impl Snapshot for MongoSnapshot {
    async fn scan(&mut self, after: Option<ScanCursor>) -> Result<(Vec<Record>, Option<ScanCursor>)> {
        Ok(upkeep::scan(&mut self.ask(), after.as_ref()).await?)
    }
    async fn journal_scan(&mut self, owner: UserId, after: Seq, limit: u32) -> Result<Vec<(Entry, Vec<Change>)>> {
        Ok(journal::scan(&mut self.ask(), owner, after, limit).await?)
    }
    async fn jobs(&mut self) -> Result<Vec<Job>> {
        Ok(people::jobs(&mut self.ask()).await?)
    }
    async fn trash(&mut self) -> Result<Vec<(Key, Seq)>> {
        Ok(trash::everybodys(&mut self.ask()).await?)
    }
    fn check(&self) -> BoxFuture<'static, Result<Vec<String>>> {
        let db = self.db.clone();
        Box::pin(async move {
            let mut faults = upkeep::check(&db).await?;
            let mut now = Self::begin(&db).await?;
            faults.extend(sums::check(&mut now.ask()).await?);
            faults.extend(upkeep::check_terms(&mut now.ask()).await?);
            Ok(faults)
        })
    }
}

//! Backups, restoring them, and copies from one store to another (S59). One way for all engines: what a
//! snapshot holds is poured into an empty store, which is then looked over and compared with where it came
//! from. It must never leave a half-filled store or file in the place of a whole one.
//!
//! Errors are lines for the operator.

mod feed;
mod format;
mod noted;
mod swap;
#[cfg(test)]
mod tests;

use crate::{
    domain::{Problem, UserId},
    server::{
        clock, data_dir,
        doctor::{self, Report},
        store::{
            Key, Lane, Record, Snapshot, Store, Tx,
            record::Setting,
            sqlite::{Durable, Options, SqliteStore},
            sums::SumChanges,
            transact,
            trash::Filling,
            walk::{Batch, Walk, record_line},
        },
    },
};
use feed::Feed;
use format::{Reader, Tally, Writer};
use futures::future::{BoxFuture, try_join_all};
pub use noted::Noted;
use std::{
    fs::File,
    path::{Path, PathBuf},
    sync::Arc,
};

/// The setting that stands in a store while it is being filled.
const INCOMPLETE: &str = "incomplete";

/// How many rows one work writes.
const ROWS: usize = 50;

/// Where everything shall go.
pub enum Target {
    /// The SQLite file of a data directory, which nobody else uses.
    Dir(PathBuf),
    /// An empty store of another engine.
    Store(Arc<dyn Store>),
}

/// What may be done to fill a target.
#[derive(Clone, Copy, Debug, Default)]
pub struct Consent {
    /// A store that is there may be set aside.
    pub replace: bool,
    /// A store with faults will do, if that is what the backup holds.
    pub faults: bool,
}

/// A filled target.
pub struct Filled {
    pub report: Report,
    /// Where the store that was there before is now.
    pub kept: Option<PathBuf>,
}

/// Writes all of a snapshot to a new file that only its owner can read, after it has been restored for a
/// check in `data_dir`. The report is of what was restored: a store with faults has a backup with faults.
pub async fn write(snapshot: Box<dyn Snapshot>, target: &Path, data_dir: &Path) -> Result<Report, String> {
    let name = target.display().to_string();
    let failed = |e: std::io::Error| format!("{name} cannot be written: {e}");
    if target.symlink_metadata().is_ok() {
        return Err(format!("{name} is there already. Choose another name."));
    }
    let dir = target.parent().filter(|dir| !dir.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let draft = tempfile::Builder::new().prefix(".outlay-").suffix(".part").tempfile_in(dir).map_err(failed)?;
    let mut writer = Writer::new(draft.reopen().map_err(failed)?, name.clone(), clock::now())?;
    let mut feed = Feed::of_store(snapshot);
    while let Some(batch) = feed.next().await {
        writer.put(&batch)?;
    }
    let read = feed.ended().await?;
    let written = writer.finish()?;

    let scratch = data_dir::scratch(data_dir)?;
    let store = new_file(&scratch.path().join(data_dir::STORE_FILE))?;
    let poured = pour(&store, Feed::of_file(Reader::open(draft.path(), name.clone())?)).await?;
    let report = look_over(&store).await?;
    store.close().await;
    if (read, read, read.content) != (written, poured, report.content) {
        return Err(format!("{name} did not come back as it was written, so it was not kept. Is the disk sound?"));
    }
    draft.persist_noclobber(target).map_err(|e| failed(e.error))?;
    File::open(dir).and_then(|dir| dir.sync_all()).map_err(failed)?;
    Ok(report)
}

/// Fills a target from a backup. Everybody is signed out of it, and every link that was handed out ends: what was ended
/// or used since the backup must not come back.
pub async fn restore(backup: &Path, target: Target, consent: Consent) -> Result<Filled, String> {
    let name = backup.display().to_string();
    let read = || Reader::open(backup, name.clone());
    if let Target::Store(_) = target {
        // A store that cannot be put in place at once is only filled from a file known to be whole.
        let mut whole = Feed::of_file(read()?);
        while whole.next().await.is_some() {}
        whole.ended().await?;
    }
    fill(Feed::of_file(read()?), target, consent, true).await
}

/// Fills a target with all that a snapshot of another store holds.
pub async fn copy(snapshot: Box<dyn Snapshot>, target: Target) -> Result<Filled, String> {
    let consent = Consent { replace: false, faults: true };
    fill(Feed::of_store(snapshot), target, consent, false).await
}

/// Refuses a store that was being filled when that ended too soon.
pub async fn expect_whole(store: &dyn Store) -> Result<(), String> {
    match store.setting(INCOMPLETE).await.map_err(|e| e.to_string())? {
        None => Ok(()),
        Some(_) => Err("the store was being filled by `outlay restore` or `outlay copy`, which did not end. \
                        Drop its database and fill it again."
            .to_owned()),
    }
}

async fn fill(feed: Feed, target: Target, consent: Consent, sign_out: bool) -> Result<Filled, String> {
    match target {
        Target::Dir(dir) => {
            if dir.join(data_dir::STORE_FILE).exists() && !consent.replace {
                return Err(format!("there is a store in {} already; nothing was changed", dir.display()));
            }
            let scratch = data_dir::scratch(&dir)?;
            let file = scratch.path().join(data_dir::STORE_FILE);
            let store = new_file(&file)?;
            let report = filled(&store, feed, consent, sign_out).await?;
            store.close().await;
            let kept = swap::swap(&dir, &file).map_err(|e| format!("the store in {} was not replaced: {e}", dir.display()))?;
            Ok(Filled { report, kept })
        }
        Target::Store(store) => {
            clear_of_starts(store.as_ref()).await?;
            let report = filled(store.as_ref(), feed, consent, sign_out).await?;
            Ok(Filled { report, kept: None })
        }
    }
}

/// Refuses a store that holds anything but what a server's start leaves there, and takes that away.
async fn clear_of_starts(store: &dyn Store) -> Result<(), String> {
    let mut snapshot = store.snapshot().await.map_err(line)?;
    let (mut walk, mut left) = (Walk::new(snapshot.as_mut()), Vec::new());
    while let Some(Batch { records, .. }) = walk.next().await.map_err(line)? {
        left.extend(records.iter().map(Record::key));
        let of_a_start = |key: &Key| matches!(key, Key::Setting(name) if name != INCOMPLETE) || matches!(key, Key::Throttle(_));
        if !left.iter().all(of_a_start) {
            return Err("the store is not empty. Choose another database, by its name in the address.".to_owned());
        }
    }
    let clear = transact(store, Lane::Shared, move |tx: &mut dyn Tx| {
        let left = left.clone();
        let work: BoxFuture<'_, Result<(), Problem>> = Box::pin(async move { Ok(tx.delete(&left).await?) });
        work
    });
    clear.await.map_err(line)
}

/// Fills an empty store, looks it over, and compares it with what was read.
async fn filled(store: &dyn Store, feed: Feed, consent: Consent, sign_out: bool) -> Result<Report, String> {
    let mark = Record::Setting(Setting { name: INCOMPLETE.to_owned(), value: clock::now().to_string() });
    put(store, Batch { records: vec![mark.clone()], ..Batch::default() }).await?;
    let read = pour(store, feed).await?;
    let mut report = look_over(store).await?;
    let mut expected = read.content;
    expected.add(&record_line(&mark).map_err(line)?);
    if report.content != expected {
        return Err("what was written is not what was read. Is the disk sound? The store was not taken into use.".to_owned());
    }
    report.content = read.content;
    if !report.is_sound() && !consent.faults {
        return Err(format!(
            "what the backup holds has faults, and was not taken into use. --accept-faults restores it all the same.\n{report}"
        ));
    }
    let signed_out = if sign_out { store.users().await.map_err(line)? } else { Vec::new() };
    let finish = transact(store, Lane::Shared, move |tx: &mut dyn Tx| {
        let users: Vec<UserId> = signed_out.iter().map(|user| user.id).collect();
        let work: BoxFuture<'_, Result<(), Problem>> = Box::pin(async move {
            for user in users {
                tx.end_sessions(user, None).await?;
            }
            if sign_out {
                tx.end_links().await?;
            }
            Ok(tx.delete(&[Key::Setting(INCOMPLETE.to_owned())]).await?)
        });
        work
    });
    finish.await.map_err(line)?;
    Ok(report)
}

/// Writes all of a feed to a store.
async fn pour(store: &dyn Store, mut feed: Feed) -> Result<Tally, String> {
    let mut trash = Filling::default();
    while let Some(batch) = feed.next().await {
        let moved = trash.moved(&batch.entries);
        put(store, batch).await?;
        move_trash(store, moved).await?;
    }
    let tally = feed.ended().await?;
    store.filled().await.map_err(line)?;
    Ok(tally)
}

/// Writes a batch as some small works, which the engine commits together.
async fn put(store: &dyn Store, Batch { records, entries }: Batch) -> Result<(), String> {
    let sums = Arc::new(SumChanges::of(&records));
    let (mut records, mut entries) = (records.into_iter(), entries.into_iter());
    let mut works = Vec::new();
    while records.len() + entries.len() > 0 {
        let records: Vec<Record> = records.by_ref().take(ROWS).collect();
        let entries: Vec<_> = entries.by_ref().take(ROWS - records.len()).collect();
        let some = Arc::new(Batch { records, entries });
        works.push(transact(store, Lane::Shared, move |tx: &mut dyn Tx| {
            let some = Arc::clone(&some);
            let work: BoxFuture<'_, Result<(), Problem>> = Box::pin(async move {
                tx.put(&some.records).await?;
                Ok(tx.put_entries(&some.entries).await?)
            });
            work
        }));
    }
    try_join_all(works).await.map_err(line)?;
    let adjust = transact(store, Lane::Shared, move |tx: &mut dyn Tx| {
        let sums = Arc::clone(&sums);
        let work: BoxFuture<'_, Result<(), Problem>> = Box::pin(async move { Ok(tx.adjust_sums(&sums).await?) });
        work
    });
    adjust.await.map_err(line)
}

/// Writes what the trash gains and loses by a batch.
async fn move_trash(store: &dyn Store, (gained, lost): (Vec<Record>, Vec<Key>)) -> Result<(), String> {
    if gained.is_empty() && lost.is_empty() {
        return Ok(());
    }
    let moved = Arc::new((gained, lost));
    let work = transact(store, Lane::Shared, move |tx: &mut dyn Tx| {
        let moved = Arc::clone(&moved);
        let work: BoxFuture<'_, Result<(), Problem>> = Box::pin(async move {
            tx.put(&moved.0).await?;
            Ok(tx.delete(&moved.1).await?)
        });
        work
    });
    work.await.map_err(line)
}

/// A new file for a store that is not anybody's yet.
fn new_file(file: &Path) -> Result<SqliteStore, String> {
    SqliteStore::open_with(file, Options { durable: Durable::Never, ..Options::default() }).map_err(line)
}

async fn look_over(store: &dyn Store) -> Result<Report, String> {
    doctor::examine(store).await.map_err(line)
}

fn line(e: impl ToString) -> String {
    e.to_string()
}

//! Puts a finished file in the place of a data directory's store. At any moment the directory has one whole
//! store, the old or the new; the old one is kept beside it. It must never run while the store is in use.

use crate::server::{clock, data_dir::STORE_FILE, store::sqlite};
use std::{
    fs::{self, DirBuilder, File},
    io,
    os::unix::fs::DirBuilderExt,
    path::{Path, PathBuf},
};

/// What SQLite may have beside the file.
const BESIDE: [&str; 2] = ["-wal", "-shm"];

/// Moves `new` to the store of `dir`; where the old one is now, if there was one.
pub fn swap(dir: &Path, new: &Path) -> io::Result<Option<PathBuf>> {
    let current = dir.join(STORE_FILE);
    File::open(new)?.sync_all()?;
    let kept = if current.exists() { Some(keep(dir, &current)?) } else { None };
    fs::rename(new, &current)?;
    File::open(dir)?.sync_all()?;
    Ok(kept)
}

/// Links the old store into a directory of its own, and leaves nothing beside it that the new one could
/// take for its own.
fn keep(dir: &Path, current: &Path) -> io::Result<PathBuf> {
    if let Err(cause) = sqlite::settle(current) {
        tracing::warn!(%cause, "the old store is damaged; it is kept as it is");
    }
    let kept = new_directory(dir)?;
    fs::hard_link(current, kept.join(STORE_FILE))?;
    for suffix in BESIDE {
        let name = format!("{STORE_FILE}{suffix}");
        if dir.join(&name).exists() {
            fs::hard_link(dir.join(&name), kept.join(&name))?;
        }
    }
    File::open(&kept)?.sync_all()?;
    for suffix in BESIDE {
        let beside = dir.join(format!("{STORE_FILE}{suffix}"));
        if beside.exists() {
            fs::remove_file(beside)?;
        }
    }
    Ok(kept)
}

/// `replaced-20261123T192800Z`, or with a number behind when one second sees more than one.
fn new_directory(dir: &Path) -> io::Result<PathBuf> {
    let (stamp, mut n) = (clock::stamp(), 1);
    loop {
        let path = dir.join(if n == 1 { format!("replaced-{stamp}") } else { format!("replaced-{stamp}-{n}") });
        match DirBuilder::new().mode(0o700).create(&path) {
            Err(e) if e.kind() == io::ErrorKind::AlreadyExists => n += 1,
            made => return made.map(|()| path),
        }
    }
}

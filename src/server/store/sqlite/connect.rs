//! Connections: how the file is opened, and the settings that durability rests on, asserted.

use super::{
    super::{Result, StoreError},
    Durable, Options,
};
use rusqlite::{Connection, OpenFlags, types::FromSql};
use std::{fs, io, path::Path};

/// The first release without the bug that could damage a log used by several connections.
const OLDEST_LIBRARY: i32 = 3_051_003;

/// The one connection that writes. Makes the file, readable by its owner only, when there is none.
pub fn writer(path: &Path, options: &Options) -> Result<Connection> {
    if rusqlite::version_number() < OLDEST_LIBRARY {
        return Err(StoreError::Failed(format!("SQLite {} is too old; 3.51.3 is the oldest that is safe", rusqlite::version())));
    }
    private_file(path).map_err(|e| StoreError::Away(format!("{}: {e}", path.display())))?;
    let c = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    c.busy_timeout(options.busy)?;
    // What is filled in one go has no readers beside it, and is written once instead of into a log first.
    let (journal, synchronous, level) = match options.durable {
        Durable::Always => ("wal", "FULL", 2),
        Durable::Later => ("wal", "NORMAL", 1),
        Durable::Never => ("memory", "OFF", 0),
    };
    set(&c, "journal_mode", journal, &journal.to_owned())?;
    set(&c, "synchronous", synchronous, &level)?;
    set(&c, "foreign_keys", "ON", &1)?;
    set(&c, "journal_size_limit", "67108864", &67_108_864)?;
    if let Some(pages) = options.max_pages {
        set(&c, "max_page_count", &pages.to_string(), &pages)?;
    }
    // What is filled in one go is mostly looked up in what was just written.
    shared(&c, if options.durable == Durable::Never { -131_072 } else { -4_096 })?;
    c.set_prepared_statement_cache_capacity(128);
    Ok(c)
}

/// A connection that can only read.
pub fn reader(path: &Path, options: &Options) -> Result<Connection> {
    let c = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    c.busy_timeout(options.busy)?;
    set(&c, "query_only", "ON", &1)?;
    shared(&c, -1_024)?;
    c.set_prepared_statement_cache_capacity(64);
    Ok(c)
}

/// `cache`: pages, or KiB when negative. Small, because the system caches the file anyway.
fn shared(c: &Connection, cache: i32) -> Result<()> {
    set(c, "trusted_schema", "OFF", &0)?;
    set(c, "mmap_size", "0", &0)?;
    // Nothing of an account is spilled into a directory for temporary files.
    set(c, "temp_store", "MEMORY", &2)?;
    set(c, "cache_size", &cache.to_string(), &cache)
}

/// Sets a pragma and makes sure that it holds.
fn set<T: FromSql + PartialEq + std::fmt::Debug>(c: &Connection, pragma: &str, value: &str, expected: &T) -> Result<()> {
    c.pragma_update(None, pragma, value)?;
    let now: T = c.pragma_query_value(None, pragma, |row| row.get(0))?;
    if now == *expected {
        Ok(())
    } else {
        Err(StoreError::Failed(format!("PRAGMA {pragma} is {now:?} and not {expected:?}; is the file on a network file system?")))
    }
}

/// Makes the file, and its directory, for the owner only. SQLite gives the files beside it the same rights.
#[cfg(unix)]
pub fn private_file(path: &Path) -> io::Result<()> {
    use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
    if let Some(dir) = path.parent()
        && !dir.as_os_str().is_empty()
        && !dir.exists()
    {
        fs::DirBuilder::new().recursive(true).mode(0o700).create(dir)?;
    }
    let file = fs::OpenOptions::new().create(true).truncate(false).write(true).mode(0o600).open(path)?;
    file.set_permissions(fs::Permissions::from_mode(0o600))
}
#[cfg(not(unix))]
pub fn private_file(path: &Path) -> io::Result<()> {
    if let Some(dir) = path.parent() {
        fs::create_dir_all(dir)?;
    }
    fs::OpenOptions::new().create(true).truncate(false).write(true).open(path).map(drop)
}

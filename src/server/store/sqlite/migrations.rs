//! The versions of the schema, from the first to this one. A step that was released is never edited.
//! Before a store that is there changes, a copy of it is kept.

#[cfg(test)]
mod tests;

use super::{
    super::{Result, StoreError},
    kept,
};
use rusqlite::{Connection, TransactionBehavior};
use std::path::Path;

/// Step `n` leads from version `n` to `n + 1`; each runs in one transaction.
const STEPS: [&str; 8] = [
    include_str!("schema_1.sql"),
    include_str!("schema_2.sql"),
    include_str!("schema_3.sql"),
    include_str!("schema_4.sql"),
    include_str!("schema_5.sql"),
    include_str!("schema_6.sql"),
    include_str!("schema_7.sql"),
    include_str!("schema_8.sql"),
];

/// Marks the file as Outlay's: `OUTL`.
const APPLICATION: i32 = i32::from_be_bytes(*b"OUTL");

/// Brings the file, which is at `path`, to this binary's version, or says why that cannot be. Killed at
/// any point, it goes on from there the next time.
pub fn migrate(c: &mut Connection, path: &Path) -> Result<()> {
    migrate_by(&STEPS, c, path)
}

fn migrate_by(steps: &[&str], c: &mut Connection, path: &Path) -> Result<()> {
    let newest = steps.len();
    let before = version(c, newest)?;
    if before > 0 && before < newest {
        kept::keep(c, path, before)?;
    }
    while version(c, newest)? < newest {
        let tx = c.transaction_with_behavior(TransactionBehavior::Immediate)?;
        // Another process may have been faster.
        let version = version(&tx, newest)?;
        let Some(step) = steps.get(version) else { continue };
        tx.execute_batch(step)?;
        tx.pragma_update(None, "application_id", APPLICATION)?;
        tx.pragma_update(None, "user_version", i32::try_from(version + 1).unwrap_or(i32::MAX))?;
        tx.commit()?;
        if version > 0 {
            tracing::info!(version = version + 1, "store migrated");
        }
    }
    Ok(())
}

/// Refuses a file of another version than this binary's, also one that could be brought up to it.
pub fn expect_current(c: &Connection) -> Result<()> {
    let newest = STEPS.len();
    let version = version(c, newest)?;
    if version == newest {
        return Ok(());
    }
    Err(StoreError::Failed(format!(
        "The data is of an older Outlay (store version {version}; this one knows {newest}). `outlay serve` brings it up to date."
    )))
}

/// Whether the file has a schema that this binary would change.
pub fn needs_upgrade(c: &Connection) -> Result<bool> {
    let version = version(c, STEPS.len())?;
    Ok(version > 0 && version < STEPS.len())
}

/// The version of the file, at most `newest`; 0 for an empty one. Refuses what this binary must not touch.
fn version(c: &Connection, newest: usize) -> Result<usize> {
    let version = usize::try_from(number(c, "user_version")?).unwrap_or(usize::MAX);
    let known = if version == 0 {
        c.query_row("SELECT count(*) = 0 FROM sqlite_schema", [], |row| row.get(0))?
    } else {
        number(c, "application_id")? == APPLICATION
    };
    if !known {
        return Err(StoreError::Failed("This file is a database of another program. Choose another data directory.".into()));
    }
    if version > newest {
        return Err(StoreError::Failed(format!(
            "The data was written by a newer Outlay (store version {version}; this one knows {newest}). Start that one, or restore a backup."
        )));
    }
    Ok(version)
}

fn number(c: &Connection, pragma: &str) -> Result<i32> {
    Ok(c.pragma_query_value(None, pragma, |row| row.get(0))?)
}

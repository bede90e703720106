//! The versions of the schema, from the first to this one. A step that was released is never edited.

use super::super::{Result, StoreError};
use rusqlite::{Connection, TransactionBehavior};

/// Step `n` leads from version `n` to `n + 1`; each runs in one transaction.
const STEPS: [&str; 1] = [include_str!("schema_1.sql")];

/// Marks the file as Outlay's: `OUTL`.
const APPLICATION: i32 = i32::from_be_bytes(*b"OUTL");

/// Brings the file to this binary's version, or says why that cannot be.
pub fn migrate(c: &mut Connection) -> Result<()> {
    while version(c)? < STEPS.len() {
        let tx = c.transaction_with_behavior(TransactionBehavior::Immediate)?;
        // Another process may have been faster.
        let version = version(&tx)?;
        let Some(step) = STEPS.get(version) else { continue };
        tx.execute_batch(step)?;
        tx.pragma_update(None, "application_id", APPLICATION)?;
        tx.pragma_update(None, "user_version", i32::try_from(version + 1).unwrap_or(i32::MAX))?;
        tx.commit()?;
        tracing::info!(version = version + 1, "store migrated");
    }
    Ok(())
}

/// Refuses a file of another version than this binary's, also one that could be brought up to it.
pub fn expect_current(c: &Connection) -> Result<()> {
    let (version, newest) = (version(c)?, STEPS.len());
    if version == newest {
        return Ok(());
    }
    Err(StoreError::Failed(format!(
        "The data is of an older Outlay (store version {version}; this one knows {newest}). `outlay serve` brings it up to date."
    )))
}

/// The version of the file; 0 for an empty one. Refuses what this binary must not touch.
fn version(c: &Connection) -> Result<usize> {
    let version = usize::try_from(number(c, "user_version")?).unwrap_or(usize::MAX);
    let known = if version == 0 {
        c.query_row("SELECT count(*) = 0 FROM sqlite_schema", [], |row| row.get(0))?
    } else {
        number(c, "application_id")? == APPLICATION
    };
    if !known {
        return Err(StoreError::Failed("This file is a database of another program. Choose another data directory.".into()));
    }
    let newest = STEPS.len();
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

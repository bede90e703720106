//! SQLite's errors in the store's words.

use super::super::StoreError;
use rusqlite::{Error, ErrorCode, ffi};

impl From<Error> for StoreError {
    fn from(e: Error) -> Self {
        let cause = e.to_string();
        let Some(error) = e.sqlite_error() else { return Self::Failed(cause) };
        match (error.code, error.extended_code) {
            (ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked, _) => Self::Busy(cause),
            // Without room the index of the log cannot grow, which is not reported as "full".
            (ErrorCode::DiskFull, _) | (_, ffi::SQLITE_IOERR_SHMSIZE) => Self::Full(cause),
            (ErrorCode::CannotOpen | ErrorCode::SystemIoFailure, _) => Self::Away(cause),
            _ => Self::Failed(cause),
        }
    }
}

/// A value in the store that no record can have: damage.
pub fn damaged(what: &str) -> StoreError {
    StoreError::Failed(format!("damaged record: {what}"))
}

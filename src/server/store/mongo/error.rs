//! MongoDB's errors: what they mean for a transaction, and in the store's words.

use super::super::StoreError;
use crate::domain::{Code, Problem};
use mongodb::error::{Error, ErrorKind, TRANSIENT_TRANSACTION_ERROR, WriteFailure};

/// Why a step did not succeed, and so what may be done about it. Whatever it is, the transaction is lost.
#[derive(Clone, Debug)]
pub enum Trouble {
    /// Another transaction was in the way: try again from the start.
    Conflict(String),
    /// No server that takes writes can be reached: try again for a while.
    Away(String),
    /// A unique index refuses. Once more, as the other one may just have been committed.
    Twin(String),
    /// Trying again would not help.
    Final(StoreError),
}

pub type Result<T> = std::result::Result<T, Trouble>;

impl From<Trouble> for StoreError {
    fn from(trouble: Trouble) -> Self {
        match trouble {
            Trouble::Conflict(cause) => Self::Busy(cause),
            Trouble::Away(cause) => Self::Away(cause),
            Trouble::Twin(cause) => Self::Failed(cause),
            Trouble::Final(e) => e,
        }
    }
}

impl From<StoreError> for Trouble {
    fn from(e: StoreError) -> Self {
        Self::Final(e)
    }
}

/// The server's codes (`src/mongo/base/error_codes.yml`).
impl Trouble {
    pub fn of_code(code: i32, cause: String) -> Self {
        match code {
            // LockTimeout, WriteConflict, TransactionTooOld, SnapshotTooOld, SnapshotUnavailable, NoSuchTransaction
            24 | 112 | 225 | 239 | 246 | 251 => Self::Conflict(cause),
            // Unreachable, timeouts, steps down, shuts down, not primary
            6 | 7 | 50 | 89 | 91 | 189 | 262 | 9001 | 10107 | 11600 | 11602 | 13435 | 13436 => Self::Away(cause),
            11_000 => Self::Twin(cause),
            // TransactionTooLargeForCache, which servers before 6.2 do not know by a name
            388 | -31_800 => Self::Final(StoreError::Refused(Problem::new(
                Code::TooLarge,
                "This is too much for the database to take at once. Nothing was changed; do it in parts, or give MongoDB a larger cache.",
            ))),
            14_031 => Self::Final(StoreError::Full(cause)),
            _ => Self::Final(StoreError::Failed(cause)),
        }
    }
}

impl From<Error> for Trouble {
    fn from(e: Error) -> Self {
        let cause = e.to_string();
        let trouble = match e.kind.as_ref() {
            ErrorKind::Command(error) => Self::of_code(error.code, cause.clone()),
            ErrorKind::Write(WriteFailure::WriteError(error)) => Self::of_code(error.code, cause.clone()),
            ErrorKind::InsertMany(error) => {
                let code = error.write_errors.as_ref().and_then(|errors| errors.first()).map_or(0, |first| first.code);
                Self::of_code(code, cause.clone())
            }
            ErrorKind::Io(_)
            | ErrorKind::ServerSelection { .. }
            | ErrorKind::ConnectionPoolCleared { .. }
            | ErrorKind::Authentication { .. }
            | ErrorKind::DnsResolve { .. }
            | ErrorKind::Shutdown => Self::Away(cause.clone()),
            _ => Self::Final(StoreError::Failed(cause.clone())),
        };
        match trouble {
            Self::Final(StoreError::Failed(_)) if e.contains_label(TRANSIENT_TRANSACTION_ERROR) => Self::Conflict(cause),
            other => other,
        }
    }
}

impl From<mongodb::bson::error::Error> for Trouble {
    fn from(e: mongodb::bson::error::Error) -> Self {
        Self::Final(StoreError::Failed(format!("a document cannot be read or written: {e}")))
    }
}

/// A value in the store that no record can have: damage.
pub fn damaged(what: &str) -> StoreError {
    StoreError::Failed(format!("damaged record: {what}"))
}

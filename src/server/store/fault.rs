//! Why a store could not do what it was asked, and what whoever asked is told of that.

use crate::domain::{Code, Problem};

/// Why the store could not do what it was asked. Nothing was changed, but see [`StoreError::Unsure`].
#[derive(Clone, Debug, thiserror::Error)]
pub enum StoreError {
    /// Someone else holds the store for longer than we wait.
    #[error("the store is busy: {0}")]
    Busy(String),
    /// The store cannot be reached.
    #[error("the store is away: {0}")]
    Away(String),
    /// The store went away during a commit: it is kept, or it is not.
    #[error("the store did not answer a commit: {0}")]
    Unsure(String),
    #[error("the disk is full: {0}")]
    Full(String),
    /// A cursor or filter that this list cannot read.
    #[error("{0}")]
    Refused(Problem),
    /// Anything else; a defect or damage. Logged, never shown.
    #[error("{0}")]
    Failed(String),
}

impl From<StoreError> for Problem {
    /// Maps for the user and logs the cause: the one place where a store's words are seen.
    fn from(e: StoreError) -> Self {
        let retry = |code, detail: &str| Self { retry_after: Some(2), ..Self::new(code, detail) };
        match e {
            StoreError::Refused(problem) => problem,
            StoreError::Busy(cause) => {
                tracing::warn!(%cause, "store busy");
                retry(Code::Busy, "The server is busy. Nothing was changed; try again in a moment.")
            }
            StoreError::Away(cause) => {
                tracing::error!(%cause, "store away");
                retry(Code::StoreUnavailable, "The store cannot be reached. Nothing was changed; try again in a moment.")
            }
            StoreError::Unsure(cause) => {
                tracing::error!(%cause, "store away during a commit");
                retry(
                    Code::StoreUnavailable,
                    "The store went away before it said whether this was kept. Look first, or send the same request with the same Idempotency-Key.",
                )
            }
            StoreError::Full(cause) => {
                tracing::error!(%cause, "disk full");
                retry(Code::StorageFull, "The server's disk is full. Nothing was changed; make room and try again.")
            }
            StoreError::Failed(cause) => {
                tracing::error!(%cause, "store failed");
                Self::internal()
            }
        }
    }
}

impl From<serde_json::Error> for StoreError {
    fn from(e: serde_json::Error) -> Self {
        Self::Failed(format!("a record cannot be read or written: {e}"))
    }
}

pub type Result<T> = std::result::Result<T, StoreError>;

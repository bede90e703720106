//! Commands in, journal out. Every rule about money is here, once, whatever engine keeps the rows.
//!
//! It must never read a clock, hash a password or know which engine it runs on.

use crate::{
    domain::{Command, Outcome, Problem},
    server::{auth::Caller, store::DynStore},
};

/// A request's idempotency key, and what was asked (SHA-256, hex) so that another request with the
/// same key is refused (S49).
#[derive(Clone, Debug)]
pub struct Retry {
    pub key: String,
    pub request: String,
}

/// Applies commands.
#[derive(Clone)]
pub struct Ledger {
    pub(crate) store: DynStore,
}

impl Ledger {
    pub fn new(store: DynStore) -> Self {
        Self { store }
    }

    /// Applies a command in one transaction: idempotency, rule, rows, balance, journal. A refused
    /// command changes nothing. A replayed key answers as the first time.
    ///
    /// Rights are the ledger's to check: money commands need scope `write` (imports `import`), category
    /// commands an admin, profile commands `write`.
    pub async fn execute(&self, _caller: &Caller, _retry: Option<Retry>, _command: Command) -> Result<Outcome, Problem> {
        let _ = &self.store;
        unimplemented!()
    }
}

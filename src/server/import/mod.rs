//! Statements in: detect, preview row by row, commit all or nothing, revert.
//!
//! It must never open a file by name or fetch anything; it is handed bytes.

mod amounts;
mod cell;
mod columns;
mod dates;
mod decode;
mod fingerprint;
mod limits;
mod names;
mod rows;
mod sniff;
mod statement;
mod table;
mod verdict;

use crate::{
    domain::{
        ImportId, Outcome, Problem,
        import::{ImportInfo, MappingChoice, Preview, RowChoice},
    },
    server::{
        auth::Caller,
        ledger::{Ledger, Retry},
        store::DynStore,
    },
};

/// The use cases of imports. All need scope `import` (reading: `read`).
#[derive(Clone)]
pub struct Imports {
    pub(crate) store: DynStore,
    pub(crate) ledger: Ledger,
}

impl Imports {
    pub fn new(store: DynStore, ledger: Ledger) -> Self {
        Self { store, ledger }
    }
    /// Keeps the upload and answers every row's verdict. Nothing enters the account.
    pub async fn upload(
        &self,
        _caller: &Caller,
        _retry: Option<Retry>,
        _file_name: &str,
        _content: Vec<u8>,
        _mapping: MappingChoice,
    ) -> Result<Preview, Problem> {
        let _ = (&self.store, &self.ledger);
        unimplemented!()
    }
    pub async fn preview(&self, _caller: &Caller, _id: ImportId) -> Result<Preview, Problem> {
        unimplemented!()
    }
    pub async fn list(&self, _caller: &Caller) -> Result<Vec<ImportInfo>, Problem> {
        unimplemented!()
    }
    /// Another reading of some columns, or choices for single rows; both add to what was said before.
    pub async fn change(
        &self,
        _caller: &Caller,
        _id: ImportId,
        _mapping: MappingChoice,
        _choices: Vec<RowChoice>,
    ) -> Result<Preview, Problem> {
        unimplemented!()
    }
    /// Stores exactly what the preview said, or 409 when that is no longer true.
    pub async fn commit(&self, _caller: &Caller, _id: ImportId, _retry: Option<Retry>) -> Result<Outcome, Problem> {
        unimplemented!()
    }
    pub async fn revert(&self, _caller: &Caller, _id: ImportId, _retry: Option<Retry>) -> Result<Outcome, Problem> {
        unimplemented!()
    }
}

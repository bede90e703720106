//! The suite of every engine on SQLite, and what is SQLite's alone.

use super::*;
use crate::server::store::{
    DynStore,
    conformance::{Home, conformance_suite},
};

struct Dir(tempfile::TempDir);

impl Dir {
    fn new() -> Self {
        Self(tempfile::tempdir().expect("a directory"))
    }
}

#[async_trait]
impl Home for Dir {
    async fn open(&self) -> DynStore {
        Arc::new(SqliteStore::open(&self.0.path().join("outlay.db")).expect("a store"))
    }
}

conformance_suite!(Dir::new());

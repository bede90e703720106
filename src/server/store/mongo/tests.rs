//! The suite of every engine on MongoDB, and what is MongoDB's alone.

use super::*;
use crate::server::store::{
    DynStore,
    conformance::{Home, conformance_suite},
    mongod::MongoSet,
};

/// A database of its own on the server that the tests of this process share.
pub struct Fresh(String);

impl Fresh {
    pub fn new() -> Self {
        Self(format!("t_{}", uuid::Uuid::now_v7().simple()))
    }
    async fn uri(&self) -> String {
        MongoSet::shared().await.uri(&self.0)
    }
}

#[async_trait]
impl Home for Fresh {
    async fn open(&self) -> DynStore {
        Arc::new(MongoStore::open(&self.uri().await).await.expect("a store"))
    }
}

conformance_suite!(Fresh::new());

//! What every engine must do, written against [`Store`] alone, so that each engine runs the same suite:
//! `conformance_suite!(home)` makes one test of each function named here.

mod build;

use super::{
    Change, Credential, DynStore, Fingerprint, Idempotent, Import, JournalFilter, Key, Lane, NewEntry, Record, Session, Store,
    StoreError, Throttle, Token, Tx,
    record::{SessionKind, Setting},
    transact,
};
use crate::domain::*;
use async_trait::async_trait;
use build::*;
use futures::future::BoxFuture;

/// Where an engine keeps one store: empty at first, and the same again when opened again.
#[async_trait]
pub trait Home: Send + Sync {
    async fn open(&self) -> DynStore;
}

macro_rules! suite {
    ($($module:ident: $($test:ident)+;)+) => {
        $(pub mod $module;)+
        /// Makes a test of each function of the suite; `$home` makes a fresh [`Home`].
        macro_rules! conformance_suite {
            ($home:expr) => {
                $(mod $module {
                    use super::*;
                    $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                    async fn $test() {
                        let home = $home;
                        $crate::server::store::conformance::$module::$test(&home).await;
                    })+
                })+
            };
        }
        pub(crate) use conformance_suite;
    };
}

suite! {
    transactions: what_was_written_is_read;
}

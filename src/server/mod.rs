//! What only the server has. Nothing here is compiled for the browser.

pub mod audit;
pub mod auth;
pub mod backup;
pub mod bulk;
pub mod cli;
pub mod clock;
pub mod config;
pub mod counting;
pub mod data_dir;
pub mod doctor;
pub mod export;
pub mod finding;
pub mod habits;
pub mod history;
pub mod http;
pub mod import;
pub mod ledger;
pub mod live;
pub mod oversight;
pub mod overview;
pub mod recurring;
pub mod reports;
pub mod rest;
pub mod store;

use crate::domain::{Instant, Me, Problem};
use std::sync::Arc;

/// Everything a request needs: one per process, cheap to clone.
#[derive(Clone)]
pub struct App {
    pub config: Arc<config::Config>,
    pub store: store::DynStore,
    pub finder: finding::Finder,
    pub ledger: ledger::Ledger,
    pub auth: Arc<auth::Auth>,
    pub imports: import::Imports,
    pub live: Arc<live::Live>,
    pub started_at: Instant,
}

impl App {
    /// Puts the parts together over an opened store.
    pub fn new(config: config::Config, store: store::DynStore) -> Result<Self, String> {
        let config = Arc::new(config);
        let ledger = ledger::Ledger::new(Arc::clone(&store));
        let live = Arc::new(live::Live::new(config.limits.pages_per_user));
        let auth = Arc::new(auth::Auth::new(Arc::clone(&config), Arc::clone(&store), ledger.clone(), Arc::clone(&live))?);
        let imports = import::Imports::new(Arc::clone(&store), ledger.clone());
        let finder = finding::Finder::new(Arc::clone(&store));
        Ok(Self { config, store, finder, ledger, auth, imports, live, started_at: clock::now() })
    }

    /// What the page knows of a caller.
    pub async fn me(&self, caller: &auth::Caller) -> Result<Me, Problem> {
        let user = caller.user.clone();
        let account = self.store.account(user.id).await?.ok_or_else(Problem::internal)?;
        let today = clock::today(&user.time_zone);
        Ok(Me { user, balance: account.balance, currency_fixed: account.opened, seq: account.last_seq, today })
    }
}

//! Who is calling, and how they proved it: passwords, sessions, tokens, throttling.
//!
//! It must never look at what a caller wants to do with money, and never log or answer a secret.

mod admins;
mod audit;
mod caller;
mod consent;
mod factor;
mod jwt;
mod keys;
mod links;
mod oauth;
mod passkey;
mod password;
mod people;
mod programs;
mod removals;
mod server;
mod sessions;
mod sign_in;
#[cfg(test)]
mod tests;
mod throttle;
mod tokens;

pub use caller::{Access, Caller, Client, device_name};
pub use consent::{Asked, CodeGrant, Granted, NotAsked};
pub use keys::Keys;
pub use links::{FreshLink, Holder};
pub use people::one_time_token;
pub use server::ServerSettings;

use crate::{
    domain::{Problem, UserId, audit::Event},
    server::{
        config::Config,
        ledger::Ledger,
        live::Live,
        store::{DynStore, Lane, Record, record::Setting, transact},
    },
};
use std::{
    net::IpAddr,
    sync::{Arc, atomic::AtomicBool},
};
use uuid::Uuid;

/// The setting that names the key with which the process that started last signs.
const SIGNING_KEY: &str = "signing_key";

/// Sign-in and everything around it.
pub struct Auth {
    pub(crate) config: Arc<Config>,
    pub(crate) store: DynStore,
    pub(crate) ledger: Ledger,
    /// Open pages, which learn that a session has ended.
    live: Arc<Live>,
    keys: Keys,
    passwords: password::Passwords,
    accounts: throttle::Accounts,
    addresses: throttle::Limiter<IpAddr>,
    /// How much of what can be caused at will is kept for the audit log: in all, and of one person.
    kept: throttle::Limiter<Event>,
    kept_of_one: throttle::Limiter<(Event, UserId)>,
    tokens: throttle::Limiter<Uuid>,
    /// The token of the link that makes the first admin.
    setup_token: String,
    /// Once true, true for good: the last admin stays (S38).
    has_admin: AtomicBool,
}

/// A session that has just begun: the cookie's value (a JWT) and its life in seconds.
pub struct SignedIn {
    pub caller: Caller,
    pub cookie: String,
    pub max_age: i64,
}

/// Somebody whose password is right and whose code is still asked for: a cookie's value and its life in seconds. It opens
/// nothing by itself.
pub struct Halfway {
    pub cookie: String,
    pub max_age: i64,
}

/// What a right password comes to.
pub enum Entered {
    In(Box<SignedIn>),
    Code(Halfway),
}

/// What a person gives to sign up.
pub struct NewPerson {
    pub username: String,
    pub password: String,
    pub display_name: Option<String>,
    /// Guessed from the browser; validated, else the default.
    pub currency: Option<String>,
    pub time_zone: Option<String>,
    pub locale: Option<String>,
    /// What is in the link of an invitation.
    pub invite: Option<String>,
}

/// The answer of the token endpoint (RFC 6749 §5.1).
#[derive(serde::Serialize)]
pub struct TokenAnswer {
    pub access_token: String,
    pub token_type: &'static str,
    pub expires_in: i64,
    pub refresh_token: String,
    pub scope: String,
}

/// An error of the token endpoint (RFC 6749 §5.2), or a problem that is none of OAuth's.
pub enum OAuthError {
    /// `invalid_request`, `invalid_grant`, `invalid_client`, `unsupported_grant_type`, `invalid_scope`.
    OAuth(&'static str),
    Problem(Problem),
}

/// A request to the token endpoint, as parsed from its form.
pub enum Grant {
    Password {
        username: String,
        password: String,
        scope: Option<String>,
    },
    /// `client_id`: of the program that says it holds the token, if it says so.
    Refresh {
        refresh_token: String,
        client_id: Option<String>,
        scope: Option<String>,
    },
    Code(CodeGrant),
}

impl Auth {
    /// Reads or makes the signing keys in the data directory. The error is a line for the operator.
    pub fn new(config: Arc<Config>, store: DynStore, ledger: Ledger, live: Arc<Live>) -> Result<Self, String> {
        let limits = &config.limits;
        Ok(Self {
            keys: Keys::open(&config.data_dir)?,
            passwords: password::Passwords::new(limits.password_memory)?,
            accounts: throttle::Accounts::new(store.clone(), limits.sign_in_failures),
            addresses: throttle::Limiter::new(limits.sign_in_per_min, limits.sign_in_burst),
            kept: throttle::Limiter::new(audit::KEPT_PER_MINUTE, audit::KEPT_AT_ONCE),
            kept_of_one: throttle::Limiter::new(audit::OF_ONE_PER_MINUTE, audit::OF_ONE_AT_ONCE),
            tokens: throttle::Limiter::new(limits.token_per_min, limits.token_burst),
            setup_token: people::one_time_token(),
            has_admin: AtomicBool::new(false),
            config,
            store,
            ledger,
            live,
        })
    }

    /// Notes in the store with which key this process signs. False when the process that did so before signs
    /// with one that this one does not have: the two would not know each other's sessions.
    pub async fn keys_agree(&self) -> Result<bool, Problem> {
        let before = self.store.setting(SIGNING_KEY).await?;
        let ours = self.keys.signing().kid.clone();
        let agree = before.as_ref().is_none_or(|kid| self.keys.by_kid(kid).is_some());
        if before.as_ref() != Some(&ours) {
            transact(&*self.store, Lane::Shared, move |tx| {
                let setting = Record::Setting(Setting { name: SIGNING_KEY.to_owned(), value: ours.clone() });
                Box::pin(async move { Ok(tx.put(&[setting]).await?) })
            })
            .await?;
        }
        Ok(agree)
    }
}

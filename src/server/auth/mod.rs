//! Who is calling, and how they proved it: passwords, sessions, tokens, throttling.
//!
//! It must never look at what a caller wants to do with money, and never log or answer a secret.

mod caller;

pub use caller::{Access, Caller, Client};

use crate::{
    domain::{Day, Outcome, Problem, Scopes, TokenId, funds::FundsDraft, text::Name, user::SignUp},
    server::{
        config::Config,
        ledger::{Ledger, Retry},
        store::{DynStore, Session},
    },
};
use std::sync::Arc;

/// Sign-in and everything around it.
pub struct Auth {
    pub(crate) config: Arc<Config>,
    pub(crate) store: DynStore,
    pub(crate) ledger: Ledger,
}

/// A session that has just begun: the cookie's value (a JWT) and its life in seconds.
pub struct SignedIn {
    pub caller: Caller,
    pub cookie: String,
    pub max_age: i64,
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
    Password { username: String, password: String, scope: Option<String> },
    Refresh { refresh_token: String, scope: Option<String> },
}

impl Auth {
    pub fn new(config: Arc<Config>, store: DynStore, ledger: Ledger) -> Result<Self, String> {
        Ok(Self { config, store, ledger })
    }

    /// The caller behind a session cookie's value; `None` when it is dead or forged (S10–S13, S16).
    pub async fn by_cookie(&self, _cookie: &str) -> Result<Option<Caller>, Problem> {
        unimplemented!()
    }
    /// The caller behind `Authorization: Bearer`; 401 `invalid_token` otherwise. Throttled per token (429).
    pub async fn by_bearer(&self, _token: &str) -> Result<Caller, Problem> {
        unimplemented!()
    }
    /// Throttled (S05), same answer and time for unknown, wrong and disabled (S04).
    pub async fn sign_in(&self, _username: &str, _password: &str, _client: &Client) -> Result<SignedIn, Problem> {
        unimplemented!()
    }
    pub async fn sign_out(&self, _caller: &Caller) -> Result<(), Problem> {
        unimplemented!()
    }
    /// Who may sign up now: the setting, else the first admin's choice, else nobody.
    pub async fn sign_up_policy(&self) -> Result<SignUp, Problem> {
        unimplemented!()
    }
    /// 403 `sign_up_closed` unless open; 409 `duplicate_name`; 422 for fields. The user's row is the effect.
    pub async fn register(&self, _person: NewPerson, _retry: Option<Retry>, _client: &Client) -> Result<Outcome, Problem> {
        unimplemented!()
    }
    /// True until there is an admin.
    pub async fn needs_setup(&self) -> Result<bool, Problem> {
        unimplemented!()
    }
    /// The one-time token of the link printed at start; `None` once there is an admin. Made once per process.
    pub async fn setup_token(&self) -> Result<Option<String>, Problem> {
        unimplemented!()
    }
    /// The first admin. 403 with a wrong token, 404 once there is an admin (S07).
    pub async fn set_up(
        &self,
        _token: &str,
        _person: NewPerson,
        _opening: Option<FundsDraft>,
        _sign_up: SignUp,
        _client: &Client,
    ) -> Result<SignedIn, Problem> {
        unimplemented!()
    }
    /// For `outlay admin create`: an admin, without any token.
    pub async fn create_admin(&self, _username: &str, _password: &str) -> Result<Outcome, Problem> {
        unimplemented!()
    }
    /// 422 on `current_password` or `new_password`; throttled; every other session ends (S08).
    pub async fn change_password(&self, _caller: &Caller, _current: &str, _new: &str) -> Result<(), Problem> {
        unimplemented!()
    }
    /// A personal access token; the text is in the answer only (S22). 409 `already_done` on a replayed key.
    pub async fn create_token(
        &self,
        _caller: &Caller,
        _retry: Option<Retry>,
        _name: Name,
        _scopes: Scopes,
        _expires_on: Option<Day>,
    ) -> Result<(Outcome, String), Problem> {
        unimplemented!()
    }
    pub async fn revoke_token(&self, _caller: &Caller, _id: TokenId) -> Result<(), Problem> {
        unimplemented!()
    }
    pub async fn sessions(&self, _caller: &Caller) -> Result<Vec<Session>, Problem> {
        unimplemented!()
    }
    /// 404 for somebody else's.
    pub async fn end_session(&self, _caller: &Caller, _id: crate::domain::SessionId) -> Result<(), Problem> {
        unimplemented!()
    }
    pub async fn oauth_token(&self, _grant: Grant, _client: &Client) -> Result<TokenAnswer, OAuthError> {
        unimplemented!()
    }
    /// RFC 7009: unknown tokens are no error.
    pub async fn oauth_revoke(&self, _token: &str) -> Result<(), Problem> {
        unimplemented!()
    }
}

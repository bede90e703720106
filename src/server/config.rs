//! Settings: flags, then environment (`OUTLAY_…`), then a TOML file, then defaults.

use crate::domain::user::SignUp;
use std::{net::SocketAddr, path::PathBuf};

/// Who may use the password grant at the token endpoint (S21).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PasswordGrant {
    Off,
    Users,
    AdminsToo,
}

/// Limits that a test or an operator may raise; see `docs/operations.md`.
#[derive(Clone, Debug)]
pub struct Limits {
    /// Requests per minute with one token, and how many at once.
    pub token_per_min: u32,
    pub token_burst: u32,
    /// Sign-in attempts per minute from one address, and how many at once (S05).
    pub sign_in_per_min: u32,
    pub sign_in_burst: u32,
    /// Failures of one account before it is slowed.
    pub sign_in_failures: u32,
    /// Open connections in all and per address (S53).
    pub connections: usize,
    pub conn_per_addr: usize,
    /// Seconds.
    pub header_timeout: u64,
    pub body_timeout: u64,
    pub import_body_timeout: u64,
    pub handler_timeout: u64,
    pub keep_alive: u64,
    /// Bytes.
    pub body: usize,
    pub import_body: usize,
    /// Page sessions, seconds: unused, and in all (S17).
    pub session_idle: i64,
    pub session_absolute: i64,
    /// KiB that hashing one password takes; 19,456 at least (S01). Raised, passwords are hashed anew at the next sign-in.
    pub password_memory: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            token_per_min: 600,
            token_burst: 100,
            sign_in_per_min: 10,
            sign_in_burst: 10,
            sign_in_failures: 5,
            connections: 4_096,
            conn_per_addr: 100,
            header_timeout: 10,
            body_timeout: 30,
            import_body_timeout: 300,
            handler_timeout: 30,
            keep_alive: 75,
            body: 64 * 1024,
            import_body: 10 * 1024 * 1024,
            session_idle: 14 * 86_400,
            session_absolute: 90 * 86_400,
            password_memory: 19_456,
        }
    }
}

/// Everything that can be set.
#[derive(Clone, Debug)]
pub struct Config {
    pub addr: SocketAddr,
    pub data_dir: PathBuf,
    /// `sqlite`, or a `mongodb://` URI (a secret: never logged).
    pub store: String,
    /// Scheme, host and port under which people reach the server; no path, no trailing slash.
    pub base_url: String,
    pub insecure_http: bool,
    /// `Some` holds at once; `None`: what the first admin chose.
    pub sign_up: Option<SignUp>,
    pub oauth_password_grant: PasswordGrant,
    /// Addresses or networks (`10.0.0.0/8`) whose forwarding headers are believed.
    pub trusted_proxies: Vec<String>,
    /// A `tracing` filter.
    pub log: String,
    pub limits: Limits,
}

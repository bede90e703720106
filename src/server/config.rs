//! Settings: flags, then environment (`OUTLAY_…`), then a TOML file, then defaults. See
//! `docs/operations.md`.

mod layers;
mod network;

use crate::{domain::user::SignUp, server::http::is_loopback};
use layers::Layers;
pub use layers::{BadSetting, Flags};
pub use network::Network;
use std::{net::SocketAddr, path::PathBuf};

/// Who may use the password grant at the token endpoint (S21).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PasswordGrant {
    Off,
    Users,
    AdminsToo,
}

impl std::str::FromStr for PasswordGrant {
    type Err = ();
    fn from_str(s: &str) -> Result<Self, ()> {
        match s {
            "false" => Ok(Self::Off),
            "true" => Ok(Self::Users),
            "admins-too" => Ok(Self::AdminsToo),
            _ => Err(()),
        }
    }
}

/// The fields of [`Limits`] with their defaults; each is the setting `limit_<field>`.
macro_rules! limits {
    ($($(#[$doc:meta])* $field:ident: $kind:ty = $default:expr, at least $least:literal;)+) => {
        /// Limits that a test or an operator may raise; see `docs/operations.md`.
        #[derive(Clone, Debug)]
        pub struct Limits { $($(#[$doc])* pub $field: $kind),+ }

        impl Default for Limits {
            fn default() -> Self { Self { $($field: $default),+ } }
        }

        impl Limits {
            const KEYS: &'static [&'static str] = &[$(concat!("limit_", stringify!($field))),+];

            fn load(layers: &Layers) -> Result<Self, BadSetting> {
                Ok(Self {
                    $($field: layers.number(concat!("limit_", stringify!($field)), $default, $least)?),+
                })
            }
        }
    };
}

limits! {
    /// Requests per minute with one token, and how many at once.
    token_per_min: u32 = 600, at least 1;
    token_burst: u32 = 100, at least 1;
    /// Sign-in attempts per minute from one address, and how many at once (S05).
    sign_in_per_min: u32 = 10, at least 1;
    sign_in_burst: u32 = 10, at least 1;
    /// Failures of one account before it is slowed.
    sign_in_failures: u32 = 5, at least 1;
    /// Open connections in all and per address (S53).
    connections: usize = 4_096, at least 1;
    conn_per_addr: usize = 100, at least 1;
    /// Open pages of one person that are told of changes as they come.
    pages_per_user: usize = 20, at least 1;
    /// Seconds.
    header_timeout: u64 = 10, at least 1;
    body_timeout: u64 = 30, at least 1;
    import_body_timeout: u64 = 300, at least 1;
    handler_timeout: u64 = 30, at least 1;
    keep_alive: u64 = 75, at least 1;
    /// Bytes.
    body: usize = 64 * 1024, at least 1_024;
    import_body: usize = 10 * 1024 * 1024, at least 1_024;
    /// Page sessions, seconds: unused, and in all (S17).
    session_idle: i64 = 14 * 86_400, at least 1;
    session_absolute: i64 = 90 * 86_400, at least 1;
    /// Seconds for which a link works that invites somebody, and one that lets them choose a new password (S08).
    invite_life: i64 = 7 * 86_400, at least 1;
    reset_life: i64 = 3_600, at least 1;
    /// KiB that hashing one password takes (S01). Raised, passwords are hashed anew at the next sign-in.
    password_memory: u32 = 19_456, at least 19_456;
}

/// Everything that can be set.
#[derive(Clone)]
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
    /// Networks whose forwarding headers are believed.
    pub trusted_proxies: Vec<Network>,
    /// A level, or a `tracing` filter.
    pub log: String,
    pub limits: Limits,
    /// Whether `base_url` follows from `addr`.
    base_url_follows: bool,
}

impl Default for Config {
    fn default() -> Self {
        let addr = SocketAddr::from(([127, 0, 0, 1], 3000));
        Self {
            addr,
            data_dir: PathBuf::from("."),
            store: "sqlite".to_owned(),
            base_url: base_url_of(addr),
            insecure_http: false,
            sign_up: None,
            oauth_password_grant: PasswordGrant::Off,
            trusted_proxies: Vec::new(),
            log: "info".to_owned(),
            limits: Limits::default(),
            base_url_follows: true,
        }
    }
}

const KEYS: [&str; 9] =
    ["addr", "data_dir", "store", "base_url", "insecure_http", "sign_up", "oauth_password_grant", "trusted_proxies", "log"];

impl Config {
    /// All settings, and warnings about names that mean nothing. The first wrong value is the error.
    pub fn load(flags: Flags) -> Result<(Self, Vec<String>), BadSetting> {
        let layers = Layers::gather(flags, std::env::vars_os())?;
        let warnings = layers.unknown(&[&KEYS[..], Limits::KEYS].concat());
        Ok((Self::from_layers(&layers)?, warnings))
    }

    fn from_layers(layers: &Layers) -> Result<Self, BadSetting> {
        let default = Self::default();
        let addr = layers.parse("addr", "an address and port, such as 127.0.0.1:3000")?.unwrap_or(default.addr);
        let base_url = layers.read("base_url", "http:// or https:// and a host, without a path", base_url)?;
        let config = Self {
            addr,
            data_dir: layers.data_dir().to_owned(),
            store: layers.read("store", "sqlite, or a mongodb:// URI", store)?.unwrap_or(default.store),
            base_url_follows: base_url.is_none(),
            base_url: base_url.unwrap_or_else(|| base_url_of(addr)),
            insecure_http: layers.parse("insecure_http", "true or false")?.unwrap_or(false),
            sign_up: layers.parse("sign_up", "open, invite or closed")?,
            oauth_password_grant: layers
                .parse("oauth_password_grant", "true, false or admins-too")?
                .unwrap_or(default.oauth_password_grant),
            trusted_proxies: layers.list("trusted_proxies", "addresses or networks, such as 10.0.0.0/8, with commas between")?,
            log: layers.read("log", "error, warn, info, debug, trace, or a tracing filter", log)?.unwrap_or(default.log),
            limits: Limits::load(layers)?,
        };
        if !config.is_https() && !config.is_loopback() && !config.insecure_http {
            return Err(layers.bad(
                "base_url",
                "https:// for anything but this machine: over plain HTTP passwords can be read on the way. \
                 If you accept that, set OUTLAY_INSECURE_HTTP=true",
            ));
        }
        Ok(config)
    }

    /// True when people reach the server over TLS: cookies are `Secure`, HSTS is sent.
    pub fn is_https(&self) -> bool {
        self.base_url.starts_with("https://")
    }

    /// True when people reach the server from this machine only.
    pub fn is_loopback(&self) -> bool {
        let authority = self.base_url.split_once("://").map_or("", |(_, rest)| rest);
        authority.parse::<http::uri::Authority>().is_ok_and(|authority| is_loopback(authority.host()))
    }

    /// The address that was bound in the end: with port 0, the system has chosen one.
    pub fn bound(mut self, addr: SocketAddr) -> Self {
        self.addr = addr;
        if self.base_url_follows {
            self.base_url = base_url_of(addr);
        }
        self
    }
}

/// Without secrets.
impl std::fmt::Debug for Config {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Config")
            .field("addr", &self.addr)
            .field("data_dir", &self.data_dir)
            .field("base_url", &self.base_url)
            .field("limits", &self.limits)
            .finish_non_exhaustive()
    }
}

fn base_url_of(addr: SocketAddr) -> String {
    match addr.port() {
        80 => "http://localhost".to_owned(),
        port => format!("http://localhost:{port}"),
    }
}

fn base_url(text: &str) -> Option<String> {
    let text = text.strip_suffix('/').unwrap_or(text).to_ascii_lowercase();
    let (scheme, authority) = text.split_once("://")?;
    let authority: http::uri::Authority = authority.parse().ok()?;
    let plain = matches!(scheme, "http" | "https") && !authority.host().is_empty() && !authority.as_str().contains('@');
    plain.then_some(text)
}

fn store(text: &str) -> Option<String> {
    (text == "sqlite" || text.starts_with("mongodb://")).then(|| text.to_owned())
}

fn log(text: &str) -> Option<String> {
    tracing_subscriber::EnvFilter::try_new(text).ok().map(|_| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::ffi::OsString;

    fn load(env: &[(&str, &str)]) -> Result<Config, String> {
        let dir = tempfile::tempdir().expect("directory");
        let env = env.iter().map(|(name, value)| (OsString::from(name), OsString::from(value)));
        let data_dir = (OsString::from("OUTLAY_DATA_DIR"), dir.path().as_os_str().to_owned());
        let layers = Layers::gather(Flags::default(), env.chain([data_dir])).map_err(|e| e.to_string())?;
        Config::from_layers(&layers).map_err(|e| e.to_string())
    }

    #[test]
    fn defaults_and_values() {
        let config = load(&[]).expect("defaults");
        assert_eq!((config.addr.to_string().as_str(), config.base_url.as_str()), ("127.0.0.1:3000", "http://localhost:3000"));
        let config = load(&[
            ("OUTLAY_ADDR", "[::]:8080"),
            ("OUTLAY_SIGN_UP", "open"),
            ("OUTLAY_OAUTH_PASSWORD_GRANT", "admins-too"),
            ("OUTLAY_TRUSTED_PROXIES", "10.0.0.0/8, ::1"),
            ("OUTLAY_LIMIT_TOKEN_PER_MIN", "6000"),
        ])
        .expect("values");
        assert_eq!(config.base_url, "http://localhost:8080");
        assert_eq!((config.sign_up, config.oauth_password_grant), (Some(SignUp::Open), PasswordGrant::AdminsToo));
        assert_eq!((config.trusted_proxies.len(), config.limits.token_per_min), (2, 6000));
        assert_eq!(config.bound(SocketAddr::from(([127, 0, 0, 1], 4444))).base_url, "http://localhost:4444");
    }

    #[test]
    fn a_wrong_value_names_the_setting_and_what_is_allowed() {
        for (name, value, allowed) in [
            ("OUTLAY_ADDR", "localhost", "127.0.0.1:3000"),
            ("OUTLAY_BASE_URL", "https://x.example/outlay", "without a path"),
            ("OUTLAY_BASE_URL", "money.example", "https://"),
            ("OUTLAY_SIGN_UP", "yes", "open, invite or closed"),
            ("OUTLAY_INSECURE_HTTP", "1", "true or false"),
            ("OUTLAY_OAUTH_PASSWORD_GRANT", "all", "admins-too"),
            ("OUTLAY_TRUSTED_PROXIES", "10.0.0.0/33", "10.0.0.0/8"),
            ("OUTLAY_LOG", "outlay=loud", "info"),
            ("OUTLAY_LIMIT_CONN_PER_ADDR", "0", "1 or more"),
            ("OUTLAY_LIMIT_BODY", "1e6", "1024 or more"),
            ("OUTLAY_STORE", "postgres", "sqlite"),
            ("OUTLAY_STORE", "mongodb+srv://h/outlay", "mongodb://"),
        ] {
            let error = load(&[(name, value)]).expect_err(name);
            assert!(error.contains(name) && error.contains(allowed), "{name}={value}: {error}");
        }
    }

    #[test]
    fn s18_plain_http_beyond_this_machine_needs_a_word() {
        let error = load(&[("OUTLAY_BASE_URL", "http://192.168.1.5:3000")]).expect_err("refused");
        assert!(error.contains("OUTLAY_INSECURE_HTTP"), "{error}");
        load(&[("OUTLAY_BASE_URL", "http://192.168.1.5:3000"), ("OUTLAY_INSECURE_HTTP", "true")]).expect("accepted");
        assert!(load(&[("OUTLAY_BASE_URL", "https://Money.Example/")]).expect("accepted").is_https());
    }
}

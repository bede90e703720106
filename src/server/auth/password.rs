//! Passwords: how they are hashed, checked and chosen.
//!
//! It must never keep, log or answer one, and never hash more at once than the machine has cores (S02).

use crate::domain::{Code, FieldError, Problem, command::Secret, password::MIN_CHARS};
use argon2::{
    Algorithm, Argon2, Block, Params, Version,
    password_hash::{
        self, CustomizedPasswordHasher, PasswordHasher, PasswordVerifier,
        phc::{Output, ParamsString, PasswordHash, Salt},
    },
};
use std::{num::NonZero, sync::Arc, thread};
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    task,
};
use unicode_normalization::UnicodeNormalization;

/// How many may wait for a core.
const QUEUE: usize = 64;
const MAX_BYTES: usize = 1_024;
/// The passwords of eight or more letters among the 20,000 most common, in small letters, one a line.
/// From Django 5.2 (BSD-3-Clause, see the licence beside the file), by Royce Williams.
const COMMON: &str = include_str!("common_passwords.txt");
const APP: &str = "outlay";

/// A place among those who wait or hash; given back when dropped.
pub(super) struct Place {
    _permit: OwnedSemaphorePermit,
}

/// What a check found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    Wrong,
    Right,
    /// Right, but hashed with less work than is now asked for.
    Weak,
}

/// Hashes and checks, on as many blocking threads at once as there are cores.
pub(super) struct Passwords {
    params: Params,
    cores: Arc<Semaphore>,
    places: Arc<Semaphore>,
}

impl Passwords {
    /// Argon2id with `memory` KiB, two passes, one lane; never less than OWASP's floor of 19,456 KiB (S01).
    pub(super) fn new(memory: u32) -> Result<Self, String> {
        let params = Params::new(memory.max(Params::DEFAULT_M_COST), 2, 1, None)
            .map_err(|e| format!("The memory for password hashing is out of range: {e}."))?;
        let cores = thread::available_parallelism().map_or(1, NonZero::get);
        Ok(Self { params, cores: Arc::new(Semaphore::new(cores)), places: Arc::new(Semaphore::new(cores + QUEUE)) })
    }

    /// 503 `busy` when too many wait already.
    pub(super) fn place(&self) -> Result<Place, Problem> {
        Arc::clone(&self.places).try_acquire_owned().map(|_permit| Place { _permit }).map_err(|_| Problem {
            retry_after: Some(2),
            ..Problem::new(Code::Busy, "Too many people are signing in at this moment. Try again in a few seconds.")
        })
    }

    /// A PHC string with a salt of its own.
    pub(super) async fn hash(&self, _place: &Place, password: &str) -> Result<Secret, Problem> {
        let (hasher, password) = (self.hasher(), prepared(password));
        let hashed = self.on_a_core(move || hasher.hash_password(password.as_bytes()).map(|hash| hash.to_string())).await?;
        hashed.map(Secret).map_err(|cause| {
            tracing::error!(%cause, "a password could not be hashed");
            Problem::internal()
        })
    }

    /// Takes as long for `None` (nobody of that name) as for a wrong password (S04).
    pub(super) async fn check(&self, _place: &Place, password: &str, stored: Option<String>) -> Result<Verdict, Problem> {
        let (hasher, password) = (self.hasher(), prepared(password));
        self.on_a_core(move || verdict(&hasher, password.as_bytes(), stored.as_deref())).await
    }

    fn hasher(&self) -> Hasher {
        Hasher(self.params.clone())
    }

    /// Work whose asker has gone away before its turn is left undone.
    async fn on_a_core<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, Problem> {
        let failed = |cause: &dyn std::fmt::Display| {
            tracing::error!(%cause, "password hashing failed");
            Problem::internal()
        };
        let core = Arc::clone(&self.cores).acquire_owned().await.map_err(|e| failed(&e))?;
        let done = task::spawn_blocking(move || {
            let answer = work();
            drop(core);
            answer
        });
        done.await.map_err(|e| failed(&e))
    }
}

/// From this size on every allocator of ours gives memory back to the system when it is freed: glibc
/// keeps what is below its largest `M_MMAP_THRESHOLD` (32 MiB, mallopt(3)), once for each thread.
const GIVEN_BACK: usize = 33 * 1024 * 1024;

/// Argon2id whose working memory does not outlive the hash.
struct Hasher(Params);

impl PasswordHasher<PasswordHash> for Hasher {
    fn hash_password_with_salt(&self, password: &[u8], salt: &[u8]) -> password_hash::Result<PasswordHash> {
        self.hash_password_customized(password, salt, None, None, self.0.clone())
    }
}

impl CustomizedPasswordHasher<PasswordHash> for Hasher {
    type Params = Params;

    fn hash_password_customized(
        &self,
        password: &[u8],
        salt: &[u8],
        algorithm: Option<&str>,
        version: Option<u32>,
        params: Params,
    ) -> password_hash::Result<PasswordHash> {
        let algorithm = algorithm.map_or(Ok(Algorithm::Argon2id), Algorithm::try_from)?;
        let version = version.map_or(Ok(Version::V0x13), Version::try_from)?;
        let (salt, stated) = (Salt::new(salt)?, ParamsString::try_from(&params)?);
        let mut out = vec![0; params.output_len().unwrap_or(Params::DEFAULT_OUTPUT_LEN)];
        let mut memory = Vec::with_capacity(params.block_count().max(GIVEN_BACK / Block::SIZE));
        memory.resize(params.block_count(), Block::default());
        Argon2::new(algorithm, version, params).hash_password_into_with_memory(password, &salt, &mut out, &mut memory)?;
        Ok(PasswordHash {
            algorithm: algorithm.ident(),
            version: Some(version.into()),
            params: stated,
            salt: Some(salt),
            hash: Some(Output::new(&out)?),
        })
    }
}

fn verdict(hasher: &Hasher, password: &[u8], stored: Option<&str>) -> Verdict {
    let Some(stored) = stored.and_then(|text| PasswordHash::new(text).ok()) else {
        // The work of a wrong password, thrown away.
        std::hint::black_box(hasher.hash_password(password).is_ok());
        return Verdict::Wrong;
    };
    if hasher.verify_password(password, &stored).is_err() {
        return Verdict::Wrong;
    }
    let now = &hasher.0;
    match Params::try_from(&stored) {
        Ok(then) if then.m_cost() >= now.m_cost() && then.t_cost() >= now.t_cost() => Verdict::Right,
        _ => Verdict::Weak,
    }
}

/// One spelling for what looks and is typed the same: NFC, every space the same space (RFC 8265 §4.2).
fn prepared(password: &str) -> String {
    password.nfc().map(|c| if c.is_whitespace() && !c.is_control() { ' ' } else { c }).collect()
}

/// Whether a person may choose this password (S03). `field` is where it was typed.
pub(super) fn acceptable(field: &str, password: &str, username: &str) -> Result<(), FieldError> {
    let refuse = |code: &str, message: &str| Err(FieldError::new(field, code, message));
    if password.is_empty() {
        return refuse("required", "Enter a password.");
    }
    if password.len() > MAX_BYTES {
        return refuse("too_long", "A password has at most 1,024 bytes.");
    }
    let chars = password.chars().count();
    if chars < MIN_CHARS {
        return refuse("too_short", "A password has at least 8 characters; 15 or more are better.");
    }
    let folded = password.to_lowercase();
    let word = folded.trim_matches(|c: char| !c.is_alphabetic());
    if folded == username || word == username || word == APP {
        return refuse("too_common", "A password must be more than your username or the name of this program.");
    }
    if COMMON.lines().any(|common| common == folded) {
        return refuse(
            "too_common",
            "This password is among the first that are tried. Choose another, such as four words in a row.",
        );
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::{Duration, Instant};

    #[test]
    fn s03_rules() {
        let long = "x".repeat(128);
        let longest = "ü".repeat(512);
        for good in [
            "aaaaaaaa bbbb cccc zzq",
            &long,
            &longest,
            "kitchen 7 sofa",
            "пароль мой длинный",
            "日本語のパスワード",
            "🦊🦊 🐻 🦊🐻🐻",
        ] {
            assert_eq!(acceptable("password", good, "ana"), Ok(()), "{good}");
        }
        for bad in [
            "",
            "short 7",
            "password1",
            "12345678",
            "Password1",
            "qwertyuiop",
            "homelesspa",
            "j38ifubn",
            "ana-maria",
            "ana-maria1",
            "ANA-MARIA",
            "Outlay123!",
            "2026-outlay",
        ] {
            assert!(acceptable("password", bad, "ana-maria").is_err(), "{bad}");
        }
        assert!(acceptable("password", &"ü".repeat(513), "ana").is_err());
    }

    #[test]
    fn s03_a_huge_password_is_refused_at_once() {
        let huge = "x".repeat(10 * 1024);
        let begun = Instant::now();
        assert_eq!(acceptable("new_password", &huge, "ana").expect_err("refused").code, "too_long");
        assert!(begun.elapsed() < Duration::from_millis(10));
    }

    #[tokio::test]
    async fn s01_argon2id_with_a_salt_each_and_no_truncation() {
        let passwords = Passwords::new(0).expect("params");
        let place = passwords.place().expect("free");
        let typed = format!("{}a", "x".repeat(99));
        let (one, two) =
            (passwords.hash(&place, &typed).await.expect("hash"), passwords.hash(&place, &typed).await.expect("hash"));
        assert_ne!(one, two);
        assert!(one.0.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{}", one.0);
        assert_eq!(passwords.check(&place, &typed, Some(one.0.clone())).await, Ok(Verdict::Right));
        let other = format!("{}b", "x".repeat(99));
        assert_eq!(passwords.check(&place, &other, Some(one.0)).await, Ok(Verdict::Wrong));
        assert_eq!(passwords.check(&place, &other, None).await, Ok(Verdict::Wrong));
    }

    #[tokio::test]
    async fn s03_the_same_letters_typed_on_another_keyboard() {
        let passwords = Passwords::new(0).expect("params");
        let place = passwords.place().expect("free");
        let stored = passwords.hash(&place, "caf\u{e9}\u{a0}au lait").await.expect("hash");
        assert_eq!(passwords.check(&place, "cafe\u{301} au lait", Some(stored.0)).await, Ok(Verdict::Right));
    }

    #[tokio::test]
    async fn s02_a_hash_below_the_parameters_of_today_is_weak() {
        let (then, now) = (Passwords::new(0).expect("params"), Passwords::new(24_576).expect("params"));
        let place = then.place().expect("free");
        let stored = then.hash(&place, "a password of then").await.expect("hash").0;
        assert_eq!(now.check(&place, "a password of then", Some(stored.clone())).await, Ok(Verdict::Weak));
        assert_eq!(now.check(&place, "another password", Some(stored)).await, Ok(Verdict::Wrong));
        let stored = now.hash(&place, "a password of then").await.expect("hash").0;
        assert_eq!(then.check(&place, "a password of then", Some(stored)).await, Ok(Verdict::Right));
    }

    #[test]
    fn s02_the_queue_is_short() {
        let passwords = Passwords::new(0).expect("params");
        let mut places = Vec::new();
        let refused = loop {
            match passwords.place() {
                Ok(place) => places.push(place),
                Err(problem) => break problem,
            }
        };
        assert_eq!(places.len(), thread::available_parallelism().map_or(1, NonZero::get) + 64);
        assert_eq!((refused.code, refused.retry_after), (Code::Busy, Some(2)));
        places.pop();
        assert!(passwords.place().is_ok());
    }
}

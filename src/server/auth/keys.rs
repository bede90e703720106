//! The server's signing keys: made on the first start, kept in one file that only the server's own user can read (S56).
//!
//! It must never log, show or send a key.

use crate::{domain::Instant, server::clock};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use chacha20poly1305::{
    XChaCha20Poly1305, XNonce,
    aead::{Aead, Payload},
};
use hmac::{Hmac, KeyInit, Mac};
use serde::{Deserialize, Serialize};
use sha2::Sha256;
use std::{
    fs::{self, DirBuilder, File, OpenOptions, Permissions},
    io::{ErrorKind, Write},
    os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt, PermissionsExt},
    path::{Path, PathBuf},
};

/// Bytes of the nonce of what is sealed.
const NONCE: usize = 24;
/// How many keys live at once: the one that signs and the one before it.
const LIVE: usize = 2;

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct StoredKey {
    kid: String,
    /// 32 random bytes, base64url without padding.
    secret: String,
    created_at: Instant,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct KeyFile {
    /// Newest first.
    keys: Vec<StoredKey>,
}

/// One 256-bit secret with its name.
pub(super) struct Key {
    pub(super) kid: String,
    pub(super) secret: [u8; 32],
}

/// The live keys, newest first: the first signs, all verify.
pub struct Keys(Vec<Key>);

impl Keys {
    /// Reads `keys.json` in the data directory, or makes it (and the directory) on the first start.
    /// The error is a line for the operator.
    pub fn open(dir: &Path) -> Result<Self, String> {
        let path = dir.join("keys.json");
        if !path.exists() {
            make_private(dir)?;
            write_new(dir, &path, &KeyFile { keys: vec![fresh()] })?;
        }
        let file = read(&path)?;
        let keys = file.keys.into_iter().map(|stored| parse(stored, &path)).collect::<Result<Vec<_>, _>>()?;
        if keys.is_empty() { Err(damaged(&path)) } else { Ok(Self(keys)) }
    }

    /// Puts a fresh key in front; the one before goes on verifying until the next rotation. Holds from
    /// the next start. Answers the new key's id.
    pub fn rotate(dir: &Path) -> Result<String, String> {
        let path = dir.join("keys.json");
        let mut file = read(&path)?;
        let key = fresh();
        let kid = key.kid.clone();
        file.keys.insert(0, key);
        file.keys.truncate(LIVE);
        let draft = write_draft(dir, &file)?;
        fs::rename(&draft, &path).map_err(|e| format!("The key file {} cannot be written: {e}.", path.display()))?;
        sync(dir)?;
        Ok(kid)
    }

    pub(super) fn signing(&self) -> &Key {
        &self.0[0]
    }

    pub(super) fn by_kid(&self, kid: &str) -> Option<&Key> {
        self.0.iter().find(|key| key.kid == kid)
    }

    /// HMAC-SHA-256 of `message` under the signing key. `label` keeps the uses of the key apart.
    pub(super) fn mac(&self, label: &str, message: &[u8]) -> [u8; 32] {
        mac(self.signing(), label, message).finalize().into_bytes().into()
    }

    /// True when `tag` is [`Keys::mac`] of the message under one of the live keys.
    pub(super) fn is_mac(&self, label: &str, message: &[u8], tag: &[u8]) -> bool {
        self.0.iter().any(|key| mac(key, label, message).verify_slice(tag).is_ok())
    }

    /// `secret`, readable only with this key file and for the same `label` and `about`: XChaCha20-Poly1305 under a key that is
    /// derived from the signing key. Begins with that key's name.
    pub(super) fn seal(&self, label: &str, about: &[u8], secret: &[u8]) -> Option<String> {
        let (key, nonce) = (self.signing(), rand::random::<[u8; NONCE]>());
        let payload = Payload { msg: secret, aad: about };
        let mut sealed = nonce.to_vec();
        sealed.extend(cipher(key, label).encrypt(&XNonce::from(nonce), payload).ok()?);
        Some(format!("{}.{}", key.kid, BASE64_URL_SAFE_NO_PAD.encode(sealed)))
    }

    /// What [`Keys::seal`] was given; `None` when no live key can read it.
    pub(super) fn unseal(&self, label: &str, about: &[u8], sealed: &str) -> Option<Vec<u8>> {
        let (kid, sealed) = sealed.split_once('.')?;
        let bytes = BASE64_URL_SAFE_NO_PAD.decode(sealed).ok()?;
        let (nonce, text) = bytes.split_at_checked(NONCE)?;
        let nonce: [u8; NONCE] = nonce.try_into().ok()?;
        cipher(self.by_kid(kid)?, label).decrypt(&XNonce::from(nonce), Payload { msg: text, aad: about }).ok()
    }

    /// True for what was sealed by the key that signs now: the one before goes with the next rotation.
    pub(super) fn is_fresh(&self, sealed: &str) -> bool {
        sealed.split_once('.').is_some_and(|(kid, _)| kid == self.signing().kid)
    }

    /// True when the keys were rotated at least once.
    pub(super) fn rotated(&self) -> bool {
        self.0.len() > 1
    }
}

fn cipher(key: &Key, label: &str) -> XChaCha20Poly1305 {
    let derived: [u8; 32] = mac(key, "seal", label.as_bytes()).finalize().into_bytes().into();
    XChaCha20Poly1305::new(&derived.into())
}

/// A JWT's signed text has no NUL, so no JWT signature is ever one of these.
fn mac(key: &Key, label: &str, message: &[u8]) -> Hmac<Sha256> {
    #[expect(clippy::expect_used, reason = "HMAC takes a key of any length (RFC 2104)")]
    let mut mac = Hmac::<Sha256>::new_from_slice(&key.secret).expect("HMAC takes a key of any length (RFC 2104)");
    mac.update(label.as_bytes());
    mac.update(&[0]);
    mac.update(message);
    mac
}

fn fresh() -> StoredKey {
    let (kid, secret) = (rand::random::<[u8; 9]>(), rand::random::<[u8; 32]>());
    StoredKey { kid: BASE64_URL_SAFE_NO_PAD.encode(kid), secret: BASE64_URL_SAFE_NO_PAD.encode(secret), created_at: clock::now() }
}

fn parse(stored: StoredKey, path: &Path) -> Result<Key, String> {
    let bytes = BASE64_URL_SAFE_NO_PAD.decode(&stored.secret).map_err(|_| damaged(path))?;
    let secret = bytes.try_into().map_err(|_| damaged(path))?;
    Ok(Key { kid: stored.kid, secret })
}

fn damaged(path: &Path) -> String {
    format!(
        "The key file {} is damaged. Put it back from a backup, or delete it: a new one is made and everybody signs in again.",
        path.display()
    )
}

/// Only the owner may enter the data directory: what is in it is as private as the keys.
fn make_private(dir: &Path) -> Result<(), String> {
    let failed = |e| format!("The data directory {} cannot be made private: {e}.", dir.display());
    DirBuilder::new().recursive(true).mode(0o700).create(dir).map_err(failed)?;
    if fs::metadata(dir).map_err(failed)?.mode() & 0o077 != 0 {
        fs::set_permissions(dir, Permissions::from_mode(0o700)).map_err(failed)?;
    }
    Ok(())
}

/// Whole or not at all, and never over an existing file: two first starts at once agree on one key.
fn write_new(dir: &Path, path: &Path, file: &KeyFile) -> Result<(), String> {
    let draft = write_draft(dir, file)?;
    let linked = fs::hard_link(&draft, path);
    let cleared = fs::remove_file(&draft);
    match linked {
        Err(e) if e.kind() != ErrorKind::AlreadyExists => Err(format!("The key file {} cannot be written: {e}.", path.display())),
        _ => cleared.map_err(|e| format!("{} cannot be deleted: {e}.", draft.display())).and_then(|()| sync(dir)),
    }
}

fn write_draft(dir: &Path, file: &KeyFile) -> Result<PathBuf, String> {
    let path = dir.join(format!("keys.{:016x}.new", rand::random::<u64>()));
    let write = || -> std::io::Result<()> {
        let mut out = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path)?;
        out.write_all(&serde_json::to_vec_pretty(file)?)?;
        out.sync_all()
    };
    write().map_err(|e| format!("The key file {} cannot be written: {e}.", path.display()))?;
    Ok(path)
}

fn sync(dir: &Path) -> Result<(), String> {
    File::open(dir)
        .and_then(|dir| dir.sync_all())
        .map_err(|e| format!("The data directory {} cannot be written: {e}.", dir.display()))
}

fn read(path: &Path) -> Result<KeyFile, String> {
    let unreadable = |e| format!("The key file {} cannot be read: {e}.", path.display());
    let meta = fs::metadata(path).map_err(unreadable)?;
    if meta.mode() & 0o077 != 0 {
        return Err(format!(
            "The key file {} can be read by others than its owner. Run `chmod 600` on it; if somebody may have seen it, delete it \
             instead: a new one is made and everybody signs in again.",
            path.display()
        ));
    }
    serde_json::from_slice(&fs::read(path).map_err(unreadable)?).map_err(|_| damaged(path))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).expect("metadata").mode() & 0o777
    }

    #[test]
    fn s56_made_once_and_private() {
        let home = tempfile::tempdir().expect("dir");
        let (one, two) = (home.path().join("deep/one"), home.path().join("two"));
        fs::create_dir(&two).expect("dir");
        fs::set_permissions(&two, Permissions::from_mode(0o755)).expect("mode");
        let first = Keys::open(&one).expect("made");
        let again = Keys::open(&one).expect("read");
        let other = Keys::open(&two).expect("made");
        assert_eq!(first.signing().secret, again.signing().secret);
        assert_ne!(first.signing().secret, other.signing().secret);
        for dir in [&one, &two] {
            assert_eq!((mode(dir), mode(&dir.join("keys.json"))), (0o700, 0o600));
            assert_eq!(fs::read_dir(dir).expect("list").count(), 1, "no draft is left");
        }
    }

    #[test]
    fn s56_a_key_that_others_can_read_is_refused() {
        let home = tempfile::tempdir().expect("dir");
        Keys::open(home.path()).expect("made");
        for loose in [0o644, 0o640, 0o604, 0o620] {
            fs::set_permissions(home.path().join("keys.json"), Permissions::from_mode(loose)).expect("mode");
            let refused = Keys::open(home.path()).err().expect("refused");
            assert!(refused.contains("chmod 600") && refused.contains("keys.json"), "{refused}");
        }
    }

    #[test]
    fn s56_a_damaged_key_file_is_refused_with_a_clear_line() {
        let home = tempfile::tempdir().expect("dir");
        Keys::open(home.path()).expect("made");
        for text in
            ["", "{}", r#"{"keys":[]}"#, r#"{"keys":[{"kid":"a","secret":"c2hvcnQ","created_at":"2026-01-01T00:00:00Z"}]}"#]
        {
            fs::write(home.path().join("keys.json"), text).expect("write");
            assert!(Keys::open(home.path()).err().expect("refused").contains("is damaged"), "{text}");
        }
    }

    #[test]
    fn s56_what_is_sealed_is_read_by_this_file_for_the_same_thing_only() {
        let (home, other) = (tempfile::tempdir().expect("dir"), tempfile::tempdir().expect("dir"));
        let (keys, stranger) = (Keys::open(home.path()).expect("made"), Keys::open(other.path()).expect("made"));
        let sealed = keys.seal("test", b"ana", b"secret").expect("sealed");
        assert_ne!(sealed, keys.seal("test", b"ana", b"secret").expect("sealed"), "never twice the same");
        assert_eq!(keys.unseal("test", b"ana", &sealed).as_deref(), Some(&b"secret"[..]));
        assert!(keys.unseal("test", b"bob", &sealed).is_none() && keys.unseal("other", b"ana", &sealed).is_none());
        assert!(stranger.unseal("test", b"ana", &sealed).is_none());
        for at in 0..sealed.len() {
            let mut bytes = sealed.clone().into_bytes();
            bytes[at] = if bytes[at] == b'A' { b'Q' } else { b'A' };
            let forged = String::from_utf8(bytes).expect("ASCII");
            assert!(keys.unseal("test", b"ana", &forged).is_none(), "byte {at}");
        }
        Keys::rotate(home.path()).expect("rotated");
        let keys = Keys::open(home.path()).expect("read");
        assert!(!keys.is_fresh(&sealed) && keys.unseal("test", b"ana", &sealed).is_some());
        Keys::rotate(home.path()).expect("rotated");
        assert!(Keys::open(home.path()).expect("read").unseal("test", b"ana", &sealed).is_none());
    }

    #[test]
    fn s56_rotation_keeps_the_key_before() {
        let home = tempfile::tempdir().expect("dir");
        let old = Keys::open(home.path()).expect("made");
        let tag = old.mac("test", b"message");
        let kid = Keys::rotate(home.path()).expect("rotated");
        let new = Keys::open(home.path()).expect("read");
        assert_eq!(new.signing().kid, kid);
        assert!(new.by_kid(&old.signing().kid).is_some() && new.is_mac("test", b"message", &tag));
        assert!(!new.is_mac("other", b"message", &tag) && !new.is_mac("test", b"massage", &tag));
        Keys::rotate(home.path()).expect("rotated");
        let newest = Keys::open(home.path()).expect("read");
        assert!(newest.by_kid(&old.signing().kid).is_none() && !newest.is_mac("test", b"message", &tag));
        assert_eq!(mode(&home.path().join("keys.json")), 0o600);
    }
}

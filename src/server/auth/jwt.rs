//! The signed tokens: a page's cookie and the access token of OAuth.
//!
//! One algorithm, one shape of header, every claim required: whatever differs is no token (S10–S12). What
//! a person may do is never read from here (S37).

use super::keys::Keys;
use crate::{
    domain::{Problem, SessionId, UserId},
    server::clock,
};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, encode};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Seconds by which clocks of servers may differ.
const LEEWAY: u64 = 5;
/// A token is a cookie or a header: never longer.
const MAX_BYTES: usize = 4_096;

/// What a token is for. One is never taken for the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Page,
    Access,
}

impl Kind {
    fn typ(self) -> &'static str {
        match self {
            Self::Page => "outlay-page+jwt",
            // RFC 9068 §2.1
            Self::Access => "at+jwt",
        }
    }
    fn audience(self) -> &'static str {
        match self {
            Self::Page => "outlay:page",
            Self::Access => "outlay:api",
        }
    }
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Claims {
    pub(super) iss: String,
    pub(super) aud: String,
    pub(super) sub: UserId,
    pub(super) sid: SessionId,
    pub(super) jti: Uuid,
    pub(super) iat: i64,
    pub(super) nbf: i64,
    pub(super) exp: i64,
}

/// The only header there is: no `jwk`, `jku`, `x5u`, `crit` or anything else.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct StrictHeader {
    alg: String,
    typ: String,
    kid: String,
}

/// Signs for `life` seconds from now.
pub(super) fn sign(
    keys: &Keys,
    issuer: &str,
    kind: Kind,
    user: UserId,
    session: SessionId,
    life: i64,
) -> Result<String, Problem> {
    let now = clock::now().seconds();
    let claims = Claims {
        iss: issuer.to_owned(),
        aud: kind.audience().to_owned(),
        sub: user,
        sid: session,
        jti: Uuid::new_v4(),
        iat: now,
        nbf: now,
        exp: now.saturating_add(life),
    };
    signed(keys, kind, &claims)
}

fn signed(keys: &Keys, kind: Kind, claims: &impl Serialize) -> Result<String, Problem> {
    let key = keys.signing();
    let header = Header { typ: Some(kind.typ().to_owned()), kid: Some(key.kid.clone()), ..Header::new(Algorithm::HS256) };
    encode(&header, claims, &EncodingKey::from_secret(&key.secret)).map_err(|cause| {
        tracing::error!(%cause, "a token could not be signed");
        Problem::internal()
    })
}

/// The claims of a token of this kind, signed by a live key of ours, now valid; else `None`.
pub(super) fn verify(keys: &Keys, issuer: &str, kind: Kind, token: &str) -> Option<Claims> {
    if token.len() > MAX_BYTES {
        return None;
    }
    let header = BASE64_URL_SAFE_NO_PAD.decode(token.split('.').next()?).ok()?;
    let header: StrictHeader = serde_json::from_slice(&header).ok()?;
    if header.alg != "HS256" || header.typ != kind.typ() {
        return None;
    }
    let key = keys.by_kid(&header.kid)?;
    let mut rules = Validation::new(Algorithm::HS256);
    rules.leeway = LEEWAY;
    rules.validate_nbf = true;
    rules.set_required_spec_claims(&["exp", "nbf", "iss", "aud", "sub"]);
    rules.set_issuer(&[issuer]);
    rules.set_audience(&[kind.audience()]);
    let claims = decode::<Claims>(token, &DecodingKey::from_secret(&key.secret), &rules).ok()?.claims;
    (claims.iat <= clock::now().plus_seconds(LEEWAY.cast_signed()).seconds()).then_some(claims)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    const ISSUER: &str = "http://localhost:3000";

    fn keys() -> (tempfile::TempDir, Keys) {
        let home = tempfile::tempdir().expect("dir");
        let keys = Keys::open(home.path()).expect("keys");
        (home, keys)
    }

    fn good(keys: &Keys) -> (Value, Value) {
        let now = clock::now().seconds();
        let header = json!({"alg": "HS256", "typ": "outlay-page+jwt", "kid": keys.signing().kid});
        let claims = json!({
            "iss": ISSUER, "aud": "outlay:page", "sub": UserId::new(), "sid": SessionId::new(), "jti": Uuid::new_v4(),
            "iat": now, "nbf": now, "exp": now + 600,
        });
        (header, claims)
    }

    /// A token of any header and claims, signed with a key as the server would.
    fn forge(header: &Value, claims: &Value, secret: &[u8]) -> String {
        let part = |value: &Value| BASE64_URL_SAFE_NO_PAD.encode(value.to_string());
        let message = format!("{}.{}", part(header), part(claims));
        let signature = jsonwebtoken::crypto::sign(message.as_bytes(), &EncodingKey::from_secret(secret), Algorithm::HS256);
        format!("{message}.{}", signature.expect("signed"))
    }

    fn page(keys: &Keys, token: &str) -> bool {
        verify(keys, ISSUER, Kind::Page, token).is_some()
    }

    #[test]
    fn s10_the_algorithm_and_the_key_are_ours() {
        let (_home, keys) = keys();
        let (header, claims) = good(&keys);
        let secret = keys.signing().secret;
        assert!(page(&keys, &forge(&header, &claims, &secret)), "the good one");
        for (name, value) in [
            ("alg", json!("none")),
            ("alg", json!("None")),
            ("alg", json!("NONE")),
            ("alg", json!("nOnE")),
            ("alg", json!("HS384")),
            ("alg", json!("HS512")),
            ("alg", json!("RS256")),
            ("alg", json!("ES256")),
            ("alg", json!("EdDSA")),
            ("alg", json!(["HS256"])),
            ("alg", Value::Null),
            ("kid", json!("../../etc/passwd")),
            ("kid", json!("")),
            ("kid", Value::Null),
            ("typ", json!("JWT")),
            ("typ", Value::Null),
            ("jwk", json!({"kty": "oct", "k": "AAAA"})),
            ("jku", json!("https://evil.example/keys")),
            ("x5u", json!("https://evil.example/cert")),
            ("crit", json!(["exp"])),
            ("b64", json!(false)),
        ] {
            let mut other = header.clone();
            other[name] = value.clone();
            let token = forge(&other, &claims, &secret);
            assert!(!page(&keys, &token), "{name} = {value}");
            let bare = token.rsplit_once('.').map(|(message, _)| format!("{message}."));
            assert!(!page(&keys, &bare.expect("two dots")), "{name} = {value}, no signature");
        }
        for weak in [&b"your-super-secret-key"[..], b"secret", b"", &[0; 32]] {
            assert!(!page(&keys, &forge(&header, &claims, weak)));
        }
    }

    #[test]
    fn s10_one_flipped_bit_and_it_is_no_token() {
        let (_home, keys) = keys();
        let token = sign(&keys, ISSUER, Kind::Page, UserId::new(), SessionId::new(), 60).expect("signed");
        assert!(page(&keys, &token));
        for at in 0..token.len() {
            for bit in 0..7 {
                let mut bytes = token.clone().into_bytes();
                bytes[at] ^= 1 << bit;
                let flipped = String::from_utf8(bytes).expect("ASCII");
                assert!(!page(&keys, &flipped), "byte {at}, bit {bit}");
            }
        }
        for odd in [
            format!(" {token}"),
            format!("{token} "),
            format!("{token}="),
            format!("{token}\n"),
            format!("{token}.x"),
            token.replace('.', ". "),
        ] {
            assert!(!page(&keys, &odd), "{odd:?}");
        }
        for junk in ["", ".", "..", "...", "a.b.c", "🦊.🦊.🦊", &"x".repeat(5_000)] {
            assert!(!page(&keys, junk), "{junk:?}");
        }
    }

    #[test]
    fn s11_every_claim_is_there_and_of_its_type() {
        let (_home, keys) = keys();
        let (header, claims) = good(&keys);
        let secret = keys.signing().secret;
        let now = clock::now().seconds();
        for name in ["iss", "aud", "sub", "sid", "jti", "iat", "nbf", "exp"] {
            for value in [None, Some(Value::Null), Some(json!({})), Some(json!("never")), Some(json!(true)), Some(json!([]))] {
                let mut other = claims.clone();
                match &value {
                    None => drop(other.as_object_mut().expect("object").remove(name)),
                    Some(value) => other[name] = value.clone(),
                }
                assert!(!page(&keys, &forge(&header, &other, &secret)), "{name} = {value:?}");
            }
        }
        for (name, value) in [
            ("exp", json!(now - 6)),
            ("exp", json!(1e30)),
            ("exp", json!(-1)),
            ("exp", json!((now + 600).to_string())),
            ("nbf", json!(now + 60)),
            ("iat", json!(now + 60)),
            ("iat", json!(1e30)),
            ("iss", json!("http://localhost:3001")),
            ("aud", json!("outlay:api")),
            ("aud", json!(["outlay:page"])),
        ] {
            let mut other = claims.clone();
            other[name] = value.clone();
            assert!(!page(&keys, &forge(&header, &other, &secret)), "{name} = {value}");
        }
    }

    #[test]
    fn s12_each_kind_only_where_it_belongs() {
        let (_home, keys) = keys();
        for made in [Kind::Page, Kind::Access] {
            let token = sign(&keys, ISSUER, made, UserId::new(), SessionId::new(), 60).expect("signed");
            for wanted in [Kind::Page, Kind::Access] {
                assert_eq!(verify(&keys, ISSUER, wanted, &token).is_some(), made == wanted, "{made:?} as {wanted:?}");
            }
            assert!(verify(&keys, "https://other.example", made, &token).is_none(), "another server with the same key");
        }
    }

    #[test]
    fn s37_a_role_in_a_token_is_not_read() {
        let (_home, keys) = keys();
        let (header, mut claims) = good(&keys);
        claims["role"] = json!("admin");
        assert!(page(&keys, &forge(&header, &claims, &keys.signing().secret)), "ignored, not obeyed");
    }

    #[test]
    fn s56_tokens_of_the_key_before_still_verify() {
        let (home, keys) = keys();
        let token = sign(&keys, ISSUER, Kind::Page, UserId::new(), SessionId::new(), 60).expect("signed");
        Keys::rotate(home.path()).expect("rotated");
        assert!(page(&Keys::open(home.path()).expect("keys"), &token));
        Keys::rotate(home.path()).expect("rotated");
        assert!(!page(&Keys::open(home.path()).expect("keys"), &token));
    }
}

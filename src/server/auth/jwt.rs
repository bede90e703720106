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

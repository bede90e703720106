//! Bearer tokens: personal access tokens, and who is behind any token of a program (S22).
//!
//! It must never keep a token, only its hash, and never let a personal access token reach passwords, sessions or tokens.

use super::{
    Access, Auth, Caller,
    audit::{About, event},
    jwt::{self, Kind},
    sessions::{NOTE_EVERY, note_seen},
    throttle::hex,
};
use crate::{
    domain::{Code, Command, Day, Outcome, Problem, Scope, Scopes, Status, TokenId, command::Secret, text::Name},
    server::{
        clock,
        ledger::Retry,
        store::{Key, Lane, Record, Token, record::SessionKind, transact},
    },
};
use futures::TryFutureExt;
use sha2::{Digest, Sha256};

/// By which a token is known where it must not be, such as in a public repository.
pub(super) const PREFIX: &str = "outlay_pat_";
/// How long a token works when nothing else is asked for.
const DAYS: i64 = 90;

fn invalid_token() -> Problem {
    Problem::new(Code::InvalidToken, "The token is unknown, has ended or was revoked. Make a new one.")
}

/// 256 random bits in hex, then eight digits by which a mistyped token is known without asking the store.
fn fresh() -> String {
    let secret = hex(&rand::random::<[u8; 32]>());
    format!("{PREFIX}{secret}{}", checksum(&secret))
}

fn checksum(secret: &str) -> String {
    hex(&Sha256::digest(format!("{PREFIX}{secret}"))[..4])
}

/// The hash under which a token is stored; `None` for what cannot be one.
pub(super) fn hashed(token: &str) -> Option<String> {
    let (secret, sum) = token.strip_prefix(PREFIX)?.split_at_checked(64)?;
    (checksum(secret) == sum).then(|| hex(&Sha256::digest(token)))
}

impl Auth {
    /// The caller behind `Authorization: Bearer`; 401 `invalid_token` otherwise. Throttled per token (429).
    pub async fn by_bearer(&self, token: &str) -> Result<Caller, Problem> {
        let caller = match token.starts_with(PREFIX) {
            true => self.by_token(token).await?,
            false => self.by_access_token(token).await?,
        };
        let caller = caller.ok_or_else(invalid_token)?;
        match &caller.access {
            Access::Token(id, _) => self.tokens.check(&id.0)?,
            Access::Page(id) | Access::OAuth(id, _) => self.tokens.check(&id.0)?,
            Access::Local(_) => {}
        }
        Ok(caller)
    }

    pub(super) async fn by_token(&self, token: &str) -> Result<Option<Caller>, Problem> {
        let Some(hash) = hashed(token) else { return Ok(None) };
        let Some((row, user)) = self.store.token_holder(&hash).await? else { return Ok(None) };
        if row.expires_on < clock::today("UTC") || user.status != Status::Active {
            return Ok(None);
        }
        self.note_token_use(&row);
        Ok(Some(Caller { user, access: Access::Token(row.id, row.scopes) }))
    }

    pub(super) async fn by_access_token(&self, token: &str) -> Result<Option<Caller>, Problem> {
        let Some(claims) = jwt::verify(&self.keys, &self.config.base_url, Kind::Access, token) else { return Ok(None) };
        let live = self.live_session(claims.sid, claims.sub).await?;
        Ok(live.and_then(|(user, session)| match session.kind {
            SessionKind::OAuth { scopes, .. } => Some(Caller { user, access: Access::OAuth(session.id, scopes) }),
            SessionKind::Web => None,
        }))
    }

    /// Beside the request and at most once a minute, as for sessions.
    fn note_token_use(&self, seen: &Token) {
        let now = clock::now();
        if seen.last_used_at.is_some_and(|at| at.plus_seconds(NOTE_EVERY) > now) {
            return;
        }
        let (store, user, id, known) = (self.store.clone(), seen.user, seen.id, seen.last_used_at);
        let noted = async move {
            transact(&*store, Lane::User(user), move |tx| {
                Box::pin(async move {
                    if let Some(Record::Token(mut row)) = tx.get(Key::Token(user, id)).await?
                        && row.last_used_at == known
                    {
                        row.last_used_at = Some(now);
                        tx.put(&[Record::Token(row)]).await?;
                        note_seen(tx, user, now).await?;
                    }
                    Ok(())
                })
            })
            .await
        };
        tokio::spawn(noted.inspect_err(|cause| tracing::warn!(%cause, "the use of a token was not noted")));
    }

    /// A personal access token; the text is in the answer only (S22). 409 `already_done` on a replayed key.
    /// Works for 90 days when `expires_on` is not given. Needs scope `account`.
    pub async fn create_token(
        &self,
        caller: &Caller,
        retry: Option<Retry>,
        name: Name,
        scopes: Scopes,
        expires_on: Option<Day>,
    ) -> Result<(Outcome, String), Problem> {
        caller.require(Scope::Account)?;
        if scopes.is_empty() {
            return Err(Problem::field("scopes", "required", "Choose what the token may do: read, write, import or admin."));
        }
        if scopes.contains(Scope::Account) {
            return Err(Problem::field(
                "scopes",
                "unknown_value",
                "A personal access token cannot have the scope account; use read, write, import or admin.",
            ));
        }
        let today = clock::today("UTC");
        let expires_on = expires_on.unwrap_or_else(|| today.plus(DAYS));
        if expires_on < today {
            return Err(Problem::field("expires_on", "in_the_past", "Choose today or a later day."));
        }
        let token = fresh();
        let hash = Secret(hex(&Sha256::digest(&token)));
        let command = Command::CreateToken { id: TokenId::new(), name, scopes, expires_on, hash };
        let outcome = self.ledger.execute(caller, retry, command).await?;
        event("authn_token_created", About::User(caller.user.id), None);
        Ok((outcome, token))
    }

    /// 404 for somebody else's. Needs scope `account`.
    pub async fn revoke_token(&self, caller: &Caller, id: TokenId) -> Result<(), Problem> {
        caller.require(Scope::Account)?;
        self.ledger.execute(caller, None, Command::RevokeToken { id }).await?;
        event("authn_token_revoked", About::User(caller.user.id), None);
        Ok(())
    }
}

//! The token endpoint (RFC 6749) and revocation (RFC 7009): short access tokens, refresh tokens that are good once.
//!
//! It must never widen what a grant may do, and never let a spent refresh token pass unseen (S14).

use super::{
    Access, Auth, Caller, Client, Grant, OAuthError, TokenAnswer,
    audit::{About, Origin, event},
    jwt::{self, Kind},
    sessions::{Lifetime, note_seen},
    tokens,
};
use crate::{
    domain::{Command, Problem, Scope, Scopes, SessionId, User, UserId, audit::Event, journal::Via},
    server::{
        clock,
        config::PasswordGrant,
        ledger::Retry,
        store::{Credential, Key, Lane, Record, record::SessionKind, transact},
    },
};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use uuid::Uuid;

const PREFIX: &str = "outlay_refresh_";
/// Seconds of an access token (S11).
const ACCESS: i64 = 900;
/// Seconds in which the token before the live one still answers with the live one: two tabs, one retry.
const GRACE: i64 = 10;
pub(super) const LIFE: Lifetime = Lifetime { idle: 14 * 86_400, absolute: 90 * 86_400 };

impl From<Problem> for OAuthError {
    fn from(problem: Problem) -> Self {
        Self::Problem(problem)
    }
}

pub(super) const INVALID_GRANT: OAuthError = OAuthError::OAuth("invalid_grant");
const INVALID_SCOPE: OAuthError = OAuthError::OAuth("invalid_scope");

/// What the turn of a refresh token came to.
enum Turn {
    /// The number of the token that is now live, and what it may do.
    Goes { counter: u64, scopes: Scopes },
    /// A token was used that has long been replaced: somebody else has a copy. The family is gone.
    Reused,
    /// More was asked for than the grant holds.
    Wider,
    /// There is no such family any more.
    Dead,
}

impl Auth {
    /// 409 `already_done` when the key of `retry` has been answered before: tokens are answered once (S49).
    pub async fn oauth_token(&self, grant: Grant, retry: Option<Retry>, client: &Client) -> Result<TokenAnswer, OAuthError> {
        let retry = retry.map(|retry| self.sealed(retry));
        match grant {
            Grant::Password { username, password, scope } => {
                self.password_grant((&username, &password), scope.as_deref(), retry, client).await
            }
            Grant::Refresh { refresh_token, client_id, scope } => {
                self.refresh_grant((&refresh_token, client_id.as_deref()), scope.as_deref(), retry, client).await
            }
            Grant::Code(given) => self.code_grant(given, retry, client).await,
        }
    }

    /// Contained: off by default, closed to whoever has a second factor and to admins unless they are let in too, `read` unless more is asked for (S21).
    async fn password_grant(
        &self,
        (username, password): (&str, &str),
        scope: Option<&str>,
        retry: Option<Retry>,
        client: &Client,
    ) -> Result<TokenAnswer, OAuthError> {
        let admins_too = match self.config.oauth_password_grant {
            PasswordGrant::Off => return Err(OAuthError::OAuth("unsupported_grant_type")),
            PasswordGrant::Users => false,
            PasswordGrant::AdminsToo => true,
        };
        let scopes = asked(scope)?.unwrap_or(Scopes::of(&[Scope::Read]));
        let may = |user: &User, credential: &Credential| (admins_too || !user.is_admin()) && credential.second_factor().is_none();
        let proved = self.prove(username, password, client, may).await?.ok_or(INVALID_GRANT)?;
        if scopes.contains(Scope::Admin) && !proved.user.is_admin() {
            if let Some(attempt) = proved.attempt {
                self.accounts.succeeded(attempt).await?;
            }
            return Err(INVALID_SCOPE);
        }
        let user = proved.user.id;
        if let Some(retry) = &retry
            && let Err(given) = retry.replay(self.store.idempotent(user, &retry.key).await.map_err(Problem::from)?)
        {
            if let Some(attempt) = proved.attempt {
                self.accounts.succeeded(attempt).await?;
            }
            return Err(given.into());
        }
        let kind = SessionKind::OAuth { scopes, counter: 0, grace_until: None, consent: None };
        let session = self.open_session(proved, kind, LIFE, retry, client).await?;
        self.note(Event::SignedIn, About::User(user), Origin::Client(client));
        Ok(self.answer(user, session.id, 0, scopes)?)
    }

    async fn refresh_grant(
        &self,
        (token, client_id): (&str, Option<&str>),
        scope: Option<&str>,
        retry: Option<Retry>,
        client: &Client,
    ) -> Result<TokenAnswer, OAuthError> {
        let wanted = asked(scope)?;
        let (family, spent) = self.read_refresh(token).ok_or(INVALID_GRANT)?;
        let Some(session) = self.store.session(family).await.map_err(Problem::from)? else { return Err(INVALID_GRANT) };
        let user = session.user;
        let Some((_, live)) = self.live_session(family, user).await? else { return Err(INVALID_GRANT) };
        if !is_for(&live.kind, client_id) {
            return Err(INVALID_GRANT);
        }
        match self.turn((user, family), spent, wanted, retry).await? {
            Turn::Goes { counter, scopes } => Ok(self.answer(user, family, counter, scopes)?),
            Turn::Wider => Err(INVALID_SCOPE),
            Turn::Dead => Err(INVALID_GRANT),
            Turn::Reused => {
                self.note(Event::Reused, About::User(user), Origin::Client(client));
                Err(INVALID_GRANT)
            }
        }
    }

    /// Replaces the refresh token number `spent` of a family by the next, all in one transaction.
    async fn turn(
        &self,
        (user, family): (UserId, SessionId),
        spent: u64,
        wanted: Option<Scopes>,
        retry: Option<Retry>,
    ) -> Result<Turn, Problem> {
        let now = clock::now();
        transact(&*self.store, Lane::User(user), move |tx| {
            let retry = retry.clone();
            Box::pin(async move {
                if let Some(retry) = &retry {
                    retry.replay_in(tx, user).await?;
                }
                let key = Key::Session(user, family);
                let Some(Record::Session(mut row)) = tx.get(key.clone()).await? else { return Ok(Turn::Dead) };
                let SessionKind::OAuth { scopes: granted, counter, grace_until, consent } = row.kind else {
                    return Ok(Turn::Dead);
                };
                let in_grace = spent.checked_add(1) == Some(counter) && grace_until.is_some_and(|until| until > now);
                if spent != counter && !in_grace {
                    tx.delete(&[key]).await?;
                    return Ok(Turn::Reused);
                }
                let scopes = wanted.unwrap_or(granted);
                if !scopes.within(granted) {
                    return Ok(Turn::Wider);
                }
                if let Some(retry) = retry {
                    tx.put(&[Record::Idempotent(retry.kept(user, None, now))]).await?;
                }
                if in_grace {
                    return Ok(Turn::Goes { counter, scopes: granted });
                }
                let counter = counter.saturating_add(1);
                row.kind = SessionKind::OAuth { scopes, counter, grace_until: Some(now.plus_seconds(GRACE)), consent };
                row.last_seen_at = now;
                row.idle_until = now.plus_seconds(LIFE.idle).min(row.ends_at);
                tx.put(&[Record::Session(row)]).await?;
                note_seen(tx, user, now).await?;
                Ok(Turn::Goes { counter, scopes })
            })
        })
        .await
    }

    pub(super) fn answer(&self, user: UserId, family: SessionId, counter: u64, scopes: Scopes) -> Result<TokenAnswer, Problem> {
        Ok(TokenAnswer {
            access_token: jwt::sign(&self.keys, &self.config.base_url, Kind::Access, user, family, ACCESS)?,
            token_type: "Bearer",
            expires_in: ACCESS,
            refresh_token: self.refresh_token(family, counter),
            scope: scopes.to_string(),
        })
    }

    /// Opaque: family, number, and a tag that only the server can make. So the successor of a token can
    /// be derived again, and no refresh token is stored.
    fn refresh_token(&self, family: SessionId, counter: u64) -> String {
        let mut bytes = numbered(family, counter).to_vec();
        bytes.extend(self.keys.mac("refresh", &numbered(family, counter)));
        format!("{PREFIX}{}", BASE64_URL_SAFE_NO_PAD.encode(bytes))
    }

    fn read_refresh(&self, token: &str) -> Option<(SessionId, u64)> {
        let bytes = BASE64_URL_SAFE_NO_PAD.decode(token.strip_prefix(PREFIX)?).ok()?;
        let (message, tag) = bytes.split_at_checked(24)?;
        if !self.keys.is_mac("refresh", message, tag) {
            return None;
        }
        let (family, counter) = message.split_at_checked(16)?;
        Some((SessionId(Uuid::from_slice(family).ok()?), u64::from_be_bytes(counter.try_into().ok()?)))
    }

    /// RFC 7009: a refresh or access token ends its whole grant, a personal access token itself; unknown
    /// tokens are no error.
    pub async fn oauth_revoke(&self, token: &str, client: &Client) -> Result<(), Problem> {
        if let Some((family, _)) = self.read_refresh(token) {
            if let Some(session) = self.store.session(family).await? {
                self.drop_session(session.user, family).await?;
                self.note(Event::Revoked, About::User(session.user), Origin::Client(client));
            }
            return Ok(());
        }
        if token.starts_with(tokens::PREFIX) {
            let Some(Caller { user, access: Access::Token(id, _) }) = self.by_token(token).await? else { return Ok(()) };
            let about = user.id;
            self.ledger.execute(&Caller::served(user, Via::Api), None, Command::RevokeToken { id }).await?;
            event("authn_token_revoked", About::User(about), Some(client));
            return Ok(());
        }
        let Some(caller) = self.by_access_token(token).await? else { return Ok(()) };
        self.sign_out(&caller).await?;
        self.note(Event::Revoked, About::User(caller.user.id), Origin::Client(client));
        Ok(())
    }
}

fn numbered(family: SessionId, counter: u64) -> [u8; 24] {
    let mut bytes = [0; 24];
    bytes[..16].copy_from_slice(family.0.as_bytes());
    bytes[16..].copy_from_slice(&counter.to_be_bytes());
    bytes
}

/// Whether a grant is that of the program which says it holds it (RFC 6749 §6); one by password is nobody's.
fn is_for(kind: &SessionKind, client_id: Option<&str>) -> bool {
    match kind {
        SessionKind::OAuth { consent: Some(consent), .. } => client_id == Some(consent.program.to_string().as_str()),
        _ => client_id.is_none(),
    }
}

/// `None` when no scope is named.
fn asked(scope: Option<&str>) -> Result<Option<Scopes>, OAuthError> {
    let scopes: Scopes = scope.unwrap_or_default().parse().map_err(|_| INVALID_SCOPE)?;
    Ok((!scopes.is_empty()).then_some(scopes))
}

//! Sessions: a row in the store for each sign-in. A token without its row is worth nothing (S13, S15, S16).
//!
//! It must never believe a token about a person's role, status or rights.

use super::{
    Access, Auth, Caller, Client,
    jwt::{self, Kind},
    sign_in::Proved,
};
use crate::{
    domain::{Instant, Problem, Scope, SessionId, Status, User, UserId},
    server::{
        clock,
        ledger::Retry,
        store::{Credential, Key, Lane, Record, Session, Tx, record::SessionKind, transact},
    },
};
use futures::TryFutureExt;

/// How many sessions a person may have; the oldest makes room (S17).
const MOST: usize = 50;
/// Seconds between two notes that a session or a token is in use.
pub(super) const NOTE_EVERY: i64 = 60;
const AGENT_BYTES: usize = 200;

/// How long a new session lives, in seconds: unused, and in all.
pub(super) struct Lifetime {
    pub(super) idle: i64,
    pub(super) absolute: i64,
}

impl Auth {
    /// The caller behind a session cookie's value; `None` when it is dead or forged (S10–S13, S16).
    pub async fn by_cookie(&self, cookie: &str) -> Result<Option<Caller>, Problem> {
        let found = self.page_session(cookie).await?;
        Ok(found.map(|(caller, session)| {
            self.note_use(&session);
            caller
        }))
    }

    /// As [`Auth::by_cookie`] for what an open page does by itself, which keeps nobody signed in (S17).
    pub async fn by_cookie_unused(&self, cookie: &str) -> Result<Option<Caller>, Problem> {
        Ok(self.page_session(cookie).await?.map(|(caller, _)| caller))
    }

    async fn page_session(&self, cookie: &str) -> Result<Option<(Caller, Session)>, Problem> {
        let Some(claims) = jwt::verify(&self.keys, &self.config.base_url, Kind::Page, cookie) else { return Ok(None) };
        let Some((user, session)) = self.live_session(claims.sid, claims.sub).await? else { return Ok(None) };
        if session.kind != SessionKind::Web {
            return Ok(None);
        }
        Ok(Some((Caller { user, access: Access::Page(session.id) }, session)))
    }

    /// Whether the session of a page's caller is alive now. Asking is no use of it.
    pub async fn is_alive(&self, caller: &Caller) -> Result<bool, Problem> {
        match caller.access {
            Access::Page(id) => Ok(self.live_session(id, caller.user.id).await?.is_some()),
            _ => Ok(false),
        }
    }

    /// A fresh cookie value and its `Max-Age` once half the life of this one is over, so that a person
    /// who comes back within the idle limit stays signed in. For a cookie that [`Auth::by_cookie`] has accepted.
    pub fn renewed_cookie(&self, cookie: &str) -> Result<Option<(String, i64)>, Problem> {
        let Some(claims) = jwt::verify(&self.keys, &self.config.base_url, Kind::Page, cookie) else { return Ok(None) };
        let left = claims.exp.saturating_sub(clock::now().seconds());
        if left > self.config.limits.session_idle / 2 {
            return Ok(None);
        }
        self.cookie(claims.sub, claims.sid).map(Some)
    }

    pub(super) fn cookie(&self, user: UserId, session: SessionId) -> Result<(String, i64), Problem> {
        let life = self.config.limits.session_idle;
        Ok((jwt::sign(&self.keys, &self.config.base_url, Kind::Page, user, session, life)?, life))
    }

    pub async fn sign_out(&self, caller: &Caller) -> Result<(), Problem> {
        let Some(session) = caller.session() else { return Ok(()) };
        self.drop_session(caller.user.id, session).await
    }

    /// Those that are alive, newest first. Needs scope `account`.
    pub async fn sessions(&self, caller: &Caller) -> Result<Vec<Session>, Problem> {
        caller.require(Scope::Account)?;
        let version = self.store.credential(caller.user.id).await?.map(|credential| credential.token_version);
        let now = clock::now();
        let mut sessions = self.store.sessions_of(caller.user.id).await?;
        sessions.retain(|session| {
            is_begun(session) && version == Some(session.token_version) && session.idle_until > now && session.ends_at > now
        });
        if sessions.iter().any(|session| session.program().is_some()) {
            let programs = self.store.programs().await?;
            sessions.retain(|session| session.program().is_none_or(|id| programs.iter().any(|program| program.id == id)));
        }
        sessions.sort_by_key(|session| std::cmp::Reverse(session.created_at));
        Ok(sessions)
    }

    /// 404 for somebody else's. Needs scope `account`.
    pub async fn end_session(&self, caller: &Caller, id: SessionId) -> Result<(), Problem> {
        caller.require(Scope::Account)?;
        match self.store.session(id).await? {
            Some(session) if session.user == caller.user.id => self.drop_session(caller.user.id, id).await,
            _ => Err(Problem::not_found()),
        }
    }

    pub(super) async fn drop_session(&self, user: UserId, id: SessionId) -> Result<(), Problem> {
        transact(&*self.store, Lane::User(user), move |tx| {
            Box::pin(async move { Ok(tx.delete(&[Key::Session(user, id)]).await?) })
        })
        .await?;
        self.live.look_again(user);
        Ok(())
    }

    /// The user and the row of a session that is alive now: not idle too long, not too old, its user
    /// active, the password the one it began with.
    pub(super) async fn live_session(&self, id: SessionId, of: UserId) -> Result<Option<(User, Session)>, Problem> {
        let standing = self.standing_session(id, of).await?;
        Ok(standing.filter(|(_, session)| is_begun(session)))
    }

    /// As [`Auth::live_session`], of a grant also while its code was not used yet. One of a program that was removed is dead.
    pub(super) async fn standing_session(&self, id: SessionId, of: UserId) -> Result<Option<(User, Session)>, Problem> {
        let Some((session, user, credential)) = self.store.session_holder(id).await? else { return Ok(None) };
        let now = clock::now();
        let alive = user.id == of
            && user.status == Status::Active
            && session.token_version == credential.token_version
            && session.idle_until > now
            && session.ends_at > now;
        if let SessionKind::OAuth { consent: Some(consent), .. } = &session.kind
            && alive
            && self.store.program(consent.program).await?.is_none()
        {
            return Ok(None);
        }
        Ok(alive.then_some((user, session)))
    }

    /// Writes the row of a session for somebody who has proved their password, forgives their failures,
    /// stores their rehashed password and drops their oldest sessions, all at once. `retry`: 409 `already_done`
    /// when its key has opened one before.
    pub(super) async fn open_session(
        &self,
        proved: Proved,
        kind: SessionKind,
        life: Lifetime,
        retry: Option<Retry>,
        client: &Client,
    ) -> Result<Session, Problem> {
        let (user, now) = (proved.user.id, clock::now());
        let session = Session {
            id: SessionId::new(),
            user,
            token_version: proved.credential.token_version,
            kind,
            created_at: now,
            last_seen_at: now,
            idle_until: now.plus_seconds(life.idle.min(life.absolute)),
            ends_at: now.plus_seconds(life.absolute),
            agent: agent_of(client),
            address: client.address.to_canonical().to_string(),
        };
        self.stay(&proved.user, client).await?;
        let mut others = self.store.sessions_of(user).await?;
        others.sort_by_key(|other| std::cmp::Reverse(other.created_at));
        let mut gone: Vec<Key> = others.iter().skip(MOST - 1).map(|oldest| Key::Session(user, oldest.id)).collect();
        gone.extend(proved.attempt.as_ref().map(super::throttle::Attempt::key));
        let (row, credential, rehashed) = (session.clone(), proved.credential.clone(), proved.rehashed.clone());
        transact(&*self.store, Lane::User(user), move |tx| {
            let (row, gone, proved, rehashed) = (row.clone(), gone.clone(), credential.password_hash.clone(), rehashed.clone());
            let retry = retry.clone();
            Box::pin(async move {
                if let Some(retry) = retry {
                    retry.replay_in(tx, user).await?;
                    tx.put(&[Record::Idempotent(retry.kept(user, None, now))]).await?;
                }
                if let Some(Record::Credential(mut kept)) = tx.get(Key::Credential(user)).await? {
                    if let Some(hash) = rehashed
                        && kept.password_hash == proved
                    {
                        kept.password_hash = hash.0;
                    }
                    kept.last_seen_at = Some(now);
                    tx.put(&[Record::Credential(kept)]).await?;
                }
                tx.delete(&gone).await?;
                Ok(tx.put(&[Record::Session(row)]).await?)
            })
        })
        .await?;
        Ok(session)
    }

    /// Moves a page session's idle limit on, at most once a minute, beside the request: a store that
    /// cannot write must not keep a person from reading (S24 exempts it).
    fn note_use(&self, seen: &Session) {
        let (now, idle) = (clock::now(), self.config.limits.session_idle);
        if seen.last_seen_at.plus_seconds(NOTE_EVERY.min(idle / 2)) > now {
            return;
        }
        let (store, user, id, known) = (self.store.clone(), seen.user, seen.id, seen.last_seen_at);
        let noted = async move {
            transact(&*store, Lane::User(user), move |tx| {
                Box::pin(async move {
                    if let Some(Record::Session(mut row)) = tx.get(Key::Session(user, id)).await?
                        && row.last_seen_at == known
                    {
                        row.last_seen_at = now;
                        row.idle_until = now.plus_seconds(idle).min(row.ends_at);
                        tx.put(&[Record::Session(row)]).await?;
                        note_seen(tx, user, now).await?;
                    }
                    Ok(())
                })
            })
            .await
        };
        tokio::spawn(noted.inspect_err(|cause| tracing::warn!(%cause, "the use of a session was not noted")));
    }
}

/// False for a grant whose code was not used yet.
fn is_begun(session: &Session) -> bool {
    !matches!(&session.kind, SessionKind::OAuth { consent: Some(consent), .. } if !consent.spent)
}

/// What a browser or program calls itself, cut where it is long.
pub(super) fn agent_of(client: &Client) -> String {
    client.agent[..client.agent.floor_char_boundary(AGENT_BYTES)].to_owned()
}

/// Notes that a person is here.
pub(super) async fn note_seen(tx: &mut dyn Tx, user: UserId, now: Instant) -> Result<(), Problem> {
    if let Some(Record::Credential(kept)) = tx.get(Key::Credential(user)).await?
        && kept.last_seen_at < Some(now)
    {
        tx.put(&[Record::Credential(Credential { last_seen_at: Some(now), ..kept })]).await?;
    }
    Ok(())
}

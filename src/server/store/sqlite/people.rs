//! People, categories, and what lets people in.

use super::{
    super::{Credential, Job, Key, Presence, Record, Removal, Result, Session, Token},
    rows::{self, id},
    sql::{all, body, count, one, run},
};
use crate::domain::{Category, Instant, Program, SessionId, User, UserId, token::TokenInfo};
use rusqlite::{Connection, params};

pub fn user_by_name(c: &Connection, username: &str) -> Result<Option<User>> {
    one(c, "SELECT body FROM users WHERE username = ?", [username], body)
}
pub fn users(c: &Connection) -> Result<Vec<User>> {
    all(c, "SELECT body FROM users ORDER BY username", [], body)
}
pub fn users_after(c: &Connection, after: &str, limit: u32) -> Result<Vec<User>> {
    all(c, "SELECT body FROM users WHERE username > ? ORDER BY username LIMIT ?", params![after, limit], body)
}
pub fn user_count(c: &Connection) -> Result<u64> {
    Ok(one(c, "SELECT count(*) FROM users", [], |row| count(row, 0))?.unwrap_or(0))
}
/// The kept sums know how many expenses there are.
pub fn presence(c: &Connection, user: UserId) -> Result<Presence> {
    let (last_seen_at, second_factor) = match rows::get(c, &Key::Credential(user))? {
        Some(Record::Credential(credential)) => (credential.last_seen_at, credential.second_factor().is_some()),
        _ => (None, false),
    };
    let sql = "SELECT coalesce(sum(n), 0) FROM sums WHERE owner = ? AND unit = 100";
    let expenses = one(c, sql, [id(user.0)], |row| count(row, 0))?.unwrap_or(0);
    Ok(Presence { last_seen_at, second_factor, expenses })
}
pub fn seen_last(c: &Connection, limit: usize) -> Result<Vec<(UserId, Instant)>> {
    // Instants as text are in the order of time.
    let sql = "SELECT body FROM credentials WHERE body ->> 'last_seen_at' IS NOT NULL ORDER BY body ->> 'last_seen_at' DESC, user LIMIT ?";
    let found: Vec<Credential> = all(c, sql, [i64::try_from(limit).unwrap_or(i64::MAX)], body)?;
    Ok(found.into_iter().filter_map(|credential| Some((credential.user, credential.last_seen_at?))).collect())
}
pub fn active_admins(c: &Connection) -> Result<u64> {
    Ok(one(c, "SELECT count(*) FROM users WHERE active_admin", [], |row| count(row, 0))?.unwrap_or(0))
}

pub fn category_by_name(c: &Connection, key: &str) -> Result<Option<Category>> {
    one(c, "SELECT body FROM categories WHERE name_key = ?", [key], body)
}
pub fn categories(c: &Connection) -> Result<Vec<Category>> {
    all(c, "SELECT body FROM categories ORDER BY coalesce(body ->> 'position', 0), name_key", [], body)
}

pub fn programs(c: &Connection) -> Result<Vec<Program>> {
    all(c, "SELECT body FROM programs ORDER BY name_key", [], body)
}

pub fn session(c: &Connection, session: SessionId) -> Result<Option<Session>> {
    one(c, "SELECT body FROM sessions WHERE id = ?", [id(session.0)], body)
}
pub fn session_holder(c: &Connection, id: SessionId) -> Result<Option<(Session, User, Credential)>> {
    let Some(session) = session(c, id)? else { return Ok(None) };
    match (rows::get(c, &Key::User(session.user))?, rows::get(c, &Key::Credential(session.user))?) {
        (Some(Record::User(user)), Some(Record::Credential(credential))) => Ok(Some((session, user, credential))),
        _ => Ok(None),
    }
}
pub fn sessions_of(c: &Connection, user: UserId) -> Result<Vec<Session>> {
    all(c, "SELECT body FROM sessions WHERE user = ? ORDER BY id DESC", [id(user.0)], body)
}
pub fn end_sessions(c: &Connection, user: UserId, except: Option<SessionId>) -> Result<()> {
    let sql = "DELETE FROM sessions WHERE user = ? AND id IS NOT ?";
    run(c, sql, params![id(user.0), except.map(|s| id(s.0))]).map(drop)
}

pub fn end_tokens(c: &Connection, user: UserId) -> Result<()> {
    run(c, "DELETE FROM tokens WHERE user = ?", [id(user.0)]).map(drop)
}

pub fn token_by_hash(c: &Connection, hash: &str) -> Result<Option<Token>> {
    one(c, "SELECT body FROM tokens WHERE hash = ?", [hash], body)
}
pub fn token_holder(c: &Connection, hash: &str) -> Result<Option<(Token, User)>> {
    let Some(token) = token_by_hash(c, hash)? else { return Ok(None) };
    match rows::get(c, &Key::User(token.user))? {
        Some(Record::User(user)) => Ok(Some((token, user))),
        _ => Ok(None),
    }
}
pub fn tokens_of(c: &Connection, user: UserId) -> Result<Vec<TokenInfo>> {
    all(c, "SELECT body FROM tokens WHERE user = ? ORDER BY id DESC", [id(user.0)], |row| {
        let Token { id, name, scopes, expires_on, created_at, last_used_at, .. } = body(row)?;
        Ok(TokenInfo { id, name, scopes, expires_on, created_at, last_used_at })
    })
}

pub fn end_links(c: &Connection) -> Result<()> {
    run(c, "DELETE FROM links", []).map(drop)
}

/// Who is going, or gone.
pub fn removals(c: &Connection) -> Result<Vec<Removal>> {
    all(c, "SELECT body FROM removals ORDER BY user", [], body)
}

/// Large commands that are at work.
pub fn jobs(c: &Connection) -> Result<Vec<Job>> {
    all(c, "SELECT body FROM jobs ORDER BY owner", [], body)
}

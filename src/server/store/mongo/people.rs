//! People, categories, and what lets people in.

use super::{
    super::{Credential, Job, Link, Presence, Removal, Session, Token},
    ask::Ask,
    docs::{body, plain, uuid},
    error::{Result, damaged},
    kind::{Kind, SUMS},
    migrations::BY_DAY,
};
use crate::domain::{Category, Instant, Program, User, UserId, token::TokenInfo};
use mongodb::{
    bson::{Bson, RawDocument, doc, raw::RawBsonRef},
    options::{AggregateOptions, FindOptions, Hint},
};

pub async fn users(ask: &mut Ask<'_>) -> Result<Vec<User>> {
    let options = FindOptions::builder().sort(doc! { "username": 1 }).build();
    ask.find(Kind::User.name(), doc! {}, options, body).await
}

pub async fn users_after(ask: &mut Ask<'_>, after: &str, limit: u32) -> Result<Vec<User>> {
    let options = FindOptions::builder().sort(doc! { "username": 1 }).limit(i64::from(limit)).build();
    ask.find(Kind::User.name(), doc! { "username": { "$gt": after } }, options, body).await
}

/// All credentials are read, which are as few as people.
pub async fn seen_last(ask: &mut Ask<'_>, limit: usize) -> Result<Vec<(UserId, Instant)>> {
    let all = ask.find(Kind::Credential.name(), doc! {}, FindOptions::default(), body::<Credential>).await?;
    let mut seen: Vec<_> = all.into_iter().filter_map(|credential| Some((credential.user, credential.last_seen_at?))).collect();
    seen.sort_by_key(|(user, at)| (std::cmp::Reverse(*at), *user));
    seen.truncate(limit);
    Ok(seen)
}

pub async fn user_count(ask: &mut Ask<'_>) -> Result<u64> {
    let count = doc! { "$group": { "_id": Bson::Null, "n": { "$sum": 1_i64 } } };
    let counted = ask.aggregate(Kind::User.name(), vec![count], AggregateOptions::default(), number).await?;
    Ok(counted.into_iter().next().unwrap_or(0))
}

fn number(d: &RawDocument) -> Result<u64> {
    let n = d.get_i64("n").map_err(|_| damaged("a count"))?;
    Ok(u64::try_from(n).map_err(|_| damaged("a count"))?)
}

fn owner(d: &RawDocument) -> Result<uuid::Uuid> {
    match d.get("_id")? {
        Some(RawBsonRef::Binary(bytes)) => Ok(plain(bytes.to_binary().to_uuid().map_err(|_| damaged("an owner"))?)),
        _ => Err(damaged("an owner").into()),
    }
}

/// The kept sums know how many expenses there are.
pub async fn presence(ask: &mut Ask<'_>, ids: &[UserId]) -> Result<Vec<Presence>> {
    let wanted: Vec<Bson> = ids.iter().map(|id| uuid(id.0).into()).collect();
    let find = doc! { "_id": { "$in": &wanted } };
    let seen = ask.find(Kind::Credential.name(), find, FindOptions::default(), body::<Credential>).await?;
    let months = doc! { "$match": { "owner": { "$in": wanted }, "unit": 100_i64 } };
    let group = doc! { "$group": { "_id": "$owner", "n": { "$sum": "$n" } } };
    let options = AggregateOptions::builder().hint(Hint::Name(BY_DAY.to_owned())).build();
    let counts = ask.aggregate(SUMS, vec![months, group], options, |d| Ok((owner(d)?, number(d)?))).await?;
    let presence = |id: &UserId| Presence {
        last_seen_at: seen.iter().find(|c| c.user == *id).and_then(|c| c.last_seen_at),
        second_factor: seen.iter().any(|c| c.user == *id && c.second_factor().is_some()),
        expenses: counts.iter().find(|(owner, _)| *owner == id.0).map_or(0, |(_, n)| *n),
    };
    Ok(ids.iter().map(presence).collect())
}

pub async fn categories(ask: &mut Ask<'_>) -> Result<Vec<Category>> {
    let options = FindOptions::builder().sort(doc! { "body.position": 1, "name_key": 1 }).build();
    ask.find(Kind::Category.name(), doc! {}, options, body).await
}

pub async fn programs(ask: &mut Ask<'_>) -> Result<Vec<Program>> {
    let options = FindOptions::builder().sort(doc! { "name_key": 1 }).build();
    ask.find(Kind::Program.name(), doc! {}, options, body).await
}

/// Newest first.
pub async fn sessions_of(ask: &mut Ask<'_>, user: UserId) -> Result<Vec<Session>> {
    let options = FindOptions::builder().sort(doc! { "_id": -1 }).build();
    ask.find(Kind::Session.name(), doc! { "owner": uuid(user.0) }, options, body).await
}

/// Newest first.
pub async fn tokens_of(ask: &mut Ask<'_>, user: UserId) -> Result<Vec<TokenInfo>> {
    let options = FindOptions::builder().sort(doc! { "_id.id": -1 }).build();
    let tokens = ask.find(Kind::Token.name(), doc! { "owner": uuid(user.0) }, options, body::<Token>).await?;
    let info = |Token { id, name, scopes, expires_on, created_at, last_used_at, .. }| TokenInfo {
        id,
        name,
        scopes,
        expires_on,
        created_at,
        last_used_at,
    };
    Ok(tokens.into_iter().map(info).collect())
}

/// Every link that was handed out.
pub async fn links(ask: &mut Ask<'_>) -> Result<Vec<Link>> {
    ask.find(Kind::Link.name(), doc! {}, FindOptions::default(), body).await
}

/// Who is going, or gone.
pub async fn removals(ask: &mut Ask<'_>) -> Result<Vec<Removal>> {
    let options = FindOptions::builder().sort(doc! { "_id": 1 }).build();
    ask.find(Kind::Removal.name(), doc! {}, options, body).await
}

/// Large commands that are at work.
pub async fn jobs(ask: &mut Ask<'_>) -> Result<Vec<Job>> {
    ask.find(Kind::Job.name(), doc! {}, FindOptions::default(), body).await
}

//! People, categories, and what lets people in.

use super::{
    super::{Credential, Job, Presence, Session, Token},
    ask::Ask,
    docs::{Kind, SUMS, body, plain, uuid},
    error::{Result, damaged},
    migrations::BY_DATE,
};
use crate::domain::{Category, User, UserId, token::TokenInfo};
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
    let options = AggregateOptions::builder().hint(Hint::Name(BY_DATE.to_owned())).build();
    let counts = ask.aggregate(SUMS, vec![months, group], options, |d| Ok((owner(d)?, number(d)?))).await?;
    let presence = |id: &UserId| Presence {
        last_seen_at: seen.iter().find(|c| c.user == *id).and_then(|c| c.last_seen_at),
        expenses: counts.iter().find(|(owner, _)| *owner == id.0).map_or(0, |(_, n)| *n),
    };
    Ok(ids.iter().map(presence).collect())
}

pub async fn categories(ask: &mut Ask<'_>) -> Result<Vec<Category>> {
    let options = FindOptions::builder().sort(doc! { "name_key": 1 }).build();
    ask.find(Kind::Category.name(), doc! {}, options, body).await
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

/// Large commands that are at work.
pub async fn jobs(ask: &mut Ask<'_>) -> Result<Vec<Job>> {
    ask.find(Kind::Job.name(), doc! {}, FindOptions::default(), body).await
}

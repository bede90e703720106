//! People, categories, and what lets people in.

use super::{
    super::{Job, Session, Token},
    ask::Ask,
    docs::{Kind, body, uuid},
    error::Result,
};
use crate::domain::{Category, User, UserId, token::TokenInfo};
use mongodb::{bson::doc, options::FindOptions};

pub async fn users(ask: &mut Ask<'_>) -> Result<Vec<User>> {
    let options = FindOptions::builder().sort(doc! { "username": 1 }).build();
    ask.find(Kind::User.name(), doc! {}, options, body).await
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

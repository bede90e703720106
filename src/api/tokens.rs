//! Tokens: server functions. The text of a token leaves the server once, in the answer that made it.

use super::{Answer, done::Done};
use crate::domain::{TokenId, token::TokenInfo};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

/// The caller's personal access tokens.
#[server(prefix = "/api/page", endpoint = "tokens/list", client = super::Browser, output = super::Json)]
pub async fn tokens() -> Answer<Vec<TokenInfo>> {
    use super::reply;
    Ok(reply::app().store.tokens_of(reply::caller()?.user.id).await?)
}

/// A token that has just been made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewToken {
    pub done: Done,
    /// To be copied now: it is not kept.
    pub token: String,
}

/// Makes a token. `expires_on` is a day, blank for the longest that is usual.
#[server(prefix = "/api/page", endpoint = "tokens/create", client = super::Browser, output = super::Json)]
pub async fn create_token(
    name: String,
    #[server(default)] read: bool,
    #[server(default)] write: bool,
    #[server(default)] import: bool,
    #[server(default)] admin: bool,
    #[server(default)] expires_on: String,
    key: String,
) -> Answer<NewToken> {
    use super::reply;
    use crate::domain::{Day, FieldError, Problem, Scope, Scopes, day::NotADay, text::Name};
    let caller = reply::caller()?;
    let ticked = [(read, Scope::Read), (write, Scope::Write), (import, Scope::Import), (admin, Scope::Admin)];
    let scopes = Scopes::of(&ticked.into_iter().filter_map(|(ticked, scope)| ticked.then_some(scope)).collect::<Vec<_>>());
    let retry = reply::retry(&key, &["create_token", &name, &scopes.to_string(), &expires_on]);
    let mut errors: Vec<FieldError> = Vec::new();
    let mut keep = |error: FieldError| errors.push(error);
    let name = Name::parse(&name).map_err(|e| keep(e.of("name"))).ok();
    if scopes.is_empty() {
        keep(FieldError::new("scopes", "required", "Choose at least one thing the token may do."));
    }
    let until = (!expires_on.trim().is_empty()).then(|| expires_on.trim().parse::<Day>()).transpose();
    let until = until.map_err(|e: NotADay| keep(FieldError::new("expires_on", "invalid_date", e.to_string()))).ok();
    let (Some(name), Some(until), true) = (name, until, errors.is_empty()) else { return Err(Problem::invalid(errors)) };
    let (outcome, token) = reply::app().auth.create_token(&caller, Some(retry), name, scopes, until).await?;
    reply::show_once(&token);
    Ok(NewToken { done: outcome.into(), token })
}

/// Ends a token at once.
#[server(prefix = "/api/page", endpoint = "tokens/revoke", client = super::Browser, output = super::Json)]
pub async fn revoke_token(revoked: TokenId) -> Answer<()> {
    use super::reply;
    reply::app().auth.revoke_token(&reply::caller()?, revoked).await?;
    reply::notice("The token is revoked.", None);
    Ok(())
}

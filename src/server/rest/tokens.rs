//! `/tokens`: personal access tokens. The token itself is in one answer only and nowhere else (S22).

use super::{
    body::Post,
    extract::{Holder, Id},
    list::{List, Query},
    problem::Answer,
    reply::Created,
    schema,
};
use crate::{
    domain::{Day, Effect, FieldError, Instant, Problem, Scope, Scopes, TokenId, text::Name, token::TokenInfo},
    server::App,
};
use axum::{Json, extract::State, http::StatusCode};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A personal access token, without the token itself.
#[derive(Serialize, ToSchema)]
#[schema(as = Token)]
pub struct TokenBody {
    #[schema(value_type = String, format = Uuid)]
    id: TokenId,
    #[schema(value_type = String)]
    name: Name,
    #[schema(schema_with = schema::token_scopes)]
    scopes: Scopes,
    /// The last day on which it works (UTC).
    #[schema(value_type = String, format = Date)]
    expires_on: Day,
    #[schema(value_type = String, format = DateTime)]
    created_at: Instant,
    #[schema(value_type = Option<String>, format = DateTime, required = true)]
    last_used_at: Option<Instant>,
}

impl From<TokenInfo> for TokenBody {
    fn from(t: TokenInfo) -> Self {
        Self {
            id: t.id,
            name: t.name,
            scopes: t.scopes,
            expires_on: t.expires_on,
            created_at: t.created_at,
            last_used_at: t.last_used_at,
        }
    }
}

/// A token that has just been made.
#[derive(Serialize, ToSchema)]
pub struct FreshToken {
    #[serde(flatten)]
    info: TokenBody,
    /// Shown only here. Begins with `outlay_pat_`.
    token: String,
}

/// A new personal access token.
#[derive(Deserialize, ToSchema)]
#[schema(example = json!({"name": "Backups", "scopes": ["read"]}))]
#[serde(deny_unknown_fields)]
pub struct NewToken {
    #[schema(schema_with = schema::name)]
    name: String,
    #[schema(schema_with = schema::token_scopes)]
    scopes: Vec<String>,
    /// The last day on which it works; in 90 days when absent.
    #[serde(default)]
    #[schema(format = Date)]
    expires_on: Option<String>,
}

impl NewToken {
    fn read(&self) -> Result<(Name, Scopes, Option<Day>), Vec<FieldError>> {
        let mut errors = Vec::new();
        let name = Name::parse(&self.name).map_err(|e| errors.push(e.of("name"))).ok();
        let scopes: Result<Vec<Scope>, _> = self.scopes.iter().map(|s| s.parse()).collect();
        let scopes = match scopes {
            Ok(list) if list.is_empty() => Err("required"),
            Ok(list) if list.contains(&Scope::Account) => Err("unknown_scope"),
            Ok(list) => Ok(Scopes::of(&list)),
            Err(_) => Err("unknown_scope"),
        };
        let message = "Choose at least one of read, write, import and admin.";
        let scopes = scopes.map_err(|code| errors.push(FieldError::new("scopes", code, message))).ok();
        let expires_on = self.expires_on.as_ref().map(|d| d.parse::<Day>()).transpose();
        let expires_on = expires_on.map_err(|e| errors.push(FieldError::new("expires_on", "invalid_date", e.to_string()))).ok();
        match (name, scopes, expires_on) {
            (Some(name), Some(scopes), Some(expires_on)) => Ok((name, scopes, expires_on)),
            _ => Err(errors),
        }
    }
}

/// List the own personal access tokens.
#[utoipa::path(get, path = "/tokens", tag = "tokens", params(super::list::PageParams),
    responses((status = 200, body = List<TokenBody>)), security(("bearer" = ["account"])))]
pub async fn list_tokens(State(app): State<App>, Holder(caller): Holder, query: Query) -> Answer<Json<List<TokenBody>>> {
    let all = app.store.tokens_of(caller.user.id).await?;
    Ok(Json(List::of(query.part(all, |t| t.id)?, TokenBody::from)))
}

/// Make a personal access token.
///
/// The answer is the only place where the token is shown; a replay of the request is 409 `already_done`.
#[utoipa::path(post, path = "/tokens", tag = "tokens", request_body = NewToken,
    responses((status = 201, body = FreshToken)), security(("bearer" = ["account"])))]
pub async fn create_token(
    State(app): State<App>,
    Holder(caller): Holder,
    Post { body, retry }: Post<NewToken>,
) -> Answer<Created<FreshToken>> {
    let (name, scopes, expires_on) = body.read()?;
    let (outcome, token) = app.auth.create_token(&caller, retry, name, scopes, expires_on).await?;
    let Effect::Token(info) = outcome.effect else { return Err(Problem::internal().into()) };
    Ok(Created { path: format!("/tokens/{}", info.id), version: None, body: FreshToken { info: info.into(), token } })
}

/// Revoke a personal access token.
#[utoipa::path(delete, path = "/tokens/{id}", tag = "tokens", params(("id" = String, Path, format = Uuid)),
    responses((status = 204)), security(("bearer" = ["account"])))]
pub async fn revoke_token(State(app): State<App>, Holder(caller): Holder, Id(id): Id<TokenId>) -> Answer<StatusCode> {
    app.auth.revoke_token(&caller, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

//! `/admin/oauth-clients`: programs that may ask people for access.

use super::{
    body::Post,
    extract::{Admin, Id},
    list::{List, Query},
    problem::Answer,
    reply::Created,
    schema,
};
use crate::{
    domain::{
        Effect, FieldError, Instant, Problem, Program, ProgramId, Scope, Scopes,
        program::{RedirectUri, addresses},
        text::Name,
    },
    server::App,
};
use axum::{Json, extract::State, http::StatusCode};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A program that may ask people for access. It has no secret: PKCE stands in for one.
#[derive(Serialize, ToSchema)]
#[schema(as = OauthClient)]
pub struct ProgramBody {
    /// The `client_id`.
    #[schema(value_type = String, format = Uuid)]
    id: ProgramId,
    #[schema(value_type = String)]
    name: Name,
    /// Where it may be sent to, to the letter.
    #[schema(value_type = Vec<String>)]
    redirect_uris: Vec<RedirectUri>,
    /// The most it may ask for.
    #[schema(schema_with = schema::scopes)]
    scopes: Scopes,
    #[schema(value_type = String, format = DateTime)]
    created_at: Instant,
}

impl From<Program> for ProgramBody {
    fn from(p: Program) -> Self {
        Self { id: p.id, name: p.name, redirect_uris: p.redirect_uris, scopes: p.scopes, created_at: p.created_at }
    }
}

/// A program to be registered.
#[derive(Deserialize, ToSchema)]
#[schema(example = json!({"name": "Coffers", "redirect_uris": ["https://coffers.example/callback"], "scopes": ["read"]}))]
#[serde(deny_unknown_fields)]
pub struct NewProgram {
    /// People decide by it, so it is there once.
    #[schema(schema_with = schema::name)]
    name: String,
    /// 1 to 10: https, http on the person's own machine, or a scheme such as `com.example.app:/`.
    #[schema(min_items = 1, max_items = 10)]
    redirect_uris: Vec<String>,
    #[schema(schema_with = schema::scopes)]
    scopes: Vec<String>,
}

impl NewProgram {
    fn read(&self) -> Result<(Name, Vec<RedirectUri>, Scopes), Vec<FieldError>> {
        let mut errors = Vec::new();
        let name = Name::parse(&self.name).map_err(|e| errors.push(e.of("name"))).ok();
        let whole = |text: &&String| RedirectUri::parse(text).is_ok();
        let uris = match self.redirect_uris.iter().find(|text| !whole(text)) {
            Some(wrong) => RedirectUri::parse(wrong).map(|_| Vec::new()),
            None => addresses(self.redirect_uris.iter().map(String::as_str)),
        };
        let uris = uris.map_err(|e| errors.push(e)).ok();
        let scopes: Result<Vec<Scope>, _> = self.scopes.iter().map(|s| s.parse()).collect();
        let scopes = match scopes {
            Ok(list) if list.is_empty() => Err("required"),
            Ok(list) => Ok(Scopes::of(&list)),
            Err(_) => Err("unknown_scope"),
        };
        let message = "Choose at least one of read, write, import, admin and account.";
        let scopes = scopes.map_err(|code| errors.push(FieldError::new("scopes", code, message))).ok();
        match (name, uris, scopes) {
            (Some(name), Some(uris), Some(scopes)) => Ok((name, uris, scopes)),
            _ => Err(errors),
        }
    }
}

/// List the programs that may ask people for access, by name.
#[utoipa::path(get, path = "/admin/oauth-clients", tag = "admin", params(super::list::PageParams),
    responses((status = 200, body = List<ProgramBody>)), security(("bearer" = ["admin"])))]
pub async fn list_programs(State(app): State<App>, Admin(caller): Admin, query: Query) -> Answer<Json<List<ProgramBody>>> {
    let all = app.auth.programs(&caller).await?;
    Ok(Json(List::of(query.part(all, |p| p.id)?, ProgramBody::from)))
}

/// Register a program. It cannot be changed later, only removed: people decide by what it is.
#[utoipa::path(post, path = "/admin/oauth-clients", tag = "admin", request_body = NewProgram,
    responses((status = 201, body = ProgramBody)), security(("bearer" = ["admin"])))]
pub async fn register_program(
    State(app): State<App>,
    Admin(caller): Admin,
    Post { body, retry }: Post<NewProgram>,
) -> Answer<Created<ProgramBody>> {
    let (name, uris, scopes) = body.read()?;
    let outcome = app.auth.register_program(&caller, retry, (ProgramId::new(), name), uris, scopes).await?;
    let Effect::Program(program) = outcome.effect else { return Err(Problem::internal().into()) };
    Ok(Created { path: format!("/admin/oauth-clients/{}", program.id), version: None, body: program.into() })
}

/// Read one program.
#[utoipa::path(get, path = "/admin/oauth-clients/{id}", tag = "admin", params(("id" = String, Path, format = Uuid)),
    responses((status = 200, body = ProgramBody)), security(("bearer" = ["admin"])))]
pub async fn get_program(State(app): State<App>, Admin(caller): Admin, Id(id): Id<ProgramId>) -> Answer<Json<ProgramBody>> {
    Ok(Json(app.auth.program(&caller, id).await?.into()))
}

/// Remove a program; everything it was granted ends.
#[utoipa::path(delete, path = "/admin/oauth-clients/{id}", tag = "admin", params(("id" = String, Path, format = Uuid)),
    responses((status = 204)), security(("bearer" = ["admin"])))]
pub async fn remove_program(State(app): State<App>, Admin(caller): Admin, Id(id): Id<ProgramId>) -> Answer<StatusCode> {
    app.auth.remove_program(&caller, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

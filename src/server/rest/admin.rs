//! `/admin/users`: people, as admins see and change them.

use super::{
    body::{Bare, Strict, present},
    extract::{Admin, Id, IfMatch},
    list::{List, Query},
    problem::Answer,
    reply::Versioned,
    schema,
};
use crate::{
    domain::{
        Effect, FieldError, Instant, Problem, Role, Status, User, UserId,
        command::UserEdit,
        text::{Name, Username},
    },
    server::{App, auth::Client},
};
use axum::{Extension, Json, extract::State, http::StatusCode};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A person, without their money.
#[derive(Serialize, ToSchema)]
#[schema(as = Person)]
pub struct PersonBody {
    #[schema(value_type = String, format = Uuid)]
    id: UserId,
    #[schema(value_type = String)]
    username: Username,
    #[schema(value_type = String)]
    display_name: Name,
    #[schema(schema_with = schema::role)]
    role: Role,
    #[schema(schema_with = schema::status)]
    status: Status,
    version: u32,
    #[schema(value_type = String, format = DateTime)]
    created_at: Instant,
}

impl From<User> for PersonBody {
    fn from(user: User) -> Self {
        Self {
            id: user.id,
            username: user.username,
            display_name: user.display_name,
            role: user.role,
            status: user.status,
            version: user.version,
            created_at: user.created_at,
        }
    }
}

/// Changes to a person; an absent field stays as it is.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PersonChanges {
    #[serde(default, deserialize_with = "present")]
    #[schema(schema_with = schema::name, required = false)]
    display_name: Option<String>,
    #[serde(default, deserialize_with = "present")]
    #[schema(schema_with = schema::role, required = false)]
    role: Option<String>,
    #[serde(default, deserialize_with = "present")]
    #[schema(schema_with = schema::status, required = false)]
    status: Option<String>,
}

impl PersonChanges {
    fn read(&self) -> Result<UserEdit, Vec<FieldError>> {
        let mut errors = Vec::new();
        let display_name = self.display_name.as_deref().map(Name::parse).transpose();
        let display_name = display_name.map_err(|e| errors.push(e.of("display_name"))).ok();
        let role = self.role.as_deref().map(str::parse).transpose().map_err(|e| errors.push(e)).ok();
        let status = self.status.as_deref().map(str::parse).transpose().map_err(|e| errors.push(e)).ok();
        match (display_name, role, status) {
            (Some(display_name), Some(role), Some(status)) => Ok(UserEdit { display_name, role, status }),
            _ => Err(errors),
        }
    }
}

/// List everybody by username.
#[utoipa::path(get, path = "/admin/users", tag = "admin", params(super::list::PageParams),
    responses((status = 200, body = List<PersonBody>)), security(("bearer" = ["admin"])))]
pub async fn list_users(State(app): State<App>, Admin(caller): Admin, query: Query) -> Answer<Json<List<PersonBody>>> {
    let all = app.auth.users(&caller).await?;
    Ok(Json(List::of(query.part(all, |u| u.id)?, PersonBody::from)))
}

/// Read one person.
#[utoipa::path(get, path = "/admin/users/{id}", tag = "admin", params(("id" = String, Path, format = Uuid)),
    responses((status = 200, body = PersonBody)), security(("bearer" = ["admin"])))]
pub async fn get_user(State(app): State<App>, Admin(caller): Admin, Id(id): Id<UserId>) -> Answer<Versioned<PersonBody>> {
    let user = app.auth.user(&caller, id).await?;
    Ok(Versioned(user.version, user.into()))
}

/// Change a person's role, status or shown name.
///
/// A disabled person's sessions and tokens end at once. 409 `last_admin` when no active admin would be left.
#[utoipa::path(patch, path = "/admin/users/{id}", tag = "admin", params(("id" = String, Path, format = Uuid)),
    request_body = PersonChanges, responses((status = 200, body = PersonBody)), security(("bearer" = ["admin"])))]
pub async fn change_user(
    State(app): State<App>,
    Extension(client): Extension<Client>,
    Admin(caller): Admin,
    Id(id): Id<UserId>,
    IfMatch(version): IfMatch,
    Strict(body): Strict<PersonChanges>,
) -> Answer<Versioned<PersonBody>> {
    let outcome = app.auth.change_user(&caller, id, body.read()?, version, &client).await?;
    let Effect::User(user) = outcome.effect else { return Err(Problem::internal().into()) };
    Ok(Versioned(user.version, user.into()))
}

/// End every session of a person; their personal access tokens stay.
#[utoipa::path(post, path = "/admin/users/{id}/sign-out", tag = "admin", params(("id" = String, Path, format = Uuid)),
    responses((status = 204)), security(("bearer" = ["admin"])))]
pub async fn sign_out_user(
    State(app): State<App>,
    Extension(client): Extension<Client>,
    Admin(caller): Admin,
    Id(id): Id<UserId>,
    Bare(retry): Bare,
) -> Answer<StatusCode> {
    app.auth.sign_out_user(&caller, id, retry, &client).await?;
    Ok(StatusCode::NO_CONTENT)
}

//! `/admin/users`: people, as admins see and change them.

use super::{
    body::{Bare, Post, Strict, present},
    extract::{Admin, Id, IfMatch},
    list::{List, Query},
    problem::Answer,
    reply::Versioned,
    schema,
};
use crate::{
    domain::{
        FieldError, Instant, Problem, Role, Status, UserId,
        command::UserEdit,
        person::{DeletedPerson, PEOPLE_FIELDS, PeopleFilter, Person},
        text::{Name, Username},
    },
    server::{
        App,
        auth::{Client, FreshLink},
    },
};
use axum::{Extension, Json, extract::State, http::StatusCode};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

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
    /// When they were last here, to the minute.
    #[schema(value_type = Option<String>, format = DateTime, required = true)]
    last_seen_at: Option<Instant>,
    /// Whether they have a second factor.
    second_factor: bool,
    /// How many expenses they have.
    expenses: u64,
    /// When they go for good, if they have deleted their account and do not sign in again.
    #[schema(value_type = Option<String>, format = DateTime, required = true)]
    leaves_at: Option<Instant>,
}

impl From<Person> for PersonBody {
    fn from(person: Person) -> Self {
        let Person {
            id,
            username,
            display_name,
            role,
            status,
            version,
            created_at,
            last_seen_at,
            second_factor,
            expenses,
            leaves_at,
        } = person;
        Self { id, username, display_name, role, status, version, created_at, last_seen_at, second_factor, expenses, leaves_at }
    }
}

/// Which people.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "describes the query for the OpenAPI document")]
pub struct PeopleParams {
    /// Every word of it begins a word of the username or the shown name.
    #[param(nullable = false, max_length = 200)]
    q: Option<String>,
    #[param(nullable = false, schema_with = schema::role)]
    role: Option<String>,
    #[param(nullable = false, schema_with = schema::status)]
    status: Option<String>,
}

/// Changes to a person; an absent field stays as it is.
#[derive(Deserialize, ToSchema)]
#[schema(example = json!({"status": "disabled"}))]
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

/// List people by username.
#[utoipa::path(get, path = "/admin/users", tag = "admin", params(PeopleParams, super::list::PageParams),
    responses((status = 200, body = List<PersonBody>)), security(("bearer" = ["admin"])))]
pub async fn list_users(State(app): State<App>, Admin(caller): Admin, query: Query) -> Answer<Json<List<PersonBody>>> {
    query.only(&[&PEOPLE_FIELDS[..], &["limit", "cursor"]].concat(), &[])?;
    let filter = PeopleFilter::read(query.pairs())?;
    Ok(Json(List::of(app.auth.people(&caller, &filter, &query.page()?).await?, PersonBody::from)))
}

/// Read one person.
#[utoipa::path(get, path = "/admin/users/{id}", tag = "admin", params(("id" = String, Path, format = Uuid)),
    responses((status = 200, body = PersonBody)), security(("bearer" = ["admin"])))]
pub async fn get_user(State(app): State<App>, Admin(caller): Admin, Id(id): Id<UserId>) -> Answer<Versioned<PersonBody>> {
    let person = app.auth.person(&caller, id).await?;
    Ok(Versioned(person.version, person.into()))
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
    let person = app.auth.changed(app.auth.change_user(&caller, id, body.read()?, version, &client).await?).await?;
    Ok(Versioned(person.version, person.into()))
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

/// Delete a person.
///
/// They are signed out at once and seen by nobody; all that is theirs is kept for a while, in which they can be restored. 409
/// `last_admin` when no active admin would be left.
#[utoipa::path(delete, path = "/admin/users/{id}", tag = "admin", params(("id" = String, Path, format = Uuid)),
    responses((status = 204)), security(("bearer" = ["admin"])))]
pub async fn delete_user(
    State(app): State<App>,
    Extension(client): Extension<Client>,
    Admin(caller): Admin,
    Id(id): Id<UserId>,
    IfMatch(version): IfMatch,
) -> Answer<StatusCode> {
    app.auth.delete_user(&caller, id, version, &client).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A link that works once; only here, it is not kept.
#[derive(Serialize, ToSchema)]
#[schema(as = Link)]
pub struct LinkBody {
    url: String,
    #[schema(value_type = String, format = DateTime)]
    expires_at: Instant,
}

impl LinkBody {
    fn made(link: FreshLink) -> (StatusCode, Json<Self>) {
        (StatusCode::CREATED, Json(Self { url: link.url, expires_at: link.ends_at }))
    }
}

/// Make a link by which somebody may sign up, once.
///
/// 403 `sign_up_closed` while sign-up is closed. A replay of the request is 409 `already_done`.
#[utoipa::path(post, path = "/admin/invites", tag = "admin", responses((status = 201, body = LinkBody)),
    security(("bearer" = ["admin"])))]
pub async fn invite(
    State(app): State<App>,
    Extension(client): Extension<Client>,
    Admin(caller): Admin,
    Bare(retry): Bare,
) -> Answer<(StatusCode, Json<LinkBody>)> {
    Ok(LinkBody::made(app.auth.invite(&caller, retry, &client).await?))
}

/// Make a link by which a person may choose a new password, once; the one before it ends.
///
/// A replay of the request is 409 `already_done`.
#[utoipa::path(post, path = "/admin/users/{id}/reset-link", tag = "admin", params(("id" = String, Path, format = Uuid)),
    responses((status = 201, body = LinkBody)), security(("bearer" = ["admin"])))]
pub async fn make_reset_link(
    State(app): State<App>,
    Extension(client): Extension<Client>,
    Admin(caller): Admin,
    Id(id): Id<UserId>,
    Bare(retry): Bare,
) -> Answer<(StatusCode, Json<LinkBody>)> {
    Ok(LinkBody::made(app.auth.reset_link(&caller, id, retry, &client).await?))
}

/// Somebody who was deleted and is still kept.
#[derive(Serialize, ToSchema)]
#[schema(as = DeletedPerson)]
pub struct DeletedBody {
    #[schema(value_type = String, format = Uuid)]
    id: UserId,
    #[schema(value_type = String)]
    username: Username,
    #[schema(value_type = String)]
    display_name: Name,
    #[schema(schema_with = schema::role)]
    role: Role,
    #[schema(value_type = String, format = DateTime)]
    deleted_at: Instant,
    /// Afterwards all that is theirs is taken away.
    #[schema(value_type = String, format = DateTime)]
    kept_until: Instant,
    /// How many expenses they have.
    expenses: u64,
}

impl From<DeletedPerson> for DeletedBody {
    fn from(person: DeletedPerson) -> Self {
        let DeletedPerson { id, username, display_name, role, deleted_at, kept_until, expenses } = person;
        Self { id, username, display_name, role, deleted_at, kept_until, expenses }
    }
}

/// List who was deleted and is still kept, the last one first.
#[utoipa::path(get, path = "/admin/deleted-users", tag = "admin", params(super::list::PageParams),
    responses((status = 200, body = List<DeletedBody>)), security(("bearer" = ["admin"])))]
pub async fn list_deleted(State(app): State<App>, Admin(caller): Admin, query: Query) -> Answer<Json<List<DeletedBody>>> {
    let all = app.auth.deleted(&caller).await?;
    Ok(Json(List::of(query.part(all, |person| person.id)?, DeletedBody::from)))
}

/// How somebody comes back.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Restoration {
    /// The name to sign in with, where the one they had is somebody else's by now.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = String, pattern = "^[a-z0-9._-]{3,32}$", example = "jonas")]
    username: Option<String>,
}

/// Restore somebody who was deleted, with all that is theirs.
///
/// No session or token of before comes back. 409 `duplicate_name` when somebody else has their username by now.
#[utoipa::path(post, path = "/admin/deleted-users/{id}/restore", tag = "admin", params(("id" = String, Path, format = Uuid)),
    request_body = Restoration, responses((status = 200, body = PersonBody)), security(("bearer" = ["admin"])))]
pub async fn restore_user(
    State(app): State<App>,
    Extension(client): Extension<Client>,
    Admin(caller): Admin,
    Id(id): Id<UserId>,
    Post { body, retry }: Post<Restoration>,
) -> Answer<Versioned<PersonBody>> {
    let username = body.username.as_deref().map(Username::parse).transpose();
    let username = username.map_err(|e| Problem::from(e.of("username")))?;
    let person = app.auth.changed(app.auth.restore_user(&caller, id, username, retry, &client).await?).await?;
    Ok(Versioned(person.version, person.into()))
}

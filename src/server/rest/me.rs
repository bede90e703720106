//! `/users` (sign up) and `/me`: the caller's own profile, password and sessions.

use super::{
    body::{Post, Strict, present},
    extract::{Holder, Id, IfMatch, Reader, Writer},
    list::{List, Query},
    problem::Answer,
    reply::{Created, Versioned},
    schema,
};
use crate::{
    domain::{
        Command, Currency, Effect, FieldError, Instant, Locale, Money, Outcome, Period, Problem, ProgramId, Role, Scopes,
        SessionId, User, UserId, Weekday,
        command::ProfileEdit,
        form::ProfileFields,
        text::{Name, Username},
    },
    server::{
        App,
        auth::{Client, NewPerson},
        store::{Session, record::SessionKind},
    },
};
use axum::{Extension, Json, extract::State, http::StatusCode};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A person, with their account.
#[derive(Serialize, ToSchema)]
#[schema(as = User)]
pub struct UserBody {
    #[schema(value_type = String, format = Uuid)]
    id: UserId,
    #[schema(value_type = String)]
    username: Username,
    #[schema(value_type = String)]
    display_name: Name,
    /// `user` or `admin`.
    #[schema(value_type = String)]
    role: Role,
    /// ISO 4217; fixed once there are entries.
    #[schema(value_type = String, example = "EUR")]
    currency: Currency,
    #[schema(example = "987.50")]
    balance: String,
    /// IANA name.
    #[schema(example = "Europe/Ljubljana")]
    time_zone: String,
    /// BCP 47.
    #[schema(value_type = String, example = "en-GB")]
    locale: Locale,
    #[schema(schema_with = schema::weekday)]
    first_weekday: Weekday,
    #[schema(schema_with = schema::period)]
    period: Period,
    version: u32,
    #[schema(value_type = String, format = DateTime)]
    created_at: Instant,
}

impl UserBody {
    fn new(user: User, balance: Money) -> Self {
        Self {
            id: user.id,
            username: user.username,
            display_name: user.display_name,
            role: user.role,
            currency: user.currency,
            balance: balance.decimal(),
            time_zone: user.time_zone,
            locale: user.locale,
            first_weekday: user.first_weekday,
            period: user.period,
            version: user.version,
            created_at: user.created_at,
        }
    }
    fn of(outcome: Outcome) -> Answer<Self> {
        let Effect::User(user) = outcome.effect else { return Err(Problem::internal().into()) };
        Ok(Self::new(user, outcome.balance))
    }
}

/// A person who signs up.
#[derive(Deserialize, ToSchema)]
#[schema(example = json!({"username": "jonas", "password": "a long walk by the river"}))]
#[serde(deny_unknown_fields)]
pub struct NewUser {
    /// 3–32 characters: a–z, digits, dot, dash and underscore.
    #[schema(pattern = "^[a-z0-9._-]{3,32}$")]
    username: String,
    #[schema(min_length = 8, format = Password)]
    password: String,
    /// The username when absent.
    #[serde(default)]
    #[schema(max_length = 64)]
    display_name: Option<String>,
    /// What is in the link of an invitation, after its last slash; needed while sign-up is by invitation.
    #[serde(default)]
    #[schema(max_length = 200)]
    invite: Option<String>,
}

/// Sign up.
///
/// 403 `sign_up_closed` unless sign-up is open, or by invitation and `invite` is one; 404 for one that is not good any more.
#[utoipa::path(post, path = "/users", tag = "people", request_body = NewUser,
    responses((status = 201, body = UserBody)), security(()))]
pub async fn sign_up(
    State(app): State<App>,
    Extension(client): Extension<Client>,
    Post { body, retry }: Post<NewUser>,
) -> Answer<Created<UserBody>> {
    let person = NewPerson {
        username: body.username,
        password: body.password,
        display_name: body.display_name,
        currency: None,
        time_zone: None,
        locale: None,
        invite: body.invite,
    };
    let body = UserBody::of(app.auth.register(person, retry, &client).await?)?;
    Ok(Created { path: "/me".into(), version: Some(body.version), body })
}

/// Read the own profile and balance.
#[utoipa::path(get, path = "/me", tag = "people", responses((status = 200, body = UserBody)),
    security(("bearer" = ["read"])))]
pub async fn get_me(State(app): State<App>, Reader(caller): Reader) -> Answer<Versioned<UserBody>> {
    let me = app.me(&caller).await?;
    Ok(Versioned(me.user.version, UserBody::new(me.user, me.balance)))
}

/// Changes to the own profile; an absent field stays as it is.
#[derive(Deserialize, ToSchema)]
#[schema(example = json!({"display_name": "Jonas"}))]
#[serde(deny_unknown_fields)]
pub struct ProfileChanges {
    #[serde(default, deserialize_with = "present")]
    #[schema(schema_with = schema::name, required = false)]
    display_name: Option<String>,
    /// ISO 4217; 409 `currency_fixed` once there are entries.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = String, example = "EUR")]
    currency: Option<String>,
    /// IANA name.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = String, example = "Europe/Ljubljana")]
    time_zone: Option<String>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = String, example = "en-GB")]
    locale: Option<String>,
    #[serde(default, deserialize_with = "present")]
    #[schema(schema_with = schema::weekday, required = false)]
    first_weekday: Option<String>,
    #[serde(default, deserialize_with = "present")]
    #[schema(schema_with = schema::period, required = false)]
    period: Option<Period>,
}

impl ProfileChanges {
    fn read(&self) -> Result<ProfileEdit, Vec<FieldError>> {
        let fields = ProfileFields {
            display_name: self.display_name.as_deref(),
            currency: self.currency.as_deref(),
            time_zone: self.time_zone.as_deref(),
            locale: self.locale.as_deref(),
            first_weekday: self.first_weekday.as_deref(),
            ..ProfileFields::default()
        };
        let wrong = || FieldError::new("period", "invalid_period", "A month starts on day 1 to 28; weeks come by 2 or 4.");
        let period = if self.period.is_none_or(Period::is_valid) { Ok(self.period) } else { Err(wrong()) };
        match (fields.edit(), period) {
            (Ok(edit), Ok(period)) => Ok(ProfileEdit { period, ..edit }),
            (edit, period) => Err(edit.err().into_iter().flatten().chain(period.err()).collect()),
        }
    }
}

/// Change the own profile (not role, balance or username).
#[utoipa::path(patch, path = "/me", tag = "people", request_body = ProfileChanges,
    responses((status = 200, body = UserBody)), security(("bearer" = ["write"])))]
pub async fn change_me(
    State(app): State<App>,
    Writer(caller): Writer,
    IfMatch(version): IfMatch,
    Strict(body): Strict<ProfileChanges>,
) -> Answer<Versioned<UserBody>> {
    let edit = body.read()?;
    let body = UserBody::of(app.ledger.execute(&caller, None, Command::EditProfile { edit, version }).await?)?;
    Ok(Versioned(body.version, body))
}

/// A new password.
#[derive(Deserialize, ToSchema)]
#[schema(example = json!({"current_password": "the one until now", "new_password": "a long walk by the river"}))]
#[serde(deny_unknown_fields)]
pub struct PasswordChange {
    #[schema(format = Password)]
    current_password: String,
    #[schema(min_length = 8, format = Password)]
    new_password: String,
}

/// Change the own password; every other session ends.
#[utoipa::path(post, path = "/me/password", tag = "people", request_body = PasswordChange,
    responses((status = 204)), security(("bearer" = ["account"])))]
pub async fn change_password(
    State(app): State<App>,
    Holder(caller): Holder,
    Post { body, retry }: Post<PasswordChange>,
) -> Answer<StatusCode> {
    app.auth.change_password(&caller, retry, &body.current_password, &body.new_password).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Leaving for good.
#[derive(Deserialize, ToSchema)]
#[schema(example = json!({"current_password": "the one until now"}))]
#[serde(deny_unknown_fields)]
pub struct Leaving {
    #[schema(format = Password)]
    current_password: String,
}

/// Delete the own account.
///
/// Every session, grant and token ends at once. All of it is deleted after two weeks, unless the person signs in again before.
/// 409 `last_admin` for the last active admin.
#[utoipa::path(post, path = "/me/leave", tag = "people", request_body = Leaving,
    responses((status = 204)), security(("bearer" = ["account"])))]
pub async fn leave(
    State(app): State<App>,
    Extension(client): Extension<Client>,
    Holder(caller): Holder,
    Post { body, retry }: Post<Leaving>,
) -> Answer<StatusCode> {
    app.auth.leave(&caller, retry, &body.current_password, &client).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A sign-in that is still open.
#[derive(Serialize, ToSchema)]
#[schema(as = Session)]
pub struct SessionBody {
    #[schema(value_type = String, format = Uuid)]
    id: SessionId,
    /// `web` or `oauth`.
    kind: &'static str,
    /// Of an OAuth grant that the person agreed to: for which program.
    #[schema(value_type = Option<String>, format = Uuid, required = true)]
    client_id: Option<ProgramId>,
    /// Of an OAuth grant.
    #[schema(value_type = Option<Vec<String>>, required = true)]
    scopes: Option<Scopes>,
    #[schema(value_type = String, format = DateTime)]
    created_at: Instant,
    #[schema(value_type = String, format = DateTime)]
    last_seen_at: Instant,
    #[schema(value_type = String, format = DateTime)]
    ends_at: Instant,
    agent: String,
    address: String,
    /// True for the one that asks.
    current: bool,
}

impl SessionBody {
    fn of(session: Session, own: Option<SessionId>) -> Self {
        let client_id = session.program();
        let (kind, scopes) = match session.kind {
            SessionKind::Web => ("web", None),
            SessionKind::OAuth { scopes, .. } => ("oauth", Some(scopes)),
        };
        Self {
            id: session.id,
            kind,
            client_id,
            scopes,
            created_at: session.created_at,
            last_seen_at: session.last_seen_at,
            ends_at: session.ends_at,
            agent: session.agent,
            address: session.address,
            current: own == Some(session.id),
        }
    }
}

/// List the own sessions.
#[utoipa::path(get, path = "/me/sessions", tag = "people", params(super::list::PageParams),
    responses((status = 200, body = List<SessionBody>)), security(("bearer" = ["account"])))]
pub async fn list_sessions(State(app): State<App>, Holder(caller): Holder, query: Query) -> Answer<Json<List<SessionBody>>> {
    let all = app.auth.sessions(&caller).await?;
    Ok(Json(List::of(query.part(all, |s| s.id)?, |s| SessionBody::of(s, caller.session()))))
}

/// End one of the own sessions.
#[utoipa::path(delete, path = "/me/sessions/{id}", tag = "people", params(("id" = String, Path, format = Uuid)),
    responses((status = 204)), security(("bearer" = ["account"])))]
pub async fn end_session(State(app): State<App>, Holder(caller): Holder, Id(id): Id<SessionId>) -> Answer<StatusCode> {
    app.auth.end_session(&caller, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

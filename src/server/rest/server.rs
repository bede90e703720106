//! `/admin/settings`: what admins decide about the server.

use super::{
    body::{Strict, present},
    extract::Admin,
    problem::Answer,
    schema,
};
use crate::{
    domain::{
        FieldError, Problem,
        command::ServerEdit,
        user::{MOST_KEPT_DAYS, SignUp},
    },
    server::{App, auth::ServerSettings},
};
use axum::{Json, extract::State};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What admins decide about the server.
#[derive(Serialize, ToSchema)]
#[schema(as = ServerSettings)]
pub struct SettingsBody {
    /// Who may sign up.
    #[schema(schema_with = schema::sign_up)]
    sign_up: SignUp,
    /// True when the server was started with it: it cannot be changed here.
    sign_up_fixed: bool,
    /// For how many days people are kept who are deleted from now on.
    deleted_kept_days: u32,
}

impl From<ServerSettings> for SettingsBody {
    fn from(s: ServerSettings) -> Self {
        Self { sign_up: s.sign_up, sign_up_fixed: s.sign_up_fixed, deleted_kept_days: s.deleted_kept_days }
    }
}

/// Changes to the server; an absent setting stays as it is.
#[derive(Deserialize, ToSchema)]
#[schema(example = json!({"deleted_kept_days": 30}))]
#[serde(deny_unknown_fields)]
pub struct SettingsChanges {
    #[serde(default, deserialize_with = "present")]
    #[schema(schema_with = schema::sign_up, required = false)]
    sign_up: Option<String>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = u32, minimum = 0, maximum = 365)]
    deleted_kept_days: Option<i64>,
}

impl SettingsChanges {
    fn read(&self) -> Result<ServerEdit, Problem> {
        let sign_up = self.sign_up.as_deref().map(str::parse).transpose()?;
        let wrong = |_| {
            let detail = format!("Keep them for 0 to {MOST_KEPT_DAYS} days.");
            Problem::from(FieldError::new("deleted_kept_days", "out_of_range", detail))
        };
        let deleted_kept_days = self.deleted_kept_days.map(|days| u32::try_from(days).map_err(wrong)).transpose()?;
        Ok(ServerEdit { sign_up, deleted_kept_days })
    }
}

/// Read the settings of the server.
#[utoipa::path(get, path = "/admin/settings", tag = "admin",
    responses((status = 200, body = SettingsBody)), security(("bearer" = ["admin"])))]
pub async fn get_settings(State(app): State<App>, Admin(caller): Admin) -> Answer<Json<SettingsBody>> {
    Ok(Json(app.auth.server_settings(&caller).await?.into()))
}

/// Change the settings of the server.
///
/// 422 `fixed` for one that the server was started with.
#[utoipa::path(patch, path = "/admin/settings", tag = "admin", request_body = SettingsChanges,
    responses((status = 200, body = SettingsBody)), security(("bearer" = ["admin"])))]
pub async fn change_settings(
    State(app): State<App>,
    Admin(caller): Admin,
    Strict(body): Strict<SettingsChanges>,
) -> Answer<Json<SettingsBody>> {
    app.auth.change_server(&caller, body.read()?).await?;
    Ok(Json(app.auth.server_settings(&caller).await?.into()))
}

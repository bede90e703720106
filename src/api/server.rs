//! What admins decide about the server: server functions.

use super::{Answer, done::Done};
use crate::domain::user::SignUp;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

/// The settings as they hold now, and what the server was started with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServerKnown {
    pub sign_up: SignUp,
    /// True when the server was started with it.
    pub sign_up_fixed: bool,
    pub deleted_kept_days: u32,
    /// Name and value of what can only be changed where the server is started; no secret is among them.
    pub fixed: Vec<(String, String)>,
}

/// The settings. Admins only.
#[server(prefix = "/api/page", endpoint = "server/settings", client = super::Browser, output = super::Json)]
pub async fn server_settings() -> Answer<ServerKnown> {
    use super::reply;
    use crate::server::{auth::ServerSettings, config::PasswordGrant};
    let (caller, app) = (reply::caller()?, reply::app());
    let ServerSettings { sign_up, sign_up_fixed, deleted_kept_days } = app.auth.server_settings(&caller).await?;
    let config = &app.config;
    let grant = match config.oauth_password_grant {
        PasswordGrant::Off => "off",
        PasswordGrant::Users => "for users",
        PasswordGrant::AdminsToo => "for admins too",
    };
    let minutes = |seconds: i64| match seconds {
        86_400.. => format!("{} days", seconds / 86_400),
        3_600.. => format!("{} hours", seconds / 3_600),
        _ => format!("{} minutes", seconds / 60),
    };
    let limits = &config.limits;
    let fixed = [
        ("Address", config.base_url.clone()),
        ("Store", if config.store == "sqlite" { "SQLite, in the data directory".to_owned() } else { "MongoDB".to_owned() }),
        ("Programs with a password (OAuth)", grant.to_owned()),
        ("Signed out when unused for", minutes(limits.session_idle)),
        ("Signed out in any case after", minutes(limits.session_absolute)),
        ("An invitation works for", minutes(limits.invite_life)),
        ("A reset link works for", minutes(limits.reset_life)),
    ];
    let fixed = fixed.map(|(name, value)| (name.to_owned(), value)).into();
    Ok(ServerKnown { sign_up, sign_up_fixed, deleted_kept_days, fixed })
}

/// Changes the settings; blank stays as it is. Admins only.
#[server(prefix = "/api/page", endpoint = "server/change", client = super::Browser, output = super::Json)]
pub async fn change_server(
    #[server(default)] sign_up: String,
    #[server(default)] deleted_kept_days: String,
    #[server(default)] next: String,
) -> Answer<Done> {
    use super::reply;
    use crate::domain::{Problem, command::ServerEdit, user::MOST_KEPT_DAYS};
    reply::command(async {
        let caller = reply::caller()?;
        let sign_up = (!sign_up.is_empty()).then(|| sign_up.parse()).transpose()?;
        let wrong = |_| Problem::field("deleted_kept_days", "out_of_range", format!("Keep them for 0 to {MOST_KEPT_DAYS} days."));
        let days = deleted_kept_days.trim();
        let deleted_kept_days = (!days.is_empty()).then(|| days.parse().map_err(wrong)).transpose()?;
        let outcome = reply::app().auth.change_server(&caller, ServerEdit { sign_up, deleted_kept_days }).await?;
        if !next.is_empty() {
            reply::go_to(&next);
        }
        Ok(outcome)
    })
    .await
}

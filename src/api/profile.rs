//! Profile: server functions.

use super::Answer;
use crate::domain::{Category, Me, Outcome};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

/// What every page knows of the person, read again after a change that is more than an amount.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PageFacts {
    pub me: Me,
    pub categories: Vec<Category>,
}

/// The person and the categories as they are now.
#[server(prefix = "/api/page", endpoint = "profile/known", client = super::Browser)]
pub async fn known() -> Answer<PageFacts> {
    use super::reply;
    reply::act(async {
        let (caller, app) = (reply::caller()?, reply::app());
        Ok(PageFacts { me: app.me(&caller).await?, categories: app.store.categories().await? })
    })
    .await
}

/// The names of all time zones. For anybody: the setup page asks too.
#[server(prefix = "/api/page", endpoint = "profile/time-zones", client = super::Browser)]
pub async fn time_zones() -> Answer<Vec<String>> {
    Ok(crate::server::clock::time_zones())
}

/// Changes the caller's profile; absent fields stay.
#[server(prefix = "/api/page", endpoint = "profile/edit", client = super::Browser)]
#[expect(clippy::too_many_arguments, reason = "a server function's arguments are its form's fields")]
pub async fn edit_profile(
    #[server(default)] display_name: Option<String>,
    #[server(default)] currency: Option<String>,
    #[server(default)] time_zone: Option<String>,
    #[server(default)] locale: Option<String>,
    #[server(default)] first_weekday: Option<String>,
    #[server(default)] period: Option<String>,
    #[server(default)] anchor: Option<String>,
    #[server(default)] version: Option<u32>,
) -> Answer<Outcome> {
    use super::reply;
    use crate::domain::{Command, Problem, form::ProfileFields};
    reply::command(async {
        let caller = reply::caller()?;
        let fields = ProfileFields {
            display_name: display_name.as_deref(),
            currency: currency.as_deref(),
            time_zone: time_zone.as_deref(),
            locale: locale.as_deref(),
            first_weekday: first_weekday.as_deref(),
            period: period.as_deref(),
            anchor: anchor.as_deref(),
        };
        let edit = fields.edit().map_err(Problem::invalid)?;
        reply::app().ledger.execute(&caller, None, Command::EditProfile { edit, version }).await
    })
    .await
}

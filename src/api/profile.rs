//! Profile: server functions.

use super::{Answer, done::Done};
use crate::domain::{Category, Me};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

/// What every page knows of the person, read again after a change that is more than an amount.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PageFacts {
    pub me: Me,
    pub categories: Vec<Category>,
}

/// The person and the categories as they are now.
#[server(prefix = "/api/page", endpoint = "profile/known", client = super::Browser, output = super::Json)]
pub async fn known() -> Answer<PageFacts> {
    use super::reply;
    let (caller, app) = (reply::caller()?, reply::app());
    Ok(PageFacts { me: app.me(&caller).await?, categories: app.store.categories().await? })
}

/// The names of all time zones. The setup page reads them too, while it is rendered.
#[server(prefix = "/api/page", endpoint = "profile/time-zones", client = super::Browser, output = super::Json)]
pub async fn time_zones() -> Answer<Vec<String>> {
    Ok(crate::server::clock::time_zones())
}

/// Changes what the caller is called.
#[server(prefix = "/api/page", endpoint = "profile/rename", client = super::Browser, output = super::Json)]
pub async fn rename(display_name: String, #[server(default)] version: Option<u32>) -> Answer<Done> {
    use super::reply;
    use crate::domain::{Command, Problem, form::ProfileFields};
    reply::command(async {
        let caller = reply::caller()?;
        let fields = ProfileFields { display_name: Some(&display_name), ..ProfileFields::default() };
        let edit = fields.edit().map_err(Problem::invalid)?;
        reply::run(&caller, None, Command::EditProfile { edit, version }, "").await
    })
    .await
}

/// Changes the caller's currency, region and calendar. An absent currency stays.
#[server(prefix = "/api/page", endpoint = "profile/calendar", client = super::Browser, output = super::Json)]
pub async fn set_calendar(
    #[server(default)] currency: Option<String>,
    time_zone: String,
    locale: String,
    first_weekday: String,
    period: String,
    #[server(default)] anchor: Option<String>,
    #[server(default)] version: Option<u32>,
) -> Answer<Done> {
    use super::reply;
    use crate::domain::{Command, Problem, form::ProfileFields};
    reply::command(async {
        let caller = reply::caller()?;
        let fields = ProfileFields {
            display_name: None,
            currency: currency.as_deref(),
            time_zone: Some(&time_zone),
            locale: Some(&locale),
            first_weekday: Some(&first_weekday),
            period: Some(&period),
            anchor: anchor.as_deref(),
        };
        let edit = fields.edit().map_err(Problem::invalid)?;
        reply::run(&caller, None, Command::EditProfile { edit, version }, "").await
    })
    .await
}

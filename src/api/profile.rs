//! Profile: server functions.

use super::Answer;
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
#[server(prefix = "/api/page", endpoint = "profile/known", client = super::Browser)]
pub async fn known() -> Answer<PageFacts> {
    use super::reply;
    reply::act(async {
        let (caller, app) = (reply::caller()?, reply::app());
        Ok(PageFacts { me: app.me(&caller).await?, categories: app.store.categories().await? })
    })
    .await
}

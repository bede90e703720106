//! Dashboard: server functions.

use super::Answer;
use crate::domain::{Day, report};
use leptos::{prelude::*, server_fn::codec::GetUrl};

/// The dashboard of the period that holds `on`; of today's without it.
#[server(prefix = "/api/page", endpoint = "dashboard", client = super::Browser, input = GetUrl)]
pub async fn dashboard(#[server(default)] on: Option<Day>) -> Answer<report::Dashboard> {
    use super::reply;
    use crate::server::reports;
    let (caller, app) = (reply::caller()?, reply::app());
    reports::dashboard(&*app.store, &app.me(&caller).await?, on).await
}

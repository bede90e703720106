//! Dashboard: server functions.

use super::Answer;
use crate::domain::{
    Day,
    report::{self, Length},
};
use leptos::{prelude::*, server_fn::codec::GetUrl};

/// The dashboard of the period that holds `on` (of today's without it), with the last periods as long as `per`.
#[server(prefix = "/api/page", endpoint = "dashboard", client = super::Browser, output = super::Json, input = GetUrl)]
pub async fn dashboard(#[server(default)] on: Option<Day>, #[server(default)] per: Length) -> Answer<report::Dashboard> {
    use super::reply;
    use crate::server::reports;
    let (caller, app) = (reply::caller()?, reply::app());
    reports::dashboard(&*app.store, &app.me(&caller).await?, on, per).await
}

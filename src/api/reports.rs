//! Reports: server functions.

use super::Answer;
use crate::domain::report::Report;
use leptos::{prelude::*, server_fn::codec::GetUrl};

/// The report that the page's address asks for: the names of [`Asked::read`](crate::domain::report::Asked::read).
#[server(prefix = "/api/page", endpoint = "reports/read", client = super::Browser, output = super::Json, input = GetUrl)]
pub async fn read_report(#[server(default)] query: String) -> Answer<Report> {
    use super::reply;
    use crate::{
        domain::{Problem, report::Asked},
        server::reports,
    };
    let (caller, app) = (reply::caller()?, reply::app());
    let me = app.me(&caller).await?;
    let pairs: Vec<(String, String)> = form_urlencoded::parse(query.as_bytes()).into_owned().collect();
    let pairs = pairs.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    let asked = Asked::read(pairs, &me.user, me.today).map_err(Problem::from)?;
    reports::report(&*app.store, &me, asked).await
}

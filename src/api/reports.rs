//! Reports: server functions.

use super::Answer;
use crate::domain::report::SpendingReport;
use leptos::{prelude::*, server_fn::codec::GetUrl};

/// The report that the page's address asks for: the names of [`Asked::read`](crate::domain::report::Asked::read).
#[server(prefix = "/api/page", endpoint = "reports/spending", client = super::Browser, input = GetUrl)]
pub async fn read_spending(#[server(default)] query: String) -> Answer<SpendingReport> {
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
    reports::spending(&*app.store, &me.user, asked).await
}

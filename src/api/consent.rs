//! What people let programs do: server functions. The decision itself is a form that leads to the program
//! (`POST /oauth/authorize`).

use super::Answer;
use crate::domain::{Day, Scopes, SessionId, text::Name};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

/// What a program asks for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccessRequest {
    pub name: Name,
    pub scopes: Scopes,
    /// Where the person is sent with the answer: a host, or a scheme.
    pub leads_to: String,
    /// The request, to be sent again with the decision.
    pub pairs: Vec<(String, String)>,
}

/// Reads the request in a page's address.
#[server(prefix = "/api/page", endpoint = "consent/asked", client = super::Browser, output = super::Json)]
pub async fn asked(query: String) -> Answer<AccessRequest> {
    use super::reply;
    use crate::{
        domain::{Code, Problem, program::form_source},
        server::auth::NotAsked,
    };
    let (caller, auth) = (reply::caller()?, reply::app().auth);
    let pairs: Vec<(String, String)> = form_urlencoded::parse(query.as_bytes()).into_owned().collect();
    let asked = auth.asked(&caller, &pairs).await.map_err(|refused| match refused {
        NotAsked::Person(problem) => problem,
        NotAsked::Program(_) => Problem::new(Code::Malformed, "The program asks in a way that cannot be answered."),
    })?;
    let to = auth.denied(&asked);
    let leads_to = form_source(&to).trim_start_matches("https://").to_owned();
    Ok(AccessRequest { name: asked.program.name, scopes: asked.scopes, leads_to, pairs })
}

/// A program that may act for the caller.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Connected {
    pub session: SessionId,
    pub name: Name,
    pub scopes: Scopes,
    pub since: Day,
    pub last_used: Day,
}

/// The programs that may act for the caller, newest first.
#[server(prefix = "/api/page", endpoint = "consent/list", client = super::Browser, output = super::Json)]
pub async fn list_connected() -> Answer<Vec<Connected>> {
    use super::reply;
    use crate::server::{auth::Granted, clock};
    let caller = reply::caller()?;
    let day = |at| clock::local(at, &caller.user.time_zone).0;
    let one = |Granted { session, program, scopes, since, last_seen_at }| Connected {
        session,
        name: program.name,
        scopes,
        since: day(since),
        last_used: day(last_seen_at),
    };
    Ok(reply::app().auth.granted(&caller).await?.into_iter().map(one).collect())
}

/// A program may no longer act for the caller.
#[server(prefix = "/api/page", endpoint = "consent/end", client = super::Browser, output = super::Json)]
pub async fn disconnect(session: SessionId) -> Answer<()> {
    use super::reply;
    reply::app().auth.end_session(&reply::caller()?, session).await?;
    reply::notice("That program may no longer act for you.", None);
    Ok(())
}

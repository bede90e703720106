//! The second factor: server functions. The recovery codes leave the server once, in the answer that made them.

use super::{Answer, done::Done};
use crate::domain::factor::FactorState;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

/// What turning it on answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TurnedOn {
    pub done: Done,
    pub recovery_codes: Vec<String>,
}

/// Whether the caller has a second factor; what their app needs while one is begun in this session.
#[server(prefix = "/api/page", endpoint = "factor/state", client = super::Browser, output = super::Json)]
pub async fn factor() -> Answer<FactorState> {
    use super::reply;
    reply::app().auth.factor(&reply::caller()?).await
}

/// Makes a secret for the caller's app.
#[server(prefix = "/api/page", endpoint = "factor/begin", client = super::Browser, output = super::Json)]
pub async fn begin_factor(current_password: String) -> Answer<()> {
    use super::reply;
    reply::app().auth.begin_factor(&reply::caller()?, &current_password).await?;
    reply::go_to("/settings#factor");
    Ok(())
}

/// Turns on what was begun. Answers the recovery codes.
#[server(prefix = "/api/page", endpoint = "factor/confirm", client = super::Browser, output = super::Json)]
pub async fn confirm_factor(code: String) -> Answer<TurnedOn> {
    use super::reply;
    let (outcome, recovery_codes) = reply::app().auth.confirm_factor(&reply::caller()?, &code).await?;
    reply::show_once(&recovery_codes.join(" "));
    reply::notice("The second factor is on. Every other device has been signed out.", None);
    reply::go_to("/settings#factor");
    Ok(TurnedOn { done: outcome.into(), recovery_codes })
}

/// The password is all again.
#[server(prefix = "/api/page", endpoint = "factor/remove", client = super::Browser, output = super::Json)]
pub async fn remove_factor(current_password: String, code: String) -> Answer<Done> {
    use super::reply;
    let outcome = reply::app().auth.remove_factor(&reply::caller()?, &current_password, &code).await?;
    reply::notice("The second factor is off. Every other device has been signed out.", None);
    Ok(outcome.into())
}

//! Sign-in: server functions. Their pages post plain forms, so that the browser loads a page that knows
//! the new session (and forgets the old one).

use super::Answer;
use leptos::prelude::*;

/// Ends this session.
#[server(prefix = "/api/page", endpoint = "session/sign-out", client = super::Browser)]
pub async fn sign_out() -> Answer<()> {
    use super::reply;
    reply::act(async {
        reply::app().auth.sign_out(&reply::caller()?).await?;
        reply::go_to("/sign-in");
        Ok(())
    })
    .await
}

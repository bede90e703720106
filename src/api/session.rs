//! Sign-in: server functions. Their pages post plain forms, so that the browser loads a page that knows
//! the new session (and forgets the old one).

use super::Answer;
use crate::domain::{Day, SessionId};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

/// Begins a session. For anybody; throttled.
#[server(prefix = "/api/page", endpoint = "session/sign-in", client = super::Browser)]
pub async fn sign_in(username: String, password: String) -> Answer<()> {
    use super::reply;
    use crate::server::http::cookies::set_session_cookie;
    let signed_in = reply::app().auth.sign_in(&username, &password, &reply::client()?).await?;
    set_session_cookie(&signed_in);
    Ok(())
}

/// Ends this session.
#[server(prefix = "/api/page", endpoint = "session/sign-out", client = super::Browser)]
pub async fn sign_out() -> Answer<()> {
    use super::reply;
    use crate::server::http::cookies::clear_session_cookie;
    reply::app().auth.sign_out(&reply::caller()?).await?;
    clear_session_cookie();
    reply::go_to("/sign-in");
    Ok(())
}

/// Makes an account and begins a session. For anybody while sign-up is open.
#[server(prefix = "/api/page", endpoint = "session/register", client = super::Browser)]
pub async fn register(
    username: String,
    password: String,
    #[server(default)] display_name: String,
    #[server(default)] currency: String,
    #[server(default)] time_zone: String,
    #[server(default)] locale: String,
    key: String,
) -> Answer<()> {
    use super::reply;
    use crate::server::{auth::NewPerson, http::cookies::set_session_cookie};
    let (auth, client) = (reply::app().auth, reply::client()?);
    let retry = reply::retry(&key, &["register", &username, &password, &display_name, &currency, &time_zone, &locale]);
    let person = NewPerson {
        username: username.clone(),
        password: password.clone(),
        display_name: Some(display_name),
        currency: Some(currency),
        time_zone: Some(time_zone),
        locale: Some(locale),
    };
    auth.register(person, Some(retry), &client).await?;
    set_session_cookie(&auth.sign_in(&username, &password, &client).await?);
    reply::go_to("/");
    Ok(())
}

/// Makes the first admin and begins their session. For whoever holds the one-time link.
#[server(prefix = "/api/page", endpoint = "session/set-up", client = super::Browser)]
pub async fn set_up(
    token: String,
    username: String,
    password: String,
    #[server(default)] display_name: String,
    currency: String,
    time_zone: String,
    locale: String,
    #[server(default)] amount: String,
    sign_up: String,
) -> Answer<()> {
    use super::reply;
    use crate::{
        domain::{
            Currency, Locale, Problem,
            filter::AmountStyle,
            form::{FundsFields, ProfileFields, Reading},
            user::SignUp,
        },
        server::{auth::NewPerson, clock, http::cookies::set_session_cookie},
    };
    let calendar = ProfileFields { currency: Some(&currency), locale: Some(&locale), ..ProfileFields::default() };
    let chosen = calendar.edit().map_err(Problem::invalid)?;
    let (money, region): (Currency, Locale) = (chosen.currency.unwrap_or(Currency::EUR), chosen.locale.unwrap_or_default());
    if !clock::is_time_zone(&time_zone) {
        return Err(Problem::field("time_zone", "unknown_time_zone", "Choose a time zone, such as Europe/Ljubljana."));
    }
    let reading = Reading { currency: money, style: AmountStyle::Typed(region), today: clock::today(&time_zone) };
    let opening = (!amount.trim().is_empty())
        .then(|| FundsFields { amount: Some(&amount), note: Some("Opening balance"), ..FundsFields::default() }.draft(reading))
        .transpose()
        .map_err(Problem::invalid)?;
    let person = NewPerson {
        username,
        password,
        display_name: Some(display_name),
        currency: Some(currency),
        time_zone: Some(time_zone),
        locale: Some(locale),
    };
    let policy: SignUp = sign_up.parse()?;
    let signed_in = reply::app().auth.set_up(&token, person, opening, policy, &reply::client()?).await?;
    set_session_cookie(&signed_in);
    reply::notice("Outlay is set up. Welcome.", None);
    reply::go_to("/");
    Ok(())
}

/// Changes the caller's password; every other session of theirs ends.
#[server(prefix = "/api/page", endpoint = "session/change-password", client = super::Browser)]
pub async fn change_password(current_password: String, new_password: String) -> Answer<()> {
    use super::reply;
    reply::app().auth.change_password(&reply::caller()?, None, &current_password, &new_password).await?;
    reply::notice("Your password is changed. Every other device has been signed out.", None);
    Ok(())
}

/// A place where the caller is signed in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Device {
    pub id: SessionId,
    /// What the browser or program calls itself.
    pub agent: String,
    pub address: String,
    /// Last used, in the caller's time zone; `14:05`.
    pub day: Day,
    pub time: String,
    /// True for the one that asks.
    pub this: bool,
}

/// Where the caller is signed in.
#[server(prefix = "/api/page", endpoint = "session/devices", client = super::Browser)]
pub async fn devices() -> Answer<Vec<Device>> {
    use super::reply;
    use crate::server::clock;
    let caller = reply::caller()?;
    let here = caller.session();
    let sessions = reply::app().auth.sessions(&caller).await?;
    let device = |session: crate::server::store::Session| {
        let (day, time) = clock::local(session.last_seen_at, &caller.user.time_zone);
        let this = Some(session.id) == here;
        Device { id: session.id, agent: session.agent, address: session.address, day, time, this }
    };
    Ok(sessions.into_iter().map(device).collect())
}

/// Signs another device of the caller out.
#[server(prefix = "/api/page", endpoint = "session/end", client = super::Browser)]
pub async fn end_session(session: SessionId) -> Answer<()> {
    use super::reply;
    reply::app().auth.end_session(&reply::caller()?, session).await?;
    reply::notice("That device has been signed out.", None);
    Ok(())
}

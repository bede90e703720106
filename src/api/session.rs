//! Sign-in: server functions. Their pages post plain forms, so that the browser loads a page that knows
//! the new session (and forgets the old one).

use super::Answer;
use crate::domain::{Day, SessionId};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

/// How far a sign-in has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    SignedIn,
    /// The password was right; now the code.
    Code,
}

/// Begins a session, or asks for the code that the person's app shows. For anybody; throttled.
#[server(prefix = "/api/page", endpoint = "session/sign-in", client = super::Browser, output = super::Json)]
pub async fn sign_in(username: String, password: String, #[server(default)] next: String) -> Answer<Step> {
    use super::reply;
    let entered = reply::app().auth.sign_in(&username, &password, &reply::client()?).await?;
    Ok(reply::entered(entered, &next))
}

/// The second step of a sign-in. For anybody; throttled.
#[server(prefix = "/api/page", endpoint = "session/second-step", client = super::Browser, output = super::Json)]
pub async fn second_step(code: String) -> Answer<()> {
    use super::reply;
    use crate::server::http::cookies::{clear_halfway_cookie, halfway_cookie, set_session_cookie};
    let halfway = halfway_cookie().unwrap_or_default();
    let signed_in = reply::app().auth.finish_sign_in(&halfway, &code, &reply::client()?).await?;
    clear_halfway_cookie();
    set_session_cookie(&signed_in);
    Ok(())
}

/// What the browser asks a device for, to sign in by one of its passkeys. For anybody.
#[server(prefix = "/api/page", endpoint = "session/ask-passkey", client = super::Browser, output = super::Json)]
pub async fn ask_for_passkey() -> Answer<String> {
    Ok(super::reply::app().auth.ask_for_passkey())
}

/// Begins a session by what a device has signed; answers the page that the person wanted. For anybody; throttled.
#[server(prefix = "/api/page", endpoint = "session/passkey", client = super::Browser, output = super::Json)]
pub async fn enter_by_passkey(signed: String, #[server(default)] next: String) -> Answer<String> {
    use super::reply;
    use crate::server::http::{cookies::set_session_cookie, path::safe_path};
    let signed_in = reply::app().auth.sign_in_by_passkey(&signed, &reply::client()?).await?;
    set_session_cookie(&signed_in);
    Ok(safe_path(&next).unwrap_or_else(|| "/".to_owned()))
}

/// Ends this session.
#[server(prefix = "/api/page", endpoint = "session/sign-out", client = super::Browser, output = super::Json)]
pub async fn sign_out() -> Answer<()> {
    use super::reply;
    use crate::server::http::cookies::clear_session_cookie;
    reply::app().auth.sign_out(&reply::caller()?).await?;
    clear_session_cookie();
    reply::go_to("/sign-in");
    Ok(())
}

/// Makes an account and begins a session. For anybody while sign-up is open, and for who is invited.
#[server(prefix = "/api/page", endpoint = "session/register", client = super::Browser, output = super::Json)]
pub async fn register(
    username: String,
    password: String,
    #[server(default)] display_name: String,
    #[server(default)] currency: String,
    #[server(default)] time_zone: String,
    #[server(default)] locale: String,
    #[server(default)] invite_token: String,
    key: String,
) -> Answer<()> {
    use super::reply;
    use crate::server::auth::NewPerson;
    let (auth, client) = (reply::app().auth, reply::client()?);
    let retry =
        reply::retry(&key, &["register", &username, &password, &display_name, &currency, &time_zone, &locale, &invite_token]);
    let person = NewPerson {
        username: username.clone(),
        password: password.clone(),
        display_name: Some(display_name),
        currency: Some(currency),
        time_zone: Some(time_zone),
        locale: Some(locale),
        invite: Some(invite_token),
    };
    auth.register(person, Some(retry), &client).await?;
    reply::go_to("/");
    reply::entered(auth.sign_in(&username, &password, &client).await?, "/");
    Ok(())
}

/// Makes the first admin and begins their session. For whoever holds the one-time link.
#[server(prefix = "/api/page", endpoint = "session/set-up", client = super::Browser, output = super::Json)]
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
        invite: None,
    };
    let policy: SignUp = sign_up.parse()?;
    let signed_in = reply::app().auth.set_up(&token, person, opening, policy, &reply::client()?).await?;
    set_session_cookie(&signed_in);
    reply::notice("Outlay is set up. Welcome.", None);
    reply::go_to("/");
    Ok(())
}

/// For whom a link is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LinkHolder {
    pub username: String,
    pub display_name: String,
}

/// Whose password a link may change; `None` when it is not good any more. For anybody.
#[server(prefix = "/api/page", endpoint = "session/reset-holder", client = super::Browser, output = super::Json)]
pub async fn reset_holder(#[server(default)] token: String) -> Answer<Option<LinkHolder>> {
    let holder = super::reply::app().auth.reset_holder(&token).await?;
    Ok(holder.map(|holder| LinkHolder { username: holder.username.to_string(), display_name: holder.display_name.to_string() }))
}

/// Whether somebody may sign up by this link. For anybody.
#[server(prefix = "/api/page", endpoint = "session/is-invited", client = super::Browser, output = super::Json)]
pub async fn is_invited(#[server(default)] token: String) -> Answer<bool> {
    super::reply::app().auth.is_invited(&token).await
}

/// Sets a new password by a link, which is used up; the person is signed out everywhere. For anybody who has it.
#[server(prefix = "/api/page", endpoint = "session/reset-password", client = super::Browser, output = super::Json)]
pub async fn reset_password(#[server(default)] token: String, #[server(default)] new_password: String) -> Answer<()> {
    use super::reply;
    reply::app().auth.reset_password(&token, &new_password, &reply::client()?).await?;
    reply::notice("Your new password is set. Sign in with it.", None);
    reply::go_to("/sign-in");
    Ok(())
}

/// Deletes the caller's own account: signed out everywhere now, gone for good after a while.
#[server(prefix = "/api/page", endpoint = "session/leave", client = super::Browser, output = super::Json)]
pub async fn leave(#[server(default)] current_password: String) -> Answer<()> {
    use super::reply;
    use crate::{domain::user::GRACE_DAYS, server::http::cookies::clear_session_cookie};
    reply::app().auth.leave(&reply::caller()?, None, &current_password, &reply::client()?).await?;
    clear_session_cookie();
    reply::notice(&format!("Your account is deleted. Sign in within {GRACE_DAYS} days to keep it."), None);
    reply::go_to("/sign-in");
    Ok(())
}

/// Changes the caller's password; every other session of theirs ends.
#[server(prefix = "/api/page", endpoint = "session/change-password", client = super::Browser, output = super::Json)]
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
    /// What a person calls it.
    pub name: String,
    pub address: String,
    /// Last used, in the caller's time zone; `14:05`.
    pub day: Day,
    pub time: String,
    /// True for the one that asks.
    pub this: bool,
}

/// Where the caller is signed in; programs that they agreed to are listed beside.
#[server(prefix = "/api/page", endpoint = "session/devices", client = super::Browser, output = super::Json)]
pub async fn devices() -> Answer<Vec<Device>> {
    use super::reply;
    use crate::server::{auth::device_name, clock};
    let caller = reply::caller()?;
    let here = caller.session();
    let mut sessions = reply::app().auth.sessions(&caller).await?;
    sessions.retain(|session| session.program().is_none());
    let device = |session: crate::server::store::Session| {
        let (day, time) = clock::local(session.last_seen_at, &caller.user.time_zone);
        let this = Some(session.id) == here;
        Device { id: session.id, name: device_name(&session.agent), address: session.address, day, time, this }
    };
    Ok(sessions.into_iter().map(device).collect())
}

/// Signs another device of the caller out.
#[server(prefix = "/api/page", endpoint = "session/end", client = super::Browser, output = super::Json)]
pub async fn end_session(session: SessionId) -> Answer<()> {
    use super::reply;
    reply::app().auth.end_session(&reply::caller()?, session).await?;
    reply::notice("That device has been signed out.", None);
    Ok(())
}

//! Passkeys: server functions. What passes between the browser's own words and the server is text that no page reads.

use super::{Answer, done::Done};
use crate::domain::{Day, PasskeyId};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

/// A passkey as its owner sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PasskeyLine {
    pub id: PasskeyId,
    pub name: String,
    pub since: Day,
    pub last_used: Option<Day>,
}

/// The caller's passkeys.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PasskeyList {
    /// In the order in which they were added.
    pub list: Vec<PasskeyLine>,
    /// To add one, the code of the second factor is asked for too.
    pub needs_code: bool,
}

/// What the browser asks a device for, and how its passkey will be called.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Asked {
    pub options: String,
    pub name: String,
}

/// The caller's passkeys.
#[server(prefix = "/api/page", endpoint = "passkeys/list", client = super::Browser, output = super::Json)]
pub async fn passkeys() -> Answer<PasskeyList> {
    use super::reply;
    use crate::{
        domain::{Passkey, factor::FactorState},
        server::clock,
    };
    let (caller, auth) = (reply::caller()?, reply::app().auth);
    let day = |at| clock::local(at, &caller.user.time_zone).0;
    let line = |Passkey { id, name, created_at, last_used_at, .. }: Passkey| PasskeyLine {
        id,
        name: name.to_string(),
        since: day(created_at),
        last_used: last_used_at.map(day),
    };
    let list = auth.passkeys(&caller).await?.into_iter().map(line).collect();
    Ok(PasskeyList { list, needs_code: matches!(auth.factor(&caller).await?, FactorState::On { .. }) })
}

/// Begins to add a passkey.
#[server(prefix = "/api/page", endpoint = "passkeys/begin", client = super::Browser, output = super::Json)]
pub async fn begin_passkey(name: String, current_password: String, #[server(default)] code: String) -> Answer<Asked> {
    use super::reply;
    use crate::domain::text::Name;
    let name = Name::parse(&name).map_err(|e| e.of("name"))?;
    let options = reply::app().auth.begin_passkey(&reply::caller()?, &current_password, &code).await?;
    Ok(Asked { options, name: name.to_string() })
}

/// Keeps the passkey that a device has made.
#[server(prefix = "/api/page", endpoint = "passkeys/add", client = super::Browser, output = super::Json)]
pub async fn add_passkey(name: String, made: String) -> Answer<Done> {
    use super::reply;
    use crate::domain::text::Name;
    let name = Name::parse(&name).map_err(|e| e.of("name"))?;
    let outcome = reply::app().auth.add_passkey(&reply::caller()?, name, &made).await?;
    reply::notice("The passkey is added. Every other device has been signed out.", None);
    Ok(outcome.into())
}

/// A passkey signs the caller in no more.
#[server(prefix = "/api/page", endpoint = "passkeys/remove", client = super::Browser, output = super::Json)]
pub async fn remove_passkey(passkey: PasskeyId) -> Answer<Done> {
    use super::reply;
    let outcome = reply::app().auth.remove_passkey(&reply::caller()?, passkey).await?;
    reply::notice("The passkey is removed. Every other device has been signed out.", None);
    Ok(outcome.into())
}

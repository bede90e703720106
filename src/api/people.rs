//! People, for admins: server functions. A person's money is none of theirs.

use super::Answer;
use crate::domain::{Cursor, Outcome, UserId, person::Person};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

/// A person, and times as the reader's region writes them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonRow {
    pub person: Person,
    pub joined: String,
    /// When they were last here: `now`, `2 hours ago`, a day, or `never`.
    pub seen: String,
    /// True for the one who asks.
    pub this: bool,
}

/// A page of people.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PeopleList {
    pub items: Vec<PersonRow>,
    pub next_cursor: Option<Cursor>,
    /// How many people there are in all.
    pub count: u64,
    /// True when some were asked for, not all.
    pub filtered: bool,
    /// True for the first page.
    pub first: bool,
}

/// People by username; the page's address says which. Admins only.
#[server(prefix = "/api/page", endpoint = "people/list", client = super::Browser)]
pub async fn list_people(#[server(default)] query: String) -> Answer<PeopleList> {
    use super::reply;
    use crate::{
        domain::{
            page::PageRequest,
            person::{PeopleFilter, ago},
        },
        server::clock,
    };
    let (caller, auth) = (reply::caller()?, reply::app().auth);
    let pairs: Vec<(String, String)> = form_urlencoded::parse(query.as_bytes()).into_owned().collect();
    let filter = PeopleFilter::read(pairs.iter().map(|(name, value)| (name.as_str(), value.as_str())))?;
    let cursor = pairs.into_iter().find(|(name, value)| name == "cursor" && !value.is_empty()).map(|(_, value)| Cursor(value));
    let first = cursor.is_none();
    let people = auth.people(&caller, &filter, &PageRequest { cursor, ..PageRequest::default() }).await?;
    let (now, locale, zone) = (clock::now(), caller.user.locale, &caller.user.time_zone);
    let day = |at| locale.day(clock::local(at, zone).0);
    let row = |person: Person| PersonRow {
        joined: day(person.created_at),
        seen: person
            .last_seen_at
            .map_or_else(|| "never".to_owned(), |at| ago(now.seconds() - at.seconds()).unwrap_or_else(|| day(at))),
        this: person.id == caller.user.id,
        person,
    };
    Ok(PeopleList {
        items: people.items.into_iter().map(row).collect(),
        next_cursor: people.next_cursor,
        count: auth.people_count(&caller).await?,
        filtered: !filter.is_empty(),
        first,
    })
}

/// What was done to a person, in words for the admin who did it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonChanged {
    pub outcome: Outcome,
    pub said: String,
}

/// Changes somebody's role or status; what is absent stays. Admins only.
#[server(prefix = "/api/page", endpoint = "people/change", client = super::Browser)]
pub async fn change_person(
    user: UserId,
    version: u32,
    #[server(default)] role: Option<String>,
    #[server(default)] status: Option<String>,
    #[server(default)] next: String,
) -> Answer<PersonChanged> {
    use super::reply;
    use crate::domain::{Effect, Problem, Role, Status, command::UserEdit};
    let (caller, client) = (reply::caller()?, reply::client()?);
    let role = role.map(|role| role.parse::<Role>()).transpose()?;
    let status = status.map(|status| status.parse::<Status>()).transpose()?;
    let edit = UserEdit { role, status, ..UserEdit::default() };
    let outcome = reply::app().auth.change_user(&caller, user, edit, Some(version), &client).await?;
    let Effect::User(after) = &outcome.effect else { return Err(Problem::internal()) };
    let name = after.display_name.as_str();
    let said = match (role, status) {
        (Some(Role::Admin), _) => format!("{name} is an admin now."),
        (Some(Role::User), _) => format!("{name} is no longer an admin."),
        (_, Some(Status::Disabled)) => format!("{name} is disabled, and signed out everywhere."),
        (_, Some(Status::Active)) => format!("{name} can sign in again."),
        (None, None) => format!("{name} is as before."),
    };
    Ok(done(outcome, said, &next))
}

/// Signs somebody out everywhere; their personal access tokens stay. Admins only.
#[server(prefix = "/api/page", endpoint = "people/sign-out", client = super::Browser)]
pub async fn sign_out_person(user: UserId, #[server(default)] next: String, key: String) -> Answer<PersonChanged> {
    use super::reply;
    let (caller, client) = (reply::caller()?, reply::client()?);
    let retry = reply::retry(&key, &["sign_out_person", &user.to_string()]);
    let auth = reply::app().auth;
    let name = auth.person(&caller, user).await?.display_name;
    let outcome = auth.sign_out_user(&caller, user, Some(retry), &client).await?;
    Ok(done(outcome, format!("{name} is signed out everywhere."), &next))
}

/// The answer, which a plain form finds on the next page.
#[cfg(feature = "ssr")]
fn done(outcome: Outcome, said: String, next: &str) -> PersonChanged {
    use super::reply;
    reply::notice(&said, None);
    if !next.is_empty() {
        reply::go_to(next);
    }
    PersonChanged { outcome, said }
}

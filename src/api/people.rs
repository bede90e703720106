//! People, for admins: server functions. A person's money is none of theirs.

use super::{Answer, done::Done};
use crate::domain::{
    Cursor, UserId,
    person::{DeletedPerson, Person},
    user::SignUp,
};
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
    /// The day until which they can come back, when they have deleted their own account.
    pub leaves: Option<String>,
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
    /// Who may sign up now.
    pub sign_up: SignUp,
    /// For how many days people are kept who are deleted now.
    pub kept_days: u32,
    /// How many deleted people are kept.
    pub deleted: usize,
}

/// People by username; the page's address says which. Admins only.
#[server(prefix = "/api/page", endpoint = "people/list", client = super::Browser, output = super::Json)]
pub async fn list_people(#[server(default)] query: String) -> Answer<PeopleList> {
    use super::reply;
    use crate::domain::{page::PageRequest, person::PeopleFilter};
    let (caller, auth) = (reply::caller()?, reply::app().auth);
    let pairs: Vec<(String, String)> = form_urlencoded::parse(query.as_bytes()).into_owned().collect();
    let filter = PeopleFilter::read(pairs.iter().map(|(name, value)| (name.as_str(), value.as_str())))?;
    let cursor = pairs.into_iter().find(|(name, value)| name == "cursor" && !value.is_empty()).map(|(_, value)| Cursor(value));
    let first = cursor.is_none();
    let people = auth.people(&caller, &filter, &PageRequest { cursor, ..PageRequest::default() }).await?;
    Ok(PeopleList {
        items: people.items.into_iter().map(|person| row(&caller, person)).collect(),
        next_cursor: people.next_cursor,
        count: auth.people_count(&caller).await?,
        filtered: !filter.is_empty(),
        first,
        sign_up: auth.sign_up_policy().await?,
        kept_days: auth.deleted_kept_days().await?,
        deleted: auth.deleted(&caller).await?.len(),
    })
}

/// A person as this admin reads of them.
#[cfg(feature = "ssr")]
fn row(caller: &crate::server::auth::Caller, person: Person) -> PersonRow {
    use crate::{domain::person::ago, server::clock};
    let (now, locale, zone) = (clock::now(), caller.user.locale, &caller.user.time_zone);
    let day = |at| locale.day(clock::local(at, zone).0);
    PersonRow {
        joined: day(person.created_at),
        seen: person
            .last_seen_at
            .map_or_else(|| "never".to_owned(), |at| ago(now.seconds() - at.seconds()).unwrap_or_else(|| day(at))),
        this: person.id == caller.user.id,
        leaves: person.leaves_at.map(day),
        person,
    }
}

/// A person, with what the questions about them say.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonKnown {
    pub row: PersonRow,
    pub kept_days: u32,
}

/// One person. Admins only.
#[server(prefix = "/api/page", endpoint = "people/one", client = super::Browser, output = super::Json)]
pub async fn one_person(user: String) -> Answer<PersonKnown> {
    use super::reply;
    use crate::domain::Problem;
    let (caller, auth) = (reply::caller()?, reply::app().auth);
    let unknown = |_| {
        reply::no_such_page();
        Problem::not_found()
    };
    let id: UserId = user.parse().map_err(unknown)?;
    let person = auth.person(&caller, id).await.inspect_err(|_| reply::no_such_page())?;
    Ok(PersonKnown { row: row(&caller, person), kept_days: auth.deleted_kept_days().await? })
}

/// What was done to a person, in words for the admin who did it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonChanged {
    pub done: Done,
    pub said: String,
}

/// Changes somebody's role or status; what is absent stays. Admins only.
#[server(prefix = "/api/page", endpoint = "people/change", client = super::Browser, output = super::Json)]
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
#[server(prefix = "/api/page", endpoint = "people/sign-out", client = super::Browser, output = super::Json)]
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
fn done(outcome: crate::domain::Outcome, said: String, next: &str) -> PersonChanged {
    use super::reply;
    reply::notice(&said, None);
    if !next.is_empty() {
        reply::go_to(next);
    }
    PersonChanged { done: outcome.into(), said }
}

/// A link that was just made, to be handed on now: it is not kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewLink {
    pub done: Done,
    pub url: String,
}

/// Leaves a link for the page after a plain form.
#[cfg(feature = "ssr")]
fn handed(link: crate::server::auth::FreshLink, next: &str) -> NewLink {
    use super::reply;
    reply::show_once(&link.url);
    if !next.is_empty() {
        reply::go_to(next);
    }
    NewLink { done: link.outcome.into(), url: link.url }
}

/// Makes a link by which somebody may sign up, once. Admins only.
#[server(prefix = "/api/page", endpoint = "people/invite", client = super::Browser, output = super::Json)]
pub async fn invite(#[server(default)] next: String, key: String) -> Answer<NewLink> {
    use super::reply;
    let (caller, client) = (reply::caller()?, reply::client()?);
    let retry = reply::retry(&key, &["invite"]);
    Ok(handed(reply::app().auth.invite(&caller, Some(retry), &client).await?, &next))
}

/// Makes a link by which somebody may choose a new password, once. Admins only.
#[server(prefix = "/api/page", endpoint = "people/reset-link", client = super::Browser, output = super::Json)]
pub async fn make_reset_link(user: UserId, #[server(default)] next: String, key: String) -> Answer<NewLink> {
    use super::reply;
    let (caller, client) = (reply::caller()?, reply::client()?);
    let retry = reply::retry(&key, &["reset_link", &user.to_string()]);
    Ok(handed(reply::app().auth.reset_link(&caller, user, Some(retry), &client).await?, &next))
}

/// Deletes somebody; `typed` is their username, to be sure. They are kept for a while. Admins only.
#[server(prefix = "/api/page", endpoint = "people/delete", client = super::Browser, output = super::Json)]
pub async fn delete_person(
    user: UserId,
    version: u32,
    #[server(default)] typed: String,
    #[server(default)] next: String,
) -> Answer<PersonChanged> {
    use super::reply;
    use crate::domain::Problem;
    let (caller, client) = (reply::caller()?, reply::client()?);
    let auth = reply::app().auth;
    let person = auth.person(&caller, user).await?;
    if typed.trim() != person.username.as_str() {
        let detail = format!("Type {} to confirm.", person.username);
        return Err(Problem::field("typed", "not_confirmed", detail));
    }
    let outcome = auth.delete_user(&caller, user, Some(version), &client).await?;
    Ok(done(outcome, format!("{} is deleted, and can be restored for a while.", person.display_name), &next))
}

/// Somebody who was deleted, and days as the reader's region writes them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeletedRow {
    pub person: DeletedPerson,
    pub deleted: String,
    pub kept_until: String,
}

/// Who was deleted and can be restored, the last one first. Admins only.
#[server(prefix = "/api/page", endpoint = "people/deleted", client = super::Browser, output = super::Json)]
pub async fn list_deleted() -> Answer<Vec<DeletedRow>> {
    use super::reply;
    use crate::server::clock;
    let caller = reply::caller()?;
    let deleted = reply::app().auth.deleted(&caller).await?;
    let day = |at| caller.user.locale.day(clock::local(at, &caller.user.time_zone).0);
    let row = |person: DeletedPerson| DeletedRow { deleted: day(person.deleted_at), kept_until: day(person.kept_until), person };
    Ok(deleted.into_iter().map(row).collect())
}

/// Somebody who was deleted is there again; under `username`, where their name was taken meanwhile. Admins only.
#[server(prefix = "/api/page", endpoint = "people/restore", client = super::Browser, output = super::Json)]
pub async fn restore_person(
    user: UserId,
    #[server(default)] username: String,
    #[server(default)] next: String,
    key: String,
) -> Answer<PersonChanged> {
    use super::reply;
    use crate::domain::{Effect, Problem, text::Username};
    let (caller, client) = (reply::caller()?, reply::client()?);
    let retry = reply::retry(&key, &["restore_person", &user.to_string(), &username]);
    let username = (!username.trim().is_empty()).then(|| Username::parse(username.trim())).transpose();
    let username = username.map_err(|e| Problem::from(e.of("username")))?;
    let outcome = reply::app().auth.restore_user(&caller, user, username, Some(retry), &client).await?;
    let Effect::User(person) = &outcome.effect else { return Err(Problem::internal()) };
    let said = format!("{} is restored, and signs in as {}.", person.display_name, person.username);
    Ok(done(outcome, said, &next))
}

//! Saved filters: server functions.

use super::{Answer, done::Done};
use crate::domain::{FilterId, text::Name};
use leptos::{prelude::*, server_fn::codec::GetUrl};
use serde::{Deserialize, Serialize};

/// A saved filter, as the page links to it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Shortcut {
    pub id: FilterId,
    pub name: Name,
    /// The part of the address after the question mark; amounts as the person writes them.
    pub query: String,
    pub version: u32,
}

/// The person's saved filters.
#[server(prefix = "/api/page", endpoint = "filters/list", client = super::Browser, output = super::Json, input = GetUrl)]
pub async fn list_filters() -> Answer<Vec<Shortcut>> {
    use super::reply;
    use crate::domain::{Money, User};
    let caller = reply::caller()?;
    let User { currency, locale, .. } = caller.user;
    let value = |(name, value): (String, String)| {
        let amount = Money::parse(&value, currency).ok().filter(|_| matches!(name.as_str(), "min" | "max"));
        (name, amount.map_or(value, |amount| locale.input(amount)))
    };
    let saved = reply::app().store.filters(caller.user.id).await?.into_iter().map(|filter| {
        let pairs = filter.query.pairs().into_iter().map(value);
        let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
        Shortcut { id: filter.id, name: filter.name, query, version: filter.version }
    });
    Ok(saved.collect())
}

/// Saves what an address asks for under a name. `id` is the page's own for the new filter, and makes a retry safe.
#[server(prefix = "/api/page", endpoint = "filters/save", client = super::Browser, output = super::Json)]
pub async fn save_filter(
    id: FilterId,
    #[server(default)] name: String,
    #[server(default)] query: String,
    #[server(default)] next: String,
) -> Answer<Done> {
    use super::reply;
    use crate::domain::{Command, Problem, filter::Asker, saved::FilterQuery};
    reply::command(async {
        let caller = reply::caller()?;
        let filter =
            FilterQuery::read(&query, Asker::typed(&caller.user, reply::reading(&caller).today)).map_err(Problem::invalid)?;
        let retry = reply::retry(&id.to_string(), &["filter", &name, &query]);
        let name = Name::parse(&name).map_err(|e| Problem::invalid(vec![e.of("name")]))?;
        reply::run(&caller, Some(retry), Command::SaveFilter { id, name, query: filter }, &next).await
    })
    .await
}

/// Renames a filter that the person saw in `version`.
#[server(prefix = "/api/page", endpoint = "filters/rename", client = super::Browser, output = super::Json)]
pub async fn rename_filter(
    id: FilterId,
    version: u32,
    #[server(default)] name: String,
    #[server(default)] next: String,
) -> Answer<Done> {
    use super::reply;
    use crate::domain::{Command, Problem};
    reply::command(async {
        let caller = reply::caller()?;
        let name = Name::parse(&name).map_err(|e| Problem::invalid(vec![e.of("name")]))?;
        let command = Command::EditFilter { id, name: Some(name), query: None, version: Some(version) };
        reply::run(&caller, None, command, &next).await
    })
    .await
}

/// Puts what an address asks for in the place of a filter that the person saw in `version`.
#[server(prefix = "/api/page", endpoint = "filters/replace", client = super::Browser, output = super::Json)]
pub async fn replace_filter(
    id: FilterId,
    version: u32,
    #[server(default)] query: String,
    #[server(default)] next: String,
) -> Answer<Done> {
    use super::reply;
    use crate::domain::{Command, Problem, filter::Asker, saved::FilterQuery};
    reply::command(async {
        let caller = reply::caller()?;
        let query =
            FilterQuery::read(&query, Asker::typed(&caller.user, reply::reading(&caller).today)).map_err(Problem::invalid)?;
        let command = Command::EditFilter { id, name: None, query: Some(query), version: Some(version) };
        reply::run(&caller, None, command, &next).await
    })
    .await
}

/// Deletes a filter the person saw in `version`; undo brings it back.
#[server(prefix = "/api/page", endpoint = "filters/delete", client = super::Browser, output = super::Json)]
pub async fn delete_filter(id: FilterId, version: u32, #[server(default)] next: String) -> Answer<Done> {
    use super::reply;
    use crate::domain::Command;
    reply::command(async {
        let caller = reply::caller()?;
        let command = Command::DeleteFilter { id, version: Some(version) };
        reply::run(&caller, None, command, &next).await
    })
    .await
}

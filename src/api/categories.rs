//! Categories: server functions, for admins.

use super::{Answer, done::Done};
use crate::domain::{Category, CategoryId};
use leptos::{prelude::*, server_fn::codec::GetUrl};
use serde::{Deserialize, Serialize};

/// A category and how many expenses, of everybody, are in it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CategoryUse {
    pub category: Category,
    pub expenses: u64,
}

/// All categories in their order, archived ones too. Admins only.
#[server(prefix = "/api/page", endpoint = "categories/list", client = super::Browser, output = super::Json, input = GetUrl)]
pub async fn list_categories() -> Answer<Vec<CategoryUse>> {
    use super::reply;
    reply::caller()?.require_admin()?;
    let store = reply::app().store;
    let counts = store.category_use().await?;
    let of = |id: CategoryId| counts.iter().find(|(c, _)| *c == id).map_or(0, |(_, n)| *n);
    let all = store.categories().await?;
    Ok(all.into_iter().map(|category| CategoryUse { expenses: of(category.id), category }).collect())
}

/// Adds a category; without a colour it gets the one used least.
#[server(prefix = "/api/page", endpoint = "categories/add", client = super::Browser, output = super::Json)]
pub async fn add_category(
    id: CategoryId,
    #[server(default)] name: String,
    #[server(default)] color: String,
    #[server(default)] next: String,
) -> Answer<Done> {
    use super::reply;
    use crate::domain::{Command, form};
    reply::command(async {
        let caller = reply::caller()?;
        let command = Command::AddCategory { id, name: form::category_name(&name)?, color: form::color(&color)? };
        let retry = reply::retry(&id.to_string(), &["category", &name, &color]);
        reply::run(&caller, Some(retry), command, &next).await
    })
    .await
}

/// Renames, recolours, archives or brings back; what is absent stays.
#[server(prefix = "/api/page", endpoint = "categories/edit", client = super::Browser, output = super::Json)]
pub async fn edit_category(
    id: CategoryId,
    version: u32,
    #[server(default)] name: Option<String>,
    #[server(default)] color: Option<String>,
    #[server(default)] archived: Option<bool>,
    #[server(default)] next: String,
) -> Answer<Done> {
    use super::reply;
    use crate::domain::{Command, form};
    reply::command(async {
        let caller = reply::caller()?;
        let name = name.as_deref().map(form::category_name).transpose()?;
        let color = color.as_deref().map(form::color).transpose()?.flatten();
        let command = Command::EditCategory { id, name, color, archived, version: Some(version) };
        reply::run(&caller, None, command, &next).await
    })
    .await
}

/// Moves a category one place up or down in the list.
#[server(prefix = "/api/page", endpoint = "categories/move", client = super::Browser, output = super::Json)]
pub async fn move_category(id: CategoryId, #[server(default)] up: bool, #[server(default)] next: String) -> Answer<Done> {
    use super::reply;
    use crate::domain::{Command, Problem};
    reply::command(async {
        let caller = reply::caller()?;
        let mut ids: Vec<CategoryId> = reply::app().store.categories().await?.iter().map(|category| category.id).collect();
        let at = ids.iter().position(|other| *other == id).ok_or_else(Problem::not_found)?;
        let to = if up { at.saturating_sub(1) } else { (at + 1).min(ids.len() - 1) };
        ids.swap(at, to);
        reply::run(&caller, None, Command::OrderCategories { ids }, &next).await
    })
    .await
}

/// Deletes a category; its expenses go to `move_to`, without which one in use is refused.
#[server(prefix = "/api/page", endpoint = "categories/delete", client = super::Browser, output = super::Json)]
pub async fn delete_category(
    id: CategoryId,
    version: u32,
    #[server(default)] move_to: String,
    #[server(default)] next: String,
) -> Answer<Done> {
    use super::reply;
    use crate::domain::{Command, Problem};
    reply::command(async {
        let caller = reply::caller()?;
        let move_to = match move_to.as_str() {
            "" => None,
            id => Some(id.parse().map_err(|_| Problem::field("move_to", "invalid_id", "Choose a category from the list."))?),
        };
        let command = Command::DeleteCategory { id, move_to, version: Some(version) };
        reply::run(&caller, None, command, &next).await
    })
    .await
}

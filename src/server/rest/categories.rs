//! `/categories`: shared by all users, changed by admins.

use super::{
    body::{Post, Strict, present},
    extract::{Admin, Id, IfMatch, Reader},
    list::{List, Query},
    problem::Answer,
    reply::{Created, Versioned},
    schema,
};
use crate::{
    domain::{Category, CategoryId, Color, Command, Effect, FieldError, Outcome, Problem, text::Name},
    server::App,
};
use axum::{Json, extract::State, http::StatusCode};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What expenses are sorted into.
#[derive(Serialize, ToSchema)]
#[schema(as = Category)]
pub struct CategoryBody {
    #[schema(value_type = String, format = Uuid)]
    id: CategoryId,
    #[schema(value_type = String)]
    name: Name,
    #[schema(schema_with = schema::color)]
    color: Color,
    /// Kept for old expenses, no longer offered for new ones.
    archived: bool,
    /// Its place in the list, from 1; 0 until somebody has put them in order.
    position: u32,
    version: u32,
}

impl From<Category> for CategoryBody {
    fn from(c: Category) -> Self {
        Self { id: c.id, name: c.name, color: c.color, archived: c.archived, position: c.position, version: c.version }
    }
}

impl CategoryBody {
    fn of(outcome: Outcome) -> Answer<Self> {
        let Effect::Category(category) = outcome.effect else { return Err(Problem::internal().into()) };
        Ok(category.into())
    }
}

/// A new category.
#[derive(Deserialize, ToSchema)]
#[schema(example = json!({"name": "Pets", "color": "green"}))]
#[serde(deny_unknown_fields)]
pub struct NewCategory {
    #[schema(schema_with = schema::name)]
    name: String,
    /// Chosen when absent.
    #[serde(default)]
    #[schema(schema_with = schema::some_color, required = false)]
    color: Option<String>,
}

/// Changes to a category; an absent field stays as it is.
#[derive(Deserialize, ToSchema)]
#[schema(example = json!({"color": "green"}))]
#[serde(deny_unknown_fields)]
pub struct CategoryChanges {
    #[serde(default, deserialize_with = "present")]
    #[schema(schema_with = schema::name, required = false)]
    name: Option<String>,
    #[serde(default, deserialize_with = "present")]
    #[schema(schema_with = schema::color, required = false)]
    color: Option<String>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = bool)]
    archived: Option<bool>,
}

fn fields(name: Option<&str>, color: Option<&str>) -> Result<(Option<Name>, Option<Color>), Vec<FieldError>> {
    let name = name.map(Name::parse).transpose().map_err(|e| e.of("name"));
    let color = color.map(str::parse).transpose();
    match (name, color) {
        (Ok(name), Ok(color)) => Ok((name, color)),
        (name, color) => Err(name.err().into_iter().chain(color.err()).collect()),
    }
}

/// List the categories in their order, archived ones too.
#[utoipa::path(get, path = "/categories", tag = "categories", params(super::list::PageParams),
    responses((status = 200, body = List<CategoryBody>)), security(("bearer" = ["read"])))]
pub async fn list_categories(State(app): State<App>, Reader(_): Reader, query: Query) -> Answer<Json<List<CategoryBody>>> {
    let all = app.store.categories().await?;
    Ok(Json(List::of(query.part(all, |c| c.id)?, CategoryBody::from)))
}

/// Add a category (admins).
#[utoipa::path(post, path = "/categories", tag = "categories", request_body = NewCategory,
    responses((status = 201, body = CategoryBody)), security(("bearer" = ["admin"])))]
pub async fn add_category(
    State(app): State<App>,
    Admin(caller): Admin,
    Post { body, retry }: Post<NewCategory>,
) -> Answer<Created<CategoryBody>> {
    let (name, color) = fields(Some(&body.name), body.color.as_deref())?;
    let name = name.ok_or_else(Problem::internal)?;
    let command = Command::AddCategory { id: CategoryId::new(), name, color };
    let body = CategoryBody::of(app.ledger.execute(&caller, retry, command).await?)?;
    Ok(Created { path: format!("/categories/{}", body.id), version: Some(body.version), body })
}

/// Read one category.
#[utoipa::path(get, path = "/categories/{id}", tag = "categories", params(("id" = String, Path, format = Uuid)),
    responses((status = 200, body = CategoryBody)), security(("bearer" = ["read"])))]
pub async fn get_category(State(app): State<App>, Reader(_): Reader, Id(id): Id<CategoryId>) -> Answer<Versioned<CategoryBody>> {
    let found = app.store.categories().await?.into_iter().find(|c| c.id == id);
    let category = found.ok_or_else(Problem::not_found)?;
    Ok(Versioned(category.version, category.into()))
}

/// Change a category (admins).
#[utoipa::path(patch, path = "/categories/{id}", tag = "categories", params(("id" = String, Path, format = Uuid)),
    request_body = CategoryChanges, responses((status = 200, body = CategoryBody)), security(("bearer" = ["admin"])))]
pub async fn change_category(
    State(app): State<App>,
    Admin(caller): Admin,
    Id(id): Id<CategoryId>,
    IfMatch(version): IfMatch,
    Strict(body): Strict<CategoryChanges>,
) -> Answer<Versioned<CategoryBody>> {
    let (name, color) = fields(body.name.as_deref(), body.color.as_deref())?;
    let command = Command::EditCategory { id, name, color, archived: body.archived, version };
    let body = CategoryBody::of(app.ledger.execute(&caller, None, command).await?)?;
    Ok(Versioned(body.version, body))
}

/// Delete a category (admins).
///
/// One that is in use is deleted only with `move_to`: its expenses move there in the same step.
#[utoipa::path(delete, path = "/categories/{id}", tag = "categories",
    params(("id" = String, Path, format = Uuid), ("move_to" = Option<String>, Query, format = Uuid, nullable = false)),
    responses((status = 204)), security(("bearer" = ["admin"])))]
pub async fn delete_category(
    State(app): State<App>,
    Admin(caller): Admin,
    Id(id): Id<CategoryId>,
    IfMatch(version): IfMatch,
    query: Query,
) -> Answer<StatusCode> {
    query.only(&["move_to"], &[])?;
    let wrong = |_| Problem::field("move_to", "invalid_id", "This is not the id of a category.");
    let move_to = query.get("move_to").map(|id| id.parse().map_err(wrong)).transpose()?;
    app.ledger.execute(&caller, None, Command::DeleteCategory { id, move_to, version }).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The order of the categories.
#[derive(Deserialize, ToSchema)]
#[schema(example = json!({"ids": ["019a0000-0000-7000-8000-000000000000"]}))]
#[serde(deny_unknown_fields)]
pub struct CategoryOrder {
    /// All of them.
    #[schema(max_items = 1000)]
    ids: Vec<String>,
}

/// Put the categories in order (admins).
///
/// 409 `version_conflict` unless all of them are named.
#[utoipa::path(put, path = "/categories/order", tag = "categories", request_body = CategoryOrder,
    responses((status = 200, body = List<CategoryBody>)), security(("bearer" = ["admin"])))]
pub async fn order_categories(
    State(app): State<App>,
    Admin(caller): Admin,
    Strict(body): Strict<CategoryOrder>,
) -> Answer<Json<List<CategoryBody>>> {
    let wrong = |_| Problem::field("ids", "invalid_id", "This is not the id of a category.");
    let ids = body.ids.iter().map(|id| id.parse().map_err(wrong)).collect::<Result<Vec<CategoryId>, _>>()?;
    app.ledger.execute(&caller, None, Command::OrderCategories { ids }).await?;
    let items = app.store.categories().await?.into_iter().map(CategoryBody::from).collect();
    Ok(Json(List { items, next_cursor: None }))
}

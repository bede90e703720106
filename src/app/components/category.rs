//! Categories as chips and as a choice.

use super::{here::use_here, select::Choice};
use crate::domain::{Category, CategoryId};
use leptos::prelude::*;

/// A category's dot and name; says so when there is none.
#[component]
pub fn CategoryChip(category: Option<CategoryId>) -> impl IntoView {
    let categories = use_here().categories;
    let found = move || category.and_then(|id| categories.with(|all| all.iter().find(|c| c.id == id).cloned()));
    move || match found() {
        Some(category) => view! {
            <span class="chip">
                <Dot category=category.clone()/>
                <span>{category.name.to_string()}</span>
            </span>
        }
        .into_any(),
        None => view! { <span class="chip off"><span>"No category"</span></span> }.into_any(),
    }
}

/// The dot in a category's colour.
#[component]
pub fn Dot(category: Category) -> impl IntoView {
    view! { <span class=format!("dot c-{}", category.color.code()) aria-hidden="true"></span> }
}

/// What a select of categories offers: none, then those in use by name, and the present one though archived.
pub fn category_choices(categories: &[Category], present: Option<CategoryId>) -> Vec<Choice> {
    let offered = categories.iter().filter(|c| !c.archived || Some(c.id) == present);
    std::iter::once(Choice::new("", "No category"))
        .chain(offered.map(|c| Choice::new(c.id.to_string(), c.name.as_str())))
        .collect()
}

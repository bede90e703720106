//! The expenses: filter, table, inline edit.

use leptos::prelude::*;

/// The page.
#[component]
pub fn Expenses() -> impl IntoView {
    view! { <h1>"Expenses"</h1> }
}

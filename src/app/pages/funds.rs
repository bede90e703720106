//! Funds: list, add, edit, delete.

use leptos::prelude::*;

/// The page.
#[component]
pub fn Funds() -> impl IntoView {
    view! { <h1>"Funds"</h1> }
}

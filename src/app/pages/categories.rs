//! Categories, for admins.

use leptos::prelude::*;

/// The page.
#[component]
pub fn Categories() -> impl IntoView {
    view! { <h1>"Categories"</h1> }
}

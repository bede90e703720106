//! Import of statements.

use leptos::prelude::*;

/// The page.
#[component]
pub fn Import() -> impl IntoView {
    view! { <h1>"Import"</h1> }
}

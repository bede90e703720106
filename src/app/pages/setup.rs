//! The first-run wizard.

use leptos::prelude::*;

/// The page.
#[component]
pub fn Setup() -> impl IntoView {
    view! { <h1>"Setup"</h1> }
}

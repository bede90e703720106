//! The dashboard.

use leptos::prelude::*;

/// The page.
#[component]
pub fn Dashboard() -> impl IntoView {
    view! { <h1>"Dashboard"</h1> }
}

//! On a phone: what the bottom tabs do not hold.

use leptos::prelude::*;

/// The page.
#[component]
pub fn More() -> impl IntoView {
    view! { <h1>"More"</h1> }
}

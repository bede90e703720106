//! Create an account.

use leptos::prelude::*;

/// The page.
#[component]
pub fn Register() -> impl IntoView {
    view! { <h1>"Register"</h1> }
}

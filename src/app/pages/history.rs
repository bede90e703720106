//! History: every change, each undoable.

use leptos::prelude::*;

/// The page.
#[component]
pub fn History() -> impl IntoView {
    view! { <h1>"History"</h1> }
}

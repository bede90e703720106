//! No such page.

use crate::app::components::layout::CardPage;
use leptos::prelude::*;

/// The page.
#[component]
pub fn NotFound() -> impl IntoView {
    view! {
        <CardPage title="There is no such page" lead="The address may be mistyped, or the page has moved. Nothing of yours is lost.">
            <p class="door-foot"><a class="btn primary wide" href="/">"Go to the dashboard"</a></p>
        </CardPage>
    }
}

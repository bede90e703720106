//! Views of one thing, side by side.

use leptos::prelude::*;
use leptos_router::hooks::use_location;

/// The tabs of the pages about single entries.
pub const ENTRY_TABS: [(&str, &str); 3] = [("/expenses", "Expenses"), ("/funds", "Funds"), ("/history", "History")];

/// Links to sibling pages; the present one is marked.
#[component]
pub fn Tabs(
    /// What the tabs are about, for screen readers.
    label: &'static str,
    /// Path and text.
    tabs: &'static [(&'static str, &'static str)],
) -> impl IntoView {
    let path = use_location().pathname;
    let link = move |(href, text): &'static (&'static str, &'static str)| {
        let current = move || path.with(|path| path == href).then_some("page");
        view! { <a class="tab" href=*href aria-current=current>{*text}</a> }
    };
    view! { <nav class="tabs" aria-label=label>{tabs.iter().map(link).collect_view()}</nav> }
}

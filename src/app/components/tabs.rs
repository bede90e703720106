//! Views of one thing, side by side.

use leptos::prelude::*;
use leptos_router::hooks::use_location;

/// The tabs of the pages about single entries.
pub const ENTRY_TABS: [(&str, &str); 4] =
    [("/expenses", "Expenses"), ("/funds", "Funds"), ("/history", "History"), ("/trash", "Trash")];

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
        let current = move || path.with(|path| if path == href { Some("page") } else { is_below(path, href).then_some("true") });
        view! { <a class="tab" href=*href aria-current=current>{*text}</a> }
    };
    view! { <nav class="tabs" aria-label=label>{tabs.iter().map(link).collect_view()}</nav> }
}

/// True for a page's own path, and for those below it.
pub fn is_below(path: &str, page: &str) -> bool {
    path.strip_prefix(page).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

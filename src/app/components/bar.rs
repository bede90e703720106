//! How much of something is used, as a bar, with a mark for how much of its time is gone. An SVG: widths are attributes, which
//! the policy allows.

use leptos::prelude::*;

/// The bar.
#[component]
pub fn Bar(
    /// In whole percent; more than the whole is shown as the whole.
    used: u16,
    /// Where the mark stands, in whole percent.
    #[prop(optional_no_strip)]
    gone: Option<u16>,
    /// Of the fill: `c-…` of a category, `bad`, `warn`; the accent by default.
    #[prop(optional, into)]
    class: String,
    /// What the bar says, for who does not see it.
    #[prop(into)]
    label: String,
) -> impl IntoView {
    let mark = gone
        .map(|gone| view! { <rect class="bar-mark" x=format!("{}%", gone.min(100)) y="-2" width="2" height="12" rx="1"></rect> });
    view! {
        <svg class=format!("bar {class}") role="img" aria-label=label>
            <rect class="bar-track" width="100%" height="100%" rx="4"></rect>
            <rect class="bar-fill" width=format!("{}%", used.min(100)) height="100%" rx="4"></rect>
            {mark}
        </svg>
    }
}

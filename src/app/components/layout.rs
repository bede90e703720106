//! A page's own part of the frame: its title, its actions, its content.

use leptos::prelude::*;
use leptos_meta::Title;

/// A page behind sign-in: heading, actions beside it, content.
#[component]
pub fn Layout(
    #[prop(into)] title: String,
    /// Beside the heading: what can be done on this page.
    #[prop(optional)]
    actions: Option<AnyView>,
    /// Right after the heading: how many there are.
    #[prop(optional)]
    beside: Option<AnyView>,
    children: Children,
) -> impl IntoView {
    view! {
        <Title text=title.clone()/>
        <header class="top">
            <h1>{title}</h1>
            {beside}
            <div class="top-actions">{actions}</div>
        </header>
        {children()}
    }
}

/// A page for people who are not signed in: one card in the middle.
#[component]
pub fn CardPage(
    /// The heading.
    #[prop(into)]
    title: String,
    #[prop(optional, into)] lead: Option<String>,
    /// A wider card, for longer forms.
    #[prop(optional)]
    wide: bool,
    children: Children,
) -> impl IntoView {
    view! {
        <Title text=title.clone()/>
        <main class="door" id="main">
            <section class=if wide { "door-card wide" } else { "door-card" }>
                <p class="brand"><Mark/><span>"Outlay"</span></p>
                <h1>{title}</h1>
                {lead.map(|lead| view! { <p class="door-lead">{lead}</p> })}
                {children()}
            </section>
        </main>
    }
}

/// Outlay's mark.
#[component]
pub fn Mark() -> impl IntoView {
    view! { <span class="mark" aria-hidden="true">"O"</span> }
}

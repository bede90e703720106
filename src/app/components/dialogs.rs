//! The dialogs that any page may open. What is in them is not in the first download: it is fetched
//! when the dialog is opened first.

use super::icon::{Icon, IconKind};
use leptos::prelude::*;

/// Which of the frame's dialogs are open; a context of the frame. Cheap to copy.
#[derive(Clone, Copy)]
pub struct Dialogs {
    /// An expense in one line.
    pub add: RwSignal<bool>,
    /// What that line begins with when it opens.
    pub line: RwSignal<String>,
    /// Pages, actions and categories by name.
    pub palette: RwSignal<bool>,
    /// The list of keys.
    pub keys: RwSignal<bool>,
}

impl Dialogs {
    pub fn provide() -> Self {
        let closed = || RwSignal::new(false);
        let dialogs = Self { add: closed(), line: RwSignal::new(String::new()), palette: closed(), keys: closed() };
        provide_context(dialogs);
        dialogs
    }
}

/// The dialogs of the frame.
pub fn use_dialogs() -> Dialogs {
    expect_context::<Dialogs>()
}

/// Shows what `load` fetches from the first time on that `open` is true.
#[component]
pub fn OnDemand<L, F>(open: RwSignal<bool>, load: L) -> impl IntoView
where
    L: Fn() -> F + Copy + Send + Sync + 'static,
    F: Future<Output = AnyView> + Send + 'static,
{
    let opened = Memo::new(move |before: Option<&bool>| before == Some(&true) || open.get());
    let body = move || opened.get().then(|| Suspend::new(load()));
    view! { <Suspense fallback=|| view! { <p class="loading" role="status">"Loading…"</p> }>{body}</Suspense> }
}

/// A link to the page where an expense is added, that opens the line in its place.
#[component]
pub fn AddLink(class: &'static str) -> impl IntoView {
    let add = use_dialogs().add;
    view! {
        <a
            class=class href="/expenses?add=1" aria-label="Add expense"
            on:click=move |event| {
                event.prevent_default();
                add.set(true);
            }
        >
            <Icon kind=IconKind::Plus/>
        </a>
    }
}

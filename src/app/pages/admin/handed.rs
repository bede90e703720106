//! A link that was just made, to be copied and handed on: it is shown once.

use crate::{
    api::people::NewLink,
    app::{
        components::{
            here::{Accepted, Here, use_here},
            icon::{Icon, IconKind},
        },
        effect::effect,
    },
};
use leptos::{
    html,
    prelude::*,
    wasm_bindgen::{JsCast, JsValue},
    web_sys::js_sys::{Function, Reflect},
};

impl Accepted for NewLink {
    fn settle(&self, here: Here) {
        self.done.settle(here);
        here.shown_once.set(Some(self.url.clone()));
    }
}

/// What a link is for, by where it leads.
fn purpose(url: &str) -> &'static str {
    match url.contains("/register/") {
        true => "Send this link to the person you invite. Whoever has it can make one account with it, within a week.",
        false => {
            "Send this link to the person, in a way that only they can read. Whoever has it can choose a new password, once, within an hour."
        }
    }
}

/// Puts text into the clipboard; `None` where the browser has none for this page.
fn copy(text: &str) -> Option<()> {
    let of = |from: &JsValue, name: &str| Reflect::get(from, &name.into()).ok();
    let clipboard = of(&of(&window(), "navigator")?, "clipboard")?;
    let write: Function = of(&clipboard, "writeText")?.dyn_into().ok()?;
    write.call1(&clipboard, &text.into()).ok().map(drop)
}

/// The link, if one was just made.
#[component]
pub fn Handed() -> impl IntoView {
    let shown = use_here().shown_once;
    let live = RwSignal::new(false);
    effect(move || live.set(true));
    // It belongs to this page, and other secrets do not.
    let is_link = |url: &String| url.starts_with("http");
    on_cleanup(move || {
        shown.try_maybe_update(|shown| (shown.take_if(|url| is_link(url)).is_some(), ()));
    });
    move || shown.get().filter(is_link).map(|url| view! { <Shown url live/> })
}

#[component]
fn Shown(url: String, live: RwSignal<bool>) -> impl IntoView {
    let copied = RwSignal::new(false);
    let field: NodeRef<html::Input> = NodeRef::new();
    let text = url.clone();
    let on_copy = move |_| {
        if copy(&text).is_some() {
            copied.set(true);
        } else if let Some(field) = field.get_untracked() {
            field.select();
        }
    };
    view! {
        <section class="card handed" aria-labelledby="handed-title">
            <h2 id="handed-title">"Your new link"</h2>
            <p class="muted">{purpose(&url)}" It is not shown again."</p>
            <div class="handed-line">
                <input class="input code" id="handed-link" node_ref=field readonly aria-label="The link" value=url/>
                <button class="btn primary" type="button" hidden=move || !live.get() on:click=on_copy>
                    <Icon kind=IconKind::Copy/>
                    <span>{move || if copied.get() { "Copied" } else { "Copy" }}</span>
                </button>
            </div>
            <p class="sr-only" role="status">{move || copied.get().then_some("The link is copied.")}</p>
        </section>
    }
}

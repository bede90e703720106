//! A question before something is done. The address asks it, so it is a page as well: it is there without WASM, a link
//! leads to it, and the way back is a link.

use super::{
    dialog::show,
    form::{FormError, Post, Submit, on_answer},
};
use crate::app::effect::effect;
use leptos::{html, prelude::*, web_sys::Event};
use leptos_router::{NavigateOptions, hooks::use_navigate};

/// The dialog; put a form inside. Escape goes back.
#[component]
pub fn Ask(
    /// Unique on the page.
    id: &'static str,
    #[prop(into)] title: String,
    /// The address of the page without the question.
    back: String,
    children: Children,
) -> impl IntoView {
    let dialog: NodeRef<html::Dialog> = NodeRef::new();
    // Sent open, for it must be there without WASM; in the browser it is opened as a modal one.
    effect(move || {
        if let Some(dialog) = dialog.get() {
            show(&dialog, false);
            show(&dialog, true);
        }
    });
    on_cleanup(move || {
        if let Some(Some(dialog)) = dialog.try_get_untracked() {
            show(&dialog, false);
        }
    });
    let leave = leave(back);
    let on_cancel = move |event: Event| {
        event.prevent_default();
        leave.run(());
    };
    let title_id = format!("{id}-title");
    view! {
        <dialog class="dialog ask" id=id open=cfg!(feature = "ssr") aria-labelledby=title_id node_ref=dialog on:cancel=on_cancel>
            <h2 id=title_id.clone()>{title}</h2>
            {children()}
        </dialog>
    }
}

/// Goes back to the page without the question.
fn leave(back: String) -> Callback<()> {
    let navigate = use_navigate();
    Callback::new(move |()| {
        navigate(&back, NavigateOptions { replace: true, scroll: false, ..NavigateOptions::default() });
    })
}

/// Goes back once what was asked is done.
pub fn leave_when_done<T: Send + Sync>(action: Post<T>, back: String) {
    let leave = leave(back);
    on_answer(action, move |answer| {
        if answer.is_ok() {
            leave.run(());
        }
    });
}

/// The end of a question's form: what was wrong, the way back, and the button.
#[component]
pub fn AskEnd(
    back: String,
    /// The button's text.
    #[prop(into)]
    yes: String,
    /// True for what takes something away.
    #[prop(optional)]
    danger: bool,
) -> impl IntoView {
    view! {
        <FormError/>
        <div class="dialog-actions">
            <a class="btn" href=back data-noscroll="true">"Cancel" <kbd class="key-hint">"esc"</kbd></a>
            <Submit class=if danger { "btn danger primary" } else { "btn primary" }>{yes}</Submit>
        </div>
    }
}

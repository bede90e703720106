//! The native `<dialog>`. Only for what is comfort: without WASM a dialog never opens, so nothing may
//! be reachable through one alone.

use crate::app::effect::effect;
use leptos::{html, prelude::*, web_sys::HtmlDialogElement};

/// Opens or closes a dialog, whatever it is now.
pub(super) fn show(dialog: &HtmlDialogElement, open: bool) {
    if open && !dialog.open() {
        if let Err(e) = dialog.show_modal() {
            leptos::logging::error!("dialog: {e:?}");
        }
    } else if !open && dialog.open() {
        dialog.close();
    }
}

/// A modal dialog; Escape, or a form with `method="dialog"`, closes it.
#[component]
pub fn Dialog(
    /// Unique on the page.
    #[prop(into)]
    id: String,
    #[prop(into)] title: String,
    open: RwSignal<bool>,
    children: Children,
) -> impl IntoView {
    let dialog: NodeRef<html::Dialog> = NodeRef::new();
    effect(move || {
        if let Some(dialog) = dialog.get() {
            show(&dialog, open.get());
        }
    });
    let title_id = format!("{id}-title");
    view! {
        <dialog class="dialog" id=id aria-labelledby=title_id node_ref=dialog on:close=move |_| open.set(false)>
            <h2 id=title_id.clone()>{title}</h2>
            {children()}
        </dialog>
    }
}

//! An expense in one line, from any page: a dialog that `n` and the round button open.

use super::{
    dialog::Dialog,
    dialogs::{OnDemand, use_dialogs},
};
use crate::app::{
    effect::effect,
    keys::{Group, use_key},
    pages::{quick::QuickForm, row::focus},
};
use leptos::prelude::*;

/// The form's DOM id.
const FORM: &str = "add-quick";

/// The dialog. In the frame.
#[component]
pub fn Add() -> impl IntoView {
    let open = use_dialogs().add;
    use_key("n", "Add an expense", Group::Everywhere, move || open.set(true));
    view! {
        <Dialog id="new-expense" title="Add an expense" open>
            <OnDemand open load=line/>
            <form method="dialog" class="dialog-actions">
                <a class="btn ghost" href="/expenses?add=1" on:click=move |_| open.set(false)>"All fields"</a>
                <button class="btn" type="submit">"Close"</button>
            </form>
        </Dialog>
    }
}

later! {
    entry;
    fn line() -> AnyView {
        view! { <Line/> }.into_any()
    }
}

#[component]
fn Line() -> impl IntoView {
    let (open, start) = (use_dialogs().add, use_dialogs().line);
    effect(move || {
        if open.get() {
            focus(&format!("{FORM}-line"));
        }
    });
    view! { <div class="quick"><QuickForm id=FORM start dialog=open/></div> }
}

//! Keys of the keyboard: whether single ones work in this browser.

use super::Section;
use crate::app::{
    components::{dialogs::use_dialogs, keyboard::KeySwitch},
    keys::use_keys,
};
use leptos::prelude::*;

#[component]
pub(super) fn Keyboard() -> impl IntoView {
    let (keys, open) = (use_keys(), use_dialogs().keys);
    let card = move || {
        view! {
            <Section id="keyboard" title="Keyboard" lead="Single keys go to pages and do what is done often. Turn them off where they get in the way of speech input.">
                <div class="form">
                    <KeySwitch id="keyboard-switch"/>
                    <div class="form-actions">
                        <button class="btn" type="button" on:click=move |_| open.set(true)>"Show all keys"</button>
                    </div>
                </div>
            </Section>
        }
    };
    // Without WASM no key works, so there is nothing to set.
    view! { <Show when=move || keys.live.get()>{card}</Show> }
}

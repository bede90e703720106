//! What is far too long for any field is refused before the browser takes it: to lay out megabytes in one line would
//! hold the page up for long, and what stood in the field would be lost among it.

use super::here::use_here;
use crate::app::effect::effect;
use leptos::{
    ev,
    prelude::*,
    web_sys::{
        InputEvent,
        js_sys::{JsString, Reflect},
    },
};

/// In UTF-16 units; more than any field takes.
const LONGEST: u32 = 20_000;

/// For as long as the owner lives: says so instead of letting such a text in.
pub fn refuse_huge_pastes() {
    let here = use_here();
    effect(move || {
        let listening = window_event_listener(ev::beforeinput, move |event: InputEvent| {
            // Its length alone: the text itself stays in the browser.
            let data = Reflect::get(&event, &"data".into()).unwrap_or_default();
            let length = if data.is_string() { JsString::from(data).length() } else { 0 };
            if length > LONGEST {
                event.prevent_default();
                let length = here.locale().group(&length.to_string());
                here.tell(format!("That is {length} characters, more than any field takes. Nothing was pasted."));
            }
        });
        on_cleanup(move || listening.remove());
    });
}

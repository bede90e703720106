//! Whether something half typed would be lost if what was read were shown anew.

use leptos::{
    ev,
    prelude::*,
    wasm_bindgen::JsCast,
    web_sys::{Element, Event},
};

/// On a form in which somebody has typed.
const TYPED: &str = "data-typed";
/// What is read again is inside of `loaded`; editors of rows are in `editing`.
const HALF_TYPED: &str =
    ".loaded [data-typed], .loaded .editing, .loaded :is(textarea, select, input:not([type=checkbox], [type=radio])):focus";

/// Marks the forms that are typed in, for as long as the owner lives.
pub fn watch() {
    let typed = window_event_listener(ev::input, |event| {
        if let Some(form) = form_of(&event) {
            mark(&form, true);
        }
    });
    let sent = window_event_listener(ev::submit, |event| {
        if let Some(form) = form_of(&event) {
            mark(&form, false);
        }
    });
    on_cleanup(move || {
        typed.remove();
        sent.remove();
    });
}

fn form_of(event: &Event) -> Option<Element> {
    event.target()?.dyn_into::<Element>().ok()?.closest("form").ok().flatten()
}

fn mark(form: &Element, typed: bool) {
    // Neither can fail: the name is a name.
    let _ = if typed { form.set_attribute(TYPED, "") } else { form.remove_attribute(TYPED) };
}

pub fn half_typed() -> bool {
    document().query_selector(HALF_TYPED).is_ok_and(|found| found.is_some())
}

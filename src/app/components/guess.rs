//! What the browser gives away about where a person lives, to begin a form with. Never more than a guess:
//! the person sees it before it is sent, and the server checks it.

use crate::app::effect::effect;
use crate::domain::{Currency, Locale};
use leptos::{
    prelude::*,
    wasm_bindgen::JsValue,
    web_sys::js_sys::{Array, Intl, Object, Reflect},
};

/// Values of form fields; the defaults until the browser has been asked.
#[derive(Clone, Copy)]
pub struct Guess {
    /// IANA name.
    pub time_zone: RwSignal<String>,
    pub locale: RwSignal<String>,
    pub currency: RwSignal<String>,
}

/// Asks the browser once it runs the page.
pub fn use_guess() -> Guess {
    let guess = Guess {
        time_zone: RwSignal::new("UTC".to_owned()),
        locale: RwSignal::new(Locale::default().code().to_owned()),
        currency: RwSignal::new(Currency::EUR.code().to_owned()),
    };
    effect(move || {
        if let Some(zone) = of_browser("timeZone") {
            guess.time_zone.set(zone);
        }
        let Some(language) = of_browser("locale") else { return };
        if let Some(locale) = Locale::matching(&language) {
            guess.locale.set(locale.code().to_owned());
        }
        // The region of a BCP 47 tag: its part of two letters after the language.
        let region = language.split(['-', '_']).skip(1).find(|part| part.len() == 2);
        if let Some(currency) = region.and_then(Currency::of_region) {
            guess.currency.set(currency.code().to_owned());
        }
    });
    guess
}

/// An option with which the browser writes days by itself.
fn of_browser(option: &str) -> Option<String> {
    let options = Intl::DateTimeFormat::new(&Array::new(), &Object::new()).resolved_options();
    Reflect::get(&options, &JsValue::from_str(option)).ok()?.as_string()
}

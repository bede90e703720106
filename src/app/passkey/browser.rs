//! The one thin binding to `navigator.credentials` (WebAuthn level 3 §5.1.8 and after): options and answers as JSON.

use js_sys::{Function, JSON, Object, Promise, Reflect};
use leptos::prelude::window;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

fn of(from: &JsValue, name: &str) -> Option<JsValue> {
    Reflect::get(from, &name.into()).ok().filter(|value| !value.is_undefined() && !value.is_null())
}

fn kind() -> Option<JsValue> {
    of(&window(), "PublicKeyCredential")
}

/// True where the browser can do all of it, and the page was loaded in a way that lets it.
pub fn are_there() -> bool {
    kind().is_some_and(|kind| of(&kind, "parseCreationOptionsFromJSON").is_some())
}

/// A new passkey by `PublicKeyCredentialCreationOptionsJSON`; `None` when none was made.
pub async fn make(options: String) -> Option<String> {
    ask("create", "parseCreationOptionsFromJSON", &options).await
}

/// An answer by `PublicKeyCredentialRequestOptionsJSON`; `None` when no passkey was used.
pub async fn sign(options: String) -> Option<String> {
    ask("get", "parseRequestOptionsFromJSON", &options).await
}

async fn ask(method: &str, read: &str, options: &str) -> Option<String> {
    let kind = kind()?;
    let read: Function = of(&kind, read)?.dyn_into().ok()?;
    let options = read.call1(&kind, &JSON::parse(options).ok()?).ok()?;
    let wanted = Object::new();
    Reflect::set(&wanted, &"publicKey".into(), &options).ok()?;
    let devices = of(&of(&window(), "navigator")?, "credentials")?;
    let ask: Function = of(&devices, method)?.dyn_into().ok()?;
    let answer: Promise = ask.call1(&devices, &wanted).ok()?.dyn_into().ok()?;
    JSON::stringify(&JsFuture::from(answer).await.ok()?).ok()?.as_string()
}

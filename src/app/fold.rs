//! Folding of text in the browser, whose own Unicode tables do it; what is folded so equals what the server folds
//! (`domain::fold`). It must never be called on the server.

use leptos::web_sys::js_sys::{JsString, RegExp};

/// Lower case, compatibility forms resolved, without accents.
pub fn fold(text: &str) -> String {
    let marks = RegExp::new("\\p{M}", "gu");
    let bare = JsString::from(text).normalize("NFKD").replace_by_pattern(&marks, "");
    String::from(bare).chars().flat_map(char::to_lowercase).collect()
}

/// The folded words of a text.
pub fn words(text: &str) -> Vec<String> {
    fold(text).split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

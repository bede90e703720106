//! The cookies: the session, a sign-in that waits for its code, and the flash of a form without JavaScript (S18).

use crate::server::{
    App,
    auth::{Halfway, SignedIn},
    config::Config,
};
use http::{HeaderMap, HeaderName, HeaderValue, header, request::Parts};
use leptos::prelude::use_context;
use leptos_axum::ResponseOptions;

/// The name of the session's cookie. `__Host-` needs HTTPS (RFC 6265bis §4.1.3.2).
pub fn session_name(config: &Config) -> &'static str {
    if config.is_https() { "__Host-outlay" } else { "outlay" }
}

/// The name of the flash's cookie.
pub fn flash_name(config: &Config) -> &'static str {
    if config.is_https() { "__Host-outlay-flash" } else { "outlay-flash" }
}

/// The name of the cookie of a sign-in that waits for its code.
fn halfway_name(config: &Config) -> &'static str {
    if config.is_https() { "__Host-outlay-code" } else { "outlay-code" }
}

/// The value of a cookie that the browser sent (RFC 6265 §4.2.1).
pub fn read<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find_map(|(found, value)| (found == name).then_some(value))
}

/// A `Set-Cookie` for the whole site; `max_age` in seconds, 0 takes it away.
pub fn set(config: &Config, name: &str, value: &str, max_age: i64) -> Option<HeaderValue> {
    let secure = if config.is_https() { "; Secure" } else { "" };
    HeaderValue::from_str(&format!("{name}={value}; Path=/; HttpOnly; SameSite=Lax; Max-Age={max_age}{secure}")).ok()
}

/// For server functions: the browser gets the session that has just begun.
pub fn set_session_cookie(signed_in: &SignedIn) {
    put_session(&signed_in.cookie, signed_in.max_age);
}

/// For server functions: the browser drops the session, and what it kept of the pages (S32).
pub fn clear_session_cookie() {
    put_session("", 0);
    if let Some(response) = use_context::<ResponseOptions>() {
        let everything = HeaderValue::from_static("\"cache\", \"storage\"");
        response.insert_header(HeaderName::from_static("clear-site-data"), everything);
    }
}

/// For server functions: the browser remembers that the password was right.
pub fn set_halfway_cookie(halfway: &Halfway) {
    put(halfway_name, &halfway.cookie, halfway.max_age);
}

/// For server functions: the code came, so nothing is waited for.
pub fn clear_halfway_cookie() {
    put(halfway_name, "", 0);
}

/// For server functions: what the browser remembers of a right password.
pub fn halfway_cookie() -> Option<String> {
    let (app, parts) = (use_context::<App>()?, use_context::<Parts>()?);
    read(&parts.headers, halfway_name(&app.config)).map(ToOwned::to_owned)
}

fn put_session(value: &str, max_age: i64) {
    put(session_name, value, max_age);
}

fn put(name: fn(&Config) -> &'static str, value: &str, max_age: i64) {
    let (Some(app), Some(response)) = (use_context::<App>(), use_context::<ResponseOptions>()) else { return };
    if let Some(cookie) = set(&app.config, name(&app.config), value, max_age) {
        response.append_header(header::SET_COOKIE, cookie);
    }
}

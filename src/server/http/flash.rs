//! What a form without JavaScript leaves for the page after it: in a short cookie, or (when too large
//! for one, or secret) here under a random name. Read once. It must never hold a password, and never put a
//! token that was just made into the cookie.

use super::cookies;
use crate::{
    api::boot::{Flash, FormFlash},
    server::config::Config,
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use http::{HeaderMap, HeaderValue};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

/// Seconds for which a flash lives; longer when the person has to sign in before reading it.
pub const LIFE: i64 = 60;
pub const LIFE_OVER_SIGN_IN: i64 = 600;

const LARGEST_COOKIE: usize = 3_000;
const MOST_KEPT: usize = 256;
/// More than [`MOST_KEPT`] × this is never held.
const LARGEST_KEPT: usize = 128 * 1024;

/// Flashes too large for a cookie.
#[derive(Clone, Default)]
pub struct Flashes(Arc<Mutex<HashMap<String, (Instant, String)>>>);

impl Flashes {
    /// The `Set-Cookie` that carries `flash` to the next page.
    pub fn leave(&self, config: &Config, flash: &Flash, life: i64) -> Option<HeaderValue> {
        let text = serde_json::to_string(flash).ok()?;
        let encoded = format!("v{}", URL_SAFE_NO_PAD.encode(&text));
        let fits = encoded.len() <= LARGEST_COOKIE && flash.shown_once.is_none();
        let value = if fits { encoded } else { self.keep(text, life)? };
        cookies::set(config, cookies::flash_name(config), &value, life)
    }

    fn keep(&self, text: String, life: i64) -> Option<String> {
        if text.len() > LARGEST_KEPT {
            return None;
        }
        let name = format!("k{}", URL_SAFE_NO_PAD.encode(rand::random::<[u8; 16]>()));
        let now = Instant::now();
        let mut kept = self.0.lock().ok()?;
        kept.retain(|_, (until, _)| *until > now);
        if kept.len() >= MOST_KEPT
            && let Some(oldest) = kept.iter().min_by_key(|(_, (until, _))| *until).map(|(name, _)| name.clone())
        {
            kept.remove(&oldest);
        }
        kept.insert(name.clone(), (now + Duration::from_secs(life.unsigned_abs()), text));
        Some(name)
    }

    /// What the request's cookie says; it stays to be read again.
    pub fn peek(&self, config: &Config, headers: &HeaderMap) -> Option<Flash> {
        let value = cookies::read(headers, cookies::flash_name(config))?;
        let text = match value.strip_prefix('v') {
            Some(encoded) => String::from_utf8(URL_SAFE_NO_PAD.decode(encoded).ok()?).ok()?,
            None => {
                let kept = self.0.lock().ok()?;
                kept.get(value).filter(|(until, _)| *until > Instant::now())?.1.clone()
            }
        };
        serde_json::from_str(&text).ok()
    }

    /// The `Set-Cookie` after a flash was read.
    pub fn forget(&self, config: &Config, headers: &HeaderMap) -> Option<HeaderValue> {
        let name = cookies::flash_name(config);
        let value = cookies::read(headers, name)?;
        if let Ok(mut kept) = self.0.lock() {
            kept.remove(value);
        }
        cookies::set(config, name, "", 0)
    }
}

/// A refused form, less its secrets.
pub fn refused(action: &str, fields: Vec<(String, String)>, problem: crate::domain::Problem) -> Flash {
    let fields = fields.into_iter().filter(|(name, _)| !is_secret(name)).collect();
    Flash { form: Some(FormFlash { action: action.to_owned(), fields, problem }), ..Flash::default() }
}

fn is_secret(field: &str) -> bool {
    let field = field.to_ascii_lowercase();
    field.contains("password") || field.contains("token") || field == "code"
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Problem;
    use http::header;

    fn round_trip(fields: Vec<(String, String)>) -> (usize, Option<Flash>, Option<Flash>) {
        let (config, flashes) = (Config::default(), Flashes::default());
        let flash = refused("/api/x", fields, Problem::not_found());
        let cookie = flashes.leave(&config, &flash, LIFE).expect("cookie");
        let pair = cookie.to_str().expect("text").split(';').next().expect("pair").to_owned();
        let mut headers = HeaderMap::new();
        headers.insert(header::COOKIE, format!("a=b; {pair}").parse().expect("cookie"));
        let read = flashes.peek(&config, &headers);
        flashes.forget(&config, &headers).expect("forgotten");
        (cookie.len(), read, flashes.peek(&config, &headers))
    }

    #[test]
    fn small_and_large_flashes_come_back_without_secrets() {
        for size in [10, 10_000] {
            let typed = "ž".repeat(size);
            let fields = vec![("what".to_owned(), typed.clone()), ("new_Password".to_owned(), "hush".to_owned())];
            let (length, flash, again) = round_trip(fields);
            assert!(length < 4_096);
            let form = flash.expect("flash").form.expect("form");
            assert_eq!(form.fields, [("what".to_owned(), typed)]);
            assert_eq!(again.is_none(), size == 10_000, "a kept flash is read once");
        }
    }

    #[test]
    fn s22_a_new_token_is_not_in_the_cookie() {
        let (config, flashes) = (Config::default(), Flashes::default());
        let flash = Flash { shown_once: Some("outlay_pat_x".to_owned()), ..Flash::default() };
        let cookie = flashes.leave(&config, &flash, LIFE).expect("cookie");
        let value = cookie.to_str().expect("text").split(['=', ';']).nth(1).expect("value").to_owned();
        assert!(value.starts_with('k') && value.len() < 30, "{value}");
    }
}

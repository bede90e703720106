//! Programs that may ask for access in somebody's name (OAuth 2.0, RFC 6749). An admin registers each; none has a secret, for
//! what runs on a person's machine cannot keep one (RFC 8252).

use super::{FieldError, Instant, ProgramId, Scopes, text::Name};
use serde::{Deserialize, Serialize, de};
use std::fmt;

/// The most addresses of one program.
pub const MOST_ADDRESSES: usize = 10;
const MAX_BYTES: usize = 500;

/// A program as it was registered; it is never changed, only removed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Program {
    /// OAuth's `client_id`.
    pub id: ProgramId,
    /// Unique, whatever its case: people decide by it.
    pub name: Name,
    /// Where it may be sent to; one of them to the letter (RFC 9700 §2.1).
    pub redirect_uris: Vec<RedirectUri>,
    /// The most it may ask for.
    pub scopes: Scopes,
    pub created_at: Instant,
}

impl Program {
    pub fn has(&self, address: &str) -> bool {
        self.redirect_uris.iter().any(|own| own.0 == address)
    }
}

/// Where a browser may be sent with a code: HTTPS, this machine, or a scheme that is the program's own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct RedirectUri(String);

impl RedirectUri {
    /// Refuses what has a fragment (RFC 6749 §3.1.2), a password, or a scheme that a browser runs.
    pub fn parse(text: &str) -> Result<Self, FieldError> {
        let wrong = |message: &str| FieldError::new("redirect_uris", "invalid_address", message);
        let text = text.trim();
        let plain = text.len() <= MAX_BYTES && text.bytes().all(|b| b.is_ascii_graphic() && !b"#\"'<>\\^`{}|;,".contains(&b));
        if !plain {
            return Err(wrong("Enter a whole address of at most 500 characters without spaces, quotes or “#”."));
        }
        let Some((scheme, rest)) = text.split_once(':') else { return Err(wrong("Enter a whole address, such as https://…")) };
        let authority = rest.strip_prefix("//").map(|rest| rest.split(['/', '?']).next().unwrap_or_default());
        let fine = match (scheme, authority) {
            ("https", Some(host)) => is_host(host),
            ("http", Some(host)) => is_host(host) && is_loopback(host),
            // A name that somebody owns, in reverse (RFC 8252 §7.1).
            (own, _) => {
                own.contains('.')
                    && own.starts_with(|c: char| c.is_ascii_lowercase())
                    && own.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b".-".contains(&b))
                    && rest.starts_with('/')
            }
        };
        if fine {
            return Ok(Self(text.to_owned()));
        }
        Err(wrong(
            "Use https://, http:// on this machine (127.0.0.1, [::1] or localhost), or a scheme such as com.example.app:/.",
        ))
    }
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What a policy for forms calls the place an address leads to (CSP level 3, §2.3.1): the origin, or the scheme.
pub fn form_source(address: &str) -> &str {
    let end = address.find("://").filter(|_| address.starts_with("http")).map(|at| {
        let rest = &address[at + 3..];
        at + 3 + rest.find(['/', '?']).unwrap_or(rest.len())
    });
    &address[..end.or_else(|| address.find(':').map(|at| at + 1)).unwrap_or(0)]
}

fn is_host(authority: &str) -> bool {
    let (host, port) = match authority.rfind(':').filter(|at| !authority[*at..].contains(']')) {
        Some(at) => (&authority[..at], Some(&authority[at + 1..])),
        None => (authority, None),
    };
    let named = !host.is_empty() && host.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b".-".contains(&b));
    (named || host == "[::1]") && port.is_none_or(|port| port.parse::<u16>().is_ok_and(|n| n > 0))
}

fn is_loopback(authority: &str) -> bool {
    ["localhost", "127.0.0.1", "[::1]"]
        .iter()
        .any(|own| authority.strip_prefix(own).is_some_and(|rest| rest.is_empty() || rest.starts_with(':')))
}

impl fmt::Display for RedirectUri {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
impl<'de> Deserialize<'de> for RedirectUri {
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        Self::parse(&String::deserialize(d)?).map_err(|e| de::Error::custom(e.message))
    }
}

/// Reads addresses as somebody typed them, one a line or between spaces.
pub fn addresses<'a>(texts: impl IntoIterator<Item = &'a str>) -> Result<Vec<RedirectUri>, FieldError> {
    let mut found: Vec<RedirectUri> = Vec::new();
    for text in texts.into_iter().flat_map(str::split_whitespace) {
        let address = RedirectUri::parse(text)?;
        if !found.contains(&address) {
            found.push(address);
        }
    }
    match found.len() {
        0 => Err(FieldError::new("redirect_uris", "required", "Enter where people are sent back to, such as https://….")),
        1..=MOST_ADDRESSES => Ok(found),
        _ => Err(FieldError::new("redirect_uris", "too_many", format!("Enter at most {MOST_ADDRESSES} addresses."))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn s30_only_addresses_that_lead_to_a_program() {
        for good in [
            "https://coffers.example/callback",
            "https://coffers.example:8443/cb?from=outlay",
            "https://coffers.example",
            "http://127.0.0.1:8910/callback",
            "http://localhost:8910",
            "http://[::1]:8910/cb",
            "com.example.app:/callback",
            "com.example.my-app://callback",
        ] {
            assert_eq!(RedirectUri::parse(good).as_ref().map(RedirectUri::as_str), Ok(good));
        }
        for bad in [
            "",
            "/callback",
            "coffers.example/callback",
            "http://coffers.example/callback",
            "http://127.0.0.1.evil.example/cb",
            "http://localhost@evil.example/",
            "https://user:password@coffers.example/",
            "https://coffers.example/#token",
            "https:///callback",
            "https://",
            "https://coffers.example:0/",
            "https://coffers.example:99999/",
            "https://*.example/",
            "https://coffers.example/;script-src",
            "https://coffers.example/ x",
            "https://coffers.example/\n",
            "https://Ä.example/",
            "javascript:alert(1)",
            "data:text/html,x",
            "file:///etc/passwd",
            "vbscript:x",
            "app:/callback",
            "Com.Example:/cb",
            "com.example.app:callback",
        ] {
            let refused = RedirectUri::parse(bad).is_err();
            assert!(refused || bad.trim() != bad, "{bad:?}");
        }
        assert!(addresses(["https://a.example\n https://b.example/x", "https://a.example"]).is_ok_and(|all| all.len() == 2));
        assert!(addresses([" ", ""]).is_err());
        let many = (0..11).map(|n| format!("https://a.example/{n}")).collect::<Vec<_>>().join(" ");
        assert_eq!(addresses([many.as_str()]).map_err(|e| e.code), Err("too_many".to_owned()));
    }

    #[test]
    fn s26_what_a_policy_calls_an_address() {
        assert_eq!(form_source("https://coffers.example:8443/cb?x=1"), "https://coffers.example:8443");
        assert_eq!(form_source("http://127.0.0.1:8910?x"), "http://127.0.0.1:8910");
        assert_eq!(form_source("https://coffers.example"), "https://coffers.example");
        assert_eq!(form_source("com.example.app:/cb"), "com.example.app:");
        assert_eq!(form_source("com.example.app://cb"), "com.example.app:");
    }
}

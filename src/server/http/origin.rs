//! Requests must be meant for this server (S60) and come from its own pages (S23).

use super::{Site, cookies, problem::Refusal};
use crate::domain::{Code, Problem};
use axum::{
    extract::{Request, State},
    middleware::Next,
    response::{IntoResponse, Response},
};
use http::{HeaderValue, Method, header, uri::Authority};
use tower_http::csrf::ProtectionError;

/// Refuses hosts other than that of the base URL; on a loopback base URL, its other names will do.
pub async fn host(State(site): State<Site>, request: Request, next: Next) -> Response {
    let health = matches!(request.uri().path(), "/livez" | "/readyz");
    let named = request.uri().authority().cloned().or_else(|| {
        let value = request.headers().get(header::HOST)?;
        Authority::try_from(value.as_bytes()).ok()
    });
    if health || named.is_some_and(|named| is_ours(&named, &site.app.config.base_url)) {
        return next.run(request).await;
    }
    let detail = format!(
        "This server is reached at {}. To use another address, set OUTLAY_BASE_URL to it (and let a proxy pass the Host header on).",
        site.app.config.base_url
    );
    Refusal(Problem::new(Code::Malformed, detail)).into_response()
}

fn is_ours(named: &Authority, base_url: &str) -> bool {
    let (https, rest) = match base_url.split_once("://") {
        Some((scheme, rest)) => (scheme == "https", rest),
        None => return false,
    };
    let Ok(base) = Authority::try_from(rest) else { return false };
    let port = |authority: &Authority| authority.port_u16().unwrap_or(if https { 443 } else { 80 });
    let same = named.host().eq_ignore_ascii_case(base.host()) || (is_loopback(named.host()) && is_loopback(base.host()));
    same && port(named) == port(&base) && !named.as_str().contains('@')
}

/// True for names and addresses of the machine itself, as they stand in a URL.
pub fn is_loopback(host: &str) -> bool {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    bare.eq_ignore_ascii_case("localhost") || bare.parse::<std::net::IpAddr>().is_ok_and(|a| a.to_canonical().is_loopback())
}

fn cross_site() -> Problem {
    Problem::new(Code::CrossSite, "This request did not come from Outlay's own page. Open Outlay and try again from there.")
}

/// The answer of tower-http's check.
pub fn rejected(_: ProtectionError) -> Response {
    Refusal(cross_site()).into_response()
}

/// True for what may come from anywhere, because it changes nothing.
pub fn is_safe(method: &Method) -> bool {
    matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS)
}

/// What tower-http's check lets through and we do not: an opaque origin, and an unsafe request that
/// brings a cookie but no word of where it comes from.
pub async fn strict(State(site): State<Site>, request: Request, next: Next) -> Response {
    let safe = is_safe(request.method());
    let headers = request.headers();
    let origin = headers.get(header::ORIGIN);
    let opaque = origin.is_some_and(|o| o == HeaderValue::from_static("null"));
    let silent = origin.is_none()
        && !headers.contains_key("sec-fetch-site")
        && cookies::read(headers, cookies::session_name(&site.app.config)).is_some();
    if !safe && (opaque || silent) {
        return Refusal(cross_site()).into_response();
    }
    next.run(request).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn s60_only_our_own_hosts() {
        for (host, base, ours) in [
            ("localhost:3000", "http://localhost:3000", true),
            ("127.0.0.1:3000", "http://localhost:3000", true),
            ("[::1]:3000", "http://localhost:3000", true),
            ("LOCALHOST:3000", "http://localhost:3000", true),
            ("localhost:3001", "http://localhost:3000", false),
            ("localhost", "http://localhost:3000", false),
            ("evil.example:3000", "http://localhost:3000", false),
            ("localhost.evil.example:3000", "http://localhost:3000", false),
            ("x@localhost:3000", "http://localhost:3000", false),
            ("money.example", "https://money.example", true),
            ("money.example:443", "https://money.example", true),
            ("money.example:80", "https://money.example", false),
            ("localhost", "https://money.example", false),
        ] {
            assert_eq!(is_ours(&host.parse().expect("authority"), base), ours, "{host} {base}");
        }
    }
}

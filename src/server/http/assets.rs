//! The front end's files, embedded in the binary and served for ever under the hash of the whole
//! bundle. It must never answer the page for a file that is not there (S32).

use super::problem::Refusal;
use crate::domain::Problem;
use axum::{
    body::{Body, Bytes},
    extract::{Path, State},
    response::{IntoResponse, Response},
};
use flate2::read::GzDecoder;
use http::{HeaderMap, HeaderValue, StatusCode, header};
use std::{borrow::Cow, io::Read, sync::Arc};

type Find = fn(&str) -> Option<Cow<'static, [u8]>>;

/// A table of files by name, or of what compresses well by `NAME.br` and `NAME.gz` alone.
#[derive(Clone)]
pub struct Assets {
    hash: &'static str,
    prefix: Arc<str>,
    find: Find,
}

impl Assets {
    /// `hash` names the whole bundle; `none` stands for a binary without a front end.
    pub fn new(hash: &'static str, find: Find) -> Self {
        let hash = hash.trim();
        Self { hash, prefix: format!("/assets/{hash}").into(), find }
    }
    /// `/assets/<hash>`, under which the files are.
    pub fn prefix(&self) -> &str {
        &self.prefix
    }
    /// True when the binary was built without a front end.
    pub fn missing(&self) -> bool {
        (self.find)("app.js.gz").or_else(|| (self.find)("app.js")).is_none()
    }
    /// A file as it is, for the few clients that take no compression.
    fn plain(&self, name: &str) -> Option<Bytes> {
        self.bytes(name).or_else(|| {
            let mut plain = Vec::new();
            let packed = self.bytes(&format!("{name}.gz"))?;
            GzDecoder::new(&*packed).read_to_end(&mut plain).is_ok().then(|| plain.into())
        })
    }
    fn bytes(&self, name: &str) -> Option<Bytes> {
        (self.find)(name).map(|data| match data {
            Cow::Borrowed(data) => Bytes::from_static(data),
            Cow::Owned(data) => Bytes::from(data),
        })
    }
}

/// `GET /assets/{hash}/{*name}`.
pub async fn file(State(assets): State<Assets>, Path((hash, name)): Path<(String, String)>, headers: HeaderMap) -> Response {
    let known = hash == assets.hash && !name.ends_with(".br") && !name.ends_with(".gz") && name != "hash";
    let found = known.then(|| encoded(&assets, &name, &headers)).flatten();
    let Some((encoding, bytes)) = found else {
        return Refusal(Problem::not_found()).into_response();
    };
    let mut response = (StatusCode::OK, Body::from(bytes)).into_response();
    let out = response.headers_mut();
    out.insert(header::CONTENT_TYPE, content_type(&name));
    out.insert(header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=31536000, immutable"));
    out.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    if let Some(encoding) = encoding {
        out.insert(header::CONTENT_ENCODING, HeaderValue::from_static(encoding));
    }
    response
}

/// The smallest form that the client takes.
fn encoded(assets: &Assets, name: &str, headers: &HeaderMap) -> Option<(Option<&'static str>, Bytes)> {
    let accepted = headers.get(header::ACCEPT_ENCODING).and_then(|v| v.to_str().ok()).unwrap_or_default();
    [("br", "br"), ("gzip", "gz")]
        .into_iter()
        .filter(|(encoding, _)| accepts(accepted, encoding))
        .find_map(|(encoding, ending)| Some((Some(encoding), assets.bytes(&format!("{name}.{ending}"))?)))
        .or_else(|| Some((None, assets.plain(name)?)))
}

/// Whether an `Accept-Encoding` names the encoding without refusing it by `q=0` (RFC 9110 §12.5.3).
fn accepts(header: &str, encoding: &str) -> bool {
    header.split(',').any(|item| {
        let mut parts = item.split(';').map(str::trim);
        let named = parts.next().is_some_and(|name| name.eq_ignore_ascii_case(encoding));
        let refused = parts.any(|p| p.strip_prefix("q=").is_some_and(|q| q.parse::<f32>().is_ok_and(|q| q <= 0.0)));
        named && !refused
    })
}

fn content_type(name: &str) -> HeaderValue {
    HeaderValue::from_static(match name.rsplit_once('.').map_or("", |(_, ending)| ending) {
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "wasm" => "application/wasm",
        "css" => "text/css; charset=utf-8",
        "svg" => "image/svg+xml; charset=utf-8",
        "png" => "image/png",
        "woff2" => "font/woff2",
        "webmanifest" => "application/manifest+json; charset=utf-8",
        "json" => "application/json; charset=utf-8",
        "txt" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    async fn get(hash: &str, name: &str, accepts: &str) -> Response {
        let assets = Assets::new("abc123\n", |name| match name {
            "app.wasm.gz" => {
                let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
                packed.write_all(b"plain").expect("written");
                Some(Cow::Owned(packed.finish().expect("packed")))
            }
            "app.wasm.br" => Some(Cow::Borrowed(b"small")),
            "icon.png" => Some(Cow::Borrowed(b"as it is")),
            "hash" => Some(Cow::Borrowed(b"abc123")),
            _ => None,
        });
        assert_eq!(assets.prefix(), "/assets/abc123");
        let headers = HeaderMap::from_iter([(header::ACCEPT_ENCODING, accepts.parse().expect("header"))]);
        file(State(assets), Path((hash.to_owned(), name.to_owned())), headers).await
    }

    #[tokio::test]
    async fn s32_files_are_immutable_and_only_under_their_hash() {
        let answer = get("abc123", "app.wasm", "gzip, br").await;
        let header = |name: &str| answer.headers()[name].to_str().expect("text").to_owned();
        assert_eq!(header("cache-control"), "public, max-age=31536000, immutable");
        assert_eq!((header("content-type"), header("content-encoding")), ("application/wasm".into(), "br".into()));
        assert_eq!(header("vary"), "accept-encoding");
        for (name, accepted, encoding, bytes) in [
            ("app.wasm", "gzip, br", Some("br"), Some(&b"small"[..])),
            ("app.wasm", "gzip", Some("gzip"), None),
            ("app.wasm", "", None, Some(b"plain")),
            ("icon.png", "br", None, Some(b"as it is")),
        ] {
            let answer = get("abc123", name, accepted).await;
            let sent = answer.headers().get(header::CONTENT_ENCODING).map(|v| v.to_str().expect("text").to_owned());
            assert_eq!(sent.as_deref(), encoding, "{name} {accepted}");
            let body = axum::body::to_bytes(answer.into_body(), 1_000).await.expect("a body");
            assert!(bytes.is_none_or(|bytes| body == bytes), "{name} {accepted}");
        }
        for (hash, name) in [("abc124", "app.wasm"), ("abc123", "app.js"), ("abc123", "app.wasm.br"), ("abc123", "hash")] {
            assert_eq!(get(hash, name, "br").await.status(), 404, "{hash}/{name}");
        }
    }

    #[test]
    fn encodings_are_negotiated() {
        for (header, br, gzip) in [
            ("gzip, deflate, br, zstd", true, true),
            ("br;q=0, gzip;q=0.5", false, true),
            ("BR ; q=1.0", true, false),
            ("brotli", false, false),
            ("", false, false),
        ] {
            assert_eq!((accepts(header, "br"), accepts(header, "gzip")), (br, gzip), "{header}");
        }
    }
}

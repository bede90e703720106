//! Where a browser may be sent: a path of this server and nowhere else (S30).

use http::{HeaderMap, Uri, header};
use percent_encoding::{NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

const LONGEST: usize = 2_048;

/// The path (with its query) when it can only lead to this server; else `None`.
pub fn safe_path(path: &str) -> Option<String> {
    let printable = path.len() <= LONGEST && path.bytes().all(|b| b.is_ascii_graphic() && b != b'\\');
    (printable && path.starts_with('/') && path.parse::<Uri>().is_ok() && is_plain(path)).then(|| path.to_owned())
}

/// No second slash, backslash, control character or dot segment, however often it was encoded.
fn is_plain(path: &str) -> bool {
    let mut path = path.split(['?', '#']).next().unwrap_or_default().to_owned();
    loop {
        let odd = path.contains("//") || path.contains('\\') || path.chars().any(char::is_control);
        if odd || path.split('/').any(|segment| segment == "." || segment == "..") {
            return false;
        }
        match percent_decode_str(&path).decode_utf8() {
            Ok(decoded) if decoded == path => return true,
            Ok(decoded) => path = decoded.into_owned(),
            Err(_) => return false,
        }
    }
}

/// The page that asks for the code beside the password, and then leads to `next`.
pub fn code_path(next: &str) -> String {
    const PAGE: &str = "/sign-in/code";
    match safe_path(next) {
        Some(next) if next != "/" => format!("{PAGE}?next={}", utf8_percent_encode(&next, NON_ALPHANUMERIC)),
        _ => PAGE.to_owned(),
    }
}

/// The path and query of the page that sent a form, when it was one of ours; else `/`.
pub fn came_from(headers: &HeaderMap) -> String {
    let host = headers.get(header::HOST).and_then(|v| v.to_str().ok());
    let referer = headers.get(header::REFERER).and_then(|v| v.to_str().ok()?.parse::<Uri>().ok());
    referer
        .filter(|uri| uri.authority().map(|a| a.as_str()) == host)
        .and_then(|uri| safe_path(uri.path_and_query()?.as_str()))
        .unwrap_or_else(|| "/".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn s30_only_local_paths() {
        let safe = [
            "/",
            "/expenses",
            "/expenses?from=2026-11-01&q=a%20b",
            "/expenses?category_id=none&next=https://evil.example",
            "/import?id=0192",
            "/setup?token=ab_c-d",
            "/a/b/c",
            "/a.b",
            "/a:b@c",
            "/%20x",
            "/e?x=%0d%0a",
            "/e?q=//",
        ];
        for path in safe {
            assert_eq!(safe_path(path).as_deref(), Some(path));
        }
        let long = format!("/{}", "a".repeat(2_048));
        let foreign = [
            "",
            "expenses",
            "//evil.example",
            "///evil.example",
            "/\\evil.example",
            "\\\\evil.example",
            "\\/evil.example",
            "/a\\b",
            "https://evil.example",
            "https:evil.example",
            "https:/evil.example",
            "HTTP://evil.example",
            "javascript:alert(1)",
            "data:text/html,x",
            "%2f%2fevil.example",
            "/%2fevil.example",
            "/%2Fevil.example",
            "/%5cevil.example",
            "/%5Cevil.example",
            "/%252fevil.example",
            "/%25252fevil.example",
            "/%09/evil.example",
            "/\t/evil.example",
            "/\n/evil.example",
            "/a\r\nset-cookie: x=y",
            "/a%0d%0aset-cookie:x",
            "/a\0b",
            "/a%00b",
            "/a b",
            " /a",
            "/./evil",
            "/..//evil.example",
            "/a/../../b",
            "/%2e%2e/b",
            "/a//b",
            "/ä",
            "/%ff",
            "@evil.example",
            "?next=/",
            long.as_str(),
        ];
        for path in foreign {
            assert_eq!(safe_path(path), None, "{path:?}");
        }
    }

    #[test]
    fn s30_a_foreign_referer_leads_home() {
        for (referer, path) in [
            ("http://localhost:3000/expenses?x=1", "/expenses?x=1"),
            ("http://localhost:3000", "/"),
            ("https://evil.example/x", "/"),
            ("http://localhost:3000@evil.example/x", "/"),
            ("http://localhost:3000//evil.example", "/"),
            ("about:blank", "/"),
            ("/x", "/"),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(header::HOST, "localhost:3000".parse().expect("host"));
            headers.insert(header::REFERER, referer.parse().expect("referer"));
            assert_eq!(came_from(&headers), path, "{referer}");
        }
    }
}

//! Headers, other sites, sizes, slow clients, errors, the log.

use crate::{
    common::{Browser, PASSWORD, Server, location},
    server_functions,
};
use axum::body::Bytes;
use http_body_util::StreamBody;
use hyper::body::Frame;
use reqwest::{Method, Response, header};
use std::{
    collections::HashSet,
    time::{Duration, Instant},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

const KNOWN: &str = "/api/page/profile/known";

fn header_of<'a>(answer: &'a Response, name: &str) -> &'a str {
    answer.headers().get(name).and_then(|v| v.to_str().ok()).unwrap_or_default()
}

/// Sends raw bytes and answers what comes back until the server closes, or 5 s.
async fn raw(port: u16, request: &[u8]) -> String {
    let mut socket = TcpStream::connect(("127.0.0.1", port)).await.expect("a connection");
    drop(socket.write_all(request).await);
    let mut answer = Vec::new();
    drop(tokio::time::timeout(Duration::from_secs(5), socket.read_to_end(&mut answer)).await);
    String::from_utf8_lossy(&answer).into_owned()
}

#[tokio::test]
async fn s26_s27_s31_s32_every_answer_carries_the_headers() {
    let server = Server::start().await;
    server.setup_admin().await;
    let browser = server.sign_in("admin").await;
    let visitor = server.visitor();
    let mut answers = Vec::new();
    for path in [
        "/",
        "/expenses",
        "/funds",
        "/import",
        "/history",
        "/categories",
        "/settings",
        "/more",
        "/nothing",
        "/livez",
        "/readyz",
        "/robots.txt",
        "/favicon.ico",
        "/assets/none/x.js",
        "/api/nothing",
        "/api/docs",
        "/api/v1/nothing",
        "/api/v1/openapi.json",
        "/api/v1/me",
    ] {
        answers.push((path, browser.get(path).await));
        answers.push((path, visitor.get(path).await));
    }
    let long = format!("/{}", "a".repeat(9_000));
    answers.push(("414", visitor.get(&long).await));
    answers.push(("405", visitor.form("/", "/expenses", &[]).await));
    answers.push((
        "cross site",
        visitor
            .http
            .post(format!("{}{KNOWN}", server.url))
            .header("sec-fetch-site", "cross-site")
            .send()
            .await
            .expect("an answer"),
    ));
    answers.push((
        "wrong host",
        visitor.request(Method::GET, "/").header(header::HOST, "evil.example").send().await.expect("an answer"),
    ));
    for (path, answer) in &answers {
        for (name, value) in [
            ("x-content-type-options", "nosniff"),
            ("referrer-policy", "same-origin"),
            ("cross-origin-opener-policy", "same-origin"),
            ("cross-origin-resource-policy", "same-origin"),
            ("x-frame-options", "DENY"),
            ("x-robots-tag", "noindex"),
            ("cache-control", "no-store"),
        ] {
            assert_eq!(header_of(answer, name), value, "{path}: {name}");
        }
        assert!(header_of(answer, "permissions-policy").contains("camera=()"), "{path}");
        let policy = header_of(answer, "content-security-policy");
        assert!(policy.starts_with("default-src 'none';") && policy.contains("frame-ancestors 'none'"), "{path}: {policy}");
        assert!(!policy.contains("unsafe-inline") && !policy.contains("'unsafe-eval'"), "{path}: {policy}");
        assert_eq!(header_of(answer, "content-type").starts_with("text/html"), policy.contains("script-src 'nonce-"), "{path}");
        for absent in ["server", "strict-transport-security", "access-control-allow-origin", "x-powered-by"] {
            assert!(!answer.headers().contains_key(absent), "{path}: {absent}");
        }
        assert_eq!(header_of(answer, "x-request-id").len(), 16, "{path}");
    }
}

#[tokio::test]
async fn s26_each_page_has_a_nonce_of_its_own_and_no_inline_style() {
    let server = Server::start().await;
    server.setup_admin().await;
    let browser = server.sign_in("admin").await;
    let mut nonces = HashSet::new();
    for round in 0..100 {
        let path = ["/", "/expenses", "/settings", "/nothing"][round % 4];
        let page = browser.get(path).await;
        let policy = header_of(&page, "content-security-policy").to_owned();
        let nonce = policy.split("'nonce-").nth(1).and_then(|rest| rest.split('\'').next()).expect("a nonce").to_owned();
        let html = page.text().await.expect("HTML");
        assert!(html.contains(&format!("nonce=\"{nonce}\"")), "{path}");
        assert!(!html.contains(" style=\""), "{path}");
        assert!(nonces.insert(nonce));
    }
}

#[tokio::test]
async fn s23_other_sites_change_nothing() {
    let server = Server::start().await;
    server.setup_admin().await;
    let browser = server.sign_in("admin").await;
    let own = server.url.clone();
    let port = server.port();
    let looks_alike = format!("http://localhost:{port}.evil.example");
    let cases: [(&[(&str, &str)], u16); 11] = [
        (&[("sec-fetch-site", "same-origin")], 200),
        (&[("sec-fetch-site", "none")], 200),
        (&[("origin", &own)], 200),
        (&[("sec-fetch-site", "same-origin"), ("origin", &own)], 200),
        (&[("sec-fetch-site", "cross-site")], 403),
        (&[("sec-fetch-site", "same-site")], 403),
        (&[("origin", "https://evil.example")], 403),
        (&[("origin", "null")], 403),
        (&[("sec-fetch-site", "same-origin"), ("origin", "null")], 403),
        (&[("origin", &looks_alike)], 403),
        (&[], 403),
    ];
    for (headers, status) in cases {
        let mut request = browser.http.post(format!("{own}{KNOWN}")).header(header::ACCEPT, "application/json");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let answer = request.send().await.expect("an answer");
        assert_eq!(answer.status().as_u16(), status, "{headers:?}");
        if status == 403 {
            assert!(answer.text().await.expect("text").contains("\"cross_site\""));
        }
    }
    let others = ["/import/upload", "/api/v1/oauth/token"].map(str::to_owned);
    for path in server_functions().into_iter().chain(others) {
        for (name, value) in [("sec-fetch-site", "cross-site"), ("origin", "https://evil.example")] {
            let answer = server.visitor().http.post(format!("{own}{path}")).header(name, value).send().await.expect("an answer");
            assert_eq!(answer.status(), 403, "{path} {name}");
        }
    }
    assert!(server.log().contains("malicious_csrf"));
}

#[tokio::test]
async fn s52_sizes_are_bounded_before_the_body_is_read() {
    let server = Server::with(&[("OUTLAY_LIMIT_IMPORT_BODY", "200000")]).await;
    server.setup_admin().await;
    let browser = server.sign_in("admin").await;
    let port = server.port();
    let too_long = format!("GET /{} HTTP/1.1\r\nHost: localhost:{port}\r\nConnection: close\r\n\r\n", "a".repeat(8_300));
    assert!(raw(port, too_long.as_bytes()).await.starts_with("HTTP/1.1 414"));
    for headers in [format!("X-Big: {}\r\n", "b".repeat(33_000)), "X-Many: 1\r\n".repeat(101), "X-Very-Many: 1\r\n".repeat(500)] {
        let request = format!("GET /livez HTTP/1.1\r\nHost: localhost:{port}\r\n{headers}Connection: close\r\n\r\n");
        let answer = raw(port, request.as_bytes()).await;
        assert!(answer.starts_with("HTTP/1.1 431"), "{answer}");
    }
    for (path, size) in
        [(KNOWN, 70_000), ("/api/v1/expenses", 70_000), ("/api/v1/oauth/token", 70_000), ("/api/v1/imports", 210_000)]
    {
        let declared =
            format!("POST {path} HTTP/1.1\r\nHost: localhost:{port}\r\nContent-Length: {size}\r\nConnection: close\r\n\r\n");
        let begun = Instant::now();
        let answer = raw(port, declared.as_bytes()).await;
        assert!(answer.starts_with("HTTP/1.1 413"), "{path}: {answer}");
        assert!(answer.contains("\"too_large\"") && begun.elapsed() < Duration::from_secs(4), "{path}: {answer}");
    }
    let chunked = |path: &str, kind: &str, size: usize| {
        let chunks = (0..size / 1_000).map(|_| Ok::<_, std::io::Error>(Frame::data(Bytes::from(vec![b'x'; 1_000]))));
        let body = reqwest::Body::wrap(StreamBody::new(futures::stream::iter(chunks.collect::<Vec<_>>())));
        browser.request(Method::POST, path).header(header::CONTENT_TYPE, kind).body(body).send()
    };
    let form = "application/x-www-form-urlencoded";
    assert_eq!(chunked(KNOWN, form, 70_000).await.expect("an answer").status(), 413);
    assert_ne!(chunked(KNOWN, form, 60_000).await.expect("an answer").status(), 413);
    let upload = |size: usize| {
        let part = reqwest::multipart::Part::bytes(vec![b'x'; size]).file_name("s.csv");
        let form = reqwest::multipart::Form::new().part("file", part);
        browser
            .request(Method::POST, "/import/upload")
            .header(header::REFERER, format!("{}/import", browser.url))
            .multipart(form)
            .send()
    };
    for size in [250_000, 3_000_000] {
        assert_eq!(upload(size).await.expect("an answer, not a reset").status(), 303, "{size}");
        let page = browser.get("/import").await.text().await.expect("a page");
        assert!(page.contains("This is larger than the"), "{size}");
    }
}

#[tokio::test]
async fn a_file_of_three_mib_is_taken() {
    let server = Server::start().await;
    let browser = server.setup_admin().await;
    let mut file = "Date,Description,Amount\n".to_owned();
    while file.len() < 3 * 1024 * 1024 {
        file.push_str("2026-03-01,");
        file.push_str(&"x".repeat(150));
        file.push_str(",-1.00\n");
    }
    let part = reqwest::multipart::Part::bytes(file.into_bytes()).file_name("s.csv");
    let form = reqwest::multipart::Form::new().part("file", part);
    let answer = browser.request(Method::POST, "/import/upload").multipart(form).send().await.expect("an answer");
    assert!(location(&answer).starts_with("/import?id="), "{answer:?}");
}

#[tokio::test]
async fn s53_slow_clients_are_cut() {
    let server = Server::with(&[
        ("OUTLAY_LIMIT_HEADER_TIMEOUT", "1"),
        ("OUTLAY_LIMIT_BODY_TIMEOUT", "1"),
        ("OUTLAY_LIMIT_KEEP_ALIVE", "2"),
    ])
    .await;
    let port = server.port();
    let begun = Instant::now();
    let mut drip = TcpStream::connect(("127.0.0.1", port)).await.expect("a connection");
    let mut cut = false;
    for byte in format!("GET /livez HTTP/1.1\r\nHost: localhost:{port}\r\nX-Slow: {}", "a".repeat(60)).bytes() {
        tokio::time::sleep(Duration::from_millis(100)).await;
        let mut one = [0; 1];
        cut = drip.write_all(&[byte]).await.is_err() || matches!(drip.try_read(&mut one), Ok(0));
        if cut {
            break;
        }
    }
    assert!(cut && begun.elapsed() < Duration::from_secs(4), "a dripping head is cut: {:?}", begun.elapsed());

    let begun = Instant::now();
    let slow_body = format!("POST {KNOWN} HTTP/1.1\r\nHost: localhost:{port}\r\nContent-Length: 10\r\n\r\nabc");
    raw(port, slow_body.as_bytes()).await;
    assert!(begun.elapsed() < Duration::from_secs(4), "a body that never ends is cut: {:?}", begun.elapsed());

    let begun = Instant::now();
    let idle = format!("GET /livez HTTP/1.1\r\nHost: localhost:{port}\r\n\r\n");
    assert!(raw(port, idle.as_bytes()).await.starts_with("HTTP/1.1 200"));
    let open = begun.elapsed();
    assert!(open > Duration::from_millis(1_500) && open < Duration::from_secs(4), "idle for 2 s: {open:?}");
}

#[tokio::test]
async fn s53_one_address_gets_its_share_of_connections() {
    let server = Server::with(&[("OUTLAY_LIMIT_CONN_PER_ADDR", "5")]).await;
    let mut open = Vec::new();
    for _ in 0..10 {
        open.push(TcpStream::connect(("127.0.0.1", server.port())).await.expect("a connection"));
    }
    tokio::time::sleep(Duration::from_millis(300)).await;
    let mut alive = 0;
    for socket in &open {
        let mut byte = [0; 1];
        if !matches!(socket.try_read(&mut byte), Ok(0)) {
            alive += 1;
        }
    }
    assert!(alive <= 5, "{alive} of 10 are open");
}

#[tokio::test]
async fn s06_nobody_forges_their_address() {
    let server = Server::with(&[("OUTLAY_LIMIT_SIGN_IN_PER_MIN", "10"), ("OUTLAY_LIMIT_SIGN_IN_BURST", "5")]).await;
    let browser = server.visitor();
    let mut statuses = Vec::new();
    for hop in 0..12 {
        let request =
            browser.request(Method::POST, "/api/page/session/sign-in").header("x-forwarded-for", format!("10.9.8.{hop}"));
        let fields = [("username", format!("nobody{hop}")), ("password", "wrong wrong".to_owned())];
        let answer = request.header(header::ACCEPT, "application/json").form(&fields).send().await.expect("an answer");
        statuses.push(answer.status().as_u16());
    }
    assert!(statuses.ends_with(&[429, 429]), "{statuses:?}");
    assert!(!server.log().contains("10.9.8."));
}

#[tokio::test]
async fn s51_errors_say_nothing_of_the_inside() {
    let server = Server::start().await;
    server.setup_admin().await;
    let browser = server.sign_in("admin").await;
    let mut bodies = Vec::new();
    for (path, fields) in [
        ("/api/page/expenses/record", vec![("id", "x")]),
        ("/api/page/expenses/record", vec![]),
        ("/api/page/expenses/edit", vec![("id", "0193a000-0000-7000-8000-000000000001"), ("version", "-1")]),
        ("/api/page/expenses/nothing", vec![]),
        ("/api/nothing", vec![]),
        ("/api/v1/expenses", vec![("a", "b")]),
    ] {
        let answer = browser.call(path, &fields).await;
        let status = answer.status();
        assert!(status.is_client_error(), "{path}: {status}");
        assert_eq!(header_of(&answer, "content-type"), "application/problem+json", "{path}");
        let text = answer.text().await.expect("text");
        assert!(text.contains("\"request_id\""), "{text}");
        bodies.push(text);
    }
    for junk in ["/%ff", "/%00", "/a%0d%0ab", "/expenses?from=%ff", "/expenses?cursor=%27%3B", "/api/v1/expenses?limit=x"] {
        bodies.push(browser.get(junk).await.text().await.expect("text"));
    }
    for body in bodies {
        for word in [
            "panicked",
            ".rs:",
            "/home/",
            "sqlite",
            "SQLITE_",
            "mongo",
            "BSON",
            "backtrace",
            "thread '",
            "server function at the route",
        ] {
            assert!(!body.contains(word), "{word}: {body}");
        }
    }
}

#[tokio::test]
async fn s58_the_log_keeps_no_secret() {
    let server = Server::start().await;
    let link = server.setup_token().await;
    let admin = server.setup_admin().await;
    let canary = "canary-in-the-password-field";
    let browser = server.visitor();
    browser.get(&format!("/sign-in?next=%2Fcanary-in-next&x={canary}")).await;
    browser.call("/api/page/session/sign-in", &[("username", "canary-typed-as-username"), ("password", canary)]).await;
    browser.form("/sign-in", "/api/page/session/sign-in", &[("username", "admin"), ("password", canary)]).await;
    admin
        .call(
            "/api/page/expenses/record",
            &[
                ("id", "0193a000-0000-7000-8000-000000000001"),
                ("amount", "4711.17"),
                ("what", "canary-what"),
                ("allow_overdraft", "true"),
            ],
        )
        .await;
    let token = server.personal_token("admin", "read").await;
    server.program(&token).get("/api/v1/me?canary-in-query=1").await;
    server.program("outlay_pat_canary").get("/api/v1/me").await;
    let log = server.log();
    for secret in ["canary", PASSWORD, token.as_str(), "4711.17", "eyJ"] {
        assert!(!log.contains(secret), "{secret} is in the log:\n{log}");
    }
    let lines = log.lines().filter(|line| line.contains(&link)).count();
    assert_eq!(lines, 1, "the link is printed once, by intent");
}

#[tokio::test]
async fn s60_only_our_host_and_declared_methods() {
    let server = Server::start().await;
    server.setup_admin().await;
    let visitor: Browser = server.visitor();
    let port = server.port();
    for host in [format!("127.0.0.1:{port}"), format!("[::1]:{port}"), format!("LOCALHOST:{port}")] {
        let answer = visitor.request(Method::GET, "/sign-in").header(header::HOST, &host).send().await.expect("an answer");
        assert_eq!(answer.status(), 200, "{host}");
    }
    for host in ["evil.example", "localhost", "localhost.evil.example"] {
        let request = visitor.request(Method::GET, "/").header(header::HOST, host).header("x-forwarded-host", "evil.example");
        let answer = request.send().await.expect("an answer");
        assert_eq!(answer.status(), 400, "{host}");
        assert!(!format!("{:?}", answer.headers()).contains("evil") && !answer.text().await.expect("text").contains("evil"));
    }
    for (method, path) in
        [("TRACE", "/"), ("DELETE", "/expenses"), ("PUT", "/livez"), ("POST", "/settings"), ("PATCH", "/api/v1/expenses")]
    {
        let method = Method::from_bytes(method.as_bytes()).expect("a method");
        let answer = visitor.request(method.clone(), path).send().await.expect("an answer");
        assert_eq!(answer.status(), 405, "{method} {path}");
    }
}

#[tokio::test]
async fn a_page_has_fetched_with_it_what_it_is_made_live_with() {
    let server = Server::start().await;
    let admin = server.setup_admin().await;
    for (path, part) in
        [("/", Some("dashboard")), ("/reports?of=week", Some("plans")), ("/admin/users", Some("admin")), ("/expenses", None)]
    {
        let document = admin.get(path).await.text().await.expect("a text");
        let link = document.split("<link ").find(|link| link.contains(r#"id="part""#));
        let address = link.and_then(|link| link.split('"').find(|text| text.starts_with("/assets/")));
        let name = address.and_then(|address| address.rsplit('/').next());
        assert_eq!(name, part.map(|part| format!("{part}.part")).as_deref(), "{path}");
        assert_eq!(document.contains("/pages.css\""), part.is_some(), "{path}: the first page is not kept by the others' style");
        if let Some(address) = address {
            assert_eq!(admin.get(address).await.status(), 200, "{address}");
        }
    }
}

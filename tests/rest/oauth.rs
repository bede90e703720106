//! The token endpoint and revocation (S20, S21, RFC 6749, RFC 7009).

use crate::{
    common::{PASSWORD, Program, Server},
    kit::{ana, problem, text},
};
use reqwest::{Method, Response, header};
use serde_json::{Value, json};

async fn post(server: &Server, path: &str, form: &[(&str, &str)]) -> Response {
    let request = server.program("").http.post(format!("{}/api/v1/oauth/{path}", server.url)).form(form);
    request.send().await.expect("an answer")
}

async fn error(server: &Server, form: &[(&str, &str)]) -> (u16, String) {
    let answer = post(server, "token", form).await;
    assert_eq!(answer.headers()[header::CACHE_CONTROL], "no-store");
    let status = answer.status().as_u16();
    let body: Value = answer.json().await.expect("JSON");
    (status, text(&body["error"]))
}

#[tokio::test]
async fn s20_tokens_are_given_and_renewed() {
    let (server, _ana) = ana().await;
    let form = [("grant_type", "password"), ("username", "ana"), ("password", PASSWORD), ("scope", "read write")];
    let answer = post(&server, "token", &form).await;
    assert_eq!(answer.status(), 200);
    assert_eq!(answer.headers()[header::CACHE_CONTROL], "no-store");
    let tokens: Value = answer.json().await.expect("JSON");
    assert_eq!(
        (&tokens["token_type"], &tokens["expires_in"], &tokens["scope"]),
        (&json!("Bearer"), &json!(900), &json!("read write"))
    );
    let program = server.program(&text(&tokens["access_token"]));
    assert_eq!(program.get("/api/v1/me").await.0, 200);
    assert_eq!(program.post("/api/v1/funds", &json!({"amount": "1.00"})).await.0, 201);

    let refresh = text(&tokens["refresh_token"]);
    let form = [("grant_type", "refresh_token"), ("refresh_token", &refresh), ("scope", "read")];
    let next: Value = post(&server, "token", &form).await.json().await.expect("JSON");
    assert_eq!(next["scope"], "read", "a scope can shrink: {next}");
    let wider = [
        ("grant_type", "refresh_token"),
        ("refresh_token", next["refresh_token"].as_str().expect("a token")),
        ("scope", "read write"),
    ];
    assert_eq!(error(&server, &wider).await, (400, "invalid_scope".into()), "and never grow again");
    assert_eq!(server.program(&refresh).get("/api/v1/me").await.0, 401, "a refresh token is no access token");

    let plain = [("grant_type", "password"), ("username", "ana"), ("password", PASSWORD)];
    let only_read: Value = post(&server, "token", &plain).await.json().await.expect("JSON");
    assert_eq!(only_read["scope"], "read");
    let reader = server.program(&text(&only_read["access_token"]));
    problem(reader.post("/api/v1/funds", &json!({"amount": "1.00"})).await, 403, "insufficient_scope");
}

#[tokio::test]
async fn s20_errors_are_the_rfcs() {
    let (server, ana) = ana().await;
    let user = [("username", "ana"), ("password", PASSWORD)];
    let with = |extra: &[(&'static str, &'static str)]| [user.as_slice(), extra].concat();
    for (form, expected) in [
        (with(&[]), "invalid_request"),
        (with(&[("grant_type", "")]), "invalid_request"),
        (with(&[("grant_type", "magic")]), "unsupported_grant_type"),
        (with(&[("grant_type", "client_credentials")]), "unsupported_grant_type"),
        (with(&[("grant_type", "password"), ("username", "bob")]), "invalid_request"),
        (with(&[("grant_type", "password"), ("grant_type", "password")]), "invalid_request"),
        (with(&[("grant_type", "password"), ("scope", "root")]), "invalid_scope"),
        (vec![("grant_type", "password"), ("username", "ana")], "invalid_request"),
        (vec![("grant_type", "password"), ("username", "ana"), ("password", "wrong one here")], "invalid_grant"),
        (vec![("grant_type", "password"), ("username", "nobody"), ("password", "wrong one here")], "invalid_grant"),
        (vec![("grant_type", "refresh_token")], "invalid_request"),
        (vec![("grant_type", "refresh_token"), ("refresh_token", "x")], "invalid_grant"),
    ] {
        assert_eq!(error(&server, &form).await, (400, expected.into()), "{form:?}");
    }
    let url = format!("{}/api/v1/oauth/token", server.url);
    let http = &server.program("").http;
    let form = [("grant_type", "password"), ("username", "ana"), ("password", PASSWORD)];
    for (request, status) in [
        (http.post(&url).json(&json!({"grant_type": "password"})), 400),
        (http.post(&url), 400),
        (http.post(format!("{url}?grant_type=password")).form(&form), 400),
        (http.post(&url).form(&form).bearer_auth(&ana.token), 400),
        (http.post(&url).form(&form).basic_auth("client", Some("secret")), 401),
    ] {
        let answer = request.send().await.expect("an answer");
        let (status_is, body) = (answer.status().as_u16(), answer.json::<Value>().await.expect("JSON"));
        assert_eq!(status_is, status, "{body}");
        assert!(body["error"].is_string(), "{body}");
    }
    let got = http.get(&url).send().await.expect("an answer");
    assert_eq!(got.headers()[header::ALLOW], "POST");
    problem((got.status().as_u16(), got.json().await.expect("JSON")), 405, "method_not_allowed");
}

#[tokio::test]
async fn s21_the_password_grant_is_off_by_default_and_closed_to_admins() {
    let form = [("grant_type", "password"), ("username", "admin"), ("password", PASSWORD)];
    let server = Server::with(&[("OUTLAY_OAUTH_PASSWORD_GRANT", "false")]).await;
    crate::kit::with_admin(&server);
    assert_eq!(error(&server, &form).await, (400, "unsupported_grant_type".into()));
    let server = Server::with(&[("OUTLAY_OAUTH_PASSWORD_GRANT", "true")]).await;
    crate::kit::with_admin(&server);
    assert_eq!(error(&server, &form).await, (400, "invalid_grant".into()));
}

#[tokio::test]
async fn revoking_ends_the_grant_and_unknown_tokens_are_no_error() {
    let (server, ana) = ana().await;
    for form in [vec![("token", "unknown")], vec![("token", "x"), ("token_type_hint", "refresh_token")]] {
        assert_eq!(post(&server, "revoke", &form).await.status(), 200);
    }
    assert_eq!(post(&server, "revoke", &[]).await.status(), 400);
    assert_eq!(ana.get("/api/v1/me").await.0, 200);
    let answer = post(&server, "revoke", &[("token", &ana.token)]).await;
    assert_eq!((answer.status().as_u16(), answer.headers()[header::CACHE_CONTROL].to_str().ok()), (200, Some("no-store")));
    problem(ana.get("/api/v1/me").await, 401, "invalid_token");
}

#[tokio::test]
async fn s05_guessing_is_429_with_retry_after() {
    let (server, _ana) = ana().await;
    let form = [("grant_type", "password"), ("username", "ana"), ("password", "not the password")];
    let mut last = post(&server, "token", &form).await;
    for _ in 0..8 {
        last = post(&server, "token", &form).await;
    }
    assert_eq!(last.status(), 429);
    assert!(last.headers().contains_key(header::RETRY_AFTER));
    assert_eq!(last.headers()[header::CACHE_CONTROL], "no-store");
    problem((429, last.json().await.expect("JSON")), 429, "throttled");
    let ok = Program::answer(server.program("x").request(Method::GET, "/api/v1/openapi.json")).await;
    assert!(ok.0 == 200 || ok.0 == 401, "others go on");
}

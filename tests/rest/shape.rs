//! What holds for every route: problems, methods, content types, malformed bodies, tokens in wrong places.

use crate::{
    common::Program,
    kit::{ana, problem, raw},
};
use reqwest::{Method, header};
use serde_json::json;

#[tokio::test]
async fn problems_have_one_form_and_tell_nothing_of_the_machine() {
    let (_server, ana) = ana().await;
    for answer in [
        ana.request(Method::GET, "/api/v1/nothing"),
        ana.request(Method::GET, "/api/v1/"),
        ana.request(Method::GET, "/api/v1/expenses/"),
        ana.request(Method::GET, "/api/v1/reports/nothing"),
    ] {
        let answer = answer.send().await.expect("an answer");
        assert_eq!(answer.headers()[header::CONTENT_TYPE], "application/problem+json");
        let id = answer.headers()["x-request-id"].to_str().expect("an id").to_owned();
        let body = problem((answer.status().as_u16(), answer.json().await.expect("JSON")), 404, "not_found");
        assert_eq!(body["request_id"], json!(id));
    }
    for body in ["{", "\u{0}", "[[[[", "{\"amount\":", "nul", "\"x\"", "1", "[]", "null", "{\"a\":1}}"] {
        let answer = raw(&ana, Method::POST, "/api/v1/expenses", "application/json", body).send().await.expect("an answer");
        assert_eq!(answer.status(), 400, "{body}");
        let text = answer.text().await.expect("text");
        for leak in ["panicked", ".rs:", "serde", "sqlite", "line 1", "column", "thread '"] {
            assert!(!text.contains(leak), "{leak}: {text}");
        }
    }
}

#[tokio::test]
async fn s60_other_methods_are_405_with_allow() {
    let (_server, ana) = ana().await;
    let id = "019a0000-0000-7000-8000-000000000000";
    for (method, path, allowed) in [
        (Method::PUT, "/api/v1/expenses".to_owned(), vec!["GET", "POST"]),
        (Method::DELETE, "/api/v1/expenses".to_owned(), vec!["GET", "POST"]),
        (Method::POST, format!("/api/v1/expenses/{id}"), vec!["GET", "PATCH", "DELETE"]),
        (Method::GET, "/api/v1/oauth/token".to_owned(), vec!["POST"]),
        (Method::GET, "/api/v1/users".to_owned(), vec!["POST"]),
        (Method::DELETE, "/api/v1/journal".to_owned(), vec!["GET"]),
        (Method::PUT, format!("/api/v1/journal/{id}/undo"), vec!["POST"]),
        (Method::TRACE, "/api/v1/me".to_owned(), vec!["GET", "PATCH"]),
        (Method::GET, "/api/v1/me/password".to_owned(), vec!["POST"]),
    ] {
        let answer = ana.request(method.clone(), &path).send().await.expect("an answer");
        let allow = answer.headers()[header::ALLOW].to_str().expect("a list").to_owned();
        for one in allowed {
            assert!(allow.split(',').any(|m| m.trim() == one), "{method} {path}: {allow}");
        }
        problem((answer.status().as_u16(), answer.json().await.expect("JSON")), 405, "method_not_allowed");
    }
}

#[tokio::test]
async fn s25_only_json_is_json() {
    let (_server, ana) = ana().await;
    let body = r#"{"amount":"1.00","what":"x","allow_overdraft":true}"#;
    for kind in
        ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/xml", "text/json", ""]
    {
        problem(Program::answer(raw(&ana, Method::POST, "/api/v1/expenses", kind, body)).await, 415, "unsupported_media_type");
    }
    let untyped = ana.request(Method::POST, "/api/v1/expenses").body(body);
    problem(Program::answer(untyped).await, 415, "unsupported_media_type");
    problem(Program::answer(ana.request(Method::POST, "/api/v1/expenses")).await, 415, "unsupported_media_type");
    let (status, _) = Program::answer(raw(&ana, Method::POST, "/api/v1/expenses", "application/json; charset=utf-8", body)).await;
    assert_eq!(status, 201);
    let utf16 = raw(&ana, Method::POST, "/api/v1/expenses", "application/json; charset=utf-16", body);
    problem(Program::answer(utf16).await, 415, "unsupported_media_type");
}

#[tokio::test]
async fn s50_quirks_of_parsers_are_refused() {
    let (_server, ana) = ana().await;
    let deep = format!(r#"{{"amount":"1.00","what":{}1{}}}"#, "[".repeat(40), "]".repeat(40));
    for body in [
        r#"{"amount":"1.00","amount":"2.00","what":"x"}"#.to_owned(),
        r#"{"amount":"1.00","what":"x","what":"x"}"#.to_owned(),
        "\u{feff}{\"amount\":\"1.00\",\"what\":\"x\"}".to_owned(),
        r#"{"amount":"1.00","what":"x"} {}"#.to_owned(),
        r#"{"amount":"1.00","what":"\ud800"}"#.to_owned(),
        r#"{"amount":"1.00","what":"x",}"#.to_owned(),
        "{'amount':'1.00'}".to_owned(),
        r#"{"amount":"1.00","what":"x"/*c*/}"#.to_owned(),
        deep,
    ] {
        problem(Program::answer(raw(&ana, Method::POST, "/api/v1/expenses", "application/json", body)).await, 400, "malformed");
    }
    let not_utf8 = raw(&ana, Method::POST, "/api/v1/expenses", "application/json", b"{\"what\":\"\xff\"}".to_vec());
    problem(Program::answer(not_utf8).await, 400, "malformed");
    problem(ana.post("/api/v1/expenses", &json!({"Amount": "1.00", "what": "x"})).await, 422, "unknown_field");
}

#[tokio::test]
async fn s52_large_bodies_are_413() {
    let (_server, ana) = ana().await;
    let large = json!({"amount": "1.00", "what": "x".repeat(80 * 1024)});
    problem(ana.post("/api/v1/expenses", &large).await, 413, "too_large");
}

#[tokio::test]
async fn s20_tokens_are_sent_in_the_header_and_nowhere_else() {
    let (server, ana) = ana().await;
    let anybody = server.program("");
    let plain = |path: &str| anybody.http.get(format!("{}{path}", server.url));
    let answer = plain("/api/v1/me").send().await.expect("an answer");
    assert!(answer.headers()[header::WWW_AUTHENTICATE].to_str().is_ok_and(|v| v.starts_with("Bearer")));
    problem((answer.status().as_u16(), answer.json().await.expect("JSON")), 401, "unauthenticated");

    let in_query = plain(&format!("/api/v1/me?access_token={}", ana.token));
    problem(Program::answer(in_query).await, 401, "unauthenticated");
    let in_cookie = plain("/api/v1/me").header("cookie", format!("outlay={0}; __Host-outlay={0}; access_token={0}", ana.token));
    problem(Program::answer(in_cookie).await, 401, "unauthenticated");
    let basic = plain("/api/v1/me").basic_auth("ana", Some(&ana.token));
    problem(Program::answer(basic).await, 401, "invalid_token");

    for dead in ["x", "outlay_pat_x", &format!("{}x", ana.token), "a.b.c", ""] {
        let answer = server.program(dead).request(Method::GET, "/api/v1/me").send().await.expect("an answer");
        assert!(answer.headers()[header::WWW_AUTHENTICATE].to_str().is_ok_and(|v| v.contains("invalid_token")), "{dead:?}");
        problem((answer.status().as_u16(), answer.json().await.expect("JSON")), 401, "invalid_token");
    }

    let twice = ana.request(Method::GET, &format!("/api/v1/me?access_token={}", ana.token));
    problem(Program::answer(twice).await, 400, "malformed");
    let form = ana.request(Method::POST, "/api/v1/expenses").form(&[("access_token", &ana.token)]);
    problem(Program::answer(form).await, 400, "malformed");

    let session = server.sign_in("ana").await;
    problem(Program::answer(session.request(Method::GET, "/api/v1/me")).await, 401, "unauthenticated");
}

//! Idempotency keys (S49, I4): the same request has one effect and one answer.

use crate::{
    common::{PASSWORD, Program},
    kit::{all, ana, balance, fund, path_of, person, problem, refused, text},
};
use futures::future::join_all;
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

fn with_key(program: &Program, path: &str, key: &str, body: &Value) -> RequestBuilder {
    program.request(Method::POST, path).header("idempotency-key", key).json(body)
}

#[tokio::test]
async fn s49_a_retry_answers_as_the_first_time() {
    let (server, ana) = ana().await;
    fund(&ana, "100.00").await;
    let admin = server.program_of("admin").await;
    let expense = with_key(&ana, "/api/v1/expenses", "warm-up", &json!({"amount": "1.00", "what": "x"}));
    let id = Program::answer(expense).await.1["id"].clone();
    let seq = ana.get("/api/v1/journal?limit=1").await.1["items"][0]["seq"].as_u64().expect("seq");
    for (program, path, body, other) in [
        (&ana, "/api/v1/expenses".to_owned(), json!({"amount": "2.00", "what": "Tea"}), json!({"amount": "2.01", "what": "Tea"})),
        (&ana, "/api/v1/funds".to_owned(), json!({"amount": "3.00"}), json!({"amount": "3.00", "note": "x"})),
        (
            &ana,
            "/api/v1/expenses/bulk".to_owned(),
            json!({"ids": [id], "set": {"date": "2026-01-01"}}),
            json!({"ids": [id], "delete": true}),
        ),
        (&admin, "/api/v1/categories".to_owned(), json!({"name": "Books"}), json!({"name": "Records"})),
    ] {
        let key = format!("key-{}", path.rsplit('/').next().expect("a word"));
        let first = Program::answer(with_key(program, &path, &key, &body)).await;
        assert!(matches!(first.0, 200 | 201), "{first:?}");
        let again = Program::answer(with_key(program, &path, &key, &body)).await;
        assert_eq!(first, again, "{path}");
        problem(Program::answer(with_key(program, &path, &key, &other)).await, 422, "idempotency_mismatch");
    }
    let undo = format!("/api/v1/journal/{seq}/undo");
    let bare = |path: &str| ana.request(Method::POST, path).header("idempotency-key", "undo-1");
    let first = Program::answer(bare(&undo)).await;
    assert_eq!(first.0, 409, "the expense was changed since: {first:?}");
    let latest = ana.get("/api/v1/journal?limit=1").await.1["items"][0]["seq"].as_u64().expect("seq");
    let undo = format!("/api/v1/journal/{latest}/undo");
    let first = Program::answer(bare(&undo)).await;
    assert_eq!(first.0, 200, "a refusal is not kept: {first:?}");
    assert_eq!(Program::answer(bare(&undo)).await, first);
    problem(Program::answer(bare("/api/v1/journal/1/undo")).await, 422, "idempotency_mismatch");
}

#[tokio::test]
async fn s49_the_key_is_the_persons_own_and_survives_a_restart() {
    let (server, ana) = ana().await;
    let bob = person(&server, "bob").await;
    let body = json!({"amount": "5.00", "note": "same key"});
    let of_ana = Program::answer(with_key(&ana, "/api/v1/funds", "k", &body)).await.1;
    let of_bob = Program::answer(with_key(&bob, "/api/v1/funds", "k", &body)).await.1;
    assert_ne!(of_ana["id"], of_bob["id"]);
    assert_eq!((balance(&ana).await, balance(&bob).await), ("5.00".into(), "5.00".into()));
    let spaced =
        ana.request(Method::POST, "/api/v1/funds").header("idempotency-key", "k").header("content-type", "application/json");
    let spaced = spaced.body("{ \"note\" : \"same key\",\n \"amount\" : \"5.00\" }");
    assert_eq!(Program::answer(spaced).await.1, of_ana, "the order of fields and spaces do not count");
    problem(
        Program::answer(with_key(&ana, "/api/v1/expenses", "k", &json!({"amount": "5.00", "what": "x"}))).await,
        422,
        "idempotency_mismatch",
    );

    let server = server.restart().await;
    let again = server.program(&ana.token);
    assert_eq!(Program::answer(with_key(&again, "/api/v1/funds", "k", &body)).await.1, of_ana);
}

#[tokio::test]
async fn i4_twenty_at_once_with_one_key_make_one_row() {
    let (_server, ana) = ana().await;
    fund(&ana, "1000.00").await;
    let body = json!({"amount": "7.00", "what": "Once"});
    let answers = join_all((0..20).map(|_| Program::answer(with_key(&ana, "/api/v1/expenses", "once", &body)))).await;
    for answer in &answers {
        assert_eq!(answer, &answers[0]);
        assert_eq!(answer.0, 201, "{answer:?}");
    }
    assert_eq!(all(&ana, "/api/v1/expenses").await.len(), 1);
    assert_eq!(balance(&ana).await, "993.00");

    let answers =
        join_all((0..20).map(|n| Program::answer(with_key(&ana, "/api/v1/expenses", &format!("k{}", n % 5), &body)))).await;
    assert!(answers.iter().all(|a| a.0 == 201), "{answers:?}");
    assert_eq!(all(&ana, "/api/v1/expenses").await.len(), 6);
}

#[tokio::test]
async fn s49_refusals_are_not_kept() {
    let (_server, ana) = ana().await;
    let body = json!({"amount": "7.00", "what": "Later"});
    problem(Program::answer(with_key(&ana, "/api/v1/expenses", "later", &body)).await, 409, "insufficient_funds");
    fund(&ana, "10.00").await;
    let (status, made) = Program::answer(with_key(&ana, "/api/v1/expenses", "later", &body)).await;
    assert_eq!(status, 201, "{made}");
    ana.delete(&path_of("expenses", &made)).await;
    assert_eq!(Program::answer(with_key(&ana, "/api/v1/expenses", "later", &body)).await.1, made, "it stays the answer");
}

#[tokio::test]
async fn s49_what_a_key_may_be() {
    let (server, ana) = ana().await;
    let body = json!({"amount": "1.00"});
    for bad in ["", "a b", &"k".repeat(129), "\u{e9}"] {
        let request = ana.request(Method::POST, "/api/v1/funds").header("idempotency-key", bad.as_bytes()).json(&body);
        assert_eq!(refused(Program::answer(request).await, "Idempotency-Key"), "invalid_key", "{bad:?}");
    }
    let twice =
        ana.request(Method::POST, "/api/v1/funds").header("idempotency-key", "a").header("idempotency-key", "b").json(&body);
    refused(Program::answer(twice).await, "Idempotency-Key");
    assert_eq!(Program::answer(with_key(&ana, "/api/v1/funds", &"~".repeat(128), &body)).await.0, 201);
    for path in [
        "/api/v1/expenses/bulk",
        "/api/v1/journal/1/undo",
        "/api/v1/expenses/019a0000-0000-7000-8000-000000000000/restore",
        "/api/v1/me/password",
        "/api/v1/users",
        "/api/v1/oauth/token",
        "/api/v1/tokens",
    ] {
        let program = if path.contains("me/") || path.contains("tokens") {
            server.program(&server.access_token("ana", "account").await)
        } else if path.contains("oauth") {
            server.program("")
        } else {
            server.program(&ana.token)
        };
        let mut request = server.visitor().request(Method::POST, path).header("idempotency-key", "a b");
        if !program.token.is_empty() {
            request = request.bearer_auth(&program.token);
        }
        let request = if path.contains("oauth") { request.form(&[("grant_type", "x")]) } else { request.json(&json!({})) };
        refused(Program::answer(request).await, "Idempotency-Key");
    }
}

#[tokio::test]
async fn s49_a_secret_is_answered_once() {
    let (server, _ana) = ana().await;
    let account = server.program(&server.access_token("ana", "account").await);
    let body = json!({"name": "script", "scopes": ["read"]});
    let (status, made) = Program::answer(with_key(&account, "/api/v1/tokens", "t", &body)).await;
    assert_eq!(status, 201, "{made}");
    problem(Program::answer(with_key(&account, "/api/v1/tokens", "t", &body)).await, 409, "already_done");
    assert_eq!(all(&account, "/api/v1/tokens").await.len(), 1);

    let person = json!({"username": "carl", "password": "a long walk by the river"});
    let sign_up = |body: &Value| server.visitor().json(Method::POST, "/api/v1/users", body).header("idempotency-key", "new-carl");
    let first = Program::answer(sign_up(&person)).await;
    assert_eq!(first.0, 201, "{first:?}");
    assert_eq!(Program::answer(sign_up(&person)).await, first);
    let other = json!({"username": "carl", "password": "a long walk by the lake"});
    problem(Program::answer(sign_up(&other)).await, 422, "idempotency_mismatch");
}

#[tokio::test]
async fn s49_a_grant_is_given_once() {
    let (server, _ana) = ana().await;
    let ask = async |key: &str, form: &[(&str, &str)]| {
        let request = server.visitor().http.post(format!("{}/api/v1/oauth/token", server.url));
        Program::answer(request.header("idempotency-key", key).form(form)).await
    };
    let password = |scope| [("grant_type", "password"), ("username", "ana"), ("password", PASSWORD), ("scope", scope)];
    let (status, tokens) = ask("grant", &password("read account")).await;
    assert_eq!(status, 200, "{tokens}");
    for _ in 0..8 {
        problem(ask("grant", &password("read account")).await, 409, "already_done");
    }
    problem(ask("grant", &password("read")).await, 422, "idempotency_mismatch");
    let sessions = || async { all(&server.program(&text(&tokens["access_token"])), "/api/v1/me/sessions").await.len() };
    let before = sessions().await;
    problem(ask("grant", &password("read account")).await, 409, "already_done");
    assert_eq!(sessions().await, before, "a replay opens no session");

    let refresh = text(&tokens["refresh_token"]);
    let form = [("grant_type", "refresh_token"), ("refresh_token", refresh.as_str())];
    let (status, turned) = ask("turn", &form).await;
    assert_eq!(status, 200, "{turned}");
    problem(ask("turn", &form).await, 409, "already_done");
    let form = [("grant_type", "refresh_token"), ("refresh_token", turned["refresh_token"].as_str().expect("a token"))];
    assert_eq!(ask("next", &form).await.0, 200, "the family lives on");
}

#[tokio::test]
async fn s49_a_password_is_changed_once() {
    let (server, _ana) = ana().await;
    let account = server.program(&server.access_token("ana", "account").await);
    let change = |new: &str| json!({"current_password": PASSWORD, "new_password": new});
    let ask = async |new: &str| Program::answer(with_key(&account, "/api/v1/me/password", "p", &change(new))).await;
    assert_eq!(ask("the lake in the morning").await, (204, Value::Null));
    for _ in 0..8 {
        assert_eq!(ask("the lake in the morning").await, (204, Value::Null), "the same answer");
    }
    problem(ask("the lake in the evening").await, 422, "idempotency_mismatch");
    let form = [("grant_type", "password"), ("username", "ana"), ("password", "the lake in the morning")];
    let answer = server.visitor().http.post(format!("{}/api/v1/oauth/token", server.url)).form(&form).send().await;
    assert_eq!(answer.expect("an answer").status(), 200);
}

//! Signing up, the own profile, password, sessions and tokens.

use crate::{
    common::{PASSWORD, Program, Server},
    kit::{all, ana, fund, person, problem, refused, text, with_admin},
};
use reqwest::Method;
use serde_json::{Value, json};

async fn sign_up(server: &Server, body: Value) -> (u16, Value) {
    Program::answer(server.visitor().json(Method::POST, "/api/v1/users", &body)).await
}

#[tokio::test]
async fn people_sign_up_while_it_is_open() {
    let server = Server::start().await;
    let (status, made) = sign_up(&server, json!({"username": "ana", "password": PASSWORD, "display_name": "Ana María"})).await;
    assert_eq!(status, 201, "{made}");
    for (field, value) in [
        ("username", json!("ana")),
        ("display_name", json!("Ana María")),
        ("role", json!("user")),
        ("balance", json!("0.00")),
        ("version", json!(1)),
        ("first_weekday", json!("monday")),
        ("period", json!({"kind": "month", "start_day": 1})),
    ] {
        assert_eq!(made[field], value, "{made}");
    }
    assert_eq!(server.program_of("ana").await.get("/api/v1/me").await.1, made);
    problem(sign_up(&server, json!({"username": "ana", "password": PASSWORD})).await, 409, "duplicate_name");
    for (body, field) in [
        (json!({"username": "ab", "password": PASSWORD}), "username"),
        (json!({"username": "ADMIN", "password": PASSWORD}), "username"),
        (json!({"username": "аdmin", "password": PASSWORD}), "username"),
        (json!({"username": "bob", "password": "short"}), "password"),
        (json!({"username": "bob", "password": "password1"}), "password"),
        (json!({"username": "bob-the-builder", "password": "bob-the-builder"}), "password"),
        (json!({"username": "bob", "password": "x".repeat(10_240)}), "password"),
        (json!({"username": "bob"}), "password"),
        (json!({"password": PASSWORD}), "username"),
        (json!({"username": "bob", "password": PASSWORD, "display_name": "a\u{202e}b"}), "display_name"),
    ] {
        refused(sign_up(&server, body).await, field);
    }
    let closed = Server::with(&[("OUTLAY_SIGN_UP", "closed")]).await;
    problem(sign_up(&closed, json!({"username": "bob", "password": PASSWORD})).await, 403, "sign_up_closed");
}

#[tokio::test]
async fn the_profile_is_changed_field_by_field() {
    let (_server, ana) = ana().await;
    let change = json!({
        "display_name": "Ana M", "currency": "CHF", "time_zone": "Europe/Zurich", "locale": "de-CH", "first_weekday": "sunday",
        "period": {"kind": "weeks", "anchor": "2026-01-02", "weeks": 2},
    });
    let (status, me) = ana.patch("/api/v1/me", &change).await;
    assert_eq!(status, 200, "{me}");
    for (field, value) in change.as_object().expect("fields") {
        assert_eq!(&me[field], value);
    }
    assert_eq!(ana.get("/api/v1/me").await.1, me);
    let (_, me) = ana.patch("/api/v1/me", &json!({"period": {"kind": "month", "start_day": "last_working_day"}})).await;
    assert_eq!(me["period"], json!({"kind": "month", "start_day": "last_working_day"}));
    for (field, value) in [
        ("display_name", json!("")),
        ("display_name", Value::Null),
        ("currency", json!("XYZ")),
        ("currency", json!("eur")),
        ("time_zone", json!("Mars/Olympus")),
        ("time_zone", json!("../../etc/passwd")),
        ("locale", json!("xx-XX")),
        ("first_weekday", json!("Monday")),
        ("period", json!({"kind": "month", "start_day": 29})),
        ("period", json!({"kind": "weeks", "anchor": "2026-01-02", "weeks": 3})),
        ("period", json!("month")),
    ] {
        let (status, body) = ana.patch("/api/v1/me", &json!({field: value})).await;
        assert_eq!(status, 422, "{field}: {value}: {body}");
        assert!(body["errors"][0]["field"].as_str().is_some_and(|f| f.starts_with(field)), "{body}");
    }
    for field in ["role", "balance", "username", "id", "version", "created_at"] {
        problem(ana.patch("/api/v1/me", &json!({field: "x"})).await, 422, "unknown_field");
    }
    fund(&ana, "1.00").await;
    problem(ana.patch("/api/v1/me", &json!({"currency": "EUR"})).await, 409, "currency_fixed");
    assert_eq!(ana.patch("/api/v1/me", &json!({"currency": "CHF"})).await.0, 200, "the same is no change");
}

#[tokio::test]
async fn s08_a_new_password_ends_every_other_session() {
    let (server, ana) = ana().await;
    let account = server.program(&server.access_token("ana", "account read").await);
    let wrong = json!({"current_password": "not this one at all", "new_password": "another walk by the lake"});
    refused(account.post("/api/v1/me/password", &wrong).await, "current_password");
    let weak = json!({"current_password": PASSWORD, "new_password": "password1"});
    refused(account.post("/api/v1/me/password", &weak).await, "new_password");
    assert_eq!(ana.get("/api/v1/me").await.0, 200);
    let good = json!({"current_password": PASSWORD, "new_password": "another walk by the lake"});
    assert_eq!(account.post("/api/v1/me/password", &good).await, (204, Value::Null));
    problem(ana.get("/api/v1/me").await, 401, "invalid_token");
    assert_eq!(account.get("/api/v1/me").await.0, 200, "the session that changed it goes on");
}

#[tokio::test]
async fn sessions_are_listed_and_ended() {
    let (server, ana) = ana().await;
    let account = server.program(&server.access_token("ana", "account").await);
    let browser = server.sign_in("ana").await;
    let list = all(&account, "/api/v1/me/sessions").await;
    assert!(list.len() >= 3, "{list:?}");
    assert_eq!(list.iter().filter(|s| s["current"] == true).count(), 1);
    let web = list.iter().find(|s| s["kind"] == "web").expect("the browser's");
    assert_eq!(account.delete(&format!("/api/v1/me/sessions/{}", text(&web["id"]))).await.0, 204);
    let page = browser.get("/").await;
    assert!(page.status() == 303 || page.status() == 302 || page.status() == 401, "signed out: {}", page.status());
    problem(account.delete(&format!("/api/v1/me/sessions/{}", text(&web["id"]))).await, 404, "not_found");

    person(&server, "bob").await;
    let of_bob = server.program(&server.access_token("bob", "account").await);
    let own = list.iter().find(|s| s["current"] == true).expect("own");
    problem(of_bob.delete(&format!("/api/v1/me/sessions/{}", text(&own["id"]))).await, 404, "not_found");
    assert_eq!(ana.get("/api/v1/me").await.0, 200);
}

#[tokio::test]
async fn s22_personal_tokens_are_shown_once_and_can_be_revoked() {
    let (server, _ana) = ana().await;
    let account = server.program(&server.access_token("ana", "account").await);
    let (status, made) =
        account.post("/api/v1/tokens", &json!({"name": "backup", "scopes": ["read"], "expires_on": "2100-01-01"})).await;
    assert_eq!(status, 201, "{made}");
    let token = text(&made["token"]);
    assert!(token.starts_with("outlay_pat_"));
    assert_eq!((&made["name"], &made["scopes"], &made["expires_on"]), (&json!("backup"), &json!(["read"]), &json!("2100-01-01")));
    let program = server.program(&token);
    assert_eq!(program.get("/api/v1/me").await.0, 200);
    let listed = all(&account, "/api/v1/tokens").await;
    assert_eq!((listed.len(), listed[0]["id"] == made["id"], listed[0].get("token")), (1, true, None));

    person(&server, "bob").await;
    let of_bob = server.program(&server.access_token("bob", "account").await);
    let place = format!("/api/v1/tokens/{}", text(&made["id"]));
    problem(of_bob.delete(&place).await, 404, "not_found");
    assert_eq!(account.delete(&place).await.0, 204);
    problem(program.get("/api/v1/me").await, 401, "invalid_token");
    problem(account.delete(&place).await, 404, "not_found");
    assert!(all(&account, "/api/v1/tokens").await.is_empty());

    for (body, field) in [
        (json!({"name": "", "scopes": ["read"]}), "name"),
        (json!({"name": "x", "scopes": []}), "scopes"),
        (json!({"name": "x", "scopes": ["account"]}), "scopes"),
        (json!({"name": "x", "scopes": ["root"]}), "scopes"),
        (json!({"name": "x", "scopes": "read"}), "scopes"),
        (json!({"name": "x"}), "scopes"),
        (json!({"name": "x", "scopes": ["read"], "expires_on": "2020-01-01"}), "expires_on"),
        (json!({"name": "x", "scopes": ["read"], "expires_on": "soon"}), "expires_on"),
    ] {
        refused(account.post("/api/v1/tokens", &body).await, field);
    }
    let (status, plain) = account.post("/api/v1/tokens", &json!({"name": "x", "scopes": ["read", "write"]})).await;
    assert_eq!((status, plain["expires_on"].is_string()), (201, true), "a token always ends: {plain}");
}

#[tokio::test]
async fn an_admin_scope_is_for_admins() {
    let server = Server::start().await;
    with_admin(&server);
    server.create_user("ana").await;
    let account = server.program(&server.access_token("ana", "account").await);
    let answer = account.post("/api/v1/tokens", &json!({"name": "x", "scopes": ["admin"]})).await;
    if answer.0 == 201 {
        let program = server.program(&text(&answer.1["token"]));
        problem(program.post("/api/v1/categories", &json!({"name": "Mine"})).await, 403, "forbidden");
    } else {
        assert!(answer.0 == 403 || answer.0 == 422, "{answer:?}");
    }
}

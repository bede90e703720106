//! S07, S39: who may come to be, and as what.

use crate::{
    common::{PASSWORD, Server},
    kit::try_sign_in,
};
use reqwest::Method;
use serde_json::json;

const SET_UP: &str = "/api/page/session/set-up";

fn fields<'a>(token: &'a str, username: &'a str) -> [(&'a str, &'a str); 7] {
    [
        ("token", token),
        ("username", username),
        ("password", PASSWORD),
        ("currency", "EUR"),
        ("time_zone", "UTC"),
        ("locale", "en-GB"),
        ("sign_up", "closed"),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn s07_the_link_makes_one_admin_and_is_then_worth_nothing() {
    let server = Server::with(&[("OUTLAY_SIGN_UP", "")]).await;
    let token = server.setup_token().await;
    for wrong in ["", "admin", &token[1..]] {
        let answer = server.visitor().call(SET_UP, &fields(wrong, "root")).await;
        assert_eq!(answer.status(), 403, "{wrong}");
    }
    let names: Vec<String> = (0..50).map(|n| format!("root{n}")).collect();
    let visitors: Vec<_> = names.iter().map(|_| server.visitor()).collect();
    let all: Vec<_> = names.iter().map(|name| fields(&token, name)).collect();
    let attempts = visitors.iter().zip(&all).map(|(visitor, fields)| visitor.call(SET_UP, fields));
    let statuses: Vec<u16> = futures::future::join_all(attempts).await.iter().map(|answer| answer.status().as_u16()).collect();
    assert_eq!(statuses.iter().filter(|status| **status == 200).count(), 1, "{statuses:?}");
    assert!(statuses.iter().all(|status| [200, 404, 503].contains(status)), "{statuses:?}");
    assert_eq!(server.visitor().call(SET_UP, &fields(&token, "late")).await.status(), 404);
    for (name, password) in [("admin", "admin"), ("root", "root"), ("admin", "password"), ("outlay", "outlay")] {
        assert_eq!(try_sign_in(&server, name, password).await.status(), 401);
    }
    let person = json!({"username": "ana", "password": PASSWORD});
    let answer = server.visitor().json(Method::POST, "/api/v1/users", &person).send().await.expect("an answer");
    assert_eq!(answer.status(), 403, "closed, as the first admin chose");
}

#[tokio::test]
async fn s39_nobody_makes_themselves_more_than_a_user() {
    let server = Server::start().await;
    for (name, value) in [
        ("role", json!("admin")),
        ("is_admin", json!(true)),
        ("id", json!("00000000-0000-7000-8000-000000000000")),
        ("balance", json!("1000.00")),
        ("token_version", json!(7)),
        ("password_hash", json!("x")),
        ("$set", json!({"role": "admin"})),
    ] {
        let mut person = json!({"username": "ana", "password": PASSWORD});
        person[name] = value;
        let answer = server.visitor().json(Method::POST, "/api/v1/users", &person).send().await.expect("an answer");
        assert_eq!(answer.status(), 422, "{name}");
    }
    let fields = [("username", "ana"), ("password", PASSWORD), ("key", "k-1"), ("role", "admin"), ("is_admin", "true")];
    drop(server.visitor().call("/api/page/session/register", &fields).await);
    if try_sign_in(&server, "ana", PASSWORD).await.status() != 200 {
        server.create_user("ana").await;
    }
    let (_, me) = server.program(&server.access_token("ana", "read").await).get("/api/v1/me").await;
    assert_eq!(me["role"], "user");
}

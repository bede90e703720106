//! What is somebody else's is as if it were not there (S34, S35).

use crate::kit::{all, ana, balance, fund, path_of, person, problem, refused, spend, text};
use reqwest::Method;
use serde_json::{Value, json};

/// The answer without what differs from request to request.
fn bare((status, mut body): (u16, Value)) -> (u16, Value) {
    body["request_id"] = Value::Null;
    (status, body)
}

#[tokio::test]
async fn s34_foreign_ids_are_404_as_absent_ones() {
    let (server, ana) = ana().await;
    let bob = person(&server, "bob").await;
    fund(&ana, "100.00").await;
    let expense = spend(&ana, "5.00", "canary-of-ana", "2026-11-20").await;
    let funds = ana.get("/api/v1/funds").await.1["items"][0].clone();
    let absent = "019a0000-0000-7000-8000-000000000000";
    let before = (ana.get(&path_of("expenses", &expense)).await, balance(&ana).await, all(&ana, "/api/v1/journal").await.len());

    for (method, path, id, body) in [
        (Method::GET, "/api/v1/expenses/{}", &expense["id"], None),
        (Method::PATCH, "/api/v1/expenses/{}", &expense["id"], Some(json!({"amount": "1.00"}))),
        (Method::DELETE, "/api/v1/expenses/{}", &expense["id"], None),
        (Method::GET, "/api/v1/expenses/{}/history", &expense["id"], None),
        (Method::GET, "/api/v1/funds/{}", &funds["id"], None),
        (Method::PATCH, "/api/v1/funds/{}", &funds["id"], Some(json!({"amount": "1.00"}))),
        (Method::DELETE, "/api/v1/funds/{}", &funds["id"], None),
        (Method::DELETE, "/api/v1/funds/{}?allow_overdraft=true", &funds["id"], None),
        // an id of another kind
        (Method::GET, "/api/v1/funds/{}", &expense["id"], None),
        (Method::GET, "/api/v1/imports/{}", &expense["id"], None),
    ] {
        let send = async |id: &str| {
            let request = bob.request(method.clone(), &path.replace("{}", id));
            bare(
                crate::common::Program::answer(match &body {
                    Some(body) => request.json(body),
                    None => request,
                })
                .await,
            )
        };
        let foreign = send(&text(id)).await;
        assert_eq!(foreign.0, 404, "{method} {path}: {foreign:?}");
        assert_eq!(foreign, send(absent).await, "{method} {path}");
        assert_eq!(foreign, send("0").await, "{method} {path}");
        assert!(!foreign.1.to_string().contains("canary"));
    }
    assert_eq!(
        before,
        (ana.get(&path_of("expenses", &expense)).await, balance(&ana).await, all(&ana, "/api/v1/journal").await.len())
    );
}

#[tokio::test]
async fn s35_foreign_ids_inside_a_request_have_no_effect() {
    let (server, ana) = ana().await;
    let bob = person(&server, "bob").await;
    let of_ana = spend(&ana, "5.00", "canary-of-ana", "2026-11-20").await;
    let of_bob = spend(&bob, "5.00", "canary-of-bob", "2026-11-20").await;

    let both = json!({"ids": [of_bob["id"], of_ana["id"]], "delete": true});
    problem(bob.post("/api/v1/expenses/bulk", &both).await, 404, "not_found");
    assert_eq!(all(&bob, "/api/v1/expenses").await.len(), 1, "all or nothing");
    let filter = json!({"filter": {"q": "canary"}, "expected_count": 1, "set": {"date": "2026-11-21"}});
    assert_eq!(bob.post("/api/v1/expenses/bulk", &filter).await.1["changed"], 1);

    let own = all(&bob, "/api/v1/journal").await.len();
    for seq in [own + 1, own + 100, 0] {
        let answer = crate::common::Program::answer(bob.request(Method::POST, &format!("/api/v1/journal/{seq}/undo"))).await;
        problem(answer, 404, "not_found");
    }
    let unknown = json!({"amount": "1.00", "what": "x", "category_id": of_ana["id"], "allow_overdraft": true});
    refused(bob.post("/api/v1/expenses", &unknown).await, "category_id");
    let cursor = ana.get("/api/v1/expenses?limit=1").await.1["next_cursor"].clone();
    assert_eq!(cursor, Value::Null);

    for path in ["expenses", "funds", "journal", "trash", "categories", "imports", "me"] {
        let text = bob.get(&format!("/api/v1/{path}")).await.1.to_string();
        assert!(!text.contains("canary-of-ana") && !text.contains(&of_ana["id"].to_string()), "{path}: {text}");
    }
    assert_eq!(ana.get(&path_of("expenses", &of_ana)).await.1["date"], "2026-11-20");
}

#[tokio::test]
async fn s40_answers_hold_no_secrets_and_nobody_elses_names() {
    let (server, ana) = ana().await;
    person(&server, "bob").await;
    fund(&ana, "5.00").await;
    let account = server.program(&server.access_token("ana", "account").await);
    server.personal_token("ana", "read").await;
    for (program, path) in [
        (&ana, "me"),
        (&ana, "expenses"),
        (&ana, "funds"),
        (&ana, "journal"),
        (&ana, "categories"),
        (&ana, "imports"),
        (&account, "tokens"),
        (&account, "me/sessions"),
    ] {
        let (status, body) = program.get(&format!("/api/v1/{path}")).await;
        assert_eq!(status, 200, "{path}: {body}");
        let body = body.to_string();
        for secret in ["argon2", "password_hash", "token_version", "outlay_pat_", "\"hash\"", "\"owner\"", "bob"] {
            assert!(!body.contains(secret), "{path} shows {secret}: {body}");
        }
    }
}

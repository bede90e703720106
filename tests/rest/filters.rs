//! Saved filters by REST.

use crate::{
    common::Program,
    kit::{all, ana, fund, path_of, person, problem, refused, spend, text},
};
use reqwest::{Method, StatusCode, header};
use serde_json::{Value, json};

async fn save(program: &Program, name: &str, query: &str) -> (u16, Value) {
    program.post("/api/v1/filters", &json!({"name": name, "query": query})).await
}

#[tokio::test]
async fn a_filter_is_saved_used_changed_and_deleted() {
    let (server, ana) = ana().await;
    fund(&ana, "100.00").await;
    assert_eq!(ana.post("/api/v1/expenses", &json!({"amount": "2.00", "what": "Tea & cake"})).await.0, 201);
    spend(&ana, "3.00", "Tea long ago", "2001-01-01").await;
    let (status, saved) = save(&ana, "Tea this year", "q=tea+%26&sort=-date&period=this_year&min=1").await;
    let expected =
        json!({"id": saved["id"], "name": "Tea this year", "query": "period=this_year&q=tea+%26&min=1.00", "version": 1});
    assert_eq!((status, &saved), (201, &expected));
    let found = ana.get(&format!("/api/v1/expenses?{}", text(&saved["query"]))).await.1;
    assert_eq!(found["total"], json!({"count": 1, "sum": "2.00"}));

    let path = path_of("filters", &saved);
    let (status, renamed) = ana.patch(&path, &json!({"name": "Tea"})).await;
    assert_eq!(
        (status, &renamed["name"], &renamed["query"], &renamed["version"]),
        (200, &json!("Tea"), &saved["query"], &json!(2))
    );
    let stale = ana.request(Method::PATCH, &path).header(header::IF_MATCH, "\"1\"").json(&json!({"query": "q=coffee"}));
    problem(Program::answer(stale).await, 409, "version_conflict");
    assert_eq!(ana.patch(&path, &json!({"query": "q=coffee"})).await.1["query"], "q=coffee");
    assert_eq!(ana.get(&path).await.1["version"], 3);
    assert_eq!(ana.delete(&path).await.0, 204);
    problem(ana.get(&path).await, 404, "not_found");

    let seq = ana.get("/api/v1/journal?limit=1").await.1["items"][0].clone();
    assert_eq!((&seq["command"], &seq["summary"]), (&json!("delete_filter"), &json!("Deleted the filter “Tea”")));
    let undo = ana.request(Method::POST, &format!("/api/v1/journal/{}/undo", seq["seq"])).send().await.expect("an answer");
    assert_eq!(undo.status(), StatusCode::OK);
    assert_eq!(
        all(&ana, "/api/v1/filters").await,
        [json!({"id": saved["id"], "name": "Tea", "query": "q=coffee", "version": 4})]
    );
    server.assert_sound();
}

#[tokio::test]
async fn a_filter_is_ones_own() {
    let (server, ana) = ana().await;
    let bob = person(&server, "bob").await;
    let of_ana = path_of("filters", &save(&ana, "Büro", "q=tea").await.1);
    assert_eq!(save(&bob, "Büro", "q=tea").await.0, 201);
    assert_eq!(problem(save(&ana, "BÜRO", "q=x").await, 409, "duplicate_name")["errors"][0]["field"], "name");
    problem(bob.get(&of_ana).await, 404, "not_found");
    problem(bob.patch(&of_ana, &json!({"name": "Mine"})).await, 404, "not_found");
    problem(bob.delete(&of_ana).await, 404, "not_found");
    assert_eq!(all(&ana, "/api/v1/filters").await.len(), 1);
    assert_eq!(all(&bob, "/api/v1/filters?limit=1").await.len(), 1);
    for n in 1..50 {
        assert_eq!(save(&ana, &format!("Filter {n}"), "q=tea").await.0, 201);
    }
    assert_eq!(refused(save(&ana, "One more", "q=tea").await, "name"), "too_many");
    assert_eq!(all(&ana, "/api/v1/filters?limit=7").await.len(), 50);
}

#[tokio::test]
async fn a_filter_made_up_by_hand_is_refused() {
    let (server, ana) = ana().await;
    let path = path_of("filters", &save(&ana, "Tea", "q=tea").await.1);
    let before = ana.get(&path).await.1;
    for (query, field) in [
        ("", "query"),
        ("sort=date", "query"),
        ("from=2026-02-30", "query.from"),
        ("from=2026-03-01&to=2026-02-01", "query.to"),
        ("period=soon", "query.period"),
        ("period=this_year&to=2026-02-01", "query.period"),
        ("category_id=x", "query.category_id"),
        ("added=hand", "query.added"),
        ("min=1,5", "query.min"),
        ("max=-1", "query.max"),
        ("q=a&q=b", "query.q"),
        ("q=a&owner=b", "query.owner"),
        ("q=a&cursor=b", "query.cursor"),
        ("sort=x&q=a", "query.sort"),
    ] {
        refused(save(&ana, "Another", query).await, field);
        refused(ana.patch(&path, &json!({"query": query})).await, field);
    }
    refused(save(&ana, "Another", &format!("q={}", "x".repeat(8_000))).await, "query");
    for bad in ["", "  ", "a\u{202e}b", "a\nb", &"x".repeat(65), &format!("e{}", "\u{301}".repeat(1_000))] {
        refused(save(&ana, bad, "q=tea").await, "name");
        refused(ana.patch(&path, &json!({"name": bad})).await, "name");
    }
    for good in ["مقهى", "🧾 Belege", "Café"] {
        assert_eq!(save(&ana, good, "q=tea").await.1["name"], good);
    }
    refused(ana.post("/api/v1/filters", &json!({"name": "x", "query": {"q": "x"}})).await, "query");
    problem(ana.post("/api/v1/filters", &json!({"name": "x", "query": "q=x", "owner": "y"})).await, 422, "unknown_field");
    assert_eq!(ana.get(&path).await.1, before);
    assert_eq!(all(&ana, "/api/v1/filters").await.len(), 4);
    server.assert_sound();
}

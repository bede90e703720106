//! One change to many expenses, all or nothing.

use crate::kit::{all, ana, balance, fund, problem, refused, spend, text};
use reqwest::Method;
use serde_json::{Value, json};

#[tokio::test]
async fn many_are_changed_deleted_and_brought_back() {
    let (_server, ana) = ana().await;
    fund(&ana, "100.00").await;
    let mut ids = Vec::new();
    for n in 1..=5 {
        ids.push(spend(&ana, "10.00", &format!("n{n}"), "2026-11-01").await["id"].clone());
    }
    let category = ana.get("/api/v1/categories").await.1["items"][0]["id"].clone();
    let set = json!({"ids": &ids[..3], "set": {"category_id": category, "date": "2026-10-01"}});
    let (status, changed) = ana.post("/api/v1/expenses/bulk", &set).await;
    assert_eq!((status, &changed["changed"]), (200, &json!(3)), "{changed}");
    assert_eq!(all(&ana, &format!("/api/v1/expenses?category_id={}", text(&category))).await.len(), 3);

    let none = json!({"filter": {"category_id": [category]}, "expected_count": 3, "set": {"category_id": null}});
    assert_eq!(ana.post("/api/v1/expenses/bulk", &none).await.1["changed"], 3);
    assert_eq!(all(&ana, "/api/v1/expenses?category_id=none").await.len(), 5);

    let wrong = json!({"filter": {"to": "2026-10-31"}, "expected_count": 4, "delete": true});
    problem(ana.post("/api/v1/expenses/bulk", &wrong).await, 409, "count_mismatch");
    let right = json!({"filter": {"to": "2026-10-31"}, "expected_count": 3, "delete": true});
    let (status, deleted) = ana.post("/api/v1/expenses/bulk", &right).await;
    assert_eq!((status, &deleted["changed"], &deleted["balance"]), (200, &json!(3), &json!("80.00")));
    let answer =
        crate::common::Program::answer(ana.request(Method::POST, &format!("/api/v1/journal/{}/undo", deleted["seq"]))).await;
    assert_eq!(answer.0, 200, "{answer:?}");
    assert_eq!(balance(&ana).await, "50.00");
    assert_eq!(all(&ana, "/api/v1/expenses").await.len(), 5);
}

#[tokio::test]
async fn what_a_bulk_request_may_not_be() {
    let (_server, ana) = ana().await;
    let id = spend(&ana, "10.00", "x", "2026-11-01").await["id"].clone();
    let absent = json!("019a0000-0000-7000-8000-000000000000");
    for (body, field) in [
        (json!({}), "ids"),
        (json!({"delete": true}), "ids"),
        (json!({"ids": [], "delete": true}), "ids"),
        (json!({"ids": ["x"], "delete": true}), "ids"),
        (json!({"ids": [{"$ne": 1}], "delete": true}), "ids[0]"),
        (json!({"ids": vec![id.clone(); 1_001], "delete": true}), "ids"),
        (json!({"ids": [id]}), "set"),
        (json!({"ids": [id], "set": {}}), "set"),
        (json!({"ids": [id], "set": {"date": "x"}}), "set.date"),
        (json!({"ids": [id], "set": {"date": null}}), "set.date"),
        (json!({"ids": [id], "set": {"category_id": "x"}}), "set.category_id"),
        (json!({"ids": [id], "set": {"category_id": absent}}), "category_id"),
        (json!({"ids": [id], "set": {"date": "2026-01-01"}, "delete": true}), "delete"),
        (json!({"filter": {}, "delete": true}), "expected_count"),
        (json!({"filter": {"from": "x"}, "expected_count": 1, "delete": true}), "filter.from"),
        (json!({"filter": {"min": "1e3"}, "expected_count": 1, "delete": true}), "filter.min"),
        (json!({"filter": {}, "expected_count": -1, "delete": true}), "expected_count"),
        (json!({"filter": {}, "expected_count": 1, "ids": [id], "delete": true}), "ids"),
    ] {
        let (status, answer) = ana.post("/api/v1/expenses/bulk", &body).await;
        assert_eq!(status, 422, "{body}: {answer}");
        refused((status, answer), field);
    }
    problem(ana.post("/api/v1/expenses/bulk", &json!({"ids": [id, absent], "delete": true})).await, 404, "not_found");
    assert_eq!(all(&ana, "/api/v1/expenses").await.len(), 1);
    assert_eq!(ana.get("/api/v1/expenses").await.1["items"][0]["category_id"], Value::Null);
}

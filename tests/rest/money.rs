//! Funds and expenses: the happy paths, the balance, versions, lists.

use crate::kit::{ana, balance, fund, path_of, problem, text};
use reqwest::Method;
use serde_json::{Value, json};

#[tokio::test]
async fn an_expense_from_its_beginning_to_its_end() {
    let (server, ana) = ana().await;
    fund(&ana, "100.00").await;
    let categories = ana.get("/api/v1/categories").await.1;
    let category = &categories["items"][0]["id"];
    let body = json!({"amount": "12.5", "what": " Lunch ", "date": "2026-11-20", "category_id": category, "note": "with Bo"});
    let answer = ana.request(Method::POST, "/api/v1/expenses").json(&body).send().await.expect("an answer");
    assert_eq!(answer.status(), 201);
    let place = answer.headers()["location"].to_str().expect("a place").to_owned();
    assert_eq!(answer.headers()["etag"], "\"1\"");
    let made: Value = answer.json().await.expect("JSON");
    assert_eq!(place, path_of("expenses", &made));
    for (field, value) in [
        ("amount", json!("12.50")),
        ("currency", json!("EUR")),
        ("what", json!("Lunch")),
        ("date", json!("2026-11-20")),
        ("category_id", category.clone()),
        ("note", json!("with Bo")),
        ("version", json!(1)),
        ("balance", json!("87.50")),
    ] {
        assert_eq!(made[field], value, "{field}: {made}");
    }
    assert!(text(&made["created_at"]).ends_with('Z'));

    let (status, read) = ana.get(&place).await;
    assert_eq!(status, 200);
    assert!(read.get("balance").is_none(), "the balance is only in the answer to a change");
    assert_eq!(read["created_at"], made["created_at"]);

    let change = json!({"amount": "20.00", "note": null, "category_id": null});
    let (status, changed) = ana.patch(&place, &change).await;
    assert_eq!(status, 200, "{changed}");
    assert_eq!(changed["note"], Value::Null);
    assert_eq!(changed["category_id"], Value::Null);
    assert_eq!((&changed["version"], &changed["balance"], &changed["what"]), (&json!(2), &json!("80.00"), &json!("Lunch")));

    let (status, history) = ana.get(&format!("{place}/history")).await;
    assert_eq!(status, 200, "{history}");
    let steps = history["items"].as_array().expect("steps");
    assert_eq!(steps.len(), 2, "{history}");
    assert!(steps.iter().any(|s| s["command"] == "record_expense" && s["before"].is_null() && s["after"]["amount"] == "12.50"));
    assert!(
        steps.iter().any(|s| s["command"] == "edit_expense" && s["before"]["note"] == "with Bo" && s["after"]["note"].is_null())
    );

    assert_eq!(ana.delete(&place).await, (204, Value::Null));
    assert_eq!(balance(&ana).await, "100.00");
    problem(ana.get(&place).await, 404, "not_found");
    problem(ana.delete(&place).await, 404, "not_found");
    assert_eq!(ana.get(&format!("{place}/history")).await.1["items"].as_array().map(Vec::len), Some(3));
    drop(server);
}

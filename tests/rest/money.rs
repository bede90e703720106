//! Funds and expenses: the happy paths, the balance, versions, lists.

use crate::{
    common::Program,
    kit::{ana, balance, fund, path_of, problem, refused, spend, text},
};
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

#[tokio::test]
async fn funds_from_their_beginning_to_their_end() {
    let (_server, ana) = ana().await;
    let (status, made) = ana.post("/api/v1/funds", &json!({"amount": "50", "date": "2026-11-01", "note": "Pay"})).await;
    assert_eq!(status, 201, "{made}");
    for (field, value) in [
        ("amount", json!("50.00")),
        ("date", json!("2026-11-01")),
        ("note", json!("Pay")),
        ("balance", json!("50.00")),
        ("version", json!(1)),
    ] {
        assert_eq!(made[field], value, "{made}");
    }
    let place = path_of("funds", &made);
    assert_eq!(ana.get(&place).await.1["amount"], "50.00");
    let (status, changed) = ana.patch(&place, &json!({"amount": "60.00", "note": null, "date": "2026-11-02"})).await;
    assert_eq!((status, &changed["balance"], &changed["note"]), (200, &json!("60.00"), &Value::Null));
    assert_eq!(ana.get("/api/v1/funds").await.1["items"][0]["date"], "2026-11-02");
    assert_eq!(ana.delete(&place).await.0, 204);
    assert_eq!(balance(&ana).await, "0.00");
    problem(ana.get(&place).await, 404, "not_found");
}

#[tokio::test]
async fn i3_more_than_the_balance_is_refused_unless_it_is_allowed() {
    let (_server, ana) = ana().await;
    fund(&ana, "10.00").await;
    let too_much = json!({"amount": "12.50", "what": "Shoes"});
    let refused = problem(ana.post("/api/v1/expenses", &too_much).await, 409, "insufficient_funds");
    assert_eq!((&refused["balance"], &refused["short_by"]), (&json!("10.00"), &json!("2.50")));
    assert_eq!(balance(&ana).await, "10.00");
    assert_eq!(ana.get("/api/v1/expenses").await.1["total"]["count"], 0);

    let allowed = json!({"amount": "12.50", "what": "Shoes", "allow_overdraft": true});
    let (status, made) = ana.post("/api/v1/expenses", &allowed).await;
    assert_eq!((status, &made["balance"]), (201, &json!("-2.50")));

    let place = path_of("expenses", &made);
    problem(ana.patch(&place, &json!({"amount": "13.00"})).await, 409, "insufficient_funds");
    assert_eq!(ana.patch(&place, &json!({"amount": "12.00"})).await.1["balance"], "-2.00", "lowering is always possible");
    assert_eq!(ana.patch(&place, &json!({"amount": "13.00", "allow_overdraft": true})).await.1["balance"], "-3.00");

    let funds = ana.get("/api/v1/funds").await.1["items"][0].clone();
    let place = path_of("funds", &funds);
    let lower = problem(ana.patch(&place, &json!({"amount": "9.00"})).await, 409, "insufficient_funds");
    assert_eq!(lower["balance"], "-3.00");
    problem(ana.delete(&place).await, 409, "insufficient_funds");
    assert_eq!(ana.delete(&format!("{place}?allow_overdraft=true")).await.0, 204);
    assert_eq!(balance(&ana).await, "-13.00");
    assert_eq!(ana.post("/api/v1/funds", &json!({"amount": "1.00", "allow_overdraft": false})).await.0, 201);
}

#[tokio::test]
async fn versions_guard_changes() {
    let (server, ana) = ana().await;
    let expense = path_of("expenses", &spend(&ana, "5.00", "Tea", "2026-11-20").await);
    fund(&ana, "10.00").await;
    let funds = path_of("funds", &ana.get("/api/v1/funds").await.1["items"][0]);
    let admin = server.program_of("admin").await;
    let category = path_of("categories", &admin.get("/api/v1/categories").await.1["items"][0]);
    let changes = [
        (&ana, expense.clone(), json!({"amount": "4.00"})),
        (&ana, funds.clone(), json!({"note": "x"})),
        (&admin, category.clone(), json!({"name": "Renamed"})),
        (&ana, "/api/v1/me".to_owned(), json!({"display_name": "Ana"})),
    ];
    for (program, path, change) in &changes {
        let version = program.get(path).await.1["version"].as_u64().expect("a version");
        let with = |header: String| program.request(Method::PATCH, path).header("if-match", header).json(change);
        problem(Program::answer(with(format!("\"{}\"", version + 1))).await, 409, "version_conflict");
        assert_eq!(refused(Program::answer(with("W/\"1\"".into())).await, "If-Match"), "invalid_version");
        let (status, changed) = Program::answer(with(format!("\"{version}\""))).await;
        assert_eq!((status, changed["version"].as_u64()), (200, Some(version + 1)), "{path}: {changed}");
        problem(Program::answer(with(format!("\"{version}\""))).await, 409, "version_conflict");
        let (_, again) = Program::answer(with(format!("{}", version + 1))).await;
        assert_eq!(again["version"].as_u64(), Some(version + 1), "nothing changed, so the version stays: {again}");
    }
    for (program, path) in [(&ana, expense), (&ana, funds), (&admin, category)] {
        let with = |header: &str| program.request(Method::DELETE, &path).header("if-match", header);
        problem(Program::answer(with("\"1\"")).await, 409, "version_conflict");
        assert_eq!(refused(Program::answer(with("x")).await, "If-Match"), "invalid_version");
        assert_eq!(Program::answer(with("\"2\"")).await.0, 204, "{path}");
    }
}

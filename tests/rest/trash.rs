//! The trash: what was deleted is listed, and put back one by one.

use crate::{
    common::Program,
    kit::{all, ana, balance, fund, path_of, person, problem, refused, spend, text},
};
use reqwest::Method;
use serde_json::{Value, json};

async fn restore(program: &Program, kind: &str, id: &Value) -> (u16, Value) {
    Program::answer(program.request(Method::POST, &format!("/api/v1/{kind}/{}/restore", text(id)))).await
}

#[tokio::test]
async fn i5_what_was_deleted_is_put_back_as_it_was() {
    let (server, ana) = ana().await;
    fund(&ana, "100.00").await;
    let shoes = spend(&ana, "30.00", "Shoes", "2026-11-20").await;
    assert_eq!(ana.delete(&path_of("expenses", &shoes)).await.0, 204);
    let trash = all(&ana, "/api/v1/trash").await;
    let [gone] = &trash[..] else { panic!("one thing: {trash:?}") };
    let newest = ana.get("/api/v1/journal?limit=1").await.1["items"][0].clone();
    assert_eq!(
        (&gone["kind"], &gone["expense"]["id"], &gone["expense"]["amount"]),
        (&json!("expense"), &shoes["id"], &json!("30.00"))
    );
    assert!(gone.get("funds").is_none() && gone["expense"].get("balance").is_none(), "{gone}");
    assert_eq!(
        (&gone["deleted"]["seq"], &gone["deleted"]["at"], &gone["deleted"]["via"]),
        (&newest["seq"], &newest["at"], &json!("api"))
    );
    assert_eq!(gone["deleted"]["command"], "delete_expense");

    // It outlives a restart, and a retry of the same request answers the same.
    let server = server.restart().await;
    let ana = server.program(&ana.token);
    let again = || {
        let path = format!("/api/v1/expenses/{}/restore", text(&shoes["id"]));
        Program::answer(ana.request(Method::POST, &path).header("idempotency-key", "once"))
    };
    let (status, back) = again().await;
    assert_eq!(status, 200, "{back}");
    assert_eq!((&back["version"], &back["balance"], &back["created_at"]), (&json!(2), &json!("70.00"), &shoes["created_at"]));
    assert_eq!(again().await, (status, back.clone()));
    assert_eq!(ana.get(&path_of("expenses", &shoes)).await.1["what"], "Shoes");
    assert!(all(&ana, "/api/v1/trash").await.is_empty());
    problem(restore(&ana, "expenses", &shoes["id"]).await, 409, "not_deleted");

    // An entry of its own, which can be undone.
    let entry = ana.get("/api/v1/journal?kind=expenses&limit=1").await.1["items"][0].clone();
    assert_eq!((&entry["command"], &entry["summary"]), (&json!("restore_expense"), &json!("Put back “Shoes”, €30.00")));
    let undo = format!("/api/v1/journal/{}/undo", entry["seq"]);
    assert_eq!(Program::answer(ana.request(Method::POST, &undo)).await.0, 200);
    assert_eq!((balance(&ana).await.as_str(), all(&ana, "/api/v1/trash").await.len()), ("100.00", 1));
}

#[tokio::test]
async fn one_of_many_and_funds_whatever_the_balance() {
    let (_server, ana) = ana().await;
    fund(&ana, "100.00").await;
    let mut made = Vec::new();
    for n in 1..=3 {
        made.push(spend(&ana, &format!("{n}0.00"), "Tea", "2026-11-20").await);
    }
    let ids: Vec<&Value> = made.iter().map(|e| &e["id"]).collect();
    assert_eq!(ana.post("/api/v1/expenses/bulk", &json!({"ids": ids, "delete": true})).await.0, 200);
    let funds = all(&ana, "/api/v1/funds").await[0].clone();
    assert_eq!(ana.delete(&path_of("funds", &funds)).await.0, 204);
    let trash = all(&ana, "/api/v1/trash").await;
    let kinds: Vec<&Value> = trash.iter().map(|it| &it["kind"]).collect();
    assert_eq!(kinds, ["funds", "expense", "expense", "expense"], "the last deleted first");
    let (status, back) = restore(&ana, "expenses", ids[1]).await;
    assert_eq!((status, &back["balance"]), (200, &json!("-20.00")), "never refused for the balance: {back}");
    let (status, back) = restore(&ana, "funds", &funds["id"]).await;
    assert_eq!((status, &back["balance"], &back["version"]), (200, &json!("80.00"), &json!(2)), "{back}");
    problem(restore(&ana, "funds", &funds["id"]).await, 409, "not_deleted");
    assert_eq!(all(&ana, "/api/v1/trash").await.len(), 2);
    assert_eq!(all(&ana, "/api/v1/expenses").await.len(), 1);
}

#[tokio::test]
async fn s34_what_is_somebody_elses_or_never_was_is_404() {
    let (server, ana) = ana().await;
    let bob = person(&server, "bob").await;
    let tea = spend(&ana, "1.00", "Tea", "2026-11-20").await;
    ana.delete(&path_of("expenses", &tea)).await;
    assert!(all(&bob, "/api/v1/trash").await.is_empty());
    let foreign = problem(restore(&bob, "expenses", &tea["id"]).await, 404, "not_found");
    let never = problem(restore(&bob, "expenses", &json!("019a0000-0000-7000-8000-000000000000")).await, 404, "not_found");
    assert_eq!(foreign["detail"], never["detail"]);
    problem(restore(&ana, "funds", &tea["id"]).await, 404, "not_found");
    problem(restore(&ana, "expenses", &json!("x")).await, 404, "not_found");
    let with_fields = ana.post(&format!("/api/v1/expenses/{}/restore", text(&tea["id"])), &json!({"force": true})).await;
    problem(with_fields, 422, "unknown_field");
    let reader = server.program(&server.personal_token("ana", "read").await);
    problem(restore(&reader, "expenses", &tea["id"]).await, 403, "insufficient_scope");
    for made_up in ["x", "1", "1~2~expense"] {
        refused(ana.get(&format!("/api/v1/trash?cursor={made_up}")).await, "cursor");
    }
    refused(ana.get("/api/v1/trash?kind=funds").await, "kind");
}

#[tokio::test]
async fn the_trash_page_by_page() {
    let (_server, ana) = ana().await;
    for n in 1..=7 {
        let tea = spend(&ana, &format!("{n}.00"), "Tea", "2026-11-20").await;
        ana.delete(&path_of("expenses", &tea)).await;
    }
    let (mut amounts, mut cursor) = (Vec::new(), String::new());
    loop {
        let (status, page) = ana.get(&format!("/api/v1/trash?limit=3{cursor}")).await;
        assert_eq!(status, 200, "{page}");
        amounts.extend(page["items"].as_array().expect("items").iter().map(|it| text(&it["expense"]["amount"])));
        match page["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    assert_eq!(amounts, ["7.00", "6.00", "5.00", "4.00", "3.00", "2.00", "1.00"]);
}

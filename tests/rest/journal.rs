//! The journal, undo and redo.

use crate::{
    common::Program,
    kit::{all, ana, balance, fund, path_of, problem, refused, spend},
};
use reqwest::Method;
use serde_json::{Value, json};

async fn newest(program: &Program) -> Value {
    program.get("/api/v1/journal?limit=1").await.1["items"][0].clone()
}

async fn undo(program: &Program, seq: &Value) -> (u16, Value) {
    Program::answer(program.request(Method::POST, &format!("/api/v1/journal/{seq}/undo"))).await
}

#[tokio::test]
async fn i5_undo_takes_back_and_undoing_that_redoes() {
    let (server, ana) = ana().await;
    fund(&ana, "100.00").await;
    let made = spend(&ana, "30.00", "Shoes", "2026-11-20").await;
    let place = path_of("expenses", &made);
    assert_eq!(ana.delete(&place).await.0, 204);
    let entry = newest(&ana).await;
    assert_eq!(
        (&entry["command"], &entry["actor"], &entry["undoable"], &entry["undone_by"]),
        (&json!("delete_expense"), &json!("ana"), &json!(true), &Value::Null)
    );

    let (status, undone) = undo(&ana, &entry["seq"]).await;
    assert_eq!(status, 200, "{undone}");
    assert_eq!(balance(&ana).await, "70.00");
    let back = ana.get(&place).await.1;
    assert_eq!((&back["id"], &back["amount"], &back["created_at"]), (&made["id"], &json!("30.00"), &made["created_at"]));
    let after = all(&ana, "/api/v1/journal").await;
    let first = after.iter().find(|e| e["seq"] == entry["seq"]).expect("the entry");
    assert_eq!((&first["undone_by"], &first["undoable"]), (&undone["seq"], &json!(false)));
    problem(undo(&ana, &entry["seq"]).await, 409, "already_undone");

    let server = server.restart().await;
    let ana = server.program(&ana.token);
    let (status, redone) = undo(&ana, &undone["seq"]).await;
    assert_eq!(status, 200, "{redone}");
    problem(ana.get(&place).await, 404, "not_found");
    assert_eq!(balance(&ana).await, "100.00");
}

#[tokio::test]
async fn changes_are_undone_one_after_the_other() {
    let (server, ana) = ana().await;
    fund(&ana, "100.00").await;
    let place = path_of("expenses", &spend(&ana, "30.00", "Shoes", "2026-11-20").await);
    let mut entries = vec![newest(&ana).await["seq"].clone()];
    for amount in ["31.00", "32.00"] {
        assert_eq!(ana.patch(&place, &json!({"amount": amount})).await.0, 200);
        entries.push(newest(&ana).await["seq"].clone());
    }
    let mut versions = vec![ana.get(&place).await.1["version"].as_u64()];
    for (entry, left) in entries.iter().rev().zip(["31.00", "30.00"]) {
        let (status, answer) = undo(&ana, entry).await;
        assert_eq!(status, 200, "{answer}");
        let now = ana.get(&place).await.1;
        assert_eq!(now["amount"], left);
        versions.push(now["version"].as_u64());
    }
    assert!(versions.is_sorted_by(|a, b| a < b), "versions only rise: {versions:?}");
    assert_eq!(undo(&ana, &entries[0]).await.0, 200);
    problem(ana.get(&place).await, 404, "not_found");
    assert_eq!(balance(&ana).await, "100.00");
    server.assert_sound();
}

#[tokio::test]
async fn undo_refuses_what_it_cannot_take_back() {
    let (_server, ana) = ana().await;
    fund(&ana, "100.00").await;
    let made = spend(&ana, "30.00", "Shoes", "2026-11-20").await;
    let recorded = newest(&ana).await["seq"].clone();
    assert_eq!(ana.patch(&path_of("expenses", &made), &json!({"amount": "31.00"})).await.0, 200);
    problem(undo(&ana, &recorded).await, 409, "version_conflict");
    let sign_up = all(&ana, "/api/v1/journal").await.last().expect("the oldest")["seq"].clone();
    problem(undo(&ana, &sign_up).await, 409, "not_undoable");
    for seq in ["0", "999", "-1", "x", "1.5", "18446744073709551616"] {
        let answer = Program::answer(ana.request(Method::POST, &format!("/api/v1/journal/{seq}/undo"))).await;
        problem(answer, 404, "not_found");
    }
    let with_fields = ana.post(&format!("/api/v1/journal/{recorded}/undo"), &json!({"force": true})).await;
    problem(with_fields, 422, "unknown_field");
}

#[tokio::test]
async fn i3_undo_is_never_refused_for_the_balance() {
    let (_server, ana) = ana().await;
    fund(&ana, "50.00").await;
    let funded = newest(&ana).await["seq"].clone();
    spend(&ana, "30.00", "Shoes", "2026-11-20").await;
    let (status, undone) = undo(&ana, &funded).await;
    assert_eq!((status, &undone["balance"]), (200, &json!("-30.00")));
    assert_eq!(balance(&ana).await, "-30.00");
}

#[tokio::test]
async fn the_journal_is_asked_by_kind_origin_and_days() {
    let (server, ana) = ana().await;
    fund(&ana, "100.00").await;
    spend(&ana, "30.00", "Shoes", "2026-11-20").await;
    let (status, _, err) = server.cli(&["add", "4 on the line", "--user", "ana"], "");
    assert!(status.success(), "{err}");
    let newest = newest(&ana).await["seq"].clone();
    undo(&ana, &newest).await;
    let commands = async |query: &str| -> Vec<String> {
        let mut found = all(&ana, &format!("/api/v1/journal?limit=1&{query}")).await;
        found.drain(..).map(|e| e["command"].as_str().expect("a name").to_owned()).collect()
    };
    assert_eq!(commands("kind=expenses").await, ["record_expense", "record_expense"]);
    assert_eq!(commands("kind=expenses&via=cli").await, ["record_expense"]);
    assert_eq!(commands("kind=funds").await, ["add_funds"]);
    assert_eq!(commands("kind=undo").await, ["undo"]);
    assert_eq!(commands("via=page").await, [""; 0]);
    let today = all(&ana, "/api/v1/journal").await[0]["at"].as_str().expect("an instant")[..10].to_owned();
    assert_eq!(commands(&format!("from={today}")).await.len(), all(&ana, "/api/v1/journal").await.len());
    assert_eq!(commands("to=2026-01-01").await, [""; 0]);
    for (bad, field, code) in [
        ("kind=x", "kind", "unknown_value"),
        ("via=web", "via", "unknown_value"),
        ("from=2026-02-30", "from", "invalid_date"),
        ("from=2026-11-02&to=2026-11-01", "to", "before_from"),
        ("kind=funds&kind=undo", "kind", "given_twice"),
        ("command=undo", "command", "unknown_field"),
    ] {
        assert_eq!(refused(ana.get(&format!("/api/v1/journal?{bad}")).await, field), code, "{bad}");
    }
}

#[tokio::test]
async fn i10_refusals_leave_no_entry() {
    let (_server, ana) = ana().await;
    let before = all(&ana, "/api/v1/journal").await.len();
    problem(ana.post("/api/v1/expenses", &json!({"amount": "1.00", "what": "x"})).await, 409, "insufficient_funds");
    ana.post("/api/v1/expenses", &json!({"amount": "x", "what": "x"})).await;
    ana.delete("/api/v1/expenses/019a0000-0000-7000-8000-000000000000").await;
    assert_eq!(all(&ana, "/api/v1/journal").await.len(), before);
}

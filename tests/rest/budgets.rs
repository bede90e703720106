//! Budgets by REST: set, spent, carried over, copied and ended.

use crate::{
    common::Program,
    kit::{all, ana, person, problem, refused, text},
};
use reqwest::Method;
use serde_json::{Value, json};

async fn put(program: &Program, body: &Value) -> (u16, Value) {
    Program::answer(program.request(Method::PUT, "/api/v1/budgets").json(body)).await
}

async fn budgets(program: &Program, month: &str) -> Value {
    let (status, body) = program.get(&format!("/api/v1/budgets?month={month}")).await;
    assert_eq!(status, 200, "{body}");
    body
}

/// The item of a category (`null`: of all spending).
fn item<'a>(budgets: &'a Value, category: &Value) -> &'a Value {
    let items = budgets["items"].as_array().expect("items");
    items.iter().find(|item| item["category_id"] == *category).unwrap_or(&Value::Null)
}

async fn category(program: &Program, name: &str) -> Value {
    let found = all(program, "/api/v1/categories").await.into_iter().find(|c| c["name"] == name);
    found.expect("a starter")["id"].clone()
}

async fn spend_in(program: &Program, date: &str, amount: &str, category: &Value) -> Value {
    let body = json!({"amount": amount, "what": "x", "date": date, "category_id": category, "allow_overdraft": true});
    let (status, made) = program.post("/api/v1/expenses", &body).await;
    assert_eq!(status, 201, "{made}");
    made
}

#[tokio::test]
async fn a_budget_of_a_month_by_the_contract() {
    let (server, ana) = ana().await;
    let food = category(&ana, "Groceries").await;
    assert_eq!(budgets(&ana, "2026-11").await["items"], json!([]));
    spend_in(&ana, "2026-11-10", "236.40", &food).await;
    spend_in(&ana, "2026-10-31", "9.00", &food).await;
    spend_in(&ana, "2026-11-11", "1.60", &Value::Null).await;

    let (status, set) = put(&ana, &json!({"month": "2026-11", "category_id": food, "amount": "350.00"})).await;
    assert_eq!(status, 200, "{set}");
    let expected = json!({"id": set["id"], "category_id": food, "amount": "350.00", "carried": "0.00", "spent": "236.40",
        "left": "113.60", "rollover": false, "since": "2026-11-01", "version": 1});
    assert_eq!(set, expected);
    put(&ana, &json!({"month": "2026-11", "category_id": null, "amount": "1600.00", "rollover": true})).await;

    let november = budgets(&ana, "2026-11").await;
    assert_eq!(
        (&november["month"], &november["from"], &november["to"]),
        (&json!("2026-11"), &json!("2026-11-01"), &json!("2026-11-30"))
    );
    assert_eq!(item(&november, &food), &expected);
    let whole = item(&november, &Value::Null);
    assert_eq!((&whole["spent"], &whole["left"], &whole["rollover"]), (&json!("238.00"), &json!("1362.00"), &json!(true)));
    assert_eq!(november["total"], json!({"amount": "1600.00", "carried": "0.00", "spent": "238.00", "left": "1362.00"}));
    assert_eq!(november["spent"], "238.00");
    assert_eq!(budgets(&ana, "2026-10").await["items"], json!([]), "it does not hold before");

    // it holds until it is changed, and setting it again changes it
    let december = budgets(&ana, "2026-12").await;
    assert_eq!((&item(&december, &food)["amount"], &item(&december, &food)["spent"]), (&json!("350.00"), &json!("0.00")));
    assert_eq!(item(&december, &Value::Null)["carried"], "1362.00");
    let again = put(&ana, &json!({"month": "2026-11", "category_id": food, "amount": "300.00"})).await.1;
    assert_eq!((&again["id"], &again["version"], &again["left"]), (&set["id"], &json!(2), &json!("63.60")));
    let later = put(&ana, &json!({"month": "2026-12", "category_id": food, "amount": "400.00"})).await.1;
    assert_ne!(later["id"], set["id"]);
    assert_eq!(item(&budgets(&ana, "2026-11").await, &food)["amount"], "300.00");
    assert_eq!(item(&budgets(&ana, "2027-06").await, &food)["amount"], "400.00");

    let today = ana.get("/api/v1/budgets").await.1;
    assert!(today["safe_to_spend"].is_object() || today["items"] == json!([]), "{today}");
    let balance = ana.get("/api/v1/me").await.1["balance"].clone();
    assert_eq!(balance, "-247.00", "a budget moves no money");
    server.assert_sound();
}

#[tokio::test]
async fn rollover_carries_what_was_left_and_what_was_overspent() {
    let (server, ana) = ana().await;
    let food = category(&ana, "Groceries").await;
    put(&ana, &json!({"month": "2026-08", "category_id": food, "amount": "100.00", "rollover": true})).await;
    let august = spend_in(&ana, "2026-08-05", "60.00", &food).await;
    spend_in(&ana, "2026-09-05", "190.00", &food).await;
    let carried = async |month: &str| {
        let line = item(&budgets(&ana, month).await, &food).clone();
        (text(&line["carried"]), text(&line["left"]))
    };
    assert_eq!(carried("2026-08").await, ("0.00".into(), "40.00".into()));
    assert_eq!(carried("2026-09").await, ("40.00".into(), "-50.00".into()));
    assert_eq!(carried("2026-10").await, ("-50.00".into(), "50.00".into()));
    // edits of the past, and the way back
    ana.patch(&format!("/api/v1/expenses/{}", text(&august["id"])), &json!({"amount": "10.00"})).await;
    assert_eq!(carried("2026-10").await, ("0.00".into(), "100.00".into()));
    let seq = ana.get("/api/v1/journal?limit=1").await.1["items"][0]["seq"].clone();
    Program::answer(ana.request(Method::POST, &format!("/api/v1/journal/{seq}/undo"))).await;
    assert_eq!(carried("2026-10").await, ("-50.00".into(), "50.00".into()));
    put(&ana, &json!({"month": "2026-09", "category_id": food, "amount": "100.00", "rollover": false})).await;
    assert_eq!(carried("2026-09").await, ("40.00".into(), "-50.00".into()));
    assert_eq!(carried("2026-10").await, ("0.00".into(), "100.00".into()));
    server.assert_sound();
}

#[tokio::test]
async fn a_period_is_named_by_the_month_of_its_first_day() {
    let (_server, ana) = ana().await;
    let food = category(&ana, "Groceries").await;
    for (date, amount) in [("2026-10-24", "1.00"), ("2026-10-25", "2.00"), ("2026-11-24", "4.00"), ("2026-11-25", "8.00")] {
        spend_in(&ana, date, amount, &food).await;
    }
    put(&ana, &json!({"month": "2026-10", "category_id": food, "amount": "50.00"})).await;
    let period = |period: Value| json!({"period": period});
    for (calendar, query, from, to, spent) in [
        (json!({"kind": "month", "start_day": 1}), "month=2026-10", "2026-10-01", "2026-10-31", "3.00"),
        (json!({"kind": "month", "start_day": 25}), "month=2026-10", "2026-10-25", "2026-11-24", "6.00"),
        (json!({"kind": "month", "start_day": "last_working_day"}), "month=2026-10", "2026-10-30", "2026-11-29", "12.00"),
        (json!({"kind": "weeks", "anchor": "2026-10-25", "weeks": 4}), "month=2026-10", "2026-10-25", "2026-11-21", "2.00"),
        (json!({"kind": "weeks", "anchor": "2026-10-25", "weeks": 2}), "date=2026-11-24", "2026-11-22", "2026-12-05", "12.00"),
    ] {
        let changed = ana.patch("/api/v1/me", &period(calendar.clone())).await;
        assert_eq!(changed.0, 200, "{changed:?}");
        let (status, body) = ana.get(&format!("/api/v1/budgets?{query}")).await;
        assert_eq!(status, 200, "{body}");
        assert_eq!((&body["from"], &body["to"]), (&json!(from), &json!(to)), "{calendar}");
        let line = item(&body, &food);
        assert_eq!((&line["amount"], &line["spent"]), (&json!("50.00"), &json!(spent)), "{calendar}: {body}");
    }
}

#[tokio::test]
async fn budgets_are_ended_and_the_past_stays() {
    let (_server, ana) = ana().await;
    let set = put(&ana, &json!({"month": "2026-09", "category_id": null, "amount": "100.00"})).await.1;
    let place = format!("/api/v1/budgets/{}", text(&set["id"]));
    let stale = ana.request(Method::DELETE, &place).header("if-match", "\"7\"");
    problem(Program::answer(stale).await, 409, "version_conflict");
    assert_eq!(ana.delete(&format!("{place}?month=2026-11")).await.0, 204);
    assert_eq!(budgets(&ana, "2026-10").await["items"][0]["amount"], "100.00");
    assert_eq!(budgets(&ana, "2026-11").await["items"], json!([]));
    problem(ana.delete(&format!("{place}?month=2026-12")).await, 409, "version_conflict");
    assert_eq!(ana.delete(&place).await.0, 204);
    for month in ["2026-09", "2026-10", "2026-11"] {
        assert_eq!(budgets(&ana, month).await["items"], json!([]), "{month}");
    }
    problem(ana.delete(&place).await, 404, "not_found");
    let seq = ana.get("/api/v1/journal?limit=1").await.1["items"][0]["seq"].clone();
    Program::answer(ana.request(Method::POST, &format!("/api/v1/journal/{seq}/undo"))).await;
    assert_eq!(budgets(&ana, "2026-10").await["items"][0]["amount"], "100.00");
    let changed = ana.request(Method::PUT, "/api/v1/budgets").header("if-match", "\"1\"");
    let changed = Program::answer(changed.json(&json!({"month": "2026-09", "category_id": null, "amount": "1.00"}))).await;
    problem(changed, 409, "version_conflict");
}

#[tokio::test]
async fn budgets_are_copied_from_what_was() {
    let (_server, ana) = ana().await;
    let (food, fun) = (category(&ana, "Groceries").await, category(&ana, "Fun").await);
    let copy = async |body: Value| ana.post("/api/v1/budgets/copy", &body).await;
    assert_eq!(refused(copy(json!({"month": "2026-11", "from": "average"})).await, "from"), "nothing_to_copy");
    spend_in(&ana, "2026-09-10", "10.00", &food).await;
    spend_in(&ana, "2026-10-10", "21.00", &food).await;
    spend_in(&ana, "2026-10-11", "7.01", &fun).await;
    let body = json!({"month": "2026-11", "from": "average"});
    let once = ana.request(Method::POST, "/api/v1/budgets/copy").header("idempotency-key", "copy");
    assert_eq!(Program::answer(once.json(&body)).await, (200, json!({"changed": 2})));
    let november = budgets(&ana, "2026-11").await;
    assert_eq!(item(&november, &food)["amount"], "15.50", "of the two months since the first expense");
    assert_eq!(item(&november, &fun)["amount"], "3.51");
    put(&ana, &json!({"month": "2026-12", "category_id": food, "amount": "99.00"})).await;
    assert_eq!(copy(json!({"month": "2026-12", "from": "last"})).await, (200, json!({"changed": 1})));
    assert_eq!(item(&budgets(&ana, "2026-12").await, &food)["amount"], "15.50");
    assert_eq!(refused(copy(json!({"month": "2026-12", "from": "last"})).await, "from"), "nothing_to_copy");
    assert_eq!(refused(copy(json!({"month": "2026-12", "from": "next"})).await, "from"), "unknown_value");
}

#[tokio::test]
async fn s34_s39_what_is_refused() {
    let (server, ana) = ana().await;
    let bob = person(&server, "bob").await;
    let set = put(&ana, &json!({"month": "2026-11", "category_id": null, "amount": "123.45"})).await.1;
    put(&bob, &json!({"month": "2026-11", "category_id": null, "amount": "1.00"})).await;
    let place = format!("/api/v1/budgets/{}", text(&set["id"]));
    problem(bob.delete(&place).await, 404, "not_found");
    assert!(!budgets(&bob, "2026-11").await.to_string().contains("123.45"));
    assert_eq!(budgets(&ana, "2026-11").await["items"][0]["amount"], "123.45");

    let fine = json!({"month": "2026-11", "category_id": null, "amount": "1.00"});
    for (field, value, code) in [
        ("amount", json!("1.005"), "too_many_decimals"),
        ("amount", json!("0"), "not_positive"),
        ("amount", json!(5), "wrong_type"),
        ("month", json!("2026-13"), "invalid_month"),
        ("month", json!("November"), "invalid_month"),
        ("category_id", json!("x"), "invalid_id"),
        ("category_id", json!(set["id"]), "unknown_category"),
        ("rollover", json!("yes"), "wrong_type"),
        ("user_id", json!("x"), "unknown_field"),
        ("date", json!("2026-11-01"), "conflicting"),
    ] {
        let mut body = fine.clone();
        body[field] = value.clone();
        assert_eq!(refused(put(&ana, &body).await, field), code, "{field}: {value}");
    }
    assert_eq!(refused(put(&ana, &json!({"amount": "1.00"})).await, "month"), "required");
    for (query, field, code) in
        [("month=2026", "month", "invalid_month"), ("date=x", "date", "invalid_date"), ("year=2026", "year", "unknown_field")]
    {
        assert_eq!(refused(ana.get(&format!("/api/v1/budgets?{query}")).await, field), code, "{query}");
    }
    assert_eq!(budgets(&ana, "2026-11").await["items"][0]["version"], 1, "a refusal changes nothing");
}

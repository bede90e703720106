//! What recurs, by REST.

use crate::{
    common::Program,
    kit::{all, ana, balance, fund, path_of, person, problem, refused, text},
};
use reqwest::{Method, header};
use serde_json::{Value, json};
use std::time::Duration;

/// Far from any day on which a test may run.
const FAR: &str = "2199-01-31";

async fn add(program: &Program, body: Value) -> Value {
    let (status, made) = program.post("/api/v1/recurring", &body).await;
    assert_eq!(status, 201, "{made}");
    made
}
fn rent() -> Value {
    json!({"amount": "800.00", "what": "Rent", "schedule": {"unit": "month", "from": FAR}})
}
/// Today where the account is.
async fn today(program: &Program) -> String {
    let made = program.post("/api/v1/funds", &json!({"amount": "1.00"})).await.1;
    program.delete(&path_of("funds", &made)).await;
    text(&made["date"])
}

#[tokio::test]
async fn what_recurs_is_added_changed_skipped_and_deleted() {
    let (server, ana) = ana().await;
    let made = add(&ana, rent()).await;
    let expected = json!({
        "id": made["id"], "kind": "expense", "amount": "800.00", "currency": "EUR", "what": "Rent", "note": null, "category_id": null,
        "schedule": {"every": 1, "unit": "month", "on": "31", "from": FAR, "until": null, "count": null},
        "mode": "post", "paused": false, "next": FAR, "waiting": [], "settled": [], "version": 1, "created_at": made["created_at"],
    });
    assert_eq!(made, expected);
    let path = path_of("recurring", &made);
    assert_eq!(ana.get(&path).await, (200, made.clone()));
    assert_eq!(all(&ana, "/api/v1/recurring").await, std::slice::from_ref(&made));

    let (status, skipped) = ana.post(&format!("{path}/skip"), &json!({"day": "2199-02-28"})).await;
    assert_eq!((status, &skipped["settled"], &skipped["version"]), (200, &json!(["2199-02-28"]), &json!(1)));
    problem(ana.post(&format!("{path}/skip"), &json!({"day": "2199-02-28"})).await, 409, "already_done");
    let (status, skipped) = Program::answer(ana.request(Method::POST, &format!("{path}/skip"))).await;
    assert_eq!((status, &skipped["next"], &skipped["settled"]), (200, &json!("2199-03-31"), &json!([])), "the next one");

    let schedule = json!({"every": 2, "unit": "week", "from": "2199-01-31", "count": 4});
    let changes = json!({"amount": "850.00", "note": "with heating", "schedule": schedule, "mode": "propose", "paused": true});
    let stale = ana.request(Method::PATCH, &path).header(header::IF_MATCH, "\"2\"").json(&changes);
    problem(Program::answer(stale).await, 409, "version_conflict");
    let (status, changed) = ana.patch(&path, &changes).await;
    assert_eq!((status, &changed["amount"], &changed["note"]), (200, &json!("850.00"), &json!("with heating")));
    assert_eq!((&changed["mode"], &changed["paused"], &changed["version"]), (&json!("propose"), &json!(true), &json!(2)));
    assert_eq!(
        changed["schedule"],
        json!({"every": 2, "unit": "week", "on": null, "from": "2199-01-31", "until": null, "count": 4})
    );
    assert_eq!(ana.patch(&path, &json!({"note": null, "paused": false})).await.1["note"], Value::Null);

    let entries = all(&ana, "/api/v1/journal?kind=recurring").await;
    let lines: Vec<String> = entries.iter().map(|e| text(&e["summary"])).collect();
    assert_eq!(lines.len(), 5, "{lines:?}");
    assert_eq!(lines[4], "Added “Rent”, €800.00, every month on day 31 or the last");
    assert_eq!(ana.delete(&path).await.0, 204);
    problem(ana.get(&path).await, 404, "not_found");
    let undo = format!("/api/v1/journal/{}/undo", ana.get("/api/v1/journal?limit=1").await.1["items"][0]["seq"]);
    assert_eq!(Program::answer(ana.request(Method::POST, &undo)).await.0, 200);
    assert_eq!(ana.get(&path).await.1["amount"], "850.00");
    server.assert_sound();
}

/// The server records what is due by itself, once, and never refuses for the balance.
#[tokio::test]
async fn the_server_records_what_is_due() {
    let (server, ana) = ana().await;
    let today = today(&ana).await;
    fund(&ana, "10.00").await;
    let schedule = json!({"unit": "day", "from": today, "count": 1});
    let due = json!({"amount": "25.00", "what": "Newspaper", "schedule": schedule});
    let made = add(&ana, due).await;
    let mut found = Vec::new();
    for _ in 0..200 {
        found = all(&ana, "/api/v1/expenses?added=recurring").await;
        if !found.is_empty() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let row = found.first().expect("recorded by the server");
    assert_eq!((&row["date"], &row["amount"], &row["added"]), (&json!(today), &json!("25.00"), &json!("recurring")));
    assert_eq!(balance(&ana).await, "-15.00");
    let entry = ana.get("/api/v1/journal?limit=1").await.1["items"][0].clone();
    assert_eq!(
        (&entry["command"], &entry["via"], &entry["undoable"]),
        (&json!("post_recurring"), &json!("recurring"), &json!(true))
    );
    assert_eq!(ana.get(&path_of("recurring", &made)).await.1["next"], Value::Null, "it is over");
    // What is taken out stays out, also over a restart.
    assert_eq!(ana.delete(&path_of("expenses", row)).await.0, 204);
    server.assert_sound();
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert_eq!((all(&ana, "/api/v1/expenses").await.len(), balance(&ana).await.as_str()), (0, "10.00"));
}

#[tokio::test]
async fn what_waits_is_recorded_or_turned_down() {
    let (server, ana) = ana().await;
    let today = today(&ana).await;
    let schedule = json!({"unit": "month", "from": today});
    let salary = json!({"kind": "funds", "amount": "2000.00", "what": "Salary", "mode": "propose", "schedule": schedule});
    let made = add(&ana, salary).await;
    assert_eq!(made["waiting"], json!([today]));
    let path = path_of("recurring", &made);
    let request =
        || ana.request(Method::POST, &format!("{path}/post")).header("idempotency-key", "k1").json(&json!({"day": today}));
    let (status, posted) = Program::answer(request()).await;
    assert_eq!((status, &posted["kind"], &posted["balance"]), (200, &json!("funds"), &json!("2000.00")), "{posted}");
    assert_eq!(Program::answer(request()).await, (200, posted.clone()), "a retry says the same");
    let funds = ana.get(&format!("/api/v1/funds/{}", text(&posted["id"]))).await.1;
    assert_eq!((&funds["date"], &funds["note"]), (&json!(today), &json!("Salary")));
    problem(ana.post(&format!("{path}/post"), &json!({"day": today})).await, 409, "already_done");
    let (status, ahead) = Program::answer(ana.request(Method::POST, &format!("{path}/post"))).await;
    assert_eq!((status, &ahead["balance"]), (200, &json!("4000.00")), "the next one, now");
    assert_eq!(ana.get(&format!("/api/v1/funds/{}", text(&ahead["id"]))).await.1["date"], json!(today), "under today");
    server.assert_sound();
}

#[tokio::test]
async fn what_recurs_is_ones_own() {
    let (server, ana) = ana().await;
    let bob = person(&server, "bob").await;
    let path = path_of("recurring", &add(&ana, rent()).await);
    problem(bob.get(&path).await, 404, "not_found");
    problem(bob.patch(&path, &json!({"amount": "1.00"})).await, 404, "not_found");
    problem(bob.delete(&path).await, 404, "not_found");
    for deed in ["skip", "post"] {
        problem(bob.post(&format!("{path}/{deed}"), &json!({})).await, 404, "not_found");
    }
    assert_eq!(all(&bob, "/api/v1/recurring").await.len(), 0);
    let reader = server.program(&server.personal_token("ana", "read").await);
    problem(reader.post("/api/v1/recurring", &rent()).await, 403, "insufficient_scope");
    for n in 1..5 {
        let mut another = rent();
        another["what"] = json!(format!("Rent {n}"));
        add(&ana, another).await;
    }
    assert_eq!(all(&ana, "/api/v1/recurring?limit=2").await.len(), 5);
    server.assert_sound();
}

#[tokio::test]
async fn bad_input_is_named_field_by_field() {
    let (server, ana) = ana().await;
    let path = path_of("recurring", &add(&ana, rent()).await);
    let before = ana.get(&path).await.1;
    let with = |field: &str, value: Value| {
        let mut body = rent();
        match field.split_once('.') {
            Some((outer, inner)) => body[outer][inner] = value,
            None => body[field] = value,
        }
        body
    };
    for (field, value, code) in [
        ("kind", json!("loan"), "unknown_value"),
        ("amount", json!("0"), "not_positive"),
        ("amount", json!("1.001"), "too_many_decimals"),
        ("amount", json!(1), "wrong_type"),
        ("what", json!(" "), "required"),
        ("what", json!("a\nb"), "control_character"),
        ("note", json!("a\u{0}b"), "control_character"),
        ("category_id", json!("x"), "invalid_id"),
        ("category_id", json!("019a0000-0000-7000-8000-000000000000"), "unknown_category"),
        ("mode", json!("maybe"), "unknown_value"),
        ("schedule", json!("monthly"), "wrong_type"),
        ("schedule.every", json!(0), "out_of_range"),
        ("schedule.every", json!(1_001), "out_of_range"),
        ("schedule.every", json!(-1), "wrong_type"),
        ("schedule.unit", json!("hour"), "unknown_value"),
        ("schedule.on", json!("32"), "unknown_value"),
        ("schedule.on", json!("0"), "unknown_value"),
        ("schedule.on", json!(31), "wrong_type"),
        ("schedule.from", json!("2026-02-30"), "invalid_date"),
        ("schedule.until", json!("soon"), "invalid_date"),
        ("schedule.until", json!("2199-01-30"), "before_from"),
        ("schedule.count", json!(0), "out_of_range"),
        ("schedule.count", json!(100_001), "out_of_range"),
    ] {
        assert_eq!(refused(ana.post("/api/v1/recurring", &with(field, value.clone())).await, field), code, "{field}: {value}");
        if field != "kind" {
            let whole = with(field, value.clone());
            let outer = field.split('.').next().expect("a field");
            assert_eq!(refused(ana.patch(&path, &json!({outer: whole[outer]})).await, field), code, "PATCH {field}: {value}");
        }
    }
    for (schedule, field, code) in [
        (json!({"unit": "week", "on": "last"}), "schedule.on", "conflicting"),
        (json!({"unit": "month", "from": FAR, "until": "2200-01-01", "count": 2}), "schedule.count", "conflicting"),
        (json!({"unit": "month", "on": "5", "from": "2199-01-10", "until": "2199-01-20"}), "schedule.until", "no_day"),
        (json!({"unit": "month", "from": "2020-01-31", "until": "2020-12-31"}), "schedule.until", "no_day"),
        (json!({}), "schedule.unit", "required"),
    ] {
        assert_eq!(refused(ana.post("/api/v1/recurring", &with("schedule", schedule.clone())).await, field), code, "{schedule}");
    }
    for unknown in [with("owner", json!("x")), with("schedule.weekday", json!("monday"))] {
        problem(ana.post("/api/v1/recurring", &unknown).await, 422, "unknown_field");
    }
    problem(ana.patch(&path, &json!({"kind": "funds"})).await, 422, "unknown_field");
    refused(ana.patch(&path, &json!({"paused": "yes"})).await, "paused");
    let mut salary = with("kind", json!("funds"));
    salary["category_id"] = all(&ana, "/api/v1/categories").await[0]["id"].clone();
    assert_eq!(refused(ana.post("/api/v1/recurring", &salary).await, "category_id"), "conflicting");
    for deed in ["skip", "post"] {
        let place = format!("{path}/{deed}");
        assert_eq!(refused(ana.post(&place, &json!({"day": "2199-02-30"})).await, "day"), "invalid_date");
        assert_eq!(refused(ana.post(&place, &json!({"day": "2199-02-27"})).await, "day"), "no_day");
        problem(ana.post(&place, &json!({"days": 1})).await, 422, "unknown_field");
    }
    assert_eq!(ana.get(&path).await.1, before);
    server.assert_sound();
}

#[tokio::test]
async fn a_retry_adds_one() {
    let (server, ana) = ana().await;
    let request = |body: Value| ana.request(Method::POST, "/api/v1/recurring").header("idempotency-key", "k1").json(&body);
    let first = Program::answer(request(rent())).await;
    assert_eq!((first.0, Program::answer(request(rent())).await), (201, first.clone()));
    let mut other = rent();
    other["amount"] = json!("801.00");
    problem(Program::answer(request(other)).await, 422, "idempotency_mismatch");
    assert_eq!(all(&ana, "/api/v1/recurring").await.len(), 1);
    server.assert_sound();
}

#[tokio::test]
async fn the_forecast_has_what_recurs_in_it() {
    let (server, ana) = ana().await;
    let today = today(&ana).await;
    fund(&ana, "1000.00").await;
    let schedule = json!({"unit": "day", "from": today, "every": 5});
    add(&ana, json!({"amount": "10.00", "what": "Bakery", "mode": "propose", "schedule": schedule})).await;
    let (status, told) = ana.get("/api/v1/reports/forecast").await;
    assert_eq!((status, &told["balance"], &told["usual"]), (200, &json!("1000.00"), &Value::Null), "{told}");
    let points = told["points"].as_array().expect("points");
    assert!((28..=62).contains(&points.len()), "{}", points.len());
    assert_eq!((&points[0]["expected"], &points[0]["low"]), (&json!("990.00"), &json!("990.00")), "what waits counts tomorrow");
    assert_eq!(points[4]["expected"], "980.00");
    assert_eq!(told["coming"][0]["date"], json!(today));
    assert!(text(&told["assumptions"][0]).starts_with("It begins with today’s balance of €1,000.00"));
    problem(ana.get("/api/v1/reports/forecast?from=2026-01-01").await, 422, "unknown_field");
    server.assert_sound();
}

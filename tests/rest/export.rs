//! Everything out again, and in again.

use crate::{
    common::Program,
    kit::{all, ana, balance, fund, person, refused, spend, text},
};
use reqwest::{
    Method,
    multipart::{Form, Part},
};
use serde_json::{Value, json};

/// What a spreadsheet would run, or what breaks a file that is put together carelessly (S46).
const WHATS: [&str; 9] = [
    "=HYPERLINK(\"http://example.test\")",
    "@SUM(A1)",
    "-2+3",
    "+49 30 1",
    "＝1",
    "'=1",
    "a, \"b\"; c",
    "مقهى 🧾 <b>",
    "'t Hooft",
];

async fn file(program: &Program, query: &str) -> (String, String, String) {
    let answer = program.request(Method::GET, &format!("/api/v1/export{query}")).send().await.expect("an answer");
    assert_eq!(answer.status(), 200);
    let header = |name: &str| answer.headers()[name].to_str().expect("a header").to_owned();
    let (kind, name) = (header("content-type"), header("content-disposition"));
    assert_eq!(header("cache-control"), "no-store", "S32");
    (answer.text().await.expect("a text"), kind, name)
}

/// An account with all kinds of rows.
async fn filled(program: &Program) {
    fund(program, "1000.00").await;
    let categories = all(program, "/api/v1/categories").await;
    for (n, what) in WHATS.into_iter().enumerate() {
        let category = (n % 2 == 0).then(|| categories[n % categories.len()]["id"].clone());
        let body = json!({"amount": format!("{}.05", n + 1), "what": what, "date": format!("2026-0{}-11", n % 3 + 1),
            "category_id": category, "note": (n % 3 == 0).then_some("=1+1")});
        let (status, answer) = program.post("/api/v1/expenses", &body).await;
        assert_eq!(status, 201, "{answer}");
    }
}

/// An expense by what a person sees of it.
fn seen(expense: &Value) -> [String; 5] {
    ["date", "amount", "what", "note", "category_id"].map(|field| expense[field].to_string())
}

async fn all_seen(program: &Program) -> Vec<[String; 5]> {
    let mut seen: Vec<_> = all(program, "/api/v1/expenses").await.iter().map(seen).collect();
    seen.sort();
    seen
}

/// Uploads a file and commits it; answers the counts of its preview.
async fn take_in(program: &Program, content: String) -> Value {
    let part = Part::bytes(content.into_bytes()).file_name("export.csv");
    let request = program.request(Method::POST, "/api/v1/imports").multipart(Form::new().part("file", part));
    let (status, preview) = Program::answer(request).await;
    assert_eq!((status, &preview["questions"]), (201, &json!([])), "{preview}");
    let (status, done) = program.post(&format!("/api/v1/imports/{}/commit", text(&preview["id"])), &json!({})).await;
    assert_eq!(status, 200, "{done}");
    preview["counts"].clone()
}

#[tokio::test]
async fn i8_s46_csv_is_inert_and_comes_in_again() {
    let (server, ana) = ana().await;
    filled(&ana).await;
    let (csv, kind, name) = file(&ana, "?format=csv").await;
    assert_eq!(kind, "text/csv; charset=utf-8; header=present");
    assert!(name.starts_with("attachment; filename=\"outlay-2") && name.ends_with(".csv\""), "{name}");

    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    assert_eq!(reader.headers().expect("a header").iter().next(), Some("Date"));
    for line in reader.records() {
        let line = line.expect("a line");
        for (n, field) in line.iter().enumerate().filter(|(n, _)| *n != 2) {
            let start = field.trim_start().chars().next();
            assert!(!start.is_some_and(|c| "=+-@＝＋－＠\t\r".contains(c)), "column {n} of {line:?}");
        }
        let amount = line[2].strip_prefix('-').unwrap_or(&line[2]);
        let (whole, cents) = amount.split_once('.').expect("a point");
        assert!(cents.len() == 2 && (whole.to_owned() + cents).bytes().all(|b| b.is_ascii_digit()), "{amount}");
    }

    let bob = person(&server, "bob").await;
    let counts = take_in(&bob, csv.clone()).await;
    assert_eq!(counts["new"], WHATS.len() + 1, "{counts}");
    assert_eq!(all_seen(&bob).await, all_seen(&ana).await);
    assert_eq!(balance(&bob).await, balance(&ana).await);
    let counts = take_in(&bob, csv).await;
    assert_eq!((&counts["new"], &counts["duplicate"]), (&json!(0), &json!(WHATS.len() + 1)), "{counts}");
}

#[tokio::test]
async fn json_has_every_field_of_every_row() {
    let (server, ana) = ana().await;
    let (empty, kind, _) = file(&ana, "").await;
    assert_eq!(kind, "application/json");
    let empty: Value = serde_json::from_str(&empty).expect("JSON");
    assert_eq!(empty, json!({"format": "outlay", "version": 1, "currency": "EUR", "funds": [], "expenses": []}));

    filled(&ana).await;
    let bob = person(&server, "bob").await;
    spend(&bob, "99.00", "Bob's own", "2026-01-11").await;
    let whole: Value = serde_json::from_str(&file(&ana, "?format=json").await.0).expect("JSON");
    let expenses = all(&ana, "/api/v1/expenses").await;
    let categories = all(&ana, "/api/v1/categories").await;
    assert_eq!(whole["expenses"].as_array().map(Vec::len), Some(expenses.len()));
    for (row, expense) in whole["expenses"].as_array().into_iter().flatten().zip(&expenses) {
        for field in ["id", "date", "amount", "what", "note", "created_at"] {
            assert_eq!(row[field], expense[field], "{field}");
        }
        let category = categories.iter().find(|c| c["id"] == expense["category_id"]).map_or(&Value::Null, |c| &c["name"]);
        assert_eq!(&row["category"], category);
    }
    assert_eq!(whole["funds"][0]["amount"], "1000.00");
    let (status, out, err) = server.cli(&["export", "--user", "ana"], "");
    assert!(status.success(), "{err}");
    assert_eq!(serde_json::from_str::<Value>(&out).expect("JSON"), whole);
    let (status, out, err) = server.cli(&["export", "--user", "nobody"], "");
    assert!(!status.success() && out.is_empty() && !err.is_empty(), "{out}{err}");
}

#[tokio::test]
async fn s35_an_export_obeys_its_filter() {
    let (server, ana) = ana().await;
    filled(&ana).await;
    let rows = |text: String| -> (usize, usize) {
        let value: Value = serde_json::from_str(&text).expect("JSON");
        let count = |list: &str| value[list].as_array().map_or(0, Vec::len);
        (count("funds"), count("expenses"))
    };
    assert_eq!(rows(file(&ana, "?q=hooft").await.0), (0, 1), "funds have no words");
    assert_eq!(rows(file(&ana, "?from=2026-02-01&to=2026-02-28").await.0), (0, 3));
    assert_eq!(rows(file(&ana, "?from=2026-01-01").await.0), (1, WHATS.len()));
    assert_eq!(rows(file(&ana, "?category_id=none").await.0), (0, 4));
    assert_eq!(refused(ana.get("/api/v1/export?format=xml").await, "format"), "unknown_value");
    assert_eq!(refused(ana.get("/api/v1/export?limit=5").await, "limit"), "unknown_field");
    assert_eq!(refused(ana.get("/api/v1/export?from=2026-02-30").await, "from"), "invalid_date");
    let answer = reqwest::get(format!("{}/api/v1/export", server.url)).await.expect("an answer");
    assert_eq!(answer.status(), 401);
}

#[tokio::test]
async fn more_rows_than_a_page_come_once_each() {
    let (_server, ana) = ana().await;
    let lines: Vec<String> = (0..1_234).map(|n| format!("2026-01-{:02},Row {n},-1.00", n % 28 + 1)).collect();
    take_in(&ana, format!("Date,What,Amount\n{}\n", lines.join("\n"))).await;
    let whole: Value = serde_json::from_str(&file(&ana, "").await.0).expect("JSON");
    let whats: std::collections::BTreeSet<&str> =
        whole["expenses"].as_array().into_iter().flatten().filter_map(|row| row["what"].as_str()).collect();
    assert_eq!((whats.len(), whole["expenses"].as_array().map(Vec::len)), (1_234, Some(1_234)));
}

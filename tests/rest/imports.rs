//! Statements by REST: upload, look, choose, commit, revert.

use crate::{
    common::{PASSWORD, Program},
    kit::{all, ana, balance, path_of, person, problem, refused, text},
};
use reqwest::{
    Method, RequestBuilder,
    multipart::{Form, Part},
};
use serde_json::{Value, json};

const UK: &str = include_str!("../samples/uk-current-account.csv");

fn file(content: impl Into<Vec<u8>>) -> Part {
    Part::bytes(content.into()).file_name("statement.csv")
}

fn upload(program: &Program, form: Form) -> RequestBuilder {
    program.request(Method::POST, "/api/v1/imports").multipart(form)
}

/// Uploads a statement; answers its preview.
pub async fn uploaded(program: &Program, content: &str) -> Value {
    let (status, preview) = Program::answer(upload(program, Form::new().part("file", file(content)))).await;
    assert_eq!(status, 201, "{preview}");
    preview
}

/// Commits or reverts it.
pub async fn act(program: &Program, preview: &Value, what: &str) -> (u16, Value) {
    Program::answer(program.request(Method::POST, &format!("{}/{what}", path_of("imports", preview)))).await
}

#[tokio::test]
async fn s48_a_statement_is_previewed_committed_and_reverted() {
    let (_server, ana) = ana().await;
    let answer = upload(&ana, Form::new().part("file", file(UK))).send().await.expect("an answer");
    assert_eq!(answer.status(), 201);
    let place = answer.headers()["location"].to_str().expect("a place").to_owned();
    let preview: Value = answer.json().await.expect("JSON");
    assert_eq!(place, path_of("imports", &preview));
    assert_eq!(
        (&preview["format"], &preview["encoding"], &preview["state"]),
        (&json!("csv"), &json!("UTF-8"), &json!("preview"))
    );
    let rows = preview["rows"].as_array().expect("rows");
    let counts = preview["counts"].as_object().expect("counts");
    assert_eq!(counts.values().filter_map(Value::as_u64).sum::<u64>(), rows.len() as u64);
    let new = counts["new"].as_u64().expect("a count");
    assert!(new > 50, "{counts:?}");
    let first = &rows[0];
    for (field, value) in
        [("date", "2026-03-30"), ("amount", "11.02"), ("currency", "EUR"), ("verdict", "new"), ("kind", "expense")]
    {
        assert_eq!(first[field], value, "{first}");
    }
    assert_eq!(first["line"], 2);
    assert_eq!(balance(&ana).await, "0.00", "nothing has entered the account");
    assert_eq!(ana.get(&place).await.1, preview);

    let (status, committed) = act(&ana, &preview, "commit").await;
    assert_eq!((status, committed["added"].as_u64()), (200, Some(new)), "{committed}");
    assert_eq!(committed["balance"], balance(&ana).await);
    let (expenses, funds) = (all(&ana, "/api/v1/expenses").await, all(&ana, "/api/v1/funds").await);
    assert_eq!((expenses.len() + funds.len()) as u64, new);
    assert!(expenses.iter().all(|e| e["import_id"] == preview["id"]));
    problem(act(&ana, &preview, "commit").await, 409, "already_done");
    let list = all(&ana, "/api/v1/imports").await;
    assert_eq!((list.len(), &list[0]["state"], list[0]["added"].as_u64()), (1, &json!("committed"), Some(new)));

    let again = uploaded(&ana, UK).await;
    assert_eq!(
        (again["counts"]["new"].as_u64(), again["counts"]["duplicate"].as_u64()),
        (Some(0), Some(new)),
        "{}",
        again["counts"]
    );
    assert!(again["rows"][0]["duplicate_of"].is_string());

    let (status, reverted) = act(&ana, &preview, "revert").await;
    assert_eq!((status, &reverted["balance"]), (200, &json!("0.00")), "{reverted}");
    assert!(all(&ana, "/api/v1/expenses").await.is_empty() && all(&ana, "/api/v1/funds").await.is_empty());
    problem(act(&ana, &preview, "revert").await, 409, "already_done");
    assert_eq!(uploaded(&ana, UK).await["counts"]["new"].as_u64(), Some(new), "it can be taken in again");
}

#[tokio::test]
async fn single_verdicts_and_the_mapping_can_be_changed() {
    let (_server, ana) = ana().await;
    let preview = uploaded(&ana, "Date,Text,Amount\n2026-01-05,Tea,-3.00\n2026-01-06,Pay,100.00\n2026-01-07,Cake,-4.50\n").await;
    let place = path_of("imports", &preview);
    assert_eq!(preview["counts"]["new"], 3, "{preview}");
    let out = json!({"rows": [{"line": 2, "verdict": "ignored"}]});
    let (status, changed) = ana.patch(&place, &out).await;
    assert_eq!((status, &changed["counts"]["new"], &changed["counts"]["ignored"]), (200, &json!(2), &json!(1)), "{changed}");
    let negate = json!({"mapping": {"amount": {"kind": "signed", "column": 2, "negate": true}}});
    let (status, changed) = ana.patch(&place, &negate).await;
    assert_eq!(status, 200, "{changed}");
    assert_eq!(
        (&changed["rows"][1]["kind"], &changed["rows"][0]["verdict"]),
        (&json!("expense"), &json!("ignored")),
        "{changed}"
    );
    let (status, committed) = act(&ana, &preview, "commit").await;
    assert_eq!((status, &committed["added"], &committed["balance"]), (200, &json!(2), &json!("-95.50")), "{committed}");
    assert_eq!(act(&ana, &preview, "revert").await.0, 200);
    for (change, field) in [
        (json!({"rows": [{"line": 2, "verdict": "duplicate"}]}), "rows[0].verdict"),
        (json!({"rows": [{"line": "2", "verdict": "new"}]}), "rows[0].line"),
        (json!({"rows": [{"line": 2}]}), "rows[0].verdict"),
        (json!({"rows": [{"line": 2, "verdict": "new", "amount": "1"}]}), "rows[0].amount"),
        (json!({"mapping": {"owner": 1}}), "mapping.owner"),
        (json!({"mapping": {"day_order": "ydm"}}), "mapping.day_order"),
        (json!({"state": "committed"}), "state"),
    ] {
        let (status, answer) = ana.patch(&place, &change).await;
        assert_eq!(status, 422, "{change}: {answer}");
        refused((status, answer), field);
    }
}

#[tokio::test]
async fn i3_an_import_may_show_a_negative_balance() {
    let (_server, ana) = ana().await;
    let preview = uploaded(&ana, "Date,Text,Amount\n2026-01-05,Rent,-900.00\n").await;
    assert_eq!(act(&ana, &preview, "commit").await.1["balance"], "-900.00");
}

#[tokio::test]
async fn s49_uploads_and_commits_can_be_retried() {
    let (_server, ana) = ana().await;
    let send = |content: &'static str| upload(&ana, Form::new().part("file", file(content))).header("idempotency-key", "u");
    let first = Program::answer(send(UK)).await;
    assert_eq!(first.0, 201);
    assert_eq!(Program::answer(send(UK)).await, first);
    problem(Program::answer(send("Date,Text,Amount\n2026-01-05,Tea,-3.00\n")).await, 422, "idempotency_mismatch");
    let commit = || {
        let path = format!("{}/commit", path_of("imports", &first.1));
        Program::answer(ana.request(Method::POST, &path).header("idempotency-key", "c"))
    };
    let done = commit().await;
    assert_eq!(done.0, 200, "{done:?}");
    assert_eq!(commit().await, done);
    assert_eq!(all(&ana, "/api/v1/imports").await.len(), 1);
}

#[tokio::test]
async fn s47_what_an_upload_may_not_be() {
    let (_server, ana) = ana().await;
    let ok = || file("Date,Text,Amount\n2026-01-05,Tea,-3.00\n");
    for (form, field) in [
        (Form::new().text("format", "csv"), "file"),
        (Form::new().part("file", file("")), "file"),
        (Form::new().part("file", ok()).part("file", ok()), "file"),
        (Form::new().part("file", ok()).text("format", "exe"), "format"),
        (Form::new().part("file", ok()).text("format", "csv").text("format", "csv"), "format"),
        (Form::new().part("file", ok()).text("owner", "ana"), "owner"),
        (Form::new().part("file", ok()).text("mapping", r#"{"owner":1}"#), "mapping.owner"),
        (Form::new().part("file", ok()).text("mapping", r#"{"date":"x"}"#), "mapping.date"),
    ] {
        refused(Program::answer(upload(&ana, form)).await, field);
    }
    let not_json = Form::new().part("file", ok()).text("mapping", "{");
    problem(Program::answer(upload(&ana, not_json)).await, 400, "malformed");
    problem(ana.post("/api/v1/imports", &json!({"file": "x"})).await, 415, "unsupported_media_type");
    let cut =
        ana.request(Method::POST, "/api/v1/imports").header("content-type", "multipart/form-data; boundary=x").body("--x\r\n");
    problem(Program::answer(cut).await, 400, "malformed");
    let no_boundary = ana.request(Method::POST, "/api/v1/imports").header("content-type", "multipart/form-data").body("x");
    problem(Program::answer(no_boundary).await, 400, "malformed");
    let zip = Program::answer(upload(&ana, Form::new().part("file", file(b"PK\x03\x04aaaaaaaa".to_vec())))).await;
    assert!(zip.0 == 415 || zip.0 == 422, "{zip:?}");
    assert!(all(&ana, "/api/v1/imports").await.is_empty());
    let three_mebibytes = format!("Date,Text,Amount\n2026-01-05,Tea,-3.00\n{}", "\n".repeat(3 * 1024 * 1024));
    let (status, preview) = Program::answer(upload(&ana, Form::new().part("file", file(three_mebibytes)))).await;
    assert!(status == 201 || status == 422, "{status} {}", preview["code"]);
}

#[tokio::test]
async fn s34_imports_are_their_owners() {
    let (server, ana) = ana().await;
    let bob = person(&server, "bob").await;
    let preview = uploaded(&ana, "Date,Text,Amount\n2026-01-05,canary,-3.00\n").await;
    let place = path_of("imports", &preview);
    problem(bob.get(&place).await, 404, "not_found");
    problem(bob.patch(&place, &json!({"rows": []})).await, 404, "not_found");
    problem(act(&bob, &preview, "commit").await, 404, "not_found");
    assert_eq!(act(&ana, &preview, "commit").await.0, 200);
    problem(act(&bob, &preview, "revert").await, 404, "not_found");
    assert!(all(&bob, "/api/v1/imports").await.is_empty());
    let same = uploaded(&bob, "Date,Text,Amount\n2026-01-05,canary,-3.00\n").await;
    assert_eq!(same["counts"]["new"], 1, "another person's rows are no duplicates: {same}");

    let writer = server.program(&server.personal_token("ana", "read write").await);
    let (status, refusal) = Program::answer(upload(&writer, Form::new().part("file", file(UK)))).await;
    assert_eq!((status, text(&refusal["code"])), (403, "insufficient_scope".to_owned()));
    assert!(!refusal.to_string().contains(PASSWORD));
}

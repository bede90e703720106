//! What the tests of keeping a store share.

use crate::common::{PASSWORD, Program, Server, cli, cli_env};
use reqwest::{
    Method,
    multipart::{Form, Part},
};
use serde_json::{Value, json};
use std::{
    fs,
    path::{Path, PathBuf},
};
use tempfile::TempDir;

const STATEMENT: &str = include_str!("../samples/uk-current-account.csv");

/// How much: `short` as part of the tests, `full` with `OUTLAY_FULL=1`.
pub fn size<T>(short: T, full: T) -> T {
    if is_full() { full } else { short }
}
pub fn is_full() -> bool {
    std::env::var("OUTLAY_FULL").is_ok_and(|set| set == "1")
}

/// A server on which `ana` has something of every kind, and ana's program.
pub async fn lived_in() -> (Server, Program) {
    let server = Server::start().await;
    let (status, out, err) = server.cli(&["admin", "create", "admin", "--password-stdin"], &format!("{PASSWORD}\n"));
    assert!(status.success(), "{out}{err}");
    server.create_user("ana").await;
    let ana = server.program_of("ana").await;
    let done = |(status, answer): (u16, Value)| {
        assert!((200..300).contains(&status), "{answer}");
        answer
    };
    done(ana.post("/api/v1/funds", &json!({"amount": "1000.00", "note": "“Salary”, and\na line more"})).await);
    let mut expenses = Vec::new();
    for (amount, what) in [("12.50", "Lunch"), ("3.20", "Čaj & žemlja"), ("7.00", "Tram")] {
        expenses.push(done(ana.post("/api/v1/expenses", &json!({"amount": amount, "what": what})).await));
    }
    let place = |n: usize| format!("/api/v1/expenses/{}", expenses[n]["id"].as_str().expect("an id"));
    done(ana.patch(&place(0), &json!({"amount": "13.00"})).await);
    done(ana.delete(&place(1)).await);
    let deleted = ana.get("/api/v1/journal?limit=1").await.1["items"][0]["seq"].clone();
    done(Program::answer(ana.request(Method::POST, &format!("/api/v1/journal/{deleted}/undo"))).await);
    let categories = ana.get("/api/v1/categories").await.1["items"].clone();
    for category in [&Value::Null, &categories[0]["id"]] {
        let budget = json!({"month": "2026-11", "category_id": category, "amount": "250.00", "rollover": true});
        done(Program::answer(ana.request(Method::PUT, "/api/v1/budgets").json(&budget)).await);
    }
    let filter = json!({"name": "Small things of this month", "query": "period=this_month&max=10.00&category_id=none"});
    done(ana.post("/api/v1/filters", &filter).await);
    let schedule = json!({"unit": "month", "on": "last_working_day", "from": "2199-01-01", "count": 12});
    let rent = json!({"amount": "800.00", "what": "Rent", "category_id": categories[0]["id"], "schedule": schedule});
    let rent = done(ana.post("/api/v1/recurring", &rent).await);
    let skip = format!("/api/v1/recurring/{}/skip", rent["id"].as_str().expect("an id"));
    done(ana.post(&skip, &json!({"day": "2199-02-28"})).await);
    for commit in [true, false] {
        let part = Part::bytes(STATEMENT.as_bytes()).file_name("statement.csv");
        let form = Form::new().part("file", part);
        let preview = done(Program::answer(ana.request(Method::POST, "/api/v1/imports").multipart(form)).await);
        if commit {
            let commit = format!("/api/v1/imports/{}/commit", preview["id"].as_str().expect("an id"));
            done(Program::answer(ana.request(Method::POST, &commit)).await);
        }
    }
    (server, ana)
}

/// Runs the command line on a data directory.
pub fn outlay(data_dir: &Path, arguments: &[&str]) -> (Option<i32>, String, String) {
    let (status, out, err) = cli(&cli_env(data_dir), arguments, "");
    (status.code(), out, err)
}

/// As [`outlay`], asserting that it was done; what it said.
#[track_caller]
pub fn done(data_dir: &Path, arguments: &[&str]) -> String {
    let (code, out, err) = outlay(data_dir, arguments);
    assert_eq!(code, Some(0), "{arguments:?}: {out}{err}");
    out
}

/// As [`outlay`], asserting that it refused with one line that says this.
#[track_caller]
pub fn refused(data_dir: &Path, arguments: &[&str], says: &str) {
    let (code, out, err) = outlay(data_dir, arguments);
    assert_eq!(code, Some(1), "{arguments:?}: {out}{err}");
    let complaint = err.lines().find(|line| line.starts_with("outlay: ")).unwrap_or_default();
    assert!(complaint.contains(says), "{arguments:?} does not say “{says}”: {err}");
}

/// The number that a sound store's doctor calls its content.
#[track_caller]
pub fn content(said: &str) -> String {
    assert!(said.trim_end().ends_with("All is well."), "{said}");
    let line = said.lines().find_map(|line| line.strip_prefix("Content ")).expect("a content");
    line.trim_end_matches('.').to_owned()
}

pub fn text(path: &Path) -> &str {
    path.to_str().expect("a path of text")
}

/// A directory to put backups and stores into.
pub struct Room(TempDir);

impl Room {
    pub fn new() -> Self {
        Self(tempfile::tempdir().expect("a directory"))
    }
    pub fn at(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }
}

/// The names in a directory, but for the lock.
pub fn names(dir: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(dir)
        .map(|entries| entries.map(|entry| entry.expect("an entry").file_name().into_string().expect("a name")).collect())
        .unwrap_or_default();
    names.retain(|name| name != "lock");
    names.sort();
    names
}

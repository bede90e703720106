//! The page of the API: who may see it, that all of the document is on it, and that its examples run.

use crate::common::{PASSWORD, Server, fund, location};
use serde_json::Value;
use std::{
    collections::BTreeMap,
    io::Write,
    process::{Command, Stdio},
};

const PATH: &str = "/api/docs";

async fn document(server: &Server) -> Value {
    let answer = server.visitor().http.get(format!("{}/api/v1/openapi.json", server.url)).send().await;
    answer.expect("an answer").json().await.expect("JSON")
}

/// Method, path, id and what else is said of every operation.
fn operations(document: &Value) -> Vec<(String, String, String, Value)> {
    let paths = document["paths"].as_object().expect("paths");
    let all = paths.iter().flat_map(|(path, item)| {
        item.as_object().expect("operations").iter().map(move |(method, told)| {
            let id = told["operationId"].as_str().expect("an id").to_owned();
            (method.to_uppercase(), path.clone(), id, told.clone())
        })
    });
    all.collect()
}

/// The values of an attribute.
fn attributes<'h>(html: &'h str, start: &str) -> Vec<&'h str> {
    html.split(start).skip(1).filter_map(|rest| rest.split('"').next()).collect()
}

#[tokio::test]
async fn s60_the_api_is_shown_whole_to_whoever_is_signed_in() {
    let server = Server::start().await;
    server.setup_admin().await;
    let visitor = server.visitor();
    let away = visitor.get(PATH).await;
    let sign_in = "/sign-in?next=%2Fapi%2Fdocs";
    assert_eq!((away.status().as_u16(), location(&away)), (303, sign_in));
    assert!(away.text().await.expect("text").is_empty());
    let token = server.personal_token("admin", "read").await;
    assert_eq!(
        visitor.http.get(format!("{}{PATH}", server.url)).bearer_auth(token).send().await.expect("an answer").status(),
        303
    );
    let form = [("username", "admin"), ("password", PASSWORD), ("next", PATH)];
    let back = visitor.form(sign_in, "/api/page/session/sign-in", &form).await;
    assert_eq!((back.status().as_u16(), location(&back)), (303, PATH));
    let page = visitor.get(PATH).await;
    assert_eq!(page.status(), 200);
    assert!(page.headers()["content-type"].to_str().expect("text").starts_with("text/html"));
    let html = page.text().await.expect("text").replace("<!>", "");
    let of_a_user = server.user("ana").await.get(PATH).await.text().await.expect("text").replace("<!>", "");
    assert_eq!(html, of_a_user, "it is the same for everybody");

    // Nothing of it runs, and nothing is styled in place.
    for active in ["<script", "<style", " style=", " onclick", "javascript:", "<iframe", "<link rel=\"modulepreload"] {
        assert!(!html.contains(active), "{active}");
    }

    let document = document(&server).await;
    let all = operations(&document);
    assert!(all.len() > 60, "{}", all.len());
    for (method, path, id, told) in &all {
        assert!(html.contains(&format!("{method}</span> <code>{path}</code>")), "{method} {path}");
        let part = html.split(&format!("id=\"{id}\"")).nth(1).and_then(|rest| rest.split("</details>").next());
        let part = part.unwrap_or_else(|| panic!("no {id}"));
        for parameter in told["parameters"].as_array().into_iter().flatten() {
            let name = parameter["name"].as_str().expect("a name");
            assert!(part.contains(&format!("<code>{name}</code>")), "{method} {path}: {name}");
        }
        for status in told["responses"].as_object().expect("answers").keys() {
            assert!(part.contains(&format!("<code>{status}</code>")), "{method} {path}: {status}");
        }
        let scope = told["security"][0]["bearer"][0].as_str();
        let pill = scope.map_or(">public<".to_owned(), |scope| format!(">scope {scope}<"));
        assert!(part.contains(&pill), "{method} {path}: {pill}");
    }
    for name in document["components"]["schemas"].as_object().expect("schemas").keys() {
        assert!(html.contains(&format!("id=\"schema-{name}\"")), "{name}");
    }
    // A body's fields, with what is required of them.
    let record = html.split("id=\"record_expense\"").nth(1).expect("the operation");
    assert!(record.contains("<code>allow_overdraft</code>") && record.contains(">required</span>"));

    let ids = attributes(&html, " id=\"");
    let mut once = ids.clone();
    once.sort_unstable();
    once.dedup();
    assert_eq!(once.len(), ids.len(), "an id twice");
    for to in attributes(&html, "href=\"#") {
        assert!(ids.contains(&to), "#{to} leads nowhere");
    }
}

/// The example of an operation, as it is copied from the page.
fn example(html: &str, id: &str) -> String {
    let part =
        html.split(&format!("id=\"{id}\"")).nth(1).and_then(|rest| rest.split("</details>").next()).expect("the operation");
    let text =
        part.split("<pre class=\"docs-code\"><code>").nth(1).and_then(|rest| rest.split("</code>").next()).expect("an example");
    let entities = [("<!>", ""), ("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#x27;", "'"), ("&#39;", "'"), ("&amp;", "&")];
    entities.iter().fold(text.to_owned(), |text, (entity, plain)| text.replace(entity, plain))
}

/// Runs an example in a shell, in a directory where a statement is: the status and the body of the answer.
fn run(example: &str, token: &str, directory: &std::path::Path) -> (u16, String) {
    // curl reads these before what the page says.
    std::fs::write(directory.join(".curlrc"), "silent\nshow-error\nwrite-out = \"\\n%{http_code}\"\n").expect("written");
    let mut shell = Command::new("sh");
    shell.args(["-c", example]).env("OUTLAY_TOKEN", token).env("CURL_HOME", directory).current_dir(directory);
    let output = shell.stdin(Stdio::null()).output().expect("a shell");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{example}\n{text}{said}");
    let (body, status) = text.rsplit_once('\n').expect("a status");
    (status.parse().unwrap_or_else(|_| panic!("{example}\n{text}")), body.to_owned())
}

fn has_curl(test: &str) -> bool {
    let found = Command::new("curl").arg("--version").stdout(Stdio::null()).status().is_ok_and(|status| status.success());
    if !found {
        writeln!(std::io::stderr(), "\n!!! {test} WAS NOT RUN: there is no curl\n").expect("standard error");
    }
    found
}

/// Every example of the page runs as it stands, by curl: what reads answers 200, an expense is recorded, and nothing that is
/// sent is refused for its shape.
#[tokio::test]
async fn the_examples_of_the_page_run_as_they_stand() {
    if !has_curl("the_examples_of_the_page_run_as_they_stand") {
        return;
    }
    let server = Server::start().await;
    let admin = server.setup_admin().await;
    fund(&server.program_of("admin").await, "1000.00").await;
    let html = admin.get(PATH).await.text().await.expect("text");
    let token = server.access_token("admin", "read write import admin account").await;
    let directory = tempfile::tempdir().expect("a directory");
    std::fs::write(directory.path().join("statement.csv"), "date,what,amount\n2026-11-01,Tea,-5.00\n").expect("written");
    let document = document(&server).await;

    // What a first try may meet: things of which there are none, a word that is not the right one, doors that an earlier example closed.
    let others = BTreeMap::from([
        ("oauth_token", vec![400]),
        ("change_password", vec![422]),
        ("leave", vec![422]),
        ("copy_budgets", vec![422]),
        ("sign_up", vec![201, 403]),
    ]);
    let (mut read, mut sent, mut faults) = (0, 0, Vec::new());
    for (method, path, id, _) in operations(&document) {
        let (status, body) = run(&example(&html, &id), &token, directory.path());
        let fine = match others.get(id.as_str()) {
            Some(others) => others.contains(&status),
            None if path.contains('{') => [200, 404, 409].contains(&status),
            None if method == "GET" => status == 200,
            None => [200, 201, 204, 404, 409].contains(&status),
        };
        if !fine {
            faults.push(format!("{method} {path}: {status} {body}\n{}", example(&html, &id)));
        }
        if id == "record_expense" {
            let made: Value = serde_json::from_str(&body).expect("JSON");
            assert_eq!((status, &made["what"], &made["amount"]), (201, &"Lunch".into(), &"12.50".into()));
        }
        read += usize::from(method == "GET" && status == 200);
        sent += usize::from(method != "GET" && (200..300).contains(&status));
    }
    assert!(faults.is_empty(), "{}", faults.join("\n\n"));
    assert!(read > 20 && sent > 10, "{read} read, {sent} sent");
    let lunches = server.program_of("admin").await.get("/api/v1/expenses?q=lunch").await.1;
    assert_eq!(lunches["total"]["count"], 1, "{lunches}");
}

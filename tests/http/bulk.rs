//! Many expenses at once, from the page: what the form may be, whose rows it reaches, and that it is all or nothing.

use crate::common::{Browser, Program, Server, all, balance, fund, location};
use reqwest::{Method, Response};
use serde_json::{Value, json};
use uuid::Uuid;

const BULK: &str = "/api/page/expenses/bulk";
const DAY: &str = "2026-11-01";

struct Person {
    browser: Browser,
    program: Program,
    ids: Vec<String>,
}

/// Somebody with three expenses of 10.00 each.
async fn person(server: &Server, name: &str) -> Person {
    let (browser, program) = (server.user(name).await, server.program_of(name).await);
    fund(&program, "100.00").await;
    let mut ids = Vec::new();
    for n in 1..=3 {
        let body = json!({"amount": "10.00", "what": format!("{name} {n}"), "date": DAY});
        let (status, made) = program.post("/api/v1/expenses", &body).await;
        assert_eq!(status, 201, "{made}");
        ids.push(made["id"].as_str().expect("an id").to_owned());
    }
    Person { browser, program, ids }
}

impl Person {
    /// The page sends the form: these boxes are ticked.
    async fn send(&self, ids: &[String], rest: &[(&str, &str)]) -> (u16, Value) {
        let key = Uuid::now_v7().to_string();
        let mut fields: Vec<(&str, &str)> = vec![("key", &key)];
        fields.extend(ids.iter().map(|id| ("ids[]", id.as_str())));
        fields.extend_from_slice(rest);
        let answer = self.browser.call(BULK, &fields).await;
        (answer.status().as_u16(), answer.json().await.unwrap_or(Value::Null))
    }
    async fn rows(&self) -> Vec<Value> {
        all(&self.program, "/api/v1/expenses").await
    }
}

fn field(answer: &(u16, Value)) -> &str {
    answer.1["errors"][0]["field"].as_str().unwrap_or_default()
}

#[tokio::test]
async fn many_are_changed_and_deleted_with_one_undo() {
    let server = Server::start().await;
    server.setup_admin().await;
    let mira = person(&server, "mira").await;
    let category = mira.program.get("/api/v1/categories").await.1["items"][0]["id"].as_str().expect("an id").to_owned();

    let (status, changed) = mira.send(&mira.ids[..2], &[("act", "category"), ("to_category", &category)]).await;
    assert_eq!((status, &changed["summary"]), (200, &json!("Changed 2 expenses")), "{changed}");
    assert_eq!(all(&mira.program, &format!("/api/v1/expenses?category_id={category}")).await.len(), 2);
    let (status, _) = mira.send(&mira.ids, &[("act", "date"), ("to_date", "2026-10-31")]).await;
    assert_eq!(status, 200);
    assert_eq!(all(&mira.program, "/api/v1/expenses?to=2026-10-31").await.len(), 3);

    let asked = mira.send(&mira.ids, &[("act", "delete")]).await;
    assert_eq!((asked.0, field(&asked)), (422, "sure"), "{asked:?}");
    assert!(asked.1["detail"].as_str().is_some_and(|text| text.contains("3 expenses") && text.contains("30.00")), "{asked:?}");
    let asked = mira.send(&mira.ids, &[("act", "delete"), ("sure", "2")]).await;
    assert_eq!(field(&asked), "sure", "it was sure of another count");
    assert_eq!(mira.rows().await.len(), 3);
    let (status, deleted) = mira.send(&mira.ids, &[("act", "delete"), ("sure", "3")]).await;
    assert_eq!(status, 200, "{deleted}");
    assert_eq!((mira.rows().await.len(), balance(&mira.program).await.as_str()), (0, "100.00"));
    let undo = mira.program.request(Method::POST, &format!("/api/v1/journal/{}/undo", deleted["seq"]));
    assert_eq!(Program::answer(undo).await.0, 200);
    assert_eq!((mira.rows().await.len(), balance(&mira.program).await.as_str()), (3, "70.00"));
}

#[tokio::test]
async fn all_that_match_are_as_many_as_was_seen() {
    let server = Server::start().await;
    server.setup_admin().await;
    let (mira, ana) = (person(&server, "mira").await, person(&server, "ana").await);
    let send = |filter: &'static str, count: &'static str, rest: &'static [(&str, &str)]| {
        let mut fields = vec![("all", "true"), ("filter", filter), ("count", count)];
        fields.extend_from_slice(rest);
        let mira = &mira;
        async move { mira.send(&[], &fields).await }
    };
    let day = &[("act", "date"), ("to_date", "2026-10-01")];
    for count in ["2", "4", "0"] {
        let answer = send("q=mira", count, day).await;
        assert_eq!((answer.0, answer.1["code"].as_str()), (409, Some("count_mismatch")), "{count}: {answer:?}");
    }
    for (filter, count, wrong) in [
        ("from=x", "3", "from"),
        ("min=-1", "3", "min"),
        ("category_id=x", "3", "category_id"),
        ("", "", "count"),
        ("", "-3", "count"),
    ] {
        let answer = send(filter, count, day).await;
        assert_eq!((answer.0, field(&answer)), (422, wrong), "{filter}: {answer:?}");
    }
    assert!(mira.rows().await.iter().all(|row| row["date"] == DAY), "nothing was changed");
    assert_eq!(send("q=mira", "3", day).await.0, 200);
    assert!(mira.rows().await.iter().all(|row| row["date"] == "2026-10-01"));
    assert_eq!(field(&send("", "3", &[("act", "delete")]).await), "sure");
    assert_eq!(send("", "3", &[("act", "delete"), ("sure", "3")]).await.0, 200);
    assert_eq!((mira.rows().await.len(), ana.rows().await.len()), (0, 3), "of one person only");
}

#[tokio::test]
async fn s34_what_is_somebody_elses_is_not_there_and_nothing_changes() {
    let server = Server::start().await;
    server.setup_admin().await;
    let (mira, ana) = (person(&server, "mira").await, person(&server, "ana").await);
    let mixed = [mira.ids.clone(), vec![ana.ids[0].clone()]].concat();
    for rest in [
        &[("act", "date"), ("to_date", "2026-10-01")][..],
        &[("act", "category"), ("to_category", "none")],
        &[("act", "delete")],
        &[("act", "delete"), ("sure", "4")],
    ] {
        let answer = mira.send(&mixed, rest).await;
        assert_eq!((answer.0, answer.1["code"].as_str()), (404, Some("not_found")), "{rest:?}: {answer:?}");
    }
    for person in [&mira, &ana] {
        let rows = person.rows().await;
        assert_eq!(rows.len(), 3);
        assert!(rows.iter().all(|row| row["date"] == DAY && row["version"] == 1));
    }
    assert_eq!(export(&mira, &mixed, "csv").await.status(), 404);
}

#[tokio::test]
async fn what_the_form_may_not_be() {
    let server = Server::start().await;
    server.setup_admin().await;
    let mira = person(&server, "mira").await;
    let many: Vec<String> = (0..1_001).map(|_| Uuid::now_v7().to_string()).collect();
    let absent = Uuid::now_v7().to_string();
    let delete: &[(&str, &str)] = &[("act", "delete")];
    for (ids, rest, wrong) in [
        (&[][..], delete, "ids"),
        (&["x".to_owned()][..], delete, "ids"),
        (&many[..], delete, "ids"),
        (&mira.ids[..], &[][..], "act"),
        (&mira.ids[..], &[("act", "burn")], "act"),
        (&mira.ids[..], &[("act", "category")], "to_category"),
        (&mira.ids[..], &[("act", "category"), ("to_category", "x")], "to_category"),
        (&mira.ids[..], &[("act", "category"), ("to_category", &absent)], "category_id"),
        (&mira.ids[..], &[("act", "date")], "to_date"),
        (&mira.ids[..], &[("act", "date"), ("to_date", "2026-02-30")], "to_date"),
    ] {
        let answer = mira.send(ids, rest).await;
        assert_eq!((answer.0, field(&answer)), (422, wrong), "{rest:?}: {answer:?}");
    }
    assert!(mira.rows().await.iter().all(|row| row["version"] == 1));
    assert_eq!(server.visitor().call(BULK, &[("key", &absent), ("act", "delete")]).await.status(), 401);
}

#[tokio::test]
async fn without_javascript_the_question_comes_back_with_what_was_ticked() {
    let server = Server::start().await;
    server.setup_admin().await;
    let mira = person(&server, "mira").await;
    let key = Uuid::now_v7().to_string();
    let mut fields = vec![("key", key.as_str()), ("act", "delete")];
    fields.extend(mira.ids[..2].iter().map(|id| ("ids[]", id.as_str())));
    let asked = mira.browser.form("/expenses?q=mira", BULK, &fields).await;
    assert_eq!((asked.status().as_u16(), location(&asked)), (303, "/expenses?q=mira"));
    let html = mira.browser.get("/expenses?q=mira").await.text().await.expect("text");
    assert!(html.contains("Delete 2 expenses, €20.00 together?") && html.contains("Yes, delete"));
    assert_eq!(html.matches(" checked").count(), 2, "what was ticked still is");
    fields.push(("sure", "2"));
    let done = mira.browser.form("/expenses?q=mira", BULK, &fields).await;
    assert_eq!(done.status(), 303);
    let html = mira.browser.get("/expenses?q=mira").await.text().await.expect("text");
    assert!(html.contains("Deleted 2 expenses") && html.contains("Undo"), "the toast is there");
    assert_eq!(mira.rows().await.len(), 1);
}

async fn export(person: &Person, ids: &[String], format: &str) -> Response {
    let mut fields = vec![("format", format)];
    fields.extend(ids.iter().map(|id| ("ids[]", id.as_str())));
    person.browser.form("/expenses", "/export", &fields).await
}

#[tokio::test]
async fn what_is_selected_can_be_exported() {
    let server = Server::start().await;
    server.setup_admin().await;
    let mira = person(&server, "mira").await;
    let file = export(&mira, &mira.ids[1..], "csv").await;
    assert_eq!(file.status(), 200);
    assert!(file.headers()["content-disposition"].to_str().is_ok_and(|name| name.starts_with("attachment")));
    let text = file.text().await.expect("text");
    assert_eq!(text.lines().filter(|line| line.contains("mira")).count(), 2, "{text}");
    let whole =
        mira.browser.form("/expenses", "/export", &[("format", "csv"), ("all", "true"), ("filter", "q=mira"), ("count", "3")]);
    assert_eq!(whole.await.text().await.expect("text").lines().filter(|line| line.contains("mira")).count(), 3);
    assert_eq!(export(&mira, &[], "csv").await.status(), 422);
    assert_eq!(export(&mira, &mira.ids, "pdf").await.status(), 422);
    let visitor = server.visitor().form("/expenses", "/export", &[("format", "csv"), ("ids[]", &mira.ids[0])]).await;
    assert_eq!(visitor.status(), 303);
}

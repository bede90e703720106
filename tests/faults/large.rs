//! R01, R07 and S47 for commands on very many rows: killed while they are at work they end, once, and nobody else waits for them.

use crate::{
    common::{Program, Server, balance, mongod::MongoSet},
    kit::{Reply, ana, ana_on, day_of, person, spend, times},
};
use reqwest::{
    Method,
    multipart::{Form, Part},
};
use serde_json::{Value, json};
use std::{
    fmt::Write,
    time::{Duration, Instant},
};

/// About the most rows of a file.
const MOST_ROWS: usize = 99_000;

/// Uploads a statement of so many expenses of 1.00; the id of the import.
async fn upload(program: &Program, name: &str, rows: usize) -> String {
    let mut statement = "Date,Text,Amount\n".to_owned();
    for row in 0..rows {
        writeln!(statement, "2023-06-01,{name} {row},-1.00").expect("a line");
    }
    let file = Form::new().part("file", Part::bytes(statement.into_bytes()).file_name(format!("{name}.csv")));
    let (status, preview) = Program::answer(program.request(Method::POST, "/api/v1/imports").multipart(file)).await;
    assert_eq!(status, 201, "{preview}");
    preview["id"].as_str().expect("an id").to_owned()
}

/// Sends a keyed request; `None` when the server was gone before its answer.
async fn keyed(program: &Program, path: &str, key: &str, body: Option<&Value>) -> Option<(u16, Value)> {
    let request = program.request(Method::POST, path).header("idempotency-key", key);
    let answer =
        body.map_or_else(|| request.try_clone().expect("no stream"), |body| request.try_clone().expect("no stream").json(body));
    let answer = answer.send().await.ok()?;
    let status = answer.status().as_u16();
    Some((status, answer.json().await.ok()?))
}

async fn rows(program: &Program) -> u64 {
    program.get("/api/v1/expenses?limit=1").await.1["total"]["count"].as_u64().expect("a count")
}

/// Sends a request that changes all rows, kills the server at a random moment of it, and sends it again to the next one.
/// The rows between the two are `before` or `after`, never anything else.
async fn killed_at_work(
    server: Server,
    program: &Program,
    (path, key, body): (&str, &str, Option<&Value>),
    (before, after): (u64, u64),
) -> (Server, Value) {
    let mut server = server;
    let (sender, asked) = (program.clone(), (path.to_owned(), key.to_owned(), body.cloned()));
    let sent = tokio::spawn(async move { keyed(&sender, &asked.0, &asked.1, asked.2.as_ref()).await });
    tokio::time::sleep(Duration::from_millis(rand::random_range(20..=400))).await;
    server.kill();
    let first = sent.await.expect("it was sent");
    server = server.again().await;
    let there = rows(program).await;
    assert!(there == before || there == after, "{there} rows, where there were {before} and should be {after}");
    assert_eq!(balance(program).await, if there == 0 { "0.00".to_owned() } else { format!("-{there}.00") }, "I1");
    server.assert_sound();
    let (status, answer) = keyed(program, path, key, body).await.expect("an answer");
    assert_eq!((status, rows(program).await), (200, after), "{answer}");
    if let Some((200, first)) = first {
        assert_eq!((there, &first), (after, &answer), "what was acknowledged is kept, and answered again");
    }
    (server, answer)
}

async fn large_commands_end((mut server, ana): (Server, Program), cycles: usize, n: usize) {
    let count = n as u64;
    for cycle in 0..cycles {
        let key = |what: &str| format!("{what}-{cycle}");
        let import = upload(&ana, &key("statement"), n).await;
        let commit = format!("/api/v1/imports/{import}/commit");
        (server, _) = killed_at_work(server, &ana, (&commit, &key("commit"), None), (0, count)).await;
        let delete = json!({"filter": {}, "expected_count": n, "delete": true});
        let deleted;
        (server, deleted) =
            killed_at_work(server, &ana, ("/api/v1/expenses/bulk", &key("delete"), Some(&delete)), (count, 0)).await;
        let undo = format!("/api/v1/journal/{}/undo", deleted["seq"]);
        (server, _) = killed_at_work(server, &ana, (&undo, &key("undo"), None), (0, count)).await;
        let revert = format!("/api/v1/imports/{import}/revert");
        (server, _) = killed_at_work(server, &ana, (&revert, &key("revert"), None), (count, 0)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn r01_large_commands_killed_at_work_end_once() {
    large_commands_end(ana().await, times(2, 25), 2_500).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn r01_large_commands_killed_at_work_end_once_on_mongodb() {
    let set = MongoSet::start(1).await;
    let sooner = mongodb::bson::doc! { "setParameter": 1, "transactionLifetimeLimitSeconds": 3 };
    set.admin(0).await.database("admin").run_command(sooner).await.expect("set");
    large_commands_end(ana_on(&set.fresh_uri()).await, times(1, 10), 2_000).await;
}

/// Other people's answers while a statement of `n` rows is committed: how long each took, the slowest last.
async fn others_meanwhile(server: &Server, ana: &Program, n: usize) -> Vec<Duration> {
    let import = upload(ana, "large", n).await;
    let others = [person(server, "bob").await, person(server, "cyd").await];
    let commit = format!("/api/v1/imports/{import}/commit");
    let sender = ana.clone();
    let begun = Instant::now();
    let committed = tokio::spawn(async move {
        // What outlasts its request goes on; the same key waits for it.
        loop {
            let answer = keyed(&sender, &commit, "commit", None).await;
            if answer.as_ref().is_none_or(|(status, _)| *status != 503) {
                return answer;
            }
        }
    });
    let mut took = Vec::new();
    for turn in 0.. {
        if committed.is_finished() {
            break;
        }
        let asked = Instant::now();
        let reply = spend(&others[turn % 2], &format!("meanwhile-{turn}"), day_of(0)).await;
        assert!(matches!(reply, Reply::Answer(201, _)), "{reply:?}");
        took.push(asked.elapsed());
    }
    let (status, answer) = committed.await.expect("sent").expect("an answer");
    println!("{n} rows were committed in {:.1?}; {} answers to others meanwhile", begun.elapsed(), took.len());
    assert_eq!((status, rows(ana).await), (200, n as u64), "{answer}");
    took.sort();
    took
}

#[tokio::test(flavor = "multi_thread")]
async fn s47_nobody_else_waits_for_a_large_import() {
    let (server, ana) = ana().await;
    let took = others_meanwhile(&server, &ana, times(10_000, MOST_ROWS)).await;
    let p99 = took[took.len() * 99 / 100];
    println!("p50 {:?}, p99 {p99:?}, slowest {:?}", took[took.len() / 2], took[took.len() - 1]);
    assert!(took.len() >= 20, "only {} answers", took.len());
    assert!(p99 < Duration::from_millis(250), "{p99:?}");
    server.assert_sound();
}

/// The tests' MongoDB has a cache of a quarter of a gigabyte.
#[tokio::test(flavor = "multi_thread")]
async fn s47_nobody_else_waits_for_a_large_import_on_a_small_mongodb() {
    let set = MongoSet::start(1).await;
    let (server, ana) = ana_on(&set.fresh_uri()).await;
    let took = others_meanwhile(&server, &ana, times(5_000, MOST_ROWS)).await;
    let p99 = took[took.len() * 99 / 100];
    println!("p50 {:?}, p99 {p99:?}, slowest {:?}", took[took.len() / 2], took[took.len() - 1]);
    assert!(p99 < Duration::from_millis(250), "{p99:?}");
    server.assert_sound();
}

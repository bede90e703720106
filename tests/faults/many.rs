//! R06: very many write to one account at once.

use crate::{
    common::{Program, Server, balance, fund, mongod::MongoSet},
    kit::{ana, ana_on, on, times},
};
use futures::future::join_all;
use serde_json::{Value, json};
use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

/// `writers` at once, spread over the programs, each sending `body` to `path` `each` times, one after the other: how often
/// each status came (with its code), and how long the slowest answer took.
async fn flood(
    programs: &[Program],
    (writers, each): (usize, usize),
    path: &str,
    body: &Value,
) -> (BTreeMap<String, usize>, Duration) {
    let tasks = programs.iter().cycle().take(writers).map(|program| {
        let (program, path, body) = (program.clone(), path.to_owned(), body.clone());
        tokio::spawn(async move {
            let mut seen = Vec::with_capacity(each);
            for _ in 0..each {
                let asked = Instant::now();
                let (status, answer) = program.post(&path, &body).await;
                seen.push((format!("{status} {}", answer["code"].as_str().unwrap_or("made")), asked.elapsed()));
            }
            seen
        })
    });
    let mut answers = BTreeMap::new();
    let mut slowest = Duration::ZERO;
    for task in join_all(tasks).await {
        for (answer, took) in task.expect("a writer") {
            *answers.entry(answer).or_default() += 1;
            slowest = slowest.max(took);
        }
    }
    (answers, slowest)
}

#[tokio::test(flavor = "multi_thread")]
async fn r06_a_thousand_writers_on_one_account() {
    let (server, ana) = ana().await;
    a_thousand_writers(&server, &[ana]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn r06_a_thousand_writers_on_one_account_of_mongodb_through_two_servers() {
    let set = MongoSet::start(1).await;
    let store = set.fresh_uri();
    let (server, ana) = ana_on(&store).await;
    let second = on(&store).await;
    let through_second = second.program(&ana.token);
    a_thousand_writers(&server, &[ana, through_second]).await;
}

/// Their programs act for one person.
async fn a_thousand_writers(server: &Server, programs: &[Program]) {
    let crowd = (times(250, 1_000), times(4, 10));
    let spends = crowd.0 * crowd.1;
    fund(&programs[0], &format!("{}.00", spends / 2)).await;

    let body = json!({"amount": "1.00", "what": "One of many"});
    let (answers, slowest) = flood(programs, crowd, "/api/v1/expenses", &body).await;
    let expected = [("201 made", spends / 2), ("409 insufficient_funds", spends / 2)];
    assert_eq!(answers, expected.map(|(answer, n)| (answer.to_owned(), n)).into());
    assert_eq!(balance(&programs[0]).await, "0.00");
    assert!(slowest <= Duration::from_secs(10), "{slowest:?}");

    let (answers, slowest) = flood(programs, crowd, "/api/v1/funds", &json!({"amount": "0.07"})).await;
    assert_eq!(answers, [("201 made".to_owned(), spends)].into());
    let cents = spends * 7;
    assert_eq!(balance(&programs[0]).await, format!("{}.{:02}", cents / 100, cents % 100));
    assert!(slowest <= Duration::from_secs(10), "{slowest:?}");
    server.assert_sound();
}

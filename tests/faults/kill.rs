//! R01 and R07: the process is killed while many write.

use crate::{
    common::{Program, Server, all, mongod::MongoSet},
    kit::{Log, Reply, ana, ana_on, day_of, spend, spend_until_gone, times},
};
use futures::{StreamExt, future::join_all, stream};
use mongodb::bson::doc;
use outlay::domain::Day;
use reqwest::{
    Method,
    multipart::{Form, Part},
};
use serde_json::Value;
use std::{collections::BTreeSet, fmt::Write, time::Duration};

/// Rows of each statement that is imported meanwhile.
const ROWS: usize = 300;

async fn a_random_moment() {
    tokio::time::sleep(Duration::from_millis(rand::random_range(10..=500))).await;
}

/// Imports statements until the server is gone; the ids of those whose commit was acknowledged.
async fn import_until_gone(program: Program, day: Day) -> Vec<String> {
    let mut committed = Vec::new();
    for n in 0.. {
        let mut statement = "Date,Text,Amount\n".to_owned();
        for row in 0..ROWS {
            writeln!(statement, "2023-06-01,{day} {n} {row},-1.00").expect("a line");
        }
        let file = Form::new().part("file", Part::bytes(statement.into_bytes()).file_name(format!("{day}.csv")));
        let upload = program.request(Method::POST, "/api/v1/imports").multipart(file);
        let Ok(answer) = upload.send().await else { break };
        let Ok(preview) = answer.json::<Value>().await else { break };
        let id = preview["id"].as_str().unwrap_or_else(|| panic!("no preview: {preview}")).to_owned();
        let Ok(answer) = program.request(Method::POST, &format!("/api/v1/imports/{id}/commit")).send().await else { break };
        assert_eq!(answer.status(), 200);
        committed.push(id);
    }
    committed
}

/// The imports of a day are in the account with all of their rows or with none.
async fn assert_whole_imports(program: &Program, day: Day, acknowledged: &[String]) {
    let imports = all(program, "/api/v1/imports").await;
    let mut committed = Vec::new();
    for import in imports.iter().filter(|import| import["file_name"] == format!("{day}.csv")) {
        let id = import["id"].as_str().expect("an id").to_owned();
        let (_, page) = program.get(&format!("/api/v1/expenses?import_id={id}&limit=1")).await;
        let rows = if import["state"] == "committed" { ROWS } else { 0 };
        assert_eq!(page["total"]["count"].as_u64(), Some(rows as u64), "{import}: {page}");
        if rows > 0 {
            committed.push(id);
        }
    }
    for id in acknowledged {
        assert!(committed.contains(id), "the import {id} was acknowledged and is lost");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn r01_what_was_acknowledged_outlives_kill_9() {
    let (mut server, ana) = ana().await;
    let mut acknowledged = 0;
    for cycle in 0..times(20, 200) {
        let day = day_of(cycle);
        let importer = tokio::spawn(import_until_gone(server.program(&ana.token), day));
        let writers = (0..64).map(|n| tokio::spawn(spend_until_gone(server.program(&ana.token), n.to_string(), day)));
        let writers: Vec<_> = writers.collect();
        a_random_moment().await;
        server.kill();
        let log = Log::join(join_all(writers).await.into_iter().map(|log| log.expect("a writer")));
        let imports = importer.await.expect("the importer");
        server = server.again().await;
        assert!(server.ready_after <= Duration::from_secs(2), "ready after {:?}", server.ready_after);
        log.assert_kept(&ana, day).await;
        assert_whole_imports(&ana, day, &imports).await;
        server.assert_sound();
        acknowledged += log.acknowledged.len();
    }
    assert!(acknowledged > 0, "nothing was acknowledged at all");
}

/// Sends each expense twice at once until the server is gone.
async fn spend_twice_until_gone(program: Program, name: String, day: Day) -> Log {
    let mut log = Log::default();
    for n in 0.. {
        let key = format!("{day}-{name}-{n}");
        let (one, two) = futures::join!(spend(&program, &key, day), spend(&program, &key, day));
        if let (Reply::Answer(_, one), Reply::Answer(_, two)) = (&one, &two) {
            assert_eq!(one, two);
        }
        log.note(key.clone(), one);
        if !log.note(key, two) {
            break;
        }
    }
    log
}

#[tokio::test(flavor = "multi_thread")]
async fn r07_each_key_takes_effect_once_over_kill_9() {
    each_key_takes_effect_once(ana().await, times(4, 20)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn r07_each_key_takes_effect_once_over_kill_9_on_mongodb() {
    let set = MongoSet::start(1).await;
    // What a killed server has begun ends by itself after a minute, and the doctor waits for that; here, sooner.
    let sooner = doc! { "setParameter": 1, "transactionLifetimeLimitSeconds": 3 };
    set.admin(0).await.database("admin").run_command(sooner).await.expect("set");
    each_key_takes_effect_once(ana_on(&set.fresh_uri()).await, times(2, 20)).await;
}

async fn each_key_takes_effect_once((mut server, ana): (Server, Program), cycles: usize) {
    for cycle in 0..cycles {
        let day = day_of(cycle);
        let writers = (0..16).map(|n| tokio::spawn(spend_twice_until_gone(server.program(&ana.token), n.to_string(), day)));
        let writers: Vec<_> = writers.collect();
        a_random_moment().await;
        server.kill();
        let mut log = Log::join(join_all(writers).await.into_iter().map(|log| log.expect("a writer")));
        server = server.again().await;
        let sent: BTreeSet<String> = log.acknowledged.keys().chain(&log.unanswered).chain(&log.cut).cloned().collect();
        let again: Vec<_> = stream::iter(sent)
            .map(|key| {
                let ana = &ana;
                async move { (spend(ana, &key, day).await, spend(ana, &key, day).await, key) }
            })
            .buffer_unordered(32)
            .collect()
            .await;
        for (one, two, key) in again {
            let (Reply::Answer(201, one), Reply::Answer(201, two)) = (&one, &two) else { panic!("{key}: {one:?}, {two:?}") };
            assert_eq!(one, two, "{key}");
            let first = log.acknowledged.entry(key).or_insert_with(|| one.clone());
            assert_eq!(first, one);
        }
        (log.unanswered, log.cut) = Default::default();
        log.assert_kept(&ana, day).await;
    }
    server.assert_sound();
}

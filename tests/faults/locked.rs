//! R09: another process holds the database's write lock.

use crate::kit::{Log, ana, day_of, spend};
use futures::future::join_all;
use reqwest::{Method, header};
use serde_json::{Value, json};
use std::time::{Duration, Instant};

#[tokio::test(flavor = "multi_thread")]
async fn r09_a_foreign_lock_is_waited_for_but_not_for_ever() {
    let (server, ana) = ana().await;
    let foreign = rusqlite::Connection::open(server.data_dir().join("outlay.db")).expect("the database");
    let day = day_of(0);
    let mut log = Log::default();

    foreign.execute_batch("BEGIN IMMEDIATE").expect("a lock");
    let writes = (0..20).map(|n| {
        let (ana, key) = (ana.clone(), format!("{day}-{n}"));
        tokio::spawn(async move { (spend(&ana, &key, day).await, key) })
    });
    let writes: Vec<_> = writes.collect();
    let since = Instant::now();
    while since.elapsed() < Duration::from_secs(3) {
        let asked = Instant::now();
        assert_eq!(ana.get("/api/v1/expenses").await.0, 200);
        assert!(asked.elapsed() < Duration::from_secs(1), "readers do not wait");
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    assert!(writes.iter().all(|write| !write.is_finished()), "nobody writes past a lock");
    foreign.execute_batch("COMMIT").expect("released");
    for write in join_all(writes).await {
        let (reply, key) = write.expect("a write");
        assert!(log.note(key.clone(), reply), "{key} was not answered");
    }
    assert_eq!(log.acknowledged.len(), 20, "{:?}", log.refused);

    foreign.execute_batch("BEGIN IMMEDIATE").expect("a lock");
    let since = Instant::now();
    let writers = (0..8).map(|n| {
        let ana = ana.clone();
        tokio::spawn(async move {
            let mut last = Duration::ZERO;
            while since.elapsed() < Duration::from_secs(6) {
                let body = json!({"amount": "1.00", "what": format!("locked out {n}"), "allow_overdraft": true});
                let answer = ana.request(Method::POST, "/api/v1/expenses").json(&body).send().await.expect("an answer");
                assert_eq!(answer.status(), 503);
                assert!(answer.headers().contains_key(header::RETRY_AFTER));
                assert_eq!(answer.json::<Value>().await.expect("JSON")["code"], "busy");
                last = since.elapsed();
            }
            last
        })
    });
    for writer in join_all(writers).await {
        let last = writer.expect("a writer");
        assert!(last < Duration::from_secs(13), "the last answer came after {last:?}");
    }
    tokio::time::sleep(Duration::from_secs(10).saturating_sub(since.elapsed())).await;
    foreign.execute_batch("COMMIT").expect("released");
    let key = format!("{day}-after");
    let reply = spend(&ana, &key, day).await;
    assert!(log.note(key, reply));
    log.assert_kept(&ana, day).await;
    server.assert_sound();
}

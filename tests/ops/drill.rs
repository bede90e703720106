//! R24: a backup while people write, restored and looked over. Run in full it holds the server to what it
//! promises about speed; run short it only says how fast it was.

use crate::{
    common::{Program, Server},
    kit::{Room, content, done, is_full, lived_in, size, text},
};
use serde_json::json;
use std::{
    collections::HashSet,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};
use tokio::task::JoinHandle;

/// Together they write 200 expenses a second, as far as the machine can.
const WRITERS: usize = 20;
const PACE: Duration = Duration::from_millis(100);

/// What was acknowledged: when, after how long, and the expense's id.
type Acknowledged = Arc<Mutex<Vec<(Instant, Duration, String)>>>;

fn writers(server: &Server, ana: &Program, stop: &Arc<AtomicBool>, seen: &Acknowledged) -> Vec<JoinHandle<()>> {
    let writer = |n: usize| {
        let (program, stop, seen) = (server.program(&ana.token), Arc::clone(stop), Arc::clone(seen));
        tokio::spawn(async move {
            tokio::time::sleep(PACE.mul_f64(n as f64 / WRITERS as f64)).await;
            let mut ticks = tokio::time::interval(PACE);
            while !stop.load(Ordering::Relaxed) {
                ticks.tick().await;
                let asked = Instant::now();
                let body = json!({"amount": "0.01", "what": "While it is backed up", "allow_overdraft": true});
                let (status, answer) = program.post("/api/v1/expenses", &body).await;
                assert_eq!(status, 201, "{answer}");
                let id = answer["id"].as_str().expect("an id").to_owned();
                seen.lock().expect("the list").push((Instant::now(), asked.elapsed(), id));
            }
        })
    };
    (0..WRITERS).map(writer).collect()
}

fn p99(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times[(times.len() - 1) * 99 / 100]
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn r24_a_backup_while_writing_holds_all_that_was_acknowledged() {
    let (server, ana) = lived_in().await;
    let (room, data) = (Room::new(), server.data_dir());
    let (stop, seen) = (Arc::new(AtomicBool::new(false)), Acknowledged::default());
    let writers = writers(&server, &ana, &stop, &seen);
    tokio::time::sleep(Duration::from_secs(size(2, 30))).await;
    let begun = Instant::now();
    let backup = room.at("backup");
    let file = backup.clone();
    let said = tokio::task::spawn_blocking(move || done(&data, &["backup", text(&file)])).await.expect("a backup");
    let ended = Instant::now();
    stop.store(true, Ordering::Relaxed);
    for writer in writers {
        writer.await.expect("a writer");
    }

    let new = room.at("new");
    let restored = done(&new, &["restore", text(&backup)]);
    assert_eq!(content(&restored), content(&said));
    let back = Server::with(&[("OUTLAY_DATA_DIR", text(&new))]).await;
    let program = back.program_of("ana").await;
    let (mut there, mut cursor) = (HashSet::new(), String::new());
    loop {
        let page = program.get(&format!("/api/v1/expenses?limit=200{cursor}")).await.1;
        there.extend(page["items"].as_array().expect("items").iter().map(|e| e["id"].as_str().expect("an id").to_owned()));
        match page["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    let seen = seen.lock().expect("the list");
    let before: Vec<_> = seen.iter().filter(|(at, _, _)| *at < begun).collect();
    assert!(before.len() > 20, "only {} writes before it", before.len());
    let lost: Vec<_> = before.iter().filter(|(_, _, id)| !there.contains(id)).collect();
    assert!(lost.is_empty(), "{} of {} acknowledged writes are not in the backup", lost.len(), before.len());

    let during: Vec<_> =
        seen.iter().filter(|(at, took, _)| *at - *took < ended && *at > begun).map(|(_, took, _)| *took).collect();
    let (calm, busy) = (p99(before.iter().map(|(_, took, _)| *took).collect()), p99(during.clone()));
    let rate = before.len() as f64 / before.iter().map(|(at, ..)| begun - *at).max().unwrap_or_default().as_secs_f64();
    println!(
        "{rate:.0} writes/s before; the backup took {:?}; write p99 {calm:?} before, {busy:?} during ({} writes)",
        ended - begun,
        during.len()
    );
    assert!(!is_full() || busy <= 2 * calm, "write p99 rose from {calm:?} to {busy:?}");
}

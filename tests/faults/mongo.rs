//! R10, R11, R12: MongoDB's primary steps down or is killed, or all of it is away, while many write.

use crate::{
    common::{Program, Server, mongod::MongoSet},
    kit::{Log, Reply, ana_on, day_of, spend, times},
};
use futures::future::join_all;
use outlay::domain::Day;
use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

const WRITERS: u32 = 16;

/// What came of writers at work during a fault.
struct Seen {
    log: Log,
    /// Answers with 503, each of which was followed by the same request with the same key.
    busy: usize,
    /// The longest time in which no write was acknowledged.
    gap: Duration,
}

/// Writers at work from a second before `fault` until a second after it.
async fn during(server: &Server, ana: &Program, day: Day, fault: impl Future<Output = ()>) -> Seen {
    let stop = Arc::new(AtomicBool::new(false));
    let writers = (0..WRITERS).map(|name| tokio::spawn(spend_until(Arc::clone(&stop), server.program(&ana.token), name, day)));
    let writers: Vec<_> = writers.collect();
    tokio::time::sleep(Duration::from_secs(1)).await;
    fault.await;
    tokio::time::sleep(Duration::from_secs(1)).await;
    stop.store(true, Ordering::Relaxed);
    let mut seen = Seen { log: Log::default(), busy: 0, gap: Duration::ZERO };
    let (mut logs, mut times) = (Vec::new(), Vec::new());
    for writer in join_all(writers).await {
        let (log, busy, acknowledged) = writer.expect("a writer");
        logs.push(log);
        seen.busy += busy;
        times.extend(acknowledged);
    }
    times.sort();
    seen.log = Log::join(logs);
    seen.gap = times.windows(2).map(|pair| pair[1] - pair[0]).max().expect("writes");
    seen
}

/// What a writer got, how often it was told to come again, and when its writes were acknowledged.
async fn spend_until(stop: Arc<AtomicBool>, program: Program, name: u32, day: Day) -> (Log, usize, Vec<Instant>) {
    let (mut log, mut busy, mut acknowledged) = (Log::default(), 0, Vec::new());
    for n in 0.. {
        let key = format!("{day}-{name}-{n}");
        let reply = loop {
            match spend(&program, &key, day).await {
                Reply::Answer(503, _) => busy += 1,
                reply => break reply,
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        };
        acknowledged.push(Instant::now());
        if !log.note(key, reply) || stop.load(Ordering::Relaxed) {
            break;
        }
    }
    (log, busy, acknowledged)
}

impl Seen {
    async fn assert_kept(self, server: &Server, ana: &Program, day: Day) {
        assert!(self.log.unanswered.is_empty() && self.log.cut.is_empty(), "every request was answered");
        self.log.assert_kept(ana, day).await;
        server.assert_sound();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn r10_a_primary_that_steps_down_is_not_noticed() {
    let set = MongoSet::start(3).await;
    let (server, ana) = ana_on(&set.fresh_uri()).await;
    for cycle in 0..times(2, 20) {
        let day = day_of(cycle);
        let fault = async {
            // A cycle takes longer, so that there is always somebody to take over.
            set.step_down(2).await;
            set.primary().await;
            tokio::time::sleep(Duration::from_secs(1)).await;
        };
        let seen = during(&server, &ana, day, fault).await;
        assert_eq!(seen.busy, 0, "the server tries again by itself");
        assert!(seen.gap <= Duration::from_secs(2), "no write for {:?}", seen.gap);
        seen.assert_kept(&server, &ana, day).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn r11_a_primary_that_is_killed_loses_nothing() {
    let mut set = MongoSet::start(3).await;
    let (server, ana) = ana_on(&set.fresh_uri()).await;
    for cycle in 0..times(1, 10) {
        let day = day_of(cycle);
        let primary = set.primary().await;
        let fault = async {
            set.kill(primary);
            set.primary().await;
            tokio::time::sleep(Duration::from_secs(1)).await;
        };
        let seen = during(&server, &ana, day, fault).await;
        // The test's replica set elects within two seconds; one of MongoDB's own settings takes ten longer.
        assert!(seen.gap <= Duration::from_secs(5), "no write for {:?}", seen.gap);
        seen.assert_kept(&server, &ana, day).await;
        set.restart(primary).await;
    }
}

/// Status of a `GET`, and how long it took.
async fn get(server: &Server, path: &str) -> (u16, Duration) {
    let asked = Instant::now();
    (server.visitor().get(path).await.status().as_u16(), asked.elapsed())
}

/// While the store is away: alive, not ready, and every request answered with 503 within five seconds.
async fn assert_away(server: &Server, ana: &Program, key: &str, day: Day) {
    let (ready, took) = get(server, "/readyz").await;
    assert!(ready == 503 && took <= Duration::from_secs(2), "/readyz: {ready} after {took:?}");
    assert_eq!(get(server, "/livez").await.0, 200);
    let asked = Instant::now();
    let (write, read) = futures::join!(spend(ana, key, day), ana.get("/api/v1/expenses"));
    assert!(asked.elapsed() <= Duration::from_secs(5), "{:?}", asked.elapsed());
    assert!(matches!(write, Reply::Answer(503, _)), "{write:?}");
    assert_eq!((read.0, read.1["code"].as_str()), (503, Some("store_unavailable")), "{}", read.1);
}

/// Within five seconds a write is taken again; its answer.
async fn back(ana: &Program, key: &str, day: Day) -> Reply {
    let since = Instant::now();
    loop {
        let reply = spend(ana, key, day).await;
        if matches!(reply, Reply::Answer(201, _)) {
            return reply;
        }
        assert!(since.elapsed() <= Duration::from_secs(5), "{reply:?}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn r12_a_store_that_is_away_and_comes_back() {
    let mut set = MongoSet::start(1).await;
    let (server, ana) = ana_on(&set.fresh_uri()).await;
    let away = Duration::from_secs(times(6, 30) as u64);
    let day = day_of(0);
    let mut log = Log::default();
    for (cycle, killed) in [false, true].into_iter().enumerate() {
        let before = format!("{day}-{cycle}-before");
        let reply = spend(&ana, &before, day).await;
        log.note(before, reply);
        if killed {
            set.kill(0);
        } else {
            set.stop(0);
        }
        let since = Instant::now();
        let lost = format!("{day}-{cycle}-lost");
        while since.elapsed() < away {
            assert_away(&server, &ana, &lost, day).await;
        }
        if killed {
            set.restart(0).await;
            set.primary().await;
        } else {
            set.cont(0);
        }
        let reply = back(&ana, &lost, day).await;
        log.note(lost, reply);
        assert_eq!(get(&server, "/readyz").await.0, 200);
    }
    assert_eq!(log.acknowledged.len(), 4, "{:?}", log.refused);
    log.assert_kept(&ana, day).await;
    server.assert_sound();
}

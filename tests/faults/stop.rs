//! R15: the server is asked to stop while many write.

use crate::{
    common::Program,
    kit::{Log, ana, day_of, spend, times},
};
use futures::future::join_all;
use outlay::domain::Day;
use std::time::{Duration, Instant};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::MissedTickBehavior,
};

/// Together they send 200 requests a second.
const WRITERS: u32 = 32;
const EVERY: Duration = Duration::from_millis(1_000 * WRITERS as u64 / 200);

async fn spend_steadily(program: Program, name: u32, day: Day) -> Log {
    let mut log = Log::default();
    let mut ticks = tokio::time::interval_at(tokio::time::Instant::now() + EVERY * name / WRITERS, EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    for n in 0.. {
        ticks.tick().await;
        let key = format!("{day}-{name}-{n}");
        let reply = spend(&program, &key, day).await;
        if !log.note(key, reply) {
            break;
        }
    }
    log
}

/// A connection that has been answered once and stays open.
async fn idle(port: u16) -> TcpStream {
    let mut socket = TcpStream::connect(("127.0.0.1", port)).await.expect("a connection");
    let asked = format!("GET /livez HTTP/1.1\r\nHost: localhost:{port}\r\n\r\n");
    socket.write_all(asked.as_bytes()).await.expect("sent");
    let mut answer = Vec::new();
    while !answer.ends_with(b"ok") {
        assert!(socket.read_buf(&mut answer).await.expect("an answer") > 0);
    }
    socket
}

#[tokio::test(flavor = "multi_thread")]
async fn r15_sigterm_under_load_loses_and_cuts_nothing() {
    let (mut server, ana) = ana().await;
    let mut acknowledged = 0;
    for cycle in 0..times(3, 20) {
        let day = day_of(cycle);
        let mut idle = idle(server.port()).await;
        let writers = (0..WRITERS).map(|n| tokio::spawn(spend_steadily(server.program(&ana.token), n, day)));
        let writers: Vec<_> = writers.collect();
        tokio::time::sleep(Duration::from_millis(rand::random_range(400..=1_200))).await;
        let asked = Instant::now();
        server.signal("TERM");
        let status = server.ended(Duration::from_secs(10)).await;
        assert_eq!(status.code(), Some(0), "{}", server.log());
        assert!(!server.log().contains("unanswered"), "after {:?}: {}", asked.elapsed(), server.log());
        assert_eq!(idle.read(&mut [0]).await.expect("an end"), 0, "the idle connection was closed in order");
        let mut log = Log::join(join_all(writers).await.into_iter().map(|log| log.expect("a writer")));
        assert!(log.cut.is_empty(), "{:?}", log.cut);
        server = server.again().await;
        // Whatever took effect was answered.
        log.unanswered.clear();
        log.assert_kept(&ana, day).await;
        server.assert_sound();
        acknowledged += log.acknowledged.len();
    }
    assert!(acknowledged > 100, "{acknowledged}");
}

//! S53, R23: very many who send a byte now and then.

use crate::common::Server;
use std::time::{Duration, Instant};
use tokio::{io::AsyncWriteExt, net::TcpStream};

/// What the requests of everybody else may take, but for one of a hundred.
const MOST: Duration = Duration::from_millis(200);

fn open_files(pid: u32) -> usize {
    std::fs::read_dir(format!("/proc/{pid}/fd")).expect("a process of Linux").count()
}

/// Sends a byte of a request's head from time to time until it is cut off; how long that took.
async fn drip(port: u16, pause: Duration) -> Duration {
    let begun = Instant::now();
    let mut socket = TcpStream::connect(("127.0.0.1", port)).await.expect("a connection");
    let head = format!("POST /api/v1/users HTTP/1.1\r\nHost: localhost:{port}\r\nX-Slow: {}", "a".repeat(500));
    for byte in head.bytes() {
        let mut one = [0; 1];
        if socket.write_all(&[byte]).await.is_err() || matches!(socket.try_read(&mut one), Ok(0)) {
            break;
        }
        tokio::select! {
            () = tokio::time::sleep(pause) => {}
            // An answer or the end: it was cut.
            _ = socket.readable() => if !matches!(socket.try_read(&mut one), Err(ref e) if e.kind() == std::io::ErrorKind::WouldBlock) { break },
        }
    }
    begun.elapsed()
}

/// 1,000 of them with a byte in five seconds where `OUTLAY_FULL` asks for it; else 200 who are faster.
#[tokio::test(flavor = "multi_thread")]
async fn s53_r23_many_slow_clients_are_cut_and_nobody_waits_for_them() {
    let full = std::env::var("OUTLAY_FULL").is_ok();
    let (clients, deadline, pause) = if full { (1_000, 10, 5_000) } else { (200, 2, 500) };
    let seconds = deadline.to_string();
    let server = Server::with(&[
        ("OUTLAY_LIMIT_CONN_PER_ADDR", "4000"),
        ("OUTLAY_LIMIT_HEADER_TIMEOUT", &seconds),
        ("OUTLAY_LOG", "warn"),
    ])
    .await;
    server.create_user("ana").await;
    let ana = server.program_of("ana").await;
    let before = open_files(server.pid());
    let port = server.port();
    let slow: Vec<_> = (0..clients).map(|_| tokio::spawn(drip(port, Duration::from_millis(pause)))).collect();
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert!(open_files(server.pid()) > before + clients / 2, "they are there");

    let mut times = Vec::new();
    let until = Instant::now() + Duration::from_secs(deadline);
    while Instant::now() < until {
        let asked = Instant::now();
        assert_eq!(ana.get("/api/v1/me").await.0, 200);
        times.push(asked.elapsed());
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    times.sort_unstable();
    let p99 = times[times.len() * 99 / 100];
    for slow in slow {
        let took = slow.await.expect("a client");
        assert!(took < Duration::from_secs(deadline + 8), "cut after {took:?}");
    }
    assert!(p99 <= MOST, "one of a hundred took {p99:?} or more");
    let until = Instant::now() + Duration::from_secs(5);
    while open_files(server.pid()) > before + 5 && Instant::now() < until {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert!(open_files(server.pid()) <= before + 5, "nothing of them is left open");
}

//! Drives the server over keep-alive connections, each sending as soon as it was answered, and measures.

use http::Request;
use http_body_util::{BodyExt, Full};
use hyper::{body::Bytes, client::conn::http1};
use hyper_util::rt::TokioIo;
use std::{
    rc::Rc,
    time::{Duration, Instant},
};
use tokio::{net::TcpStream, task::LocalSet};

/// What came of it; the times are from the request to the whole answer.
pub struct Figures {
    pub per_second: f64,
    pub p50: Duration,
    pub p99: Duration,
}

/// What is sent: by connection, and the how-manieth request of that connection it is.
pub type Ask = dyn Fn(usize, u64) -> Request<String>;

/// Asks for `time` after a warm-up of a tenth of it. The error is an answer that was no success: a figure of failures is none.
pub async fn drive(port: u16, connections: usize, time: Duration, ask: Rc<Ask>) -> Result<Figures, String> {
    let tasks = LocalSet::new();
    let measured_from = Instant::now() + time / 10;
    let until = measured_from + time;
    let clients: Vec<_> = (0..connections)
        .map(|connection| {
            let ask = Rc::clone(&ask);
            tasks.spawn_local(async move {
                let socket = TcpStream::connect(("127.0.0.1", port)).await.expect("a connection");
                socket.set_nodelay(true).expect("no delay");
                let (mut sender, driver) = http1::handshake(TokioIo::new(socket)).await.expect("HTTP");
                tokio::task::spawn_local(driver);
                let mut times = Vec::new();
                for n in 0.. {
                    let asked = Instant::now();
                    if asked >= until {
                        break;
                    }
                    let request = ask(connection, n).map(|body| Full::new(Bytes::from(body)));
                    let answer = sender.send_request(request).await.expect("an answer");
                    let status = answer.status();
                    let body = answer.into_body().collect().await.expect("a whole answer").to_bytes();
                    if !status.is_success() {
                        eprintln!("{}", String::from_utf8_lossy(&body));
                        return Err(format!("{status} after {:.1} s", asked.elapsed().as_secs_f64()));
                    }
                    if asked >= measured_from {
                        times.push(asked.elapsed());
                    }
                }
                Ok(times)
            })
        })
        .collect();
    tasks.await;
    let mut times = Vec::new();
    for client in clients {
        times.extend(client.await.expect("a client")?);
    }
    Ok(figures(times, time))
}

fn figures(mut times: Vec<Duration>, time: Duration) -> Figures {
    assert!(!times.is_empty(), "no answer within {time:?}");
    times.sort();
    let at = |percent: usize| times[(times.len() * percent / 100).min(times.len() - 1)];
    Figures { per_second: times.len() as f64 / time.as_secs_f64(), p50: at(50), p99: at(99) }
}

/// MiB of memory that a process has resident, at most since [`forget_peak`].
pub fn peak_memory(pid: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).expect("the status of the process");
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).expect("a peak");
    peak.trim().trim_end_matches(" kB").parse::<u64>().expect("a number") / 1024
}

pub fn forget_peak(pid: u32) {
    std::fs::write(format!("/proc/{pid}/clear_refs"), "5").expect("the peak is forgotten");
}

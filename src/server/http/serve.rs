//! The accept loop: connection caps, timeouts and a graceful stop (S53, S55), which `axum::serve` does
//! not have.

use super::{
    address::Peer,
    pace::{Guarded, Pace, Paced, Patience},
};
use crate::server::{
    App,
    config::{Config, Network},
};
use axum::{Router, body::Body, extract::Request, response::Response};
use hyper::{body::Incoming, service::service_fn};
use hyper_util::{
    rt::{TokioExecutor, TokioIo, TokioTimer},
    server::{conn::auto::Builder, graceful::GracefulShutdown},
};
use std::{
    collections::HashMap,
    convert::Infallible,
    net::{IpAddr, Ipv6Addr, SocketAddr},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use tokio::{
    net::{TcpListener, TcpStream},
    signal::unix::{Signal, SignalKind, signal},
};
use tower::Service;

/// How long a stop waits for requests that are being answered.
const GRACE: Duration = Duration::from_secs(10);
/// A peer that takes no byte of an answer for this long is gone.
const STALL: Duration = Duration::from_secs(60);

/// Serves until SIGTERM or SIGINT; then finishes what was begun, for at most 10 s, and closes streams of events at
/// once. A second signal stops at once.
pub async fn serve(listener: TcpListener, router: Router, app: &App) -> std::io::Result<()> {
    let config = &*app.config;
    let mut stop = Stop::new()?;
    let builder = Arc::new(builder(config));
    let graceful = GracefulShutdown::new();
    let caps = Caps::new(config);
    let patience = Patience {
        head: Duration::from_secs(config.limits.header_timeout),
        idle: Duration::from_secs(config.limits.keep_alive),
        stall: STALL,
    };
    loop {
        let (socket, peer) = tokio::select! {
            () = stop.asked() => break,
            accepted = listener.accept() => match accepted {
                Ok(accepted) => accepted,
                Err(cause) => {
                    tracing::warn!(%cause, "no connection accepted");
                    tokio::time::sleep(Duration::from_millis(100)).await;
                    continue;
                }
            },
        };
        let Some(place) = caps.take(peer.ip()) else {
            tracing::debug!("too many connections");
            continue;
        };
        let (builder, router, watcher) = (Arc::clone(&builder), router.clone(), graceful.watcher());
        tokio::spawn(async move {
            let _place = place;
            converse(&builder, socket, peer, router, watcher, patience).await;
        });
    }
    drop(listener);
    tracing::info!("stopping");
    app.live.stop();
    tokio::select! {
        () = graceful.shutdown() => {}
        () = tokio::time::sleep(GRACE) => tracing::warn!("stopped with requests unanswered"),
        () = stop.asked() => tracing::warn!("stopped at once"),
    }
    Ok(())
}

fn builder(config: &Config) -> Builder<TokioExecutor> {
    let mut builder = Builder::new(TokioExecutor::new());
    // hyper's own clock also runs between requests; `pace` has the stricter one for the heads.
    let idle = Duration::from_secs(config.limits.keep_alive.max(config.limits.header_timeout));
    builder.http1().timer(TokioTimer::new()).header_read_timeout(idle).max_buf_size(64 * 1024).max_headers(128);
    builder
        .http2()
        .timer(TokioTimer::new())
        .max_concurrent_streams(64)
        .max_header_list_size(64 * 1024)
        .keep_alive_interval(Duration::from_secs(20))
        .keep_alive_timeout(Duration::from_secs(20));
    builder
}

/// One connection, until it ends or its patience does.
async fn converse(
    builder: &Builder<TokioExecutor>,
    socket: TcpStream,
    peer: SocketAddr,
    router: Router,
    watcher: hyper_util::server::graceful::Watcher,
    patience: Patience,
) {
    if let Err(cause) = socket.set_nodelay(true) {
        tracing::debug!(%cause, "no TCP_NODELAY");
    }
    let pace = Pace::new();
    let service = service_fn(|request: Request<Incoming>| {
        let serving = pace.begin(request.version() == http::Version::HTTP_2);
        let mut request = request.map(Body::new);
        request.extensions_mut().insert(Peer(peer));
        let answer = router.clone().call(request);
        async move { Ok::<_, Infallible>(guarded(answer.await, serving)) }
    });
    let socket = Paced { socket: TokioIo::new(socket), pace: pace.clone() };
    let connection = watcher.watch(builder.serve_connection(socket, service));
    tokio::select! {
        ended = connection => if let Err(cause) = ended {
            tracing::debug!(%cause, "connection ended");
        },
        () = pace.watch(patience) => {}
    }
}

fn guarded(answer: Result<Response, Infallible>, serving: super::pace::Serving) -> Response<Guarded> {
    let Ok(response) = answer;
    response.map(|body| Guarded::new(body, serving))
}

/// The signals that ask the process to stop.
pub struct Stop {
    terminate: Signal,
    interrupt: Signal,
}

impl Stop {
    /// From now on, these signals no longer end the process by themselves.
    pub fn new() -> std::io::Result<Self> {
        Ok(Self { terminate: signal(SignalKind::terminate())?, interrupt: signal(SignalKind::interrupt())? })
    }
    /// Waits for one of them.
    pub async fn asked(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }
}

/// How many connections there are, in all and per address (IPv6: per /64). Trusted proxies speak for
/// many and count only in all.
#[derive(Clone)]
struct Caps {
    open: Arc<Mutex<Open>>,
    most: usize,
    most_per_address: usize,
    exempt: Arc<[Network]>,
}

#[derive(Default)]
struct Open {
    all: usize,
    by_address: HashMap<IpAddr, usize>,
}

impl Caps {
    fn new(config: &Config) -> Self {
        Self {
            open: Arc::default(),
            most: config.limits.connections,
            most_per_address: config.limits.conn_per_addr,
            exempt: config.trusted_proxies.clone().into(),
        }
    }

    fn take(&self, peer: IpAddr) -> Option<Place> {
        let address = peer.to_canonical();
        let counted = (!self.exempt.iter().any(|network| network.contains(address))).then(|| network_of(address));
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let here = counted.map_or(0, |address| open.by_address.get(&address).copied().unwrap_or(0));
        if open.all >= self.most || here >= self.most_per_address {
            return None;
        }
        open.all += 1;
        if let Some(address) = counted {
            open.by_address.insert(address, here + 1);
        }
        Some(Place { caps: self.clone(), address: counted })
    }
}

fn network_of(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(v6) => IpAddr::V6(Ipv6Addr::from_bits(v6.to_bits() & (!0 << 64))),
    }
}

/// A connection's place under the caps, given back when dropped.
struct Place {
    caps: Caps,
    address: Option<IpAddr>,
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut open = self.caps.open.lock().unwrap_or_else(PoisonError::into_inner);
        open.all = open.all.saturating_sub(1);
        if let Some(address) = self.address {
            match open.by_address.get_mut(&address) {
                Some(count) if *count > 1 => *count -= 1,
                _ => {
                    open.by_address.remove(&address);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn s53_connections_are_capped_but_for_trusted_proxies() {
        let mut config = Config::default();
        config.limits.connections = 4;
        config.limits.conn_per_addr = 2;
        config.trusted_proxies = vec!["10.0.0.1".parse().expect("network")];
        let caps = Caps::new(&config);
        let ip = |text: &str| text.parse::<IpAddr>().expect("address");
        let first = caps.take(ip("2001:db8::1")).expect("place");
        let _second = caps.take(ip("2001:db8::2")).expect("place");
        assert!(caps.take(ip("2001:db8::3")).is_none(), "the same /64");
        let _other = caps.take(ip("2001:db8:0:1::3")).expect("place");
        drop(first);
        let _proxy: Vec<_> = (0..2).map(|_| caps.take(ip("10.0.0.1")).expect("place")).collect();
        assert!(caps.take(ip("192.0.2.1")).is_none(), "full");
    }
}

//! Asks the running server whether it is ready, for containers that have no other program to ask with.

use crate::server::config::Config;
use std::{
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    process::ExitCode,
    time::Duration,
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};

/// Longer than the server itself waits for its store.
const PATIENCE: Duration = Duration::from_secs(4);

/// 0 when the server answers that it is ready.
pub async fn health(config: &Config) -> Result<ExitCode, String> {
    let addr = reachable(config.addr);
    let status = timeout(PATIENCE, ask(addr)).await.map_err(|_| format!("{addr} does not answer"))?;
    match status.map_err(|e| format!("{addr} does not answer: {e}"))? {
        200 => Ok(ExitCode::SUCCESS),
        status => Err(format!("{addr} is not ready: it answers with status {status}")),
    }
}

/// Who listens on every address is asked on this machine's own.
fn reachable(addr: SocketAddr) -> SocketAddr {
    let ip = match addr.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        ip => ip,
    };
    SocketAddr::new(ip, addr.port())
}

/// The status of `/readyz`; HTTP/1.0, so that the answer ends with the connection.
async fn ask(addr: SocketAddr) -> std::io::Result<u16> {
    let mut socket = TcpStream::connect(addr).await?;
    socket.write_all(format!("GET /readyz HTTP/1.0\r\nHost: {addr}\r\n\r\n").as_bytes()).await?;
    let mut answer = Vec::new();
    socket.take(1_024).read_to_end(&mut answer).await?;
    let status = answer.strip_prefix(b"HTTP/1.0 ").or(answer.strip_prefix(b"HTTP/1.1 ")).and_then(|rest| rest.get(..3));
    let status = status.and_then(|digits| std::str::from_utf8(digits).ok()?.parse().ok());
    status.ok_or_else(|| std::io::Error::other("what listens there does not speak HTTP"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_address_is_asked_on_this_machine() {
        for (listens, asked) in
            [("0.0.0.0:80", "127.0.0.1:80"), ("[::]:3000", "[::1]:3000"), ("192.0.2.7:3000", "192.0.2.7:3000")]
        {
            assert_eq!(reachable(listens.parse().expect("an address")).to_string(), asked);
        }
    }
}

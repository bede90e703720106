//! Where a request came from: the peer, or what a trusted proxy says of it (S06).

use super::{Site, observe::RequestId};
use crate::{
    domain::journal::Via,
    server::{auth::Client, config::Network},
};
use axum::{
    extract::{Request, State},
    middleware::Next,
    response::Response,
};
use http::{HeaderMap, header};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};

/// The other end of the connection; put into each request by the accept loop.
#[derive(Clone, Copy, Debug)]
pub struct Peer(pub SocketAddr);

/// Puts [`Client`] into the request, and into the response for the log.
pub async fn identify(State(site): State<Site>, mut request: Request, next: Next) -> Response {
    let peer = request.extensions().get::<Peer>().map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |peer| peer.0.ip());
    let client = Client {
        address: client_address(peer, request.headers(), &site.app.config.trusted_proxies),
        agent: agent(request.headers()),
        request_id: request.extensions().get::<RequestId>().map(|id| id.0.clone()).unwrap_or_default(),
        via: if request.uri().path().starts_with("/api/v1/") { Via::Api } else { Via::Page },
    };
    request.extensions_mut().insert(client.clone());
    let mut response = next.run(request).await;
    response.extensions_mut().insert(client);
    response
}

fn agent(headers: &HeaderMap) -> String {
    let text = headers.get(header::USER_AGENT).and_then(|v| v.to_str().ok()).unwrap_or_default();
    text.chars().filter(|c| !c.is_control()).take(200).collect()
}

/// The rightmost hop that no trusted proxy vouches for. Anybody may write the hops left of it.
fn client_address(peer: IpAddr, headers: &HeaderMap, trusted: &[Network]) -> IpAddr {
    let trusts = |address: IpAddr| trusted.iter().any(|network| network.contains(address));
    let mut address = peer.to_canonical();
    let hops: Vec<&str> = headers.get_all("x-forwarded-for").iter().flat_map(|v| v.to_str().unwrap_or("?").split(',')).collect();
    for hop in hops.into_iter().rev() {
        if !trusts(address) {
            break;
        }
        let Some(before) = parse(hop.trim()) else { break };
        address = before;
    }
    address
}

fn parse(hop: &str) -> Option<IpAddr> {
    let bare = hop.trim_start_matches('[').trim_end_matches(']');
    let address = bare.parse::<IpAddr>().ok().or_else(|| hop.parse::<SocketAddr>().ok().map(|a| a.ip()));
    address.map(|a| a.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn s06_only_trusted_proxies_are_believed() {
        let trusted: Vec<Network> = ["10.0.0.0/8", "::1"].iter().map(|n| n.parse().expect("network")).collect();
        for (peer, forwarded, client) in [
            ("203.0.113.9", "1.2.3.4", "203.0.113.9"),
            ("10.0.0.1", "1.2.3.4", "1.2.3.4"),
            ("10.0.0.1", "6.6.6.6, 1.2.3.4, 10.9.9.9", "1.2.3.4"),
            ("10.0.0.1", "6.6.6.6, nonsense", "10.0.0.1"),
            ("::1", "[2001:db8::1]:443", "2001:db8::1"),
            ("::ffff:10.0.0.1", "1.2.3.4:5555", "1.2.3.4"),
            ("10.0.0.1", "", "10.0.0.1"),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert("x-forwarded-for", forwarded.parse().expect("header"));
            headers.insert("x-real-ip", "9.9.9.9".parse().expect("header"));
            let got = client_address(peer.parse().expect("peer"), &headers, &trusted);
            assert_eq!(got.to_string(), client, "{peer} {forwarded}");
        }
    }
}

//! Where a request comes from.

use crate::config::ClientAddress;
use crate::http::masked_client;
use ::http::{Extensions, HeaderMap};
use std::net::SocketAddr;

/// The address of the client, as far as it is known. It is not masked yet.
pub(super) fn address(headers: &HeaderMap, extensions: &Extensions) -> Option<String> {
    match ClientAddress::chosen() {
        ClientAddress::Off => None,
        ClientAddress::Peer => peer(extensions),
        ClientAddress::Forwarded => forwarded(headers).or_else(|| peer(extensions)),
    }
}

/// The other end of the connection, where whoever accepted it has said it.
fn peer(extensions: &Extensions) -> Option<String> {
    #[cfg(feature = "axum")]
    if let Some(info) = extensions.get::<::axum::extract::ConnectInfo<SocketAddr>>() {
        return Some(info.0.to_string());
    }
    extensions.get::<SocketAddr>().map(ToString::to_string)
}

/// What the proxy before this process says. Each proxy appends its client: the last one is what ours has seen, and
/// those before it may be anybody's invention. It writes one of the two headers and passes the other on as it came: where
/// they contradict each other, neither is believed.
fn forwarded(headers: &HeaderMap) -> Option<String> {
    let last = |name: &str| {
        let value = headers.get_all(name).iter().next_back()?.to_str().ok()?;
        Some(value.rsplit(',').next().unwrap_or(value).trim().to_owned())
    };
    let hop = last("forwarded").and_then(|hop| {
        hop.split(';').find_map(|pair| {
            let (name, value) = pair.split_once('=')?;
            name.trim().eq_ignore_ascii_case("for").then(|| value.trim().to_owned())
        })
    });
    match (hop, last("x-forwarded-for")) {
        (Some(one), Some(other)) => (masked_client(&one) == masked_client(&other)).then_some(one),
        (one, other) => one.or(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(headers: &[(&'static str, &'static str)]) -> Option<String> {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(*name, value.parse().unwrap());
        }
        forwarded(&map)
    }

    #[test]
    fn the_last_proxy_is_believed_and_no_other() {
        assert_eq!(of(&[("x-forwarded-for", "203.0.113.9, 192.0.2.7")]).as_deref(), Some("192.0.2.7"));
        let two = [("x-forwarded-for", "203.0.113.9"), ("x-forwarded-for", "192.0.2.7")];
        assert_eq!(of(&two).as_deref(), Some("192.0.2.7"));
        let standard = ("forwarded", "for=203.0.113.9, proto=https;For=\"[2001:db8::7]:1\"");
        assert_eq!(of(&[standard, ("x-forwarded-for", "2001:db8::7")]).as_deref(), Some("\"[2001:db8::7]:1\""));
        // One of them is the client's own, and nobody knows which.
        assert_eq!(of(&[standard, ("x-forwarded-for", "192.0.2.7")]), None);
        assert_eq!(of(&[("forwarded", "proto=https")]), None);
        assert_eq!(of(&[]), None);
    }

    #[test]
    fn a_server_of_any_kind_says_who_is_at_the_other_end() {
        let mut extensions = Extensions::new();
        assert_eq!(peer(&extensions), None);
        extensions.insert(SocketAddr::from(([192, 0, 2, 7], 50124)));
        assert_eq!(peer(&extensions).as_deref(), Some("192.0.2.7:50124"));
    }
}

//! Who is behind a proxy, as it says itself.

use crate::config::Networks;
use hyper::header::HeaderMap;
use std::net::{IpAddr, SocketAddr};

/// Headers in which proxies tell the client; the last one has an address alone.
const STANDARD: &str = "forwarded";
const COMMON: &str = "x-forwarded-for";
const SINGLE: &str = "x-real-ip";

/// Others, which only tell that there is a proxy.
const SIGNS: [&str; 6] =
    ["via", "x-forwarded-host", "x-forwarded-proto", "x-client-ip", "true-client-ip", "cf-connecting-ip"];

/// Whether something says that the request came through a proxy.
pub(crate) fn is_forwarded(headers: &HeaderMap) -> bool {
    [STANDARD, COMMON, SINGLE].iter().chain(&SIGNS).any(|name| headers.contains_key(*name))
}

/// The client, as each of the headers tells it; `None` where none does.
///
/// A proxy writes one header and passes the others on as they came, and which one is not known: what counts has to hold
/// for all. Only of a single address that is a proxy's own nothing follows. An entry without an address is a client that is not known.
pub(super) fn clients(headers: &HeaderMap, proxies: &Networks) -> Option<Vec<Option<IpAddr>>> {
    let told: Vec<_> = [STANDARD, COMMON, SINGLE]
        .into_iter()
        .filter(|name| headers.contains_key(*name))
        .map(|name| (name, client(headers, name, proxies)))
        .filter(|(name, client)| *name != SINGLE || client.is_none_or(|client| !proxies.has(client)))
        .map(|(_, client)| client)
        .collect();
    if told.is_empty() && is_forwarded(headers) {
        return Some(vec![None]);
    }
    (!told.is_empty()).then_some(told)
}

/// Each proxy appends its client: from the right, the first address that is no trusted proxy.
fn client(headers: &HeaderMap, name: &str, proxies: &Networks) -> Option<IpAddr> {
    let mut last = None;
    for value in headers.get_all(name).iter().rev() {
        for hop in value.to_str().ok()?.rsplit(',') {
            let address = address(if name == STANDARD { for_of(hop)? } else { hop })?;
            if !proxies.has(address) {
                return Some(address);
            }
            last = Some(address);
        }
    }
    last
}

/// The value of `for` in one entry of the header `Forwarded` (RFC 7239).
fn for_of(hop: &str) -> Option<&str> {
    hop.split(';').find_map(|pair| {
        let (name, value) = pair.split_once('=')?;
        name.trim().eq_ignore_ascii_case("for").then(|| value.trim().trim_matches('"'))
    })
}

/// An address, with a port or without.
fn address(text: &str) -> Option<IpAddr> {
    let text = text.trim();
    let bare = || text.strip_prefix('[')?.strip_suffix(']')?.parse().ok();
    let address = text.parse().ok().or_else(bare);
    address.or_else(|| text.parse::<SocketAddr>().ok().map(|address| address.ip()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_have_ports_and_brackets_or_none() {
        for text in ["2001:db8::7", "[2001:db8::7]", "[2001:db8::7]:4711"] {
            assert_eq!(address(text), "2001:db8::7".parse().ok(), "{text}");
        }
        assert_eq!(address(" 192.0.2.7:80 "), "192.0.2.7".parse().ok());
        for text in ["", "unknown", "_hidden", "192.0.2", "[192.0.2.7", "a.example"] {
            assert_eq!(address(text), None, "{text}");
        }
    }

    #[test]
    fn a_client_may_not_close_a_quote_for_the_proxy() {
        let mut headers = HeaderMap::new();
        headers.append(STANDARD, "for=\"127.0.0.1, for=203.0.113.9".parse().unwrap());
        assert_eq!(clients(&headers, &Networks::none()), Some(vec!["203.0.113.9".parse().ok()]));
    }

    #[test]
    fn where_all_are_trusted_the_first_is_the_client() {
        let mut headers = HeaderMap::new();
        headers.append(COMMON, "10.0.0.1, 10.0.0.2".parse().unwrap());
        assert_eq!(clients(&headers, &Networks::default()), Some(vec!["10.0.0.1".parse().ok()]));
    }
}

//! Addresses of clients, without the part that says whose they are.

use crate::redact::MASK;
use std::borrow::Cow;
use std::net::{IpAddr, Ipv6Addr, SocketAddr};

/// The network that an address belongs to: of IPv4 the first three of its four numbers, of IPv6 the first three of
/// its eight. What is no address is hidden.
pub(crate) fn masked_client(address: &str) -> Cow<'static, str> {
    match parse(address.trim().trim_matches('"')) {
        Some(IpAddr::V4(address)) => masked_v4(address.octets()),
        // An IPv4 address in the clothes of the other.
        Some(IpAddr::V6(address)) => match address.to_ipv4_mapped() {
            Some(address) => masked_v4(address.octets()),
            None => masked_v6(address),
        },
        None => Cow::Borrowed(MASK),
    }
}

fn masked_v4([a, b, c, _]: [u8; 4]) -> Cow<'static, str> {
    Cow::Owned(format!("{a}.{b}.{c}.x"))
}

fn masked_v6(address: Ipv6Addr) -> Cow<'static, str> {
    let [a, b, c, ..] = address.segments();
    Cow::Owned(format!("{a:x}:{b:x}:{c:x}::x"))
}

/// An address with or without a port, brackets and a zone.
fn parse(text: &str) -> Option<IpAddr> {
    if let Ok(address) = text.parse() {
        return Some(address);
    }
    if let Ok(address) = text.parse::<SocketAddr>() {
        return Some(address.ip());
    }
    let bare = text.strip_prefix('[').map_or(text, |text| text.split(']').next().unwrap_or_default());
    bare.split('%').next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_shown_as_its_network() {
        for (address, expected) in [
            ("192.0.2.7", "192.0.2.x"),
            (" 192.0.2.7:50124 ", "192.0.2.x"),
            ("::ffff:192.0.2.7", "192.0.2.x"),
            ("2001:db8:1:2::7", "2001:db8:1::x"),
            ("\"[2001:db8:1:2::7]:443\"", "2001:db8:1::x"),
            ("[2001:db8:1:2::7]", "2001:db8:1::x"),
            ("fe80::7%eth0", "fe80:0:0::x"),
            ("::1", "0:0:0::x"),
        ] {
            assert_eq!(masked_client(address), expected, "{address}");
        }
        for other in ["", "unknown", "_hidden", "jane.example", "1.2.3", "[", "%"] {
            assert_eq!(masked_client(other), MASK, "{other}");
        }
    }

    /// It may be in a text that is scrubbed later.
    #[test]
    fn no_detector_takes_the_network_for_an_address() {
        for address in ["192.0.2.7", "2001:db8:1:2::7", "ffff:ffff:ffff::1", "::1"] {
            let masked = masked_client(address);
            assert_eq!(crate::scrub::find(&format!("from {masked}, to")), [], "{masked}");
            assert!(masked.len() <= 24, "the room that a span has for it");
        }
    }
}

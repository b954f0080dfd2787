//! IP addresses, parsed by the standard library.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::ops::Range;

use super::ascii::{end_of, is_at, is_before, is_glued, is_word, start_of};

/// The longest text of an IPv4 address.
const LONGEST_V4: usize = "255.255.255.255".len();

/// The longest text of an IPv6 address: eight groups, the last two as an IPv4 address.
const LONGEST_V6: usize = 45;

/// The IPv4 address that starts with the digits at `start`.
pub(super) fn v4_at(text: &str, start: usize) -> Option<Range<usize>> {
    let bytes = text.as_bytes();
    // A full stop may end the sentence, but one in front makes it the rest of a name such as
    // `libz.so.1.2.3.4`.
    if is_glued(bytes, start) || is_before(bytes, start, |b| b == b'.') {
        return None;
    }
    let limit = bytes.len().min(start + LONGEST_V4 + 1);
    let run = end_of(&bytes[..limit], start, is_v4);
    let end = start + text[start..run].trim_end_matches('.').len();
    // Full stops that go on behind the limit end no sentence either, unless nothing else follows.
    if end - start > LONGEST_V4 || run == limit && is_at(bytes, end_of(bytes, run, |b| b == b'.'), is_v4) {
        return None;
    }
    let address: Ipv4Addr = text[start..end].parse().ok()?;
    if is_nobodys(address.into()) || is_at(bytes, end, is_word) {
        return None;
    }
    let range = start..with_prefix_length(bytes, end, 32);
    (!is_version(text, &range) && !is_product(text, &range) && !is_file(bytes, &range)).then_some(range)
}

fn is_v4(b: u8) -> bool {
    b.is_ascii_digit() || b == b'.'
}

/// Names of what is numbered like an address.
const NUMBERED: &[&str] = &[
    "version",
    "versions",
    "ver",
    "release",
    "build",
    "revision",
    "rev",
    "firmware",
    "driver",
    "oid",
    "section",
    "chapter",
    "clause",
    "paragraph",
    "figure",
    "table",
    "appendix",
];

fn is_version(text: &str, range: &Range<usize>) -> bool {
    let before = text[..range.start].trim_end_matches([' ', ':', '=', '"', '\'', '\\', '#', '(']);
    // `10.0.0.1` on the line after `version` is something else, and so is one far behind it.
    if range.start - before.len() > 6 {
        return false;
    }
    let before = before.strip_suffix(" is").unwrap_or(before);
    let bytes = before.as_bytes();
    let longest = bytes.len().saturating_sub(24);
    let word = bytes[longest..].iter().rposition(|b| !b.is_ascii_alphabetic()).map_or(longest, |n| longest + n + 1);
    let word = &before[word..];
    let camel = word.len().checked_sub("Version".len()).is_some_and(|from| word[from..] == *"Version");
    camel || NUMBERED.iter().any(|name| name.eq_ignore_ascii_case(word))
}

/// `Chrome/126.0.0.0`: browsers have stopped to tell more than the first part of their version.
fn is_product(text: &str, range: &Range<usize>) -> bool {
    let bytes = text.as_bytes();
    text[range.clone()].ends_with(".0.0.0")
        && is_before(bytes, range.start, |b| b == b'/')
        && is_before(bytes, range.start - 1, |b| b.is_ascii_alphabetic())
}

/// `tool-1.2.3.4.tar.gz`
fn is_file(bytes: &[u8], range: &Range<usize>) -> bool {
    is_before(bytes, range.start, |b| b == b'-')
        && is_at(bytes, range.end, |b| b == b'.')
        && is_at(bytes, range.end + 1, |b| b.is_ascii_alphabetic())
}

/// The machine itself, and no address at all: neither tells anything about anybody, and lines such
/// as `listens on 127.0.0.1:8000` have to say where.
fn is_nobodys(address: IpAddr) -> bool {
    address.is_loopback() || address.is_unspecified()
}

/// The IPv6 address with its first colon at `colon`, and the end of what was looked at.
pub(super) fn v6_at(text: &str, colon: usize) -> (Option<Range<usize>>, usize) {
    let bytes = text.as_bytes();
    let next = is_at(bytes, colon + 1, |b| b.is_ascii_hexdigit() || b == b':');
    if !next {
        return (None, colon);
    }
    let start = start_of(bytes, colon.saturating_sub(LONGEST_V6), colon, |b| b.is_ascii_hexdigit() || b == b'.');
    // The rest of something that is no address; but the colon of `ip:2001:db8::1` is not part of one.
    let part = start < colon || is_at(bytes, colon + 1, |b| b == b':');
    if is_before(bytes, start, |b| b == b':') || part && is_glued(bytes, start) {
        return (None, colon);
    }
    let end = end_of(bytes, colon, |b| b.is_ascii_hexdigit() || matches!(b, b':' | b'.'));
    (v6(text, start..end), end)
}

fn v6(text: &str, run: Range<usize>) -> Option<Range<usize>> {
    let bytes = text.as_bytes();
    let (start, end) = (run.start + lone_colon(&bytes[run.clone()]), run.end - trailing_mark(&bytes[run]));
    if start >= end || end - start > LONGEST_V6 {
        return None;
    }
    let address = &text[start..end];
    if is_glued(bytes, start) || is_at(bytes, end, is_word) {
        return None;
    }
    let parsed: Ipv6Addr = address.parse().ok()?;
    if is_nobodys(parsed.into()) {
        return None;
    }
    let range = start..with_prefix_length(bytes, with_zone(bytes, end), 128);
    (is_address(address) && !is_slice(bytes, start)).then_some(range)
}

/// The colon of `ip:2001:db8::1` is not part of the address.
fn lone_colon(run: &[u8]) -> usize {
    usize::from(run.starts_with(b":") && !run.starts_with(b"::"))
}

fn trailing_mark(run: &[u8]) -> usize {
    let dots = run.iter().rev().take_while(|&&b| b == b'.').count();
    let rest = &run[..run.len() - dots];
    dots + usize::from(rest.ends_with(b":") && !rest.ends_with(b"::"))
}

/// What parses as an address but is more likely a path in a program (`a::b`), a fingerprint or a
/// hardware address.
fn is_address(address: &str) -> bool {
    let long_group = address.split([':', '.']).any(|group| group.len() >= 3);
    let octets = address.split(':').all(|group| group.len() == 2);
    address.contains(|c: char| c.is_ascii_digit())
        && (long_group || address.starts_with("::") || is_full(address))
        && !octets
}

fn is_full(address: &str) -> bool {
    !address.contains("::")
}

/// `list[::2]`, `Token![::]`
fn is_slice(bytes: &[u8], start: usize) -> bool {
    start >= 2 && bytes[start - 1] == b'[' && (is_word(bytes[start - 2]) || matches!(bytes[start - 2], b']' | b'!'))
}

/// Takes in the interface of a link-local address, as in `fe80::1%eth0` (RFC 4007 section 11).
fn with_zone(bytes: &[u8], end: usize) -> usize {
    if is_at(bytes, end, |b| b == b'%') && is_at(bytes, end + 1, |b| b.is_ascii_alphanumeric()) {
        return end_of(bytes, end + 1, |b| is_word(b) || b == b'-');
    }
    end
}

/// Takes in the prefix length of a network, as in `192.0.2.0/24` (RFC 4632).
fn with_prefix_length(bytes: &[u8], end: usize, longest: u32) -> usize {
    if !is_at(bytes, end, |b| b == b'/') {
        return end;
    }
    let digits = end + 1..end_of(bytes, end + 1, |b| b.is_ascii_digit());
    let length =
        std::str::from_utf8(&bytes[digits.clone()]).ok().filter(|d| d.len() <= 3).and_then(|d| d.parse::<u32>().ok());
    let fits = length.is_some_and(|length| length <= longest) && !is_at(bytes, digits.end, is_word);
    if fits { digits.end } else { end }
}

//! User information in URLs: `scheme://user:password@host`, RFC 3986 section 3.2.1. Secrets in the
//! query are found as assignments.

use std::ops::Range;

use super::ascii::{end_of, is_before};

/// How far the `@` may be where a password contains characters that should have been
/// percent-encoded.
const LONGEST_PASSWORD: usize = 256;

/// The shortest user name without a password that is rather a token.
const SHORTEST_TOKEN: usize = 20;

/// The user information of the URL with its `://` at `colon`.
pub(super) fn at(text: &str, colon: usize) -> Option<Range<usize>> {
    let bytes = text.as_bytes();
    let start = colon + "://".len();
    if !bytes[colon..].starts_with(b"://") || !is_before(bytes, colon, |b| b.is_ascii_alphanumeric()) {
        return None;
    }
    let end = userinfo_end(bytes, start)?;
    is_credential(&text[start..end], &text[..colon]).then_some(start..end)
}

/// Where the user information that begins at `start` ends, before the last `@` of the authority.
fn userinfo_end(bytes: &[u8], start: usize) -> Option<usize> {
    let end = end_of(bytes, start, |b| !ends_text(b) && !matches!(b, b'/' | b'?' | b'#' | b'\\'));
    last_at(bytes, start, end).or_else(|| {
        // A colon that no port follows begins a password, with one of `/?#` in it.
        let colon = start + bytes[start..end].iter().position(|&b| b == b':')?;
        let port = bytes[colon + 1..end].iter().all(u8::is_ascii_digit);
        let limit = bytes.len().min(start + LONGEST_PASSWORD);
        let end = end_of(&bytes[..limit], start, |b| !ends_text(b));
        if port { None } else { last_at(bytes, start, end) }
    })
}

fn last_at(bytes: &[u8], start: usize, end: usize) -> Option<usize> {
    bytes[start..end].iter().rposition(|&b| b == b'@').map(|n| start + n)
}

fn ends_text(b: u8) -> bool {
    b <= b' ' || b == 0x7F || matches!(b, b'"' | b'\'' | b'<' | b'>' | b'`')
}

/// A user name alone is a credential where it is a token: always for the web, which asks for no
/// user name in a URL.
fn is_credential(userinfo: &str, before: &str) -> bool {
    let scheme = &before.as_bytes()[before.len().saturating_sub(5)..];
    let web = scheme.to_ascii_lowercase().ends_with(b"http") || scheme.eq_ignore_ascii_case(b"https");
    let token = userinfo != "git" && (web || userinfo.len() >= SHORTEST_TOKEN);
    userinfo.contains(char::is_alphanumeric) && (userinfo.contains(':') || token) && !is_template(userinfo)
}

/// `${USER}:${PASSWORD}`
fn is_template(userinfo: &str) -> bool {
    userinfo.split(':').all(|part| part.starts_with("${") && part.ends_with('}'))
}

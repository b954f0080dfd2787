//! User information in URLs: `scheme://user:password@host`, RFC 3986 section 3.2.1. Secrets in the
//! query are found as assignments. The same without a scheme: `curl -u user:password`, `user:password@tcp(host)`.

use std::ops::Range;

use super::ascii::{end_of, is_before, is_word, start_of};
use super::{Finding, Kind};

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

/// How long the user name of a login is.
const LONGEST_USER: usize = 64;

/// Options of which the value is a user name and a password.
const OPTIONS: &[&str] = &["-u ", "-u=", "--user ", "--user=", "--proxy-user ", "--proxy-user="];

/// Whether the colon may be the one between a user name and a password.
#[inline]
pub(super) fn may_be_login(bytes: &[u8], colon: usize) -> bool {
    let next = bytes.get(colon + 1).copied().unwrap_or(b' ');
    // Most colons are before a blank, a quotation mark, a path or another colon.
    let apart = next <= b' ' || matches!(next, b'"' | b'\'' | b'\\' | b'/' | b':' | b'[' | b'{');
    bytes[colon] == b':' && !apart && may_end_user(bytes, colon)
}

/// The rest of the test, which is needed less often.
#[inline(never)]
fn may_end_user(bytes: &[u8], colon: usize) -> bool {
    is_before(bytes, colon, is_of_user) && login(bytes, colon).is_some()
}

/// The password, or the user name with it, around this colon.
pub(super) fn login_at(text: &str, colon: usize) -> Option<Finding> {
    if !may_be_login(text.as_bytes(), colon) {
        return None;
    }
    let finding = login(text.as_bytes(), colon)?;
    // A template is no secret.
    let shown = &text[finding.range.clone()];
    (!shown.contains("${")).then_some(finding)
}

fn login(bytes: &[u8], colon: usize) -> Option<Finding> {
    let start = start_of(bytes, colon.saturating_sub(LONGEST_USER), colon, is_of_user);
    let end = end_of(&bytes[..bytes.len().min(colon + LONGEST_PASSWORD)], colon, |b| !ends_text(b));
    let quote = usize::from(is_before(bytes, start, |b| matches!(b, b'"' | b'\'')));
    if is_option(&bytes[..start - quote]) {
        // `docker run -u 1000:1000`
        let numbers = bytes[start..end].iter().all(|b| b.is_ascii_digit() || *b == b':');
        return (!numbers).then_some(Finding { kind: Kind::Token, range: colon + 1..end });
    }
    let host = last_at(bytes, colon, end)?;
    let data_source = ["@tcp(", "@unix(", "@("].iter().any(|host_of| bytes[host..].starts_with(host_of.as_bytes()));
    let oracle = bytes[..colon].ends_with(b"jdbc:oracle:thin") || bytes[..colon].ends_with(b"jdbc:oracle:oci");
    let range = match () {
        () if data_source => start..host,
        () if oracle && bytes[colon..host].contains(&b'/') => colon + 1..host,
        () => return None,
    };
    (range.start < range.end).then_some(Finding { kind: Kind::UrlCredential, range })
}

fn is_option(before: &[u8]) -> bool {
    let option = OPTIONS.iter().find(|option| before.ends_with(option.as_bytes()));
    option.is_some_and(|option| !is_before(before, before.len() - option.len(), |b| is_word(b) || b == b'-'))
}

fn is_of_user(b: u8) -> bool {
    is_word(b) || matches!(b, b'-' | b'.' | b'@' | b'+' | b'%')
}

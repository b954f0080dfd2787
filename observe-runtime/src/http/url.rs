//! URLs that can be shown.

use super::cut;
use super::names::hides_parameter;
use crate::escape::push_escaped;
use crate::fields::safe_text;
use crate::percent::decoded_lossy;
use crate::redact::{MASK, is_sensitive};
use crate::scrub;
use crate::span::{Record, Value};
use std::borrow::Cow;
use std::fmt::{self, Debug, Display, Write as _};

/// The longest URL that is shown whole.
const MOST_BYTES: usize = 2048;

/// What is written behind so many bytes is not looked at any more: none of it would be shown.
const ENOUGH: usize = 4 * MOST_BYTES;

/// How often a URL may be inside of another one.
const MOST_NESTED: u8 = 3;

/// Schemes behind which there is no host: all of it may be somebody's.
const OPAQUE: &[&str] = &["blob", "data", "javascript", "mailto", "sip", "sips", "sms", "tel"];

/// A URL, or a part of one such as the path and query of a request, as it may be seen.
///
/// Hidden are user name and password; values of parameters whose names promise a secret or personal data, in the
/// query, in the fragment and in the path; path segments behind such a name; and wherever else
/// detectors find something, also behind percent-encoding. Long random texts are taken for tokens. What can't be read
/// as a URL is hidden, or goes through the [scrubber](crate::scrub).
///
/// What is left is as it was written. At most 2048 bytes are shown.
///
/// ```
/// use observe::http::Url;
///
/// let url = Url::new("https://jane:hunter2@a.example/users/jane%40example.org?page=2&access_token=k3J9#top");
/// assert_eq!(
///     url.to_string(),
///     "https://[REDACTED]@a.example/users/[REDACTED:email]?page=2&access_token=[REDACTED]#top",
/// );
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Url(String);

impl Url {
    /// Takes anything that is written as a URL: text, or a type for URLs of any crate.
    pub fn new(url: impl Display) -> Self {
        let mut text = String::new();
        // One that fails keeps what it wrote.
        let _ = write!(text, "{url}");
        let shown = redacted(text.trim(), 0);
        // A second look, at what belongs together across the parts.
        Self(cut(scrub::scrub(&shown).into_owned(), MOST_BYTES))
    }
}

impl Display for Url {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = String::new();
        push_escaped(&mut text, &self.0);
        f.pad(&text)
    }
}

impl Debug for Url {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Debug::fmt(&self.0, f)
    }
}

#[diagnostic::do_not_recommend]
impl Record for Url {
    fn value(&self) -> Value<'_> {
        Value::from(self.0.as_str())
    }
}

fn redacted(text: &str, depth: u8) -> String {
    let mut out = String::with_capacity(text.len());
    let first = &text[..text.find(['/', '\\', '?', '#']).unwrap_or(text.len())];
    let scheme = first.strip_suffix(':').filter(|_| text[first.len()..].starts_with("//"));
    let rest = if let Some(scheme) = scheme {
        if !is_scheme(scheme) {
            // Words around a URL, or no URL at all.
            return MASK.to_owned();
        }
        let _ = write!(out, "{scheme}://");
        push_authority(&mut out, &text[first.len() + 2..])
    } else if let Some(rest) = text.strip_prefix("//") {
        out.push_str("//");
        push_authority(&mut out, rest)
    } else if let Some((scheme, _)) = first.split_once(':')
        && OPAQUE.iter().any(|opaque| opaque.eq_ignore_ascii_case(scheme))
    {
        return format!("{scheme}:{MASK}");
    } else if first.contains('@') {
        // Who left the scheme out did not leave the password out.
        push_authority(&mut out, text)
    } else {
        text
    };
    let (rest, fragment) = split(rest, '#');
    let (path, query) = split(rest, '?');
    push_path(&mut out, path, depth);
    if let Some(query) = query {
        out.push('?');
        push_pairs(&mut out, query, depth);
    }
    if let Some(fragment) = fragment {
        out.push('#');
        let (path, query) = split(fragment, '?');
        if query.is_none() && path.contains('=') {
            push_pairs(&mut out, path, depth);
        } else {
            push_path(&mut out, path, depth);
        }
        if let Some(query) = query {
            out.push('?');
            push_pairs(&mut out, query, depth);
        }
    }
    out
}

fn split(text: &str, at: char) -> (&str, Option<&str>) {
    text.split_once(at).map_or((text, None), |(before, behind)| (before, Some(behind)))
}

/// `https`, and also `jdbc:postgresql`.
fn is_scheme(text: &str) -> bool {
    text.starts_with(|letter: char| letter.is_ascii_alphabetic())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.' | b':'))
}

/// Writes user information and host; returns what stands behind them.
fn push_authority<'t>(out: &mut String, text: &'t str) -> &'t str {
    let end = |text: &str| text.find(['/', '\\', '?', '#']).unwrap_or(text.len());
    let authority = &text[..end(text)];
    let at = authority.rfind('@').or_else(|| late_at(text, authority));
    let host = match at {
        Some(at) => {
            let _ = write!(out, "{MASK}@");
            &text[at + 1..]
        }
        None => text,
    };
    let (host, rest) = host.split_at(end(host));
    if at.is_none() && has_odd_port(host) {
        out.push_str(MASK);
    } else {
        push_host(out, host);
    }
    rest
}

/// The `@` behind a password that has one of `/?#` in it, as no URL should.
fn late_at(text: &str, authority: &str) -> Option<usize> {
    if has_odd_port(authority) {
        return text.rfind('@');
    }
    if !authority.contains(':') || authority.starts_with('[') {
        return None;
    }
    // What looks like a port may be half a password; `/@jane` is a path.
    let path = &text[..text.find(['?', '#']).unwrap_or(text.len())];
    path.rfind('@').filter(|at| !path[..*at].ends_with(['/', '\\']))
}

/// Whether something stands behind the colon that is no port.
fn has_odd_port(authority: &str) -> bool {
    let behind = authority.rsplit_once(']').map_or(authority, |(_, behind)| behind);
    behind.split_once(':').is_some_and(|(_, port)| !port.bytes().all(|byte| byte.is_ascii_digit()))
}

fn push_host(out: &mut String, host: &str) {
    match decoded(host) {
        Cow::Borrowed(_) => out.push_str(&scrub::scrub(host)),
        Cow::Owned(decoded) => out.push_str(found("", &decoded).unwrap_or(host)),
    }
}

fn push_path(out: &mut String, path: &str, depth: u8) {
    let mut before = Cow::Borrowed("");
    for piece in path.split_inclusive(['/', '\\']) {
        if out.len() > ENOUGH {
            return;
        }
        let segment = piece.strip_suffix(['/', '\\']).unwrap_or(piece);
        let (segment_itself, parameters) = split(segment, ';');
        let name = decoded(segment_itself);
        if segment_itself.contains('=') {
            push_pair(out, segment_itself, depth);
        } else if !name.is_empty() && is_sensitive(&before) {
            out.push_str(MASK);
        } else {
            out.push_str(found("", &name).unwrap_or(segment_itself));
        }
        if let Some(parameters) = parameters {
            out.push(';');
            push_pairs(out, parameters, depth);
        }
        out.push_str(&piece[segment.len()..]);
        before = name;
    }
}

/// `name=value&name=value`, as it is written.
fn push_pairs(out: &mut String, pairs: &str, depth: u8) {
    for piece in pairs.split_inclusive(['&', ';']) {
        if out.len() > ENOUGH {
            return;
        }
        let pair = piece.strip_suffix(['&', ';']).unwrap_or(piece);
        push_pair(out, pair, depth);
        out.push_str(&piece[pair.len()..]);
    }
}

fn push_pair(out: &mut String, pair: &str, depth: u8) {
    let (name, value) = split(pair, '=');
    let plain_name = decoded(name);
    out.push_str(found("", &plain_name).unwrap_or(name));
    let Some(value) = value else { return };
    out.push('=');
    if value.is_empty() {
        return;
    }
    // In a form a plus is a space, and in a phone number it is one.
    let (plain, spaced) = (decoded(value), decoded(&value.replace('+', " ")).into_owned());
    let hidden = if hides_parameter(&plain_name) { Some(MASK) } else { None };
    let hidden = hidden.or_else(|| found(&plain_name, &plain)).or_else(|| found(&plain_name, &spaced));
    let hidden = hidden.or_else(|| is_changed_url(&plain, depth).then_some(MASK));
    out.push_str(hidden.unwrap_or(value));
}

/// Whether the text is a URL again, with something to hide in it.
fn is_changed_url(text: &str, depth: u8) -> bool {
    let is_url = text.contains("://") || text.starts_with('/');
    is_url && (depth >= MOST_NESTED || redacted(text, depth + 1) != text)
}

/// What is shown in place of a text in which something is to be hidden. `name` is what it stands under, if anything.
fn found(name: &str, text: &str) -> Option<&'static str> {
    let first = |text: &str| scrub::find(text).first().map(|finding| finding.kind.mask());
    let by_detectors = first(text).or_else(|| if name.is_empty() { None } else { first(&format!("{name}={text}")) });
    let is_hidden = || text.contains('@') || looks_random(text) || matches!(safe_text(text), Cow::Owned(_));
    by_detectors.or_else(|| is_hidden().then_some(MASK))
}

/// Whether a text is long and nobody's words: a token in a link, as it is mailed to reset a password. A UUID is not
/// taken for one.
fn looks_random(text: &str) -> bool {
    let is_one_word =
        text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'~'));
    let has = |is: fn(&u8) -> bool| text.as_bytes().iter().any(is);
    let is_mixed = has(u8::is_ascii_lowercase) && has(u8::is_ascii_uppercase) && has(u8::is_ascii_digit);
    let is_hexadecimal = text.len() >= 32 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_one_word && (text.len() >= 20 && is_mixed || is_hexadecimal)
}

/// The text behind percent-encoding, behind several of them where it was encoded several times.
fn decoded(text: &str) -> Cow<'_, str> {
    let mut decoded = decoded_lossy(text);
    for _ in 0..MOST_NESTED {
        let again = match decoded_lossy(&decoded) {
            Cow::Owned(again) if *again != *decoded => again,
            _ => break,
        };
        decoded = Cow::Owned(again);
    }
    decoded
}

#[cfg(test)]
#[path = "url_tests.rs"]
mod tests;

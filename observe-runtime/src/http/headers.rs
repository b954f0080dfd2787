//! Headers that can be shown.

use super::cookies::{cookies, credentials, set_cookie};
use super::names::Header;
use super::{Url, cut, masked_client, scrubbed};
use crate::escape::push_escaped;
use crate::redact::{MASK, counters};
use crate::span::{Record, Value};
use std::borrow::Cow;
use std::fmt::{self, Debug, Display, Write as _};

/// So many headers are shown; of the others it is said how many there are.
const MOST: usize = 64;

/// The longest name of a header that is shown whole.
const MOST_NAME: usize = 64;

/// Headers of a request or of a response, as they may be seen.
///
/// - `Authorization` and `Proxy-Authorization` show their scheme, `Cookie` the names in it, `Set-Cookie` the name and
///   the attributes.
/// - Headers with names that promise a secret or personal data, such as `X-Api-Key`, show a mask.
/// - Addresses of clients (`X-Forwarded-For`, `Forwarded` and others) show their network, `192.0.2.x`.
/// - URLs are shown as [`Url`] does, and all else goes through the [scrubber](crate::scrub).
///
/// Values that are no text show `[not text]`. At most 64 headers and 256 bytes of each value are shown.
///
/// ```
/// use observe::http::Headers;
///
/// let headers = [("Authorization", "Bearer k3J9"), ("Cookie", "sid=k3J9"), ("Accept", "*/*")];
/// assert_eq!(
///     Headers::new(headers).to_string(),
///     "Authorization: Bearer [REDACTED], Cookie: sid=[REDACTED], Accept: */*",
/// );
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Headers {
    shown: Vec<(String, String)>,
    /// How many there are beside.
    more: usize,
}

impl Headers {
    /// Takes names and values, as maps of headers give them. Whoever has one of axum takes [`From`], which knows of
    /// values that are marked as sensitive.
    pub fn new<N: AsRef<str>, V: AsRef<[u8]>>(headers: impl IntoIterator<Item = (N, V)>) -> Self {
        Self::of(headers.into_iter().map(|(name, value)| (name, value, false)))
    }

    /// Names and values, and whether a value is marked as sensitive.
    fn of<N: AsRef<str>, V: AsRef<[u8]>>(headers: impl Iterator<Item = (N, V, bool)>) -> Self {
        let mut all = Self { shown: Vec::new(), more: 0 };
        for (name, value, is_sensitive) in headers {
            if all.shown.len() == MOST {
                all.more += 1;
                continue;
            }
            let name = name.as_ref();
            let header = if is_sensitive { Header::Hidden } else { Header::of(name) };
            let value =
                std::str::from_utf8(value.as_ref()).map_or_else(|_| shown_bytes(header), |text| shown(header, text));
            all.shown.push((cut(scrubbed(name), MOST_NAME), cut(value, super::MOST_BYTES)));
        }
        all
    }
}

/// Values that are marked as sensitive are hidden, whatever their name.
#[cfg(feature = "http")]
impl From<&http::HeaderMap> for Headers {
    fn from(headers: &http::HeaderMap) -> Self {
        Self::of(headers.iter().map(|(name, value)| (name, value, value.is_sensitive())))
    }
}

/// One value of a header, as it may be seen.
#[cfg(feature = "tower")]
pub(crate) fn shown_value(name: &str, value: &::http::HeaderValue) -> String {
    let header = if value.is_sensitive() { Header::Hidden } else { Header::of(name) };
    let shown = std::str::from_utf8(value.as_bytes()).map_or_else(|_| shown_bytes(header), |text| shown(header, text));
    cut(shown, super::MOST_BYTES)
}

/// A value as it may be seen.
fn shown(header: Header, text: &str) -> String {
    match header {
        Header::Credentials | Header::Challenge => credentials(text),
        Header::Cookie => cookies(text),
        Header::SetCookie => set_cookie(text),
        Header::Client => text.split(',').map(masked_client).collect::<Vec<_>>().join(", "),
        Header::Forwarded => text.split(',').map(forwarded).collect::<Vec<_>>().join(", "),
        Header::Disposition => disposition(text),
        Header::Url => Url::new(text).to_string(),
        Header::Hidden => {
            counters::FIELD.add(1);
            MASK.to_owned()
        }
        Header::Text => scrubbed(text),
    }
}

fn shown_bytes(header: Header) -> String {
    if matches!(header, Header::Text | Header::Url) { "[not text]".to_owned() } else { MASK.to_owned() }
}

/// One hop of RFC 7239.
fn forwarded(hop: &str) -> String {
    let pair = |pair: &str| {
        let Some((name, value)) = pair.split_once('=') else { return MASK.to_owned() };
        let value: Cow<'_, str> = match name.trim().to_ascii_lowercase().as_str() {
            "for" | "by" => masked_client(value),
            "host" => Cow::Owned(scrubbed(value)),
            "proto" if matches!(value.trim().trim_matches('"'), "http" | "https") => Cow::Borrowed(value),
            _ => return MASK.to_owned(),
        };
        format!("{}={}", name.trim(), value.trim())
    };
    hop.split(';').map(pair).collect::<Vec<_>>().join(";")
}

/// Whether it is an attachment, without the names in it.
fn disposition(text: &str) -> String {
    match text.split_once(';') {
        Some((kind, _)) => format!("{}; {MASK}", scrubbed(kind.trim())),
        None => scrubbed(text),
    }
}

/// `name: value`, with commas between them.
impl Display for Headers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = String::new();
        for (name, value) in &self.shown {
            if !text.is_empty() {
                text.push_str(", ");
            }
            push_escaped(&mut text, name);
            text.push_str(": ");
            push_escaped(&mut text, value);
        }
        if self.more > 0 {
            let _ = write!(text, ", … {} more", self.more);
        }
        f.pad(&text)
    }
}

impl Debug for Headers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut map = f.debug_map();
        map.entries(self.shown.iter().map(|(name, value)| (name, value)));
        if self.more > 0 { map.finish_non_exhaustive() } else { map.finish() }
    }
}

#[diagnostic::do_not_recommend]
impl Record for Headers {
    fn value(&self) -> Value<'_> {
        Value::Text(Cow::Owned(self.to_string()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(name: &str, value: &str) -> String {
        Headers::new([(name, value)]).shown.remove(0).1
    }

    #[test]
    fn clients_are_shown_as_networks() {
        assert_eq!(value("X-Forwarded-For", "192.0.2.7, 2001:db8:1:2::7,jane"), "192.0.2.x, 2001:db8:1::x, [REDACTED]");
        assert_eq!(
            value(
                "Forwarded",
                r#"for="[2001:db8:1::7]:4711";proto=https;by=192.0.2.43;host=a.example, for=_x;secret=1"#
            ),
            "for=2001:db8:1::x;proto=https;by=192.0.2.x;host=a.example, for=[REDACTED];[REDACTED]"
        );
    }

    #[test]
    fn all_else_is_scrubbed_and_cut_after_that() {
        assert_eq!(value("X-Note", "mail jane@example.org"), "mail [REDACTED:email]");
        assert_eq!(value("Referer", "https://a.example/?token=k3J9"), "https://a.example/?token=[REDACTED]");
        assert_eq!(value("Content-Disposition", "attachment; filename=\"Jane Doe.pdf\""), "attachment; [REDACTED]");
        // The address begins before the cut and ends behind it.
        let shown = value("X-Note", &format!("{} jane.doe@example.org", "x".repeat(240)));
        assert!(shown.ends_with('…') && !shown.contains("jane") && shown.len() < 270, "{shown}");
    }

    #[test]
    fn bytes_that_are_no_text_are_not_shown() {
        for (name, expected) in [("X-Note", "[not text]"), ("Cookie", MASK), ("X-Api-Key", MASK)] {
            assert_eq!(Headers::new([(name, b"\xffk3J9")]).shown[0].1, expected);
        }
    }

    #[test]
    fn there_is_a_limit_to_what_is_shown() {
        let headers = Headers::new((0..10_000).map(|number| (format!("x-{number}"), "v")));
        assert_eq!((headers.shown.len(), headers.more), (MOST, 10_000 - MOST));
        assert!(headers.to_string().ends_with(", … 9936 more"));
        assert!(format!("{headers:?}").ends_with(", ..}"));
        assert!(Headers::new([("n".repeat(1000), "")]).to_string().len() < 80);
    }

    #[test]
    fn nothing_in_a_value_ends_the_line() {
        let headers = Headers::new([("x\r\n-a", "1\u{202e}\r\nSet-Cookie: a=b")]);
        for text in [headers.to_string(), format!("{headers:?}")] {
            assert!(!text.contains(['\r', '\n', '\u{202e}']), "{text}");
        }
    }

    #[cfg(feature = "http")]
    #[test]
    fn a_value_that_is_marked_is_hidden() {
        let mut headers = http::HeaderMap::new();
        let mut marked = http::HeaderValue::from_static("k3J9");
        marked.set_sensitive(true);
        headers.insert("accept", marked);
        headers.insert("host", http::HeaderValue::from_static("a.example"));
        assert_eq!(Headers::from(&headers).to_string(), "accept: [REDACTED], host: a.example");
    }
}

//! Whose request a span is part of, for its log lines and those of all spans below it.

use super::current::CurrentSpan;
use super::open::said::Saying;
use super::open::words::AttributeKey;
use super::open_span::OpenSpan;
use super::record::Value;
use crate::http::masked_client;
use crate::redact::{SensitiveText, pseudonym};
use std::borrow::Cow;
use std::fmt::{Display, Write as _};

impl CurrentSpan {
    /// Says for whom the request is. The id is recorded as its [`pseudonym`](crate::pseudonym), `user.hash`, and is
    /// in every log line from now on: in this span and those below it, and in those that this thread is in around it,
    /// up to that of the request.
    ///
    /// ```
    /// let capture = observe::testing::capture();
    /// let mut request = observe::request("GET", "/beds");
    /// request.in_scope(|| {
    ///     observe::current_span().set_user("u-17");
    ///     tracing::info!("beds are counted");
    /// });
    /// request.finish(200);
    /// let user = format!(r#""user":"{}""#, observe::pseudonym("u-17"));
    /// assert!(capture.log_lines().concat().contains(&user));
    /// ```
    pub fn set_user(&self, id: impl SensitiveText) -> &Self {
        if let (Some(span), Some(id)) = (self.open(), id.text()) {
            say_user(span, &id);
        }
        self
    }

    /// Says where the request comes from: an address, with a port or without. Of IPv4 the first three of its four
    /// numbers are kept, `192.0.2.x`, of IPv6 the first three of its eight, `2001:db8:1::x`; what is no address is
    /// hidden. It is recorded as `client.address`, and is in log lines as [`set_user`](Self::set_user) says.
    ///
    /// ```
    /// let capture = observe::testing::capture();
    /// let mut request = observe::request("GET", "/beds");
    /// request.in_scope(|| {
    ///     observe::current_span().set_client("192.0.2.7:50124");
    ///     tracing::info!("beds are counted");
    /// });
    /// request.finish(200);
    /// assert!(capture.log_lines()[0].contains(r#""client":"192.0.2.x""#));
    /// ```
    pub fn set_client(&self, address: impl Display) -> &Self {
        if let Some(span) = self.open() {
            let mut text = String::new();
            let _ = write!(text, "{address}");
            say_client(span, &text);
        }
        self
    }
}

/// The same as [`CurrentSpan::set_user`], for a span at hand.
pub(crate) fn say_user(span: OpenSpan, id: &str) {
    say(span, Saying::User, "user.hash", &pseudonym(id));
}

/// The same as [`CurrentSpan::set_client`], for a span at hand.
pub(crate) fn say_client(span: OpenSpan, address: &str) {
    say(span, Saying::Client, "client.address", &masked_client(address));
}

fn say(span: OpenSpan, saying: Saying, name: &'static str, text: &str) {
    span.say(saying, text);
    span.record(AttributeKey::Text(name), || Cow::Borrowed(name), Value::from(text));
}

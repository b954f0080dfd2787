//! What a collector says about a request: that it took only a part, or why it took nothing.

use super::wire::{Content, take_field};
use std::time::Duration;

/// The longest part of a collector's own words that goes into an error text.
const SHOWN_CHARS: usize = 200;

/// `partial_success` of every signal's response.
const PARTIAL_SUCCESS: u64 = 1;

/// `ExportTracePartialSuccess` and its siblings of metrics and logs.
mod partial {
    /// `rejected_spans`, `rejected_data_points`, `rejected_log_records`.
    pub(super) const REJECTED: u64 = 1;
    pub(super) const ERROR_MESSAGE: u64 = 2;
}

/// `google.rpc.Status`, and what is in it.
mod failed {
    pub(super) const MESSAGE: u64 = 2;
    pub(super) const DETAILS: u64 = 3;
    /// `google.protobuf.Any`.
    pub(super) const TYPE_URL: u64 = 1;
    pub(super) const VALUE: u64 = 2;
    /// `google.rpc.RetryInfo`.
    pub(super) const RETRY_INFO: &[u8] = b"type.googleapis.com/google.rpc.RetryInfo";
    pub(super) const RETRY_DELAY: u64 = 1;
    /// `google.protobuf.Duration`.
    pub(super) const SECONDS: u64 = 1;
    pub(super) const NANOS: u64 = 2;
}

/// What of a request that arrived was not wanted. Without any, the message is a warning.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct PartialSuccess {
    pub(super) rejected: u64,
    pub(super) message: String,
}

impl PartialSuccess {
    /// The end of a sentence about what was rejected, of which `what` is one.
    pub(super) fn sentence(&self, what: &str) -> String {
        let Self { rejected, message } = self;
        let (plural, colon) = (if *rejected == 1 { "" } else { "s" }, if message.is_empty() { "" } else { ": " });
        format!("{rejected} {what}{plural}{colon}{message}")
    }
}

/// What a response tells of a part that was rejected.
///
/// One that is no protobuf tells of nothing: the status said success.
pub(super) fn partial_success(response: &[u8]) -> PartialSuccess {
    let mut found = PartialSuccess::default();
    for (field, content) in fields(response) {
        let (PARTIAL_SUCCESS, Content::Bytes(message)) = (field, content) else {
            continue;
        };
        for (field, content) in fields(message) {
            match (field, content) {
                (partial::REJECTED, Content::Varint(count)) => found.rejected = not_negative(count),
                (partial::ERROR_MESSAGE, Content::Bytes(text)) => found.message = shown(text),
                _ => {}
            }
        }
    }
    found
}

/// Why a request was not taken.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Status {
    pub(super) message: String,
    /// How long to wait before it is sent again.
    pub(super) retry_delay: Option<Duration>,
}

/// What a `google.rpc.Status` says, as far as it can be read.
pub(super) fn status(status: &[u8]) -> Status {
    let mut found = Status::default();
    for (field, content) in fields(status) {
        match (field, content) {
            (failed::MESSAGE, Content::Bytes(text)) => found.message = shown(text),
            (failed::DETAILS, Content::Bytes(any)) => found.retry_delay = retry_delay(any).or(found.retry_delay),
            _ => {}
        }
    }
    found
}

/// The delay in a detail, if that is what it is about.
fn retry_delay(any: &[u8]) -> Option<Duration> {
    if nested(any, failed::TYPE_URL)? != failed::RETRY_INFO {
        return None;
    }
    let delay = nested(nested(any, failed::VALUE)?, failed::RETRY_DELAY)?;
    let seconds = Duration::from_secs(number(delay, failed::SECONDS));
    seconds.checked_add(Duration::from_nanos(number(delay, failed::NANOS)))
}

/// The first field of this number that holds bytes.
fn nested(message: &[u8], wanted: u64) -> Option<&[u8]> {
    fields(message).find_map(|(field, content)| match content {
        Content::Bytes(bytes) if field == wanted => Some(bytes),
        _ => None,
    })
}

/// The first field of this number that holds one; none is written as zero.
fn number(message: &[u8], wanted: u64) -> u64 {
    let found = fields(message).find_map(|(field, content)| match content {
        Content::Varint(value) if field == wanted => Some(not_negative(value)),
        _ => None,
    });
    found.unwrap_or(0)
}

/// The fields of a message, up to where it is no protobuf.
fn fields(mut message: &[u8]) -> impl Iterator<Item = (u64, Content<'_>)> {
    std::iter::from_fn(move || take_field(&mut message))
}

/// A number that is signed on the wire. A negative one is nonsense here and counts as none.
fn not_negative(value: u64) -> u64 {
    u64::try_from(value.cast_signed()).unwrap_or(0)
}

/// A stranger's text made fit for one log line.
pub(super) fn shown(text: &[u8]) -> String {
    let text = String::from_utf8_lossy(text);
    let spaced = text.chars().map(|char| if char.is_control() { ' ' } else { char });
    spaced.take(SHOWN_CHARS).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::export::otlp::wire::{put_bytes, put_message, put_varint};
    use opentelemetry_proto::tonic::collector::trace::v1::{ExportTracePartialSuccess, ExportTraceServiceResponse};
    use prost::Message;

    fn body(rejected_spans: i64, error_message: &str) -> Vec<u8> {
        let error_message = error_message.to_owned();
        let partial = ExportTracePartialSuccess { rejected_spans, error_message };
        ExportTraceServiceResponse { partial_success: Some(partial) }.encode_to_vec()
    }

    fn text(body: &[u8]) -> String {
        partial_success(body).sentence("span")
    }

    #[test]
    fn rejected_spans_are_counted_and_explained() {
        assert_eq!(text(&body(3, "too\nlong")), "3 spans: too long");
        assert_eq!(text(&body(1, "")), "1 span");
        let long = text(&body(2, &"ü".repeat(5_000)));
        assert_eq!(long.chars().count(), "2 spans: ".len() + SHOWN_CHARS);
    }

    #[test]
    fn a_message_about_nothing_is_a_warning() {
        let warning = PartialSuccess { rejected: 0, message: "soon too old".to_owned() };
        assert_eq!(partial_success(&body(0, "soon too old")), warning);
    }

    #[test]
    fn what_rejects_nothing_is_success() {
        for body in [
            body(0, ""),
            body(-1, ""),
            Vec::new(),
            b"{\"partialSuccess\":{}}".to_vec(),
            b"\n<html></html>".to_vec(),
            vec![0xff; 64],
        ] {
            assert_eq!(partial_success(&body), PartialSuccess::default(), "{body:?}");
        }
    }

    /// A status with one detail of this type about this delay.
    pub(in super::super) fn status_of(message: &str, type_url: &str, seconds: u64, nanos: u64) -> Vec<u8> {
        let mut status = Vec::new();
        put_varint(&mut status, 1, 14);
        put_bytes(&mut status, 2, message.as_bytes());
        put_message(&mut status, 3, 0, |any| {
            put_bytes(any, 1, type_url.as_bytes());
            put_message(any, 2, 0, |info| {
                put_message(info, 1, 0, |delay| {
                    put_varint(delay, 1, seconds);
                    put_varint(delay, 2, nanos);
                });
            });
        });
        status
    }

    #[test]
    fn a_status_tells_why_and_for_how_long() {
        let read = status(&status_of("over\nload", "type.googleapis.com/google.rpc.RetryInfo", 2, 500_000_000));
        let expected = Status { message: "over load".to_owned(), retry_delay: Some(Duration::from_millis(2_500)) };
        assert_eq!(read, expected);
    }

    #[test]
    fn only_a_delay_that_makes_sense_is_one() {
        let delay = |type_url, seconds, nanos| status(&status_of("", type_url, seconds, nanos)).retry_delay;
        assert_eq!(delay("type.googleapis.com/google.rpc.DebugInfo", 2, 0), None);
        let known = "type.googleapis.com/google.rpc.RetryInfo";
        assert_eq!(delay(known, u64::MAX, 0), Some(Duration::ZERO), "minus one second");
        assert!(delay(known, i64::MAX.cast_unsigned(), u64::MAX >> 1).is_some(), "no overflow");
        assert_eq!(status(b"\x1a\x02\x0a\xff"), Status::default());
        assert_eq!(status(b"<html>"), Status::default());
    }
}

//! What a collector answers to a request that it took: nothing, or that it took only a part.

use super::wire::{Content, take_field};
use std::fmt;

/// The longest part of a collector's own words that goes into an error text.
const SHOWN_CHARS: usize = 200;

/// `partial_success` of `ExportTraceServiceResponse` and of `ExportMetricsServiceResponse`.
const PARTIAL_SUCCESS: u64 = 1;
/// `rejected_spans` of `ExportTracePartialSuccess`, `rejected_data_points` of `ExportMetricsPartialSuccess`.
const REJECTED: u64 = 1;
/// `error_message` of both.
const ERROR_MESSAGE: u64 = 2;

/// Spans or data points that arrived and were not wanted. Shown as the end of a sentence.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Rejection {
    count: u64,
    /// What is counted, in the singular.
    what: &'static str,
    message: String,
}

impl fmt::Display for Rejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}{}", self.count, self.what, if self.count == 1 { "" } else { "s" })?;
        if self.message.is_empty() { Ok(()) } else { write!(f, ": {}", self.message) }
    }
}

/// The rejection that a response's body tells of, of `what` in the singular.
///
/// A message about no rejected spans is a warning, which the specification wants kept apart from
/// a failure. A body that is no protobuf tells of nothing either: the status said success.
pub(super) fn rejection(body: &[u8], what: &'static str) -> Option<Rejection> {
    let mut partial = Rejection { what, ..Rejection::default() };
    let mut rest = body;
    while let Some((field, content)) = take_field(&mut rest) {
        if let (PARTIAL_SUCCESS, Content::Bytes(message)) = (field, content) {
            read_partial_success(message, &mut partial);
        }
    }
    (partial.count > 0).then_some(partial)
}

fn read_partial_success(mut message: &[u8], partial: &mut Rejection) {
    while let Some((field, content)) = take_field(&mut message) {
        match (field, content) {
            // Signed on the wire; a negative count is nonsense and counts as none.
            (REJECTED, Content::Varint(count)) => {
                partial.count = u64::try_from(count.cast_signed()).unwrap_or(0);
            }
            (ERROR_MESSAGE, Content::Bytes(text)) => partial.message = shown(text),
            _ => {}
        }
    }
}

/// A stranger's text made fit for one log line.
fn shown(text: &[u8]) -> String {
    let text = String::from_utf8_lossy(text);
    let spaced = text.chars().map(|char| if char.is_control() { ' ' } else { char });
    spaced.take(SHOWN_CHARS).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use opentelemetry_proto::tonic::collector::trace::v1::{ExportTracePartialSuccess, ExportTraceServiceResponse};
    use prost::Message;

    fn body(rejected_spans: i64, error_message: &str) -> Vec<u8> {
        let error_message = error_message.to_owned();
        let partial = ExportTracePartialSuccess { rejected_spans, error_message };
        ExportTraceServiceResponse { partial_success: Some(partial) }.encode_to_vec()
    }

    fn text(body: &[u8]) -> Option<String> {
        rejection(body, "span").map(|rejection| rejection.to_string())
    }

    #[test]
    fn rejected_spans_are_counted_and_explained() {
        assert_eq!(text(&body(3, "too\nlong")).unwrap(), "3 spans: too long");
        assert_eq!(text(&body(1, "")).unwrap(), "1 span");
        let long = text(&body(2, &"ü".repeat(5_000))).unwrap();
        assert_eq!(long.chars().count(), "2 spans: ".len() + SHOWN_CHARS);
    }

    #[test]
    fn what_rejects_nothing_is_success() {
        for body in [
            body(0, "a warning"),
            body(-1, ""),
            Vec::new(),
            b"{\"partialSuccess\":{}}".to_vec(),
            b"\n<html></html>".to_vec(),
            vec![0xff; 64],
        ] {
            assert_eq!(text(&body), None, "{body:?}");
        }
    }
}

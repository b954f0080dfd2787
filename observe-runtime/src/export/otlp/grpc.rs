//! OTLP/gRPC: a request is one unary call over HTTP/2, the status stands behind the answer.
//!
//! The call is made by hand: all of it is a frame of five bytes and a few headers, for which tonic
//! with its channel would triple the crates.
//!
//! Source: "gRPC over HTTP2" (<https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md>) and
//! OpenTelemetry protocol specification, "OTLP/gRPC".

use super::connection::Answer;
use super::http::{common_headers, refusal, said};
use super::reply::{self, shown};
use super::sender::Transport;
use super::settings::{Endpoint, OtlpSettings, Signal};
use crate::config::Compression;
use crate::export::{ExportError, Failure};
use crate::grpc_codes::NAMES;
use crate::percent;
use hyper::body::Bytes;
use hyper::header::{self, HeaderMap, HeaderName, HeaderValue};
use hyper::{Method, Request, Uri};
use std::time::Duration;

const STATUS: HeaderName = HeaderName::from_static("grpc-status");
const MESSAGE: HeaderName = HeaderName::from_static("grpc-message");
const DETAILS: HeaderName = HeaderName::from_static("grpc-status-details-bin");
const TIMEOUT: HeaderName = HeaderName::from_static("grpc-timeout");
const ENCODING: HeaderName = HeaderName::from_static("grpc-encoding");

/// What stands in front of a message: whether it is compressed, and its length.
const FRAME_HEAD: usize = 5;

/// The highest number in a timeout, of eight digits.
const LONGEST_NUMBER: u128 = 99_999_999;

/// What every call says.
pub(super) struct Grpc {
    uri: Uri,
    headers: HeaderMap,
    compressed: bool,
}

impl Grpc {
    pub(super) fn new(settings: &OtlpSettings) -> Result<Self, String> {
        let OtlpSettings { endpoint, signal, compression, .. } = settings;
        let scheme = if endpoint.tls { "https" } else { "http" };
        let uri = Uri::builder().scheme(scheme).authority(endpoint.host_header()).path_and_query(path(*signal)).build();
        let mut headers = common_headers(&settings.headers)?;
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/grpc"));
        headers.insert(header::TE, HeaderValue::from_static("trailers"));
        let compressed = *compression == Compression::Gzip;
        if compressed {
            headers.insert(ENCODING, HeaderValue::from_static("gzip"));
        }
        let uri = uri.map_err(|_| "the endpoint's host is no host name".to_owned())?;
        Ok(Self { uri, headers, compressed })
    }
}

impl Transport for Grpc {
    /// Moves the message by five bytes, which is nothing beside encoding it.
    fn frame(&self, message: &mut Vec<u8>) {
        let mut head = [0; FRAME_HEAD];
        head[0] = u8::from(self.compressed);
        // A message beyond four gigabytes is none that any server takes.
        head[1..].copy_from_slice(&u32::try_from(message.len()).unwrap_or(u32::MAX).to_be_bytes());
        message.splice(..0, head);
    }

    fn request(&self, body: Bytes, timeout: Duration) -> Request<Bytes> {
        let mut request = Request::new(body);
        *request.method_mut() = Method::POST;
        *request.uri_mut() = self.uri.clone();
        *request.headers_mut() = self.headers.clone();
        request.headers_mut().extend(timeout_value(timeout).map(|value| (TIMEOUT, value)));
        request
    }

    fn reply(&self, answer: Answer, peer: &Endpoint) -> Result<Vec<u8>, ExportError> {
        let status = answer.headers.get(STATUS).and_then(|status| status.to_str().ok()?.parse().ok());
        match status {
            Some(0) => Ok(message(&answer.body).unwrap_or_default().to_vec()),
            Some(code) => Err(failed(code, &answer.headers, peer)),
            None if !answer.status.is_success() => Err(refusal(&answer, peer)),
            // A server of something else, or an answer that is cut off: as if there were none.
            None => Err(ExportError::unavailable(format!("{peer} answered without a gRPC status"))),
        }
    }
}

/// Which method is called. It stands in for the path that the endpoint has for HTTP.
fn path(signal: Signal) -> &'static str {
    match signal {
        Signal::Traces => "/opentelemetry.proto.collector.trace.v1.TraceService/Export",
        Signal::Metrics => "/opentelemetry.proto.collector.metrics.v1.MetricsService/Export",
        Signal::Logs => "/opentelemetry.proto.collector.logs.v1.LogsService/Export",
    }
}

/// A timeout as gRPC writes it: a number of at most eight digits and a unit.
fn timeout_value(timeout: Duration) -> Option<HeaderValue> {
    let (millis, seconds) = (timeout.as_millis(), u128::from(timeout.as_secs()));
    let text =
        if millis <= LONGEST_NUMBER { format!("{millis}m") } else { format!("{}S", seconds.min(LONGEST_NUMBER)) };
    HeaderValue::try_from(text).ok()
}

/// The message in an answer's body. A compressed one was not asked for, and tells nothing.
fn message(body: &[u8]) -> Option<&[u8]> {
    let (head, message) = body.split_first_chunk::<FRAME_HEAD>()?;
    let [0, length @ ..] = *head else {
        return None;
    };
    message.get(..usize::try_from(u32::from_be_bytes(length)).ok()?)
}

/// What a status other than `OK` means.
///
/// Source: OpenTelemetry protocol specification, "Failures" and "OTLP/gRPC Throttling".
fn failed(code: usize, headers: &HeaderMap, peer: &Endpoint) -> ExportError {
    let name = NAMES.get(code).copied().unwrap_or("a status that gRPC does not have");
    let after = headers.get(DETAILS).and_then(|details| reply::status(&from_base64(details.as_bytes())?).retry_delay);
    let failure = match name {
        "CANCELLED" | "DEADLINE_EXCEEDED" | "ABORTED" | "OUT_OF_RANGE" | "UNAVAILABLE" | "DATA_LOSS" => {
            Failure::Unavailable { after }
        }
        // Without a delay, what is exhausted stays so.
        "RESOURCE_EXHAUSTED" if after.is_some() => Failure::Unavailable { after },
        _ => Failure::Refused,
    };
    let words = headers.get(MESSAGE).map_or(String::new(), |words| {
        let words = String::from_utf8_lossy(words.as_bytes());
        // What is not encoded as it should be is shown as it came.
        shown(percent::decoded(&words).as_deref().unwrap_or(&words).as_bytes())
    });
    ExportError::new(failure, said(peer, name, &words))
}

/// Base64 with or without its padding, as binary headers have it.
fn from_base64(text: &[u8]) -> Option<Vec<u8>> {
    let (mut bytes, mut bits, mut count) = (Vec::new(), 0_u32, 0);
    for letter in text.iter().take_while(|letter| **letter != b'=') {
        let value = match letter {
            b'A'..=b'Z' => letter - b'A',
            b'a'..=b'z' => letter - b'a' + 26,
            b'0'..=b'9' => letter - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => return None,
        };
        bits = bits << 6 | u32::from(value);
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.extend(u8::try_from(bits >> count & 0xff));
        }
    }
    Some(bytes)
}

#[cfg(test)]
mod tests;

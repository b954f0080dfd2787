//! OTLP/HTTP: a request is one POST, the answer's status says what became of it.

use super::connection::Answer;
use super::reply::{self, shown};
use super::sender::Transport;
use super::settings::{Endpoint, OtlpSettings, header_name, header_value};
use crate::config::Compression;
use crate::export::{ExportError, Failure};
use hyper::body::Bytes;
use hyper::header::{self, HeaderMap, HeaderValue};
use hyper::http::uri::PathAndQuery;
use hyper::{Method, Request, StatusCode, Uri};
use std::time::{Duration, SystemTime};

/// How the exporter names itself to the collector: what it is, in which language, and which version.
const USER_AGENT: &str = concat!("observe-rust/", env!("CARGO_PKG_VERSION"));

/// The type of a message in protobuf form.
const PROTOBUF: HeaderValue = HeaderValue::from_static("application/x-protobuf");

/// What every request says.
pub(super) struct Http {
    path: PathAndQuery,
    headers: HeaderMap,
}

impl Http {
    pub(super) fn new(settings: &OtlpSettings) -> Result<Self, String> {
        let OtlpSettings { endpoint, compression, .. } = settings;
        let mut headers = common_headers(&settings.headers)?;
        let host = HeaderValue::try_from(endpoint.host_header());
        headers.insert(header::HOST, host.map_err(|_| "the endpoint's host is no host name".to_owned())?);
        headers.insert(header::CONTENT_TYPE, PROTOBUF);
        if *compression == Compression::Gzip {
            headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
        }
        Ok(Self { path: endpoint.path.clone(), headers })
    }
}

impl Transport for Http {
    fn frame(&self, _: &mut Vec<u8>) {}

    fn request(&self, body: Bytes, _: Duration) -> Request<Bytes> {
        let mut request = Request::new(body);
        *request.method_mut() = Method::POST;
        *request.uri_mut() = Uri::from(self.path.clone());
        *request.headers_mut() = self.headers.clone();
        request
    }

    fn reply(&self, answer: Answer, peer: &Endpoint) -> Result<Vec<u8>, ExportError> {
        if answer.status.is_success() { Ok(answer.body) } else { Err(refusal(&answer, peer)) }
    }
}

/// The headers of every request over any transport: the given ones, of which the last of a name
/// counts, and the exporter's name.
pub(super) fn common_headers(given: &[(String, String)]) -> Result<HeaderMap, String> {
    let mut headers = HeaderMap::new();
    headers.insert(header::USER_AGENT, HeaderValue::from_static(USER_AGENT));
    for (index, (name, value)) in given.iter().enumerate() {
        let numbered = |why| format!("header {}: {why}", index + 1);
        let name = header_name(name).map_err(numbered)?;
        let value = header_value(&name, value).map_err(numbered)?;
        headers.insert(name, value);
    }
    Ok(headers)
}

/// What a failed status means.
///
/// Source: OpenTelemetry protocol specification, "OTLP/HTTP Response", "Retryable Response Codes"
/// and "OTLP/HTTP Throttling".
pub(super) fn refusal(answer: &Answer, peer: &Endpoint) -> ExportError {
    let failure = match answer.status {
        StatusCode::TOO_MANY_REQUESTS
        | StatusCode::BAD_GATEWAY
        | StatusCode::SERVICE_UNAVAILABLE
        | StatusCode::GATEWAY_TIMEOUT => Failure::Unavailable { after: pause(&answer.headers, SystemTime::now()) },
        _ => Failure::Refused,
    };
    ExportError::new(failure, said(peer, &answer.status.to_string(), &words(answer)))
}

/// The sentence of a status and of what its sender adds.
pub(super) fn said(peer: &Endpoint, status: &str, words: &str) -> String {
    let colon = if words.is_empty() { "" } else { ": " };
    format!("{peer} answered {status}{colon}{words}")
}

/// What the server says about a failed status: a message of protobuf, or text.
pub(super) fn words(answer: &Answer) -> String {
    if answer.status.is_redirection() {
        // The headers may hold a secret, which is for the configured host alone.
        return "redirects are not followed".to_owned();
    }
    if answer.headers.get(header::CONTENT_TYPE) == Some(&PROTOBUF) {
        reply::status(&answer.body).message
    } else {
        shown(&answer.body).trim().to_owned()
    }
}

/// How long the server wants to be left alone, which it says in seconds or as a date.
pub(super) fn pause(headers: &HeaderMap, now: SystemTime) -> Option<Duration> {
    let text = headers.get(header::RETRY_AFTER)?.to_str().ok()?.trim();
    Some(match text.parse() {
        Ok(seconds) => Duration::from_secs(seconds),
        // A date that has passed asks for no pause.
        Err(_) => httpdate::parse_http_date(text).ok()?.duration_since(now).unwrap_or_default(),
    })
}

#[cfg(test)]
mod tests;

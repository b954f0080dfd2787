//! Whole exports to small servers, and what becomes of them.

use super::super::{OtlpExporter, OtlpSettings, Signal};
use super::pause;
use crate::config::Collector;
use crate::export::otlp::test_servers::http::{Server, answer};
use crate::export::otlp::test_servers::{LONG, nobody, refused, span_names, unavailable};
use crate::export::otlp::test_spans::named;
use crate::export::otlp::wire::put_bytes;
use crate::export::{Exporter, Failure};
use crate::resource::Resource;
use hyper::header::{self, HeaderMap, HeaderValue};
use std::net::TcpListener;
use std::thread;
use std::time::{Duration, UNIX_EPOCH};
use tokio::runtime::Builder;

const OK: &str = "HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n";
const UNAVAILABLE: &str = "HTTP/1.1 503 Service Unavailable\r\ncontent-length: 4\r\n\r\nbusy";
/// The server closes instead of answering.
const NOTHING: &str = "";

fn settings(url: &str, headers: &[(&str, &str)]) -> OtlpSettings {
    let headers = headers.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect();
    OtlpSettings { headers, ..OtlpSettings::new(&Collector::at(url), Signal::Traces).unwrap() }
}

fn exporter(url: &str) -> OtlpExporter {
    OtlpExporter::new(settings(url, &[]), &Resource::default(), false).unwrap()
}

/// The error of one export that gets this answer, and may be tried again.
fn error_from(answer: &str) -> (String, String) {
    let server = Server::answering(&[answer]);
    let text = unavailable(exporter(&server.url).export(&named("one").spans(), LONG));
    let host = server.host.clone();
    assert_eq!(server.span_names(), [["one"]]);
    (text, host)
}

#[test]
fn a_batch_arrives_with_its_headers() {
    let server = Server::answering(&[OK]);
    let settings = settings(&server.url, &[("X-Token", "hush")]);
    let mut exporter = OtlpExporter::new(settings, &Resource::default(), false).unwrap();
    exporter.export(&named("one").spans(), LONG).unwrap();
    let host = format!("host: {}", server.host);
    let [request] = <[_; 1]>::try_from(server.received()).ok().unwrap();
    assert_eq!(request.head[0], "POST /v1/traces?tenant=7 HTTP/1.1");
    for line in [
        "content-type: application/x-protobuf",
        concat!("user-agent: observe-rust/", env!("CARGO_PKG_VERSION")),
        "x-token: hush",
        &host,
    ] {
        assert!(request.head.iter().any(|header| header == line), "no {line}");
    }
    assert_eq!(span_names(&request.body), ["one"]);
}

#[test]
fn an_empty_batch_is_not_sent() {
    exporter(&format!("http://{}", nobody())).export(&[], LONG).unwrap();
}

#[test]
fn one_connection_carries_several_exports() {
    let server = Server::answering(&[OK, UNAVAILABLE, OK]);
    let mut exporter = exporter(&server.url);
    exporter.export(&named("one").spans(), LONG).unwrap();
    let buffer = exporter.sender.buffer();
    assert!(buffer.capacity() > 0 && buffer.is_empty());
    exporter.export(&named("two").spans(), LONG).unwrap_err();
    exporter.export(&named("three").spans(), LONG).unwrap();
    drop(exporter);
    assert_eq!(server.span_names(), [["one"], ["two"], ["three"]]);
}

#[test]
fn a_closed_connection_is_replaced() {
    let server = Server::with_connections(&[&[OK], &[OK]]);
    let mut exporter = exporter(&server.url);
    exporter.export(&named("one").spans(), LONG).unwrap();
    server.wait_until_closed();
    exporter.export(&named("two").spans(), LONG).unwrap();
    drop(exporter);
    assert_eq!(server.span_names(), [["one"], ["two"]]);
}

#[test]
fn a_connection_that_closes_under_a_request_is_replaced() {
    let server = Server::with_connections(&[&[OK, NOTHING], &[OK]]);
    let mut exporter = exporter(&server.url);
    exporter.export(&named("one").spans(), LONG).unwrap();
    exporter.export(&named("two").spans(), LONG).unwrap();
    drop(exporter);
    assert_eq!(server.span_names(), [["one"], ["two"], ["two"]]);
}

#[test]
fn a_new_connection_that_closes_without_an_answer_is_a_failure() {
    let (text, host) = error_from(NOTHING);
    assert!(text.starts_with(&format!("the exchange with {host} failed: ")), "{text}");
}

/// The failure of one export that gets this answer, and what the server is said to have answered.
fn answered(answer: &[u8]) -> (Failure, String) {
    let server = Server::answering_bytes(&[answer]);
    let error = exporter(&server.url).export(&named("one").spans(), LONG).unwrap_err();
    let text = error.to_string().replacen(&format!("{} answered ", server.host), "", 1);
    assert_eq!(server.span_names(), [["one"]]);
    (error.failure, text)
}

#[test]
fn four_statuses_say_that_it_may_be_tried_again() {
    for status in ["429 Too Many Requests", "502 Bad Gateway", "503 Service Unavailable", "504 Gateway Timeout"] {
        let (failure, text) = answered(&answer(status, "", b""));
        assert_eq!((failure, text.as_str()), (Failure::Unavailable { after: None }, status));
    }
}

#[test]
fn any_other_status_is_a_refusal() {
    for status in [
        "400 Bad Request",
        "401 Unauthorized",
        "404 Not Found",
        "408 Request Timeout",
        "413 Payload Too Large",
        "500 Internal Server Error",
        "501 Not Implemented",
    ] {
        assert_eq!(answered(&answer(status, "retry-after: 1\r\n", b"")), (Failure::Refused, status.to_owned()));
    }
}

#[test]
fn a_redirect_is_not_followed() {
    let elsewhere = TcpListener::bind("127.0.0.1:0").unwrap();
    elsewhere.set_nonblocking(true).unwrap();
    let location = format!("location: http://{}/\r\n", elsewhere.local_addr().unwrap());
    for status in ["301 Moved Permanently", "302 Found", "307 Temporary Redirect", "308 Permanent Redirect"] {
        let (failure, text) = answered(&answer(status, &location, b"<html>"));
        assert_eq!((failure, text), (Failure::Refused, format!("{status}: redirects are not followed")));
    }
    assert_eq!(elsewhere.accept().unwrap_err().kind(), std::io::ErrorKind::WouldBlock);
}

#[test]
fn the_pause_that_a_server_asks_for_is_told() {
    let (failure, _) = answered(&answer("429 Too Many Requests", "Retry-After: 7\r\n", b""));
    assert_eq!(failure, Failure::Unavailable { after: Some(Duration::from_secs(7)) });
    let (failure, _) = answered(&answer("503 Busy", "retry-after: soon\r\n", b""));
    assert_eq!(failure, Failure::Unavailable { after: None });
}

#[test]
fn a_pause_is_in_seconds_or_until_a_date() {
    // 2025-10-09T08:53:20Z
    let now = UNIX_EPOCH + Duration::from_secs(1_760_000_000);
    for (text, seconds) in [
        ("0", Some(0)),
        (" 120 ", Some(120)),
        ("Thu, 09 Oct 2025 08:54:00 GMT", Some(40)),
        ("Thu, 09 Oct 2025 08:53:20 GMT", Some(0)),
        ("Wed, 08 Oct 2025 08:54:00 GMT", Some(0)),
        ("18446744073709551615", Some(u64::MAX)),
        ("Fri, 10 Oct 2025 08:53:20 GMT", Some(86_400)),
        ("18446744073709551616", None),
        ("-1", None),
        ("1.5", None),
        ("2025-10-09T08:54:00Z", None),
        ("later", None),
        ("", None),
    ] {
        let headers = HeaderMap::from_iter([(header::RETRY_AFTER, HeaderValue::from_static(text))]);
        assert_eq!(pause(&headers, now), seconds.map(Duration::from_secs), "{text}");
    }
    assert_eq!(pause(&HeaderMap::new(), now), None);
}

#[test]
fn what_a_server_says_about_a_failed_status_is_quoted() {
    let (_, text) = answered(&answer("400 Bad Request", "content-type: text/plain\r\n", b" no\ttenant\r\n"));
    assert_eq!(text, "400 Bad Request: no tenant");
    let (_, text) = answered(UNAVAILABLE.as_bytes());
    assert_eq!(text, "503 Service Unavailable: busy");
    let (_, text) = answered(&answer("500 Oops", "", "\u{fc}\u{1b}[31m".repeat(5_000).as_bytes()));
    let shown: String = "\u{fc} [31m".chars().cycle().take(200).collect();
    assert_eq!(text, format!("500 Internal Server Error: {}", shown.trim_end()));
    let mut status = Vec::new();
    put_bytes(&mut status, 2, b"no such\ntenant");
    let (_, text) = answered(&answer("400 Bad Request", "content-type: application/x-protobuf\r\n", &status));
    assert_eq!(text, "400 Bad Request: no such tenant");
}

#[test]
fn a_header_that_a_server_repeats_is_masked() {
    let words = b"the token hush-hush-hush of tenant 7 is over: hush-hush-hush";
    let server = Server::answering_bytes(&[&answer("401 Unauthorized", "", words)]);
    let settings = settings(&server.url, &[("authorization", "Bearer hush-hush-hush"), ("x-tenant", "7")]);
    let mut exporter = OtlpExporter::new(settings, &Resource::default(), false).unwrap();
    let text = refused(exporter.export(&named("one").spans(), LONG));
    let masked = "the token ************** of tenant 7 is over: **************";
    assert_eq!(text, format!("{} answered 401 Unauthorized: {masked}", server.host));
}

#[test]
fn a_failed_status_is_told_even_if_its_body_breaks_off() {
    let (failure, text) = answered(b"HTTP/1.1 429 Too Many\r\nretry-after: 3\r\ncontent-length: 10\r\n\r\nbroken");
    let after = Some(Duration::from_secs(3));
    assert_eq!((failure, text.as_str()), (Failure::Unavailable { after }, "429 Too Many Requests"));
}

#[test]
fn an_answer_that_is_no_http_or_breaks_off_is_a_failure() {
    for answer in ["220 mail ready\r\n", "HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nbroken"] {
        let (text, host) = error_from(answer);
        assert!(text.starts_with(&format!("the exchange with {host} failed: ")), "{text}");
    }
}

#[test]
fn rejected_spans_are_a_failure_with_their_number() {
    let server = Server::answering_bytes(&[&answer("200 OK", "", b"\x0a\x0a\x08\x02\x12\x06too\told")]);
    let error = exporter(&server.url).export(&named("one").spans(), LONG).unwrap_err();
    assert_eq!(error.failure, Failure::Partial { rejected: 2 });
    assert_eq!(error.to_string(), format!("{} rejected 2 spans: too ol", server.host));
}

#[test]
fn a_long_answer_is_not_read_to_its_end() {
    let size = 1 << 24;
    let long = format!("HTTP/1.1 200 OK\r\ncontent-length: {size}\r\n\r\n{}", "x".repeat(size));
    let server = Server::with_connections(&[&[&long], &[OK]]);
    let mut exporter = exporter(&server.url);
    exporter.export(&named("one").spans(), LONG).unwrap();
    exporter.export(&named("two").spans(), LONG).unwrap();
    drop(exporter);
    assert_eq!(server.span_names(), [["one"], ["two"]]);
}

#[test]
fn a_server_that_is_not_there_is_named() {
    let host = nobody();
    let text = unavailable(exporter(&format!("http://{host}/?key=hush")).export(&named("one").spans(), LONG));
    assert_eq!(text, format!("connection refused by {host}"));
}

#[test]
fn another_runtime_in_the_process_does_no_harm() {
    let server = Server::answering(&[OK]);
    let runtime = Builder::new_current_thread().build().unwrap();
    let exporter = runtime.block_on(async {
        let mut exporter = exporter(&server.url);
        let text = unavailable(exporter.export(&named("one").spans(), LONG));
        assert!(text.contains("async"), "{text}");
        let thread = thread::spawn(move || {
            exporter.export(&named("two").spans(), LONG).unwrap();
            exporter
        });
        thread.join().unwrap()
    });
    runtime.block_on(async move { drop(exporter) });
    assert_eq!(server.span_names(), [["two"]]);
}

#[test]
fn headers_that_belong_to_the_exporter_or_are_none_are_refused() {
    for (name, value) in [("Host", "hush"), ("x token", "hush"), ("x-token", "hush\n")] {
        let settings = settings("http://127.0.0.1:1/", &[("x-good", "hush"), (name, value)]);
        let text = OtlpExporter::new(settings, &Resource::default(), false).err().unwrap();
        assert!(text.starts_with("header 2: ") && !text.contains("hush"), "{text}");
    }
}

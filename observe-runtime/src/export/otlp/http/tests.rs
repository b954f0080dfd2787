//! Whole exports to small servers on the loopback interface.

mod server;

use super::super::{OtlpExporter, OtlpSettings, Signal};
use crate::config::Collector;
use crate::export::otlp::test_spans::named;
use crate::export::{ExportError, Exporter};
use crate::resource::Resource;
use server::{Server, span_names};
use std::io::Read;
use std::net::TcpListener;
use std::thread;
use std::time::Duration;
use tokio::runtime::Builder;

const OK: &str = "HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n";
const UNAVAILABLE: &str = "HTTP/1.1 503 Service Unavailable\r\ncontent-length: 4\r\n\r\nbusy";
/// The server closes instead of answering.
const NOTHING: &str = "";
/// Long enough for the slowest machine: no test waits for it.
const LONG: Duration = Duration::from_mins(1);

fn settings(url: &str, headers: &[(&str, &str)]) -> OtlpSettings {
    let headers = headers.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect();
    OtlpSettings { headers, ..OtlpSettings::new(&Collector::at(url), Signal::Traces).unwrap() }
}

fn exporter(url: &str) -> OtlpExporter {
    OtlpExporter::new(settings(url, &[]), &Resource::default(), false).unwrap()
}

fn error_text(result: Result<(), ExportError>) -> String {
    result.unwrap_err().to_string()
}

/// The error of one export that gets this answer.
fn error_from(answer: &str) -> (String, String) {
    let server = Server::answering(&[answer]);
    let text = error_text(exporter(&server.url).export(&named("one").spans(), LONG));
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
        concat!("user-agent: observe/", env!("CARGO_PKG_VERSION")),
        "x-token: hush",
        &host,
    ] {
        assert!(request.head.iter().any(|header| header == line), "no {line}");
    }
    assert_eq!(span_names(&request.body), ["one"]);
}

#[test]
fn an_empty_batch_is_not_sent() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    exporter(&url).export(&[], LONG).unwrap();
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

#[test]
fn a_failed_status_is_named() {
    let (text, host) = error_from(UNAVAILABLE);
    assert_eq!(text, format!("{host} answered 503 Service Unavailable"));
    let (text, host) = error_from("HTTP/1.1 429 Too Many\r\ncontent-length: 10\r\n\r\nbroken");
    assert_eq!(text, format!("{host} answered 429 Too Many Requests"));
    let (text, host) = error_from("HTTP/1.1 301 Moved\r\nlocation: http://x/\r\n\r\n");
    assert_eq!(text, format!("{host} answered 301 Moved Permanently"));
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
    let partial = "\x0a\x0a\x08\x02\x12\x06too\told";
    let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n", partial.len());
    let (text, host) = error_from(&format!("{head}{partial}"));
    assert_eq!(text, format!("{host} rejected 2 spans: too ol"));
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
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let host = listener.local_addr().unwrap();
    drop(listener);
    let text = error_text(exporter(&format!("http://{host}/?key=hush")).export(&named("one").spans(), LONG));
    assert_eq!(text, format!("connection refused by {host}"));
}

#[test]
fn a_server_that_never_answers_is_given_up() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let host = listener.local_addr().unwrap();
    let mut exporter = exporter(&format!("http://{host}/"));
    // Ends when the exporter closes the connection, which it must do by itself.
    let silent = thread::spawn(move || {
        let mut request = Vec::new();
        listener.accept().unwrap().0.read_to_end(&mut request).unwrap()
    });
    let text = error_text(exporter.export(&named("one").spans(), Duration::from_millis(200)));
    assert_eq!(text, format!("no answer from {host} within 200ms"));
    assert!(silent.join().unwrap() > 0);
}

#[test]
fn another_runtime_in_the_process_does_no_harm() {
    let server = Server::answering(&[OK]);
    let runtime = Builder::new_current_thread().build().unwrap();
    let exporter = runtime.block_on(async {
        let mut exporter = exporter(&server.url);
        let text = error_text(exporter.export(&named("one").spans(), LONG));
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

//! Calls to a server of HTTP/2, and what becomes of them.

use super::*;
use crate::config::{Collector, Protocol};
use crate::export::Exporter;
use crate::export::otlp::OtlpExporter;
use crate::export::otlp::sender::Sender;
use crate::export::otlp::test_servers::grpc::{Reply, Server};
use crate::export::otlp::test_servers::{
    LONG, SHORT, Talker, exporter_over, exporter_with, refused, span_names, unavailable,
};
use crate::export::otlp::test_spans::named;
use flate2::read::GzDecoder;
use h2::Reason;
use std::io::Read;

/// `UNAVAILABLE`, "over load", and a `RetryInfo` of 2.5 seconds.
const OVERLOAD: &str = "CA4SCW92ZXIgbG9hZBo2Cih0eXBlLmdvb2dsZWFwaXMuY29tL2dvb2dsZS5ycGMuUmV0cnlJbmZvEgoKCAgCEIDKte4B";

fn exporter(url: &str) -> OtlpExporter {
    exporter_over(Protocol::Grpc, url)
}

fn settings(url: &str, signal: Signal) -> OtlpSettings {
    let collector = Collector { protocol: Protocol::Grpc, ..Collector::at(url) };
    OtlpSettings::new(&collector, signal).unwrap()
}

/// The error of one call that gets this reply, and what the server is said to have answered.
fn answered(reply: Reply) -> (Failure, String) {
    let server = Server::answering(&[reply]);
    let error = exporter(&server.url).export(&named("one").spans(), LONG).unwrap_err();
    let text = error.to_string().replacen(&format!("{} answered ", server.host), "", 1);
    assert_eq!(server.span_names(), [["one"]]);
    (error.failure, text)
}

fn with_details(code: usize, details: &str) -> Reply {
    let details = ("grpc-status-details-bin", details.to_owned());
    Reply::Trailers(Vec::new(), vec![("grpc-status", code.to_string()), details])
}

#[test]
fn a_batch_is_a_call_with_its_headers() {
    let server = Server::answering(&[Reply::ok()]);
    let mut exporter = exporter_with(&server.url, |settings| {
        settings.protocol = Protocol::Grpc;
        settings.headers = vec![("X-Token".to_owned(), "hush".to_owned())];
    });
    exporter.export(&named("one").spans(), LONG).unwrap();
    drop(exporter);
    let host = server.host.clone();
    let [call] = <[_; 1]>::try_from(server.calls()).ok().unwrap();
    let uri = format!("http://{host}/opentelemetry.proto.collector.trace.v1.TraceService/Export");
    assert_eq!((call.head.method(), call.head.uri().to_string()), (&Method::POST, uri));
    let expected = [
        ("content-type", "application/grpc"),
        ("grpc-timeout", "60000m"),
        ("te", "trailers"),
        ("user-agent", concat!("observe-rust/", env!("CARGO_PKG_VERSION"))),
        ("x-token", "hush"),
    ];
    let mut headers: Vec<_> =
        call.head.headers().iter().map(|(name, value)| (name.as_str(), value.to_str().unwrap())).collect();
    headers.sort_unstable();
    assert_eq!(headers, expected);
    let length = u32::try_from(call.message.len()).unwrap().to_be_bytes();
    assert_eq!(call.frame, [0, length[0], length[1], length[2], length[3]]);
    assert_eq!(span_names(&call.message), ["one"]);
}

#[test]
fn every_signal_has_its_service() {
    for (signal, path) in [
        (Signal::Traces, "/opentelemetry.proto.collector.trace.v1.TraceService/Export"),
        (Signal::Metrics, "/opentelemetry.proto.collector.metrics.v1.MetricsService/Export"),
        (Signal::Logs, "/opentelemetry.proto.collector.logs.v1.LogsService/Export"),
    ] {
        let uri = Grpc::new(&settings("https://[::1]:4317/v1/traces?x=1", signal)).unwrap().uri;
        assert_eq!(uri.to_string(), format!("https://[::1]:4317{path}"));
    }
    let uri = Grpc::new(&settings("https://collector", Signal::Logs)).unwrap().uri;
    assert_eq!(uri.authority().unwrap().as_str(), "collector");
}

#[test]
fn headers_that_are_grpcs_own_are_refused() {
    for name in ["grpc-timeout", "GRPC-Encoding", "te", "Keep-Alive", "connection"] {
        let headers = vec![(name.to_owned(), "hush".to_owned())];
        let text = Grpc::new(&OtlpSettings { headers, ..settings("http://c:4317", Signal::Traces) }).err().unwrap();
        assert_eq!(text, format!("header 1: `{}` is set by the exporter", name.to_lowercase()));
    }
}

#[test]
fn a_compressed_call_says_so_and_is_whole() {
    let server = Server::answering(&[Reply::ok()]);
    let mut exporter = exporter_with(&server.url, |settings| {
        settings.protocol = Protocol::Grpc;
        settings.compression = Compression::Gzip;
    });
    exporter.export(&named("one").spans(), LONG).unwrap();
    drop(exporter);
    let [call] = <[_; 1]>::try_from(server.calls()).ok().unwrap();
    assert_eq!(call.head.headers()["grpc-encoding"], "gzip");
    assert!(!call.head.headers().contains_key("grpc-accept-encoding"));
    let [compressed, length @ ..] = call.frame;
    assert_eq!((compressed, u32::from_be_bytes(length) as usize), (1, call.message.len()));
    let mut message = Vec::new();
    GzDecoder::new(call.message.as_slice()).read_to_end(&mut message).unwrap();
    assert_eq!(span_names(&message), ["one"]);
}

#[test]
fn a_request_beyond_all_windows_arrives_whole() {
    let server = Server::answering(&[Reply::ok(), Reply::ok()]);
    let mut sender = Sender::new(settings(&server.url, Signal::Traces), "span").unwrap();
    let bytes: Vec<u8> = (0..=250).cycle().take(3_000_000).collect();
    for _ in 0..2 {
        sender.buffer().clone_from(&bytes);
        sender.send(LONG).unwrap();
    }
    drop(sender);
    let calls = server.calls();
    assert!(calls.len() == 2 && calls.iter().all(|call| call.message == bytes));
}

#[test]
fn some_statuses_say_that_it_may_be_tried_again() {
    for (code, name) in NAMES.iter().enumerate().skip(1) {
        let expected = match code {
            1 | 4 | 10 | 11 | 14 | 15 => Failure::Unavailable { after: None },
            _ => Failure::Refused,
        };
        assert_eq!(answered(Reply::failure(code, "")), (expected, (*name).to_owned()));
    }
    let (failure, text) = answered(Reply::failure(17, "no"));
    assert_eq!((failure, text.as_str()), (Failure::Refused, "a status that gRPC does not have: no"));
}

#[test]
fn the_pause_that_a_server_asks_for_is_told() {
    let after = Some(Duration::from_millis(2_500));
    for details in [OVERLOAD.to_owned(), format!("{OVERLOAD}=="), format!("{OVERLOAD}=")] {
        assert_eq!(answered(with_details(14, &details)), (Failure::Unavailable { after }, "UNAVAILABLE".to_owned()));
    }
    let exhausted = "RESOURCE_EXHAUSTED".to_owned();
    assert_eq!(answered(with_details(8, OVERLOAD)), (Failure::Unavailable { after }, exhausted.clone()));
    assert_eq!(answered(with_details(8, "no base64!")), (Failure::Refused, exhausted));
    // A refusal stays one, whatever stands beside it.
    assert_eq!(answered(with_details(3, OVERLOAD)).0, Failure::Refused);
}

#[test]
fn a_message_is_decoded_and_made_fit_for_a_line() {
    for (message, shown) in
        [("over%20load%0A%e2%82%ac", "over load €"), ("100% full", "100% full"), ("%1b[31m", " [31m")]
    {
        assert_eq!(answered(Reply::failure(14, message)).1, format!("UNAVAILABLE: {shown}"));
    }
    let (_, text) = answered(Reply::failure(3, &"x".repeat(5_000)));
    assert_eq!(text, format!("INVALID_ARGUMENT: {}", "x".repeat(200)));
}

#[test]
fn a_header_that_a_server_repeats_is_masked() {
    let server = Server::answering(&[Reply::failure(16, "hush%20no: hush-hush-hush")]);
    let mut exporter = exporter_with(&server.url, |settings| {
        settings.protocol = Protocol::Grpc;
        settings.headers = vec![("authorization".to_owned(), "Bearer hush-hush-hush".to_owned())];
    });
    let text = refused(exporter.export(&named("one").spans(), LONG));
    assert_eq!(text, format!("{} answered UNAUTHENTICATED: hush no: **************", server.host));
}

#[test]
fn rejected_spans_are_a_failure_with_their_number() {
    let server = Server::answering(&[Reply::message(b"\x0a\x0a\x08\x02\x12\x06too\told")]);
    let error = exporter(&server.url).export(&named("one").spans(), LONG).unwrap_err();
    assert_eq!(error.failure, Failure::Partial { rejected: 2 });
    assert_eq!(error.to_string(), format!("{} rejected 2 spans: too ol", server.host));
}

#[test]
fn a_message_that_cannot_be_read_tells_of_nothing() {
    for body in [&b""[..], b"\0\0", b"\0\0\0\0\x09abc", b"\x01\0\0\0\x02\x0a\0", b"\0\xff\xff\xff\xff"] {
        let server = Server::answering(&[Reply::Trailers(body.to_vec(), vec![("grpc-status", "0".to_owned())])]);
        exporter(&server.url).export(&named("one").spans(), LONG).unwrap();
    }
}

#[test]
fn without_a_status_that_of_http_counts() {
    let after = Some(Duration::from_secs(9));
    let busy = Reply::Headers(503, vec![("retry-after", "9".to_owned())]);
    assert_eq!(answered(busy), (Failure::Unavailable { after }, "503 Service Unavailable".to_owned()));
    let (failure, text) = answered(Reply::Headers(404, Vec::new()));
    assert_eq!((failure, text.as_str()), (Failure::Refused, "404 Not Found"));
    let (failure, text) = answered(Reply::Trailers(b"<html>".to_vec(), Vec::new()));
    assert_eq!((failure, text.as_str()), (Failure::Unavailable { after: None }, "without a gRPC status"));
    let odd = Reply::Headers(200, vec![("grpc-status", "fine".to_owned())]);
    assert_eq!(answered(odd).0, Failure::Unavailable { after: None });
}

#[test]
fn an_answer_that_breaks_off_may_be_tried_again() {
    for reply in [Reply::Broken(b"\0\0".to_vec()), Reply::Reset(Reason::INTERNAL_ERROR)] {
        let server = Server::answering(&[reply]);
        let text = unavailable(exporter(&server.url).export(&named("one").spans(), LONG));
        assert!(text.starts_with(&format!("the exchange with {} failed: ", server.host)), "{text}");
        assert_eq!(server.span_names(), [["one"]]);
    }
}

#[test]
fn a_server_may_answer_before_it_has_read_the_request() {
    let early = Reply::Early(200, vec![("grpc-status", "3".to_owned()), ("grpc-message", "too long".to_owned())]);
    let server = Server::answering(&[early]);
    let mut sender = Sender::new(settings(&server.url, Signal::Traces), "span").unwrap();
    sender.buffer().resize(3_000_000, 0);
    let text = refused(sender.send(LONG));
    assert_eq!(text, format!("{} answered INVALID_ARGUMENT: too long", server.host));
    drop(sender);
    assert_eq!(server.calls().len(), 1);
}

#[test]
fn a_long_answer_is_not_read_to_its_end() {
    let long = Reply::Trailers(vec![0; 1 << 20], vec![("grpc-status", "0".to_owned())]);
    let server = Server::with_connections(&[&[long], &[Reply::ok()]]);
    let mut exporter = exporter(&server.url);
    let text = unavailable(exporter.export(&named("one").spans(), LONG));
    assert_eq!(text, format!("{} answered without a gRPC status", server.host));
    exporter.export(&named("two").spans(), LONG).unwrap();
    drop(exporter);
    assert_eq!(server.span_names(), [["one"], ["two"]]);
}

#[test]
fn one_connection_carries_several_calls() {
    let replies = [Reply::ok(), Reply::failure(14, "busy"), Reply::Reset(Reason::CANCEL), Reply::ok()];
    let server = Server::with_connections(&[&replies[..3], &replies[3..]]);
    let mut exporter = exporter(&server.url);
    exporter.export(&named("one").spans(), LONG).unwrap();
    exporter.export(&named("two").spans(), LONG).unwrap_err();
    // After a call that broke off, it is another one.
    exporter.export(&named("three").spans(), LONG).unwrap_err();
    exporter.export(&named("four").spans(), LONG).unwrap();
    drop(exporter);
    assert_eq!(server.span_names(), [["one"], ["two"], ["three"], ["four"]]);
}

#[test]
fn a_connection_that_closed_or_goes_away_between_two_calls_is_replaced() {
    for end in [Server::close, Server::go_away] {
        let server = Server::with_connections(&[&[Reply::ok()], &[Reply::ok()]]);
        let mut exporter = exporter(&server.url);
        exporter.export(&named("one").spans(), LONG).unwrap();
        end(&server);
        exporter.export(&named("two").spans(), LONG).unwrap();
        drop(exporter);
        assert_eq!(server.span_names(), [["one"], ["two"]]);
    }
}

#[test]
fn a_call_that_a_kept_connection_did_not_take_goes_out_again() {
    for last in [
        Reply::Reset(Reason::REFUSED_STREAM),
        Reply::GoAway(Reason::NO_ERROR),
        Reply::GoAway(Reason::ENHANCE_YOUR_CALM),
    ] {
        let server = Server::with_connections(&[&[Reply::ok(), last], &[Reply::ok()]]);
        let mut exporter = exporter(&server.url);
        exporter.export(&named("one").spans(), LONG).unwrap();
        exporter.export(&named("two").spans(), LONG).unwrap();
        drop(exporter);
        assert_eq!(server.span_names(), [["one"], ["two"], ["two"]]);
    }
}

#[test]
fn a_connection_that_was_idle_for_too_long_is_replaced() {
    let server = Server::with_connections(&[&[Reply::ok()], &[Reply::ok()]]);
    let mut exporter = exporter(&server.url);
    exporter.sender.forget_idle();
    exporter.export(&named("one").spans(), LONG).unwrap();
    exporter.export(&named("two").spans(), LONG).unwrap();
    drop(exporter);
    assert_eq!(server.span_names(), [["one"], ["two"]]);
}

#[test]
fn a_new_connection_that_refuses_a_call_is_a_failure() {
    let server = Server::answering(&[Reply::Reset(Reason::REFUSED_STREAM)]);
    let text = unavailable(exporter(&server.url).export(&named("one").spans(), LONG));
    assert!(text.contains("refused stream"), "{text}");
}

#[test]
fn a_server_of_grpc_alone_is_not_taken_for_http() {
    // How such a server begins: its settings, unasked.
    let server = Talker::saying([b"\0\0\0\x04\0\0\0\0\0".as_slice()]);
    let mut exporter = exporter_with(&format!("http://{}/", server.host), |_| {});
    let text = unavailable(exporter.export(&named("one").spans(), LONG));
    drop(exporter);
    server.heard();
    assert!(text.ends_with("; what answers there speaks no HTTP/1"), "{text}");
}

#[test]
fn a_server_of_http1_alone_is_not_taken_for_grpc() {
    let server = Talker::saying([b"HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n".as_slice()]);
    let mut exporter = exporter(&format!("http://{}/", server.host));
    let text = unavailable(exporter.export(&named("one").spans(), LONG));
    drop(exporter);
    server.heard();
    assert!(text.ends_with("; what answers there speaks no HTTP/2"), "{text}");
}

#[test]
fn a_server_that_takes_the_connection_and_no_call_is_given_up() {
    // It agrees on HTTP/2 and says no more.
    let server = Talker::saying([b"\0\0\0\x04\0\0\0\0\0".as_slice(), b"\0\0\0\x04\x01\0\0\0\0".as_slice()]);
    let mut exporter = exporter(&format!("http://{}/", server.host));
    let text = unavailable(exporter.export(&named("one").spans(), SHORT));
    assert_eq!(text, format!("no answer from {} within 200ms", server.host));
    assert!(server.heard().starts_with(b"PRI * HTTP/2.0"));
}

#[test]
fn a_timeout_has_at_most_eight_digits() {
    for (timeout, text) in [
        (Duration::ZERO, "0m"),
        (Duration::from_secs(10), "10000m"),
        (Duration::from_millis(99_999_999), "99999999m"),
        (Duration::from_secs(100_000), "100000S"),
        (Duration::MAX, "99999999S"),
    ] {
        assert_eq!(timeout_value(timeout).unwrap(), text);
    }
}

#[test]
fn base64_is_read_with_and_without_padding() {
    for (text, bytes) in [
        ("", Some("")),
        ("Zg==", Some("f")),
        ("Zg", Some("f")),
        ("Zm8=", Some("fo")),
        ("Zm9vYmFy", Some("foobar")),
        ("fn5+fn9/", Some("~~~~\u{7f}\u{7f}")),
        ("Zm9v\n", None),
        ("Zm-v", None),
    ] {
        assert_eq!(from_base64(text.as_bytes()).as_deref(), bytes.map(str::as_bytes), "{text}");
    }
}

//! Servers that are not there, do not answer, or speak something else; over every protocol.

use crate::config::Protocol;
use crate::export::Exporter;
use crate::export::otlp::test_servers::certificates::Authority;
use crate::export::otlp::test_servers::http::Server;
use crate::export::otlp::test_servers::{
    LONG, PROTOCOLS, SHORT, Talker, exporter_over, exporter_with, nobody, unavailable,
};
use crate::export::otlp::test_spans::named;
use std::iter;
use std::time::Duration;

const OK: &str = "HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n";

#[test]
fn where_nobody_listens_somebody_may_later() {
    for protocol in PROTOCOLS {
        let host = nobody();
        let sent = exporter_over(*protocol, &format!("http://{host}/")).export(&named("one").spans(), LONG);
        assert_eq!(unavailable(sent), format!("connection refused by {host}"));
    }
}

#[test]
fn an_address_that_cannot_be_reached_may_be_later() {
    // A broadcast, over which there are no connections.
    let sent = exporter_with("http://255.255.255.255:4318/", |_| {}).export(&named("one").spans(), LONG);
    assert!(unavailable(sent).starts_with("cannot connect to 255.255.255.255:4318: "));
}

#[test]
fn a_server_that_says_nothing_is_given_up_and_left() {
    for protocol in PROTOCOLS {
        let server = Talker::saying([]);
        let mut exporter = exporter_over(*protocol, &format!("http://{}/", server.host));
        let text = unavailable(exporter.export(&named("one").spans(), SHORT));
        assert_eq!(text, format!("no answer from {} within 200ms", server.host));
        // Ends because the exporter, which is still there, has closed the connection.
        assert!(!server.heard().is_empty());
    }
}

#[test]
fn an_answer_may_come_byte_by_byte() {
    let server = Talker::saying(OK.as_bytes().chunks(1));
    exporter_with(&format!("http://{}/", server.host), |_| {}).export(&named("one").spans(), LONG).unwrap();
    assert!(!server.heard().is_empty());
}

#[test]
fn an_answer_without_an_end_is_given_up() {
    let begin: &[u8] = b"HTTP/1.1 200 OK\r\ncontent-length: 1000000000\r\n";
    let server = Talker::saying(iter::once(begin).chain(iter::repeat_with(|| {
        std::thread::sleep(Duration::from_millis(1));
        b"x-more: 1\r\n".as_slice()
    })));
    let sent = exporter_with(&format!("http://{}/", server.host), |_| {}).export(&named("one").spans(), SHORT);
    let text = unavailable(sent);
    assert!(text.starts_with(&format!("no answer from {} within", server.host)), "{text}");
    server.heard();
}

#[test]
fn what_speaks_something_else_may_make_way_for_a_collector() {
    for protocol in PROTOCOLS {
        let server = Talker::saying([b"220 mail.example.com ESMTP ready\r\n".as_slice()]);
        let mut exporter = exporter_over(*protocol, &format!("http://{}/", server.host));
        let text = unavailable(exporter.export(&named("one").spans(), LONG));
        drop(exporter);
        server.heard();
        let version = if *protocol == Protocol::HttpProtobuf { "HTTP/1" } else { "HTTP/2" };
        assert!(text.ends_with(&format!("; what answers there speaks no {version}")), "{text}");
    }
}

#[test]
fn tls_with_a_server_that_has_none_fails() {
    for protocol in PROTOCOLS {
        let server = Talker::saying([b"HTTP/1.1 400 Bad Request\r\n\r\n".as_slice()]);
        let authority = Authority::new();
        let mut exporter = exporter_with(&format!("https://{}/", server.host), |settings| {
            settings.protocol = *protocol;
            settings.tls.certificate = Some(authority.certificate());
        });
        let text = unavailable(exporter.export(&named("one").spans(), LONG));
        assert!(text.starts_with(&format!("no TLS with {}: ", server.host)), "{text}");
        drop(exporter);
        // A hello of TLS, and nothing of the request.
        assert_eq!(server.heard()[0], 0x16);
    }
}

#[test]
fn a_server_of_tls_that_is_spoken_to_in_plain_gets_no_further() {
    for protocol in PROTOCOLS {
        let server = Server::encrypted(Authority::new().server("localhost", None), &[OK]);
        let mut exporter = exporter_over(*protocol, &server.url.replace("https", "http"));
        let text = unavailable(exporter.export(&named("one").spans(), LONG));
        assert!(text.starts_with(&format!("the exchange with {} failed: ", server.host)), "{text}");
        drop(exporter);
        assert!(server.received().is_empty());
    }
}

#[test]
fn a_connection_that_was_idle_for_too_long_is_replaced() {
    // The first connection would go on, with a refusal.
    let server = Server::with_connections(&[&[OK, "HTTP/1.1 400 Bad\r\ncontent-length: 0\r\n\r\n"], &[OK]]);
    let mut exporter = exporter_with(&server.url, |_| {});
    exporter.sender.forget_idle();
    exporter.export(&named("one").spans(), LONG).unwrap();
    exporter.export(&named("two").spans(), LONG).unwrap();
    drop(exporter);
    assert_eq!(server.span_names(), [["one"], ["two"]]);
}

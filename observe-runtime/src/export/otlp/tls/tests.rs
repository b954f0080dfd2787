//! Servers that are trusted and such that are not, and the files that this stands in.

use super::*;
use crate::export::Exporter;
use crate::export::otlp::test_servers::certificates::Authority;
use crate::export::otlp::test_servers::http::Server;
use crate::export::otlp::test_servers::{LONG, exporter_with, unavailable};
use crate::export::otlp::test_spans::named;
use std::path::PathBuf;

const OK: &str = "HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n";

/// The files of a client that trusts this authority and shows nothing.
fn trusting(authority: &Authority) -> TlsFiles {
    TlsFiles { certificate: Some(authority.certificate()), ..TlsFiles::default() }
}

/// The same with a certificate that another authority made.
fn showing(trusted: &Authority, own: &Authority) -> TlsFiles {
    let (certificate, key) = own.client();
    TlsFiles { client_certificate: Some(certificate), client_key: Some(key), ..trusting(trusted) }
}

/// One export to this server, which is called `localhost`; what arrived at it.
fn export(config: Arc<tokio_rustls::rustls::ServerConfig>, files: TlsFiles) -> (Result<(), String>, usize) {
    let server = Server::encrypted(config, &[OK]);
    let url = server.url.replace("127.0.0.1", "localhost");
    let mut exporter = exporter_with(&url, |settings| settings.tls = files);
    let sent = exporter.export(&named("one").spans(), LONG);
    drop(exporter);
    let sent = if sent.is_ok() { Ok(()) } else { Err(unavailable(sent)) };
    (sent, server.received().len())
}

#[test]
fn a_server_of_a_trusted_authority_gets_the_spans() {
    let authority = Authority::new();
    assert_eq!(export(authority.server("localhost", None), trusting(&authority)), (Ok(()), 1));
}

#[test]
fn an_address_may_stand_in_a_certificate_too() {
    let authority = Authority::new();
    let server = Server::encrypted(authority.server("127.0.0.1", None), &[OK]);
    exporter_with(&server.url, |settings| settings.tls = trusting(&authority))
        .export(&named("one").spans(), LONG)
        .unwrap();
    assert_eq!(server.span_names(), [["one"]]);
}

#[test]
fn a_server_of_another_authority_gets_nothing() {
    let (theirs, ours) = (Authority::new(), Authority::new());
    let (sent, received) = export(theirs.server("localhost", None), trusting(&ours));
    assert!(sent.unwrap_err().starts_with("no TLS with localhost:"));
    assert_eq!(received, 0);
}

#[test]
fn a_server_of_another_name_gets_nothing() {
    let authority = Authority::new();
    let (sent, received) = export(authority.server("example.com", None), trusting(&authority));
    let text = sent.unwrap_err();
    assert!(text.starts_with("no TLS with localhost:") && text.contains("example.com"), "{text}");
    assert_eq!(received, 0);
}

#[test]
fn a_server_that_wants_to_see_a_certificate_sees_it() {
    let (theirs, ours) = (Authority::new(), Authority::new());
    assert_eq!(export(theirs.server("localhost", Some(&ours)), showing(&theirs, &ours)), (Ok(()), 1));
}

#[test]
fn a_server_that_sees_no_certificate_or_a_wrong_one_takes_nothing() {
    let (theirs, ours) = (Authority::new(), Authority::new());
    for files in [trusting(&theirs), showing(&theirs, &theirs)] {
        let (sent, received) = export(theirs.server("localhost", Some(&ours)), files);
        // The server's reason, or that it closed, whichever comes first.
        let text = sent.unwrap_err();
        assert!(text.starts_with("the exchange with localhost:"), "{text}");
        assert_eq!(received, 0);
    }
}

/// Why there is no TLS with these files.
fn refusal(files: &TlsFiles) -> String {
    let endpoint = Endpoint::parse("https://localhost/").unwrap();
    Tls::new(&endpoint, files, Protocol::HttpProtobuf).err().unwrap()
}

#[test]
fn a_file_that_is_no_good_is_named_and_not_shown() {
    let authority = Authority::new();
    let (certificate, key) = authority.client();
    let other = Authority::new();
    let (_, other_key) = other.client();
    let files = |client_certificate: &PathBuf, client_key: &PathBuf| TlsFiles {
        client_certificate: Some(client_certificate.clone()),
        client_key: Some(client_key.clone()),
        ..trusting(&authority)
    };
    let missing = authority.directory().join("missing.pem");
    let text = authority.file("text.pem", "hush");
    let locked = authority
        .file("locked.key", "-----BEGIN ENCRYPTED PRIVATE KEY-----\naHVzaA==\n-----END ENCRYPTED PRIVATE KEY-----\n");
    let begun = authority.file("begun.key", "-----BEGIN PRIVATE KEY-----\nhush");
    let unlabelled = authority.file("unlabelled.key", "-----BEGIN hush\n");
    let damaged = authority.file("damaged.key", "-----BEGIN PRIVATE KEY-----\nhush!hush\n-----END PRIVATE KEY-----\n");
    let nonsense = authority.file("nonsense.pem", "-----BEGIN CERTIFICATE-----\naHVzaA==\n-----END CERTIFICATE-----\n");
    let roots = |path: &PathBuf| TlsFiles { certificate: Some(path.clone()), ..TlsFiles::default() };
    for (files, path, words) in [
        (roots(&missing), &missing, "trusted certificate"),
        (roots(&authority.directory().to_owned()), &authority.directory().to_owned(), "trusted certificate"),
        (roots(&text), &text, "trusted certificate"),
        (roots(&key), &key, "trusted certificate"),
        (roots(&nonsense), &nonsense, "can't be used"),
        (files(&missing, &key), &missing, "client certificate"),
        (files(&certificate, &missing), &missing, "client key"),
        (files(&certificate, &text), &text, "client key"),
        (files(&certificate, &locked), &locked, "without a password"),
        (files(&certificate, &begun), &begun, "damaged"),
        (files(&certificate, &unlabelled), &unlabelled, "damaged"),
        (files(&certificate, &damaged), &damaged, "damaged"),
        (files(&certificate, &certificate), &certificate, "client key"),
        (files(&certificate, &other_key), &other_key, "no good"),
        (files(&nonsense, &key), &nonsense, "no good"),
    ] {
        let refusal = refusal(&files);
        assert!(refusal.contains(&format!("`{}`", path.display())) && refusal.contains(words), "{refusal}");
        for secret in ["hush", "aHVz", "104, 117"] {
            assert!(!refusal.contains(secret), "{refusal}");
        }
    }
}

#[test]
fn a_certificate_without_its_key_is_refused_and_the_reverse() {
    let (certificate, key) = Authority::new().client();
    let without_key = TlsFiles { client_certificate: Some(certificate), ..TlsFiles::default() };
    assert!(refusal(&without_key).ends_with("client.pem` is named without its key"));
    let without_certificate = TlsFiles { client_key: Some(key), ..TlsFiles::default() };
    assert!(refusal(&without_certificate).ends_with("client.key` is named without its certificate"));
}

#[cfg(feature = "otlp-grpc")]
#[test]
fn grpc_agrees_on_http2() {
    use crate::export::otlp::test_servers::grpc::{Reply, Server};
    let authority = Authority::new();
    let server = Server::encrypted(authority.server("127.0.0.1", None), &[Reply::ok()]);
    let mut exporter = exporter_with(&server.url, |settings| {
        settings.protocol = Protocol::Grpc;
        settings.tls = trusting(&authority);
    });
    exporter.export(&named("one").spans(), LONG).unwrap();
    drop(exporter);
    let [call] = <[_; 1]>::try_from(server.calls()).ok().unwrap();
    assert_eq!(call.alpn.as_deref(), Some(b"h2".as_slice()));
    assert_eq!(call.head.uri().scheme_str(), Some("https"));
}

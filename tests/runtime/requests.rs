//! The axum layer and server, over real connections on loopback.

#![allow(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]
#![expect(clippy::float_cmp, reason = "counts are whole numbers, and exact")]

use axum::routing::{get, post};
use axum::{Extension, Router, extract::Path};
use observe::axum::RequestId;
use observe::testing::{self, Capture};
use observe::{AttributeValue, SpanKind, Status, traced};
use std::future::pending;
use std::net::SocketAddr;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

#[traced]
async fn greet(Path(name): Path<String>) -> String {
    tracing::info!("greets");
    format!("hello {}", name.len())
}

async fn panics() -> &'static str {
    panic!("boom for a@b.example")
}

/// Serves on this thread, so that the capture sees it.
async fn start() -> SocketAddr {
    let app = Router::new()
        .route("/hello/{name}", get(greet))
        .route("/id", get(|Extension(id): Extension<RequestId>| async move { id.as_str().to_owned() }))
        .route("/fails", get(|| async { axum::http::StatusCode::BAD_GATEWAY }))
        .route("/panics", get(panics))
        .route(
            "/hangs",
            post(|| async {
                tracing::info!("hangs");
                pending::<()>().await;
            }),
        )
        .route("/metrics", get(|| async { "the app's own" }))
        .layer(observe::axum::layer());
    let server = observe::axum::bind("127.0.0.1:0").await.unwrap();
    let address = server.address();
    tokio::spawn(server.serve(app));
    address
}

async fn send(address: SocketAddr, head: &str) -> String {
    let mut stream = TcpStream::connect(address).await.unwrap();
    let request = format!("{head}\r\nhost: test\r\nconnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    answer
}

fn text(text: &str) -> AttributeValue {
    AttributeValue::Text(text.to_owned().into())
}

fn requests(capture: &Capture, method: &str, endpoint: &str, status: &str) -> f64 {
    capture.metric("http_requests_total", &[("method", method), ("endpoint", endpoint), ("status", status)])
}

/// One test, because the request metrics belong to the process.
#[tokio::test]
async fn requests_are_spans_metrics_and_lines() {
    let capture = testing::capture();
    let address = start().await;

    // Row BB-L4: of all this, only the request's id is recorded.
    let head = "GET /hello/jane%40example.org?token=k3J9&q=hunter2 HTTP/1.1\r\nx-request-id: r-1\r\n\
                authorization: Bearer k3J9\r\ncookie: sid=k3J9; theme=duskish\r\nx-api-key: k3J9\r\n\
                proxy-authorization: Basic k3J9\r\nreferer: https://a.example/?token=k3J9\r\nuser-agent: duskish/1";
    let answer = send(address, head).await;
    assert!(answer.starts_with("HTTP/1.1 200") && answer.contains("\r\nx-request-id: r-1\r\n"), "{answer}");
    let span = capture.span("GET /hello/{name}");
    assert_eq!((span.kind, span.parent_id, &span.status), (SpanKind::Server, None, &Status::Unset));
    assert_eq!(span.attribute("http.request.method"), Some(&text("GET")));
    assert_eq!(span.attribute("http.route"), Some(&text("/hello/{name}")));
    assert_eq!(span.attribute("http.response.status_code"), Some(&AttributeValue::U64(200)));
    assert_eq!(span.attribute("request_id"), Some(&text("r-1")));
    assert_eq!(span.attribute("client.address"), Some(&text("127.0.0.x")));
    assert!(span.attribute("url.path").is_none() && span.attribute("url.query").is_none(), "{span:?}");
    let inner = capture.span("greet");
    assert_eq!((inner.trace_id, inner.parent_id), (span.trace_id, Some(span.span_id)));
    for message in ["greets", "request done"] {
        let lines = capture.log_lines();
        let line = lines.iter().find(|line| line.contains(message)).unwrap();
        assert!(line.contains("\"request_id\":\"r-1\"") && line.contains(&span.trace_id.to_string()), "{line}");
        assert!(line.contains("\"client\":\"127.0.0.x\""), "{line}");
    }
    assert_eq!(requests(&capture, "GET", "/hello/{name}", "200"), 1.0);
    assert_eq!(capture.metric("http_request_duration_seconds_count", &[("endpoint", "/hello/{name}")]), 1.0);

    // Ids that are no plain words get a new one, which the handler sees too.
    let answer = send(address, "GET /id HTTP/1.1\r\nx-request-id: a@b.example").await;
    let id = answer.lines().find_map(|line| line.strip_prefix("x-request-id: ")).unwrap();
    assert_eq!(id.len(), 32);
    assert!(answer.ends_with(id), "{answer}");

    // A server's own errors are errors, a client's are not.
    send(address, "GET /fails HTTP/1.1").await;
    let span = capture.span("GET /fails");
    assert!(matches!(span.status, Status::Error(_)));
    assert_eq!(span.attribute("error.type"), Some(&text("502")));
    send(address, "POST /hello/x HTTP/1.1").await;
    assert_eq!(capture.span("POST /hello/{name}").status, Status::Unset);
    assert_eq!(requests(&capture, "POST", "/hello/{name}", "405"), 1.0);

    // A scanner adds one series, whatever it asks for and however.
    for number in 0..50 {
        send(address, &format!("GET /admin/{number}.php HTTP/1.1")).await;
        send(address, &format!("BREW{number} /pot HTTP/1.1")).await;
    }
    assert_eq!(requests(&capture, "GET", "unmatched", "404"), 50.0);
    assert_eq!(requests(&capture, "OTHER", "unmatched", "404"), 50.0);

    // A panic ends the connection, and is counted.
    assert_eq!(send(address, "GET /panics HTTP/1.1").await, "");
    assert_eq!(capture.span("GET /panics").attribute("outcome"), Some(&text("panicked")));
    assert_eq!(requests(&capture, "GET", "/panics", "500"), 1.0);

    // So is a client that goes away.
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(b"POST /hangs HTTP/1.1\r\nhost: test\r\ncontent-length: 0\r\n\r\n").await.unwrap();
    while !capture.log_lines().concat().contains("\"hangs\"") {
        tokio::task::yield_now().await;
    }
    drop(stream);
    while requests(&capture, "POST", "/hangs", "499") < 1.0 {
        tokio::task::yield_now().await;
    }
    assert_eq!(capture.span("POST /hangs").attribute("outcome"), Some(&text("cancelled")));

    // The server's own routes win, and are neither traced nor counted.
    let spans = capture.spans().len();
    let answer = send(address, "GET /metrics HTTP/1.1").await;
    assert!(answer.contains("content-type: text/plain; version=0.0.4; charset=utf-8"), "{answer}");
    assert!(answer.contains("# TYPE http_requests_total counter"), "{answer}");
    let answer = send(address, "GET /health/live HTTP/1.1").await;
    assert!(answer.ends_with(r#"{"status":"alive"}"#), "{answer}");
    assert_eq!(capture.spans().len(), spans);

    let everything = format!("{:?}{:?}{}", capture.spans(), capture.log_lines(), observe::exposition());
    for secret in ["jane", "k3J9", "hunter2", "duskish", "a.example", "a@b.example", ".php", "BREW"] {
        assert!(!everything.contains(secret), "{secret}: {everything}");
    }
}

#[tokio::test]
async fn a_taken_port_says_which() {
    let server = observe::axum::bind("127.0.0.1:0").await.unwrap();
    let address = server.address().to_string();
    let error = observe::axum::bind(&address).await.unwrap_err();
    assert_eq!(
        format!("{error:?}"),
        format!("{address} is in use by another program; stop it, or choose another port")
    );
    let error = observe::axum::serve(Router::new(), "nonsense").await.unwrap_err();
    assert!(error.to_string().starts_with("nonsense can't be listened on"), "{error}");
}

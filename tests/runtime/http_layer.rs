//! The layer around routers of axum, asked over connections on loopback.

#![allow(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]
#![expect(clippy::float_cmp, reason = "counts are whole numbers, and exact")]

use axum::body::{Body, Bytes};
use axum::http::{Request, Response, StatusCode};
use axum::routing::{get, post};
use axum::{Router, extract::Path};
use futures_util::stream::{self, StreamExt as _};
use observe::testing::{self, Capture};
use observe::{AttributeValue, SpanRecord, Status};
use std::convert::Infallible;
use std::net::SocketAddr;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tower::{Layer as _, ServiceExt as _};

/// Serves on this thread, so that a capture sees it.
async fn serve(app: Router) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, app).await });
    address
}

async fn send(address: SocketAddr, head: &str, body: &str) -> String {
    let mut stream = TcpStream::connect(address).await.unwrap();
    let length = body.len();
    let request = format!("{head} HTTP/1.1\r\nhost: a\r\nconnection: close\r\ncontent-length: {length}\r\n\r\n{body}");
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    // A connection that breaks off has sent what it has sent.
    let _ = stream.read_to_end(&mut answer).await;
    String::from_utf8(answer).unwrap()
}

async fn wait_for(mut is_so: impl FnMut() -> bool) {
    while !is_so() {
        tokio::task::yield_now().await;
    }
}

fn counted(capture: &Capture, endpoint: &str, status: &str) -> f64 {
    capture.metric("http_requests_total", &[("endpoint", endpoint), ("status", status)])
}

fn under_way(endpoint: &str) -> f64 {
    let wanted = format!("endpoint=\"{endpoint}\"");
    let text = observe::exposition();
    let lines = text.lines().filter(|line| line.starts_with("http_requests_in_progress{") && line.contains(&wanted));
    lines.map(|line| line.rsplit_once(' ').unwrap().1.parse::<f64>().unwrap()).sum()
}

/// An attribute as a text; empty where there is none.
fn shown(span: &SpanRecord, name: &str) -> String {
    span.attribute(name).map(ToString::to_string).unwrap_or_default()
}

/// Three chunks, each once the one before has been taken, and a line out of the middle.
fn chunks() -> Body {
    Body::from_stream(stream::iter(0..3).map(|number| {
        tracing::info!("chunk {number}");
        Ok::<_, Infallible>(Bytes::from_static(b"12345"))
    }))
}

#[test]
fn families_are_described_before_the_first_request() {
    let _layer = observe::axum::layer();
    let text = observe::exposition();
    for (name, kind) in [
        ("http_requests_total", "counter"),
        ("http_request_duration_seconds", "histogram"),
        ("http_requests_in_progress", "gauge"),
        ("http_request_size_bytes", "histogram"),
        ("http_response_size_bytes", "histogram"),
        ("errors_total", "counter"),
    ] {
        assert!(text.contains(&format!("# HELP {name} ")), "{name}: {text}");
        assert!(text.contains(&format!("# TYPE {name} {kind}\n")), "{name}: {text}");
    }
    assert!(!text.contains("http_server_"), "{text}");
}

#[tokio::test]
async fn a_request_has_a_line_when_it_starts_and_one_when_it_ends() {
    let capture = testing::capture();
    let handler = || async {
        observe::current_span().set_user("u-17");
        "hello"
    };
    let address = serve(Router::new().route("/lines/{id}", get(handler)).layer(observe::axum::layer())).await;
    send(address, "GET /lines/jane", "").await;
    let lines = capture.log_lines();
    let lines = lines.iter().filter(|line| line.contains("observe::http"));
    let lines: Vec<serde_json::Value> = lines.map(|line| serde_json::from_str(line).unwrap()).collect();
    let messages: Vec<_> = lines.iter().map(|line| line["message"].as_str().unwrap()).collect();
    assert_eq!(messages, ["request started", "request done"]);
    for line in &lines {
        assert_eq!((&line["method"], &line["route"]), (&"GET".into(), &"/lines/{id}".into()));
        assert_eq!(line["request_id"], lines[0]["request_id"]);
        assert_eq!(line["request_id"].as_str().unwrap().len(), 32);
    }
    assert_eq!(lines[1]["status"], 200);
    assert!(lines[1]["duration_ms"].as_f64().unwrap() > 0.0, "{lines:?}");
    assert_eq!(lines[1]["user"].as_str(), Some(&*observe::pseudonym("u-17")));
    let span = capture.span("GET /lines/{id}");
    let is_line = |name: &str| name.starts_with("request ");
    assert!(span.events.iter().all(|event| !is_line(&event.name)), "the span says it all without: {span:?}");
    assert_eq!(shown(&span, "user.hash"), observe::pseudonym("u-17"));
    assert_eq!(shown(&span, "url.scheme"), "http");
    assert_eq!(shown(&span, "network.protocol.version"), "1.1");
}

#[tokio::test]
async fn a_stream_is_measured_to_its_end() {
    let capture = testing::capture();
    let app = Router::new().route("/stream", post(|_: String| async { chunks() })).layer(observe::axum::layer());
    let address = serve(app).await;
    let answer = send(address, "POST /stream", "seven b").await;
    assert!(answer.contains("12345"), "{answer}");
    wait_for(|| counted(&capture, "/stream", "200") == 1.0).await;
    let labels = [("method", "POST"), ("endpoint", "/stream")];
    assert_eq!(capture.metric("http_response_size_bytes_sum", &labels), 15.0);
    assert_eq!(capture.metric("http_request_size_bytes_sum", &labels), 7.0);
    assert_eq!(under_way("/stream"), 0.0);
    // What happens while the body is sent belongs to the request, and its last line is the last.
    let lines = capture.log_lines();
    assert!(lines.last().unwrap().contains("request done"), "{lines:?}");
    let trace = capture.span("POST /stream").trace_id.to_string();
    assert_eq!(lines.iter().filter(|line| line.contains("chunk ") && line.contains(&trace)).count(), 3, "{lines:?}");
}

#[tokio::test]
async fn a_client_that_leaves_in_the_middle_of_a_stream_is_no_error() {
    let capture = testing::capture();
    let endless =
        || async { Body::from_stream(stream::repeat_with(|| Ok::<_, Infallible>(Bytes::from_static(&[b'x'; 4096])))) };
    let address = serve(Router::new().route("/endless", get(endless)).layer(observe::axum::layer())).await;
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(b"GET /endless HTTP/1.1\r\nhost: a\r\n\r\n").await.unwrap();
    let mut some = [0; 100];
    stream.read_exact(&mut some).await.unwrap();
    assert_eq!(under_way("/endless"), 1.0);
    drop(stream);
    wait_for(|| counted(&capture, "/endless", "499") == 1.0).await;
    assert_eq!(under_way("/endless"), 0.0);
    let span = capture.span("GET /endless");
    assert_eq!((shown(&span, "outcome"), &span.status), ("cancelled".to_owned(), &Status::Unset));
    assert_eq!(span.attribute("http.response.status_code"), Some(&AttributeValue::U64(200)));
    assert_eq!(capture.metric("errors_total", &[("endpoint", "/endless")]), 0.0);
}

#[tokio::test]
async fn a_body_that_fails_or_panics_is_an_error() {
    let capture = testing::capture();
    let broken = || async {
        Body::from_stream(stream::iter([Ok(Bytes::from_static(b"a")), Err(std::io::Error::other("disk"))]))
    };
    let panics = || async {
        Body::from_stream(stream::iter([1]).map(|_| -> Result<Bytes, Infallible> { panic!("in the body") }))
    };
    let app = Router::new().route("/broken", get(broken)).route("/body-panics", get(panics));
    let address = serve(app.layer(observe::axum::layer())).await;
    for (endpoint, error, outcome) in [("/broken", "response_body", "error"), ("/body-panics", "panic", "panicked")] {
        send(address, &format!("GET {endpoint}"), "").await;
        wait_for(|| counted(&capture, endpoint, "500") == 1.0).await;
        let span = capture.span(&format!("GET {endpoint}"));
        assert_eq!(shown(&span, "error.type"), error);
        assert_eq!(shown(&span, "outcome"), outcome);
        assert!(matches!(span.status, Status::Error(_)), "{span:?}");
        assert_eq!(capture.metric("errors_total", &[("error_type", error), ("endpoint", endpoint)]), 1.0);
        assert_eq!(under_way(endpoint), 0.0);
    }
}

#[tokio::test]
async fn answers_without_a_body_are_complete() {
    let capture = testing::capture();
    let app = Router::new()
        .route("/head", get(chunks_now))
        .route("/nothing", get(|| async { StatusCode::NO_CONTENT }))
        .route("/fails", get(|| async { StatusCode::SERVICE_UNAVAILABLE }));
    let address = serve(app.layer(observe::axum::layer())).await;
    for (head, endpoint, status) in
        [("HEAD /head", "/head", "200"), ("GET /nothing", "/nothing", "204"), ("GET /fails", "/fails", "503")]
    {
        send(address, head, "").await;
        wait_for(|| counted(&capture, endpoint, status) == 1.0).await;
    }
    assert_eq!(capture.metric("errors_total", &[("error_type", "503"), ("endpoint", "/fails")]), 1.0);
    assert_eq!(capture.metric("errors_total", &[("endpoint", "/nothing")]), 0.0);
}

async fn chunks_now() -> Body {
    chunks()
}

/// hyper stops asking for a body once it has sent all that was promised.
#[tokio::test]
async fn a_body_of_a_promised_length_is_complete_with_its_last_byte() {
    let capture = testing::capture();
    let promised = || async { Response::builder().header("content-length", "15").body(chunks()).unwrap() };
    let address = serve(Router::new().route("/promised", get(promised)).layer(observe::axum::layer())).await;
    let answer = send(address, "GET /promised", "").await;
    assert!(answer.ends_with("\r\n\r\n123451234512345"), "{answer}");
    wait_for(|| counted(&capture, "/promised", "200") == 1.0).await;
}

#[tokio::test]
async fn layers_inside_of_layers_count_once_and_the_outer_one_learns_the_route() {
    let capture = testing::capture();
    let inner = Router::new().route("/nested/{id}", get(|Path(id): Path<u64>| async move { id.to_string() }));
    // Around a whole router, where no route is known yet.
    let app = observe::axum::layer().layer(inner.layer(observe::axum::layer()));
    let request = Request::get("/nested/7").body(Body::empty()).unwrap();
    let response = app.oneshot(request).await.unwrap();
    assert_eq!(&axum::body::to_bytes(Body::new(response.into_body()), 10).await.unwrap()[..], b"7");
    assert_eq!(counted(&capture, "/nested/{id}", "200"), 1.0);
    assert_eq!(capture.metric("http_requests_total", &[("endpoint", "unmatched"), ("status", "200")]), 0.0);
    assert_eq!(capture.spans().len(), 1);
    assert_eq!(shown(&capture.span("GET /nested/{id}"), "http.route"), "/nested/{id}");
}

/// Reads and writes on the connection itself, as a WebSocket does.
#[tokio::test]
async fn an_upgraded_connection_is_left_alone() {
    let capture = testing::capture();
    let upgrade = |mut request: Request<Body>| async move {
        let upgraded = hyper::upgrade::on(&mut request);
        tokio::spawn(async move {
            let mut connection = hyper_util::rt::TokioIo::new(upgraded.await.unwrap());
            let mut word = [0; 4];
            connection.read_exact(&mut word).await.unwrap();
            connection.write_all(&word).await.unwrap();
        });
        let answer = Response::builder().status(101).header("connection", "upgrade").header("upgrade", "echo");
        answer.body(Body::empty()).unwrap()
    };
    let address = serve(Router::new().route("/upgrade", get(upgrade)).layer(observe::axum::layer())).await;
    let mut stream = TcpStream::connect(address).await.unwrap();
    let head = b"GET /upgrade HTTP/1.1\r\nhost: a\r\nconnection: upgrade\r\nupgrade: echo\r\n\r\n";
    stream.write_all(head).await.unwrap();
    wait_for(|| counted(&capture, "/upgrade", "101") == 1.0).await;
    stream.write_all(b"ping").await.unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.unwrap();
    assert!(answer.ends_with(b"\r\n\r\nping"), "{}", String::from_utf8_lossy(&answer));
}

#[tokio::test]
async fn what_machines_ask_for_has_no_span_and_no_line() {
    let capture = testing::capture();
    let answer = || async { "fine" };
    let app = Router::new().route("/healthz", get(answer)).route("/observe/live", get(answer));
    let address = serve(app.layer(observe::axum::layer())).await;
    for path in ["/healthz", "/observe/live"] {
        send(address, &format!("GET {path}"), "").await;
        wait_for(|| counted(&capture, path, "200") == 1.0).await;
    }
    assert!(capture.spans().is_empty() && capture.log_lines().is_empty(), "{capture:?}");
}

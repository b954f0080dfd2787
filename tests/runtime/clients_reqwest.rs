//! Requests of reqwest: their spans, their numbers, their headers, and nothing of what they send.

#![expect(clippy::float_cmp, reason = "counts are whole numbers, and exact")]
#![allow(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::Request;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::{any, get, post};
use futures_util::{StreamExt as _, stream};
use observe::reqwest::UrlTemplate;
use observe::testing::{self, Capture};
use observe::{AttributeValue, SpanKind, SpanRecord, Status, traced};
use std::net::SocketAddr;
use std::time::Duration;
use tokio::net::TcpListener;

/// Somebody, wherever data may be.
const PLANTED: &str = "xjanex";

#[expect(clippy::unnecessary_wraps, reason = "a body is a stream of results")]
fn piece(text: &'static str) -> Result<Bytes, std::io::Error> {
    Ok(Bytes::from_static(text.as_bytes()))
}

/// A service on a free port, which ends with the runtime of the test.
async fn service() -> SocketAddr {
    let headers = |headers: HeaderMap| async move { headers["traceparent"].to_str().unwrap().to_owned() };
    let slow = || async {
        tokio::time::sleep(Duration::from_mins(1)).await;
        "late"
    };
    let pieces = || async { Body::from_stream(stream::iter(["one", "two", "three"].map(piece))) };
    let endless = || async { Body::from_stream(stream::once(async { piece("one") }).chain(stream::pending())) };
    let broken = || async {
        let broken = stream::once(async {
            // The head is on its way by then.
            tokio::time::sleep(Duration::from_millis(50)).await;
            Err(std::io::Error::other("gone"))
        });
        Body::from_stream(stream::once(async { piece("one") }).chain(broken))
    };
    let echo = |request: Request| async { request.into_body() };
    let router = Router::new()
        .route("/headers", get(headers))
        .route("/slow", get(slow))
        .route("/pieces", get(pieces))
        .route("/endless", get(endless))
        .route("/broken", get(broken))
        .route("/echo", post(echo))
        .route("/beds/{id}", any(|| async { "bed" }))
        .route("/busy", get(|| async { (StatusCode::SERVICE_UNAVAILABLE, "xjanex is busy") }))
        .route("/nothing", get(|| async { StatusCode::NO_CONTENT }))
        .route("/moved", get(|| async { axum::response::Redirect::to("/beds/1") }));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    address
}

fn text(span: &SpanRecord, name: &str) -> String {
    span.attribute(name).map(ToString::to_string).unwrap_or_default()
}

fn calls(capture: &Capture, provider: &str, status: &str) -> f64 {
    capture.metric("external_api_calls_total", &[("provider", provider), ("status", status)])
}

/// The client, whose calls are counted under a name that no other test has.
fn named(provider: &'static str) -> reqwest_middleware::ClientWithMiddleware {
    observe::reqwest::middleware().provider(provider).client(reqwest::Client::new())
}

#[tokio::test]
async fn a_request_is_a_span_and_is_counted() {
    let address = service().await;
    let capture = testing::capture();
    let url = format!("http://jane:{PLANTED}@{address}/echo?token={PLANTED}&page=2");
    let request = named("echoes").post(url).header("x-note", PLANTED).body(PLANTED);
    let answer = request.send().await.unwrap();
    assert_eq!((answer.status(), answer.url().path()), (StatusCode::OK, "/echo"));
    assert_eq!(answer.text().await.unwrap(), PLANTED);

    let span = capture.span("POST");
    assert_eq!((span.kind, &span.status), (SpanKind::Client, &Status::Unset));
    for (name, expected) in [
        ("http.request.method", "POST"),
        ("server.address", "127.0.0.1"),
        ("server.port", &address.port().to_string()),
        ("http.response.status_code", "200"),
        ("external_api.provider", "echoes"),
        ("outcome", ""),
    ] {
        assert_eq!(text(&span, name), expected, "{name}");
    }
    let shown = text(&span, "url.full");
    assert_eq!(shown, format!("http://{address}/echo?token=[REDACTED]&page=2"));
    assert_eq!(calls(&capture, "echoes", "ok"), 1.0);
    assert_eq!(capture.metric("external_api_duration_seconds_count", &[("provider", "echoes")]), 1.0);
    let told = format!("{:?}\n{}\n{}", capture.spans(), capture.log_lines().join("\n"), observe::exposition());
    assert!(!told.contains(PLANTED), "{told}");
}

#[tokio::test]
async fn the_trace_goes_on_in_the_headers() {
    #[traced]
    async fn ask(url: String) -> String {
        observe::reqwest::client(reqwest::Client::new()).get(url).send().await.unwrap().text().await.unwrap()
    }

    let address = service().await;
    let capture = testing::capture();
    let traceparent = ask(format!("http://{address}/headers")).await;
    let (ask, request) = (capture.span("ask"), capture.span("GET"));
    assert_eq!(request.parent_id, Some(ask.span_id));
    assert!(traceparent.starts_with(&format!("00-{}-{}-", ask.trace_id, request.span_id)), "{traceparent}");
    assert!(calls(&capture, "127.0.0.1", "ok") >= 1.0, "the host is the provider where it has no name");
}

#[tokio::test]
async fn a_template_names_the_span() {
    let address = service().await;
    let capture = testing::capture();
    let request = named("templates").get(format!("http://{address}/beds/7"));
    request.with_extension(UrlTemplate("/beds/{id}")).send().await.unwrap();
    assert_eq!(text(&capture.span("GET /beds/{id}"), "url.template"), "/beds/{id}");
}

#[tokio::test]
async fn what_the_other_side_refuses_is_an_error() {
    let address = service().await;
    let capture = testing::capture();
    for (path, status) in [("busy", "503"), ("unknown", "404")] {
        let answer = named("refusing").get(format!("http://{address}/{path}")).send().await.unwrap();
        assert_eq!(answer.status().as_str(), status);
        let span = capture.spans().pop().unwrap();
        assert_eq!((text(&span, "error.type").as_str(), &span.status), (status, &Status::Error("".into())));
        let body = answer.text().await.unwrap();
        assert_eq!(body.is_empty(), path == "unknown", "the answer can still be read");
    }
    assert_eq!(calls(&capture, "refusing", "error"), 2.0);
}

#[tokio::test]
async fn failures_are_told_apart() {
    let address = service().await;
    let nobody = {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        listener.local_addr().unwrap()
    };
    let capture = testing::capture();
    let client = named("failing");
    let refused = client.get(format!("http://{nobody}/{PLANTED}")).send().await;
    assert!(refused.unwrap_err().is_connect());
    let span = capture.spans().pop().unwrap();
    assert_eq!(text(&span, "error.type"), "connect");
    assert!(matches!(&span.status, Status::Error(text) if text.starts_with("connect: ") && !text.contains(PLANTED)));

    let slow = client.get(format!("http://{address}/slow")).timeout(Duration::from_millis(20)).send().await;
    assert!(slow.unwrap_err().is_timeout());
    assert_eq!(text(&capture.spans().pop().unwrap(), "error.type"), "timeout");

    let wrong = client.get("http://:0/").send().await;
    assert!(wrong.is_err(), "never a request, and so no span");
    assert_eq!((capture.spans().len(), calls(&capture, "failing", "error")), (2, 2.0));

    let dropped = client.get(format!("http://{address}/slow")).send();
    assert!(tokio::time::timeout(Duration::from_millis(20), dropped).await.is_err());
    let span = capture.spans().pop().unwrap();
    assert_eq!((text(&span, "outcome").as_str(), &span.status), ("cancelled", &Status::Unset));
    assert_eq!(calls(&capture, "failing", "cancelled"), 1.0);
}

#[tokio::test]
async fn a_request_ends_with_its_answers_body() {
    let address = service().await;
    let capture = testing::capture();
    let client = named("streaming");
    let get = async |path: &str| client.get(format!("http://{address}/{path}")).send().await.unwrap();

    let mut answer = get("pieces").await;
    let mut read = Vec::new();
    while let Some(piece) = answer.chunk().await.unwrap() {
        assert_eq!(capture.spans().len(), 0, "it is still under way");
        read.extend(piece);
    }
    assert_eq!(read, b"onetwothree");
    assert_eq!(calls(&capture, "streaming", "ok"), 1.0);

    drop(get("endless").await);
    assert_eq!(calls(&capture, "streaming", "ok"), 2.0, "nobody asked for the body");

    let mut answer = get("endless").await;
    answer.chunk().await.unwrap().unwrap();
    drop(answer);
    assert_eq!(calls(&capture, "streaming", "cancelled"), 1.0, "somebody stopped reading");

    let broken = get("broken").await.bytes().await;
    assert!(broken.is_err());
    let span = capture.spans().pop().unwrap();
    assert_eq!((text(&span, "outcome").as_str(), text(&span, "http.response.status_code").as_str()), ("error", "200"));

    let nothing = get("nothing").await;
    assert_eq!(calls(&capture, "streaming", "ok"), 3.0, "it is over with its head");
    assert_eq!(nothing.bytes().await.unwrap().len(), 0);
    assert_eq!(get("moved").await.url().path(), "/beds/1", "the answer knows where it came from");
}

#[tokio::test]
async fn each_sending_again_says_so() {
    let address = service().await;
    let capture = testing::capture();
    let client = named("again");
    let mut extensions = axum::http::Extensions::new();
    for _ in 0..3 {
        let request = reqwest::Request::new(reqwest::Method::GET, format!("http://{address}/busy").parse().unwrap());
        client.execute_with_extensions(request, &mut extensions).await.unwrap();
    }
    let counts: Vec<_> =
        capture.spans().iter().map(|span| span.attribute("http.request.resend_count").cloned()).collect();
    assert_eq!(counts, [None, Some(AttributeValue::U64(1)), Some(AttributeValue::U64(2))]);
}

#[tokio::test]
async fn a_client_without_middleware_can_send_one() {
    let address = service().await;
    let client = reqwest::Client::new();
    let request = client.get(format!("http://{address}/headers")).build().unwrap();
    let capture = testing::capture();
    let traceparent = observe::reqwest::execute(&client, request).await.unwrap().text().await.unwrap();
    assert!(traceparent.contains(&capture.span("GET").span_id.to_string()));
}

#[tokio::test]
async fn an_odd_method_is_not_told() {
    let address = service().await;
    let capture = testing::capture();
    let method = reqwest::Method::from_bytes(b"XJANEX").unwrap();
    named("odd").request(method, format!("http://{address}/beds/1")).send().await.unwrap();
    assert_eq!(text(&capture.span("HTTP"), "http.request.method"), "_OTHER");
}

#[tokio::test]
async fn nobody_has_to_listen() {
    let address = service().await;
    // But the first time: where nobody listens when a place in the code is first come by, a subscriber that is set at
    // that very moment may stay without it.
    let heard = testing::capture();
    named("heard").get(format!("http://{address}/pieces")).send().await.unwrap();
    drop(heard);
    let answer = named("unheard").get(format!("http://{address}/pieces")).send().await.unwrap();
    assert_eq!(answer.text().await.unwrap(), "onetwothree");
    let line = r#"external_api_calls_total{provider="unheard",status="ok"} 1"#;
    assert!(observe::exposition().contains(line));
}

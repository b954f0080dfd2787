//! What somebody outside may try with a service, and must not get.

#![allow(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]
#![expect(clippy::float_cmp, reason = "counts are whole numbers, and exact")]

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Request};
use axum::response::Response;
use axum::routing::{any, get};
use observe::reqwest::UrlTemplate;
use observe::testing::{self, Capture};
use observe::traced;
use redis::aio::ConnectionLike;
use redis::{Cmd, Pipeline, RedisFuture, Value};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tower::ServiceExt as _;
use tracing::Span;

/// Serves on this thread, so that a capture sees it.
async fn serve(app: Router) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, app).await });
    address
}

/// Sends these bytes, and what is answered until the end of the connection.
async fn send(address: SocketAddr, request: &str) -> String {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    // A connection that breaks off has sent what it has sent.
    let _ = stream.read_to_end(&mut answer).await;
    String::from_utf8_lossy(&answer).into_owned()
}

async fn ask(app: &Router, request: Request<Body>) -> Response {
    app.clone().oneshot(request).await.unwrap()
}

fn to(uri: &str) -> Request<Body> {
    Request::builder().uri(uri).body(Body::empty()).unwrap()
}

/// All that leaves: spans, lines, metrics.
fn told(capture: &Capture) -> String {
    format!("{:?}\n{}\n{}", capture.spans(), capture.log_lines().join("\n"), observe::exposition())
}

#[tokio::test]
async fn a_length_that_is_only_claimed_spoils_no_sum() {
    let capture = testing::capture();
    let app = Router::new().route("/claimed", any(|| async { "unread" })).layer(observe::axum::layer());
    let address = serve(app).await;
    for length in ["9223372036854775807", "18446744073709551000", "7"] {
        let head =
            format!("POST /claimed HTTP/1.1\r\nhost: a\r\nconnection: close\r\ncontent-length: {length}\r\n\r\n");
        assert!(send(address, &format!("{head}seven b")).await.starts_with("HTTP/1.1 200"), "{length}");
    }
    let labels = [("method", "POST"), ("endpoint", "/claimed")];
    assert_eq!(capture.metric("http_request_size_bytes_sum", &labels), 7.0);
    assert_eq!(capture.metric("http_request_size_bytes_count", &labels), 1.0);
    assert_eq!(capture.metric("http_requests_total", &labels), 3.0);
}

/// The place of a span is used again: who still has a handle of the first one must not write into the second.
#[tokio::test]
async fn a_task_that_outlives_its_request_says_nothing_of_the_next_one() {
    let capture = testing::capture();
    let kept: Arc<Mutex<Vec<Span>>> = Arc::default();
    let keep = Arc::clone(&kept);
    let app = Router::new()
        .route("/first", get(|| async move { keep.lock().unwrap().push(Span::current()) }))
        .route(
            "/second",
            get(|| async move {
                let first = kept.lock().unwrap().pop().unwrap();
                observe::current_span().set("ward", 2_u64);
                first.in_scope(|| {
                    observe::current_span().set("ward", 1_u64).set_user("jane");
                    tracing::info!("late");
                });
                drop(first);
                tracing::info!("own");
            }),
        )
        .layer(observe::axum::layer());
    for path in ["/first", "/second"] {
        assert_eq!(ask(&app, to(path)).await.status(), 200);
    }
    let (first, second) = (capture.span("GET /first"), capture.span("GET /second"));
    assert_ne!(first.trace_id, second.trace_id);
    assert_eq!(second.attribute("ward").unwrap().to_string(), "2");
    assert_eq!((second.attribute("user.hash"), first.attribute("ward")), (None, None));
    let (own, late) = (capture.log_line("own"), capture.log_line("late"));
    assert!(own.contains(&second.trace_id.to_string()) && !own.contains(&observe::pseudonym("jane")), "{own}");
    assert!(late.contains(&first.trace_id.to_string()), "{late}");
}

/// Where data of a client may be, and no place that a variable opens.
#[tokio::test]
async fn nothing_of_what_a_client_sends_is_told_unless_it_is_asked_for() {
    const PLANTED: &str = "xjanex";
    let capture = testing::capture();
    let app = Router::new()
        .route("/beds/{id}", any(|body: String| async move { format!("thanks for {}", body.len()) }))
        .route("/panics/{id}", any(|| async { panic!("no") as () }))
        .layer(observe::axum::layer());
    let address = serve(app).await;
    for (line, header) in [
        (format!("GET /beds/{PLANTED}"), String::new()),
        (format!("GET /beds/7?name={PLANTED}"), String::new()),
        (format!("GET /{PLANTED}/{PLANTED}"), String::new()),
        (format!("GET http://{PLANTED}.example/{PLANTED}"), String::new()),
        (format!("{PLANTED} /beds/7"), String::new()),
        (format!("GET /panics/{PLANTED}"), String::new()),
        ("GET /beds/7".to_owned(), format!("host: {PLANTED}.example")),
        ("GET /beds/7".to_owned(), format!("user-agent: {PLANTED}")),
        ("GET /beds/7".to_owned(), format!("x-request-id: {PLANTED}@example.org")),
        ("GET /beds/7".to_owned(), format!("x-forwarded-for: {PLANTED}")),
        ("GET /beds/7".to_owned(), format!("forwarded: for={PLANTED};host={PLANTED}")),
        ("GET /beds/7".to_owned(), format!("traceparent: 00-{PLANTED}-00f067aa0ba902b7-01")),
        ("GET /beds/7".to_owned(), format!("baggage: user={PLANTED}")),
        ("GET /beds/7".to_owned(), format!("authorization: Basic {PLANTED}")),
        ("GET /beds/7".to_owned(), format!("cookie: {PLANTED}={PLANTED}")),
        ("GET /beds/7".to_owned(), format!("grpc-status: {PLANTED}\r\ncontent-type: application/grpc+{PLANTED}")),
    ] {
        let request = format!("{line} HTTP/1.1\r\nhost: a\r\nconnection: close\r\n{header}\r\n\r\n");
        send(address, &request.replace("\r\n\r\n\r\n", "\r\n\r\n")).await;
        let told = told(&capture);
        assert!(!told.to_lowercase().contains(PLANTED), "{line} {header}: {told}");
    }
    let all = capture.spans();
    assert!(all.len() >= 12, "{all:?}");
}

/// Whatever is wrong with a head, what is under way comes back to nothing.
#[tokio::test]
async fn odd_requests_leave_nothing_under_way() {
    let _capture = testing::capture();
    let app = Router::new().route("/odd", any(|body: String| async move { body })).layer(observe::axum::layer());
    let address = serve(app).await;
    for head in [
        "GET /odd HTTP/1.0\r\n\r\n",
        "HEAD /odd HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n",
        "OPTIONS * HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n",
        "CONNECT a.example:443 HTTP/1.1\r\nhost: a\r\n\r\n",
        "POST /odd HTTP/1.1\r\nhost: a\r\nexpect: 100-continue\r\ncontent-length: 2\r\nconnection: close\r\n\r\nab",
        "POST /odd HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\nconnection: close\r\n\r\n2\r\nab\r\n0\r\nx: y\r\n\r\n",
        "POST /odd HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\nconnection: close\r\n\r\nzz\r\n",
        "GET /odd HTTP/1.1\r\nhost: a\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n",
        "GET /odd HTTP/1.1\r\nhost: a\r\nx-request-id: \u{1}\r\n\r\n",
    ] {
        // One that waits for more is left.
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(head.as_bytes()).await.unwrap();
        stream.shutdown().await.unwrap();
        let _ = stream.read_to_end(&mut Vec::new()).await;
    }
    // A body that never comes to its end, and a client that leaves meanwhile.
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(b"POST /odd HTTP/1.1\r\nhost: a\r\ncontent-length: 9\r\n\r\nab").await.unwrap();
    while under_way("/odd") < 1.0 {
        tokio::task::yield_now().await;
    }
    drop(stream);
    while under_way("/odd") > 0.0 {
        tokio::task::yield_now().await;
    }
}

fn under_way(endpoint: &str) -> f64 {
    let wanted = format!("endpoint=\"{endpoint}\"");
    let text = observe::exposition();
    let lines = text.lines().filter(|line| line.starts_with("http_requests_in_progress{") && line.contains(&wanted));
    lines.map(|line| line.rsplit_once(' ').unwrap().1.parse::<f64>().unwrap()).sum()
}

/// A server that answers everything.
#[derive(Clone)]
struct Answers;

impl ConnectionLike for Answers {
    fn req_packed_command<'a>(&'a mut self, _: &'a Cmd) -> RedisFuture<'a, Value> {
        Box::pin(async { Ok(Value::Int(7)) })
    }

    fn req_packed_commands<'a>(&'a mut self, _: &'a Pipeline, _: usize, count: usize) -> RedisFuture<'a, Vec<Value>> {
        Box::pin(async move { Ok(vec![Value::Int(7); count]) })
    }

    fn get_db(&self) -> i64 {
        0
    }
}

#[traced(cache(system = "redis", operation = "get"))]
async fn looked_up(redis: &mut observe::redis::Connection<Answers>) -> Option<i64> {
    redis::cmd("GETEX").arg("k").query_async(redis).await.ok()
}

#[traced(db(system = "sqlite", operation = "select", table = "attacked"))]
async fn counted(pool: &observe::sqlx::Pool<sqlx::Sqlite>) -> i64 {
    sqlx::query_scalar("SELECT count(*) FROM sqlite_master").fetch_one(pool).await.unwrap()
}

#[tokio::test]
async fn a_client_inside_of_its_own_operation_is_counted_once() {
    let capture = testing::capture();
    let mut redis = observe::redis::Connection::new(Answers);
    assert_eq!(looked_up(&mut redis).await, Some(7));
    assert_eq!(capture.metric("redis_operations_total", &[("operation", "get"), ("status", "ok")]), 1.0);
    assert_eq!(capture.metric("cache_hits_total", &[("system", "redis")]), 1.0);
    assert!(!observe::exposition().contains("operation=\"getex\""), "{}", observe::exposition());
    // Both are spans, and the inner one is over.
    assert_eq!(capture.span("GETEX").parent_id, Some(capture.span("redis get").span_id));
    // Outside of the operation it counts.
    let _: i64 = redis::cmd("GETEX").arg("k").query_async(&mut redis).await.unwrap();
    assert_eq!(capture.metric("redis_operations_total", &[("operation", "getex")]), 1.0);

    let pool = observe::sqlx::Pool::new(sqlx::Pool::<sqlx::Sqlite>::connect("sqlite::memory:").await.unwrap());
    counted(&pool).await;
    let name = "database_query_duration_seconds_count";
    assert_eq!(capture.metric(name, &[("operation", "select"), ("table", "attacked")]), 1.0);
    assert!(!observe::exposition().contains("table=\"sqlite_master\""), "{}", observe::exposition());
}

/// What a service keeps in baggage is for its own services.
#[tokio::test]
async fn a_service_of_somebody_else_learns_nothing_of_the_trace() {
    let capture = testing::capture();
    let names = |headers: HeaderMap| async move { format!("{:?}", headers.keys().collect::<Vec<_>>()) };
    let address = serve(Router::new().route("/names", get(names))).await;
    let ask = async |middleware: observe::reqwest::Observed| {
        let request = middleware.client(reqwest::Client::new()).get(format!("http://{address}/names"));
        request.send().await.unwrap().text().await.unwrap()
    };
    // What stands in a path may say for whom it is.
    let request = observe::reqwest::middleware().provider("own").client(reqwest::Client::new());
    let request = request.get(format!("http://{address}/names?of=xjanex")).with_extension(UrlTemplate("/{what}"));
    request.send().await.unwrap();
    let url = capture.span("GET /{what}").attribute("url.full").unwrap().to_string();
    assert!(url.starts_with("http://") && url.ends_with("/{what}"), "{url}");
    observe::span!("asks", async {
        observe::add_baggage("tenant", observe::form::clear(&"acme")).unwrap();
        let own = ask(observe::reqwest::middleware().provider("own")).await;
        assert!(own.contains("traceparent") && own.contains("baggage"), "{own}");
        let foreign = ask(observe::reqwest::middleware().provider("foreign").without_propagation()).await;
        assert!(!foreign.contains("trace") && !foreign.contains("baggage"), "{foreign}");
    })
    .await;

    let labels = [("provider", "foreign"), ("status", "ok")];
    assert_eq!(capture.metric("external_api_calls_total", &labels), 1.0);
}

#[test]
fn a_label_of_ours_that_never_was_full_has_no_series() {
    observe::redis::Connection::new(Answers);
    let text = observe::exposition();
    assert!(text.contains("# TYPE observe_label_overflow_total counter\n"), "{text}");
    assert!(!text.contains("observe_label_overflow_total{metric=\"redis_operations_total\""), "{text}");
}

//! Traces, tracestate and baggage across services, threads and tasks, and other crates' contexts.

#![allow(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

use axum::Router;
use axum::http::HeaderMap;
use axum::routing::get;
use observe::testing::{self, Capture};
use observe::{
    BaggageError, RemoteContext, SpanKind, add_baggage, baggage, current_span, extract, form, in_current_span,
    in_current_span_fn, inject, remove_baggage, span, traced,
};
use std::collections::HashMap;
use std::fmt::Write as _;
use std::net::SocketAddr;
use std::thread;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tracing::dispatcher;

const PARENT: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
const CALLER: [(&str, &str); 3] =
    [("traceparent", PARENT), ("tracestate", "vendor=1"), ("baggage", "tenant=ward%203;p")];

/// What would be sent from here.
fn outgoing() -> HashMap<String, String> {
    let mut headers = HashMap::new();
    inject(&mut headers);
    headers
}

fn header(name: &str) -> String {
    outgoing().remove(name).unwrap_or_default()
}

/// Runs on another thread what this one's capture is to see.
fn elsewhere<R: Send + 'static>(run: impl FnOnce() -> R + Send + 'static) -> R {
    let dispatch = dispatcher::get_default(Clone::clone);
    thread::spawn(move || dispatcher::with_default(&dispatch, run)).join().unwrap()
}

async fn send(address: SocketAddr, headers: &HeaderMap) -> String {
    let mut request = "GET / HTTP/1.1\r\nhost: test\r\nconnection: close\r\n".to_owned();
    for (name, value) in headers {
        write!(request, "{name}: {}\r\n", value.to_str().unwrap()).unwrap();
    }
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all((request + "\r\n").as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    answer.split_once("\r\n\r\n").unwrap().1.to_owned()
}

/// Serves on this thread, so that the capture sees it.
async fn start(app: Router) -> SocketAddr {
    let server = observe::axum::bind("127.0.0.1:0").await.unwrap();
    let address = server.address();
    tokio::spawn(server.serve(app.layer(observe::axum::layer())));
    address
}

#[traced(kind = client)]
async fn call(address: SocketAddr) -> String {
    add_baggage("attempt", 1).unwrap();
    let mut headers = HeaderMap::new();
    headers.insert("accept", "text/plain".parse().unwrap());
    inject(&mut headers);
    assert_eq!(headers["accept"], "text/plain", "other headers are not touched");
    send(address, &headers).await
}

#[tokio::test]
async fn a_trace_goes_through_two_services() {
    let capture = testing::capture();
    let behind =
        start(Router::new().route("/", get(|| async { format!("{} {}", header("tracestate"), header("baggage")) })));
    let behind = behind.await;
    let front = start(Router::new().route("/", get(move || call(behind)))).await;
    let headers: Vec<(String, String)> = CALLER.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
    let headers: HashMap<String, String> = headers.into_iter().collect();
    let headers = HeaderMap::try_from(&headers).unwrap();
    assert_eq!(send(front, &headers).await, "ot=th:0,vendor=1 tenant=ward%203;p,attempt=1");

    let spans = capture.spans();
    let servers: Vec<_> = spans.iter().filter(|span| span.kind == SpanKind::Server).collect();
    let [behind, front] = servers[..] else { panic!("{spans:?}") };
    let client = capture.span("call");
    assert_eq!(front.parent_id, extract(&CALLER).span_context().map(|caller| caller.span_id()));
    assert_eq!((client.parent_id, behind.parent_id), (Some(front.span_id), Some(client.span_id)));
    assert_eq!([front, &client, behind].map(|span| span.has_remote_parent), [true, false, true]);
    assert!(spans.iter().all(|span| span.trace_id.to_string() == PARENT[3..35]));
    assert!(spans.iter().all(|span| span.trace_state == "ot=th:0,vendor=1"), "{spans:?}");
    assert!(front.attribute("request_id").is_some() && front.attribute("http.route").is_some());
    // Of a caller without headers, the trace begins at the layer.
    send_without_headers(&capture).await;
}

async fn send_without_headers(capture: &Capture) {
    let alone = start(Router::new().route("/", get(|| async { header("traceparent") }))).await;
    let sent = send(alone, &HeaderMap::new()).await;
    let span = capture.spans().pop().unwrap();
    assert_eq!((span.parent_id, span.has_remote_parent), (None, false));
    assert_eq!(sent, format!("00-{}-{}-03", span.trace_id, span.span_id));
}

#[traced(parent = extract(&CALLER))]
fn begin<R>(work: impl FnOnce() -> R) -> R {
    work()
}

#[traced]
fn below() -> (String, String) {
    (header("tracestate"), header("baggage"))
}

#[test]
fn what_came_in_reaches_a_thread_after_its_span_has_ended() {
    let capture = testing::capture();
    let work = begin(|| in_current_span_fn(|| (header("traceparent"), below())));
    let began = capture.span("begin");
    let (parent, told) = elsewhere(work);
    assert_eq!(parent, format!("00-{}-{}-01", began.trace_id, began.span_id), "it is in the span that began it");
    assert_eq!(told, ("ot=th:0,vendor=1".to_owned(), CALLER[2].1.to_owned()));
    let below = capture.span("below");
    assert_eq!((below.parent_id, &*below.trace_state), (Some(began.span_id), "ot=th:0,vendor=1"));
    assert_eq!(capture.spans().len(), 2, "what stands for a span is none");
}

#[test]
fn work_elsewhere_does_not_hold_a_span_open() {
    let capture = testing::capture();
    let span = tracing::info_span!("plain");
    let (closure, future) = span.in_scope(|| (in_current_span_fn(below), in_current_span(async { below() })));
    drop(span);
    let plain = capture.span("plain");
    elsewhere(closure);
    drop(future);
    assert_eq!(capture.span("below").parent_id, Some(plain.span_id));
}

#[test]
fn what_is_said_of_the_span_elsewhere_changes_nothing() {
    let capture = testing::capture();
    let work = begin(|| {
        in_current_span_fn(|| {
            assert!(!current_span().is_recorded());
            current_span().set("late", 1).event("late", &[]).fail("late");
            current_span().context()
        })
    });
    let context = elsewhere(work).unwrap();
    let began = capture.span("begin");
    assert_eq!((context.trace_id(), context.span_id()), (began.trace_id, began.span_id));
    assert_eq!((began.attributes.len(), began.events.len()), (0, 0));
    assert_eq!(began.status, observe::Status::Unset);
}

#[test]
fn outside_of_any_span_work_just_runs() {
    assert_eq!(elsewhere(in_current_span_fn(|| outgoing().len())), 0);
    let _capture = testing::capture();
    assert_eq!(elsewhere(in_current_span_fn(|| outgoing().len())), 0);
}

#[tokio::test]
async fn a_spawned_task_is_in_the_span_that_spawned_it() {
    /// Says where it is dropped.
    struct Dropped(tokio::sync::mpsc::UnboundedSender<String>);
    impl Drop for Dropped {
        fn drop(&mut self) {
            let _ = self.0.send(header("traceparent"));
        }
    }
    let capture = testing::capture();
    let (sender, mut receiver) = tokio::sync::mpsc::unbounded_channel();
    let (task, hanging) = begin(|| {
        let task = observe::spawn(async {
            tokio::task::yield_now().await;
            (header("traceparent"), below())
        });
        let hanging = observe::spawn(async move {
            let _dropped = Dropped(sender);
            std::future::pending::<()>().await;
        });
        (task, hanging)
    });
    let began = capture.span("begin");
    let of_span = format!("00-{}-{}-01", began.trace_id, began.span_id);
    let (parent, told) = task.await.unwrap();
    assert_eq!((&parent, &*told.1), (&of_span, CALLER[2].1));
    assert_eq!(capture.span("below").parent_id, Some(began.span_id));
    assert_eq!(outgoing().len(), 0, "the task has left its place");
    hanging.abort();
    assert!(hanging.await.unwrap_err().is_cancelled());
    assert_eq!(receiver.recv().await, Some(of_span), "it is dropped there too");
}

#[test]
fn a_panic_leaves_the_place() {
    let _capture = testing::capture();
    let work = begin(|| in_current_span_fn(|| panic!("boom")));
    assert!(std::panic::catch_unwind(std::panic::AssertUnwindSafe(work)).is_err());
    assert_eq!(outgoing().len(), 0);
}

#[test]
fn another_subscribers_span_is_taken_along() {
    let subscriber = tracing_subscriber::registry();
    tracing::subscriber::with_default(subscriber, || {
        let span = tracing::info_span!("theirs");
        let id = span.id();
        let work = span.in_scope(|| in_current_span_fn(|| tracing::Span::current().id()));
        drop(span);
        assert_eq!(elsewhere(work), id);
        assert_eq!(tracing::Span::current().id(), None);
    });
}

#[test]
fn baggage_is_for_what_is_opened_below() {
    let _capture = testing::capture();
    span!("outer", {
        add_baggage("attempt", 2).unwrap();
        span!("inner", {
            assert_eq!(baggage().get("attempt").as_deref(), Some("2"));
            add_baggage("tier", form::clear(&"gold")).unwrap();
            remove_baggage("attempt");
            assert_eq!(header("baggage"), "tier=gold");
            span!("innermost", { assert_eq!(header("baggage"), "tier=gold") });
        });
        assert_eq!(header("baggage"), "attempt=2");
        span!("beside", { assert_eq!(header("baggage"), "attempt=2") });
    });
    assert!(baggage().is_empty());
}

#[test]
fn baggage_that_is_refused_is_an_error_and_counted() {
    let capture = testing::capture();
    let dropped = |reason| capture.metric("observe_baggage_dropped_total", &[("reason", reason)]);
    assert_eq!(add_baggage("a", 1), Err(BaggageError::NoSpan));
    assert!(dropped("no_span") >= 1.0);
    begin(|| {
        let before = header("baggage");
        assert_eq!(add_baggage("ssn", 1), Err(BaggageError::SensitiveName));
        assert_eq!(add_baggage("a b", 1), Err(BaggageError::Name));
        assert_eq!(add_baggage("seat", form::HIDDEN), Err(BaggageError::Hidden));
        let long = "x".repeat(9_000);
        assert_eq!(add_baggage("long", form::clear(&long)), Err(BaggageError::Full));
        assert_eq!(header("baggage"), before);
    });
    assert!(dropped("refused") >= 3.0 && dropped("limit") >= 1.0);
}

/// What came in is recorded nowhere.
#[test]
fn baggage_is_in_no_attribute_and_no_line() {
    let capture = testing::capture();
    begin(|| tracing::info!("says {:?}", RemoteContext::current()));
    assert!(!format!("{:?} {:?}", capture.spans(), capture.log_lines()).contains("ward"));
}

#[test]
fn baggage_without_a_trace_goes_on_below_the_current_span() {
    let capture = testing::capture();
    span!("around", {
        let mut request = observe::request("GET", "/").parent(extract(&[("baggage", "a=1")]));
        assert_eq!(request.in_scope(|| header("baggage")), "a=1");
        request.finish(200);
    });
    assert_eq!(capture.span("GET /").parent_id, Some(capture.span("around").span_id));
}

#[traced(parent = extract(headers))]
fn any(headers: &[(&str, String)]) -> HeaderMap {
    let mut out = HeaderMap::new();
    inject(&mut out);
    out
}

#[test]
fn no_bytes_in_headers_do_harm() {
    let _capture = testing::capture();
    let mut random = fastrand::Rng::with_seed(13);
    for _ in 0..3_000 {
        let headers: Vec<(&str, String)> = (0..random.usize(0..6))
            .map(|_| {
                let bytes: Vec<u8> = (0..random.usize(0..70)).map(|_| random.u8(..)).collect();
                let value = if random.bool() { PARENT.to_owned() } else { String::from_utf8_lossy(&bytes).into() };
                (["traceparent", "TraceState", "baggage"][random.usize(..3)], value)
            })
            .collect();
        let out = any(&headers);
        assert!(out.contains_key("traceparent"));
    }
}

mod opentelemetry_api {
    use super::*;
    use opentelemetry::baggage::BaggageExt as _;
    use opentelemetry::trace::TraceContextExt as _;
    use opentelemetry::{Context, KeyValue};

    #[test]
    fn a_library_sees_the_span_and_the_baggage() {
        let capture = testing::capture();
        let kept = Context::current().with_value(7_u8);
        let (span, tenant, value) = begin(|| {
            let _outer = kept.attach();
            let _attached = observe::opentelemetry::context().attach();
            Context::map_current(|current| {
                let tenant = current.baggage().get_with_metadata("tenant").cloned();
                (current.span().span_context().clone(), tenant, current.get::<u8>().copied())
            })
        });
        let began = capture.span("begin");
        assert_eq!(span.span_id().to_string(), began.span_id.to_string());
        assert_eq!(span.trace_id().to_string(), began.trace_id.to_string());
        assert_eq!((span.is_remote(), span.trace_flags().to_u8()), (false, 1));
        assert_eq!(span.trace_state().header(), "ot=th:0,vendor=1");
        let (tenant, metadata) = tenant.unwrap();
        assert_eq!((tenant.as_str(), metadata.as_str(), value), ("ward 3", "p", Some(7)));
    }

    #[test]
    fn a_span_below_their_context_is_its_child() {
        #[traced(parent = Context::current())]
        fn below_theirs() -> HashMap<String, String> {
            outgoing()
        }
        let capture = testing::capture();
        let remote =
            Context::from(&extract(&CALLER)).with_baggage([KeyValue::new("b", "x y"), KeyValue::new("a", "1")]);
        let sent = {
            let _attached = remote.attach();
            below_theirs()
        };
        let span = capture.span("below_theirs");
        assert_eq!(span.parent_id, extract(&CALLER).span_context().map(|caller| caller.span_id()));
        assert!(span.has_remote_parent);
        assert_eq!((&*sent["tracestate"], &*sent["baggage"]), ("ot=th:0,vendor=1", "a=1,b=x%20y"));
        assert_eq!(below_theirs()["traceparent"].len(), PARENT.len(), "without a context it is a root");
    }

    #[test]
    fn contexts_go_there_and_back() {
        let caller = extract(&CALLER);
        let back = RemoteContext::from(&Context::from(&caller));
        assert_eq!(back.span_context(), caller.span_context());
        assert_eq!((back.trace_state(), back.baggage()), (caller.trace_state(), caller.baggage()));
        assert_eq!(RemoteContext::from(&Context::new()).span_context(), None);
    }
}

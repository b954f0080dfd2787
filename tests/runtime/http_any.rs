//! The layer around services that are none of axum: plain hyper, and gRPC.

#![allow(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]
#![expect(clippy::float_cmp, reason = "counts are whole numbers, and exact")]

use axum::body::Bytes;
use axum::http::{HeaderMap, Request, Response};
use http_body::{Body, Frame};
use hyper::body::Incoming;
use hyper_util::rt::TokioIo;
use hyper_util::service::TowerToHyperService;
use observe::testing::{self, Capture};
use observe::tower::{Head, RequestId, layer};
use observe::{AttributeValue, SpanRecord, Status};
use std::collections::VecDeque;
use std::convert::Infallible;
use std::net::SocketAddr;
use std::pin::Pin;
use std::task::{Context, Poll};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tower::{Layer as _, ServiceExt as _, service_fn};

/// A body of ready frames.
#[derive(Default)]
struct Frames(VecDeque<Frame<Bytes>>);

impl Body for Frames {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        Poll::Ready(self.0.pop_front().map(Ok))
    }
}

fn data(text: &'static str) -> Frame<Bytes> {
    Frame::data(Bytes::from_static(text.as_bytes()))
}

fn counted(capture: &Capture, endpoint: &str, status: &str) -> f64 {
    capture.metric("http_requests_total", &[("endpoint", endpoint), ("status", status)])
}

/// An attribute as a text; empty where there is none.
fn shown(span: &SpanRecord, name: &str) -> String {
    span.attribute(name).map(ToString::to_string).unwrap_or_default()
}

fn routes(head: Head<'_>) -> Option<&'static str> {
    match head.uri().path() {
        "/hyper" => Some("/hyper"),
        path if path.starts_with("/hyper/") => Some("/hyper/{id}"),
        _ => None,
    }
}

async fn answer(request: Request<Incoming>) -> Result<Response<Frames>, Infallible> {
    let id = request.extensions().get::<RequestId>().unwrap().as_str().len().to_string();
    Ok(Response::new(Frames([Frame::data(Bytes::from(id))].into())))
}

/// Serves plain hyper on this thread, and says who is at the other end.
async fn serve() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((stream, peer)) = listener.accept().await {
            let observed = layer().route(routes).layer(service_fn(answer));
            let service = observed.map_request(move |mut request: Request<Incoming>| {
                request.extensions_mut().insert(peer);
                request
            });
            let serve = hyper::server::conn::http1::Builder::new()
                .serve_connection(TokioIo::new(stream), TowerToHyperService::new(service));
            tokio::spawn(serve);
        }
    });
    address
}

async fn send(address: SocketAddr, path: &str) -> String {
    let mut stream = TcpStream::connect(address).await.unwrap();
    let request = format!("GET {path} HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    answer
}

#[tokio::test]
async fn plain_hyper_is_observed_with_the_routes_that_it_is_told() {
    let capture = testing::capture();
    let address = serve().await;
    let answer = send(address, "/hyper/jane").await;
    assert!(answer.contains("\r\nx-request-id: ") && answer.contains("32"), "{answer}");
    let span = capture.span("GET /hyper/{id}");
    assert_eq!(shown(&span, "client.address"), "127.0.0.x");
    assert_eq!(counted(&capture, "/hyper/{id}", "200"), 1.0);
    // A path without a route is nothing but that.
    send(address, "/somewhere/jane").await;
    let labels = [("method", "GET"), ("endpoint", "unmatched"), ("status", "200")];
    assert_eq!(capture.metric("http_requests_total", &labels), 1.0);
    let span = capture.span("GET");
    assert_eq!(span.attribute("http.route"), None);
    let everything = format!("{:?}{:?}{}", capture.spans(), capture.log_lines(), observe::exposition());
    assert!(!everything.contains("jane") && !everything.contains("somewhere"), "{everything}");
}

/// As a gRPC server answers: HTTP is fine, and what became of the call stands behind the body.
async fn call(path: &'static str, status: &'static str) {
    let service = service_fn(move |_: Request<Frames>| async move {
        let trailers = HeaderMap::from_iter([("grpc-status".parse().unwrap(), status.parse().unwrap())]);
        let mut response = Response::new(Frames([data("message"), Frame::trailers(trailers)].into()));
        response.headers_mut().insert("content-type", "application/grpc+proto".parse().unwrap());
        Ok::<_, Infallible>(response)
    });
    let observed = layer().route(move |_: Head<'_>| Some(path)).layer(service);
    let request = Request::post(path).body(Frames::default()).unwrap();
    read(observed.oneshot(request).await.unwrap().into_body()).await;
}

/// Reads a body to its end.
async fn read(body: impl Body<Error = Infallible>) {
    let mut body = std::pin::pin!(body);
    while let Some(frame) = std::future::poll_fn(|cx| body.as_mut().poll_frame(cx)).await {
        assert!(frame.is_ok());
    }
}

#[tokio::test]
async fn a_grpc_call_ends_as_its_trailers_say() {
    let capture = testing::capture();
    call("/wards.Wards/Works", "0").await;
    call("/wards.Wards/Misses", "5").await;
    call("/wards.Wards/Fails", "14").await;
    let of = |path: &str| capture.span(&format!("POST {path}"));
    let (works, misses, fails) = (of("/wards.Wards/Works"), of("/wards.Wards/Misses"), of("/wards.Wards/Fails"));
    assert_eq!(works.attribute("rpc.grpc.status_code"), Some(&AttributeValue::U64(0)));
    assert_eq!(shown(&works, "rpc.response.status_code"), "OK");
    // A client that asks for what there is not makes no error of the server.
    assert_eq!(shown(&misses, "rpc.response.status_code"), "NOT_FOUND");
    assert_eq!((&works.status, &misses.status), (&Status::Unset, &Status::Unset));
    assert!(matches!(fails.status, Status::Error(_)), "{fails:?}");
    assert_eq!(shown(&fails, "error.type"), "UNAVAILABLE");
    let errors = [("error_type", "UNAVAILABLE"), ("endpoint", "/wards.Wards/Fails")];
    assert_eq!(capture.metric("errors_total", &errors), 1.0);
    assert_eq!(counted(&capture, "/wards.Wards/Fails", "200"), 1.0);
}

#[tokio::test]
async fn a_service_without_routes_has_one_endpoint_whatever_it_is_asked_for() {
    let service = service_fn(|_: Request<Frames>| async { Ok::<_, Infallible>(Response::new(Frames::default())) });
    let observed = layer().layer(service);
    // A method that no other test has, so that nobody else adds to its series.
    let ask = async |path: String| {
        let request = Request::patch(path).body(Frames::default()).unwrap();
        read(observed.oneshot(request).await.unwrap().into_body()).await;
    };
    let series = || -> Vec<String> {
        let text = observe::exposition();
        let lines = text.lines().filter(|line| line.contains("method=\"PATCH\""));
        lines.map(|line| line.rsplit_once(' ').unwrap().0.to_owned()).collect()
    };
    ask("/".to_owned()).await;
    let before = series();
    assert!(before.iter().all(|series| series.contains("endpoint=\"unmatched\"")) && !before.is_empty(), "{before:?}");
    for number in 0..1000 {
        ask(format!("/{number}")).await;
    }
    assert_eq!(series(), before);
}

#[tokio::test]
async fn a_service_that_fails_without_an_answer_is_counted() {
    let capture = testing::capture();
    let service = service_fn(|_: Request<Frames>| async { Err::<Response<Frames>, _>(std::io::Error::other("no")) });
    let observed = layer().route(|_: Head<'_>| Some("/no-answer")).layer(service);
    let request = Request::get("/no-answer").body(Frames::default()).unwrap();
    assert!(observed.oneshot(request).await.is_err());
    assert_eq!(counted(&capture, "/no-answer", "500"), 1.0);
    assert_eq!(shown(&capture.span("GET /no-answer"), "outcome"), "error");
}

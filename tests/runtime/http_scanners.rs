//! Whatever clients send, the number of series stays. One test, as it counts all series of the process.

#![allow(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

use axum::Router;
use axum::body::Body;
use axum::http::Request;
use axum::routing::get;
use tower::ServiceExt as _;

/// The labels of all series of requests.
fn series() -> Vec<String> {
    let text = observe::exposition();
    let lines = text.lines().filter(|line| line.starts_with("http_request") || line.starts_with("errors_total"));
    lines.map(|line| line.rsplit_once(' ').unwrap().0.to_owned()).collect()
}

/// Answers of a handler with a route among them, so that there is something to confuse them with.
#[tokio::test]
async fn a_hundred_thousand_inventions_add_no_series() {
    let app = Router::new().route("/scanned", get(|| async { "found" })).layer(observe::axum::layer());
    let ask = async |method: &str, path: &str, host: &str| {
        let request = Request::builder().method(method).uri(path).header("host", host).header("x-request-id", host);
        let request = request.header("user-agent", host).header(format!("x-{host}"), host).body(Body::empty()).unwrap();
        let response = app.clone().oneshot(request).await.unwrap();
        axum::body::to_bytes(response.into_body(), 1000).await.unwrap();
    };
    for method in ["GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH", "BREW"] {
        ask(method, "/scanned", "a").await;
        ask(method, "/nowhere", "a").await;
    }
    let before = series();
    assert!(before.iter().any(|series| series.contains("unmatched")), "{before:?}");
    let mut random = fastrand::Rng::with_seed(8);
    for _ in 0..100_000 {
        let word: String = (0..random.usize(1..12)).map(|_| random.alphanumeric()).collect();
        let known = ["GET", "POST", "PUT", "HEAD"];
        let method = if random.bool() { known[random.usize(..4)].to_owned() } else { word.to_ascii_uppercase() };
        let path = if random.u8(..10) == 0 { format!("/scanned?{word}") } else { format!("/{word}.php") };
        ask(&method, &path, &word).await;
    }
    let after = series();
    let new: Vec<_> = after.iter().filter(|series| !before.contains(series)).collect();
    assert!(new.is_empty() && after.len() == before.len(), "{new:?}");
}

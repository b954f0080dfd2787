//! What a server answers beside its app.

use crate::metrics_endpoint::{self, ALIVE};
use axum::Router;
use axum::body::Body;
use axum::extract::{ConnectInfo, Request};
use axum::http::header;
use axum::response::Response;
use axum::routing::get;
use std::net::SocketAddr;

/// The app with our routes before it. It is the fallback, so that its own routes may be called anything.
pub(super) fn around(app: Router) -> Router {
    let mut ours =
        Router::new().route("/health/live", get(|| async { ([(header::CONTENT_TYPE, "application/json")], ALIVE) }));
    if metrics_endpoint::is_with_app() {
        ours = ours.route("/metrics", get(metrics));
    }
    ours.fallback_service(app)
}

/// Says where the server is, in addresses that a terminal opens.
pub(super) fn say_where(address: SocketAddr) {
    let metrics = metrics_endpoint::is_with_app().then(|| format!("http://{address}/metrics"));
    tracing::info!(
        target: "observe",
        metrics,
        health = format!("http://{address}/health/live"),
        "listens on http://{address}",
    );
}

async fn metrics(request: Request) -> Response {
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|info| info.0);
    metrics_endpoint::metrics(peer, request.headers()).map(Body::from)
}

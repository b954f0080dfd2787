//! What a server answers beside its app.

use crate::{health, metrics_endpoint};
use axum::Router;
use axum::body::Body;
use axum::extract::{ConnectInfo, Request};
use axum::response::Response;
#[cfg(feature = "dev-page")]
use axum::routing::any;
use axum::routing::get;
use std::net::SocketAddr;

/// All paths that [`health::respond`] knows.
const HEALTH: [&str; 5] = ["/health", "/health/live", "/health/ready", "/health/ready/{check}", "/health/startup"];

/// The app with our routes before it. It is the fallback, so that its own routes may be called anything.
pub(super) fn around(app: Router) -> Router {
    let mut ours = HEALTH.into_iter().fold(Router::new(), |ours, path| ours.route(path, get(answer_health)));
    if metrics_endpoint::is_with_app() {
        ours = ours.route("/metrics", get(metrics));
    }
    #[cfg(feature = "dev-page")]
    if crate::dev_page::is_ours(crate::dev_page::PATH) {
        for path in ["/observe", "/observe/", "/observe/{*rest}"] {
            ours = ours.route(path, any(show));
        }
    }
    #[cfg(feature = "alerts")]
    if crate::alerts::has_tokens() {
        ours = ours.merge(crate::alerts::axum_routes());
    }
    ours.fallback_service(app)
}

/// Says where the server is, in addresses that a terminal opens.
pub(super) fn say_where(address: SocketAddr) {
    let metrics = metrics_endpoint::is_with_app().then(|| format!("http://{address}/metrics"));
    #[cfg(feature = "dev-page")]
    let dev_page =
        crate::dev_page::is_ours(crate::dev_page::PATH).then(|| format!("http://{address}{}", crate::dev_page::PATH));
    #[cfg(not(feature = "dev-page"))]
    let dev_page: Option<String> = None;
    tracing::info!(
        target: "observe",
        dev_page,
        metrics,
        health = format!("http://{address}/health"),
        checks = health::count(),
        "listens on http://{address}",
    );
}

async fn answer_health(request: Request) -> Response {
    let from_inside = metrics_endpoint::may_read(peer(&request), request.headers());
    health::respond(request.uri(), request.headers(), from_inside).await.map(Body::from)
}

async fn metrics(request: Request) -> Response {
    metrics_endpoint::metrics(peer(&request), request.headers()).map(Body::from)
}

#[cfg(feature = "dev-page")]
async fn show(request: Request) -> Response {
    crate::dev_page::respond(peer(&request), request).await.map(Body::new)
}

fn peer(request: &Request) -> Option<SocketAddr> {
    request.extensions().get::<ConnectInfo<SocketAddr>>().map(|info| info.0)
}

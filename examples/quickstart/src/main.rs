//! The smallest service: one route, a span and metrics for it, and a server that shows them.

use axum::{Router, extract::Path, routing::get};
use observe::{metered, traced};

/// Greets a guest.
#[traced]
#[metered(name = "greeting")]
async fn greet(Path(name): Path<String>) -> String {
    format!("Hello, {name}!\n")
}

#[tokio::main]
async fn main() -> observe::Result<()> {
    let _guard = observe::init!()?;
    let app = Router::new().route("/hello/{name}", get(greet)).layer(observe::axum::layer());
    observe::axum::serve(app, "127.0.0.1:8000").await
}

//! A layer and a server for [axum]: spans, request ids and metrics for every request.
//!
//! ```no_run
//! use axum::{Router, routing::get};
//!
//! #[tokio::main]
//! async fn main() -> observe::Result<()> {
//!     let _guard = observe::init!()?;
//!     let app = Router::new().route("/", get(|| async { "hello" })).layer(observe::axum::layer());
//!     observe::axum::serve(app, "127.0.0.1:8000").await
//! }
//! ```

mod layer;
mod routes;
mod serve;
mod stop;

pub use crate::tower::RequestId;
pub use layer::{MatchedRoutes, ObserveLayer, ObserveService, layer};
pub use serve::{Server, bind, serve};
pub(crate) use stop::choose as choose_drain;

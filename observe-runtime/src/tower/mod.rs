//! A layer for every HTTP service that speaks [tower](https://docs.rs/tower): server spans, request ids, metrics and log
//! lines.
//!
//! [`observe::axum::layer`](crate::axum::layer) is this layer, with the routes of axum. Around any other service,
//! [`layer`] knows no routes until it is told how to find them:
//!
//! ```
//! use observe::tower::{Head, layer};
//!
//! let layer = layer().route(|head: Head<'_>| match head.uri().path() {
//!     "/beds" => Some("/beds"),
//!     path if path.starts_with("/beds/") => Some("/beds/{id}"),
//!     _ => None,
//! });
//! ```
//!
//! hyper takes the observed service through `hyper_util::service::TowerToHyperService`, and tonic's server with its own
//! `Server::layer`.
//!
//! ```text
//! layer.rs ─→ under_way.rs (span.rs, requests.rs) ─→ future.rs ─→ body.rs ─→ the end
//! families.rs ─→ what a scrape and an export see of requests.rs
//! ```

mod body;
mod client;
mod combinations;
mod families;
mod future;
mod grpc;
mod head;
mod layer;
mod lines;
mod request_id;
mod requests;
mod span;
mod under_way;

pub use body::ObservedBody;
pub use future::ResponseFuture;
pub use head::{FindRoute, Head, NoRoutes, RouteBy};
pub use layer::{HttpLayer, HttpService, layer};
pub use request_id::RequestId;

#[cfg(feature = "axum")]
pub(crate) use layer::with_routes;
pub(crate) use lines::MODULE as LINES;

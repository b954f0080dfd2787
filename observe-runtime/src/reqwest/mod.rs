//! Clients of reqwest that are traced and counted, and pass the trace on.
//!
//! [`client`] goes around a client, where it is made; requests are built and sent as before:
//!
//! ```no_run
//! # async fn run() -> Result<(), reqwest_middleware::Error> {
//! let client = observe::reqwest::client(reqwest::Client::new());
//! let text = client.get("https://api.example/beds").send().await?.text().await?;
//! # Ok(())
//! # }
//! ```
//!
//! Each request is a client span by the semantic conventions, `GET`, and its headers say which: what answers goes on
//! with the trace. It is counted in `external_api_calls_total{provider,status}` and
//! `external_api_duration_seconds`. Headers and bodies are recorded nowhere, and of the URL what
//! [`Url`](crate::http::Url) shows.
//!
//! [`Observed`] is the middleware alone, for a client that has others; [`execute`] sends one request of a client that
//! has none.

mod body;
mod call;
mod failure;
mod middleware;

pub use middleware::{Observed, UrlTemplate, client, execute, middleware};

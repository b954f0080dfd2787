//! A service: one route, and what observes it. The driver asks; the figure is the server's CPU.

use super::telemetry::{self, Arrived};
use crate::subject::{Entry, Exports, Make, Section, Subject};
use axum::routing::get;
use axum::{Json, Router, extract::Path};
use observe::{metered, traced};
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use tokio::net::TcpListener;
use tokio::runtime::Runtime;
use tower_http::trace::TraceLayer;

const fn entry(name: &'static str, what: &'static str, make: Make) -> Entry {
    Entry::new(Section::Http, name, what, make)
}

/// The peer that does most of the same.
const PEER: &[&str] = &["tracing-otel"];

/// The table.
pub const ENTRIES: &[Entry] = &[
    entry("bare", "axum, nothing else", bare),
    entry("layer-off", "our layer, handler traced + metered, nothing installed", ours_off),
    entry("stack", "the same, installed: 2 spans to a sink, metrics, a log line", ours).against(PEER),
    entry("stack-no-line", "the same without the log line (RUST_LOG=off)", ours)
        .against(PEER)
        .with(&[("RUST_LOG", "off")]),
    entry("tracing-otel", "TraceLayer + #[instrument] + tracing-opentelemetry, no-op exporter", tracing_otel),
];

/// Requests answered, which is what the spans are counted against.
static ANSWERED: AtomicU64 = AtomicU64::new(0);

async fn answer(Path(id): Path<u64>) -> Json<u64> {
    ANSWERED.fetch_add(1, Relaxed);
    Json(id + 1)
}

/// Answers, and is observed.
#[traced(fields(question.id = id))]
#[metered(name = "answer")]
async fn answer_observed(Path(id): Path<u64>) -> Json<u64> {
    ANSWERED.fetch_add(1, Relaxed);
    Json(id + 1)
}

#[tracing::instrument]
async fn answer_instrumented(Path(id): Path<u64>) -> Json<u64> {
    ANSWERED.fetch_add(1, Relaxed);
    Json(id + 1)
}

const ROUTE: &str = "/answers/{id}";

fn bare() -> Result<Box<dyn Subject>, String> {
    Server::start(Router::new().route(ROUTE, get(answer)), None)
}

fn observed() -> Router {
    Router::new().route(ROUTE, get(answer_observed)).layer(observe::axum::layer())
}

fn ours_off() -> Result<Box<dyn Subject>, String> {
    Server::start(observed(), None)
}

fn ours() -> Result<Box<dyn Subject>, String> {
    let arrived = telemetry::observe()?;
    Server::start(observed(), Some(arrived))
}

fn tracing_otel() -> Result<Box<dyn Subject>, String> {
    let arrived = telemetry::tracing_opentelemetry()?;
    let app = Router::new().route(ROUTE, get(answer_instrumented)).layer(TraceLayer::new_for_http());
    Server::start(app, Some(arrived))
}

/// A server on a port that the system chose. It lives as long as its process.
struct Server {
    address: SocketAddr,
    arrived: Option<Arrived>,
    _runtime: Arc<Runtime>,
}

impl Server {
    fn start(app: Router, arrived: Option<Arrived>) -> Result<Box<dyn Subject>, String> {
        let failed = |error: std::io::Error| format!("the server can't be started: {error}");
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
        let runtime = Arc::new(runtime.map_err(failed)?);
        let listener = runtime.block_on(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))).map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?;
        runtime.spawn(async move {
            if let Err(error) = axum::serve(listener, app).await {
                eprintln!("the server ended: {error}");
            }
        });
        Ok(Box::new(Self { address, arrived, _runtime: runtime }))
    }
}

impl Subject for Server {
    /// Nothing: the driver sends requests.
    fn run(&mut self, _: u64) {}

    /// Two spans a request: the server's and the handler's.
    fn settle(&mut self) -> Option<Exports> {
        let (exported, lost) = self.arrived.as_mut()?();
        Some(Exports { expected: 2 * ANSWERED.load(Relaxed), exported, lost })
    }

    fn address(&self) -> Option<SocketAddr> {
        Some(self.address)
    }

    fn extra_operations(&self) -> u64 {
        ANSWERED.load(Relaxed)
    }
}

//! A service: one route, and what observes it. The driver asks; the figure is the server's CPU.

use super::telemetry::{self, Arrived};
use crate::subject::{Entry, Exports, Make, Section, Share, Subject};
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

/// The peers that do all of it.
const FULL_PEER: &[&str] = &["full-peer"];
const FULL_PEER_10: &[&str] = &["full-peer-10"];

/// Of all traces a tenth.
const TENTH: Share = Share::About(0.1);

/// The table.
pub const ENTRIES: &[Entry] = &[
    entry("bare", "axum, nothing else", bare),
    entry("layer-off", "our layer, handler traced + metered, nothing installed", ours_off),
    entry("stack", "the same, installed: 2 spans to a sink, metrics, a log line", ours).against(PEER),
    entry("stack-no-line", "the same without the log line (RUST_LOG=off)", ours)
        .against(PEER)
        .with(&[("RUST_LOG", "off")]),
    entry("metrics-only", "the same without spans, metrics alone", ours)
        .with(&[("RUST_LOG", "off"), ("OBSERVE_TRACES", "off")])
        .exporting(Share::Nothing),
    entry("full", "our layer, 3 spans, an event, metrics of request and handlers, all exported", ours_full)
        .against(FULL_PEER)
        .with(&[("OBSERVE_HTTP_LOG", "off")]),
    entry("full-lines", "the same with the lines at a request's start and end", ours_full).against(FULL_PEER),
    entry("full-10", "3 spans, an event, metrics; a tenth of all traces", ours_full)
        .against(FULL_PEER_10)
        .with(&[("OBSERVE_HTTP_LOG", "off"), SAMPLER, RATIO, ("OBSERVE_TRACES_KEEP", "none")])
        .exporting(TENTH),
    entry("full-10-keep", "the same, and what fails or is slow besides: the default", ours_full)
        .against(FULL_PEER_10)
        .with(&[("OBSERVE_HTTP_LOG", "off"), SAMPLER, RATIO])
        .exporting(TENTH),
    entry(
        "full-peer",
        "TraceLayer + tracing-opentelemetry + axum-prometheus, the same spans and event, OTLP",
        peers_full,
    ),
    entry("full-peer-10", "the same, a tenth of all traces", peers_full).with(&[SAMPLER, RATIO]).exporting(TENTH),
    entry("tracing-otel", "TraceLayer + #[instrument] + tracing-opentelemetry, no-op exporter", tracing_otel),
];

const SAMPLER: (&str, &str) = ("OTEL_TRACES_SAMPLER", "parentbased_traceidratio");
const RATIO: (&str, &str) = ("OTEL_TRACES_SAMPLER_ARG", "0.1");

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

/// Two spans below the request's, an event in the inner one, and metrics of both functions.
#[traced(fields(question.id = id))]
#[metered(name = "full_answer")]
async fn answer_full(Path(id): Path<u64>) -> Json<u64> {
    ANSWERED.fetch_add(1, Relaxed);
    Json(look_up(id).await)
}

#[traced(fields(question.id = id))]
#[metered(name = "look_up")]
async fn look_up(id: u64) -> u64 {
    tracing::info!(found = id, "looked up");
    id + 1
}

#[tracing::instrument]
async fn answer_full_instrumented(Path(id): Path<u64>) -> Json<u64> {
    ANSWERED.fetch_add(1, Relaxed);
    Json(look_up_instrumented(id).await)
}

#[tracing::instrument]
async fn look_up_instrumented(id: u64) -> u64 {
    tracing::info!(found = id, "looked up");
    id + 1
}

/// The one route.
pub const ROUTE: &str = "/answers/{id}";

fn bare() -> Result<Box<dyn Subject>, String> {
    Server::start(|| Router::new().route(ROUTE, get(answer)), None, 0)
}

fn observed() -> Router {
    Router::new().route(ROUTE, get(answer_observed)).layer(observe::axum::layer())
}

fn ours_off() -> Result<Box<dyn Subject>, String> {
    Server::start(observed, None, 0)
}

fn ours() -> Result<Box<dyn Subject>, String> {
    let arrived = telemetry::observe()?;
    Server::start(observed, Some(arrived), 2)
}

fn tracing_otel() -> Result<Box<dyn Subject>, String> {
    let arrived = telemetry::tracing_opentelemetry()?;
    let app = || Router::new().route(ROUTE, get(answer_instrumented)).layer(TraceLayer::new_for_http());
    Server::start(app, Some(arrived), 2)
}

fn ours_full() -> Result<Box<dyn Subject>, String> {
    let arrived = telemetry::observe()?;
    let app = || Router::new().route(ROUTE, get(answer_full)).layer(observe::axum::layer());
    Server::start(app, Some(arrived), 3)
}

fn peers_full() -> Result<Box<dyn Subject>, String> {
    let arrived = telemetry::tracing_opentelemetry_http()?;
    let app = || {
        let (metrics, _) = axum_prometheus::PrometheusMetricLayer::pair();
        Router::new().route(ROUTE, get(answer_full_instrumented)).layer(TraceLayer::new_for_http()).layer(metrics)
    };
    Server::start(app, Some(arrived), 3)
}

/// A server on a port that the system chose. It lives as long as its process.
struct Server {
    address: SocketAddr,
    arrived: Option<Arrived>,
    /// Spans of each request.
    spans: u64,
    _runtime: Arc<Runtime>,
}

impl Server {
    fn start(app: impl FnOnce() -> Router, arrived: Option<Arrived>, spans: u64) -> Result<Box<dyn Subject>, String> {
        let failed = |error: std::io::Error| format!("the server can't be started: {error}");
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
        let runtime = Arc::new(runtime.map_err(failed)?);
        let listener = runtime.block_on(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))).map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?;
        // Some layers start a task of their own.
        let app = {
            let _entered = runtime.enter();
            app()
        };
        runtime.spawn(async move {
            if let Err(error) = axum::serve(listener, app).await {
                eprintln!("the server ended: {error}");
            }
        });
        Ok(Box::new(Self { address, arrived, spans, _runtime: runtime }))
    }
}

impl Subject for Server {
    /// Nothing: the driver sends requests.
    fn run(&mut self, _: u64) {}

    fn settle(&mut self) -> Option<Exports> {
        let (exported, lost) = self.arrived.as_mut()?();
        Some(Exports { expected: self.spans * ANSWERED.load(Relaxed), exported, lost })
    }

    fn address(&self) -> Option<SocketAddr> {
        Some(self.address)
    }

    fn extra_operations(&self) -> u64 {
        ANSWERED.load(Relaxed)
    }
}

//! Switching each library on, in the way that its documentation shows, with an exporter that counts.

mod opentelemetry;
mod otlp;

use crate::samples::sum;
use fastrace::collector::{Config, Reporter, SpanRecord};
use observe::Guard;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Duration;
use tracing::Subscriber;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::{Layer, Registry};

pub(super) use opentelemetry::{opentelemetry, tracer, tracing_opentelemetry};
pub(super) use otlp::{tracing_opentelemetry_http, tracing_opentelemetry_until_dropped};

/// Asks a library to send what it holds; how many spans arrived, and how many it says it lost.
pub(super) type Arrived = Box<dyn FnMut() -> (u64, u64)>;

/// How long a flush may take.
const PATIENCE: Duration = Duration::from_mins(1);

/// Spans that the exporter below has counted.
static ARRIVED: AtomicU64 = AtomicU64::new(0);

/// Switches observe on, as the environment says.
pub(super) fn observe() -> Result<Arrived, String> {
    observe_until_dropped().map(arrived)
}

/// The same, switched off when the result is dropped.
pub(super) fn observe_until_dropped() -> Result<Guard, String> {
    observe::init!("bench").map_err(|error| error.to_string())
}

/// Switches observe on as one layer of a subscriber that somebody else makes.
#[cfg(feature = "layer")]
pub(super) fn observe_layer() -> Result<Arrived, String> {
    let (layer, guard) = observe::Builder::new("bench", "0").layer().map_err(|error| error.to_string())?;
    install(Registry::default().with(layer))?;
    Ok(arrived(guard))
}

fn arrived(guard: Guard) -> Arrived {
    Box::new(move || {
        if !guard.flush(PATIENCE) {
            eprintln!("spans were still queued after {PATIENCE:?}");
        }
        (sum_of("observe_spans_exported_total"), observe_lost())
    })
}

/// Spans that observe says it lost.
pub(super) fn observe_lost() -> u64 {
    sum_of("observe_spans_lost_total")
}

/// A family's samples, added up: what observe says of itself.
fn sum_of(family: &str) -> u64 {
    sum(&observe::exposition(), family).and_then(|sum| sum.try_into().ok()).unwrap_or_default()
}

/// Switches `tracing_subscriber`'s registry on, below a layer that does nothing. Without any layer
/// it would never let go of a span, and soon measure the allocator.
pub(super) fn registry() -> Result<Option<Arrived>, String> {
    install(Registry::default().with(Idle))?;
    Ok(None)
}

struct Idle;

impl<S: Subscriber> Layer<S> for Idle {}

fn install(subscriber: impl Subscriber + Send + Sync) -> Result<(), String> {
    tracing::subscriber::set_global_default(subscriber).map_err(|error| error.to_string())
}

/// Switches fastrace on.
pub(super) fn fastrace() -> Arrived {
    fastrace::set_reporter(Counting, Config::default());
    Box::new(|| {
        fastrace::flush();
        (ARRIVED.load(Relaxed), 0)
    })
}

/// Takes spans, counts them and lets them go.
#[derive(Clone, Copy, Debug)]
struct Counting;

impl Reporter for Counting {
    fn report(&mut self, spans: Vec<SpanRecord>) {
        ARRIVED.fetch_add(spans.len() as u64, Relaxed);
    }
}

//! Switching each library on, in the way that its documentation shows, with an exporter that counts.

use crate::samples::sum;
use fastrace::collector::{Config, Reporter, SpanRecord};
use opentelemetry::trace::TracerProvider as _;
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::trace::{
    BatchConfigBuilder, BatchSpanProcessor, SdkTracer, SdkTracerProvider, SpanData, SpanExporter,
};
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Duration;
use tracing::Subscriber;
use tracing_subscriber::Registry;
use tracing_subscriber::layer::SubscriberExt as _;

/// Asks a library to send what it holds; how many spans arrived, and how many it says it lost.
pub(super) type Arrived = Box<dyn FnMut() -> (u64, u64)>;

/// How long a flush may take.
const PATIENCE: Duration = Duration::from_mins(1);

/// As many spans as our own queue holds here, see the driver's variables.
const QUEUE: usize = 262_144;

static ARRIVED: AtomicU64 = AtomicU64::new(0);

/// Switches observe on, as the environment says.
pub(super) fn observe() -> Result<Arrived, String> {
    let guard = observe::init!("bench").map_err(|error| error.to_string())?;
    Ok(Box::new(move || {
        if !guard.flush(PATIENCE) {
            eprintln!("spans were still queued after {PATIENCE:?}");
        }
        (sum_of("observe_spans_exported_total"), sum_of("observe_spans_lost_total"))
    }))
}

/// A family's samples, added up: what observe says of itself.
fn sum_of(family: &str) -> u64 {
    sum(&observe::exposition(), family).and_then(|sum| sum.try_into().ok()).unwrap_or_default()
}

/// Switches `tracing_subscriber`'s registry on, and nothing behind it.
pub(super) fn registry_alone() -> Result<(), String> {
    install(Registry::default())
}

/// Switches tracing-opentelemetry on, with the SDK's batch processor behind it.
pub(super) fn tracing_opentelemetry() -> Result<Arrived, String> {
    let (provider, tracer) = provider();
    install(Registry::default().with(tracing_opentelemetry::layer().with_tracer(tracer)))?;
    Ok(flush(provider))
}

fn provider() -> (SdkTracerProvider, SdkTracer) {
    let config = BatchConfigBuilder::default().with_max_queue_size(QUEUE).build();
    let processor = BatchSpanProcessor::builder(Counting).with_batch_config(config).build();
    let provider = SdkTracerProvider::builder().with_span_processor(processor).build();
    let tracer = provider.tracer("bench");
    (provider, tracer)
}

fn flush(provider: SdkTracerProvider) -> Arrived {
    Box::new(move || {
        if let Err(error) = provider.force_flush() {
            eprintln!("the provider can't be flushed: {error}");
        }
        (ARRIVED.load(Relaxed), 0)
    })
}

fn install(subscriber: impl Subscriber + Send + Sync) -> Result<(), String> {
    tracing::subscriber::set_global_default(subscriber).map_err(|error| error.to_string())
}

/// Switches fastrace on.
#[expect(clippy::unnecessary_wraps, reason = "the same form as the others")]
pub(super) fn fastrace() -> Result<Arrived, String> {
    fastrace::set_reporter(Counting, Config::default());
    Ok(Box::new(|| {
        fastrace::flush();
        (ARRIVED.load(Relaxed), 0)
    }))
}

/// Takes spans, counts them and lets them go.
#[derive(Clone, Copy, Debug)]
struct Counting;

impl SpanExporter for Counting {
    async fn export(&self, batch: Vec<SpanData>) -> OTelSdkResult {
        ARRIVED.fetch_add(batch.len() as u64, Relaxed);
        Ok(())
    }
}

impl Reporter for Counting {
    fn report(&mut self, spans: Vec<SpanRecord>) {
        ARRIVED.fetch_add(spans.len() as u64, Relaxed);
    }
}

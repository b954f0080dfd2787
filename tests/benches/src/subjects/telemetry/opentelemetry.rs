//! The OpenTelemetry SDK, with its batch processor and an exporter that counts.

use super::{ARRIVED, Arrived, Counting, install};
use opentelemetry::trace::{Link, SpanKind, TraceId, TracerProvider as _};
use opentelemetry::{Context, KeyValue};
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::trace::{
    BatchConfigBuilder, BatchSpanProcessor, Sampler, SamplingDecision, SamplingResult, SdkTracer, SdkTracerProvider,
    ShouldSample, SpanData, SpanExporter,
};
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use tracing_subscriber::Registry;
use tracing_subscriber::layer::SubscriberExt as _;

/// As many spans as our own queue holds here, see the driver's variables.
const QUEUE: usize = 262_144;

static PROVIDER: LazyLock<(SdkTracerProvider, SdkTracer)> = LazyLock::new(|| {
    let config = BatchConfigBuilder::default().with_max_queue_size(QUEUE).build();
    let processor = BatchSpanProcessor::builder(Counting).with_batch_config(config).build();
    let provider = SdkTracerProvider::builder().with_span_processor(processor);
    let provider = match ratio() {
        Some(ratio) => {
            provider.with_sampler(Counted(Sampler::ParentBased(Box::new(Sampler::TraceIdRatioBased(ratio)))))
        }
        None => provider,
    };
    let provider = provider.build();
    let tracer = provider.tracer("bench");
    (provider, tracer)
});

/// The tracer of this process.
pub(in crate::subjects) fn tracer() -> &'static SdkTracer {
    &PROVIDER.1
}

/// Switches the SDK on.
pub(in crate::subjects) fn opentelemetry() -> Arrived {
    let (provider, _) = &*PROVIDER;
    Box::new(move || {
        if let Err(error) = provider.force_flush() {
            eprintln!("the provider can't be flushed: {error}");
        }
        let arrived = ARRIVED.load(Relaxed);
        (arrived, SAMPLED.load(Relaxed).saturating_sub(arrived))
    })
}

/// Switches tracing-opentelemetry on, with the SDK behind it.
pub(in crate::subjects) fn tracing_opentelemetry() -> Result<Arrived, String> {
    install(Registry::default().with(tracing_opentelemetry::layer().with_tracer(tracer().clone())))?;
    Ok(opentelemetry())
}

/// The share of traces that the environment asks for, where it does.
fn ratio() -> Option<f64> {
    std::env::var("OTEL_TRACES_SAMPLER_ARG").ok()?.parse().ok()
}

/// Spans that were sampled, where not all are: which of them are missing could not be told otherwise.
static SAMPLED: AtomicU64 = AtomicU64::new(0);

#[derive(Clone, Debug)]
struct Counted(Sampler);

impl ShouldSample for Counted {
    fn should_sample(
        &self,
        parent: Option<&Context>,
        trace: TraceId,
        name: &str,
        kind: &SpanKind,
        attributes: &[KeyValue],
        links: &[Link],
    ) -> SamplingResult {
        let result = self.0.should_sample(parent, trace, name, kind, attributes, links);
        if result.decision == SamplingDecision::RecordAndSample {
            SAMPLED.fetch_add(1, Relaxed);
        }
        result
    }
}

impl SpanExporter for Counting {
    async fn export(&self, batch: Vec<SpanData>) -> OTelSdkResult {
        ARRIVED.fetch_add(batch.len() as u64, Relaxed);
        Ok(())
    }
}

//! The OpenTelemetry SDK with the OTLP exporter that belongs to it: protobuf over HTTP, by its blocking client.

use super::{ARRIVED, Arrived, install};
use opentelemetry::trace::TracerProvider as _;
use opentelemetry_otlp::SpanExporter as Otlp;
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::trace::{BatchSpanProcessor, SdkTracerProvider, SpanData, SpanExporter};
use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;
use tracing_subscriber::Registry;
use tracing_subscriber::layer::SubscriberExt as _;

/// Switches tracing-opentelemetry on, which sends where the environment says.
pub(in crate::subjects) fn tracing_opentelemetry_http() -> Result<Arrived, String> {
    let running = tracing_opentelemetry_until_dropped()?;
    Ok(Box::new(move || {
        if let Err(error) = running.0.force_flush() {
            eprintln!("the provider can't be flushed: {error}");
        }
        (ARRIVED.load(Relaxed), 0)
    }))
}

/// The same, shut down when the result is dropped.
pub(in crate::subjects) fn tracing_opentelemetry_until_dropped() -> Result<Running, String> {
    let exporter = Otlp::builder().with_http().build().map_err(|error| error.to_string())?;
    // The environment has the size of its queue, too.
    let processor = BatchSpanProcessor::builder(Counted(exporter)).build();
    let provider = SdkTracerProvider::builder().with_span_processor(processor).build();
    install(Registry::default().with(tracing_opentelemetry::layer().with_tracer(provider.tracer("bench"))))?;
    Ok(Running(provider))
}

/// Shuts down when it is dropped, as the examples of tracing-opentelemetry do.
pub(in crate::subjects) struct Running(SdkTracerProvider);

impl Drop for Running {
    fn drop(&mut self) {
        if let Err(error) = self.0.shutdown() {
            eprintln!("the provider can't be shut down: {error}");
        }
    }
}

/// Counts the spans that were sent.
#[derive(Debug)]
struct Counted(Otlp);

impl SpanExporter for Counted {
    async fn export(&self, batch: Vec<SpanData>) -> OTelSdkResult {
        let spans = batch.len() as u64;
        self.0.export(batch).await?;
        ARRIVED.fetch_add(spans, Relaxed);
        Ok(())
    }

    fn shutdown_with_timeout(&self, timeout: Duration) -> OTelSdkResult {
        self.0.shutdown_with_timeout(timeout)
    }

    fn set_resource(&mut self, resource: &Resource) {
        self.0.set_resource(resource);
    }
}

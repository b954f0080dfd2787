//! The exporters that the settings ask for.

use super::console::ConsoleExporter;
use super::periodic::{Failures, Periodic, PeriodicSettings};
use super::{Exporter, MetricExporter, SpanExport, SpanSettings};
use crate::config::{Collector, Destination, Settings};
use crate::error::{Error, Result};
use crate::metric::registry;
use crate::sampling::JudgeSettings;
use crate::span::Queue;
use std::sync::{Arc, Once};
use std::time::{Duration, Instant};

/// What exports, each on a thread of its own.
pub(crate) struct Exports {
    spans: Option<SpanExport>,
    metrics: Option<Periodic>,
}

impl Exports {
    /// Starts what the settings ask for.
    ///
    /// An exporter that can't be made is no reason for a service not to start: it is a warning.
    pub(crate) fn start(settings: &mut Settings) -> Result<Self> {
        let (spans, metrics) = if settings.enabled { exporters(settings) } else { (None, None) };
        let failed = |error: std::io::Error| Error::Export(error.to_string());
        let fallback = settings.console_fallback.then(|| Box::new(console(settings)) as Box<dyn Exporter>);
        let queue_settings = SpanSettings {
            capacity: settings.queue_size.unwrap_or(2048),
            batch: settings.batch_size,
            delay: settings.batch_delay,
            timeout: settings.export_timeout,
            judge: JudgeSettings::new(settings.sampling.sampling.slow, settings.sampling.buffer),
        };
        let spans = spans.map(|exporter| SpanExport::start(exporter, fallback, queue_settings)).transpose();
        let metrics_settings =
            PeriodicSettings { interval: settings.metric_interval, timeout: settings.metric_timeout };
        if metrics.is_some() {
            static SHOWN: Once = Once::new();
            SHOWN.call_once(|| registry().add(&Failures));
        }
        let metrics = metrics.map(|exporter| Periodic::start(exporter, metrics_settings)).transpose();
        Ok(Self { spans: spans.map_err(failed)?, metrics: metrics.map_err(failed)? })
    }

    /// Where finished spans go.
    pub(crate) fn queue(&self) -> Option<Arc<Queue>> {
        self.spans.as_ref().map(|spans| Arc::clone(spans.queue()))
    }

    /// Whether anything is exported.
    pub(crate) fn any(&self) -> bool {
        self.spans.is_some() || self.metrics.is_some()
    }

    /// Has all queued spans and all metrics exported, and waits for both; `false` where the time
    /// was too short.
    pub(crate) fn flush(&self, timeout: Duration) -> bool {
        let begun = Instant::now();
        // Both at once: one that hangs must not take the other's time.
        let asked = self.metrics.as_ref().map(|metrics| (metrics, metrics.ask()));
        let spans = self.spans.as_ref().is_none_or(|spans| spans.flush(timeout));
        let left = timeout.saturating_sub(begun.elapsed());
        let metrics = asked.is_none_or(|(metrics, number)| metrics.wait(number, left));
        spans && metrics
    }

    /// The same for the last time, and says what did not go out.
    pub(crate) fn shutdown(&self, timeout: Duration) {
        let begun = Instant::now();
        let asked = self.metrics.as_ref().map(|metrics| (metrics, metrics.ask_last()));
        if let Some(spans) = &self.spans {
            spans.shutdown(timeout);
        }
        let left = timeout.saturating_sub(begun.elapsed());
        if asked.is_some_and(|(metrics, number)| !metrics.wait(number, left)) {
            tracing::warn!(target: "observe", "shut down before the last metrics were exported");
        }
    }
}

fn console(settings: &Settings) -> ConsoleExporter {
    ConsoleExporter { limits: settings.span_limits }
}

type Exporters = (Option<Box<dyn Exporter>>, Option<Box<dyn MetricExporter>>);

/// The exporters that can be made; what can't be is a warning, and goes nowhere.
fn exporters(settings: &mut Settings) -> Exporters {
    let spans = match &settings.traces {
        Destination::Nowhere => Ok(None),
        Destination::Console => Ok(Some(Box::new(console(settings)) as Box<dyn Exporter>)),
        Destination::Otlp(collector) => otlp::spans(settings, collector).map(Some),
    };
    let metrics = match &settings.metrics {
        Destination::Nowhere => Ok(None),
        Destination::Console => Ok(Some(Box::new(console(settings)) as Box<dyn MetricExporter>)),
        Destination::Otlp(collector) => otlp::metrics(settings, collector).map(Some),
    };
    // One sentence where both fail for one reason, as with a wrong general endpoint.
    let reasons = match (spans.as_ref().err(), metrics.as_ref().err()) {
        (Some(spans), Some(metrics)) if spans == metrics => vec![("spans and metrics", spans.clone())],
        (spans, metrics) => {
            let named = [("spans", spans), ("metrics", metrics)];
            named.into_iter().filter_map(|(what, reason)| Some((what, reason?.clone()))).collect()
        }
    };
    for (what, reason) in reasons {
        settings.warnings.push(format!(
            "OTEL_EXPORTER_OTLP_ENDPOINT and its headers can't be used: {reason}; \
             accepted: a URL such as `http://localhost:4318`; {what} are not exported"
        ));
    }
    if spans.is_err() {
        settings.traces = Destination::Nowhere;
    }
    if metrics.is_err() {
        settings.metrics = Destination::Nowhere;
    }
    (spans.unwrap_or_default(), metrics.unwrap_or_default())
}

#[cfg(feature = "otlp")]
mod otlp {
    use super::{Collector, Exporter, MetricExporter, Settings};
    use crate::export::otlp::{OtlpExporter, OtlpMetricExporter, OtlpSettings, Signal, Temporality};

    pub(super) fn spans(settings: &Settings, collector: &Collector) -> Result<Box<dyn Exporter>, String> {
        let otlp = OtlpSettings::new(collector, Signal::Traces)?;
        Ok(Box::new(
            OtlpExporter::new(otlp, &settings.resource, settings.code_attributes)?.limited(settings.span_limits),
        ))
    }

    pub(super) fn metrics(settings: &Settings, collector: &Collector) -> Result<Box<dyn MetricExporter>, String> {
        let temporality = if settings.metric_deltas { Temporality::Delta } else { Temporality::Cumulative };
        let otlp = OtlpSettings::new(collector, Signal::Metrics)?;
        Ok(Box::new(OtlpMetricExporter::new(otlp, &settings.resource, temporality)?))
    }
}

#[cfg(not(feature = "otlp"))]
mod otlp {
    use super::{Collector, Exporter, MetricExporter, Settings};

    const MISSING: &str = "observe-runtime is built without its feature `otlp`";

    pub(super) fn spans(_: &Settings, _: &Collector) -> Result<Box<dyn Exporter>, String> {
        Err(MISSING.to_owned())
    }

    pub(super) fn metrics(_: &Settings, _: &Collector) -> Result<Box<dyn MetricExporter>, String> {
        Err(MISSING.to_owned())
    }
}

//! The exporters that the settings ask for.

use super::console::ConsoleExporter;
use super::outage::Outage;
use super::periodic::{Failures, Periodic, PeriodicSettings};
use super::spans::Spans;
use super::worker::{Intake, Pipeline, Schedule};
use super::{Exporter, MetricExporter, counters};
use crate::config::{Collector, Destination, Settings};
use crate::error::{Error, Result};
use crate::metric::registry;
use crate::sampling::JudgeSettings;
use crate::span::{Capacity, Queue};
use std::collections::HashMap;
use std::io;
use std::sync::{Arc, Once};
use std::time::{Duration, Instant};

/// What exports, each on a thread of its own.
pub(crate) struct Exports {
    spans: Option<SpanExport>,
    metrics: Option<Periodic>,
}

/// The export of spans. What goes in goes into its queue.
struct SpanExport {
    queue: Arc<Queue>,
    pipeline: Pipeline,
}

impl Exports {
    /// Starts what the settings ask for.
    ///
    /// An exporter that can't be made is no reason for a service not to start: it is a warning.
    pub(crate) fn start(settings: &mut Settings) -> Result<Self> {
        let (spans, metrics) = if settings.enabled { exporters(settings) } else { (None, None) };
        let mut outages = Outages::default();
        let outage = outages.of(&settings.traces);
        let spans = spans.map(|exporter| span_export(exporter, settings, outage)).transpose();
        let metrics_settings =
            PeriodicSettings { interval: settings.metric_interval, timeout: settings.metric_timeout };
        if metrics.is_some() {
            static SHOWN: Once = Once::new();
            SHOWN.call_once(|| registry().add(&Failures));
        }
        let outage = outages.of(&settings.metrics);
        let metrics = metrics.map(|exporter| Periodic::start(exporter, metrics_settings, outage)).transpose();
        let failed = |error: io::Error| Error::Export(error.to_string());
        Ok(Self { spans: spans.map_err(failed)?, metrics: metrics.map_err(failed)? })
    }

    /// Where finished spans go.
    pub(crate) fn queue(&self) -> Option<Arc<Queue>> {
        self.spans.as_ref().map(|spans| Arc::clone(&spans.queue))
    }

    /// Whether anything is exported.
    pub(crate) fn any(&self) -> bool {
        self.spans.is_some() || self.metrics.is_some()
    }

    /// Has all queued spans and all metrics exported, and waits for both; `false` where some are not,
    /// because the time was too short or nobody takes them.
    pub(crate) fn flush(&self, timeout: Duration) -> bool {
        let begun = Instant::now();
        let left = || timeout.saturating_sub(begun.elapsed());
        // All at once: one that hangs must not take the others' time.
        let spans = self.spans.as_ref().map(|spans| (spans, spans.pipeline.ask()));
        let metrics = self.metrics.as_ref().map(|metrics| (metrics, metrics.ask()));
        let spans = spans.is_none_or(|(spans, number)| spans.pipeline.wait(number, left()));
        let metrics = metrics.is_none_or(|(metrics, number)| metrics.wait(number, left()));
        spans && metrics
    }

    /// The same for the last time, and says what did not go out.
    pub(crate) fn shutdown(&self, timeout: Duration) {
        let begun = Instant::now();
        let left = || timeout.saturating_sub(begun.elapsed());
        let spans = self.spans.as_ref().map(|spans| (spans, spans.pipeline.ask_last()));
        let metrics = self.metrics.as_ref().map(|metrics| (metrics, metrics.ask_last()));
        if let Some((spans, number)) = spans {
            spans.pipeline.wait(number, left());
            spans.pipeline.stop();
        }
        if metrics.is_some_and(|(metrics, number)| !metrics.wait(number, left())) {
            tracing::warn!(target: "observe", "shut down before the last metrics were exported");
        }
    }
}

fn span_export(exporter: Box<dyn Exporter>, settings: &Settings, outage: Arc<Outage>) -> io::Result<SpanExport> {
    let capacity = Capacity { spans: settings.queue_size, bytes: 64 << 20 };
    // A batch that the queue has no room for would never be full.
    let batch = settings.batch_size.min(capacity.spans);
    let queue = Queue::new(capacity, batch, &counters::SPANS.queue_full);
    let fallback = settings.console_fallback.then(|| Box::new(ConsoleExporter) as Box<dyn Exporter>);
    let judge = JudgeSettings::new(settings.sampling.sampling.slow, settings.sampling.buffer);
    let signal = Spans::new(Arc::clone(&queue), exporter, fallback, batch, judge);
    let schedule = Schedule { delay: settings.batch_delay, timeout: settings.export_timeout };
    let intake = Arc::clone(&queue) as Arc<dyn Intake>;
    let pipeline = Pipeline::start(signal, intake, schedule, &counters::SPANS, outage)?;
    queue.set_reader(pipeline.thread());
    Ok(SpanExport { queue, pipeline })
}

/// The outages of all receivers: signals that go to one server are told of together.
#[derive(Default)]
struct Outages(HashMap<String, Arc<Outage>>);

impl Outages {
    fn of(&mut self, destination: &Destination) -> Arc<Outage> {
        let server = match destination {
            Destination::Otlp(collector) => server(&collector.endpoint),
            _ => "",
        };
        Arc::clone(self.0.entry(server.to_owned()).or_default())
    }
}

/// The part of a URL that names a server.
fn server(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    rest.split(['/', '?', '#']).next().unwrap_or(rest)
}

type Exporters = (Option<Box<dyn Exporter>>, Option<Box<dyn MetricExporter>>);

/// The exporters that can be made; what can't be is a warning, and goes nowhere.
fn exporters(settings: &mut Settings) -> Exporters {
    let spans = match &settings.traces {
        Destination::Nowhere => Ok(None),
        Destination::Console => Ok(Some(Box::new(ConsoleExporter) as Box<dyn Exporter>)),
        Destination::Otlp(collector) => otlp::spans(settings, collector).map(Some),
    };
    let metrics = match &settings.metrics {
        Destination::Nowhere => Ok(None),
        Destination::Console => Ok(Some(Box::new(ConsoleExporter) as Box<dyn MetricExporter>)),
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
        Ok(Box::new(OtlpExporter::new(otlp, &settings.resource, settings.code_attributes)?))
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

//! All that exports: begun, flushed and ended together.

use super::exporters::{Exporters, console};
#[cfg(feature = "dev-page")]
use super::known::Known;
use super::logs::LogEvents;
use super::outage::Outage;
use super::periodic::{FAILURES, Failures, Periodic, PeriodicSettings};
use super::spans::Spans;
use super::worker::{Intake, Pipeline, Schedule};
use super::{Exporter, LogExporter, LogQueue, counters};
#[cfg(feature = "alerts")]
use crate::alerts;
use crate::config::{Destination, Settings, url};
use crate::error::{Error, Result};
use crate::families;
use crate::metric::registry;
use crate::sampling::JudgeSettings;
use crate::span::{Capacity, Queue};
use std::collections::HashMap;
use std::io;
use std::sync::{Arc, Once};
use std::time::{Duration, Instant};

/// What exports, each on a thread of its own.
pub(crate) struct Exports {
    spans: Option<Export<Queue>>,
    logs: Option<Export<LogQueue>>,
    metrics: Option<Periodic>,
    #[cfg(feature = "alerts")]
    alerts: alerts::Sending,
    /// Shown as long as it is there.
    #[cfg(feature = "dev-page")]
    _known: Arc<Known>,
}

/// The export of one signal. What goes in goes into its queue.
struct Export<Q> {
    queue: Arc<Q>,
    pipeline: Pipeline,
}

impl Exports {
    /// Starts what the settings ask for.
    ///
    /// An exporter that can't be made is no reason for a service not to start: it is a warning.
    pub(crate) fn start(settings: &mut Settings) -> Result<Self> {
        Self::begin(Exporters::new(settings), settings).map_err(|error| Error::Export(error.to_string()))
    }

    fn begin(exporters: Exporters, settings: &mut Settings) -> io::Result<Self> {
        #[cfg(feature = "dev-page")]
        let known = Known::new(&exporters, settings);
        let mut outages = Outages::default();
        let outage = outages.of(&settings.traces);
        #[cfg(feature = "dev-page")]
        let is_shown = settings.traces_enabled && crate::dev_page::page().is_some();
        #[cfg(not(feature = "dev-page"))]
        let is_shown = false;
        let spans = (exporters.spans.is_some() || is_shown)
            .then(|| export_spans(exporters.spans, settings, outage))
            .transpose()?;
        let outage = outages.of(&settings.logs);
        let logs = exporters.logs.map(|exporter| export_logs(exporter, settings, outage)).transpose()?;
        if exporters.metrics.is_some() {
            static SHOWN: Once = Once::new();
            SHOWN.call_once(|| {
                families::mark(families::METRICS_EXPORT);
                registry().add(&Failures);
            });
        }
        let periodic = PeriodicSettings { interval: settings.metric_interval, timeout: settings.metric_timeout };
        let outage = outages.of(&settings.metrics);
        let metrics =
            exporters.metrics.map(|exporter| Periodic::start(exporter, periodic, outage, &FAILURES)).transpose()?;
        #[cfg(feature = "alerts")]
        let alerts = alerts::start(settings)?;
        Ok(Self {
            #[cfg(feature = "dev-page")]
            _known: known.begin(spans.as_ref().map(|spans| &spans.queue), logs.as_ref().map(|logs| &logs.queue)),
            spans,
            logs,
            metrics,
            #[cfg(feature = "alerts")]
            alerts,
        })
    }

    /// Where finished spans go.
    pub(crate) fn queue(&self) -> Option<Arc<Queue>> {
        self.spans.as_ref().map(|spans| Arc::clone(&spans.queue))
    }

    /// Where log events go.
    pub(crate) fn log_queue(&self) -> Option<Arc<LogQueue>> {
        self.logs.as_ref().map(|logs| Arc::clone(&logs.queue))
    }

    /// Whether anything is exported.
    pub(crate) fn any(&self) -> bool {
        #[cfg(feature = "alerts")]
        if self.alerts.any() {
            return true;
        }
        self.pipelines().next().is_some() || self.metrics.is_some()
    }

    fn pipelines(&self) -> impl Iterator<Item = &Pipeline> {
        self.spans.iter().map(|spans| &spans.pipeline).chain(self.logs.iter().map(|logs| &logs.pipeline))
    }

    /// Has all that waits and all metrics exported, and waits for it; `false` where some is not, because the
    /// time was too short or nobody takes it.
    pub(crate) fn flush(&self, timeout: Duration) -> bool {
        let begun = Instant::now();
        let left = || timeout.saturating_sub(begun.elapsed());
        // All at once: one that hangs must not take the others' time.
        let asked: Vec<_> = self.pipelines().map(|pipeline| (pipeline, pipeline.ask())).collect();
        let metrics = self.metrics.as_ref().map(|metrics| (metrics, metrics.ask()));
        let mut is_all = true;
        for (pipeline, number) in asked {
            is_all &= pipeline.wait(number, left());
        }
        is_all &= metrics.is_none_or(|(metrics, number)| metrics.wait(number, left()));
        #[cfg(feature = "alerts")]
        {
            is_all &= self.alerts.flush(left());
        }
        is_all
    }

    /// The same for the last time, and says what did not go out.
    pub(crate) fn shutdown(&self, timeout: Duration) {
        let begun = Instant::now();
        let until = begun.checked_add(timeout);
        let left = || timeout.saturating_sub(begun.elapsed());
        let asked: Vec<_> = self.pipelines().map(|pipeline| (pipeline, pipeline.ask_last(until))).collect();
        let metrics = self.metrics.as_ref().map(|metrics| (metrics, metrics.ask_last(until)));
        #[cfg(feature = "alerts")]
        self.alerts.close(until);
        let mut lost = Vec::new();
        for (pipeline, number) in asked {
            pipeline.wait(number, left());
            let items = pipeline.stop();
            if items > 0 {
                lost.push(format!("{}={items}", pipeline.name));
            }
        }
        if metrics.is_some_and(|(metrics, number)| !metrics.wait_last(number, left())) {
            lost.push("the last metrics".to_owned());
        }
        #[cfg(feature = "alerts")]
        {
            let alerts = self.alerts.stop(left());
            if alerts > 0 {
                lost.push(format!("alerts={alerts}"));
            }
        }
        if !lost.is_empty() {
            tracing::warn!(target: "observe", "shut down before all was exported: {}", lost.join(", "));
        }
    }
}

fn export_spans(
    exporter: Option<Box<dyn Exporter>>,
    settings: &Settings,
    outage: Arc<Outage>,
) -> io::Result<Export<Queue>> {
    let capacity = Capacity { spans: settings.queue_size.unwrap_or(usize::MAX), bytes: settings.span_buffer_bytes };
    // A batch that the queue has no room for would never be full.
    let most = if exporter.is_some() { settings.batch_size } else { BATCH_TO_SHOW };
    let batch = most.min(capacity.spans);
    let queue = Queue::new(capacity, batch, &counters::SPANS.queue_full);
    let fallback =
        (settings.console_fallback && exporter.is_some()).then(|| Box::new(console(settings)) as Box<dyn Exporter>);
    let judge = JudgeSettings::new(settings.sampling.sampling.slow, settings.sampling.buffer);
    let signal = Spans::new(Arc::clone(&queue), exporter, fallback, batch, judge);
    #[cfg(feature = "dev-page")]
    let signal = signal.shown_on(crate::dev_page::page().filter(|_| settings.traces_enabled));
    let schedule = Schedule { delay: settings.batch_delay, timeout: settings.export_timeout };
    let intake = Arc::clone(&queue) as Arc<dyn Intake>;
    let pipeline = Pipeline::start(signal, intake, schedule, &counters::SPANS, outage)?;
    queue.set_reader(pipeline.thread());
    Ok(Export { queue, pipeline })
}

fn export_logs(
    exporter: Box<dyn LogExporter>,
    settings: &Settings,
    outage: Arc<Outage>,
) -> io::Result<Export<LogQueue>> {
    let most = settings.log_queue_size.unwrap_or(usize::MAX);
    let batch = settings.log_batch_size.min(most);
    let queue = LogQueue::new(most, settings.log_buffer_bytes, batch);
    let signal = LogEvents::new(Arc::clone(&queue), exporter, batch);
    let schedule = Schedule { delay: settings.log_batch_delay, timeout: settings.log_export_timeout };
    let intake = Arc::clone(&queue) as Arc<dyn Intake>;
    let pipeline = Pipeline::start(signal, intake, schedule, &counters::LOGS, outage)?;
    queue.set_reader(pipeline.thread());
    Ok(Export { queue, pipeline })
}

/// The most spans of a batch that nobody exports: it stays in a processor's cache on its way to the page.
const BATCH_TO_SHOW: usize = 1_024;

/// The outages of all receivers: signals that go to one server are told of together.
#[derive(Default)]
struct Outages(HashMap<String, Arc<Outage>>);

impl Outages {
    fn of(&mut self, destination: &Destination) -> Arc<Outage> {
        let server = match destination {
            Destination::Otlp(collector) => url::authority(&collector.endpoint),
            _ => "",
        };
        Arc::clone(self.0.entry(server.to_owned()).or_default())
    }
}

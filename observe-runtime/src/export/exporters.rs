//! The exporters that the settings ask for, as far as they can be made.

use super::console::ConsoleExporter;
use super::outage::listed;
use super::{Exporter, LogExporter, MetricExporter};
use crate::config::{Destination, Settings};

/// One for each signal that goes somewhere.
#[derive(Default)]
pub(super) struct Exporters {
    pub(super) spans: Option<Box<dyn Exporter>>,
    pub(super) metrics: Option<Box<dyn MetricExporter>>,
    pub(super) logs: Option<Box<dyn LogExporter>>,
}

impl Exporters {
    /// What can't be made is a warning, and its signal goes nowhere.
    pub(super) fn new(settings: &mut Settings) -> Self {
        if !settings.enabled {
            return Self::default();
        }
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
        let logs = match &settings.logs {
            // They are lines already.
            Destination::Nowhere | Destination::Console => Ok(None),
            Destination::Otlp(collector) => otlp::logs(settings, collector).map(Some),
        };
        let mut refused = Refused::default();
        let made = Self {
            spans: refused.but("spans", spans, &mut settings.traces),
            metrics: refused.but("metrics", metrics, &mut settings.metrics),
            logs: refused.but("logs", logs, &mut settings.logs),
        };
        settings.warnings.extend(refused.sentences());
        made
    }
}

/// Why signals can't be exported: those with one reason together, as with a wrong general endpoint.
#[derive(Default)]
struct Refused(Vec<(String, Vec<&'static str>)>);

impl Refused {
    /// The exporter if there is one; else its signal goes nowhere.
    fn but<T>(&mut self, signal: &'static str, made: Result<Option<T>, String>, to: &mut Destination) -> Option<T> {
        match made {
            Ok(exporter) => exporter,
            Err(reason) => {
                *to = Destination::Nowhere;
                match self.0.iter_mut().find(|(known, _)| *known == reason) {
                    Some((_, signals)) => signals.push(signal),
                    None => self.0.push((reason, vec![signal])),
                }
                None
            }
        }
    }

    fn sentences(&self) -> impl Iterator<Item = String> {
        self.0.iter().map(|(reason, signals)| {
            let signals = listed(signals);
            format!(
                "OTEL_EXPORTER_OTLP_ENDPOINT and what belongs to it can't be used: {reason}; \
                 accepted: a URL such as `http://localhost:4318`; {signals} are not exported"
            )
        })
    }
}

/// Standard output, as far as the limits allow.
pub(super) fn console(settings: &Settings) -> ConsoleExporter {
    ConsoleExporter { limits: settings.span_limits }
}

#[cfg(feature = "otlp")]
mod otlp {
    use super::{Exporter, LogExporter, MetricExporter};
    use crate::config::{Collector, Settings};
    use crate::export::otlp::{OtlpExporter, OtlpLogExporter, OtlpMetricExporter, OtlpSettings, Signal, Temporality};

    pub(super) fn spans(settings: &Settings, collector: &Collector) -> Result<Box<dyn Exporter>, String> {
        let otlp = OtlpSettings::new(collector, Signal::Traces)?;
        let exporter = OtlpExporter::new(otlp, &settings.resource, settings.code_attributes)?;
        Ok(Box::new(exporter.limited(settings.span_limits)))
    }

    pub(super) fn metrics(settings: &Settings, collector: &Collector) -> Result<Box<dyn MetricExporter>, String> {
        let temporality = if settings.metric_deltas { Temporality::Delta } else { Temporality::Cumulative };
        let otlp = OtlpSettings::new(collector, Signal::Metrics)?;
        Ok(Box::new(OtlpMetricExporter::new(otlp, &settings.resource, temporality)?))
    }

    pub(super) fn logs(settings: &Settings, collector: &Collector) -> Result<Box<dyn LogExporter>, String> {
        let otlp = OtlpSettings::new(collector, Signal::Logs)?;
        let exporter = OtlpLogExporter::new(otlp, &settings.resource, settings.code_attributes)?;
        Ok(Box::new(exporter.limited(settings.log_limits)))
    }
}

#[cfg(not(feature = "otlp"))]
mod otlp {
    use super::{Exporter, LogExporter, MetricExporter};
    use crate::config::{Collector, Settings};

    const MISSING: &str = "observe-runtime is built without its feature `otlp`";

    pub(super) fn spans(_: &Settings, _: &Collector) -> Result<Box<dyn Exporter>, String> {
        Err(MISSING.to_owned())
    }

    pub(super) fn metrics(_: &Settings, _: &Collector) -> Result<Box<dyn MetricExporter>, String> {
        Err(MISSING.to_owned())
    }

    pub(super) fn logs(_: &Settings, _: &Collector) -> Result<Box<dyn LogExporter>, String> {
        Err(MISSING.to_owned())
    }
}

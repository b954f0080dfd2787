//! All metrics as one request.

mod delta;
mod encode;
mod unit;

use super::OtlpSettings;
use super::sender::Sender;
use crate::clock;
use crate::export::{ExportError, Failure, MetricExporter};
use crate::metric::{Reading, registry};
use crate::resource::Resource;
use encode::MetricEncoder;
use std::time::{Duration, SystemTime};

/// What the counts of one request begin with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Temporality {
    /// The start of the process, as in `/metrics`.
    Cumulative,
    /// The last export that arrived.
    Delta,
}

/// Sends all metrics of the process to one collector, over one connection that it keeps open.
pub(crate) struct OtlpMetricExporter {
    encoder: MetricEncoder,
    reading: Reading,
    sender: Sender,
}

impl OtlpMetricExporter {
    /// An exporter that has not connected yet.
    pub(crate) fn new(settings: OtlpSettings, resource: &Resource, temporality: Temporality) -> Result<Self, String> {
        let encoder = MetricEncoder::new(resource, temporality, clock::started());
        Ok(Self { encoder, reading: Reading::default(), sender: Sender::new(settings, "data point")? })
    }
}

impl MetricExporter for OtlpMetricExporter {
    fn export(&mut self, timeout: Duration) -> Result<(), ExportError> {
        clock::measure();
        let Self { encoder, reading, sender } = self;
        if !encoder.encode(sender.buffer(), SystemTime::now(), |encoder| registry().encode(reading, encoder)) {
            return Ok(());
        }
        let sent = sender.send(timeout);
        // Also where a part was rejected: what is sent again would be counted twice. A request that was
        // refused is another matter: a wrong token or path is put right, and then no count is missing.
        if sent.as_ref().err().is_none_or(|error| matches!(error.failure, Failure::Partial { .. })) {
            encoder.arrived();
        }
        sent
    }
}

#[cfg(test)]
mod export_tests;
#[cfg(test)]
mod tests;

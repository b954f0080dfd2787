//! Log events as requests.

mod encode;

use super::OtlpSettings;
use super::sender::Sender;
use crate::config::AttributeLimits;
use crate::export::{ExportError, LogExporter};
use crate::log::LogEvent;
use crate::resource::Resource;
use encode::LogEncoder;
use std::time::Duration;

/// Sends batches of log events to one collector, over one connection that it keeps open.
pub(crate) struct OtlpLogExporter {
    encoder: LogEncoder,
    sender: Sender,
}

impl OtlpLogExporter {
    /// An exporter that has not connected yet. Its records say where their code is, if that is asked for.
    pub(crate) fn new(settings: OtlpSettings, resource: &Resource, says_code: bool) -> Result<Self, String> {
        Ok(Self { encoder: LogEncoder::new(resource, says_code), sender: Sender::new(settings, "log record")? })
    }

    /// The same, and no record has more than this.
    pub(crate) fn limited(self, limits: AttributeLimits) -> Self {
        Self { encoder: self.encoder.limited(limits), ..self }
    }
}

impl LogExporter for OtlpLogExporter {
    fn export(&mut self, events: &[LogEvent], timeout: Duration) -> Result<(), ExportError> {
        if events.is_empty() {
            return Ok(());
        }
        self.encoder.encode(events, self.sender.buffer());
        self.sender.send(timeout)
    }
}

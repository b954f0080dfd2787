//! Sends finished spans, metrics and log events to an OpenTelemetry collector: OTLP over HTTP or gRPC,
//! protobuf-encoded.
//!
//! One batch of spans or of log events, or one reading of all metrics, is one request and one attempt. What does not
//! arrive is reported to the caller, which tries again or counts it.
//!
//! Source: OpenTelemetry protocol specification, "OTLP/gRPC" and "OTLP/HTTP".

mod client;
mod common;
mod connection;
#[cfg(test)]
#[cfg(target_os = "linux")]
mod cost;
mod encode;
#[cfg(feature = "health")]
mod get;
#[cfg(feature = "otlp-grpc")]
mod grpc;
mod http;
mod limits;
mod logs;
mod metrics;
#[cfg(feature = "alerts")]
mod post;
mod reply;
mod secrets;
mod sender;
mod settings;
#[cfg(test)]
mod test_servers;
#[cfg(test)]
mod test_spans;
mod tls;
mod wire;

#[cfg(feature = "health")]
pub(crate) use get::Get;
pub(crate) use logs::OtlpLogExporter;
pub(crate) use metrics::{OtlpMetricExporter, Temporality};
#[cfg(feature = "alerts")]
pub(crate) use post::Post;
pub(crate) use settings::{OtlpSettings, Signal};

use super::{ExportError, Exporter};
use crate::config::SpanLimits;
use crate::resource::Resource;
use crate::span::Finished;
use encode::Encoder;
use sender::Sender;
use std::time::Duration;

/// Sends batches to one collector, over one connection that it keeps open.
pub(crate) struct OtlpExporter {
    encoder: Encoder,
    sender: Sender,
}

impl OtlpExporter {
    /// An exporter that has not connected yet: whether the collector is there shows when the
    /// first batch is sent.
    pub(crate) fn new(settings: OtlpSettings, resource: &Resource, says_code: bool) -> Result<Self, String> {
        Ok(Self { encoder: Encoder::new(resource, says_code), sender: Sender::new(settings, "span")? })
    }

    /// The same, and no span has more than this.
    pub(crate) fn limited(mut self, limits: SpanLimits) -> Self {
        self.encoder = self.encoder.limited(limits);
        self
    }
}

impl Exporter for OtlpExporter {
    fn export(&mut self, spans: &[Finished<'_>], timeout: Duration) -> Result<(), ExportError> {
        if spans.is_empty() {
            return Ok(());
        }
        self.encoder.encode(spans, self.sender.buffer());
        self.sender.send(timeout)
    }
}

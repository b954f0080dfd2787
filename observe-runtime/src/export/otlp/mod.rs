//! Sends finished spans to an OpenTelemetry collector: OTLP over HTTP, protobuf-encoded.
//!
//! One batch is one request and one attempt. A batch that does not arrive is reported to the
//! caller, which counts it.
//!
//! Source: OpenTelemetry protocol specification, "OTLP/HTTP".

mod connection;
mod encode;
mod http;
mod reply;
mod settings;
mod tls;
mod wire;

pub(crate) use settings::{Endpoint, OtlpSettings, parse_headers};

use super::{ExportError, Exporter};
use crate::resource::Resource;
use crate::span::SpanRecord;
use encode::Encoder;
use http::Client;
use hyper::body::Bytes;
use std::mem;
use std::time::Duration;

/// Sends batches to one collector, over one connection that it keeps open.
pub(crate) struct OtlpExporter {
    encoder: Encoder,
    client: Client,
    /// Where requests are encoded; kept for its memory, empty in between.
    buffer: Vec<u8>,
}

impl OtlpExporter {
    /// An exporter that has not connected yet: whether the collector is there shows when the
    /// first batch is sent.
    pub(crate) fn new(settings: OtlpSettings, resource: &Resource) -> Result<Self, String> {
        Ok(Self { encoder: Encoder::new(resource), client: Client::new(settings)?, buffer: Vec::new() })
    }
}

impl Exporter for OtlpExporter {
    fn export(&mut self, batch: &[SpanRecord], timeout: Duration) -> Result<(), ExportError> {
        if batch.is_empty() {
            return Ok(());
        }
        self.encoder.encode(batch, &mut self.buffer);
        let request = Bytes::from(mem::take(&mut self.buffer));
        let reply = self.client.post(&request, timeout);
        // Fails only while the connection still holds the request, as after an error.
        if let Ok(memory) = request.try_into_mut() {
            self.buffer = memory.into();
            self.buffer.clear();
        }
        let reply = reply.map_err(ExportError)?;
        match reply::rejection(&reply) {
            Some(rejection) => Err(ExportError(format!("{} rejected {rejection}", self.client.endpoint()))),
            None => Ok(()),
        }
    }
}

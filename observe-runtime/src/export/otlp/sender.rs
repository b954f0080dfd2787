//! One request after the other to one endpoint, out of one buffer.

use super::http::Client;
use super::reply;
use super::settings::OtlpSettings;
use crate::export::{ExportError, own_traffic};
use hyper::body::Bytes;
use std::mem;
use std::time::Duration;

/// Sends what is encoded into its buffer.
pub(super) struct Sender {
    client: Client,
    /// Where requests are encoded; kept for its memory.
    buffer: Vec<u8>,
    /// What the requests are full of, in the singular.
    what: &'static str,
}

/// A request that arrived, though maybe not all that is in it was wanted.
///
/// It must not be sent again either way (OTLP specification, "Partial Success").
#[must_use = "a part may be rejected"]
pub(super) struct Arrived {
    rejected: Option<String>,
}

impl Arrived {
    pub(super) fn into_result(self) -> Result<(), ExportError> {
        self.rejected.map_or(Ok(()), |rejected| Err(ExportError::refused(rejected)))
    }
}

impl Sender {
    pub(super) fn new(settings: OtlpSettings, what: &'static str) -> Result<Self, String> {
        Ok(Self { client: Client::new(settings)?, buffer: Vec::new(), what })
    }

    /// Where the next request goes; an encoder replaces what it holds.
    pub(super) fn buffer(&mut self) -> &mut Vec<u8> {
        &mut self.buffer
    }

    /// Sends what is in the buffer. An error says that it may not have arrived.
    pub(super) fn send(&mut self, timeout: Duration) -> Result<Arrived, ExportError> {
        let request = Bytes::from(mem::take(&mut self.buffer));
        let reply = own_traffic::suppress(|| self.client.post(&request, timeout));
        // Fails only while the connection still holds the request, as after an error.
        if let Ok(memory) = request.try_into_mut() {
            self.buffer = memory.into();
            self.buffer.clear();
        }
        let rejection = reply::rejection(&reply.map_err(ExportError::unavailable)?, self.what);
        let endpoint = self.client.endpoint();
        Ok(Arrived { rejected: rejection.map(|rejection| format!("{endpoint} rejected {rejection}")) })
    }
}

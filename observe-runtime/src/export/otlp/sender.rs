//! One request after the other to one endpoint, out of one buffer.

use super::client::Client;
use super::connection::Answer;
#[cfg(feature = "otlp-grpc")]
use super::grpc::Grpc;
use super::http::Http;
use super::reply;
use super::secrets::Secrets;
use super::settings::{Endpoint, OtlpSettings};
use super::tls::Tls;
use crate::config::{Compression, Protocol};
use crate::export::{ExportError, Failure};
use flate2::write::GzEncoder;
use hyper::Request;
use hyper::body::Bytes;
use std::io::{self, Write};
use std::mem;
use std::time::Duration;

/// How a request and its answer look: OTLP/HTTP or OTLP/gRPC.
pub(super) trait Transport: Send {
    /// Puts around a message what has to stand in a request's body beside it.
    fn frame(&self, message: &mut Vec<u8>);

    /// The request of this body, to be answered within the timeout.
    fn request(&self, body: Bytes, timeout: Duration) -> Request<Bytes>;

    /// The message in an answer, or why there is none.
    fn reply(&self, answer: Answer, peer: &Endpoint) -> Result<Vec<u8>, ExportError>;
}

/// Sends what is encoded into its buffer.
pub(super) struct Sender {
    client: Client,
    transport: Box<dyn Transport>,
    secrets: Secrets,
    /// Where requests are encoded; kept for its memory.
    buffer: Vec<u8>,
    /// Where they are compressed, likewise; `None` where they are not.
    compressed: Option<Vec<u8>>,
    /// What the requests are full of, in the singular.
    what: &'static str,
    /// Whether a warning of the collector was shown.
    warned: bool,
}

impl Sender {
    /// A sender that has not connected yet. An error says what of the settings can't be used.
    pub(super) fn new(settings: OtlpSettings, what: &'static str) -> Result<Self, String> {
        let transport = transport(&settings)?;
        let OtlpSettings { endpoint, headers, protocol, compression, tls, .. } = settings;
        let secrets = Secrets::of(&headers, endpoint.path.query());
        let tls = if endpoint.tls { Some(Tls::new(&endpoint, &tls, protocol)?) } else { None };
        Ok(Self {
            client: Client::new(endpoint, protocol, tls),
            transport,
            secrets,
            buffer: Vec::new(),
            compressed: (compression == Compression::Gzip).then(Vec::new),
            what,
            warned: false,
        })
    }

    /// Where the next request goes; an encoder replaces what it holds.
    pub(super) fn buffer(&mut self) -> &mut Vec<u8> {
        &mut self.buffer
    }

    /// Sends what is in the buffer, once, and empties it.
    ///
    /// With [`Failure::Partial`] it arrived, and must not be sent again (OTLP specification,
    /// "Partial Success"). After any other error nothing of it counts as arrived.
    pub(super) fn send(&mut self, timeout: Duration) -> Result<(), ExportError> {
        let body =
            self.pack().map_err(|error| ExportError::refused(format!("a request can't be compressed: {error}")))?;
        let request = self.transport.request(Bytes::from(body), timeout);
        let answer = self.client.send(&request, timeout);
        self.reclaim(request.into_body());
        let mut answer = answer?;
        self.secrets.mask(&mut answer);
        let reply = self.transport.reply(answer, self.client.endpoint())?;
        self.judge(&reply)
    }

    /// Takes the buffer's content as the body of a request.
    fn pack(&mut self) -> io::Result<Vec<u8>> {
        let mut body = match &mut self.compressed {
            None => mem::take(&mut self.buffer),
            Some(memory) => {
                // The lowest level: the usual one makes 512 spans smaller by 3 to 21 % more, and takes
                // five to seven times as long.
                let mut encoder = GzEncoder::new(mem::take(memory), flate2::Compression::fast());
                encoder.write_all(&self.buffer)?;
                self.buffer.clear();
                encoder.finish()?
            }
        };
        self.transport.frame(&mut body);
        Ok(body)
    }

    /// Takes back the memory of a request's body for the next one.
    fn reclaim(&mut self, body: Bytes) {
        // Fails only while the connection still holds the request, as after an error.
        if let Ok(memory) = body.try_into_mut() {
            let mut memory = Vec::from(memory);
            memory.clear();
            *self.compressed.as_mut().unwrap_or(&mut self.buffer) = memory;
        }
    }

    /// What the collector says of a request that arrived.
    fn judge(&mut self, reply: &[u8]) -> Result<(), ExportError> {
        let (partial, peer) = (reply::partial_success(reply), self.client.endpoint());
        if partial.rejected > 0 {
            let failure = Failure::Partial { rejected: usize::try_from(partial.rejected).unwrap_or(usize::MAX) };
            return Err(ExportError::new(failure, format!("{peer} rejected {}", partial.sentence(self.what))));
        }
        if !partial.message.is_empty() && !mem::replace(&mut self.warned, true) {
            let (what, message) = (self.what, partial.message);
            tracing::warn!(target: "observe", "{peer} took all {what}s, and warns, which is shown once: {message}");
        }
        Ok(())
    }
}

fn transport(settings: &OtlpSettings) -> Result<Box<dyn Transport>, String> {
    match settings.protocol {
        Protocol::HttpProtobuf => Ok(Box::new(Http::new(settings)?)),
        #[cfg(feature = "otlp-grpc")]
        Protocol::Grpc => Ok(Box::new(Grpc::new(settings)?)),
        #[cfg(not(feature = "otlp-grpc"))]
        Protocol::Grpc => Err("observe-runtime is built without gRPC: add the feature `otlp-grpc`".to_owned()),
    }
}

#[cfg(test)]
impl Sender {
    /// Has every connection replaced that is used again.
    pub(super) fn forget_idle(&mut self) {
        self.client.forget_idle();
    }

    /// How much is kept for encoding and for compressing, where that is done.
    fn memory(&self) -> Option<(usize, usize)> {
        Some((self.buffer.capacity(), self.compressed.as_ref()?.capacity()))
    }
}

#[cfg(test)]
mod tests;

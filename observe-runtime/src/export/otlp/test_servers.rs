//! Servers on the loopback interface that do what a test tells them, and exporters that go there.

pub(super) mod certificates;
#[cfg(feature = "otlp-grpc")]
pub(super) mod grpc;
pub(super) mod http;

use super::{OtlpExporter, OtlpSettings, Signal};
use crate::config::{Collector, Protocol};
use crate::export::{ExportError, Failure};
use crate::resource::Resource;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use prost::Message;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::thread::{self, JoinHandle};
use std::time::Duration;

/// Long enough for the slowest machine: no test waits for it.
pub(super) const LONG: Duration = Duration::from_mins(1);
/// Short, for what never comes.
pub(super) const SHORT: Duration = Duration::from_millis(200);

/// What is built.
pub(super) const PROTOCOLS: &[Protocol] = &[
    Protocol::HttpProtobuf,
    #[cfg(feature = "otlp-grpc")]
    Protocol::Grpc,
];

/// An exporter to this URL, with settings that `change` has changed.
pub(super) fn exporter_with(url: &str, change: impl FnOnce(&mut OtlpSettings)) -> OtlpExporter {
    let mut settings = OtlpSettings::new(&Collector::at(url), Signal::Traces).unwrap();
    change(&mut settings);
    OtlpExporter::new(settings, &Resource::default(), false).unwrap()
}

pub(super) fn exporter_over(protocol: Protocol, url: &str) -> OtlpExporter {
    exporter_with(url, |settings| settings.protocol = protocol)
}

/// The text of an error after which the same may be tried at any time.
#[track_caller]
pub(super) fn unavailable(result: Result<(), ExportError>) -> String {
    let error = result.unwrap_err();
    assert_eq!(error.failure, Failure::Unavailable { after: None }, "{error}");
    error.to_string()
}

/// The text of an error after which there is no use in trying again.
#[track_caller]
pub(super) fn refused(result: Result<(), ExportError>) -> String {
    let error = result.unwrap_err();
    assert_eq!(error.failure, Failure::Refused, "{error}");
    error.to_string()
}

/// The names of the spans in a request's message.
pub(super) fn span_names(message: &[u8]) -> Vec<String> {
    let request = ExportTraceServiceRequest::decode(message).unwrap();
    let scopes = request.resource_spans.into_iter().flat_map(|resource| resource.scope_spans);
    scopes.flat_map(|scope| scope.spans).map(|span| span.name).collect()
}

/// A server that says the same whatever it hears.
pub(super) struct Talker {
    pub(super) host: String,
    thread: JoinHandle<Vec<u8>>,
}

impl Talker {
    /// Says this on its only connection, once it has heard something. It ends when the other side
    /// closes, though not all may be said by then.
    pub(super) fn saying(words: impl IntoIterator<Item = &'static [u8], IntoIter: Send> + Send + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let host = listener.local_addr().unwrap().to_string();
        let thread = thread::spawn(move || {
            let mut stream = listener.accept().unwrap().0;
            stream.set_nodelay(true).unwrap();
            let mut heard = vec![0; 1 << 16];
            let length = stream.read(&mut heard).unwrap();
            heard.truncate(length);
            let _ = words.into_iter().try_for_each(|word| stream.write_all(word));
            // An end that comes with unread words is one all the same.
            let _ = stream.read_to_end(&mut heard);
            heard
        });
        Self { host, thread }
    }

    /// What the other side said, once it has closed.
    pub(super) fn heard(self) -> Vec<u8> {
        self.thread.join().unwrap()
    }
}

/// An address at which nobody listens.
pub(super) fn nobody() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().to_string()
}

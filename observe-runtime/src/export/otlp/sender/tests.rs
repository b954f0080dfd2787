//! What goes into a request's body, and what is made of a reply.

use crate::config::{Compression, Protocol};
use crate::export::otlp::test_servers::http::{Server, answer};
use crate::export::otlp::test_servers::{LONG, exporter_with, span_names};
use crate::export::otlp::test_spans::named;
use crate::export::{Exporter, Failure};
use crate::log::{LogEvent, LogFilter, LogSink, Logs, TelemetryFilter};
use crate::sampling::Sampling;
use crate::span::{ObserveSubscriber, Recorder};
use flate2::read::GzDecoder;
use std::io::Read;
use std::sync::{Arc, Mutex};
use tracing::level_filters::LevelFilter;
use tracing::subscriber;

const OK: &str = "HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n";
const BUSY: &str = "HTTP/1.1 503 Busy\r\ncontent-length: 0\r\n\r\n";

/// The lines that were logged.
#[derive(Default)]
struct Lines(Mutex<Vec<String>>);

impl LogSink for Lines {
    fn write(&self, event: &LogEvent) {
        self.0.lock().unwrap().push(event.message.clone());
    }
}

/// The lines that are logged on this thread meanwhile, of whatever level.
fn logged(run: impl FnOnce()) -> Vec<String> {
    let lines = Arc::new(Lines::default());
    let recorder = Recorder::new(Sampling::ALL, None, Vec::new());
    let filter = TelemetryFilter { logs: LogFilter::parse("trace").unwrap(), spans: LevelFilter::TRACE };
    let logs = Logs { sinks: vec![Arc::clone(&lines) as Arc<dyn LogSink>], queue: None };
    subscriber::with_default(ObserveSubscriber::new(recorder, filter, logs), run);
    lines.0.lock().unwrap().clone()
}

#[test]
fn a_compressed_request_says_so_and_is_whole() {
    let server = Server::answering(&[OK, BUSY, OK]);
    let mut exporter = exporter_with(&server.url, |settings| settings.compression = Compression::Gzip);
    exporter.export(&named("one").spans(), LONG).unwrap();
    assert!(exporter.sender.memory().is_some_and(|(encoded, compressed)| encoded > 0 && compressed > 0));
    exporter.export(&named("two").spans(), LONG).unwrap_err();
    exporter.export(&named(&"three".repeat(50)).spans(), LONG).unwrap();
    drop(exporter);
    let requests = server.received();
    for (request, name) in requests.iter().zip(["one", "two", &"three".repeat(50)]) {
        assert!(request.head.iter().any(|line| line == "content-encoding: gzip"));
        let mut message = Vec::new();
        GzDecoder::new(request.body.as_slice()).read_to_end(&mut message).unwrap();
        assert_eq!(span_names(&message), [name]);
    }
    assert_eq!(requests.len(), 3);
}

#[test]
fn a_compressed_answer_is_not_asked_for() {
    for compression in [Compression::None, Compression::Gzip] {
        let server = Server::answering(&[OK]);
        exporter_with(&server.url, |settings| settings.compression = compression)
            .export(&named("one").spans(), LONG)
            .unwrap();
        let [request] = <[_; 1]>::try_from(server.received()).ok().unwrap();
        assert!(!request.head.iter().any(|line| line.starts_with("accept-encoding")), "{:?}", request.head);
    }
}

#[test]
fn a_warning_of_the_collector_is_shown_once() {
    // Nothing is rejected, and there is a message.
    let warns = answer("200 OK", "", b"\x0a\x06\x12\x04late");
    let server = Server::answering_bytes(&[&warns, &warns]);
    let lines = logged(|| {
        let mut exporter = exporter_with(&server.url, |_| {});
        exporter.export(&named("one").spans(), LONG).unwrap();
        exporter.export(&named("two").spans(), LONG).unwrap();
    });
    assert_eq!(lines, [format!("{} took all spans, and warns, which is shown once: late", server.host)]);
}

#[test]
fn what_libraries_say_about_an_exchange_is_no_telemetry() {
    let server = Server::answering(&[OK]);
    let lines = logged(|| {
        tracing::info!("before");
        exporter_with(&server.url, |settings| settings.protocol = Protocol::HttpProtobuf)
            .export(&named("one").spans(), LONG)
            .unwrap();
        #[cfg(feature = "otlp-grpc")]
        {
            use crate::export::otlp::test_servers::grpc::{Reply, Server};
            let server = Server::answering(&[Reply::ok()]);
            exporter_with(&server.url, |settings| settings.protocol = Protocol::Grpc)
                .export(&named("one").spans(), LONG)
                .unwrap();
        }
        tracing::info!("after");
    });
    assert_eq!(lines, ["before", "after"]);
}

#[test]
fn more_rejected_items_than_can_be_counted_are_still_a_part() {
    // The largest positive number that there is on the wire.
    let most = [&b"\x0a\x0a\x08"[..], &[0xff; 8], b"\x7f"].concat();
    let server = Server::answering_bytes(&[&answer("200 OK", "", &most)]);
    let error = exporter_with(&server.url, |_| {}).export(&named("one").spans(), LONG).unwrap_err();
    assert_eq!(error.failure, Failure::Partial { rejected: usize::try_from(i64::MAX).unwrap() });
}

#[cfg(not(feature = "otlp-grpc"))]
#[test]
fn grpc_that_is_not_built_in_is_named() {
    use crate::config::Collector;
    use crate::export::otlp::{OtlpExporter, OtlpSettings, Signal};
    use crate::resource::Resource;
    let mut settings = OtlpSettings::new(&Collector::at("http://localhost:4317"), Signal::Traces).unwrap();
    settings.protocol = Protocol::Grpc;
    let text = OtlpExporter::new(settings, &Resource::default(), false).err().unwrap();
    assert!(text.contains("add the feature `otlp-grpc`"), "{text}");
}

//! Whether there is a collector where the environment says one is, and whether it speaks what is spoken to it.

use super::finding::Finding;
use super::variables::Variables;
use crate::http;
use opentelemetry_proto::tonic::collector::logs::v1::ExportLogsServiceRequest;
use opentelemetry_proto::tonic::collector::logs::v1::logs_service_client::LogsServiceClient;
use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceRequest;
use opentelemetry_proto::tonic::collector::metrics::v1::metrics_service_client::MetricsServiceClient;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::collector::trace::v1::trace_service_client::TraceServiceClient;
use std::time::{Duration, SystemTime};
use tonic::metadata::{Ascii, MetadataKey, MetadataValue};
use tonic::transport::{Certificate, ClientTlsConfig, Endpoint};

const TOPIC: &str = "collector";
const CLOCK: &str = "clock";
const PATIENCE: Duration = Duration::from_secs(5);
/// How far two clocks may be apart before spans of one trace seem to come before their cause.
const APART: u64 = 5;

/// Where one signal goes.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Destination {
    signal: &'static str,
    /// The variable that says it.
    variable: String,
    url: String,
    is_grpc: bool,
    headers: Vec<(String, String)>,
    certificate: Option<String>,
}

pub(super) fn check(variables: &Variables) -> Vec<Finding> {
    let signals = [("TRACES", "traces"), ("METRICS", "metrics"), ("LOGS", "logs")];
    let destinations: Vec<_> =
        signals.into_iter().filter_map(|(word, signal)| Destination::of(word, signal, variables)).collect();
    if destinations.is_empty() {
        return vec![
            Finding::ok(TOPIC, "no endpoint is set: nothing is exported, and nothing is missed")
                .help("set OTEL_EXPORTER_OTLP_ENDPOINT=http://HOST:4318 to export"),
        ];
    }
    // What is found for several signals is said once.
    let mut merged: Vec<(Vec<&str>, Finding)> = Vec::new();
    for destination in &destinations {
        for finding in destination.check() {
            match merged.iter_mut().find(|(_, known)| *known == finding) {
                Some((signals, _)) => signals.push(destination.signal),
                None => merged.push((vec![destination.signal], finding)),
            }
        }
    }
    let named = |(signals, finding): (Vec<&str>, Finding)| {
        let what = format!("{}: {}", signals.join(", "), finding.what);
        if finding.topic == TOPIC { Finding { what, ..finding } } else { finding }
    };
    merged.into_iter().map(named).collect()
}

impl Destination {
    /// As the runtime reads it; nothing where the signal isn't exported over OTLP.
    fn of(word: &str, signal: &'static str, variables: &Variables) -> Option<Self> {
        let variable = |setting: &str| {
            let own = format!("OTEL_EXPORTER_OTLP_{word}_{setting}");
            if variables.get(&own).is_some() { own } else { format!("OTEL_EXPORTER_OTLP_{setting}") }
        };
        let text = |setting: &str| variables.get(&variable(setting));
        let endpoint = text("ENDPOINT");
        let exporter = variables.get(&format!("OTEL_{word}_EXPORTER"));
        let is_exported = exporter.map_or(endpoint.is_some(), |exporter| exporter.eq_ignore_ascii_case("otlp"));
        if !is_exported || variables.get("OTEL_SDK_DISABLED").is_some_and(|value| value.eq_ignore_ascii_case("true")) {
            return None;
        }
        let is_grpc = text("PROTOCOL").is_some_and(|protocol| protocol.eq_ignore_ascii_case("grpc"));
        let name = variable("ENDPOINT");
        let url = match endpoint {
            Some(url) if is_grpc && !url.contains("://") => {
                let is_plain = text("INSECURE").is_some_and(|value| value.eq_ignore_ascii_case("true"));
                format!("{}://{url}", if is_plain { "http" } else { "https" })
            }
            Some(url) if is_grpc || name != "OTEL_EXPORTER_OTLP_ENDPOINT" => url.to_owned(),
            Some(url) => format!("{}/v1/{signal}", url.trim_end_matches('/')),
            None if is_grpc => "http://localhost:4317".to_owned(),
            None => format!("http://localhost:4318/v1/{signal}"),
        };
        let headers = text("HEADERS").unwrap_or_default().split(',').filter_map(|pair| pair.split_once('='));
        let headers = headers.map(|(key, value)| (key.trim().to_ascii_lowercase(), decoded(value.trim())));
        let certificate = text("CERTIFICATE").map(str::to_owned);
        Some(Self { signal, variable: name, url, is_grpc, headers: headers.collect(), certificate })
    }

    /// The address alone: path and credentials may hold a token.
    fn shown(&self) -> String {
        let (scheme, rest) = self.url.split_once("://").unwrap_or(("", &self.url));
        let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
        if self.url.contains('@') {
            "an endpoint with credentials".to_owned()
        } else {
            format!("{scheme}://{authority}")
        }
    }

    fn port(&self) -> Option<u16> {
        let rest = self.url.split_once("://")?.1;
        rest.split(['/', '?', '#']).next()?.rsplit_once(':')?.1.parse().ok()
    }

    fn check(&self) -> Vec<Finding> {
        let Self { variable, .. } = self;
        if !self.url.starts_with("http://") && !self.url.starts_with("https://") {
            let what = format!("{variable} is no URL with http:// or https://");
            return vec![Finding::failed(TOPIC, what).help("name one, such as http://HOST:4318")];
        }
        let mut findings: Vec<_> = self.mismatch().into_iter().collect();
        let answered = if self.is_grpc { self.ask_grpc() } else { self.ask_http() };
        let shown = self.shown();
        match answered {
            Ok(date) => {
                let how = if self.is_grpc { "gRPC" } else { "HTTP" };
                findings.push(Finding::ok(TOPIC, format!("{shown} takes an empty export over {how}")));
                findings.extend(date.as_deref().and_then(|date| clock(date, SystemTime::now())));
            }
            Err((what, help)) => findings.push(Finding::failed(TOPIC, format!("{shown} {what}")).help(help)),
        }
        findings
    }

    /// The two default ports are often mixed up, and then nothing arrives.
    fn mismatch(&self) -> Option<Finding> {
        let (spoken, meant, protocol) = match (self.port()?, self.is_grpc) {
            (4317, false) => ("HTTP", "gRPC", "grpc"),
            (4318, true) => ("gRPC", "HTTP", "http/protobuf"),
            _ => return None,
        };
        let port = if self.is_grpc { "4317" } else { "4318" };
        let what = format!("{} is where collectors take {meant}, and {spoken} is spoken", self.shown());
        let help = format!("set OTEL_EXPORTER_OTLP_PROTOCOL={protocol}, or name port {port}");
        Some(Finding::warning(TOPIC, what).help(help))
    }

    /// An empty export, which is what protobuf has no byte for. The answer's date is returned.
    fn ask_http(&self) -> Result<Option<String>, (String, String)> {
        let mut headers = vec![("content-type", "application/x-protobuf")];
        headers.extend(self.headers.iter().map(|(name, value)| (name.as_str(), value.as_str())));
        let answer = http::post(&self.url, &headers, b"", self.certificate.as_deref()).map_err(|error| {
            let help = "start a collector there, or correct the endpoint: the service runs without it, and what it \
                        would have sent is counted as lost";
            (format!("can't be reached: {error}"), help.to_owned())
        })?;
        let path = format!("/v1/{}", self.signal);
        let help = match answer.status {
            200..=299 => return Ok(answer.header("date").map(str::to_owned)),
            401 | 403 => "set OTEL_EXPORTER_OTLP_HEADERS with what it asks for".to_owned(),
            404 | 405 if !self.url.ends_with(&path) => {
                format!("{} is taken as it is: add {path} to it", self.variable)
            }
            404 | 405 => format!("it has no {path}: switch that signal off, or name a collector that takes it"),
            _ => "see its log".to_owned(),
        };
        Err((format!("answered {}", answer.status), help))
    }

    fn ask_grpc(&self) -> Result<Option<String>, (String, String)> {
        let help = "start a collector there that takes gRPC, or correct the endpoint".to_owned();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(|error| (error.to_string(), help.clone()))?;
        runtime.block_on(self.export()).map_err(|error| (error, help))
    }

    /// The same over gRPC.
    async fn export(&self) -> Result<Option<String>, String> {
        let why = |error: &dyn std::error::Error| {
            let causes = std::iter::successors(Some(error), |error| error.source());
            format!("can't be reached: {}", causes.map(ToString::to_string).collect::<Vec<_>>().join(": "))
        };
        let mut endpoint = Endpoint::from_shared(self.url.clone()).map_err(|error| why(&error))?;
        if self.url.starts_with("https://") {
            let tls = match &self.certificate {
                Some(file) => {
                    let pem = std::fs::read(file).map_err(|error| format!("can't be asked: {file}: {error}"))?;
                    ClientTlsConfig::new().ca_certificate(Certificate::from_pem(pem))
                }
                None => ClientTlsConfig::new().with_native_roots(),
            };
            endpoint = endpoint.tls_config(tls).map_err(|error| why(&error))?;
        }
        let endpoint = endpoint.timeout(PATIENCE).connect_timeout(PATIENCE);
        let channel = endpoint.connect().await.map_err(|error| why(&error))?;
        let answered = match self.signal {
            "traces" => {
                let request = self.with_headers(ExportTraceServiceRequest::default());
                TraceServiceClient::new(channel).export(request).await.map(|answer| answer.metadata().clone())
            }
            "metrics" => {
                let request = self.with_headers(ExportMetricsServiceRequest::default());
                MetricsServiceClient::new(channel).export(request).await.map(|answer| answer.metadata().clone())
            }
            _ => {
                let request = self.with_headers(ExportLogsServiceRequest::default());
                LogsServiceClient::new(channel).export(request).await.map(|answer| answer.metadata().clone())
            }
        };
        let metadata = answered.map_err(|status| format!("answered {:?}: {}", status.code(), status.message()))?;
        Ok(metadata.get("date").and_then(|date| date.to_str().ok()).map(str::to_owned))
    }

    fn with_headers<T>(&self, message: T) -> tonic::Request<T> {
        let mut request = tonic::Request::new(message);
        for (name, value) in &self.headers {
            let pair: Option<(MetadataKey<Ascii>, MetadataValue<Ascii>)> = name.parse().ok().zip(value.parse().ok());
            if let Some((name, value)) = pair {
                request.metadata_mut().insert(name, value);
            }
        }
        request
    }
}

/// What a collector's clock says of ours.
fn clock(date: &str, now: SystemTime) -> Option<Finding> {
    let there = httpdate::parse_http_date(date).ok()?;
    let apart = now.duration_since(there).unwrap_or_else(|error| error.duration()).as_secs();
    Some(if apart > APART {
        Finding::warning(CLOCK, format!("{apart} s apart from the collector's: traces will look as if they were torn"))
            .help("let both machines follow a time server")
    } else {
        Finding::ok(CLOCK, format!("{apart} s apart from the collector's"))
    })
}

/// Percent-encoded text; what is no encoding stays as it is.
fn decoded(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let Some((&first, behind)) = rest.split_first() {
        let hex = behind.get(..2).and_then(|hex| u8::from_str_radix(std::str::from_utf8(hex).ok()?, 16).ok());
        match hex.filter(|_| first == b'%') {
            Some(byte) => {
                bytes.push(byte);
                rest = behind.get(2..).unwrap_or_default();
            }
            None => {
                bytes.push(first);
                rest = behind;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::super::finding::State;
    use super::*;
    use std::io::{Read as _, Write as _};
    use std::net::TcpListener;

    fn destination(pairs: &[(&str, &str)], word: &str, signal: &'static str) -> Option<Destination> {
        Destination::of(word, signal, &pairs.iter().copied().collect())
    }

    fn url(pairs: &[(&str, &str)]) -> Option<String> {
        destination(pairs, "TRACES", "traces").map(|destination| destination.url)
    }

    /// Answers one request with these lines.
    fn answering(head: &'static str) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        std::thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let mut request = [0; 4096];
            let _ = stream.read(&mut request).unwrap();
            stream.write_all(format!("{head}\r\ncontent-length: 0\r\n\r\n").as_bytes()).unwrap();
        });
        format!("http://{address}")
    }

    #[test]
    fn an_endpoint_is_read_as_the_runtime_reads_it() {
        assert_eq!(url(&[]), None);
        let general = ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://c:4318/");
        let own = ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "http://t:1/x");
        let grpc = ("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc");
        assert_eq!(url(&[general]).as_deref(), Some("http://c:4318/v1/traces"));
        assert_eq!(url(&[general, own]).as_deref(), Some("http://t:1/x"));
        assert_eq!(url(&[general, ("OTEL_TRACES_EXPORTER", "none")]), None);
        assert_eq!(url(&[general, ("OTEL_SDK_DISABLED", "true")]), None);
        assert_eq!(url(&[("OTEL_TRACES_EXPORTER", "otlp")]).as_deref(), Some("http://localhost:4318/v1/traces"));
        assert_eq!(url(&[("OTEL_EXPORTER_OTLP_ENDPOINT", "c:4317"), grpc]).as_deref(), Some("https://c:4317"));
        let plain = ("OTEL_EXPORTER_OTLP_INSECURE", "true");
        assert_eq!(url(&[("OTEL_EXPORTER_OTLP_ENDPOINT", "c:4317"), grpc, plain]).as_deref(), Some("http://c:4317"));
    }

    #[test]
    fn the_port_of_the_other_protocol_is_named() {
        let mixed_up = |pairs: &[(&str, &str)]| destination(pairs, "LOGS", "logs").unwrap().mismatch();
        let found = mixed_up(&[("OTEL_EXPORTER_OTLP_ENDPOINT", "http://c:4317")]).unwrap();
        assert!(found.help.unwrap().contains("OTEL_EXPORTER_OTLP_PROTOCOL=grpc, or name port 4318"));
        let grpc = ("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc");
        assert!(mixed_up(&[("OTEL_EXPORTER_OTLP_ENDPOINT", "http://c:4318"), grpc]).is_some());
        assert!(mixed_up(&[("OTEL_EXPORTER_OTLP_ENDPOINT", "http://c:4317"), grpc]).is_none());
        assert!(mixed_up(&[("OTEL_EXPORTER_OTLP_ENDPOINT", "http://c:9999")]).is_none());
    }

    #[test]
    fn a_collector_that_answers_is_fine_and_its_clock_is_compared() {
        let url = answering("HTTP/1.1 200 OK\r\ndate: Sun, 06 Nov 1994 08:49:37 GMT");
        let findings = check(&[("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", url.as_str())].into_iter().collect());
        let states: Vec<_> = findings.iter().map(|finding| (finding.topic.as_str(), finding.state)).collect();
        assert_eq!(states, [(TOPIC, State::Ok), (CLOCK, State::Warning)]);
    }

    #[test]
    fn a_path_that_is_missing_is_named() {
        let url = answering("HTTP/1.1 404 Not Found");
        let findings = check(&[("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", url.as_str())].into_iter().collect());
        assert_eq!(findings[0].state, State::Failed);
        assert!(findings[0].help.as_deref().is_some_and(|help| help.ends_with("add /v1/traces to it")), "{findings:?}");
    }

    #[test]
    fn a_collector_that_is_not_there_is_said_for_http_and_grpc() {
        let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let url = format!("http://{free}");
        for protocol in ["http/protobuf", "grpc"] {
            let pairs =
                [("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", url.as_str()), ("OTEL_EXPORTER_OTLP_PROTOCOL", protocol)];
            let findings = check(&pairs.into_iter().collect());
            assert_eq!(findings.iter().map(|finding| finding.state).collect::<Vec<_>>(), [State::Failed]);
            assert!(findings[0].what.contains("can't be reached"), "{findings:?}");
        }
    }

    #[test]
    fn what_is_found_for_all_signals_is_said_once() {
        let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let findings = check(&[("OTEL_EXPORTER_OTLP_ENDPOINT", format!("http://{free}"))].into_iter().collect());
        assert_eq!(findings.len(), 1);
        assert!(findings[0].what.starts_with("traces, metrics, logs: http://127.0.0.1:"), "{findings:?}");
    }

    #[test]
    fn what_is_a_secret_in_an_endpoint_is_not_shown() {
        let of = |url| destination(&[("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", url)], "TRACES", "traces").unwrap().shown();
        assert_eq!(of("https://c:1/t/hunter2?key=hunter2"), "https://c:1");
        assert_eq!(of("https://jane:hunter2@c"), "an endpoint with credentials");
        assert_eq!(decoded("Bearer%20a%2Bb%"), "Bearer a+b%");
    }
}

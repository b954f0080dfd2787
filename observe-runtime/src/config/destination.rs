//! Where spans, metrics and logs go: the variables that OpenTelemetry has for each signal and for all.

use super::legacy;
use super::reader::Reader;
use super::url;
use std::fmt;
use std::path::PathBuf;

/// Where the data of one signal goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Destination {
    Nowhere,
    Console,
    Otlp(Collector),
}

/// A receiver of OTLP, as the variables describe it. What they say is checked by the exporter that is made
/// of it.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Collector {
    /// The URL; for HTTP with the signal's path.
    pub(crate) endpoint: String,
    /// `key=value,…`, percent-encoded.
    pub(crate) headers: String,
    pub(crate) protocol: Protocol,
    pub(crate) compression: Compression,
    pub(crate) tls: TlsFiles,
}

/// What OTLP is spoken over.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Protocol {
    #[default]
    HttpProtobuf,
    Grpc,
}

/// How requests are compressed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Compression {
    #[default]
    None,
    Gzip,
}

/// Files in PEM form for encrypted connections.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct TlsFiles {
    /// Certificates to trust in place of the machine's.
    pub(crate) certificate: Option<PathBuf>,
    /// What this process shows of itself, and the key that belongs to it.
    pub(crate) client_certificate: Option<PathBuf>,
    pub(crate) client_key: Option<PathBuf>,
}

impl Collector {
    /// One on HTTP without anything special.
    #[cfg(test)]
    pub(crate) fn at(endpoint: impl Into<String>) -> Self {
        Self {
            endpoint: endpoint.into(),
            headers: String::new(),
            protocol: Protocol::default(),
            compression: Compression::default(),
            tls: TlsFiles::default(),
        }
    }

    /// The endpoint as it may stand in a log line: without path and query, as some services have the token
    /// there. One with credentials is not shown at all.
    pub(crate) fn shown(&self) -> &str {
        if self.endpoint.contains('@') {
            return "an endpoint with credentials";
        }
        let (scheme, authority, _) = url::split(&self.endpoint);
        &self.endpoint[..scheme.len() + authority.len()]
    }
}

/// Without what may be a secret.
impl fmt::Debug for Collector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Collector").field("endpoint", &self.shown()).finish_non_exhaustive()
    }
}

/// One kind of data, and how its variables are named.
pub(super) struct Signal {
    /// The word in the variables' names.
    pub(super) name: &'static str,
    /// Where a collector takes it, over HTTP.
    path: &'static str,
    /// The words of its exporter variable, with what they ask for.
    words: &'static [(&'static str, Word)],
}

/// What an exporter variable asks for.
#[derive(Clone, Copy, PartialEq)]
enum Word {
    Otlp,
    Console,
    None,
}

pub(super) const TRACES: Signal = Signal {
    name: "TRACES",
    path: "/v1/traces",
    words: &[("otlp", Word::Otlp), ("console", Word::Console), ("none", Word::None)],
};

/// For `prometheus` there is nothing to do: metrics can always be scraped.
pub(super) const METRICS: Signal = Signal {
    name: "METRICS",
    path: "/v1/metrics",
    words: &[("otlp", Word::Otlp), ("console", Word::Console), ("none", Word::None), ("prometheus", Word::None)],
};

/// For `console` there is nothing to do: log lines are always written.
pub(super) const LOGS: Signal = Signal {
    name: "LOGS",
    path: "/v1/logs",
    words: &[("otlp", Word::Otlp), ("none", Word::None), ("console", Word::None)],
};

/// Where a collector is, where OTLP is asked for and none is named (OTLP specification).
const DEFAULT_HTTP: &str = "http://localhost:4318";
const DEFAULT_GRPC: &str = "http://localhost:4317";

impl Signal {
    /// Nothing is exported unless somebody asks: a service works with no collector anywhere.
    pub(super) fn destination(&self, reader: &mut Reader<'_>) -> Destination {
        let is_named = reader.text(&self.variable(reader, "ENDPOINT")).is_some();
        let default = if is_named { Word::Otlp } else { Word::None };
        let exporter = format!("OTEL_{}_EXPORTER", self.name);
        // What is said of these names the setting to use instead.
        let is_gone = reader.text(&exporter).is_some_and(|word| legacy::is_exporter(&word));
        let asked = if is_gone { default } else { reader.choice(&exporter, self.words, default) };
        match asked {
            Word::Otlp => self.otlp(reader).map_or(Destination::Nowhere, Destination::Otlp),
            Word::Console => Destination::Console,
            Word::None => Destination::Nowhere,
        }
    }

    /// The name of the setting of its own where that is set, of the general one else.
    pub(super) fn variable(&self, reader: &Reader<'_>, setting: &str) -> String {
        let own = format!("OTEL_EXPORTER_OTLP_{}_{setting}", self.name);
        if reader.text(&own).is_some() { own } else { format!("OTEL_EXPORTER_OTLP_{setting}") }
    }

    fn text(&self, reader: &Reader<'_>, setting: &str) -> Option<String> {
        reader.text(&self.variable(reader, setting))
    }

    fn otlp(&self, reader: &mut Reader<'_>) -> Option<Collector> {
        if !cfg!(feature = "otlp") {
            reader.warn(
                "OTLP export is asked for and not built in; nothing is exported over it: add the feature `otlp` to \
                 observe-runtime",
            );
            return None;
        }
        let protocol = self.variable(reader, "PROTOCOL");
        let protocols = [("http/protobuf", Protocol::HttpProtobuf), ("grpc", Protocol::Grpc)];
        let protocol = reader.choice(&protocol, &protocols, Protocol::HttpProtobuf);
        if protocol == Protocol::Grpc && !cfg!(feature = "otlp-grpc") {
            reader.warn(
                "OTLP over gRPC is asked for and not built in; nothing is exported over it: add the feature \
                 `otlp-grpc` to observe-runtime, or use OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf",
            );
            return None;
        }
        let compression = self.variable(reader, "COMPRESSION");
        let compressions = [("none", Compression::None), ("gzip", Compression::Gzip)];
        let path = |setting: &str| self.text(reader, setting).map(PathBuf::from);
        let tls = TlsFiles {
            certificate: path("CERTIFICATE"),
            client_certificate: path("CLIENT_CERTIFICATE"),
            client_key: path("CLIENT_KEY"),
        };
        Some(Collector {
            endpoint: self.endpoint(reader, protocol),
            headers: self.text(reader, "HEADERS").unwrap_or_default(),
            protocol,
            compression: reader.choice(&compression, &compressions, Compression::None),
            tls,
        })
    }

    /// The URL to send to. A variable of its own is taken as it is; over HTTP the general one gets the path.
    fn endpoint(&self, reader: &mut Reader<'_>, protocol: Protocol) -> String {
        let variable = self.variable(reader, "ENDPOINT");
        let named = reader.text(&variable);
        let is_own = variable != "OTEL_EXPORTER_OTLP_ENDPOINT";
        match (protocol, named) {
            (Protocol::HttpProtobuf, Some(url)) => {
                self.warn_of_grpc_port(reader, &variable, &url);
                if is_own { url } else { format!("{}{}", url.trim_end_matches('/'), self.path) }
            }
            (Protocol::HttpProtobuf, None) => format!("{DEFAULT_HTTP}{}", self.path),
            (Protocol::Grpc, Some(url)) if url.contains("://") => url,
            (Protocol::Grpc, Some(address)) => {
                let insecure = self.variable(reader, "INSECURE");
                let scheme = if reader.is_true(&insecure) { "http" } else { "https" };
                format!("{scheme}://{address}")
            }
            (Protocol::Grpc, None) => DEFAULT_GRPC.to_owned(),
        }
    }

    /// A collector's port for gRPC in an endpoint, and no protocol: the two defaults are often mixed up, and
    /// then nothing arrives.
    fn warn_of_grpc_port(&self, reader: &mut Reader<'_>, variable: &str, url: &str) {
        if url::authority(url).ends_with(":4317") && self.text(reader, "PROTOCOL").is_none() {
            reader.warn(format!(
                "{variable} names port 4317, where collectors take gRPC, and HTTP is spoken to it; set \
                 OTEL_EXPORTER_OTLP_PROTOCOL=grpc, or name port 4318"
            ));
        }
    }
}

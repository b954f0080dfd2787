//! Where spans and metrics go: the variables that OpenTelemetry has for each signal and for all.

use super::reader::Reader;
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
    pub(crate) fn at(endpoint: impl Into<String>) -> Self {
        Self {
            endpoint: endpoint.into(),
            headers: String::new(),
            protocol: Protocol::default(),
            compression: Compression::default(),
            tls: TlsFiles::default(),
        }
    }
}

/// Without the headers, which may hold a secret.
impl fmt::Debug for Collector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Collector").field("endpoint", &self.endpoint).finish_non_exhaustive()
    }
}

/// One kind of data, and how its variables are named.
pub(super) struct Signal {
    /// The word in the variables' names.
    pub(super) name: &'static str,
    /// Where a collector takes it.
    path: &'static str,
    /// The words of its exporter variable that mean the first of them, `none`.
    none: &'static [&'static str],
}

pub(super) const TRACES: Signal = Signal { name: "TRACES", path: "/v1/traces", none: &["none"] };

/// For `prometheus` there is nothing to do: metrics can always be scraped.
pub(super) const METRICS: Signal = Signal { name: "METRICS", path: "/v1/metrics", none: &["none", "prometheus"] };

/// The endpoint of OTLP over HTTP, where one is asked for and none is named (OTLP specification).
const DEFAULT_ENDPOINT: &str = "http://localhost:4318";

impl Signal {
    /// Nothing is exported unless somebody asks: a service works with no collector anywhere.
    pub(super) fn destination(&self, reader: &mut Reader<'_>) -> Destination {
        let endpoint = self.endpoint(reader);
        let default = if endpoint.is_some() { "otlp" } else { "none" };
        let mut words = vec![("otlp", "otlp"), ("console", "console")];
        words.extend(self.none.iter().map(|word| (*word, "none")));
        match reader.choice(&format!("OTEL_{}_EXPORTER", self.name), &words, default) {
            "console" => Destination::Console,
            "otlp" => self.otlp(reader, endpoint.unwrap_or_else(|| format!("{DEFAULT_ENDPOINT}{}", self.path))),
            _ => Destination::Nowhere,
        }
    }

    /// The name of the setting of its own where that is set, of the general one else.
    pub(super) fn variable(&self, reader: &Reader<'_>, setting: &str) -> String {
        let own = format!("OTEL_EXPORTER_OTLP_{}_{setting}", self.name);
        if reader.text(&own).is_some() { own } else { format!("OTEL_EXPORTER_OTLP_{setting}") }
    }

    /// A variable of its own is taken as it is, the general one gets the path.
    fn endpoint(&self, reader: &Reader<'_>) -> Option<String> {
        reader.text(&format!("OTEL_EXPORTER_OTLP_{}_ENDPOINT", self.name)).or_else(|| {
            let base = reader.text("OTEL_EXPORTER_OTLP_ENDPOINT")?;
            Some(format!("{}{}", base.trim_end_matches('/'), self.path))
        })
    }

    fn otlp(&self, reader: &mut Reader<'_>, endpoint: String) -> Destination {
        if !cfg!(feature = "otlp") {
            reader.warn(
                "OTLP export is asked for and not built in; nothing is exported over it: add the feature `otlp` to \
                 observe-runtime",
            );
            return Destination::Nowhere;
        }
        let protocol = self.variable(reader, "PROTOCOL");
        reader.choice(&protocol, &[("http/protobuf", ())], ());
        let headers = reader.text(&self.variable(reader, "HEADERS")).unwrap_or_default();
        Destination::Otlp(Collector { headers, ..Collector::at(endpoint) })
    }
}

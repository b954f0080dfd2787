//! What is said of the requests that a server answers.

use super::reader::Reader;
use std::sync::OnceLock;

/// The settings of the HTTP layer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct HttpServer {
    pub(crate) naming: HttpNaming,
    pub(crate) lines: RequestLines,
    /// Request headers that are recorded.
    pub(crate) headers: Vec<RecordedHeader>,
    /// The header that says for whom a request is.
    pub(crate) user_header: Option<String>,
    /// Attributes that clients choose, and that are recorded where they are asked for.
    pub(crate) attributes: Vec<ClientAttribute>,
}

/// How the metrics of requests are called.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum HttpNaming {
    /// `http_requests_total` and its family.
    #[default]
    Prometheus,
    /// Those of the OpenTelemetry semantic conventions.
    OpenTelemetry,
    Both,
}

/// Which lines a request has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum RequestLines {
    /// One at its start, and one at its end.
    #[default]
    Both,
    End,
    Off,
}

/// A header, and the attribute that it becomes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct RecordedHeader {
    pub(crate) name: String,
    pub(crate) attribute: String,
}

/// An attribute whose value the client chooses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ClientAttribute {
    /// `http.request.method_original`
    Method,
    /// `server.address` and `server.port`
    ServerAddress,
    /// `url.path`
    Path,
    /// `url.query`
    Query,
    /// `user_agent.original`
    UserAgent,
}

const ATTRIBUTES: [(&str, ClientAttribute); 5] = [
    ("http.request.method_original", ClientAttribute::Method),
    ("server.address", ClientAttribute::ServerAddress),
    ("url.path", ClientAttribute::Path),
    ("url.query", ClientAttribute::Query),
    ("user_agent.original", ClientAttribute::UserAgent),
];

static CHOSEN: OnceLock<HttpServer> = OnceLock::new();

impl HttpServer {
    #[cfg(any(test, feature = "tower"))]
    const DEFAULT: Self = Self {
        naming: HttpNaming::Prometheus,
        lines: RequestLines::Both,
        headers: Vec::new(),
        user_header: None,
        attributes: Vec::new(),
    };

    pub(super) fn read(reader: &mut Reader<'_>) -> Self {
        let lines = [("both", RequestLines::Both), ("end", RequestLines::End), ("off", RequestLines::Off)];
        Self {
            naming: naming(reader),
            lines: reader.choice("OBSERVE_HTTP_LOG", &lines, RequestLines::Both),
            headers: headers(reader, "OBSERVE_HTTP_HEADERS").into_iter().map(RecordedHeader::new).collect(),
            user_header: headers(reader, "OBSERVE_HTTP_USER_HEADER").into_iter().next(),
            attributes: attributes(reader),
        }
    }

    /// Makes them the settings of the process.
    pub(crate) fn choose(&self) {
        let _ = CHOSEN.set(self.clone());
    }

    #[cfg(feature = "tower")]
    pub(crate) fn chosen() -> &'static Self {
        static DEFAULT: HttpServer = HttpServer::DEFAULT;
        CHOSEN.get().unwrap_or(&DEFAULT)
    }
}

impl RecordedHeader {
    fn new(name: String) -> Self {
        Self { attribute: format!("http.request.header.{name}"), name }
    }
}

impl HttpNaming {
    #[cfg(feature = "tower")]
    pub(crate) fn has_prometheus(self) -> bool {
        self != Self::OpenTelemetry
    }

    #[cfg(feature = "tower")]
    pub(crate) fn has_opentelemetry(self) -> bool {
        self != Self::Prometheus
    }
}

/// Ours goes before the variable that OpenTelemetry has for those who change from older names.
fn naming(reader: &mut Reader<'_>) -> HttpNaming {
    let opted_in = reader.list("OTEL_SEMCONV_STABILITY_OPT_IN").unwrap_or_default();
    let has = |word: &str| opted_in.iter().any(|known| known.eq_ignore_ascii_case(word));
    // Other words are about other signals.
    let default = match (has("http/dup"), has("http")) {
        (true, _) => HttpNaming::Both,
        (false, true) => HttpNaming::OpenTelemetry,
        (false, false) => HttpNaming::Prometheus,
    };
    let words =
        [("prometheus", HttpNaming::Prometheus), ("otel", HttpNaming::OpenTelemetry), ("both", HttpNaming::Both)];
    reader.choice("OBSERVE_HTTP_METRICS", &words, default)
}

/// Names of headers in lower case; what is none is said and left out.
fn headers(reader: &mut Reader<'_>, variable: &str) -> Vec<String> {
    let is_token = |name: &String| {
        let is_letter = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
        name.len() <= 64 && name.bytes().all(is_letter)
    };
    let (names, others): (Vec<_>, Vec<_>) = reader.list(variable).unwrap_or_default().into_iter().partition(is_token);
    if !others.is_empty() {
        // Not shown: who takes the variable for another one may have written a secret.
        reader.warn(format!("{variable}: {} of the names are none of a header, such as `x-tenant`", others.len()));
    }
    names.iter().map(|name| name.to_ascii_lowercase()).collect()
}

fn attributes(reader: &mut Reader<'_>) -> Vec<ClientAttribute> {
    const NAME: &str = "OBSERVE_HTTP_ATTRIBUTES";
    let mut found = Vec::new();
    for word in reader.list(NAME).unwrap_or_default() {
        match ATTRIBUTES.iter().find(|(name, _)| *name == word) {
            Some((_, attribute)) => found.push(*attribute),
            None => reader.refuse(NAME, &word, &ATTRIBUTES.map(|(name, _)| name).join(", "), "the other attributes"),
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(variables: &[(&str, &str)]) -> (HttpServer, Vec<String>) {
        let variables = variables.iter().collect();
        let mut reader = Reader::new(&variables);
        let read = HttpServer::read(&mut reader);
        (read, reader.into_warnings())
    }

    #[test]
    fn nothing_that_a_client_chooses_is_recorded_unless_it_is_asked_for() {
        assert_eq!(read(&[]), (HttpServer::DEFAULT, Vec::new()));
        let (read, said) = read(&[("OBSERVE_HTTP_ATTRIBUTES", "url.path, server.address")]);
        assert_eq!((read.attributes, said), (vec![ClientAttribute::Path, ClientAttribute::ServerAddress], Vec::new()));
    }

    #[test]
    fn headers_are_named_with_commas_and_become_attributes() {
        let (read, said) = read(&[
            ("OBSERVE_HTTP_HEADERS", "X-Tenant,authorization=Bearer k3J9"),
            ("OBSERVE_HTTP_USER_HEADER", "x-user"),
        ]);
        let tenant =
            RecordedHeader { name: "x-tenant".to_owned(), attribute: "http.request.header.x-tenant".to_owned() };
        assert_eq!((read.headers, read.user_header.as_deref()), (vec![tenant], Some("x-user")));
        assert_eq!(said, ["OBSERVE_HTTP_HEADERS: 1 of the names are none of a header, such as `x-tenant`"]);
    }

    #[test]
    fn names_are_chosen_by_our_variable_or_by_that_of_opentelemetry() {
        for (variables, expected) in [
            (&[("OTEL_SEMCONV_STABILITY_OPT_IN", "database,http")][..], HttpNaming::OpenTelemetry),
            (&[("OTEL_SEMCONV_STABILITY_OPT_IN", "http/dup")], HttpNaming::Both),
            (&[("OTEL_SEMCONV_STABILITY_OPT_IN", "database")], HttpNaming::Prometheus),
            (&[("OBSERVE_HTTP_METRICS", "otel")], HttpNaming::OpenTelemetry),
            (&[("OBSERVE_HTTP_METRICS", "both")], HttpNaming::Both),
            (
                &[("OBSERVE_HTTP_METRICS", "prometheus"), ("OTEL_SEMCONV_STABILITY_OPT_IN", "http")],
                HttpNaming::Prometheus,
            ),
        ] {
            assert_eq!(read(variables), (HttpServer { naming: expected, ..HttpServer::DEFAULT }, Vec::new()));
        }
    }

    #[test]
    fn what_is_not_understood_is_said() {
        let (read, said) = read(&[("OBSERVE_HTTP_LOG", "ends"), ("OBSERVE_HTTP_ATTRIBUTES", "url.paths,url.path")]);
        assert_eq!((read.lines, read.attributes), (RequestLines::Both, vec![ClientAttribute::Path]));
        assert!(said[0].contains("=`ends` is not understood; accepted: both, end, off; using both"), "{said:?}");
        assert!(
            said[1].contains("=`url.paths` is not understood; accepted: http.request.method_original,"),
            "{said:?}"
        );
    }
}

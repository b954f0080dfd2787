//! Where requests go and what is sent along: an endpoint and headers, checked when they are read.
//!
//! No text made here repeats a URL or a header's value, since either may hold a secret.

use crate::config::{Collector, Compression, Protocol, TlsFiles, url};
use crate::percent;
use hyper::Uri;
use hyper::header::{HeaderName, HeaderValue};
use hyper::http::uri::{Authority, PathAndQuery, Scheme};
use std::fmt;

/// What an exporter is made from; the timeout comes with each export.
pub(crate) struct OtlpSettings {
    /// Where to send requests.
    pub(crate) endpoint: Endpoint,
    /// Names and values to send with every request, such as an access token.
    pub(crate) headers: Vec<(String, String)>,
    #[cfg_attr(not(feature = "otlp-grpc"), allow(dead_code, reason = "over HTTP, the URL says it"))]
    pub(crate) signal: Signal,
    pub(crate) protocol: Protocol,
    pub(crate) compression: Compression,
    pub(crate) tls: TlsFiles,
}

/// What requests are full of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Signal {
    Traces,
    Metrics,
    Logs,
}

impl OtlpSettings {
    /// What the variables say, checked.
    pub(crate) fn new(collector: &Collector, signal: Signal) -> Result<Self, String> {
        Ok(Self {
            endpoint: Endpoint::parse(&collector.endpoint)?,
            headers: parse_headers(&collector.headers)?,
            signal,
            protocol: collector.protocol,
            compression: collector.compression,
            tls: collector.tls.clone(),
        })
    }
}

/// The endpoint of a collector for one signal, taken apart.
///
/// Shown as `host:port`, which is all of it that may stand in a log line.
#[derive(Clone)]
pub(crate) struct Endpoint {
    /// Whether the connection is encrypted.
    pub(super) tls: bool,
    /// A name or an address, without the brackets that a URL puts around IPv6.
    pub(super) host: String,
    /// The port, given or implied by the scheme.
    pub(super) port: u16,
    /// What to ask the host for over HTTP.
    pub(super) path: PathAndQuery,
}

impl Endpoint {
    /// Reads the full URL of an endpoint, `http` or `https`.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let text = text.trim();
        // Before the URL is read, as a password may well make it unreadable.
        if url::authority(text).contains('@') {
            let advice = "send them as a header, through OTEL_EXPORTER_OTLP_HEADERS";
            return Err(format!("the endpoint holds credentials; {advice}"));
        }
        let uri: Uri = text.parse().map_err(|_| "the endpoint is not a valid URL".to_owned())?;
        let tls = is_tls(&uri)?;
        let Some(authority) = uri.authority().filter(|authority| !authority.host().is_empty()) else {
            return Err("the endpoint names no host".to_owned());
        };
        Ok(Self {
            tls,
            host: authority.host().trim_matches(['[', ']']).to_owned(),
            port: port(authority, tls)?,
            path: uri.path_and_query().cloned().unwrap_or(PathAndQuery::from_static("/")),
        })
    }

    /// The `host` header's value, which leaves out the port that the scheme implies.
    pub(super) fn host_header(&self) -> String {
        if self.port == default_port(self.tls) { self.url_host() } else { self.to_string() }
    }

    fn url_host(&self) -> String {
        if self.host.contains(':') { format!("[{}]", self.host) } else { self.host.clone() }
    }
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.url_host(), self.port)
    }
}

impl fmt::Debug for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

fn is_tls(uri: &Uri) -> Result<bool, String> {
    match uri.scheme() {
        Some(scheme) if *scheme == Scheme::HTTP => Ok(false),
        Some(scheme) if *scheme == Scheme::HTTPS => Ok(true),
        _ => Err("the endpoint does not begin with `http://` or `https://`".to_owned()),
    }
}

fn default_port(tls: bool) -> u16 {
    if tls { 443 } else { 80 }
}

/// The port of a URL. A port that is no port must not be taken for one left out.
fn port(authority: &Authority, tls: bool) -> Result<u16, String> {
    match authority.port_u16() {
        Some(port) if port > 0 => Ok(port),
        None if authority.as_str() == authority.host() => Ok(default_port(tls)),
        _ => Err("the endpoint's port is not a number from 1 to 65535".to_owned()),
    }
}

/// Headers that belong to the exporter, and those that HTTP/2 does not have: another value would
/// contradict the request's form.
const OWN: [&str; 10] = [
    "connection",
    "content-encoding",
    "content-length",
    "content-type",
    "host",
    "keep-alive",
    "proxy-connection",
    "te",
    "transfer-encoding",
    "upgrade",
];

/// What the names of gRPC's own headers begin with.
const OWN_PREFIX: &str = "grpc-";

/// Reads `key=value` entries separated by commas, with percent-encoded values.
///
/// Source: OpenTelemetry specification, OTLP exporter, "Specifying headers via environment
/// variables". The error names the entry by its place and, if it has one, its name. An entry that
/// is no header is not quoted: it may be the rest of a token that held a comma.
pub(crate) fn parse_headers(text: &str) -> Result<Vec<(String, String)>, String> {
    let entries = text.split(',').map(str::trim).enumerate();
    entries
        .filter(|(_, entry)| !entry.is_empty())
        .map(|(index, entry)| parse_entry(entry).map_err(|why| format!("entry {}: {why}", index + 1)))
        .collect()
}

fn parse_entry(entry: &str) -> Result<(String, String), String> {
    let (name, value) = entry.split_once('=').ok_or("there is no `=` in it")?;
    let (name, value) = (name.trim(), value.trim());
    let name = header_name(name)?;
    let value =
        percent::decoded(value).ok_or_else(|| format!("the value of `{name}` is not valid percent-encoding"))?;
    header_value(&name, &value)?;
    Ok((name.to_string(), value))
}

/// The name as HTTP wants it.
pub(super) fn header_name(name: &str) -> Result<HeaderName, String> {
    let name: HeaderName = name.parse().map_err(|_| "its name is no header's name".to_owned())?;
    if OWN.contains(&name.as_str()) || name.as_str().starts_with(OWN_PREFIX) {
        return Err(format!("`{name}` is set by the exporter"));
    }
    Ok(name)
}

/// The value as HTTP wants it, marked so that hyper shows it nowhere.
pub(super) fn header_value(name: &HeaderName, value: &str) -> Result<HeaderValue, String> {
    let mut value = HeaderValue::from_str(value)
        .map_err(|_| format!("the value of `{name}` holds characters that no header may hold"))?;
    value.set_sensitive(true);
    Ok(value)
}

#[cfg(test)]
mod tests;

//! One request over HTTP, for commands that talk to a service or a collector.

use std::io::Read;
use std::time::Duration;
use ureq::http::Response;
use ureq::tls::{Certificate, RootCerts, TlsConfig};
use ureq::{Agent, Body, RequestBuilder};

/// For a whole request.
const PATIENCE: Duration = Duration::from_secs(5);
/// Of an answer; a scrape of 100,000 series has some 20 MiB.
const LARGEST: u64 = 64 << 20;

/// What was answered.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    /// By their names in lower case.
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    /// The body, whatever bytes it has.
    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The first header of this name, which is in lower case.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

/// GET, with headers. Every status is an answer.
pub(crate) fn get(url: &str, headers: &[(&str, &str)]) -> Result<Answer, String> {
    let request = with_headers(agent(None, Patience::Whole)?.get(url), headers);
    answer(request.call())
}

/// GET of an answer that may go on for ever, and is over when nothing comes for that long. Its status, and what reads
/// its body.
pub(crate) fn open(
    url: &str,
    query: &[(&str, String)],
    headers: &[(&str, &str)],
    silence: Duration,
) -> Result<(u16, impl Read + use<>), String> {
    let request = with_headers(agent(None, Patience::EachRead(silence))?.get(url), headers);
    // What is packed may come late.
    let request = request.header("accept-encoding", "identity");
    let request = request.query_pairs(query.iter().map(|(name, value)| (*name, value)));
    let response = request.call().map_err(|error| error.to_string())?;
    Ok((response.status().as_u16(), response.into_body().into_reader()))
}

/// POST. `certificates` is a file in PEM form with whom to trust in place of the machine's.
pub(crate) fn post(
    url: &str,
    headers: &[(&str, &str)],
    body: &[u8],
    certificates: Option<&str>,
) -> Result<Answer, String> {
    let request = with_headers(agent(certificates, Patience::Whole)?.post(url), headers);
    answer(request.send(body))
}

fn with_headers<B>(request: RequestBuilder<B>, headers: &[(&str, &str)]) -> RequestBuilder<B> {
    headers.iter().fold(request, |request, (name, value)| request.header(*name, *value))
}

/// How long is waited.
#[derive(Clone, Copy)]
enum Patience {
    /// For the whole exchange.
    Whole,
    /// For the beginning of an answer, and then that long each time.
    EachRead(Duration),
}

/// A client that follows nobody elsewhere, and uses no proxy: what is asked is what was named.
fn agent(certificates: Option<&str>, patience: Patience) -> Result<Agent, String> {
    let certificates = match certificates {
        Some(file) => {
            let text = std::fs::read(file).map_err(|error| format!("{file}: {error}"))?;
            let parsed = ureq::tls::parse_pem(&text).filter_map(|item| match item {
                Ok(ureq::tls::PemItem::Certificate(certificate)) => Some(certificate),
                _ => None,
            });
            let parsed: Vec<_> = parsed.collect();
            if parsed.is_empty() {
                return Err(format!("{file} has no certificate in PEM form"));
            }
            parsed
        }
        None => {
            let native = rustls_native_certs::load_native_certs().certs;
            native.iter().map(|one| Certificate::from_der(one.as_ref()).to_owned()).collect()
        }
    };
    let tls = TlsConfig::builder().root_certs(RootCerts::new_with_certs(&certificates)).build();
    let config = Agent::config_builder().http_status_as_error(false).max_redirects(0).proxy(None).tls_config(tls);
    let config = match patience {
        Patience::Whole => config.timeout_global(Some(PATIENCE)),
        Patience::EachRead(silence) => config
            .timeout_resolve(Some(PATIENCE))
            .timeout_connect(Some(PATIENCE))
            .timeout_recv_response(Some(PATIENCE))
            .timeout_per_read(Some(silence)),
    };
    Ok(config.build().into())
}

fn answer(response: Result<Response<Body>, ureq::Error>) -> Result<Answer, String> {
    let mut response = response.map_err(|error| error.to_string())?;
    let headers = response.headers().iter();
    let headers =
        headers.map(|(name, value)| (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into_owned()));
    let headers = headers.collect();
    let body = response.body_mut().with_config().limit(LARGEST).read_to_vec().map_err(|error| error.to_string())?;
    Ok(Answer { status: response.status().as_u16(), headers, body })
}

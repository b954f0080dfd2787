//! Single POSTs to one URL, for what is no OTLP: the same client, TLS and care for secrets.

use super::client::Client;
use super::http::{common_headers, pause, said, words};
use super::secrets::Secrets;
use super::settings::Endpoint;
use super::tls::Tls;
use crate::config::{Protocol, TlsFiles, url};
use crate::export::{ExportError, Failure};
use hyper::body::Bytes;
use hyper::header::{self, HeaderMap, HeaderName, HeaderValue};
use hyper::{Method, Request, StatusCode, Uri};
use std::time::{Duration, SystemTime};

/// Posts JSON to one URL, from a thread that may block.
pub(crate) struct Post {
    client: Client,
    uri: Uri,
    headers: HeaderMap,
    secrets: Secrets,
}

impl Post {
    /// For this URL, which has not been connected to yet. The parts of its path, the values of its query and
    /// these secrets are masked in what the server says.
    pub(crate) fn new(url: &str, secrets: &[&str]) -> Result<Self, String> {
        if url::authority(url.trim()).contains('@') {
            return Err("the URL holds credentials, which are not sent".to_owned());
        }
        let endpoint = Endpoint::parse(url)?;
        let mut headers = common_headers(&[])?;
        let host = HeaderValue::try_from(endpoint.host_header());
        headers.insert(header::HOST, host.map_err(|_| "the URL's host is no host name".to_owned())?);
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
        // A request that went out on a kept connection just as that closed would go out twice.
        headers.insert(header::CONNECTION, HeaderValue::from_static("close"));
        let parts = endpoint.path.path().split('/').chain(secrets.iter().copied());
        let hidden: Vec<_> = parts.map(|part| (String::new(), part.to_owned())).collect();
        let secrets = Secrets::of(&hidden, endpoint.path.query());
        let protocol = Protocol::HttpProtobuf;
        let tls = if endpoint.tls { Some(Tls::new(&endpoint, &TlsFiles::default(), protocol)?) } else { None };
        let uri = Uri::from(endpoint.path.clone());
        Ok(Self { client: Client::new(endpoint, protocol, tls), uri, headers, secrets })
    }

    /// Sends this body once, with a header more where there is one.
    ///
    /// An error's text names the host, and nothing else of the URL.
    pub(crate) fn send(
        &mut self,
        body: Vec<u8>,
        header: Option<(&'static str, &str)>,
        timeout: Duration,
    ) -> Result<(), ExportError> {
        let mut request = Request::new(Bytes::from(body));
        *request.method_mut() = Method::POST;
        *request.uri_mut() = self.uri.clone();
        *request.headers_mut() = self.headers.clone();
        if let Some((name, value)) = header
            && let Ok(value) = HeaderValue::try_from(value)
        {
            request.headers_mut().insert(HeaderName::from_static(name), value);
        }
        let mut answer = self.client.send(&request, timeout)?;
        if answer.status.is_success() {
            return Ok(());
        }
        self.secrets.mask(&mut answer);
        let is_passing = answer.status.is_server_error()
            || matches!(answer.status, StatusCode::TOO_MANY_REQUESTS | StatusCode::REQUEST_TIMEOUT);
        let failure = if is_passing {
            Failure::Unavailable { after: pause(&answer.headers, SystemTime::now()) }
        } else {
            Failure::Refused
        };
        Err(ExportError::new(failure, said(self.client.endpoint(), &answer.status.to_string(), &words(&answer))))
    }
}

//! Single GETs of one URL from a task, for what is no OTLP: the same TLS.

use super::client::Peer;
use super::http::common_headers;
use super::settings::Endpoint;
use super::tls::Tls;
use crate::config::{Protocol, TlsFiles, url};
use hyper::body::Bytes;
use hyper::header::{self, HeaderMap, HeaderValue};
use hyper::{Request, Uri};

/// Asks for one URL.
pub(crate) struct Get {
    peer: Peer,
    headers: HeaderMap,
}

impl Get {
    /// For this URL, which has not been connected to yet.
    pub(crate) fn new(url: &str) -> Result<Self, String> {
        if url::authority(url.trim()).contains('@') {
            return Err("the URL holds credentials, which are not sent".to_owned());
        }
        let endpoint = Endpoint::parse(url)?;
        let mut headers = common_headers(&[])?;
        let host = HeaderValue::try_from(endpoint.host_header());
        headers.insert(header::HOST, host.map_err(|_| "the URL's host is no host name".to_owned())?);
        headers.insert(header::CONNECTION, HeaderValue::from_static("close"));
        let protocol = Protocol::HttpProtobuf;
        let tls = if endpoint.tls { Some(Tls::new(&endpoint, &TlsFiles::default(), protocol)?) } else { None };
        Ok(Self { peer: Peer { endpoint, protocol, tls }, headers })
    }

    /// Asks once, over a connection of its own: the status. An error's text names the host, and nothing else of the URL.
    pub(crate) async fn status(&self) -> Result<u16, String> {
        let mut request = Request::new(Bytes::new());
        *request.uri_mut() = Uri::from(self.peer.endpoint.path.clone());
        *request.headers_mut() = self.headers.clone();
        Ok(self.peer.ask(request).await?.status.as_u16())
    }
}

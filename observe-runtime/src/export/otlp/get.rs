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
        Self::trusting(url, &TlsFiles::default())
    }

    fn trusting(url: &str, files: &TlsFiles) -> Result<Self, String> {
        if url::authority(url.trim()).contains('@') {
            return Err("the URL holds credentials, which are not sent".to_owned());
        }
        let endpoint = Endpoint::parse(url)?;
        let mut headers = common_headers(&[])?;
        let host = HeaderValue::try_from(endpoint.host_header());
        headers.insert(header::HOST, host.map_err(|_| "the URL's host is no host name".to_owned())?);
        headers.insert(header::CONNECTION, HeaderValue::from_static("close"));
        let protocol = Protocol::HttpProtobuf;
        let tls = if endpoint.tls { Some(Tls::new(&endpoint, files, protocol)?) } else { None };
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

#[cfg(test)]
mod tests {
    use super::super::test_servers::certificates::Authority;
    use super::super::test_servers::http::Server;
    use super::super::test_servers::nobody;
    use super::*;

    const GONE: &str = "HTTP/1.1 410 Gone\r\ncontent-length: 4\r\n\r\ngone";

    fn status(get: &Get) -> Result<u16, String> {
        tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(get.status())
    }

    #[test]
    fn whatever_the_status_is_it_is_the_answer() {
        let server = Server::answering(&[GONE]);
        assert_eq!(status(&Get::new(&server.url).unwrap()), Ok(410));
        let request = server.received().remove(0);
        assert_eq!((request.head[0].as_str(), request.body.len()), ("GET /v1/traces?tenant=7 HTTP/1.1", 0));
    }

    #[test]
    fn a_server_over_tls_is_asked_where_it_is_trusted() {
        let (theirs, other) = (Authority::new(), Authority::new());
        let ask = |trusted: &Authority| {
            let server = Server::encrypted(theirs.server("localhost", None), &[GONE]);
            let files = TlsFiles { certificate: Some(trusted.certificate()), ..TlsFiles::default() };
            status(&Get::trusting(&server.url.replace("127.0.0.1", "localhost"), &files).unwrap())
        };
        assert_eq!(ask(&theirs), Ok(410));
        assert!(ask(&other).unwrap_err().starts_with("no TLS with localhost:"));
    }

    #[test]
    fn what_can_not_be_asked_is_said_without_its_secrets() {
        for url in ["http://user:hunter2@a.example/", "ftp://a.example/hunter2", "hunter2"] {
            assert!(!Get::new(url).err().unwrap().contains("hunter2"), "{url}");
        }
        let text = status(&Get::new(&format!("http://{}/?key=hunter2", nobody())).unwrap()).unwrap_err();
        assert!(text.starts_with("connection refused by 127.0.0.1:") && !text.contains("hunter2"), "{text}");
    }
}

//! Encrypted connections: rustls with the ring provider.

use super::settings::Endpoint;
use std::sync::Arc;
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::ServerName;
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

/// Turns connections to one endpoint into encrypted ones.
pub(super) struct Tls {
    connector: TlsConnector,
    server: ServerName<'static>,
}

impl Tls {
    /// Reads the trusted certificates, once: a change of them takes a restart.
    pub(super) fn new(endpoint: &Endpoint) -> Result<Self, String> {
        let server = ServerName::try_from(endpoint.host.clone())
            .map_err(|_| "the endpoint's host cannot be named in a certificate".to_owned())?;
        // The provider is given here, as a process-wide default belongs to the application.
        let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(|error| format!("TLS cannot be set up: {error}"))?
            .with_root_certificates(trusted_roots()?)
            .with_no_client_auth();
        Ok(Self { connector: TlsConnector::from(Arc::new(config)), server })
    }

    /// Agrees on the encryption with the server at the other end.
    pub(super) async fn wrap(&self, tcp: TcpStream) -> std::io::Result<TlsStream<TcpStream>> {
        self.connector.connect(self.server.clone(), tcp).await
    }
}

/// The roots that this machine trusts.
///
/// A collector often stands inside a company's network behind a private CA. Such a CA is
/// installed on the machine (or named in `SSL_CERT_FILE`), so the machine's store knows it, while
/// a list compiled into the program knows public CAs only and ages with the program.
fn trusted_roots() -> Result<RootCertStore, String> {
    let found = rustls_native_certs::load_native_certs();
    let mut roots = RootCertStore::empty();
    // A single unreadable certificate, as old stores have them, must not cost all others.
    let (usable, _) = roots.add_parsable_certificates(found.certs);
    if usable > 0 {
        return Ok(roots);
    }
    let reason = found.errors.first().map_or(String::new(), |error| format!(": {error}"));
    Err(format!("no trusted CA certificates found for https{reason}"))
}

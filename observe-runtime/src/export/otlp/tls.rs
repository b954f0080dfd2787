//! Encrypted connections: rustls with the ring provider.

use super::settings::Endpoint;
use crate::config::{Protocol, TlsFiles};
use std::path::Path;
use std::sync::Arc;
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::{Error, PemObject};
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

/// Turns connections to one endpoint into encrypted ones.
pub(super) struct Tls {
    connector: TlsConnector,
    server: ServerName<'static>,
}

impl Tls {
    /// Reads certificates and keys, once: a change of them takes a restart.
    ///
    /// An error names the file that is no good, and nothing that is in it.
    pub(super) fn new(endpoint: &Endpoint, files: &TlsFiles, protocol: Protocol) -> Result<Self, String> {
        let server = ServerName::try_from(endpoint.host.clone())
            .map_err(|_| "the endpoint's host cannot be named in a certificate".to_owned())?;
        let roots = files.certificate.as_deref().map_or_else(machines_roots, roots_in)?;
        // The provider is given here, as a process-wide default belongs to the application.
        let builder = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(|error| format!("TLS cannot be set up: {error}"))?
            .with_root_certificates(roots);
        let mut config = match (&files.client_certificate, &files.client_key) {
            (None, None) => builder.with_no_client_auth(),
            (Some(certificate), Some(key)) => {
                let (chain, secret) = (certificates("client certificate", certificate)?, private_key(key)?);
                let (certificate, key) = (certificate.display(), key.display());
                builder.with_client_auth_cert(chain, secret).map_err(|error| {
                    format!("the client certificate `{certificate}` with the client key `{key}` is no good: {error}")
                })?
            }
            (Some(certificate), None) => {
                return Err(format!("the client certificate `{}` is named without its key", certificate.display()));
            }
            (None, Some(key)) => {
                return Err(format!("the client key `{}` is named without its certificate", key.display()));
            }
        };
        if protocol == Protocol::Grpc {
            config.alpn_protocols = vec![b"h2".to_vec()];
        }
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
fn machines_roots() -> Result<RootCertStore, String> {
    let found = rustls_native_certs::load_native_certs();
    usable(found.certs).ok_or_else(|| {
        let reason = found.errors.first().map_or(String::new(), |error| format!(": {error}"));
        format!("no trusted CA certificates found for https{reason}")
    })
}

/// The roots in this file, in place of the machine's.
fn roots_in(path: &Path) -> Result<RootCertStore, String> {
    let what = "trusted certificate";
    usable(certificates(what, path)?).ok_or_else(|| format!("the {what} `{}` can't be used", path.display()))
}

/// A single unreadable certificate, as old stores have them, must not cost all others.
fn usable(certificates: Vec<CertificateDer<'static>>) -> Option<RootCertStore> {
    let mut roots = RootCertStore::empty();
    let (usable, _) = roots.add_parsable_certificates(certificates);
    (usable > 0).then_some(roots)
}

fn certificates(what: &str, path: &Path) -> Result<Vec<CertificateDer<'static>>, String> {
    let read = CertificateDer::pem_file_iter(path).and_then(Iterator::collect::<Result<Vec<_>, _>>);
    match read {
        Ok(found) if found.is_empty() => Err(unreadable(what, path, &Error::NoItemsFound)),
        read => read.map_err(|error| unreadable(what, path, &error)),
    }
}

fn private_key(path: &Path) -> Result<PrivateKeyDer<'static>, String> {
    PrivateKeyDer::from_pem_file(path).map_err(|error| unreadable("client key", path, &error))
}

/// Why a file can't be used. The words of most errors repeat what is in it, so they are not used.
fn unreadable(what: &str, path: &Path, error: &Error) -> String {
    let path = path.display();
    match error {
        Error::Io(error) => format!("the {what} `{path}` can't be read: {error}"),
        Error::NoItemsFound => format!("there is no {what} in `{path}`, or none in PEM form without a password"),
        _ => format!("the {what} `{path}` is damaged"),
    }
}

#[cfg(test)]
mod tests;

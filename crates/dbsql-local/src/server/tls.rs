//! The certificate of a server with TLS.

use std::fmt;
use std::io;
use std::path::Path;
use std::sync::Arc;

use tokio::net::TcpStream;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::{self, PemObject as _};
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::server::TlsStream;

/// A certificate and its private key. Clients must trust it, or its issuer.
#[derive(Clone)]
pub struct TlsCertificate {
    acceptor: TlsAcceptor,
}

impl TlsCertificate {
    /// Parses PEM: the certificate with its chain, if any, and the key.
    ///
    /// # Errors
    ///
    /// If the PEM contains no certificate or no key, or they do not match.
    pub fn from_pem(certificate: &[u8], key: &[u8]) -> io::Result<Self> {
        let chain = CertificateDer::pem_slice_iter(certificate).collect::<Result<Vec<_>, _>>();
        let chain =
            chain.and_then(not_empty).map_err(|error| unreadable("the certificate", &error));
        let key = PrivateKeyDer::from_pem_slice(key);
        Self::new(chain?, key.map_err(|error| unreadable("the key", &error))?)
    }

    /// Reads PEM files; see [`from_pem`](Self::from_pem).
    ///
    /// # Errors
    ///
    /// If a file cannot be read or contains no certificate or no key, or if they do not match.
    pub fn from_pem_files(certificate: &Path, key: &Path) -> io::Result<Self> {
        let chain = CertificateDer::pem_file_iter(certificate)
            .and_then(Iterator::collect::<Result<Vec<_>, _>>)
            .and_then(not_empty)
            .map_err(|error| unreadable(certificate.display(), &error))?;
        let pem = PrivateKeyDer::from_pem_file(key);
        Self::new(chain, pem.map_err(|error| unreadable(key.display(), &error))?)
    }

    fn new(chain: Vec<CertificateDer<'static>>, key: PrivateKeyDer<'static>) -> io::Result<Self> {
        let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .and_then(|versions| versions.with_no_client_auth().with_single_cert(chain, key))
            .map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))?;
        Ok(Self { acceptor: TlsAcceptor::from(Arc::new(config)) })
    }

    pub(super) async fn accept(&self, stream: TcpStream) -> io::Result<TlsStream<TcpStream>> {
        self.acceptor.accept(stream).await
    }
}

impl fmt::Debug for TlsCertificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // It contains the key.
        f.debug_struct("TlsCertificate").finish_non_exhaustive()
    }
}

fn not_empty(
    chain: Vec<CertificateDer<'static>>,
) -> Result<Vec<CertificateDer<'static>>, pem::Error> {
    if chain.is_empty() { Err(pem::Error::NoItemsFound) } else { Ok(chain) }
}

fn unreadable(what: impl fmt::Display, error: &pem::Error) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, format!("{what}: {error}"))
}

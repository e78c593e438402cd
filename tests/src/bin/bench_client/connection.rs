//! A bare HTTP/1.1 connection.

use std::path::Path;
use std::sync::Arc;

use bytes::Bytes;
use http_body_util::Full;
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

use crate::Problem;

/// Sends requests one after the other.
pub(crate) type Connection = SendRequest<Full<Bytes>>;

/// How to reach a server.
pub(crate) struct Target {
    authority: String,
    tls: Option<TlsConnector>,
}

impl Target {
    /// `url` is an origin; a certificate makes it TLS.
    pub(crate) fn new(url: &str, root: Option<&Path>) -> Result<Self, Problem> {
        let (scheme, authority) = url.split_once("://").ok_or("the URL has no scheme")?;
        let tls = match (scheme, root) {
            ("https", Some(root)) => {
                let mut roots = RootCertStore::empty();
                roots.add(CertificateDer::from_pem_file(root)?)?;
                let config =
                    ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
                        .with_safe_default_protocol_versions()?
                        .with_root_certificates(roots)
                        .with_no_client_auth();
                Some(TlsConnector::from(Arc::new(config)))
            }
            ("http", None) => None,
            _ => return Err("https goes with --root-certificate, http without".into()),
        };
        Ok(Self { authority: authority.to_owned(), tls })
    }

    pub(crate) fn authority(&self) -> &str {
        &self.authority
    }

    pub(crate) async fn connect(&self) -> Result<Connection, Problem> {
        let stream = TcpStream::connect(&self.authority).await?;
        stream.set_nodelay(true)?;
        match &self.tls {
            None => open(stream).await,
            Some(tls) => {
                let name = ServerName::try_from("127.0.0.1")?;
                open(tls.connect(name, stream).await?).await
            }
        }
    }
}

async fn open(
    stream: impl AsyncRead + AsyncWrite + Send + Unpin + 'static,
) -> Result<Connection, Problem> {
    let (sender, connection) = handshake(TokioIo::new(stream)).await?;
    tokio::spawn(connection);
    Ok(sender)
}

//! The certificate of a server, made when it starts.

use std::error::Error;
use std::sync::Arc;

use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;

/// A self-signed certificate and its key.
pub(super) struct Identity(rcgen::CertifiedKey<rcgen::KeyPair>);

impl Identity {
    pub(super) fn of(host: &str) -> Result<Self, rcgen::Error> {
        rcgen::generate_simple_self_signed([host.to_owned()]).map(Self)
    }

    pub(super) fn pem(&self) -> String {
        self.0.cert.pem()
    }

    /// Accepts HTTP/2 only.
    pub(super) fn acceptor(&self) -> Result<TlsAcceptor, Box<dyn Error + Send + Sync>> {
        let key = PrivateKeyDer::try_from(self.0.signing_key.serialize_der())?;
        let mut config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()?
            .with_no_client_auth()
            .with_single_cert(vec![self.0.cert.der().clone()], key)?;
        config.alpn_protocols = vec![b"h2".to_vec()];
        Ok(TlsAcceptor::from(Arc::new(config)))
    }
}

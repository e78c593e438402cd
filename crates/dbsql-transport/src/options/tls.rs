//! The TLS settings: trusted certificates, the client's certificate and the versions.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use bytes::Bytes;
use zeroize::Zeroizing;

use super::HttpOptions;

/// The TLS settings of a transport.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct TlsOptions {
    pub(crate) roots: Vec<PemSource>,
    pub(crate) platform_roots: bool,
    pub(crate) client_certificate: Option<ClientCertificate>,
    pub(crate) tls13_only: bool,
    pub(crate) accept_any_certificate: bool,
}

/// The source of certificates in PEM.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum PemSource {
    Text(Bytes),
    File(PathBuf),
}

/// The certificate of this client.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct ClientCertificate {
    pub(crate) chain: PemSource,
    pub(crate) key: KeySource,
}

/// The source of a private key in PEM.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum KeySource {
    /// Shared, so that there is only one copy.
    Text(Arc<Zeroizing<Vec<u8>>>),
    File(PathBuf),
}

impl Default for TlsOptions {
    fn default() -> Self {
        Self {
            roots: Vec::new(),
            platform_roots: true,
            client_certificate: None,
            tls13_only: false,
            accept_any_certificate: false,
        }
    }
}

impl TlsOptions {
    pub(super) fn check(&self) -> Result<(), &'static str> {
        if !self.platform_roots && self.roots.is_empty() && !self.accept_any_certificate {
            return Err(
                "`platform_roots` is off and there is no other root certificate, so that no server \
                        can be trusted",
            );
        }
        Ok(())
    }
}

/// # TLS
///
/// The settings apply to every server that the transport connects to, and to the proxy if it is an
/// `https` one. TLS 1.2 and 1.3 are supported, nothing older.
impl HttpOptions {
    /// Trusts the certificates in this PEM text as roots, in addition to those of the platform. The
    /// text may contain several, and the method may be called several times.
    ///
    /// Each must be the certificate of a certificate authority, or the self-signed one of a server.
    #[must_use]
    pub fn add_root_certificate_pem(mut self, pem: impl Into<Bytes>) -> Self {
        self.tls.roots.push(PemSource::Text(pem.into()));
        self
    }

    /// Like [`add_root_certificate_pem`](Self::add_root_certificate_pem), from a file that is read
    /// once, when the transport is created.
    #[must_use]
    pub fn add_root_certificate_file(mut self, path: impl Into<PathBuf>) -> Self {
        self.tls.roots.push(PemSource::File(path.into()));
        self
    }

    /// Sets whether the root certificates of the platform are trusted; `true` by default. If
    /// `false`, only the certificates given here are.
    ///
    /// On Linux and other Unix systems the roots of the platform are those of its certificate
    /// store, or of `SSL_CERT_FILE` and `SSL_CERT_DIR` if these variables are set.
    #[must_use]
    pub fn platform_roots(mut self, trust: bool) -> Self {
        self.tls.platform_roots = trust;
        self
    }

    /// Sets the certificate that this client sends to servers that request one (mutual TLS), and
    /// its private key, both in PEM: first the client's own certificate, then the intermediate
    /// ones. The key is PKCS#8, PKCS#1 or SEC1, without a passphrase.
    #[must_use]
    pub fn client_certificate_pem(
        mut self,
        chain: impl Into<Bytes>,
        key: impl Into<Vec<u8>>,
    ) -> Self {
        self.tls.client_certificate = Some(ClientCertificate {
            chain: PemSource::Text(chain.into()),
            key: KeySource::Text(Arc::new(Zeroizing::new(key.into()))),
        });
        self
    }

    /// Like [`client_certificate_pem`](Self::client_certificate_pem), from two files, or the same
    /// file twice. They are read once, when the transport is created.
    #[must_use]
    pub fn client_certificate_files(
        mut self,
        chain: impl Into<PathBuf>,
        key: impl Into<PathBuf>,
    ) -> Self {
        self.tls.client_certificate = Some(ClientCertificate {
            chain: PemSource::File(chain.into()),
            key: KeySource::File(key.into()),
        });
        self
    }

    /// Sets whether TLS 1.3 is required; `false` by default, which allows 1.2 and 1.3.
    #[must_use]
    pub fn tls13_only(mut self, only: bool) -> Self {
        self.tls.tls13_only = only;
        self
    }

    /// Sets whether any certificate of any server is accepted; `false` by default.
    ///
    /// **Anyone on the network can then read the credentials and the results, and change them.**
    /// Use it in tests only. For a server with a certificate of a private authority, use
    /// [`add_root_certificate_file`](Self::add_root_certificate_file).
    ///
    /// No configuration file or environment variable can enable this.
    #[must_use]
    pub fn dangerously_accept_any_certificate(mut self, accept: bool) -> Self {
        self.tls.accept_any_certificate = accept;
        self
    }
}

impl fmt::Debug for TlsOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TlsOptions")
            .field("roots", &self.roots)
            .field("platform_roots", &self.platform_roots)
            .field("client_certificate", &self.client_certificate)
            .field("tls13_only", &self.tls13_only)
            .field("dangerously_accept_any_certificate", &self.accept_any_certificate)
            .finish()
    }
}

impl fmt::Debug for PemSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            // Not secret, but long PEM texts hide the rest.
            Self::Text(pem) => write!(f, "PEM of {} bytes", pem.len()),
            Self::File(path) => path.fmt(f),
        }
    }
}

impl fmt::Debug for ClientCertificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("ClientCertificate");
        shown.field("chain", &self.chain);
        match &self.key {
            KeySource::Text(_) => shown.field("key", &format_args!("..")),
            KeySource::File(path) => shown.field("key", path),
        };
        shown.finish()
    }
}

//! Why a transport cannot be made from its options.

use std::error::Error;
use std::path::PathBuf;

use crate::InvalidHttpOptions;

type Source = Box<dyn Error + Send + Sync>;

/// Why there is no [`HyperTransport`](crate::HyperTransport).
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BuildError {
    /// The options cannot work.
    #[error(transparent)]
    Options(#[from] InvalidHttpOptions),
    /// The crate was built without cryptography.
    #[error("no cryptography provider: enable the feature `ring` or `aws-lc-rs`")]
    NoCryptography,
    /// A PEM text holds no certificate, or one that cannot be a root.
    #[error("an extra root certificate cannot be used")]
    RootCertificate(#[source] Source),
    /// The same for a file, or it cannot be read.
    #[error("the root certificate file {} cannot be used", path.display())]
    RootCertificateFile {
        /// The path as it was given.
        path: PathBuf,
        /// Why not.
        source: Source,
    },
    /// The client certificate or its key is not in PEM, or the two do not belong together.
    #[error("the client certificate and its key cannot be used")]
    ClientCertificate(#[source] Source),
    /// The same for one of the two files, or it cannot be read.
    #[error("the client certificate or key file {} cannot be used", path.display())]
    ClientCertificateFile {
        /// The path as it was given.
        path: PathBuf,
        /// Why not. Holds nothing of the key.
        source: Source,
    },
    /// An environment variable does not name a proxy, or hosts without one.
    #[error("the environment variable {name} cannot be used")]
    ProxyVariable {
        /// The name of the variable.
        name: &'static str,
        /// Why not. Holds nothing of the value.
        source: Source,
    },
    /// The hosts of [`HttpOptions::no_proxy`](crate::HttpOptions::no_proxy) are not such a list.
    #[error("the list of hosts without a proxy cannot be used")]
    NoProxy(#[source] Source),
    /// TLS could not be set up.
    #[error("tls could not be set up")]
    Tls(#[source] Source),
}

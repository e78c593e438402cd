//! The reasons why a transport cannot be created from its options.

use std::error::Error;
use std::path::PathBuf;

use crate::InvalidHttpOptions;

type Source = Box<dyn Error + Send + Sync>;

/// The error of [`HyperTransport::new`](crate::HyperTransport::new).
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BuildError {
    /// The options are invalid.
    #[error(transparent)]
    Options(#[from] InvalidHttpOptions),
    /// The crate was built without a cryptography provider.
    #[error("no cryptography provider: enable the feature `ring` or `aws-lc-rs`")]
    NoCryptography,
    /// A PEM text contains no certificate, or one that cannot be a root.
    #[error("cannot use an additional root certificate")]
    RootCertificate(#[source] Source),
    /// A root certificate file is unreadable or invalid.
    #[error("cannot use the root certificate file {}", path.display())]
    RootCertificateFile {
        /// The path from the options.
        path: PathBuf,
        /// The reason.
        source: Source,
    },
    /// The client certificate or its key is not in PEM, or they do not match.
    #[error("cannot use the client certificate and its key")]
    ClientCertificate(#[source] Source),
    /// A client certificate or key file is unreadable or invalid.
    #[error("cannot use the client certificate or key file {}", path.display())]
    ClientCertificateFile {
        /// The path from the options.
        path: PathBuf,
        /// The reason. Contains nothing of the key.
        source: Source,
    },
    /// An environment variable does not contain a valid proxy or list of hosts without one.
    #[error("cannot use the environment variable {name}")]
    ProxyVariable {
        /// The name of the variable.
        name: &'static str,
        /// The reason. Contains nothing of the value.
        source: Source,
    },
    /// The hosts of [`HttpOptions::no_proxy`](crate::HttpOptions::no_proxy) are not a valid list.
    #[error("cannot use the list of hosts without a proxy")]
    NoProxy(#[source] Source),
    /// TLS could not be set up.
    #[error("failed to set up TLS")]
    Tls(#[source] Source),
}

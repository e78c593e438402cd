//! Settings of an HTTP transport, as plain data: they can be read and compared without one.

use std::fmt;
use std::time::Duration;

use bytes::Bytes;

/// What can be set on a transport: trust, connect timeout, pool.
///
/// Plain data. It is checked when a transport is made from it, or by
/// [`validate`](Self::validate).
///
/// ```
/// use std::time::Duration;
/// use dbsql_transport::HttpOptions;
///
/// let options = HttpOptions::new().connect_timeout(Duration::from_secs(5)).http2(false);
/// assert_ne!(options, HttpOptions::default());
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct HttpOptions {
    pub(crate) connect_timeout: Duration,
    pub(crate) allow_plain_http: bool,
    pub(crate) root_certificates_pem: Vec<Bytes>,
    pub(crate) pool_idle_timeout: Duration,
    pub(crate) http2: bool,
}

/// [`HttpOptions`] that cannot work.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct InvalidHttpOptions(&'static str);

impl Default for HttpOptions {
    fn default() -> Self {
        Self {
            connect_timeout: Duration::from_secs(30),
            allow_plain_http: false,
            root_certificates_pem: Vec::new(),
            pool_idle_timeout: Duration::from_secs(60),
            http2: true,
        }
    }
}

impl HttpOptions {
    /// The defaults.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// How long it may take to get a connection: name lookup, TCP and TLS together. 30 seconds
    /// by default. Zero is refused by [`validate`](Self::validate); [`Duration::MAX`] is no limit.
    #[must_use]
    pub fn connect_timeout(mut self, limit: Duration) -> Self {
        self.connect_timeout = limit;
        self
    }

    /// Whether `http://` may be used with hosts other than this machine. Off by default: requests
    /// carry credentials, and results are readable on the way. `http://` to `localhost`,
    /// `127.0.0.0/8` and `[::1]` is always allowed.
    #[must_use]
    pub fn allow_plain_http(mut self, allow: bool) -> Self {
        self.allow_plain_http = allow;
        self
    }

    /// Returns what [`allow_plain_http`](Self::allow_plain_http) was set to.
    #[must_use]
    pub fn allows_plain_http(&self) -> bool {
        self.allow_plain_http
    }

    /// Trusts the certificates of this PEM text as roots, besides those of the platform. It may
    /// hold several, and the method may be called several times.
    #[must_use]
    pub fn add_root_certificate_pem(mut self, pem: impl Into<Bytes>) -> Self {
        self.root_certificates_pem.push(pem.into());
        self
    }

    /// How long an unused connection is kept. 60 seconds by default; zero keeps none, and more
    /// than a day counts as a day.
    #[must_use]
    pub fn pool_idle_timeout(mut self, limit: Duration) -> Self {
        self.pool_idle_timeout = limit;
        self
    }

    /// Whether HTTP/2 is offered to servers that speak TLS. On by default; HTTP/1.1 always is.
    #[must_use]
    pub fn http2(mut self, offer: bool) -> Self {
        self.http2 = offer;
        self
    }

    /// Checks that a transport can work with these settings. The certificates are checked when it
    /// is made.
    ///
    /// # Errors
    ///
    /// [`InvalidHttpOptions`] when the connect timeout is zero.
    pub fn validate(&self) -> Result<(), InvalidHttpOptions> {
        if self.connect_timeout.is_zero() {
            return Err(InvalidHttpOptions(
                "`connect_timeout` is zero: no connection is that fast",
            ));
        }
        Ok(())
    }
}

impl fmt::Debug for HttpOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Certificates are no secret, but pages of PEM hide the rest.
        f.debug_struct("HttpOptions")
            .field("connect_timeout", &self.connect_timeout)
            .field("allow_plain_http", &self.allow_plain_http)
            .field("root_certificates", &self.root_certificates_pem.len())
            .field("pool_idle_timeout", &self.pool_idle_timeout)
            .field("http2", &self.http2)
            .finish()
    }
}

//! Settings of an HTTP transport, as plain data: they can be read and compared without one.

mod proxy;
mod tls;

use std::fmt;
use std::time::Duration;

pub(crate) use self::proxy::ProxyOptions;
pub(crate) use self::tls::TlsOptions;
#[cfg(feature = "hyper-client")]
pub(crate) use self::tls::{ClientCertificate, KeySource, PemSource};

/// The settings of a transport: TLS, proxies, connect timeout, pool.
///
/// Plain data: files and the environment are read when a transport is made from it, which also checks
/// it, as [`validate`](Self::validate) does in part.
///
/// | Setting | Default |
/// |---|---|
/// | [`connect_timeout`](Self::connect_timeout) | 30 s |
/// | [`pool_idle_timeout`](Self::pool_idle_timeout) | 60 s |
/// | [`http2`](Self::http2) | `true` |
/// | [`allow_plain_http`](Self::allow_plain_http) | `false` |
/// | [`platform_roots`](Self::platform_roots) | `true` |
/// | [`add_root_certificate_pem`](Self::add_root_certificate_pem), [`add_root_certificate_file`](Self::add_root_certificate_file) | none |
/// | [`client_certificate_pem`](Self::client_certificate_pem), [`client_certificate_files`](Self::client_certificate_files) | none |
/// | [`tls13_only`](Self::tls13_only) | `false`: TLS 1.2 and 1.3 |
/// | [`dangerously_accept_any_certificate`](Self::dangerously_accept_any_certificate) | `false` |
/// | [`proxy`](Self::proxy), [`proxy_from_environment`](Self::proxy_from_environment) | that of the environment |
/// | [`no_proxy`](Self::no_proxy) | none |
/// | [`proxy_loopback`](Self::proxy_loopback) | `false` |
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
    pub(crate) tls: TlsOptions,
    pub(crate) proxy: ProxyOptions,
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
            tls: TlsOptions::default(),
            proxy: ProxyOptions::default(),
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

    /// How long it may take to get a connection: name lookup, TCP, the proxy and TLS together. 30
    /// seconds by default. Zero is refused by [`validate`](Self::validate); [`Duration::MAX`] is no limit.
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

    /// Checks that a transport can work with these settings. Certificates, files and the environment
    /// are checked when it is made.
    ///
    /// # Errors
    ///
    /// [`InvalidHttpOptions`] when the connect timeout is zero, when no root is left to trust, or when
    /// the protocol of the proxy cannot carry its credentials.
    pub fn validate(&self) -> Result<(), InvalidHttpOptions> {
        if self.connect_timeout.is_zero() {
            return Err(InvalidHttpOptions(
                "`connect_timeout` is zero: no connection is that fast",
            ));
        }
        self.tls.check().and_then(|()| self.proxy.check()).map_err(InvalidHttpOptions)
    }
}

impl fmt::Debug for HttpOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpOptions")
            .field("connect_timeout", &self.connect_timeout)
            .field("allow_plain_http", &self.allow_plain_http)
            .field("tls", &self.tls)
            .field("proxy", &self.proxy)
            .field("pool_idle_timeout", &self.pool_idle_timeout)
            .field("http2", &self.http2)
            .finish()
    }
}

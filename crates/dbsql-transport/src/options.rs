//! Settings of an HTTP transport, as plain data.

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
/// Plain data: files and the environment are read when a transport is created, which also validates
/// the settings, as [`validate`](Self::validate) does in part.
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

/// The error of [`HttpOptions::validate`].
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
    /// Creates the default settings.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets the time limit for a connection: name lookup, TCP, the proxy and TLS together. 30
    /// seconds by default. [`validate`](Self::validate) rejects zero; [`Duration::MAX`] means no
    /// limit.
    #[must_use]
    pub fn connect_timeout(mut self, limit: Duration) -> Self {
        self.connect_timeout = limit;
        self
    }

    /// Sets whether `http://` is allowed for hosts other than this machine. Off by default:
    /// requests carry credentials, and results would be readable in transit. `http://` to
    /// `localhost`, `127.0.0.0/8` and `[::1]` is always allowed.
    #[must_use]
    pub fn allow_plain_http(mut self, allow: bool) -> Self {
        self.allow_plain_http = allow;
        self
    }

    /// Returns the value of [`allow_plain_http`](Self::allow_plain_http).
    #[must_use]
    pub fn allows_plain_http(&self) -> bool {
        self.allow_plain_http
    }

    /// Sets how long an unused connection is kept. 60 seconds by default; zero keeps none, and at
    /// most a day.
    #[must_use]
    pub fn pool_idle_timeout(mut self, limit: Duration) -> Self {
        self.pool_idle_timeout = limit;
        self
    }

    /// Sets whether HTTP/2 is offered to servers with TLS. On by default; HTTP/1.1 is always
    /// offered.
    #[must_use]
    pub fn http2(mut self, offer: bool) -> Self {
        self.http2 = offer;
        self
    }

    /// Checks that a transport can work with these settings. Certificates, files and the
    /// environment are checked when it is created.
    ///
    /// # Errors
    ///
    /// [`InvalidHttpOptions`] when the connect timeout is zero, when there is no root certificate
    /// to trust, or when the protocol of the proxy cannot transmit its credentials.
    pub fn validate(&self) -> Result<(), InvalidHttpOptions> {
        if self.connect_timeout.is_zero() {
            return Err(InvalidHttpOptions("`connect_timeout` must not be zero"));
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

//! The proxy settings: which proxy, and for which hosts.

use super::HttpOptions;
use crate::Proxy;

/// The proxy settings of a transport.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ProxyOptions {
    pub(crate) proxy: Option<Proxy>,
    pub(crate) from_environment: bool,
    /// Each in the syntax of `NO_PROXY`.
    pub(crate) no_proxy: Vec<String>,
    pub(crate) loopback: bool,
}

impl Default for ProxyOptions {
    fn default() -> Self {
        Self { proxy: None, from_environment: true, no_proxy: Vec::new(), loopback: false }
    }
}

impl ProxyOptions {
    pub(super) fn check(&self) -> Result<(), &'static str> {
        self.proxy.as_ref().and_then(Proxy::defect).map_or(Ok(()), Err)
    }
}

/// # Proxies
///
/// Every connection goes through a tunnel of the proxy (`CONNECT` or SOCKS 5), including those for
/// `http://` URLs: a proxy never sees a request, and its password is sent to the proxy only. TLS is
/// end to end with the server through the tunnel.
///
/// **The environment.** Unless [`proxy`](Self::proxy) or
/// [`proxy_from_environment`](Self::proxy_from_environment) is set, the proxy is the first of these
/// variables that is set, read when the transport is created:
///
/// | For | Variables, in this order |
/// |---|---|
/// | `https://` | `https_proxy`, `HTTPS_PROXY`, `all_proxy`, `ALL_PROXY` |
/// | `http://` | `all_proxy`, `ALL_PROXY` |
/// | hosts to which connections are direct | `no_proxy`, `NO_PROXY` |
///
/// A variable that is set but empty counts: it means no proxy. `HTTP_PROXY` is not read, since such
/// proxies rarely open tunnels to ports other than 443.
///
/// **Hosts without a proxy** are a list separated by commas or spaces:
///
/// | Entry | Matches |
/// |---|---|
/// | `example.com`, `.example.com`, `*.example.com` | that name and all its subdomains, case-insensitive |
/// | `10.1.2.3`, `2001:db8::1` | that address in the URL |
/// | `10.0.0.0/8`, `2001:db8::/32`, `10.*` | an address in the URL that belongs to the network |
/// | `*` | every host |
/// | one of these with `:port` (`[..]:port` for IPv6) | the same, with that port only |
///
/// Names are not looked up, so a network matches no name.
///
/// **This machine**: connections to `localhost`, `127.0.0.0/8` and `[::1]` are always direct, unless
/// [`proxy_loopback`](Self::proxy_loopback) is set together with [`proxy`](Self::proxy).
impl HttpOptions {
    /// Sets the proxy of all connections. The environment is ignored then, including `NO_PROXY`.
    ///
    /// ```
    /// use dbsql_transport::HttpOptions;
    ///
    /// let options = HttpOptions::new()
    ///     .proxy("http://alice:secret@proxy.example:3128".parse()?)
    ///     .no_proxy("internal.example, 10.0.0.0/8");
    /// assert!(!format!("{options:?}").contains("secret"));
    /// # Ok::<(), dbsql_transport::InvalidProxy>(())
    /// ```
    #[must_use]
    pub fn proxy(mut self, proxy: Proxy) -> Self {
        self.proxy.proxy = Some(proxy);
        self
    }

    /// Sets whether the proxy is read from the environment when none is [set](Self::proxy); `true`
    /// by default. If `false` and none is set, all connections are direct.
    #[must_use]
    pub fn proxy_from_environment(mut self, read: bool) -> Self {
        self.proxy.from_environment = read;
        self
    }

    /// Adds hosts that are connected to directly, in the syntax of `NO_PROXY`. They are validated
    /// when the transport is created. If the proxy comes from the environment, they are combined
    /// with those of the environment.
    #[must_use]
    pub fn no_proxy(mut self, hosts: impl Into<String>) -> Self {
        self.proxy.no_proxy.push(hosts.into());
        self
    }

    /// Sets whether an explicit [`proxy`](Self::proxy) is used for this machine as well; `false` by
    /// default. A proxy of the environment never is.
    #[must_use]
    pub fn proxy_loopback(mut self, use_proxy: bool) -> Self {
        self.proxy.loopback = use_proxy;
        self
    }
}

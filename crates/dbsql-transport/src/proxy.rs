//! A proxy, as plain data, and the parser of its URL.

use std::fmt;
use std::str::FromStr;

use http::uri::Authority;
use zeroize::Zeroizing;

/// A proxy for outgoing connections.
///
/// It is parsed from a URL, in which special characters of user and password are percent-encoded.
/// `Display` and `Debug` print scheme, host and port, but never the credentials.
///
/// | URL | Proxy | Default port |
/// |---|---|---|
/// | `http://host:port`, `host:port` | HTTP `CONNECT` | 80 |
/// | `https://host:port` | HTTP `CONNECT`, over TLS to the proxy | 443 |
/// | `socks5://host:port`, `socks5h://host:port` | SOCKS 5 (RFC 1928, 1929) | 1080 |
///
/// The proxy always resolves the names of the hosts, with `socks5` as with `socks5h`.
///
/// ```
/// use dbsql_transport::Proxy;
///
/// let proxy: Proxy = "http://alice:s%40crat@proxy.example:3128".parse()?;
/// assert_eq!(proxy.to_string(), "http://proxy.example:3128");
/// assert!(!format!("{proxy:?}").contains("crat"));
///
/// let with_setter = "proxy.example:3128".parse::<Proxy>()?.credentials("alice", "s@crat");
/// assert_eq!(with_setter, proxy);
/// # Ok::<(), dbsql_transport::InvalidProxy>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Proxy {
    scheme: ProxyScheme,
    authority: Authority,
    credentials: Option<ProxyCredentials>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ProxyScheme {
    Http,
    Https,
    Socks5,
}

#[derive(Clone, PartialEq, Eq)]
pub(crate) struct ProxyCredentials {
    pub(crate) user: Zeroizing<String>,
    pub(crate) password: Zeroizing<String>,
}

/// The error of text that is not the URL of a [`Proxy`]. It states the reason without quoting the
/// text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct InvalidProxy(&'static str);

/// The maximum length of a user name or password in SOCKS 5 (RFC 1929, section 2), in bytes.
const MAX_SOCKS_CREDENTIAL: usize = 255;

impl Proxy {
    /// Sets the user and password, replacing those in the URL: `Basic` authentication with an HTTP
    /// proxy, that of RFC 1929 with SOCKS 5.
    #[must_use]
    pub fn credentials(mut self, user: impl Into<String>, password: impl Into<String>) -> Self {
        let (user, password) = (Zeroizing::new(user.into()), Zeroizing::new(password.into()));
        self.credentials = Some(ProxyCredentials { user, password });
        self
    }

    /// Returns what the protocol of the proxy cannot transmit, if anything.
    pub(crate) fn defect(&self) -> Option<&'static str> {
        let ProxyCredentials { user, password } = self.credentials.as_ref()?;
        match self.scheme {
            ProxyScheme::Http | ProxyScheme::Https => user.contains(':').then_some(
                "the user name of the proxy contains a colon, which `Basic` authentication does not support",
            ),
            ProxyScheme::Socks5 if user.is_empty() || password.is_empty() => {
                Some("SOCKS 5 requires a user name and a password, and one of them is empty")
            }
            ProxyScheme::Socks5 => [user, password]
                .iter()
                .any(|text| text.len() > MAX_SOCKS_CREDENTIAL)
                .then_some("a user name or password of SOCKS 5 has at most 255 bytes"),
        }
    }
}

#[cfg(feature = "hyper-client")]
impl Proxy {
    pub(crate) fn scheme(&self) -> ProxyScheme {
        self.scheme
    }

    pub(crate) fn login(&self) -> Option<&ProxyCredentials> {
        self.credentials.as_ref()
    }

    /// Returns the URI to connect to, with or without TLS.
    pub(crate) fn uri(&self) -> http::Uri {
        let scheme = match self.scheme {
            ProxyScheme::Https => http::uri::Scheme::HTTPS,
            ProxyScheme::Http | ProxyScheme::Socks5 => http::uri::Scheme::HTTP,
        };
        let mut parts = http::uri::Parts::default();
        parts.scheme = Some(scheme);
        parts.authority = Some(self.authority.clone());
        parts.path_and_query = Some(http::uri::PathAndQuery::from_static("/"));
        // All three parts are present, so this cannot fail.
        http::Uri::from_parts(parts).unwrap_or_default()
    }
}

impl FromStr for Proxy {
    type Err = InvalidProxy;

    fn from_str(text: &str) -> Result<Self, InvalidProxy> {
        let text = text.trim();
        let (scheme, rest) = text.split_once("://").unwrap_or(("http", text));
        let (scheme, default_port) = match scheme.to_ascii_lowercase().as_str() {
            "http" => (ProxyScheme::Http, 80),
            "https" => (ProxyScheme::Https, 443),
            "socks5" | "socks5h" => (ProxyScheme::Socks5, 1080),
            _ => {
                let why = "unsupported scheme of a proxy: use http, https, socks5 or socks5h";
                return Err(InvalidProxy(why));
            }
        };
        let rest = rest.strip_suffix('/').unwrap_or(rest);
        if rest.contains(['/', '?', '#']) {
            let why = "the URL of a proxy must not have a path, query or fragment; write `/`, `?` and `#` in \
                       user and password as `%2F`, `%3F` and `%23`";
            return Err(InvalidProxy(why));
        }
        let (credentials, host) = match rest.rsplit_once('@') {
            None => (None, rest),
            Some((login, host)) => {
                let (user, password) = login.split_once(':').unwrap_or((login, ""));
                let (user, password) = (percent_decoded(user)?, percent_decoded(password)?);
                (Some(ProxyCredentials { user, password }), host)
            }
        };
        let authority = authority(host, default_port)?;
        let proxy = Self { scheme, authority, credentials };
        proxy.defect().map_or(Ok(proxy), |defect| Err(InvalidProxy(defect)))
    }
}

fn authority(host: &str, default_port: u16) -> Result<Authority, InvalidProxy> {
    let port_at = match host.rfind(':') {
        Some(at) if !host.ends_with(']') => at,
        _ => host.len(),
    };
    let (host, port) = host.split_at(port_at);
    let port = match port.strip_prefix(':') {
        None => default_port,
        Some(digits) => Some(digits)
            .filter(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()))
            .and_then(|digits| digits.parse().ok())
            .filter(|port| *port != 0)
            .ok_or(InvalidProxy("the port of the proxy is not a number from 1 to 65535"))?,
    };
    let is_host = match host.strip_prefix('[') {
        Some(rest) => {
            rest.strip_suffix(']').is_some_and(|ip| ip.parse::<std::net::Ipv6Addr>().is_ok())
        }
        None => {
            let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._".contains(&byte);
            !host.is_empty() && host.bytes().all(plain)
        }
    };
    let invalid = InvalidProxy("the host of the proxy is neither a host name nor an IP address");
    if !is_host {
        return Err(invalid);
    }
    format!("{host}:{port}").parse().map_err(|_| invalid)
}

fn percent_decoded(text: &str) -> Result<Zeroizing<String>, InvalidProxy> {
    let invalid = InvalidProxy("invalid percent-encoding in the user or password of the proxy");
    let mut bytes = Zeroizing::new(Vec::with_capacity(text.len()));
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte != b'%' {
            bytes.push(byte);
            continue;
        }
        let mut digit = || rest.next().and_then(|byte| char::from(byte).to_digit(16));
        let value = digit().zip(digit()).map(|(high, low)| high << 4 | low);
        bytes.push(value.and_then(|value| u8::try_from(value).ok()).ok_or(invalid)?);
    }
    let decoded = std::str::from_utf8(&bytes).map_err(|_| invalid)?;
    Ok(Zeroizing::new(decoded.to_owned()))
}

impl fmt::Display for Proxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = match self.scheme {
            ProxyScheme::Http => "http",
            ProxyScheme::Https => "https",
            ProxyScheme::Socks5 => "socks5",
        };
        write!(f, "{scheme}://{}", self.authority)
    }
}

/// Omits the user too: some proxies expect a token there.
impl fmt::Debug for Proxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Proxy")
            .field("url", &format_args!("{self}"))
            .field("has_credentials", &self.credentials.is_some())
            .finish()
    }
}

#[cfg(test)]
mod tests;

//! Checks where a request may be sent, before a connection is opened.

use std::fmt;
use std::net::{Ipv4Addr, Ipv6Addr};
use std::sync::Arc;

use http::Uri;
use http::uri::{Authority, Scheme};

use crate::{
    BoxError, HttpOptions, Proxy, RemoteOnly, RequestSent, TransportError, TransportErrorKind,
};

/// The destination of a request, and its proxy; printed as `host:port`, or `host:port via proxy
/// http://proxy:port` in error messages.
#[derive(Clone, Debug)]
pub(super) struct Target {
    authority: Authority,
    port: u16,
    proxy: Option<Arc<Proxy>>,
}

impl Target {
    pub(super) fn via(mut self, proxy: Option<&Arc<Proxy>>) -> Self {
        self.proxy = proxy.cloned();
        self
    }

    /// Returns `true` if the host is one that [`RemoteOnly`] allows, judging by its text.
    ///
    /// Without a proxy a name is judged by its addresses when it is looked up. A proxy looks it up
    /// itself, so names of this machine, and forms of IPv4 addresses that only resolvers know, are
    /// rejected here.
    pub(super) fn is_remote(&self) -> bool {
        let host = self.authority.host();
        let bare = host.trim_start_matches('[').trim_end_matches(']');
        match bare.parse() {
            Ok(address) => RemoteOnly::allows(address),
            Err(_) => self.proxy.is_none() || !(is_local_name(bare) || ends_in_number(bare)),
        }
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.authority.host(), self.port)?;
        self.proxy.as_ref().map_or(Ok(()), |proxy| write!(f, " via proxy {proxy}"))
    }
}

/// Rejects requests that must not be sent, and returns the destination of the others. `no_roots` is
/// the reason why TLS does not work on this machine.
pub(super) fn check(
    uri: &Uri,
    options: &HttpOptions,
    no_roots: Option<&rustls::Error>,
) -> Result<Target, TransportError> {
    let (Some(scheme), Some(authority)) = (uri.scheme(), uri.authority()) else {
        return Err(refuse("the uri is not absolute", "the request has no destination".into()));
    };
    if authority.as_str().contains('@') {
        // Such a URI would appear in logs of the HTTP stack. No part of it is quoted here.
        let why = "the authority of the uri contains a user name or password";
        return Err(refuse(why, "credentials in a uri are not sent".into()));
    }
    let host = authority.host();
    if host.is_empty() {
        return Err(refuse("the uri has no host", "the request has no destination".into()));
    }
    if *scheme != Scheme::HTTP && *scheme != Scheme::HTTPS {
        let why = "the scheme is neither http nor https";
        return Err(refuse(why, format!("cannot send to {host}")));
    }
    let plain = *scheme == Scheme::HTTP;
    let port = match authority.as_str().strip_prefix(host) {
        Some("") => Some(if plain { 80 } else { 443 }),
        rest => rest.and_then(port),
    };
    // Not sent to the default port: that may be another server, which would get the token.
    let Some(port) = port else {
        let why = "the port is not a number from 1 to 65535";
        return Err(refuse(why, format!("invalid port for {host}")));
    };
    let target = Target { authority: authority.clone(), port, proxy: None };
    if plain && !options.allow_plain_http && !is_loopback(host) {
        let why = "http:// is for this machine only; `HttpOptions::allow_plain_http` allows others";
        return Err(refuse(why, format!("plain http to {target} is not allowed")));
    }
    if !plain && let Some(error) = no_roots {
        let message = format!("cannot verify the certificate of {target} on this machine");
        return Err(refuse(error.clone(), message));
    }
    Ok(target)
}

/// Returns `true` for `localhost` and its subdomains (RFC 6761, section 6.3).
fn is_local_name(host: &str) -> bool {
    let host = host.strip_suffix('.').unwrap_or(host).to_ascii_lowercase();
    host == "localhost" || host.ends_with(".localhost")
}

/// Returns `true` if resolvers take the host for an IPv4 address: `127.1`, `0x7f000001`,
/// `2130706433`.
fn ends_in_number(host: &str) -> bool {
    let host = host.strip_suffix('.').unwrap_or(host);
    let last = host.rsplit('.').next().unwrap_or_default();
    let hex = last.strip_prefix("0x").or_else(|| last.strip_prefix("0X"));
    hex.map_or_else(
        || !last.is_empty() && last.bytes().all(|byte| byte.is_ascii_digit()),
        |digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()),
    )
}

fn refuse(source: impl Into<BoxError>, message: String) -> TransportError {
    TransportError::new(TransportErrorKind::Other, RequestSent::No, source).with_message(message)
}

/// Parses `:number`.
fn port(text: &str) -> Option<u16> {
    let digits = text.strip_prefix(':')?;
    let valid = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    digits.parse().ok().filter(|port| valid && *port != 0)
}

/// Returns `true` if `host` is this machine, by name or by address. Nothing is looked up.
pub(super) fn is_loopback(host: &str) -> bool {
    let bare = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host);
    bare.eq_ignore_ascii_case("localhost")
        || bare.parse::<Ipv4Addr>().is_ok_and(|ip| ip.is_loopback())
        || bare.parse::<Ipv6Addr>().is_ok_and(|ip| ip.is_loopback())
}

#[cfg(test)]
mod tests {
    use std::error::Error;

    use super::*;

    fn checked(uri: &str) -> Result<Target, TransportError> {
        check(&uri.parse().expect("a uri"), &HttpOptions::new(), None)
    }

    #[test]
    fn this_machine_is_recognized_by_its_names() {
        for host in ["localhost", "LocalHost", "127.0.0.1", "127.255.1.2", "[::1]"] {
            assert!(is_loopback(host), "{host}");
        }
    }

    #[test]
    fn similar_names_are_not_this_machine() {
        for host in [
            "localhost.example.com",
            "notlocalhost",
            "127.0.0.1.example.com",
            "128.0.0.1",
            "0.0.0.0",
            "127.1",
            "[::2]",
            "[::]",
            "10.0.0.1",
            "",
        ] {
            assert!(!is_loopback(host), "{host}");
        }
    }

    #[test]
    fn port_is_explicit_or_the_default() {
        for (uri, target) in [
            ("https://h", "h:443"),
            ("https://h/p", "h:443"),
            ("https://h:1/p", "h:1"),
            ("https://h:65535", "h:65535"),
            ("https://[2001:db8::1]:8443/p", "[2001:db8::1]:8443"),
            ("https://[2001:db8::1]/p", "[2001:db8::1]:443"),
            ("http://127.0.0.1/p", "127.0.0.1:80"),
        ] {
            assert_eq!(checked(uri).expect(uri).to_string(), target);
        }
    }

    #[test]
    fn invalid_port_is_rejected() {
        let ports = ["99999", "65536", "0", "", "abc", "-1", "+80", "4 43", "80:80", "443x"];
        for (scheme, host) in [("https", "h"), ("http", "localhost"), ("https", "[::1]")] {
            for port in ports {
                // Some are not valid URIs at all, which is as good.
                let Ok(uri) = format!("{scheme}://{host}:{port}/p").parse() else { continue };
                let error = check(&uri, &HttpOptions::new(), None).expect_err(port);
                assert_eq!(error.kind(), TransportErrorKind::Other);
                assert_eq!(error.request_sent(), RequestSent::No);
                assert_eq!(error.to_string(), format!("invalid port for {host}"), "{port}");
            }
        }
        for port in ["99999", "abc", ""] {
            assert!(format!("https://h:{port}/p").parse::<Uri>().is_ok(), "no uri: {port}");
        }
    }

    #[test]
    fn user_info_is_rejected_without_quoting_it() {
        for uri in [
            "https://USER@h/p",
            "https://USER:SECRET@h/p",
            "https://:SECRET@h:99999/p",
            "http://USER:SECRET@localhost/p",
            "http://127.0.0.1@192.0.2.1/SECRET",
        ] {
            let error = checked(uri).expect_err(uri);
            assert_eq!(error.kind(), TransportErrorKind::Other);
            assert_eq!(error.request_sent(), RequestSent::No);
            let shown = format!("{error} {error:?} {:?}", error.source().map(ToString::to_string));
            for part in ["USER", "SECRET", "192.0.2.1"] {
                assert!(!shown.contains(part), "{shown}");
            }
        }
    }

    #[test]
    fn plain_http_elsewhere_names_the_setting() {
        let error = checked("http://h/p").expect_err("plain");
        assert_eq!(error.to_string(), "plain http to h:80 is not allowed");
        let source = error.source().expect("a cause").to_string();
        assert!(source.contains("`HttpOptions::allow_plain_http`"), "{source}");
        let allowed = HttpOptions::new().allow_plain_http(true);
        assert!(check(&Uri::from_static("http://h/p"), &allowed, None).is_ok());
    }

    #[test]
    fn target_names_its_proxy_without_credentials() {
        let proxy: Arc<Proxy> = Arc::new("http://u:CANARY@p:3128".parse().expect("a proxy"));
        let target = checked("https://h/p").expect("a target").via(Some(&proxy));
        assert_eq!(target.to_string(), "h:443 via proxy http://p:3128");
    }

    #[test]
    fn names_of_this_machine_are_not_sent_to_a_proxy() {
        let proxy: Arc<Proxy> = Arc::new("p:3128".parse().expect("a proxy"));
        let remote = |host: &str, proxy| {
            let target = checked(&format!("https://{host}/")).expect(host);
            target.via(proxy).is_remote()
        };
        for host in [
            "localhost",
            "LOCALHOST.",
            "a.localhost",
            "127.1",
            "2130706433",
            "0x7f000001",
            "0x7f.1.",
            "1.2.3.4.",
        ] {
            assert!(!remote(host, Some(&proxy)), "{host}");
            // Judged when it is looked up.
            assert!(remote(host, None), "{host}");
        }
        for host in ["h.example", "a1", "1a", "0xg", "10.0.0.1", "8.8.8.8", "localhost.example"] {
            assert!(remote(host, Some(&proxy)), "{host}");
        }
        for host in ["127.0.0.1", "[::1]", "169.254.169.254"] {
            assert!(!remote(host, Some(&proxy)) && !remote(host, None), "{host}");
        }
    }

    #[test]
    fn only_tls_is_rejected_without_roots() {
        let no_roots = rustls::Error::General("no roots".into());
        let check = |uri| check(&Uri::from_static(uri), &HttpOptions::new(), Some(&no_roots));
        let error = check("https://h/p?sig=x").expect_err("refused");
        assert_eq!(error.kind(), TransportErrorKind::Other);
        assert_eq!(error.request_sent(), RequestSent::No);
        assert_eq!(error.to_string(), "cannot verify the certificate of h:443 on this machine");
        assert_eq!(check("http://localhost/").expect("allowed").to_string(), "localhost:80");
    }
}

//! The names of this machine in the headers of requests.

use std::net::Ipv4Addr;

use http::uri::Authority;

/// Returns `true` for a loopback name or address with any port, for `own` and for one of `hosts`.
pub(crate) fn is_own(named: &Authority, own: &str, hosts: &[String]) -> bool {
    let host = named.host().to_ascii_lowercase();
    let is_set = |one: &String| one.eq_ignore_ascii_case(&host);
    !named.as_str().contains('@')
        && (named.as_str() == own
            || host == "localhost"
            || host.ends_with(".localhost")
            || host == "[::1]"
            || host.parse::<Ipv4Addr>().is_ok_and(|address| address.is_loopback())
            || hosts.iter().any(is_set))
}

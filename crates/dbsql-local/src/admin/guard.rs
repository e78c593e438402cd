//! Who may read, and who may change something.
//!
//! A page of another origin cannot read responses, but its host name may resolve to this machine
//! (DNS rebinding): so every request must name a host of this machine. Changes need the admin token
//! as well, and no page of another origin may send them, even if it knows the token.

use bytes::Bytes;
use http::uri::Authority;
use http::{HeaderMap, Request, header};

use crate::admin::{Admin, MAX_BODY, Refusal};
use crate::own_host::is_own;

/// Checks that the request names a host of this machine. `origin` is the scheme and authority of
/// the service, `more` are the other names that its settings allow.
pub(super) fn host(headers: &HeaderMap, origin: &str, more: &[String]) -> Result<(), Refusal> {
    let mut hosts = headers.get_all(header::HOST).iter();
    let (Some(host), None) = (hosts.next(), hosts.next()) else {
        return Err(Refusal::foreign("the request must have one Host header"));
    };
    let host = host.to_str().ok().and_then(|host| host.parse::<Authority>().ok());
    let own = origin.split_once("://").map_or(origin, |(_, authority)| authority);
    match host {
        Some(host) if is_own(&host, own, more) => Ok(()),
        _ => Err(Refusal::foreign("the Host header does not name this machine")),
    }
}

/// Checks a request that changes something, whose host was checked.
pub(super) fn change(admin: &Admin, request: &Request<Bytes>, origin: &str) -> Result<(), Refusal> {
    let headers = request.headers();
    let scheme = origin.split_once("://").map_or("http", |(scheme, _)| scheme);
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    let own = format!("{scheme}://{host}");
    // Programs send none; pages cannot omit it.
    let is_same =
        |origin: &http::HeaderValue| own.as_bytes().eq_ignore_ascii_case(origin.as_bytes());
    if !headers.get_all(header::ORIGIN).iter().all(is_same) {
        return Err(Refusal::foreign("the request comes from a page of another origin"));
    }
    if !admin.knows(headers) {
        return Err(Refusal::unauthenticated());
    }
    if request.body().len() > MAX_BODY {
        return Err(Refusal::too_large(MAX_BODY));
    }
    if !request.body().is_empty() && !is_json(headers) {
        return Err(Refusal::media_type());
    }
    Ok(())
}

fn is_json(headers: &HeaderMap) -> bool {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    let kind = kind.and_then(|kind| kind.split(';').next()).unwrap_or_default().trim();
    kind.eq_ignore_ascii_case("application/json")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn accepts(value: &str) -> bool {
        let mut headers = HeaderMap::new();
        headers.insert(header::HOST, value.parse().unwrap());
        host(&headers, "http://127.0.0.1:8080", &[]).is_ok()
    }

    #[test]
    fn hosts_of_this_machine_are_accepted() {
        for host in
            ["127.0.0.1:8080", "127.0.0.1", "localhost:9000", "LOCALHOST", "[::1]:1", "127.9.9.9"]
        {
            assert!(accepts(host), "{host}");
        }
    }

    #[test]
    fn other_hosts_are_rejected() {
        for host in [
            "evil.example",
            "evil.example:8080",
            "127.0.0.1.evil.example",
            "localhost.evil.example",
            "10.0.0.1:8080",
            "0.0.0.0:8080",
            "user@127.0.0.1.evil.example",
            "",
            "a b",
        ] {
            assert!(!accepts(host), "{host}");
        }
        assert!(host(&HeaderMap::new(), "http://127.0.0.1:8080", &[]).is_err());
        let mut two = HeaderMap::new();
        for value in ["localhost", "evil.example"] {
            two.append(header::HOST, value.parse().unwrap());
        }
        assert!(host(&two, "http://127.0.0.1:8080", &[]).is_err());
    }
}

//! The prefix of URLs in responses: the host of the request.

use http::uri::Authority;
use http::{HeaderMap, header};

use crate::own_host::is_own;
use crate::settings::OAuthSettings;

/// Returns the scheme and authority: from the `Host` header if it names this machine, otherwise
/// those of the server. Other hosts in `Host` are not trusted, or a foreign page could inject its
/// name into responses.
pub(super) fn base(origin: &str, headers: &HeaderMap, settings: &OAuthSettings) -> String {
    let Some((scheme, own)) = origin.split_once("://") else { return origin.to_owned() };
    let named = headers.get(header::HOST).and_then(|host| host.to_str().ok());
    let named = named.and_then(|host| host.parse::<Authority>().ok());
    match named {
        Some(named) if is_own(&named, own, &settings.hosts) => format!("{scheme}://{named}"),
        _ => origin.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn host_header_is_trusted_for_this_machine_only() {
        let settings =
            OAuthSettings { hosts: vec!["Warehouse.Test".to_owned()], ..Default::default() };
        for (host, base_url) in [
            ("localhost:8080", "https://localhost:8080"),
            ("warehouse.test:8080", "https://warehouse.test:8080"),
            ("a.localhost", "https://a.localhost"),
            ("127.0.0.9:1", "https://127.0.0.9:1"),
            ("[::1]:1", "https://[::1]:1"),
            ("evil.example", "https://127.0.0.1:8080"),
            ("localhost.evil.example", "https://127.0.0.1:8080"),
            ("evil@localhost", "https://127.0.0.1:8080"),
            ("local host", "https://127.0.0.1:8080"),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(header::HOST, host.parse().expect("a header"));
            assert_eq!(base("https://127.0.0.1:8080", &headers, &settings), base_url, "{host}");
        }
        assert_eq!(base("http://[::1]:1", &HeaderMap::new(), &settings), "http://[::1]:1");
    }
}

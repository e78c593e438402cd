//! The URLs of result files: validation, and the destinations of redirects.

use ::url::Url;
use http::header::LOCATION;
use http::uri::{Authority, Scheme};
use http::{HeaderMap, HeaderValue, Uri};

/// Parses the URL of a file. The error contains no part of it, since it may be signed.
pub(crate) fn parse(text: &str) -> Result<Uri, &'static str> {
    let url: Uri = text.parse().map_err(|_| "a result link is not a URL")?;
    check(&url)?;
    Ok(url)
}

/// Rejects URLs that HTTP stacks may interpret differently: credentials in the URL, which they
/// print, and an invalid port, which they replace by the default.
fn check(url: &Uri) -> Result<(), &'static str> {
    let (Some(authority), Some(_)) = (url.authority(), url.scheme()) else {
        return Err("a result link is not an absolute URL");
    };
    if authority.as_str().contains('@') {
        return Err("a result link must not contain a user name or password");
    }
    let host = authority.host();
    let port = authority.as_str().strip_prefix(host);
    match port.map(|port| port.strip_prefix(':').map(str::parse::<u16>)) {
        _ if host.is_empty() => Err("a result link has no host"),
        Some(Some(Ok(1..))) => Ok(()),
        Some(None) if port == Some("") => Ok(()),
        _ => Err("a result link has an invalid port"),
    }
}

/// Returns the destination of a redirect, as in RFC 3986. Never with a weaker scheme.
///
/// An absolute URL is unchanged, byte by byte: it may be signed.
pub(super) fn redirected(from: &Uri, response: &HeaderMap) -> Result<Uri, &'static str> {
    const NOWHERE: &str = "result storage sent a redirect without a valid location";
    let location = response.get(LOCATION).map(HeaderValue::as_bytes);
    let location = location.and_then(|bytes| std::str::from_utf8(bytes).ok()).ok_or(NOWHERE)?;
    // Browsers are more lenient than RFC 3986 with these.
    if location.trim().is_empty() || location.contains('\\') {
        return Err(NOWHERE);
    }
    let to: Uri = if Url::parse(location).is_ok() {
        location.parse().map_err(|_| NOWHERE)?
    } else {
        let base = Url::parse(&from.to_string()).map_err(|_| NOWHERE)?;
        base.join(location).map_err(|_| NOWHERE)?.as_str().parse().map_err(|_| NOWHERE)?
    };
    check(&to).map_err(|_| NOWHERE)?;
    let is_weaker = to.scheme() != Some(&Scheme::HTTPS) && to.scheme() != from.scheme();
    if is_weaker {
        return Err("result storage redirected to another scheme, which is not followed");
    }
    Ok(to)
}

/// Returns `true` if headers for one URL may be sent to the other.
pub(super) fn same_origin(one: &Uri, other: &Uri) -> bool {
    one.scheme() == other.scheme()
        && one.authority().map(Authority::as_str).map(str::to_ascii_lowercase)
            == other.authority().map(Authority::as_str).map(str::to_ascii_lowercase)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn usual_urls_are_accepted() {
        for url in [
            "https://storage.example/file?signature=a@b:c",
            "http://127.0.0.1:9000/file",
            "https://[::1]/file",
            "https://[::1]:8443/file",
            "https://storage.example:65535",
        ] {
            assert_eq!(parse(url).map(|url| url.scheme().is_some()), Ok(true), "{url}");
        }
    }

    #[test]
    fn userinfo_is_rejected_without_quoting_it() {
        for url in [
            "https://canary:canary@storage.example/file",
            "https://canary@storage.example:443/file",
            "https://@storage.example/file",
        ] {
            let error = parse(url).unwrap_err();
            assert!(error.contains("user name") && !error.contains("canary"), "{error}");
        }
    }

    #[test]
    fn invalid_ports_are_rejected() {
        for port in [":99999", ":abc", ":-1", ":", ":0", ":80x", ":65536"] {
            assert!(parse(&format!("https://storage.example{port}/file")).is_err(), "{port}");
            assert!(parse(&format!("https://[::1]{port}/file")).is_err(), "{port}");
        }
        for url in ["/relative", "https://a b", "storage.example/file", "https:///file", ""] {
            assert!(parse(url).is_err(), "{url}");
        }
    }

    #[test]
    fn redirects_to_forbidden_urls_are_rejected() {
        let from = parse("https://storage.example/file").unwrap();
        for (location, allowed) in [
            ("https://other.example/file", true),
            ("/moved", true),
            ("https://canary@other.example/file", false),
            ("https://other.example:99999/file", false),
            ("http://storage.example/file", false),
            ("", false),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(LOCATION, location.parse().unwrap());
            assert_eq!(redirected(&from, &headers).is_ok(), allowed, "{location}");
        }
    }
}

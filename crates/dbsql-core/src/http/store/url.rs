//! The URLs of result files: which of them are used, and where a redirect may lead.

use http::header::LOCATION;
use http::{HeaderMap, Uri};

/// Parses the URL of a file. No part of it is in the error, which may hold a signature.
pub(crate) fn parse(text: &str) -> Result<Uri, &'static str> {
    let url: Uri = text.parse().map_err(|_| "a result link is not a URL")?;
    check(&url)?;
    Ok(url)
}

/// Refuses what HTTP stacks would read in another way than is meant: credentials in the URL, which
/// they print, and a port that is none, for which they take the usual one.
fn check(url: &Uri) -> Result<(), &'static str> {
    let (Some(authority), Some(_)) = (url.authority(), url.scheme()) else {
        return Err("a result link is not an absolute URL");
    };
    if authority.as_str().contains('@') {
        return Err("a result link holds a user name or password, which is not allowed");
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

/// Where a redirect leads, if one may go there: never to another scheme, and to another host only
/// without headers, since those of a link may be meant for its host alone.
pub(super) fn redirected(
    from: &Uri,
    response: &HeaderMap,
    without_headers: bool,
) -> Result<Uri, &'static str> {
    const NOWHERE: &str = "result storage sent a redirect without a valid location";
    let text = response.get(LOCATION).and_then(|location| location.to_str().ok());
    let target = text.and_then(|text| text.parse::<Uri>().ok());
    let mut parts = target.ok_or(NOWHERE)?.into_parts();
    if parts.authority.is_none() && parts.scheme.is_none() {
        parts.authority = from.authority().cloned();
        parts.scheme = from.scheme().cloned();
    }
    let to = Uri::from_parts(parts).map_err(|_| NOWHERE)?;
    check(&to).map_err(|_| NOWHERE)?;
    if to.scheme() != from.scheme() {
        return Err("result storage redirects to another scheme, which is not followed");
    }
    if to.authority() != from.authority() && !without_headers {
        return Err("result storage redirects a request with headers to another host");
    }
    Ok(to)
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
    fn userinfo_is_refused_without_its_text() {
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
    fn ports_that_are_none_are_refused() {
        for port in [":99999", ":abc", ":-1", ":", ":0", ":80x", ":65536"] {
            assert!(parse(&format!("https://storage.example{port}/file")).is_err(), "{port}");
            assert!(parse(&format!("https://[::1]{port}/file")).is_err(), "{port}");
        }
        for url in ["/relative", "https://a b", "storage.example/file", "https:///file", ""] {
            assert!(parse(url).is_err(), "{url}");
        }
    }

    #[test]
    fn redirects_to_urls_that_a_link_may_not_have_are_refused() {
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
            assert_eq!(redirected(&from, &headers, true).is_ok(), allowed, "{location}");
        }
    }
}

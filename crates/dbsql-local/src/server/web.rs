//! Keeps web pages out while requests need no credentials: a browser on this machine would carry out
//! their requests.

use bytes::Bytes;
use http::uri::Authority;
use http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode, Uri, header};

use crate::own_host::is_own;
use crate::service::{Service, error_response};

/// Where a request was started, according to the browser.
const SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// Returns the response to a request of a web page of another site, or of one that reached this
/// server under a name of its own (DNS rebinding); `None` if the request may pass.
pub(super) fn refusal(
    service: &Service,
    headers: &HeaderMap,
    origin: &str,
) -> Option<Response<Bytes>> {
    if service.inner.credentials.is_restricted() {
        // A page has no credentials, and browsers add none on their own.
        return None;
    }
    let settings = service.settings();
    let own = origin.split_once("://").map_or(origin, |(_, own)| own);
    let is_own = |named: &str| {
        named.parse::<Authority>().is_ok_and(|named| is_own(&named, own, &settings.oauth.hosts))
    };
    let (header, value) = foreign(headers, is_own)?;
    let value = value.to_str().unwrap_or("something unreadable");
    let message = format!(
        "PERMISSION_DENIED: the request has `{header}: {value}`, which does not name this machine. \
         This server accepts any token, so it answers only requests to localhost or a loopback \
         address, and web pages of others cannot use it: connect to {origin}, or start the server \
         with a token of its own, or add the name to the `hosts` of its sign-in settings"
    );
    Some(error_response(StatusCode::FORBIDDEN, &message))
}

/// Returns the first header that names another machine or site.
fn foreign(
    headers: &HeaderMap,
    is_own: impl Fn(&str) -> bool,
) -> Option<(&'static str, &HeaderValue)> {
    let is_named = |value: &HeaderValue| value.to_str().is_ok_and(&is_own);
    if let Some(host) = headers.get_all(header::HOST).iter().find(|host| !is_named(host)) {
        return Some(("Host", host));
    }
    let is_site = |value: &HeaderValue| match value.to_str() {
        // A page without a referrer: the browser still says whether it is one of ours.
        Ok("null") => headers.get(SITE).is_some_and(|site| site == "same-origin"),
        Ok(site) => site.parse::<Uri>().is_ok_and(|site| {
            let scheme = site.scheme_str().unwrap_or_default();
            ["http", "https"].contains(&scheme)
                && site.authority().is_some_and(|site| is_own(site.as_str()))
        }),
        Err(_) => false,
    };
    let mut origins = headers.get_all(header::ORIGIN).iter();
    origins.find(|site| !is_site(site)).map(|site| ("Origin", site))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_requests_for_this_machine_pass() {
        let is_own =
            |named: &str| named.parse().is_ok_and(|named| is_own(&named, "127.0.0.1:8080", &[]));
        for (lines, found) in [
            (&[][..], None),
            (&[("host", "127.0.0.1:8080")], None),
            (&[("host", "LOCALHOST")], None),
            (&[("host", "[::1]:9")], None),
            (&[("host", "evil.example:8080")], Some("Host")),
            (&[("host", "")], Some("Host")),
            (&[("host", "localhost.evil.example")], Some("Host")),
            (&[("host", "localhost"), ("host", "evil.example")], Some("Host")),
            (&[("host", "localhost"), ("origin", "http://localhost:3000")], None),
            (&[("host", "localhost"), ("origin", "https://127.0.0.1")], None),
            (&[("host", "localhost"), ("origin", "https://evil.example")], Some("Origin")),
            (&[("host", "localhost"), ("origin", "chrome-extension://localhost")], Some("Origin")),
            (&[("host", "localhost"), ("origin", "null")], Some("Origin")),
            (&[("origin", "null"), ("sec-fetch-site", "cross-site")], Some("Origin")),
            (&[("origin", "null"), ("sec-fetch-site", "same-origin")], None),
        ] {
            let mut headers = HeaderMap::new();
            for (name, value) in lines {
                headers.append(*name, HeaderValue::from_static(value));
            }
            let seen = foreign(&headers, is_own).map(|(header, _)| header);
            assert_eq!(seen, found, "{lines:?}");
        }
    }
}

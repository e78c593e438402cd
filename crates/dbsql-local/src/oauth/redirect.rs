//! The redirect URIs of the authorization endpoint.

use http::Uri;

use crate::oauth::form::encode;

/// A redirect URI on a loopback address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Redirect {
    text: String,
    host: String,
    path: String,
}

impl Redirect {
    /// `None` unless it points to a port of this machine and has no unusual parts.
    pub(super) fn parse(text: &str) -> Option<Self> {
        // `Uri` drops fragments.
        if text.contains('#') {
            return None;
        }
        let uri: Uri = text.parse().ok()?;
        let authority = uri.authority()?;
        let host = authority.host().to_ascii_lowercase();
        let is_plain = uri.scheme_str() == Some("http")
            && uri.query().is_none()
            && !authority.as_str().contains('@');
        let is_loopback = ["localhost", "127.0.0.1", "[::1]"].contains(&host.as_str());
        let path = uri.path().trim_end_matches('/').to_owned();
        (is_plain && is_loopback).then(|| Self { text: text.to_owned(), host, path })
    }

    /// Returns `true` if they are equal except for the port.
    pub(super) fn fits(&self, other: &Self) -> bool {
        self.host == other.host && self.path == other.path
    }

    /// Returns the URI as the client wrote it.
    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// Returns the URI with these parameters.
    pub(super) fn with(&self, parameters: &[(&str, &str)]) -> String {
        let pairs: Vec<_> = parameters
            .iter()
            .map(|(name, value)| format!("{}={}", encode(name), encode(value)))
            .collect();
        let slash =
            if self.text.contains("://") && self.path.is_empty() && !self.text.ends_with('/') {
                "/"
            } else {
                ""
            };
        format!("{}{slash}?{}", self.text, pairs.join("&"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_plain_loopback_uris_are_accepted() {
        for right in
            ["http://localhost", "http://localhost:1/", "http://127.0.0.1:99/cb", "http://[::1]:5"]
        {
            assert!(Redirect::parse(right).is_some(), "{right}");
        }
        for wrong in [
            "https://localhost:1",
            "http://localhost.example:1",
            "http://example.com",
            "http://127.0.0.1@example.com/",
            "http://user@localhost",
            "http://localhost:1/#x",
            "http://localhost:1/?x=1",
            "http://127.0.0.2:1/",
            "javascript:alert(1)",
            "//localhost",
            "/cb",
            "",
        ] {
            assert!(Redirect::parse(wrong).is_none(), "{wrong}");
        }
    }

    #[test]
    fn only_the_port_may_differ() {
        let parse = |text| Redirect::parse(text).expect("a redirect");
        let own = parse("http://localhost:8020");
        assert!(own.fits(&parse("http://localhost:5/")) && own.fits(&parse("http://LOCALHOST")));
        assert!(!own.fits(&parse("http://localhost:8020/cb")));
        assert!(!own.fits(&parse("http://127.0.0.1:8020")));
    }

    #[test]
    fn parameters_are_escaped() {
        let redirect = Redirect::parse("http://localhost:8020").expect("a redirect");
        let url = redirect.with(&[("code", "a"), ("state", "x&code=b#c d")]);
        assert_eq!(url, "http://localhost:8020/?code=a&state=x%26code%3Db%23c%20d");
    }
}

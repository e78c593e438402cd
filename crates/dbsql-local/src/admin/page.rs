//! The page: one file, without anything from elsewhere.

use std::sync::LazyLock;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::{HeaderValue, Response, header};
use ring::digest::{SHA256, digest};

const PAGE: &str = include_str!("page.html");

/// Only the script and the styles of this file run, and they reach only this service. Texts of
/// clients cannot become markup: `require-trusted-types-for` makes the browser refuse it.
static POLICY: LazyLock<HeaderValue> = LazyLock::new(|| {
    let policy = format!(
        "default-src 'none'; script-src '{}'; style-src '{}'; connect-src 'self'; img-src data:; \
         base-uri 'none'; form-action 'none'; frame-ancestors 'none'; \
         require-trusted-types-for 'script'; trusted-types 'none'",
        hash_of("<script>", "</script>"),
        hash_of("<style>", "</style>"),
    );
    HeaderValue::try_from(policy).unwrap_or(HeaderValue::from_static("default-src 'none'"))
});

pub(super) fn page() -> Response<Bytes> {
    let mut response = Response::new(Bytes::from_static(PAGE.as_bytes()));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_SECURITY_POLICY, POLICY.clone());
    for (name, value) in [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::X_FRAME_OPTIONS, "DENY"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    response
}

/// Returns the hash of the text between two tags, as a policy names it.
fn hash_of(start: &str, end: &str) -> String {
    let text = PAGE.split_once(start).and_then(|(_, rest)| rest.split_once(end));
    let text = text.map_or("", |(text, _)| text);
    format!("sha256-{}", STANDARD.encode(digest(&SHA256, text.as_bytes())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn page_has_one_script_and_nothing_from_elsewhere() {
        for tag in ["<script", "<style", "</script>", "</style>"] {
            assert_eq!(PAGE.matches(tag).count(), 1, "{tag}");
        }
        for forbidden in ["src=", "@import", "url(", "innerHTML", "insertAdjacent", "style=\""] {
            assert!(!PAGE.contains(forbidden), "{forbidden}");
        }
        let links = PAGE.matches("href=\"").count();
        assert_eq!(links, PAGE.matches("href=\"data:").count() + PAGE.matches("href=\"#").count());
    }

    #[test]
    fn policy_is_complete() {
        let policy = POLICY.to_str().unwrap();
        assert!(policy.starts_with("default-src 'none'; script-src 'sha256-"), "{policy}");
        assert!(!policy.contains("unsafe"), "{policy}");
    }
}

//! A link to a file with rows of a result.

use std::fmt;
use std::time::SystemTime;

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Uri};

use crate::http::store::url;
use crate::{Error, ErrorKind, Result};

/// Rows `start..end()` in a file at a presigned URL. The URL is a secret: `Debug` shows the host.
#[derive(Clone, PartialEq)]
pub(crate) struct Link {
    pub(crate) url: Uri,
    pub(crate) headers: HeaderMap,
    pub(crate) start: u64,
    pub(crate) rows: u64,
    /// Rows at its start to skip.
    pub(crate) skip: u64,
    /// Its approximate size after decompression.
    pub(crate) bytes: u64,
    pub(crate) expires: Option<SystemTime>,
    /// The whole file, if it has been read. Boxed, since few links have it.
    pub(crate) content: Option<Box<Bytes>>,
}

/// Headers that a link may not set: they would change the meaning of the request. The same applies
/// to those that start with `proxy-`.
const RESERVED_HEADERS: [&str; 12] = [
    "connection",
    "content-length",
    "cookie",
    "expect",
    "host",
    "if-range",
    "keep-alive",
    "range",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
];

impl Link {
    /// A link to rows `start..start + rows`.
    ///
    /// # Errors
    ///
    /// `Protocol` for a URL that cannot or must not be used, or rows beyond the last number. No
    /// text of the URL is in the error.
    pub(crate) fn new(file_url: &str, start: u64, rows: u64) -> Result<Self> {
        let url = url::parse(file_url).map_err(invalid)?;
        start.checked_add(rows).ok_or_else(|| invalid("the rows of a result link overflow"))?;
        let headers = HeaderMap::new();
        Ok(Self { url, headers, start, rows, skip: 0, bytes: 0, expires: None, content: None })
    }

    /// Returns `true` if the link has expired at this time.
    pub(crate) fn is_expired(&self, clock: SystemTime) -> bool {
        self.expires.is_some_and(|at| clock >= at)
    }

    /// Adds a header that the request for the file must carry.
    ///
    /// # Errors
    ///
    /// `Protocol` when name or value is invalid, or a link must not set the header.
    pub(crate) fn header(&mut self, name: &str, value: &str) -> Result<()> {
        let name: HeaderName =
            name.parse().map_err(|_| invalid("a header of a result link has an invalid name"))?;
        if RESERVED_HEADERS.contains(&name.as_str()) || name.as_str().starts_with("proxy-") {
            return Err(invalid("a result link sets a header that it must not set"));
        }
        let mut value: HeaderValue =
            value.parse().map_err(|_| invalid("a header of a result link has an invalid value"))?;
        value.set_sensitive(true);
        self.headers.insert(name, value);
        Ok(())
    }

    /// Returns the links in the order of their rows, without empty ones.
    ///
    /// # Errors
    ///
    /// `Protocol` when rows are missing between two links, or the rows of two links overlap.
    pub(crate) fn in_order(mut links: Vec<Self>) -> Result<Vec<Self>> {
        links.retain(|link| link.rows > 0);
        links.sort_by_key(|link| link.start);
        for pair in links.windows(2) {
            if pair[0].end() != pair[1].start {
                return Err(invalid("the rows of two result links are not contiguous"));
            }
        }
        Ok(links)
    }

    pub(crate) fn end(&self) -> u64 {
        self.start + self.rows
    }

    /// The host that serves it, for errors.
    pub(crate) fn host(&self) -> &str {
        self.url.host().unwrap_or_default()
    }
}

fn invalid(message: &str) -> Error {
    Error::new(ErrorKind::Protocol, message)
}

impl fmt::Debug for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Link")
            .field("host", &self.host())
            .field("start", &self.start)
            .field("rows", &self.rows)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = "https://storage.example/file?signature=canary";

    fn links(spans: &[(u64, u64)]) -> Result<Vec<Link>> {
        Link::in_order(
            spans
                .iter()
                .map(|(start, rows)| Link::new(FILE, *start, *rows))
                .collect::<Result<_>>()?,
        )
    }

    #[test]
    fn links_are_sorted_and_empty_ones_dropped() {
        let links = links(&[(10, 5), (0, 10), (99, 0)]).unwrap();
        let spans: Vec<_> = links.iter().map(|link| (link.start, link.end())).collect();
        assert_eq!(spans, [(0, 10), (10, 15)]);
    }

    #[test]
    fn gaps_overlaps_and_overflow_are_protocol_errors() {
        for spans in
            [&[(0, 10), (11, 5)][..], &[(0, 10), (9, 5)], &[(0, 10), (0, 10)], &[(u64::MAX, 1)]]
        {
            assert_eq!(links(spans).unwrap_err().kind(), ErrorKind::Protocol, "{spans:?}");
        }
        assert!(links(&[(u64::MAX - 1, 1)]).is_ok());
    }

    #[test]
    fn header_that_changes_the_request_is_a_protocol_error() {
        let header = |name: &str, value: &str| Link::new(FILE, 0, 1).unwrap().header(name, value);
        for name in RESERVED_HEADERS.into_iter().chain([
            "Host",
            "COOKIE",
            "Proxy-Authorization",
            "proxy-connection",
            "proxy-",
            "a b",
        ]) {
            let error = header(name, "canary").unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Protocol, "{name}");
            assert!(!format!("{error} {error:?}").contains("canary"), "{name}");
        }
        assert_eq!(header("a", "x\r\nHost: evil").unwrap_err().kind(), ErrorKind::Protocol);
    }

    #[test]
    fn headers_of_a_link_are_kept_but_not_printed() {
        let mut link = Link::new(FILE, 0, 1).unwrap();
        for name in ["X-Key", "Authorization", "x-ms-version", "Accept"] {
            link.header(name, "canary").unwrap();
        }
        assert_eq!(link.headers.len(), 4);
        assert!(!format!("{link:?} {:?}", link.headers).contains("canary"));
    }
}

//! A link to a file with rows of a result.

use std::fmt;
use std::time::{Duration, SystemTime};

use dbsql_protocol::types::TSparkArrowResultLink;
use http::{HeaderMap, HeaderName, HeaderValue, Uri};

use crate::{Error, ErrorKind, Result};

/// Rows `start..start + rows` in a file at a presigned URL. The URL is a secret: `Debug` shows the
/// host.
#[derive(Clone, PartialEq)]
pub(super) struct Link {
    pub(super) url: Uri,
    pub(super) headers: HeaderMap,
    pub(super) start: u64,
    pub(super) rows: u64,
    /// Rows at its beginning that are not wanted.
    pub(super) skip: u64,
    /// About how large it is when decompressed.
    pub(super) bytes: u64,
    pub(super) expires: Option<SystemTime>,
}

/// Headers that a link may not set: they would change what the request is, not what it is for.
const REFUSED: [&str; 6] =
    ["host", "authorization", "content-length", "transfer-encoding", "connection", "cookie"];

/// Below this, a point in time is in seconds; from it on, in milliseconds. Drivers disagree about
/// the unit, servers send milliseconds, and no time of this century is in doubt.
const SECONDS_BELOW: i64 = 100_000_000_000;

impl Link {
    /// The links in the order of their rows, without those that have none.
    ///
    /// # Errors
    ///
    /// `Protocol` when rows are missing between two links or are in both, or a link is malformed.
    pub(super) fn in_order(wire: &[TSparkArrowResultLink]) -> Result<Vec<Self>> {
        let with_rows = wire.iter().filter(|link| link.row_count > 0);
        let mut links = with_rows.map(Self::new).collect::<Result<Vec<_>>>()?;
        links.sort_by_key(|link| link.start);
        for pair in links.windows(2) {
            if pair[0].end() != pair[1].start {
                return Err(malformed("the rows of two links do not follow each other"));
            }
        }
        Ok(links)
    }

    fn new(wire: &TSparkArrowResultLink) -> Result<Self> {
        let number = |number: i64| {
            u64::try_from(number).map_err(|_| malformed("a link has a negative number"))
        };
        let url: Uri = wire.file_link.parse().map_err(|_| malformed("a link is not a URL"))?;
        if url.host().is_none() || url.scheme().is_none() {
            return Err(malformed("a link is not an absolute URL"));
        }
        let (start, rows) = (number(wire.start_row_offset)?, number(wire.row_count)?);
        start.checked_add(rows).ok_or_else(|| malformed("a link's rows overflow"))?;
        Ok(Self {
            url,
            headers: headers(wire)?,
            start,
            rows,
            skip: 0,
            bytes: number(wire.bytes_num.max(0))?,
            expires: expiry(wire.expiry_time),
        })
    }

    pub(super) fn end(&self) -> u64 {
        self.start + self.rows
    }

    /// The host that serves it, for errors.
    pub(super) fn host(&self) -> &str {
        self.url.host().unwrap_or_default()
    }
}

fn headers(wire: &TSparkArrowResultLink) -> Result<HeaderMap> {
    let mut headers = HeaderMap::new();
    for (name, value) in wire.http_headers.iter().flatten() {
        let name: HeaderName =
            name.parse().map_err(|_| malformed("a link's header has an invalid name"))?;
        if REFUSED.contains(&name.as_str()) {
            continue;
        }
        let mut value: HeaderValue =
            value.parse().map_err(|_| malformed("a link's header has an invalid value"))?;
        value.set_sensitive(true);
        headers.insert(name, value);
    }
    Ok(headers)
}

fn expiry(time: i64) -> Option<SystemTime> {
    let time = u64::try_from(time).ok().filter(|time| *time > 0)?;
    let since = if time < SECONDS_BELOW.unsigned_abs() {
        Duration::from_secs(time)
    } else {
        Duration::from_millis(time)
    };
    SystemTime::UNIX_EPOCH.checked_add(since)
}

fn malformed(message: &str) -> Error {
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

    fn wire(start: i64, rows: i64) -> TSparkArrowResultLink {
        TSparkArrowResultLink {
            file_link: "https://storage.example/file?signature=canary".to_owned(),
            start_row_offset: start,
            row_count: rows,
            ..TSparkArrowResultLink::default()
        }
    }

    #[test]
    fn links_are_put_in_order_and_empty_ones_left_out() {
        let links = Link::in_order(&[wire(10, 5), wire(0, 10), wire(99, 0)]).unwrap();
        let spans: Vec<_> = links.iter().map(|link| (link.start, link.end())).collect();
        assert_eq!(spans, [(0, 10), (10, 15)]);
    }

    #[test]
    fn gaps_overlaps_and_nonsense_are_protocol_errors() {
        for links in [
            vec![wire(0, 10), wire(11, 5)],
            vec![wire(0, 10), wire(9, 5)],
            vec![wire(0, 10), wire(0, 10)],
            vec![wire(-1, 10)],
            vec![wire(i64::MAX, i64::MAX)],
            vec![TSparkArrowResultLink { file_link: "/relative".to_owned(), ..wire(0, 1) }],
            vec![TSparkArrowResultLink { file_link: "https://a b".to_owned(), ..wire(0, 1) }],
        ] {
            let kind = Link::in_order(&links).map_err(|error| error.kind());
            // Two halves of the whole range of u64 is the one sum that fits.
            if links[0].start_row_offset == i64::MAX {
                assert!(kind.is_ok());
            } else {
                assert_eq!(kind.unwrap_err(), ErrorKind::Protocol);
            }
        }
    }

    #[test]
    fn an_expiry_is_read_in_seconds_or_milliseconds() {
        let at = |seconds| Some(SystemTime::UNIX_EPOCH + Duration::from_secs(seconds));
        assert_eq!(expiry(1_800_000_000), at(1_800_000_000));
        assert_eq!(expiry(1_800_000_000_000), at(1_800_000_000));
        assert_eq!(expiry(0), None);
        assert_eq!(expiry(-5), None);
    }

    #[test]
    fn headers_that_would_change_the_request_are_left_out_and_none_is_shown() {
        let mut with_headers = wire(0, 1);
        let given = [("X-Key", "canary"), ("Authorization", "Bearer canary"), ("Host", "evil")];
        with_headers.http_headers =
            Some(given.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect());
        let link = Link::in_order(&[with_headers]).unwrap().remove(0);
        assert_eq!(link.headers.len(), 1);
        assert!(!format!("{link:?} {:?}", link.headers).contains("canary"));

        let mut bad = wire(0, 1);
        bad.http_headers = Some([("a".to_owned(), "x\r\nHost: evil".to_owned())].into());
        assert_eq!(Link::in_order(&[bad]).unwrap_err().kind(), ErrorKind::Protocol);
    }
}

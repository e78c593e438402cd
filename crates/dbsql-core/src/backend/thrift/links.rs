//! The wire form of links to result files.

use std::time::{Duration, SystemTime};

use dbsql_protocol::types::TSparkArrowResultLink;

use crate::backend::link::Link;
use crate::{Error, ErrorKind, Result};

/// A timestamp below this is in seconds, otherwise in milliseconds. Drivers disagree about the unit
/// and servers send milliseconds, but for this century it is unambiguous.
const SECONDS_BELOW: u64 = 100_000_000_000;

/// Returns the links in the order of their rows, without empty ones.
///
/// # Errors
///
/// `Protocol` when rows are missing between two links, the rows of two links overlap, or a link is
/// malformed.
pub(super) fn in_order(wire: &[TSparkArrowResultLink]) -> Result<Vec<Link>> {
    Link::in_order(wire.iter().map(link).collect::<Result<_>>()?)
}

/// Returns the approximate memory of a link, in its wire form and as it is kept, together.
pub(super) fn memory(wire: &TSparkArrowResultLink) -> usize {
    /// The overhead of an allocation, and of a URL and a map.
    const OVERHEAD: usize = 128;
    let headers = wire.http_headers.iter().flatten();
    let text = headers.map(|(name, value)| name.len() + value.len() + OVERHEAD);
    let text = text.fold(wire.file_link.len(), usize::saturating_add);
    size_of::<TSparkArrowResultLink>() + size_of::<Link>() + OVERHEAD + text.saturating_mul(2)
}

fn link(wire: &TSparkArrowResultLink) -> Result<Link> {
    let number = |number: i64| {
        u64::try_from(number).map_err(|_| {
            Error::new(ErrorKind::Protocol, "a result link has a negative row number or count")
        })
    };
    let mut link =
        Link::new(&wire.file_link, number(wire.start_row_offset)?, number(wire.row_count)?)?;
    for (name, value) in wire.http_headers.iter().flatten() {
        link.header(name, value)?;
    }
    link.bytes = wire.bytes_num.max(0).unsigned_abs();
    link.expires = expiry(wire.expiry_time);
    Ok(link)
}

fn expiry(time: i64) -> Option<SystemTime> {
    let time = u64::try_from(time).ok().filter(|time| *time > 0)?;
    let since =
        if time < SECONDS_BELOW { Duration::from_secs(time) } else { Duration::from_millis(time) };
    SystemTime::UNIX_EPOCH.checked_add(since)
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
    fn negative_numbers_are_protocol_errors() {
        for wire in [wire(-1, 10), wire(0, -1), wire(i64::MIN, 0)] {
            assert_eq!(in_order(&[wire]).unwrap_err().kind(), ErrorKind::Protocol);
        }
        assert_eq!(in_order(&[wire(i64::MAX, i64::MAX)]).unwrap().len(), 1);
    }

    #[test]
    fn expiry_is_read_in_seconds_or_milliseconds() {
        let at = |seconds| Some(SystemTime::UNIX_EPOCH + Duration::from_secs(seconds));
        assert_eq!(expiry(1_800_000_000), at(1_800_000_000));
        assert_eq!(expiry(1_800_000_000_000), at(1_800_000_000));
        assert_eq!(expiry(0), None);
        assert_eq!(expiry(-5), None);
    }
}

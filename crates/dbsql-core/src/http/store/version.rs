//! The version of a file in a response, and the range of bytes it contains.

use http::header::{ACCEPT_RANGES, CONTENT_LENGTH, CONTENT_RANGE, ETAG, LAST_MODIFIED};
use http::{HeaderMap, HeaderValue};

/// The data that distinguishes versions of a file.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Version {
    etag: Option<HeaderValue>,
    modified: Option<HeaderValue>,
    /// The length of the whole file.
    pub(super) total: Option<u64>,
}

/// The result of comparing the versions in two responses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Comparison {
    Same,
    Changed,
    /// The same tag with different lengths.
    Contradictory,
    /// Neither has a tag or a length.
    Unknown,
}

impl Version {
    pub(super) fn new(headers: &HeaderMap, total: Option<u64>) -> Self {
        let [etag, modified] = [ETAG, LAST_MODIFIED].map(|name| headers.get(name).cloned());
        Self { etag, modified, total }
    }

    pub(super) fn has_etag(&self) -> bool {
        self.etag.is_some()
    }

    /// Returns `true` if there is a tag or length to compare.
    pub(super) fn is_known(&self) -> bool {
        self.etag.is_some() || self.total.is_some()
    }

    /// Returns the tag, if it may be used in `If-Range`: a weak one does not guarantee the same
    /// bytes (RFC 9110, 13.1.5).
    pub(super) fn strong_etag(&self) -> Option<&HeaderValue> {
        self.etag.as_ref().filter(|etag| etag.as_bytes().starts_with(b"\""))
    }

    pub(super) fn compare(&self, other: &Self) -> Comparison {
        let same = |one: &Option<_>, other: &Option<_>| match (one, other) {
            (Some(one), Some(other)) => Some(one == other),
            _ => None,
        };
        let lengths = match (self.total, other.total) {
            (Some(one), Some(other)) => Some(one == other),
            _ => None,
        };
        match (same(&self.etag, &other.etag), lengths) {
            (Some(true), Some(false)) => Comparison::Contradictory,
            (Some(true), _) => Comparison::Same,
            (None, Some(true)) if same(&self.modified, &other.modified) != Some(false) => {
                Comparison::Same
            }
            (None, None) => Comparison::Unknown,
            (Some(false), _) | (None, Some(_)) => Comparison::Changed,
        }
    }

    /// Adds what only the other one has.
    pub(super) fn learn(&mut self, other: Self) {
        self.etag = self.etag.take().or(other.etag);
        self.modified = self.modified.take().or(other.modified);
        self.total = self.total.or(other.total);
    }
}

/// Bytes `start..end` of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Span {
    pub(super) start: u64,
    /// `None` if only the end of the body shows it.
    pub(super) end: Option<u64>,
    /// The length of the whole file.
    pub(super) total: Option<u64>,
}

impl Span {
    /// Returns the span of a whole file, from the `Content-Length` of the response.
    pub(super) fn whole(headers: &HeaderMap) -> Self {
        let length = headers.get(CONTENT_LENGTH).and_then(number);
        Self { start: 0, end: length, total: length }
    }

    /// Returns the span of a part, from its `Content-Range`. `None` if that is missing or invalid.
    pub(super) fn part(headers: &HeaderMap) -> Option<Self> {
        let (range, total) = content_range(headers)?;
        let (first, last) = range.split_once('-')?;
        let (start, last) = (digits(first)?, digits(last)?);
        let total = if total == "*" { None } else { Some(digits(total)?) };
        let end = last.checked_add(1)?;
        let fits = start < end && total.is_none_or(|total| end <= total);
        fits.then_some(Self { start, end: Some(end), total })
    }
}

/// Returns the length of the whole file in a 416.
pub(super) fn unsatisfied_total(headers: &HeaderMap) -> Option<u64> {
    let (range, total) = content_range(headers)?;
    if range == "*" { digits(total) } else { None }
}

/// Returns whether the store reports that it honors ranges.
pub(super) fn accepts_ranges(headers: &HeaderMap) -> Option<bool> {
    match headers.get(ACCEPT_RANGES)?.as_bytes() {
        b"bytes" => Some(true),
        b"none" => Some(false),
        _ => None,
    }
}

fn content_range(headers: &HeaderMap) -> Option<(&str, &str)> {
    let text = headers.get(CONTENT_RANGE)?.to_str().ok()?;
    let (unit, rest) = text.split_once(' ')?;
    if !unit.eq_ignore_ascii_case("bytes") {
        return None;
    }
    let (range, total) = rest.trim().split_once('/')?;
    Some((range.trim(), total.trim()))
}

fn number(value: &HeaderValue) -> Option<u64> {
    digits(value.to_str().ok()?.trim())
}

/// Parses a number without a sign.
fn digits(text: &str) -> Option<u64> {
    let plain = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if plain { text.parse().ok() } else { None }
}

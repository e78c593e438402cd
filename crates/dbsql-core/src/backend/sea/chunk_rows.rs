//! The rows of chunks in a response: links to result files, Arrow streams, or strings.

use std::time::{Duration, SystemTime};

use bytes::Bytes;
use dbsql_protocol::sea::{ExternalLink, ResultData, Rows};

use super::chunks::lie;
use super::text_rows;
use crate::Result;
use crate::backend::link::Link;

/// A link and its chunk.
#[derive(Debug)]
pub(super) struct ChunkLink {
    pub(super) chunk: u64,
    pub(super) link: Link,
}

/// The inline rows of a whole chunk.
#[derive(Debug)]
pub(super) struct Attached {
    pub(super) chunk: u64,
    pub(super) start: u64,
    /// The number of rows, if the response has it.
    pub(super) rows: Option<u64>,
    /// `None` for rows of strings.
    pub(super) stream: Option<Bytes>,
}

/// Returns the rows of strings, if there are any.
pub(super) fn texts(data: &ResultData) -> Option<&Rows> {
    data.data_array.as_ref().filter(|rows| !rows.is_empty())
}

/// Returns the approximate memory of the rows of a response.
pub(super) fn rows_memory(data: &ResultData) -> usize {
    let attached = data.attachment.as_ref().map_or(0, |attachment| attachment.0.len());
    attached.saturating_add(texts(data).map_or(0, text_rows::memory))
}

/// Returns the links in the order of their chunks, including those without rows.
///
/// # Errors
///
/// `Protocol` for a malformed link, and for two links to the same chunk.
pub(super) fn links(data: &ResultData) -> Result<Vec<ChunkLink>> {
    let only = data.external_links.len() == 1;
    let mut links = data
        .external_links
        .iter()
        .map(|wire| read(wire, data, only))
        .collect::<Result<Vec<_>>>()?;
    links.sort_by_key(|link| link.chunk);
    if links.windows(2).any(|pair| pair[0].chunk == pair[1].chunk) {
        return Err(lie("two links lead to the same chunk"));
    }
    Ok(links)
}

/// Returns the inline rows of the chunk, if there are any.
///
/// # Errors
///
/// `Protocol` for links to the inline rows, and for row numbers that overflow.
pub(super) fn attached(data: &ResultData) -> Result<Option<Attached>> {
    let stream = data.attachment.as_ref().map(|attachment| attachment.0.clone());
    let texts = texts(data).map(|rows| rows.len() as u64);
    if stream.is_none() && texts.is_none() {
        return Ok(None);
    }
    let chunk = data.chunk_index.unwrap_or(0);
    let start = data.row_offset.unwrap_or(0);
    let rows = data.row_count.or(texts);
    if texts.is_some_and(|texts| stream.is_some() || rows != Some(texts)) {
        return Err(lie("the rows of a response do not match its row number or count"));
    }
    // Those of later chunks are requested again.
    if data.external_links.iter().any(|link| link.chunk_index.unwrap_or(0) <= chunk) {
        return Err(lie("a chunk has both inline rows and a link"));
    }
    Ok(Some(Attached { chunk, start, rows, stream }))
}

/// Returns the approximate memory of the rows and links of a response, in their wire form and as
/// they are kept, together. The rows are kept as received.
pub(super) fn memory(data: &ResultData) -> usize {
    /// The overhead of an allocation, and of a URL and a map.
    const OVERHEAD: usize = 128;
    let text = |text: &Option<String>| text.as_ref().map_or(0, String::len);
    let one = |link: &ExternalLink| {
        let headers = link.http_headers.iter();
        let headers = headers.map(|(name, value)| name.len() + value.len() + OVERHEAD);
        let texts = headers.fold(text(&link.external_link), usize::saturating_add);
        let texts = texts.saturating_add(text(&link.next_chunk_internal_link));
        size_of::<ExternalLink>() + size_of::<Link>() + OVERHEAD + texts.saturating_mul(2)
    };
    data.external_links.iter().map(one).fold(rows_memory(data), usize::saturating_add)
}

/// Zeros may be missing. For a single link, the response may have the numbers next to it.
fn read(wire: &ExternalLink, data: &ResultData, only: bool) -> Result<ChunkLink> {
    let beside = |number: Option<u64>| number.filter(|_| only);
    let start = wire.row_offset.or(beside(data.row_offset)).unwrap_or(0);
    let rows = wire.row_count.or(beside(data.row_count)).unwrap_or(0);
    let chunk = wire.chunk_index.or(beside(data.chunk_index)).unwrap_or(0);
    let url = wire.external_link.as_deref().ok_or_else(|| lie("a result link has no URL"))?;
    let mut link = Link::new(url, start, rows)?;
    for (name, value) in &wire.http_headers {
        link.header(name, value)?;
    }
    link.bytes = wire.byte_count.or(beside(data.byte_count)).unwrap_or(0);
    link.expires = wire
        .expiration
        .and_then(|moment| u64::try_from(moment.unix_millis()).ok())
        .and_then(|millis| SystemTime::UNIX_EPOCH.checked_add(Duration::from_millis(millis)));
    Ok(ChunkLink { chunk, link })
}

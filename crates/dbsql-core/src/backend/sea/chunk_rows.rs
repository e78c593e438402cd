//! The rows of chunks in a response: links to result files, Arrow streams, and texts.

use std::time::{Duration, SystemTime};

use bytes::Bytes;
use dbsql_protocol::sea::{ExternalLink, ResultData, Rows};

use super::chunks::lie;
use super::text_rows;
use crate::Result;
use crate::backend::link::Link;

/// A link, and the chunk that it leads to.
#[derive(Debug)]
pub(super) struct ChunkLink {
    pub(super) chunk: u64,
    pub(super) link: Link,
}

/// Rows that came with a response, of a whole chunk.
#[derive(Debug)]
pub(super) struct Attached {
    pub(super) chunk: u64,
    pub(super) start: u64,
    /// How many there are, if the response says it.
    pub(super) rows: Option<u64>,
    /// `None` for rows that came as text.
    pub(super) stream: Option<Bytes>,
}

/// The rows that came as text, if there are any.
pub(super) fn texts(data: &ResultData) -> Option<&Rows> {
    data.data_array.as_ref().filter(|rows| !rows.is_empty())
}

/// About how much memory the rows of a response take.
pub(super) fn rows_memory(data: &ResultData) -> usize {
    let attached = data.attachment.as_ref().map_or(0, |attachment| attachment.0.len());
    attached.saturating_add(texts(data).map_or(0, text_rows::memory))
}

/// Returns the links in the order of their chunks, also those that have no rows.
///
/// # Errors
///
/// `Protocol` for a link that is malformed, and for chunks that are linked to twice.
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

/// Returns the rows of the chunk that came with the response, if any did.
///
/// # Errors
///
/// `Protocol` for links to the rows that came, and rows beyond the last number.
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
        return Err(lie("a response has other rows than it says"));
    }
    // Those of later chunks are asked for again.
    if data.external_links.iter().any(|link| link.chunk_index.unwrap_or(0) <= chunk) {
        return Err(lie("a chunk has both inline rows and a link"));
    }
    Ok(Some(Attached { chunk, start, rows, stream }))
}

/// About how much memory the rows and links of a response take, in their wire form and as they are
/// kept, together. The rows are kept as they came.
pub(super) fn memory(data: &ResultData) -> usize {
    /// What an allocation costs beside its bytes, and what a URL and a map keep beside their text.
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

/// Zeros may be missing. Of a single link, the response may have the numbers beside it.
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

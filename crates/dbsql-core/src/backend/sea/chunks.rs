//! Tracks the chunks of a result: the manifest, the next chunk named by each response, and their
//! consistency. Without I/O.
//!
//! The chain of chunks is decisive. The counts of the manifest are checks if they are present: a
//! result that is shorter than announced is an error, and no count alone ends a result.

use std::collections::BTreeMap;
use std::ops::Range;

use dbsql_protocol::handle::QueryId;
use dbsql_protocol::sea::{Manifest, ResultData};

use super::chunk_rows::{self, Attached, ChunkLink};
use crate::backend::link::Link;
use crate::backend::pages::Piece;
use crate::{Error, ErrorKind, Result};

/// The maximum number of consecutive chunks without rows.
const MAX_EMPTY: u32 = 1000;

/// The known chunks of a result.
#[derive(Debug)]
pub(super) struct Chunks {
    statement: QueryId,
    /// The known chunks, by first row.
    chunk_refs: BTreeMap<u64, ChunkRef>,
    /// The row ranges of chunks in the manifest.
    announced: BTreeMap<u64, Range<u64>>,
    total_rows: Option<u64>,
    total_chunks: Option<u64>,
    /// The number of rows, once the last chunk was seen.
    end: Option<u64>,
    /// The number of consecutive chunks without rows.
    empty: u32,
    /// Whether the last response linked to a single chunk.
    one_by_one: bool,
}

/// A chunk to request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ChunkRef {
    /// The number of its first row.
    pub(super) start: u64,
    pub(super) index: u64,
    /// Its path and query, if the server sent it.
    pub(super) link: Option<String>,
}

/// The chunks in a response.
#[derive(Debug)]
pub(super) struct Accepted {
    pub(super) pieces: Vec<Piece>,
    pub(super) start: u64,
    pub(super) end: u64,
    pub(super) more: bool,
}

/// The rows of the chunks in a response, in order.
struct Rows {
    parts: Vec<Part>,
    pieces: Vec<Piece>,
}

/// The rows of one chunk.
struct Part {
    chunk: u64,
    rows: Range<u64>,
}

/// Returns `true` if a path segment is unambiguous to every intermediary: no dots that lead
/// upwards, and no percent-encoding.
fn is_plain_segment(segment: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    segment.bytes().all(is_plain) && segment.bytes().any(|byte| byte != b'.')
}

/// The error of a response that contradicts itself or an earlier one.
pub(super) fn lie(message: &str) -> Error {
    Error::new(ErrorKind::Protocol, format!("the chunks of the result are inconsistent: {message}"))
}

impl Chunks {
    /// # Errors
    ///
    /// `Protocol` for a manifest that contradicts itself.
    pub(super) fn new(statement: QueryId, manifest: &Manifest) -> Result<Self> {
        let first = ChunkRef { start: 0, index: 0, link: None };
        let mut this = Self {
            statement,
            chunk_refs: BTreeMap::from([(0, first)]),
            announced: BTreeMap::new(),
            total_rows: manifest.total_row_count,
            total_chunks: manifest.total_chunk_count,
            end: None,
            empty: 0,
            one_by_one: false,
        };
        // Without counts the list is not useful.
        if manifest.chunks.iter().all(|chunk| chunk.row_count.is_some()) {
            this.announce(manifest)?;
        }
        Ok(this)
    }

    fn announce(&mut self, manifest: &Manifest) -> Result<()> {
        let mut end = 0;
        for (index, chunk) in (0..).zip(&manifest.chunks) {
            if chunk.chunk_index.unwrap_or(0) != index || chunk.row_offset.unwrap_or(0) != end {
                return Err(lie("those of the manifest are not contiguous"));
            }
            let start = end;
            end = chunk
                .row_count
                .and_then(|rows| start.checked_add(rows))
                .ok_or_else(|| lie("their rows overflow"))?;
            self.announced.insert(index, start..end);
            // A chunk without rows is skipped.
            if index == 0 || end > start {
                self.chunk_refs.insert(start, ChunkRef { start, index, link: None });
            }
        }
        match self.total_rows {
            Some(total) if end > total => Err(lie("they have more rows than the result")),
            _ => Ok(()),
        }
    }

    /// Returns the end of the result, if the row is not before it.
    pub(super) fn end_before(&self, row: u64) -> Option<u64> {
        self.end.filter(|end| *end <= row)
    }

    /// Returns the last known chunk that does not start after the row: the one with the row, or the
    /// one to continue from.
    pub(super) fn nearest(&self, row: u64) -> ChunkRef {
        let first = || ChunkRef { start: 0, index: 0, link: None };
        self.chunk_refs
            .range(..=row)
            .next_back()
            .map_or_else(first, |(_, chunk_ref)| chunk_ref.clone())
    }

    /// Returns the nearest chunk, and those after it that can be requested at the same time: if the
    /// manifest lists them, and a response links to a single chunk.
    pub(super) fn at_once(&self, row: u64, most: usize) -> Vec<ChunkRef> {
        let nearest = self.nearest(row);
        let (start, index) = (nearest.start, nearest.index);
        let has_row = self.announced.get(&index).is_some_and(|rows| rows.contains(&row));
        let more = if self.one_by_one && has_row { most.saturating_sub(1) } else { 0 };
        let following = self
            .chunk_refs
            .range(start.saturating_add(1)..)
            .map(|(_, chunk_ref)| chunk_ref.clone());
        // In order, without empty ones.
        let in_order = (index.saturating_add(1)..)
            .zip(following)
            .take_while(|(at, chunk_ref)| *at == chunk_ref.index);
        let following: Vec<_> = in_order.map(|(_, chunk_ref)| chunk_ref).take(more).collect();
        [nearest].into_iter().chain(following).collect()
    }

    /// Reads the response to the request for a chunk.
    ///
    /// # Errors
    ///
    /// `Protocol` for chunks that were not requested, or are not contiguous, `Truncated` for a
    /// result that ends too early.
    pub(super) fn accept(&mut self, requested: &ChunkRef, data: &ResultData) -> Result<Accepted> {
        let Rows { parts, pieces } = self.rows(requested, data)?;
        self.one_by_one = matches!(*pieces, [Piece::Link(_)]);
        self.check_parts(requested, &parts)?;
        let last = parts.last().map_or(requested.index, |part| part.chunk);
        let next = self.next(requested, last, data)?;
        let mut filled = parts.iter().filter(|part| !part.rows.is_empty());
        let end = filled.clone().next_back().map_or(requested.start, |part| part.rows.end);
        if filled.next().is_some_and(|part| part.rows.start != requested.start) {
            return Err(lie("the response has rows that were not requested"));
        }
        if self.total_rows.is_some_and(|total| end > total) {
            return Err(lie("they have more rows than the result"));
        }
        let more = next.is_some() || self.announced.contains_key(&last.saturating_add(1));
        self.check_end(last, end, more)?;
        self.empty = if end > requested.start { 0 } else { self.empty + 1 };
        if self.empty > MAX_EMPTY {
            return Err(lie("too many of them have no rows"));
        }
        for Part { chunk: index, rows } in parts {
            let start = rows.start;
            if self.chunk_refs.get(&start).is_none_or(|chunk_ref| chunk_ref.index < index) {
                self.chunk_refs.insert(start, ChunkRef { start, index, link: None });
            }
        }
        match next {
            Some((index, link)) => {
                self.chunk_refs.insert(end, ChunkRef { start: end, index, link });
            }
            // The manifest lists it.
            None if more => {
                let index = last.saturating_add(1);
                self.chunk_refs.insert(end, ChunkRef { start: end, index, link: None });
            }
            None => self.end = Some(end),
        }
        Ok(Accepted { pieces, start: requested.start, end, more })
    }

    /// Returns the rows in a response: inline rows or links. Rows of strings are left to the
    /// caller.
    fn rows(&self, requested: &ChunkRef, data: &ResultData) -> Result<Rows> {
        let Some(Attached { chunk, start, rows, stream }) = chunk_rows::attached(data)? else {
            let links = chunk_rows::links(data)?;
            let part = |link: &ChunkLink| Part {
                chunk: link.chunk,
                rows: link.link.start..link.link.end(),
            };
            let parts = links.iter().map(part).collect();
            let links = Link::in_order(links.into_iter().map(|link| link.link).collect())?;
            return Ok(Rows { parts, pieces: links.into_iter().map(Piece::Link).collect() });
        };
        let announced = || self.announced.get(&chunk).filter(|_| requested.link.is_none());
        let rows = rows.or_else(|| announced().map(|rows| rows.end - rows.start));
        // A chunk that claims to have no rows is verified when it is decoded.
        let rows = rows.unwrap_or(0);
        let end = start.checked_add(rows).ok_or_else(|| lie("their rows overflow"))?;
        let part = Part { chunk, rows: start..end };
        let stream = stream.map(|stream| Piece::Stream { stream, rows });
        Ok(Rows { parts: vec![part], pieces: stream.into_iter().collect() })
    }

    /// Checks that the rows are those of the requested chunk and of the following ones.
    fn check_parts(&self, requested: &ChunkRef, parts: &[Part]) -> Result<()> {
        for (index, Part { chunk, rows }) in (requested.index..).zip(parts) {
            if *chunk != index {
                return Err(lie("a response has other chunks than requested"));
            }
            // A link of the server may contain a row, from which chunks may be divided differently.
            let announced = self.announced.get(chunk).filter(|_| requested.link.is_none());
            if announced.is_some_and(|announced| announced != rows) {
                return Err(lie("a chunk has other rows than the manifest says"));
            }
        }
        Ok(())
    }

    /// Returns the chunk after the last one in a response, if one is named.
    fn next(
        &self,
        requested: &ChunkRef,
        last: u64,
        data: &ResultData,
    ) -> Result<Option<(u64, Option<String>)>> {
        let own = data.next_chunk_index.map(|next| (requested.index, next));
        let of_links = data.external_links.iter().filter_map(|link| {
            // For a single link, the response may have the number next to it.
            let chunk = link.chunk_index.unwrap_or(requested.index);
            Some((chunk, link.next_chunk_index?))
        });
        if own.into_iter().chain(of_links).any(|(chunk, next)| next <= chunk) {
            return Err(lie("a chunk is followed by an earlier one"));
        }
        // The rows of this chunk were inline, and links to the following ones.
        let is_inline = data.attachment.is_some() || chunk_rows::texts(data).is_some();
        if is_inline && !data.external_links.is_empty() {
            return Ok(Some((last.saturating_add(1), None)));
        }
        let Some(next) = data.next_chunk() else { return Ok(None) };
        if next.index.checked_sub(1) != Some(last) {
            return Err(lie("the next chunk does not follow the last one"));
        }
        if next.link.is_some_and(|link| !self.is_own(link, next.index)) {
            return Err(lie("the link to the next chunk does not belong to this result"));
        }
        Ok(Some((next.index, next.link.map(str::to_owned))))
    }

    /// Returns `true` if a link leads to this chunk of this result. A later version of the API may
    /// have another prefix.
    fn is_own(&self, link: &str, index: u64) -> bool {
        let path = link.split_once('?').map_or(link, |(path, _)| path);
        let end = format!("/sql/statements/{}/result/chunks/{index}", self.statement);
        let path = path.to_ascii_lowercase();
        let prefix = path.strip_prefix("/api/").and_then(|path| path.strip_suffix(&end));
        prefix.is_some_and(|prefix| prefix.split('/').all(is_plain_segment))
    }

    fn check_end(&self, last: u64, end: u64, more: bool) -> Result<()> {
        if more {
            return Ok(());
        }
        let announced = || self.announced.values().next_back().map(|rows| rows.end);
        let message = match (self.total_rows.or_else(announced), self.total_chunks) {
            (Some(total), _) if end < total => {
                format!("the result ends after {end} of {total} rows")
            }
            (None, Some(total)) if last.saturating_add(1) < total => {
                format!("the result ends after chunk {last} of {total} chunks")
            }
            _ => return Ok(()),
        };
        Err(Error::new(ErrorKind::Truncated, message))
    }
}

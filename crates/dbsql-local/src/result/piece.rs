//! The numbered pieces of a result, called chunks in the Statement Execution API.

use std::sync::Arc;
use std::time::SystemTime;

use arrow_array::RecordBatch;
use bytes::Bytes;

use crate::engine::SqlError;
use crate::result::encoded::Encoded;
use crate::result::rows::Rows;
use crate::result::{ResultFile, ResultLink, ResultSet, ipc, lz4, not_encoded};

/// Some of the rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Piece {
    pub(crate) start: u64,
    pub(crate) rows: u64,
    /// The size of the rows, before compression.
    pub(crate) bytes: u64,
}

/// How a result is divided into pieces.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Cut {
    pub(crate) links: Links,
    /// The maximum number of rows of an inline piece.
    pub(crate) inline_rows: u64,
    /// The maximum size of an inline piece in bytes.
    pub(crate) inline_bytes: u64,
}

/// Which results are sent as links.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Links {
    Never,
    Always,
    /// Those above this size in bytes.
    Above(u64),
}

/// A result divided into pieces.
#[derive(Debug, Default)]
pub(super) struct Pieces {
    pub(super) all: Vec<Piece>,
    pub(super) are_linked: bool,
}

impl Pieces {
    pub(super) fn new(
        rows: &Rows,
        encoded: Option<&Encoded>,
        cut: Cut,
        file_bytes: u64,
    ) -> Result<Self, SqlError> {
        if let Some(encoded) = encoded {
            return Ok(Self { all: encoded.pieces(), are_linked: encoded.are_linked() });
        }
        let are_linked = match cut.links {
            Links::Never => false,
            Links::Always => true,
            Links::Above(limit) => rows.bytes() > limit,
        };
        let mut all = match are_linked {
            true => from(rows, 0, u64::MAX, file_bytes)?,
            false => from(rows, 0, cut.inline_rows, cut.inline_bytes)?,
        };
        if all.is_empty() && !are_linked {
            // An inline result without rows still has columns.
            all.push(Piece { start: 0, rows: 0, bytes: 0 });
        }
        Ok(Self { all, are_linked })
    }
}

/// Returns the pieces starting with this row.
fn from(
    rows: &Rows,
    mut start: u64,
    max_rows: u64,
    max_bytes: u64,
) -> Result<Vec<Piece>, SqlError> {
    let mut pieces = Vec::new();
    while start < rows.total() {
        let end = rows.fit(start, max_rows.max(1), max_bytes)?;
        pieces.push(Piece { start, rows: end - start, bytes: rows.bytes_of(start, end)? });
        start = end;
    }
    Ok(pieces)
}

impl ResultSet {
    /// Returns the pieces in order.
    pub(crate) fn pieces(&self) -> &[Piece] {
        &self.pieces.all
    }

    /// Returns `true` if the pieces are behind links.
    pub(crate) fn is_linked(&self) -> bool {
        self.pieces.are_linked
    }

    /// Returns the pieces from a row on after another division, with slightly smaller pieces each
    /// time.
    pub(crate) fn pieces_from(&self, row: u64, time: u64) -> Result<Vec<Piece>, SqlError> {
        let Some(cut) = self.options.cut else { return Ok(Vec::new()) };
        let most = match self.is_linked() {
            true => self.options.file_bytes,
            false => cut.inline_bytes,
        };
        let max_rows = if self.is_linked() { u64::MAX } else { cut.inline_rows };
        from(&self.rows, row, max_rows, most - most / 4 * (time % 3))
    }

    /// Returns the number of a piece.
    fn number(&self, piece: Piece) -> Option<usize> {
        self.pieces().binary_search_by_key(&piece.start, |one| one.start).ok()
    }

    /// Returns the piece with this row.
    pub(crate) fn piece_with(&self, row: u64) -> Option<usize> {
        let number = self.pieces().partition_point(|piece| piece.start + piece.rows <= row);
        (number < self.pieces().len()).then_some(number)
    }

    /// Returns the rows of a piece.
    pub(crate) fn rows_of(&self, piece: Piece) -> Result<Vec<RecordBatch>, SqlError> {
        self.rows.slice(piece.start, piece.start + piece.rows)
    }

    /// Returns the rows of a piece as an Arrow stream, compressed according to the options.
    /// CPU-bound: not for an async thread.
    pub(crate) fn stream_of(&self, piece: Piece) -> Result<Bytes, SqlError> {
        if let Some(encoded) = &self.encoded {
            return self.encoded_stream(encoded, piece);
        }
        let plain = ipc::stream(self.rows.schema(), &self.rows_of(piece)?).map_err(not_encoded)?;
        match self.frames() {
            Some(frames) => lz4::compress(&plain, frames).map_err(not_encoded),
            None => Ok(plain),
        }
    }

    /// Wraps an encoded message in a stream. If compressed, each part is a separate frame.
    fn encoded_stream(&self, encoded: &Encoded, piece: Piece) -> Result<Bytes, SqlError> {
        const END: &[u8] = &[0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0];
        let message = self.number(piece).and_then(|number| encoded.message(number));
        let message = message.ok_or_else(|| not_encoded("it has no such piece"))?;
        let schema = ipc::schema(self.rows.schema()).map_err(not_encoded)?;
        let [schema, end] = match encoded.is_lz4() {
            true => [
                lz4::compress(&schema, 1).map_err(not_encoded)?,
                lz4::compress(END, 1).map_err(not_encoded)?,
            ],
            false => [schema, Bytes::from_static(END)],
        };
        Ok([&schema[..], message, &end].concat().into())
    }

    /// Returns a link to the file of a piece. `link` creates the URL of a file, `expire` is the
    /// expiry of links to files elsewhere.
    pub(crate) fn link_to(
        &self,
        piece: Piece,
        expire: SystemTime,
        link: impl FnOnce(Arc<ResultFile>) -> (String, SystemTime),
    ) -> ResultLink {
        let Piece { start, rows, bytes } = piece;
        let encoded = self.encoded.as_ref().zip(self.number(piece));
        let (url, expires) = match encoded.and_then(|(rows, number)| rows.file(number)) {
            Some(file) => file.location.link(expire, link),
            None => link(self.file(start, start + rows)),
        };
        ResultLink { url, expires, start, rows, bytes }
    }
}

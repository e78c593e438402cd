//! The result of a finished statement, in a format that its client can read.

mod batches;
mod encoded;
mod file;
mod ipc;
mod lz4;
mod native;
mod page;
mod piece;
mod plain;
mod room;
mod rows;
pub(crate) mod text;
pub(crate) mod types;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use arrow_schema::SchemaRef;
use bytes::Bytes;

use crate::engine::{QueryOutput, SqlError};
use crate::result::encoded::Encoded;
use crate::result::file::FileRows;
pub(crate) use crate::result::file::ResultFile;
pub(crate) use crate::result::native::NativeTypes;
pub(crate) use crate::result::page::{Page, PageRequest, PageRows, ResultLink};
use crate::result::piece::Pieces;
pub(crate) use crate::result::piece::{Cut, Links, Piece};
pub(crate) use crate::result::plain::{PlainForm, cells};
pub use crate::result::room::ResultBytes;
pub(crate) use crate::result::room::{Held, Room};
use crate::result::rows::Rows;
use crate::settings::NullBitmaps;

/// The formats that a client can read, and the settings of the service.
#[derive(Clone, Debug)]
pub(crate) struct ResultOptions {
    /// Arrow, otherwise the columns of the protocol.
    pub(crate) arrow: bool,
    /// The size in bytes above which a result is sent as links.
    pub(crate) link_threshold: Option<u64>,
    /// Inline batches and files are LZ4 frames.
    pub(crate) lz4: bool,
    /// The number of frames of each of them.
    pub(crate) lz4_frames: usize,
    /// Whether the schema is sent as Arrow as well.
    pub(crate) arrow_schema: bool,
    /// The types that are sent natively, not as text.
    pub(crate) native: NativeTypes,
    /// The maximum number of rows.
    pub(crate) row_limit: Option<u64>,
    /// The maximum size of an inline batch in bytes.
    pub(crate) batch_bytes: u64,
    /// The maximum size of a file in bytes.
    pub(crate) file_bytes: u64,
    /// The number of padding rows in files.
    pub(crate) padding_rows: u64,
    /// The length of null bitmaps.
    pub(crate) null_bitmaps: NullBitmaps,
    /// The result is truncated before it exceeds this many bytes.
    pub(crate) byte_limit: Option<u64>,
    /// There is no result if it exceeds this many bytes.
    pub(crate) most_bytes: Option<u64>,
    /// Files are text in this format, not Arrow streams.
    pub(crate) plain: Option<PlainForm>,
    /// The division of the result into pieces, for a protocol that numbers them.
    pub(crate) cut: Option<Cut>,
}

/// The format of the rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    Columns,
    Arrow,
    Links,
}

/// A finished result. It is immutable, so any number of readers may be at any row.
#[derive(Debug)]
pub(crate) struct ResultSet {
    rows: Arc<Rows>,
    /// Rows that were encoded in advance; `rows` is empty then.
    encoded: Option<Encoded>,
    format: Format,
    options: ResultOptions,
    /// The columns as declared by the engine, each with its SQL type.
    declared: SchemaRef,
    arrow_schema: Option<Bytes>,
    /// The files that have been linked to, by their first row and the row after their last.
    files: Mutex<BTreeMap<(u64, u64), Arc<ResultFile>>>,
    pieces: Pieces,
    room: Room,
}

impl ResultSet {
    /// Converts the output of an engine to the format that the client requested.
    pub(crate) fn new(
        output: QueryOutput,
        options: ResultOptions,
        room: Room,
    ) -> Result<Self, SqlError> {
        let output = rows::with_affected_rows(output)?;
        let declared = types::named(&output.schema);
        let (encoded, batches) = encoded::kept(output.encoded, output.batches, &options);
        let encoded = encoded.map(Encoded::new);
        let (schema, batches) = if encoded.is_some() {
            (Arc::clone(&declared), Vec::new())
        } else if options.arrow {
            native::adapt(&declared, &batches, options.native)?
        } else {
            (Arc::clone(&declared), batches)
        };
        let mut rows = Rows::new(schema, &batches, options.row_limit)?;
        if let Some(limit) = options.byte_limit {
            rows.limit_bytes(limit)?;
        }
        if let Some(most) = options.most_bytes
            && rows.bytes() > most
        {
            return Err(too_large(most));
        }
        let format = match options.link_threshold {
            _ if !options.arrow => Format::Columns,
            Some(limit) if rows.total() > 0 && rows.bytes() > limit => Format::Links,
            _ => Format::Arrow,
        };
        let format = encoded.as_ref().map_or(format, Encoded::format);
        let arrow = match encoded {
            Some(_) => format != Format::Columns,
            None => options.arrow,
        };
        let arrow_schema = match arrow && options.arrow_schema {
            true => Some(ipc::schema(rows.schema()).map_err(not_encoded)?),
            false => None,
        };
        let pieces = options.cut.map_or_else(
            || Ok(Pieces::default()),
            |cut| Pieces::new(&rows, encoded.as_ref(), cut, options.file_bytes),
        )?;
        rows.settle(&room)?;
        let (rows, files) = (Arc::new(rows), Mutex::default());
        Ok(Self { rows, encoded, format, options, declared, arrow_schema, files, pieces, room })
    }

    /// Returns `true` if a limit truncated it.
    pub(crate) fn is_truncated(&self) -> bool {
        self.rows.is_cut()
    }

    /// Returns `true` if there is anything to fetch.
    pub(crate) fn has_columns(&self) -> bool {
        !self.rows.schema().fields().is_empty()
    }

    /// Returns the number of rows.
    pub(crate) fn total(&self) -> u64 {
        self.encoded.as_ref().map_or(self.rows.total(), Encoded::total)
    }

    pub(crate) fn format(&self) -> Format {
        self.format
    }

    /// Returns the columns as declared by the engine, each with its SQL type.
    pub(crate) fn declared(&self) -> &SchemaRef {
        &self.declared
    }

    /// Returns the columns as they are sent.
    pub(crate) fn schema(&self) -> &SchemaRef {
        self.rows.schema()
    }

    /// Returns the schema message of the Arrow stream, for clients that want it separately.
    pub(crate) fn arrow_schema(&self) -> Option<&Bytes> {
        self.arrow_schema.as_ref()
    }

    /// Returns the size of all rows, before compression.
    pub(crate) fn bytes(&self) -> u64 {
        self.encoded.as_ref().map_or(self.rows.bytes(), Encoded::bytes)
    }

    pub(crate) fn null_bitmaps(&self) -> NullBitmaps {
        self.options.null_bitmaps
    }

    pub(crate) fn is_lz4(&self) -> bool {
        match &self.encoded {
            Some(encoded) => encoded.is_lz4(),
            None => self.options.lz4 && self.format != Format::Columns,
        }
    }

    /// Returns the number of frames of compressed data; `None` if it is not compressed.
    fn frames(&self) -> Option<usize> {
        self.is_lz4().then_some(self.options.lz4_frames)
    }

    /// Returns the file with these rows, always the same for the same rows.
    fn file(&self, start: u64, end: u64) -> Arc<ResultFile> {
        let mut files = self.files.lock().unwrap_or_else(PoisonError::into_inner);
        let file = files.entry((start, end)).or_insert_with(|| {
            let padding = self.options.padding_rows.min(end - start);
            let rows = FileRows {
                rows: Arc::clone(&self.rows),
                ranges: [(start, end), (start, start + padding)],
                room: self.room.clone(),
            };
            Arc::new(match self.options.plain {
                Some(form) => ResultFile::plain(rows, form, start == 0),
                None => ResultFile::new(rows, self.frames()),
            })
        });
        Arc::clone(file)
    }
}

/// Returns the error for an output that cannot be sent.
pub(crate) fn not_encoded(error: impl std::fmt::Display) -> SqlError {
    SqlError::internal(format!("failed to encode the result: {error}"))
}

/// The result is too large for a response, and the client wants no links.
fn too_large(most: u64) -> SqlError {
    SqlError {
        message: format!(
            "Inline byte limit exceeded. Statements executed with disposition=INLINE can have a \
             result size of at most {most} bytes. Please execute the statement with \
             disposition=EXTERNAL_LINKS if you want to download the full result."
        ),
        sql_state: None,
        error_class: None,
    }
}

#[cfg(test)]
mod tests;

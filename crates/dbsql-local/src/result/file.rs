//! A file in the object store: rows as one Arrow stream, or as text.

use std::sync::{Arc, OnceLock};

use arrow_array::RecordBatch;
use bytes::Bytes;

use crate::engine::SqlError;
use crate::result::room::{Extent, Room, Share, SpillFile};
use crate::result::rows::Rows;
use crate::result::{PlainForm, ipc, lz4, not_encoded};
use crate::store::fingerprint;

/// Created when it is first downloaded, and cached then.
#[derive(Debug)]
pub(crate) struct ResultFile {
    contents: OnceLock<Result<Contents, SqlError>>,
    tag: OnceLock<u64>,
    /// `None` if something else has encoded the contents.
    source: Option<(FileRows, Form)>,
}

/// The rows of a file.
#[derive(Debug)]
pub(super) struct FileRows {
    pub(super) rows: Arc<Rows>,
    /// The first row of each range, and the row after its last one.
    pub(super) ranges: [(u64, u64); 2],
    pub(super) room: Room,
}

#[derive(Clone, Copy, Debug)]
enum Form {
    /// An Arrow stream, in this many LZ4 frames.
    Arrow(Option<usize>),
    /// Text; whether the file is the first of its result.
    Plain(PlainForm, bool),
}

#[derive(Debug)]
enum Contents {
    Memory {
        bytes: Bytes,
        /// `None` if the bytes belong to an engine.
        _share: Option<Share>,
    },
    Spilled(SpillFile, Extent),
}

impl ResultFile {
    /// An Arrow stream.
    pub(super) fn new(rows: FileRows, frames: Option<usize>) -> Self {
        Self::with(rows, Form::Arrow(frames))
    }

    /// Bytes that something else has encoded.
    pub(crate) fn encoded(bytes: Bytes) -> Self {
        let contents = OnceLock::from(Ok(Contents::Memory { bytes, _share: None }));
        Self { contents, tag: OnceLock::new(), source: None }
    }

    /// Text.
    pub(super) fn plain(rows: FileRows, form: PlainForm, is_first: bool) -> Self {
        Self::with(rows, Form::Plain(form, is_first))
    }

    fn with(rows: FileRows, form: Form) -> Self {
        Self { contents: OnceLock::new(), tag: OnceLock::new(), source: Some((rows, form)) }
    }

    /// Returns the contents. This is CPU-bound: call it off the async threads.
    pub(crate) fn bytes(&self) -> Result<Bytes, SqlError> {
        match self.contents.get_or_init(|| self.encode()) {
            Ok(Contents::Memory { bytes, .. }) => Ok(bytes.clone()),
            Ok(Contents::Spilled(file, extent)) => Ok(file.read(*extent)?.into()),
            Err(error) => Err(error.clone()),
        }
    }

    /// Returns a tag that identifies these contents, whatever link they are behind. CPU-bound as
    /// well.
    pub(crate) fn tag(&self, contents: &Bytes) -> u64 {
        *self.tag.get_or_init(|| fingerprint(contents))
    }

    fn encode(&self) -> Result<Contents, SqlError> {
        let (rows, form) = self.source.as_ref().ok_or_else(|| not_encoded("it has no rows"))?;
        let bytes = form.encode(rows)?;
        let room = &rows.room;
        let share = room.in_memory(bytes.len() as u64);
        if share.is_some() {
            return Ok(Contents::Memory { bytes, _share: share });
        }
        let mut file = room.file()?;
        let extent = file.push(&bytes)?;
        Ok(Contents::Spilled(file, extent))
    }
}

impl FileRows {
    fn batches(&self) -> Result<Vec<RecordBatch>, SqlError> {
        let mut batches = Vec::new();
        for (start, end) in self.ranges {
            batches.extend(self.rows.slice(start, end)?);
        }
        Ok(batches)
    }
}

impl Form {
    fn encode(self, rows: &FileRows) -> Result<Bytes, SqlError> {
        let (schema, batches) = (rows.rows.schema(), rows.batches()?);
        match self {
            Self::Arrow(frames) => {
                let plain = ipc::stream(schema, &batches).map_err(not_encoded)?;
                match frames {
                    Some(frames) => lz4::compress(&plain, frames).map_err(not_encoded),
                    None => Ok(plain),
                }
            }
            Self::Plain(form, is_first) => Ok(form.encode(schema, &batches, is_first)),
        }
    }
}

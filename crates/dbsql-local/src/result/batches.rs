//! The batches of a result, in memory or in a temporary file.

use std::io::Cursor;
use std::sync::{Arc, Mutex, PoisonError};

use arrow_array::RecordBatch;
use arrow_ipc::reader::StreamReader;
use arrow_schema::SchemaRef;

use crate::engine::SqlError;
use crate::result::room::{Extent, Room, Share, SpillFile};
use crate::result::rows::with_schema;
use crate::result::{ipc, not_encoded};

/// Batches by number.
#[derive(Debug)]
pub(super) enum Batches {
    /// In memory, with the share of it once that is known.
    Memory(Vec<RecordBatch>, Option<Share>),
    Spilled(Spilled),
}

/// Batches in a temporary file, each as an Arrow stream.
#[derive(Debug)]
pub(super) struct Spilled {
    file: SpillFile,
    extents: Vec<Extent>,
    schema: SchemaRef,
    /// The batch that was read last, with its number: a page is often read in several steps.
    last: Mutex<Option<(usize, RecordBatch)>>,
}

impl Batches {
    pub(super) fn get(&self, number: usize) -> Result<RecordBatch, SqlError> {
        let found = match self {
            Self::Memory(batches, _) => batches.get(number).cloned(),
            Self::Spilled(spilled) => spilled.get(number)?,
        };
        found.ok_or_else(|| not_encoded("it has no such batch"))
    }
}

impl Spilled {
    pub(super) fn new(
        schema: &SchemaRef,
        batches: impl Iterator<Item = Result<RecordBatch, SqlError>>,
        room: &Room,
    ) -> Result<Self, SqlError> {
        let mut file = room.file()?;
        let mut extents = Vec::new();
        for batch in batches {
            let stream = ipc::stream(schema, &[batch?]).map_err(not_encoded)?;
            extents.push(file.push(&stream)?);
        }
        Ok(Self { file, extents, schema: Arc::clone(schema), last: Mutex::default() })
    }

    fn get(&self, number: usize) -> Result<Option<RecordBatch>, SqlError> {
        let Some(&extent) = self.extents.get(number) else { return Ok(None) };
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((read, batch)) = &*last
            && *read == number
        {
            return Ok(Some(batch.clone()));
        }
        let stream = Cursor::new(self.file.read(extent)?);
        let mut reader = StreamReader::try_new(stream, None).map_err(not_encoded)?;
        let Some(batch) = reader.next() else { return Ok(None) };
        let batch = with_schema(&self.schema, &batch.map_err(not_encoded)?)?;
        *last = Some((number, batch.clone()));
        Ok(Some(batch))
    }
}

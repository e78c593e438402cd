//! A file in the object store: rows as one Arrow stream.

use std::sync::OnceLock;

use arrow_array::RecordBatch;
use arrow_schema::SchemaRef;
use bytes::Bytes;

use crate::engine::SqlError;
use crate::result::{ipc, lz4, not_encoded};

/// Made when it is first downloaded, and kept then.
#[derive(Debug)]
pub(crate) struct ResultFile {
    schema: SchemaRef,
    batches: Vec<RecordBatch>,
    frames: Option<usize>,
    bytes: OnceLock<Result<Bytes, SqlError>>,
}

impl ResultFile {
    pub(super) fn new(schema: SchemaRef, batches: Vec<RecordBatch>, frames: Option<usize>) -> Self {
        Self { schema, batches, frames, bytes: OnceLock::new() }
    }

    /// What a download gives. It computes: off the async threads, please.
    pub(crate) fn bytes(&self) -> Result<Bytes, SqlError> {
        self.bytes.get_or_init(|| self.encode()).clone()
    }

    fn encode(&self) -> Result<Bytes, SqlError> {
        let plain = ipc::stream(&self.schema, &self.batches).map_err(not_encoded)?;
        match self.frames {
            Some(frames) => lz4::compress(&plain, frames).map_err(not_encoded),
            None => Ok(plain),
        }
    }
}

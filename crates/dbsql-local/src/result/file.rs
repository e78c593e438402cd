//! A file in the object store: rows as one Arrow stream.

use std::sync::OnceLock;

use arrow_array::RecordBatch;
use arrow_schema::SchemaRef;
use bytes::Bytes;

use crate::engine::SqlError;
use crate::result::{ipc, lz4, not_encoded};
use crate::store::fingerprint;

/// Made when it is first downloaded, and kept then.
#[derive(Debug)]
pub(crate) struct ResultFile {
    schema: SchemaRef,
    batches: Vec<RecordBatch>,
    frames: Option<usize>,
    bytes: OnceLock<Result<Bytes, SqlError>>,
    tag: OnceLock<u64>,
}

impl ResultFile {
    pub(super) fn new(schema: SchemaRef, batches: Vec<RecordBatch>, frames: Option<usize>) -> Self {
        Self { schema, batches, frames, bytes: OnceLock::new(), tag: OnceLock::new() }
    }

    /// What a download gives. It computes: off the async threads, please.
    pub(crate) fn bytes(&self) -> Result<Bytes, SqlError> {
        self.bytes.get_or_init(|| self.encode()).clone()
    }

    /// What identifies these bytes, whatever link they are behind. It computes as well.
    pub(crate) fn tag(&self) -> Result<u64, SqlError> {
        let bytes = self.bytes()?;
        Ok(*self.tag.get_or_init(|| fingerprint(&bytes)))
    }

    fn encode(&self) -> Result<Bytes, SqlError> {
        let plain = ipc::stream(&self.schema, &self.batches).map_err(not_encoded)?;
        match self.frames {
            Some(frames) => lz4::compress(&plain, frames).map_err(not_encoded),
            None => Ok(plain),
        }
    }
}

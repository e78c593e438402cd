//! Arrow's IPC format: a schema alone, record batches alone, a whole stream.

use arrow_array::RecordBatch;
use arrow_ipc::writer::StreamWriter;
use arrow_schema::{ArrowError, Schema};
use bytes::Bytes;

use crate::result::rows::batch_bytes;

/// The schema as one encapsulated message.
pub(super) fn schema(schema: &Schema) -> Result<Bytes, ArrowError> {
    let writer = StreamWriter::try_new(Vec::new(), schema)?;
    Ok(Bytes::copy_from_slice(writer.get_ref()))
}

/// Encodes a batch as an encapsulated message, without a schema; dictionaries of columns precede
/// it.
pub(super) fn batch(batch: &RecordBatch) -> Result<Bytes, ArrowError> {
    let mut writer = StreamWriter::try_new(Vec::new(), batch.schema_ref())?;
    let schema = writer.get_ref().len();
    writer.write(batch)?;
    Ok(Bytes::copy_from_slice(&writer.get_ref()[schema..]))
}

/// A stream with its schema and its end marker.
pub(super) fn stream(schema: &Schema, batches: &[RecordBatch]) -> Result<Bytes, ArrowError> {
    let size: u64 = batches.iter().map(batch_bytes).sum();
    let mut writer = StreamWriter::try_new(Vec::with_capacity(size as usize), schema)?;
    batches.iter().try_for_each(|batch| writer.write(batch))?;
    writer.into_inner().map(exact)
}

/// Returns the bytes without the room for more that they were written with: they may be held for
/// long.
pub(super) fn exact(mut bytes: Vec<u8>) -> Bytes {
    bytes.shrink_to_fit();
    bytes.into()
}

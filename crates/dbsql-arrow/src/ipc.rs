//! Arrow IPC: record batches as servers send them, checked before they are decoded.
//!
//! `arrow-ipc` trusts the lengths that a stream claims. They are checked against the bytes first;
//! what still makes it panic meets the panic boundary around every decode. Values are fully
//! validated. Nothing is copied: arrays point into the buffer.

use std::sync::Arc;

use arrow_array::{RecordBatch, RecordBatchOptions};
use arrow_buffer::Buffer;
use arrow_ipc::reader::StreamDecoder;
use arrow_schema::{ArrowError, SchemaRef};

use crate::{Error, Result};

mod guard;

/// Ends a stream. It also makes the decoder return a last batch that has no body.
const END_OF_STREAM: [u8; 8] = [0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0];

/// Returns the schema in an encapsulated schema message.
///
/// It is short, so it is decoded where it arrives and not off the async threads as batches are:
/// hence a panic boundary of its own.
pub(crate) fn schema(message: &[u8]) -> Result<SchemaRef> {
    let decoded = std::panic::catch_unwind(|| decode([message.into()]));
    let (schema, _) = decoded.unwrap_or_else(|_| Err(malformed("decoding the schema failed")))?;
    Ok(schema)
}

/// Returns the batches of encapsulated messages that follow a schema message elsewhere.
pub(crate) fn batches(schema_message: &[u8], messages: Vec<u8>) -> Result<Vec<RecordBatch>> {
    let (_, batches) = decode([schema_message.into(), messages.into()])?;
    Ok(batches)
}

/// Returns the batches of a whole stream with its own schema.
pub(crate) fn stream(bytes: Vec<u8>) -> Result<Vec<RecordBatch>> {
    let (_, batches) = decode([bytes.into()])?;
    Ok(batches)
}

/// Returns the same columns under the names and metadata of `schema`: a file from the server's result
/// cache may carry those of another query.
pub(crate) fn renamed(batch: &RecordBatch, schema: &SchemaRef) -> Result<RecordBatch> {
    if batch.schema_ref() == schema {
        return Ok(batch.clone());
    }
    batch_with_schema(batch, schema).map_err(|error| {
        malformed("a batch does not match the schema of its result").with_source(error)
    })
}

fn batch_with_schema(batch: &RecordBatch, schema: &SchemaRef) -> Result<RecordBatch, ArrowError> {
    let options = RecordBatchOptions::new().with_row_count(Some(batch.num_rows()));
    RecordBatch::try_new_with_options(Arc::clone(schema), batch.columns().to_vec(), &options)
}

/// Decodes the parts of one stream, each made of whole messages.
fn decode<const N: usize>(parts: [Buffer; N]) -> Result<(SchemaRef, Vec<RecordBatch>)> {
    let mut decoder = StreamDecoder::new();
    let mut batches = Vec::new();
    let mut ended = false;
    for part in parts {
        ended = guard::check(&part)?;
        feed(&mut decoder, part, &mut batches)?;
    }
    if !ended {
        feed(&mut decoder, Buffer::from(&END_OF_STREAM), &mut batches)?;
    }
    let schema = decoder.schema().ok_or_else(|| malformed("the stream has no schema"))?;
    Ok((schema, batches))
}

fn feed(
    decoder: &mut StreamDecoder,
    mut bytes: Buffer,
    batches: &mut Vec<RecordBatch>,
) -> Result<()> {
    while !bytes.is_empty() {
        match decoder.decode(&mut bytes) {
            Ok(Some(batch)) => batches.push(batch),
            Ok(None) => {}
            Err(error) => {
                return Err(malformed("invalid stream").with_source(error));
            }
        }
    }
    Ok(())
}

fn malformed(message: &str) -> Error {
    Error::malformed(format!("Arrow IPC: {message}"))
}

#[cfg(test)]
mod tests;

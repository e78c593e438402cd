//! Decodes whole pieces: a file, an inline batch.

use arrow_array::RecordBatch;
use bytes::Bytes;
use dbsql_arrow::{BufferPool, Decoder, Layout, Step};

use super::rows::{row_total, window};
use crate::{Error, ErrorKind, Result};

const PIECE_BYTES_LIMIT: usize = 1 << 30;

pub(super) fn file(
    layout: &Layout,
    bytes: Bytes,
    skip: u64,
    rows: u64,
) -> Result<Vec<RecordBatch>> {
    let batches = all(layout.file(PIECE_BYTES_LIMIT, &BufferPool::new()), bytes)?;
    let found = row_total(&batches);
    if found < rows {
        let message = format!("a result file holds {found} rows where {rows} were announced");
        return Err(Error::new(ErrorKind::Decode, message));
    }
    Ok(window(batches, skip, rows))
}

pub(super) fn inline(layout: &Layout, bytes: Bytes, rows: u64) -> Result<Vec<RecordBatch>> {
    let batches = all(layout.inline(PIECE_BYTES_LIMIT, &BufferPool::new())?, bytes)?;
    let found = row_total(&batches);
    if found != rows {
        let message = format!("a batch holds {found} rows where {rows} were announced");
        return Err(Error::new(ErrorKind::Decode, message));
    }
    Ok(batches)
}

fn all(mut decoder: Decoder, bytes: Bytes) -> Result<Vec<RecordBatch>> {
    let mut batches = Vec::new();
    decoder.push(bytes);
    for end in [false, true] {
        if end {
            decoder.finish()?;
        }
        loop {
            match decoder.step()? {
                Step::Batch(batch) => batches.push(batch),
                Step::Worked => {}
                Step::NeedsInput => break,
            }
        }
    }
    Ok(batches)
}

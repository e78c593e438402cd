//! Compares what encapsulated messages say of their lengths with the bytes that are there.

use arrow_ipc::{MessageHeader, RecordBatch, root_as_message};

use super::malformed;
use crate::Result;

const CONTINUATION: [u8; 4] = [0xff; 4];

/// Walks over all messages and tells whether the end-of-stream mark stands behind them.
pub(super) fn check(bytes: &[u8]) -> Result<bool> {
    let mut rest = bytes;
    while !rest.is_empty() {
        if let Some(behind) = rest.strip_prefix(&CONTINUATION) {
            rest = behind;
        }
        let Some((length, behind)) = rest.split_first_chunk::<4>() else {
            return Err(malformed("a message's length is cut off"));
        };
        let length = i32::from_le_bytes(*length);
        if length == 0 {
            if behind.is_empty() {
                return Ok(true);
            }
            return Err(malformed("there are bytes behind the end of the stream"));
        }
        let metadata = usize::try_from(length).ok().and_then(|length| behind.get(..length));
        let Some(metadata) = metadata else {
            return Err(malformed("a message is longer than the bytes that are there"));
        };
        let message = root_as_message(metadata)
            .map_err(|error| malformed(&format!("a message's head is malformed: {error}")))?;
        let behind = &behind[metadata.len()..];
        let body = usize::try_from(message.bodyLength()).ok().filter(|body| *body <= behind.len());
        let Some(body) = body else {
            return Err(malformed("a message's body is longer than the bytes that are there"));
        };
        match message.header_type() {
            MessageHeader::Schema => {}
            MessageHeader::RecordBatch => check_batch(message.header_as_record_batch(), body)?,
            MessageHeader::DictionaryBatch => {
                let dictionary = message.header_as_dictionary_batch();
                check_batch(dictionary.and_then(|dictionary| dictionary.data()), body)?;
            }
            _ => return Err(malformed("a message is neither schema, dictionary nor batch")),
        }
        rest = &behind[body..];
    }
    Ok(false)
}

fn check_batch(batch: Option<RecordBatch<'_>>, body: usize) -> Result<()> {
    let batch = batch.ok_or_else(|| malformed("a batch message has no batch"))?;
    if batch.compression().is_some() {
        return Err(malformed("compressed buffers were not asked for"));
    }
    if batch.length() < 0 {
        return Err(malformed("a batch has a negative number of rows"));
    }
    let nodes = batch.nodes().into_iter().flatten();
    for node in nodes {
        if node.length() < 0 || node.null_count() < 0 || node.null_count() > node.length() {
            return Err(malformed("a column's number of rows or nulls is out of range"));
        }
    }
    for buffer in batch.buffers().into_iter().flatten() {
        let start = usize::try_from(buffer.offset()).ok();
        let length = usize::try_from(buffer.length()).ok();
        let end = start.zip(length).and_then(|(start, length)| start.checked_add(length));
        if end.is_none_or(|end| end > body) {
            return Err(malformed("a buffer lies outside of its message"));
        }
    }
    Ok(())
}

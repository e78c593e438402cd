//! Checks the lengths that encapsulated messages claim against the bytes.

use arrow_ipc::{MessageHeader, RecordBatch, root_as_message};

use super::malformed;
use crate::Result;

const CONTINUATION: [u8; 4] = [0xff; 4];

/// Checks all messages, and returns whether the end-of-stream mark follows them.
pub(super) fn check(bytes: &[u8]) -> Result<bool> {
    let mut rest = bytes;
    while !rest.is_empty() {
        if let Some(behind) = rest.strip_prefix(&CONTINUATION) {
            rest = behind;
        }
        let Some((length, behind)) = rest.split_first_chunk::<4>() else {
            return Err(malformed("a message is cut off in its length"));
        };
        let length = i32::from_le_bytes(*length);
        if length == 0 {
            if behind.is_empty() {
                return Ok(true);
            }
            return Err(malformed("there are bytes after the end of the stream"));
        }
        let metadata = usize::try_from(length).ok().and_then(|length| behind.get(..length));
        let Some(metadata) = metadata else {
            return Err(malformed("a message is longer than the stream"));
        };
        let message = root_as_message(metadata)
            .map_err(|error| malformed(&format!("invalid message header: {error}")))?;
        let behind = &behind[metadata.len()..];
        let body = usize::try_from(message.bodyLength()).ok().filter(|body| *body <= behind.len());
        let Some(body) = body else {
            return Err(malformed("the body of a message is longer than the stream"));
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
        return Err(malformed("compressed buffers are not supported"));
    }
    if batch.length() < 0 {
        return Err(malformed("a batch has a negative number of rows"));
    }
    let nodes = batch.nodes().into_iter().flatten();
    for node in nodes {
        if node.length() < 0 || node.null_count() < 0 || node.null_count() > node.length() {
            return Err(malformed("the row or null count of a column is out of range"));
        }
    }
    for buffer in batch.buffers().into_iter().flatten() {
        let start = usize::try_from(buffer.offset()).ok();
        let length = usize::try_from(buffer.length()).ok();
        let end = start.zip(length).and_then(|(start, length)| start.checked_add(length));
        if end.is_none_or(|end| end > body) {
            return Err(malformed("a buffer is outside of its message"));
        }
    }
    Ok(())
}

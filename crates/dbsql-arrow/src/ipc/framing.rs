//! Finds the start and end of encapsulated messages.

use arrow_ipc::{MessageHeader, root_as_message};

use super::malformed;
use crate::{Error, ErrorKind, Result};

const CONTINUATION: [u8; 4] = [0xff; 4];

/// The maximum size of the metadata of a message: a larger claim is invalid.
const METADATA_MAX: usize = 16 << 20;

/// The item at the start of some bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Framed {
    /// Too short to decide.
    Incomplete,
    /// A message, whose body may not have arrived yet.
    Message(Extent),
    /// The end-of-stream mark, with its length.
    End(usize),
}

/// The lengths of the parts of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Extent {
    /// The marker and the length before the metadata.
    pub(crate) prefix: usize,
    pub(crate) metadata: usize,
    pub(crate) body: usize,
    pub(crate) is_schema: bool,
}

impl Extent {
    /// Returns the start of the body.
    pub(crate) fn body_start(self) -> usize {
        self.prefix + self.metadata
    }

    /// Returns the length of the message, which does not exceed the limit that it was read with.
    pub(crate) fn length(self) -> usize {
        self.body_start() + self.body
    }
}

/// Reads the item at the start of `bytes`.
///
/// # Errors
///
/// `Malformed` for invalid bytes, `TooLarge` for a message of more than `limit` bytes.
pub(crate) fn read(bytes: &[u8], limit: usize) -> Result<Framed> {
    let behind = bytes.strip_prefix(&CONTINUATION);
    let prefix = if behind.is_some() { 8 } else { 4 };
    let Some((length, behind)) = behind.unwrap_or(bytes).split_first_chunk::<4>() else {
        return Ok(Framed::Incomplete);
    };
    let length = i32::from_le_bytes(*length);
    if length == 0 {
        return Ok(Framed::End(prefix));
    }
    let metadata = usize::try_from(length).ok().filter(|length| *length <= METADATA_MAX);
    let metadata = metadata.ok_or_else(|| malformed("incomplete message"))?;
    check_limit(Some(prefix + metadata), limit)?;
    let Some(bytes) = behind.get(..metadata) else { return Ok(Framed::Incomplete) };
    let message = root_as_message(bytes)
        .map_err(|error| malformed(&format!("invalid message header: {error}")))?;
    let body = usize::try_from(message.bodyLength())
        .map_err(|_| malformed("negative body length in a message"))?;
    check_limit((prefix + metadata).checked_add(body), limit)?;
    let is_schema = message.header_type() == MessageHeader::Schema;
    Ok(Framed::Message(Extent { prefix, metadata, body, is_schema }))
}

fn check_limit(length: Option<usize>, limit: usize) -> Result<()> {
    if length.is_some_and(|length| length <= limit) {
        return Ok(());
    }
    let length = length.unwrap_or(usize::MAX);
    let message = format!("a message of the result has {length} bytes, the limit is {limit}");
    Err(Error::new(ErrorKind::TooLarge, message))
}

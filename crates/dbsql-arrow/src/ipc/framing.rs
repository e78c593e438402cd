//! Where encapsulated messages begin and end.

use arrow_ipc::{MessageHeader, root_as_message};

use super::malformed;
use crate::{Error, ErrorKind, Result};

const CONTINUATION: [u8; 4] = [0xff; 4];

/// The metadata of a message is never this long: what says so is no message.
const METADATA_MAX: usize = 16 << 20;

/// The start of some bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Framed {
    /// Too short to tell.
    Incomplete,
    /// A message. Its body may not have arrived.
    Message(Extent),
    /// The end-of-stream mark, with its length.
    End(usize),
}

/// How long the parts of a message are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Extent {
    /// The marker and the length in front of the metadata.
    pub(crate) prefix: usize,
    pub(crate) metadata: usize,
    pub(crate) body: usize,
    pub(crate) is_schema: bool,
}

impl Extent {
    /// Returns where the body begins.
    pub(crate) fn body_start(self) -> usize {
        self.prefix + self.metadata
    }

    /// Returns the length of the message, which is at most the limit it was read with.
    pub(crate) fn length(self) -> usize {
        self.body_start() + self.body
    }
}

/// Reads what `bytes` start with.
///
/// # Errors
///
/// `Malformed` for what is no message, `TooLarge` for one with more than `limit` bytes.
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
    let metadata = metadata.ok_or_else(|| malformed("there is no message"))?;
    check_limit(Some(prefix + metadata), limit)?;
    let Some(bytes) = behind.get(..metadata) else { return Ok(Framed::Incomplete) };
    let message = root_as_message(bytes)
        .map_err(|error| malformed(&format!("invalid message header: {error}")))?;
    let body = usize::try_from(message.bodyLength())
        .map_err(|_| malformed("the body of a message has a negative length"))?;
    check_limit((prefix + metadata).checked_add(body), limit)?;
    let is_schema = message.header_type() == MessageHeader::Schema;
    Ok(Framed::Message(Extent { prefix, metadata, body, is_schema }))
}

fn check_limit(length: Option<usize>, limit: usize) -> Result<()> {
    if length.is_some_and(|length| length <= limit) {
        return Ok(());
    }
    let length = length.unwrap_or(usize::MAX);
    let message = format!("one message of the result has {length} bytes, and the limit is {limit}");
    Err(Error::new(ErrorKind::TooLarge, message))
}

//! The head of a message.

use bytes::Bytes;

use crate::wire::{DecodeError, Reader, Writer, snippet};

/// The version of the strict binary protocol, in the upper half of the first four bytes.
const VERSION: u32 = 0x8001_0000;
const VERSION_MASK: u32 = 0xffff_0000;

/// The type of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct MessageType(pub(crate) u8);

impl MessageType {
    pub(crate) const CALL: Self = Self(1);
    pub(crate) const REPLY: Self = Self(2);
    pub(crate) const EXCEPTION: Self = Self(3);
}

/// The head of a message, before the arguments or the result.
#[derive(Debug)]
pub(crate) struct Head {
    pub(crate) message_type: MessageType,
    pub(crate) sequence_id: i32,
    method: Bytes,
}

impl Head {
    pub(crate) fn read(reader: &mut Reader) -> Result<Self, DecodeError> {
        // Any Thrift message, strict or not, starts with this byte.
        if let Some(first) = reader.rest().first()
            && !matches!(first, 0x00 | 0x80)
        {
            return Err(DecodeError::NotThrift { snippet: snippet(reader.rest()) });
        }
        let head = u32::from_be_bytes(reader.array()?);
        if head & VERSION_MASK != VERSION {
            return Err(DecodeError::BadVersion { head });
        }
        let [.., code] = head.to_be_bytes();
        let method = reader.binary()?;
        Ok(Self { message_type: MessageType(code), method, sequence_id: reader.i32()? })
    }

    pub(crate) fn write(
        writer: &mut Writer,
        MessageType(code): MessageType,
        method: &str,
        sequence_id: i32,
    ) {
        writer.raw(&(VERSION | u32::from(code)).to_be_bytes());
        writer.binary(method.as_bytes());
        writer.i32(sequence_id);
    }

    pub(crate) fn expect_method(&self, expected: &'static str) -> Result<(), DecodeError> {
        if self.method == expected.as_bytes() {
            return Ok(());
        }
        Err(DecodeError::WrongMethod { expected, found: snippet(&self.method) })
    }

    /// Returns the name of the method as an owned string.
    pub(crate) fn method_name(&self) -> Result<String, DecodeError> {
        // The name starts after the version and its own length.
        let invalid = |_| DecodeError::InvalidUtf8 { at: 8 };
        std::str::from_utf8(&self.method).map(str::to_owned).map_err(invalid)
    }
}

//! The exception with which a Thrift layer replies when it cannot serve a call.

use std::fmt;

use crate::wire::{DecodeError, Reader, ThriftStruct, WireType, Writer};

/// The Thrift layer of the server could not serve the call.
///
/// The error of a statement is not an exception: it is in the status of a response.
#[derive(Clone, Debug, Default, PartialEq, Eq, thiserror::Error)]
#[error("{kind}: {message}")]
pub struct ApplicationException {
    /// The message of the server.
    pub message: String,
    /// The kind of the exception.
    pub kind: ApplicationExceptionKind,
}

/// The kind of an [`ApplicationException`]: a named number.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ApplicationExceptionKind(pub i32);

impl ApplicationExceptionKind {
    /// Anything else.
    pub const UNKNOWN: Self = Self(0);
    /// There is no such method.
    pub const UNKNOWN_METHOD: Self = Self(1);
    /// The message is not a call.
    pub const INVALID_MESSAGE_TYPE: Self = Self(2);
    /// The reply names another method.
    pub const WRONG_METHOD_NAME: Self = Self(3);
    /// The reply carries another sequence id.
    pub const BAD_SEQUENCE_ID: Self = Self(4);
    /// The method ended without a result.
    pub const MISSING_RESULT: Self = Self(5);
    /// The server failed.
    pub const INTERNAL_ERROR: Self = Self(6);
    /// The bytes are malformed.
    pub const PROTOCOL_ERROR: Self = Self(7);
    /// A transform of the header transport is not supported.
    pub const INVALID_TRANSFORM: Self = Self(8);
    /// The protocol is not supported.
    pub const INVALID_PROTOCOL: Self = Self(9);
    /// Clients of this kind are not supported.
    pub const UNSUPPORTED_CLIENT_TYPE: Self = Self(10);

    /// Returns the name; `None` for an unknown number.
    #[must_use]
    pub const fn name(self) -> Option<&'static str> {
        Some(match self.0 {
            0 => "UNKNOWN",
            1 => "UNKNOWN_METHOD",
            2 => "INVALID_MESSAGE_TYPE",
            3 => "WRONG_METHOD_NAME",
            4 => "BAD_SEQUENCE_ID",
            5 => "MISSING_RESULT",
            6 => "INTERNAL_ERROR",
            7 => "PROTOCOL_ERROR",
            8 => "INVALID_TRANSFORM",
            9 => "INVALID_PROTOCOL",
            10 => "UNSUPPORTED_CLIENT_TYPE",
            _ => return None,
        })
    }
}

impl fmt::Debug for ApplicationExceptionKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name() {
            Some(name) => f.write_str(name),
            None => f.debug_tuple("ApplicationExceptionKind").field(&self.0).finish(),
        }
    }
}

impl fmt::Display for ApplicationExceptionKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name() {
            Some(name) => f.write_str(name),
            None => write!(f, "exception of type {}", self.0),
        }
    }
}

impl ThriftStruct for ApplicationException {
    const NAME: &'static str = "TApplicationException";

    fn read(reader: &mut Reader) -> Result<Self, DecodeError> {
        let mut exception = Self::default();
        reader.begin_struct()?;
        while let Some(field) = reader.next_field()? {
            match (field.id, field.wire_type) {
                (1, WireType::Binary) => exception.message = reader.value()?,
                (2, WireType::I32) => exception.kind = ApplicationExceptionKind(reader.value()?),
                (_, other) => reader.skip(other)?,
            }
        }
        Ok(exception)
    }

    fn write(&self, writer: &mut Writer) {
        writer.field(1, &self.message);
        writer.field(2, &self.kind.0);
        writer.stop();
    }
}

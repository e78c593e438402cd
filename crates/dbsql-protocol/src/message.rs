//! A call, a reply or an exception: one message is one HTTP body.
//!
//! Message heads are strict: four bytes with the version and the type of message, the name of the
//! method and a sequence id. HTTP already pairs responses with requests, so clients send the
//! sequence id 0 and do not check it; servers echo it.

mod exception;
mod head;

use bytes::Bytes;

pub use crate::message::exception::{ApplicationException, ApplicationExceptionKind};
use crate::{
    message::head::{Head, MessageType},
    rpc::Rpc,
    wire::{DecodeError, Reader, ThriftStruct, Value, WireType, Writer, snippet},
};

/// The field id of the request in a call.
const ARGUMENT: i16 = 1;
/// The field id of the response in a reply.
const SUCCESS: i16 = 0;

/// Encodes a call as the body of a request.
///
/// # Panics
///
/// When a string or a list in the request is longer than 2^31-1, the limit of the encoding.
#[must_use]
pub fn encode_call<R: Rpc>(request: &R::Request) -> Bytes {
    encode(MessageType::CALL, R::NAME, 0, ARGUMENT, request)
}

/// Decodes the body of a reply into its response.
///
/// # Errors
///
/// [`ReplyError::Exception`] when the server replied with an exception, [`ReplyError::Decode`] when
/// the body is not a reply to this method.
pub fn decode_reply<R: Rpc>(body: Bytes) -> Result<R::Response, ReplyError> {
    decode_reply_within::<R>(body, usize::MAX)
}

/// Like [`decode_reply`], but allocates at most `budget` bytes. Without a budget, a small body can
/// decode to a response of eight times its size.
///
/// # Errors
///
/// As [`decode_reply`]; [`DecodeError::BudgetExceeded`] when the budget is too small.
pub fn decode_reply_within<R: Rpc>(body: Bytes, budget: usize) -> Result<R::Response, ReplyError> {
    let mut reader = Reader::with_budget(body, budget);
    let head = Head::read(&mut reader)?;
    match head.message_type {
        MessageType::REPLY => {
            head.expect_method(R::NAME)?;
            Ok(read_only_field(&mut reader, SUCCESS, R::NAME, "success")?)
        }
        MessageType::EXCEPTION => {
            let exception = ApplicationException::read(&mut reader)?;
            reader.finish()?;
            Err(ReplyError::Exception(exception))
        }
        MessageType(found) => {
            Err(DecodeError::WrongMessageType { expected: "a reply", found }.into())
        }
    }
}

/// The reason why a reply contains no response.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ReplyError {
    /// The body is not a reply to this call.
    #[error("failed to decode the reply")]
    Decode(#[from] DecodeError),
    /// The Thrift layer of the server rejected the call before anything else saw it.
    #[error("server replied with an exception")]
    Exception(#[source] ApplicationException),
}

/// A call received by a server: the method is known, the arguments are not decoded yet.
#[derive(Debug)]
pub struct Call {
    method: String,
    sequence_id: i32,
    arguments: Bytes,
}

impl Call {
    /// Decodes the head of a body.
    ///
    /// # Errors
    ///
    /// [`DecodeError`] when the body is not Thrift or not a call.
    pub fn decode(body: Bytes) -> Result<Self, DecodeError> {
        let mut reader = Reader::new(body);
        let head = Head::read(&mut reader)?;
        if head.message_type != MessageType::CALL {
            let MessageType(found) = head.message_type;
            return Err(DecodeError::WrongMessageType { expected: "a call", found });
        }
        let method = head.method_name()?;
        let arguments = reader.slice(reader.remaining())?;
        Ok(Self { method, sequence_id: head.sequence_id, arguments })
    }

    /// Returns the name of the method.
    #[must_use]
    pub fn method(&self) -> &str {
        &self.method
    }

    /// Returns the sequence id, which the reply must repeat.
    #[must_use]
    pub fn sequence_id(&self) -> i32 {
        self.sequence_id
    }

    /// Decodes the request. Offsets in errors count from the end of the head.
    ///
    /// # Errors
    ///
    /// [`DecodeError::WrongMethod`] when another method is called; any other [`DecodeError`] when
    /// the request is malformed.
    pub fn arguments<R: Rpc>(&self) -> Result<R::Request, DecodeError> {
        if self.method != R::NAME {
            let found = snippet(self.method.as_bytes());
            return Err(DecodeError::WrongMethod { expected: R::NAME, found });
        }
        let mut reader = Reader::new(self.arguments.clone());
        read_only_field(&mut reader, ARGUMENT, R::NAME, "req")
    }
}

/// Encodes the reply to a call.
///
/// # Panics
///
/// As [`encode_call`].
#[must_use]
pub fn encode_reply<R: Rpc>(sequence_id: i32, response: &R::Response) -> Bytes {
    encode(MessageType::REPLY, R::NAME, sequence_id, SUCCESS, response)
}

/// Encodes an exception as the reply to a call.
///
/// # Panics
///
/// As [`encode_call`].
#[must_use]
pub fn encode_exception(method: &str, sequence_id: i32, exception: &ApplicationException) -> Bytes {
    let mut writer = Writer::new();
    Head::write(&mut writer, MessageType::EXCEPTION, method, sequence_id);
    exception.write(&mut writer);
    writer.finish()
}

fn encode(
    message_type: MessageType,
    method: &str,
    sequence_id: i32,
    id: i16,
    value: &impl ThriftStruct,
) -> Bytes {
    let mut writer = Writer::new();
    Head::write(&mut writer, message_type, method, sequence_id);
    writer.field(id, value);
    writer.stop();
    writer.finish()
}

/// Reads the struct around a request or a response, up to the end of the body.
fn read_only_field<T: ThriftStruct>(
    reader: &mut Reader,
    id: i16,
    method: &'static str,
    name: &'static str,
) -> Result<T, DecodeError> {
    let mut found = None;
    reader.begin_struct()?;
    while let Some(field) = reader.next_field()? {
        if field.id == id && field.wire_type == WireType::Struct {
            found = Some(T::read_value(reader)?);
        } else {
            reader.skip(field.wire_type)?;
        }
    }
    reader.finish()?;
    reader.required(found, method, name)
}

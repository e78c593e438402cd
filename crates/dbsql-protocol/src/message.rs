//! A call, a reply or an exception: one message is one HTTP body.
//!
//! Heads are strict: four bytes with the version and the kind of message, the method's name and a
//! sequence id. HTTP pairs answers with questions, so clients send the sequence id 0 and nobody compares
//! it; servers echo it.

mod exception;
mod head;

use bytes::Bytes;

pub use crate::message::exception::{ApplicationException, ApplicationExceptionKind};
use crate::{
    message::head::{Head, MessageType},
    rpc::Rpc,
    wire::{DecodeError, Reader, ThriftStruct, Value, WireType, Writer, snippet},
};

/// The field of a call that holds the request.
const ARGUMENT: i16 = 1;
/// The field of a reply that holds the response.
const SUCCESS: i16 = 0;

/// The body that calls a method.
///
/// # Panics
///
/// When a text or a list in the request is longer than the 2^31-1 that the wire can say.
#[must_use]
pub fn encode_call<R: Rpc>(request: &R::Request) -> Bytes {
    encode(MessageType::CALL, R::NAME, 0, ARGUMENT, request)
}

/// The response in the body that answers a call.
///
/// # Errors
///
/// [`ReplyError::Exception`] when the server answers with an exception, [`ReplyError::Decode`] when the
/// body is not an answer to this method.
pub fn decode_reply<R: Rpc>(body: Bytes) -> Result<R::Response, ReplyError> {
    decode_reply_within::<R>(body, usize::MAX)
}

/// The response in the body that answers a call, which may take at most `budget` bytes of memory beside
/// the body. Without it, a small body can be a response of eight times its size.
///
/// # Errors
///
/// As [`decode_reply`], [`DecodeError::BudgetExceeded`] among them.
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

/// Why a reply holds no response.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ReplyError {
    /// The body is no reply to this call.
    #[error("reply cannot be decoded")]
    Decode(#[from] DecodeError),
    /// The server's Thrift layer refused the call: nothing else has seen it.
    #[error("server answers with an exception")]
    Exception(#[source] ApplicationException),
}

/// A call as a server receives it: the method is known, the arguments are not read yet.
#[derive(Debug)]
pub struct Call {
    method: String,
    sequence_id: i32,
    arguments: Bytes,
}

impl Call {
    /// Reads the head of a body.
    ///
    /// # Errors
    ///
    /// When the body is not Thrift or not a call.
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

    /// The method that is called.
    #[must_use]
    pub fn method(&self) -> &str {
        &self.method
    }

    /// The number that the answer must carry.
    #[must_use]
    pub fn sequence_id(&self) -> i32 {
        self.sequence_id
    }

    /// Reads the request. Offsets in errors count from the end of the head.
    ///
    /// # Errors
    ///
    /// [`DecodeError::WrongMethod`] when another method is called, and whatever is wrong with the bytes.
    pub fn arguments<R: Rpc>(&self) -> Result<R::Request, DecodeError> {
        if self.method != R::NAME {
            let found = snippet(self.method.as_bytes());
            return Err(DecodeError::WrongMethod { expected: R::NAME, found });
        }
        let mut reader = Reader::new(self.arguments.clone());
        read_only_field(&mut reader, ARGUMENT, R::NAME, "req")
    }
}

/// The body that answers a call.
///
/// # Panics
///
/// As [`encode_call`].
#[must_use]
pub fn encode_reply<R: Rpc>(sequence_id: i32, response: &R::Response) -> Bytes {
    encode(MessageType::REPLY, R::NAME, sequence_id, SUCCESS, response)
}

/// The body that refuses a call.
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

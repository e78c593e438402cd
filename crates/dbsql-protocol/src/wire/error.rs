//! Why bytes are not the value they were taken for.

use crate::wire::WireType;

/// Bytes that cannot be decoded, and where.
///
/// Offsets (`at`) count from the start of the body. No variant holds a value from the body except the
/// short, printable beginnings of bodies that are not Thrift at all and of unexpected method names.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DecodeError {
    /// The body ends in the middle of a value.
    #[error("body ends at byte {at} where {needed} more bytes are needed")]
    Truncated {
        /// Where the value starts.
        at: usize,
        /// How many bytes are missing.
        needed: usize,
    },
    /// A length or a count below zero.
    #[error("negative length {length} at byte {at}")]
    NegativeLength {
        /// Where the length stands.
        at: usize,
        /// The length.
        length: i32,
    },
    /// A length or a count that claims more than the rest of the body can hold.
    #[error("length {length} at byte {at} exceeds the {remaining} bytes that are left")]
    LengthExceedsBody {
        /// Where the length stands.
        at: usize,
        /// The claimed number of bytes or elements.
        length: usize,
        /// The bytes after the length.
        remaining: usize,
    },
    /// The decoded value would take far more memory than the body.
    #[error("value at byte {at} exceeds the memory budget of {budget} bytes")]
    BudgetExceeded {
        /// Where the reader was.
        at: usize,
        /// The whole budget for this body.
        budget: usize,
    },
    /// Structs, lists and maps inside each other beyond [`MAX_DEPTH`](crate::wire::MAX_DEPTH).
    #[error("values are nested deeper than {limit} levels at byte {at}")]
    TooDeep {
        /// Where the reader was.
        at: usize,
        /// The limit.
        limit: usize,
    },
    /// A list or a map whose elements have another type than the field says.
    #[error("elements of wire type {found:?} at byte {at} where {expected:?} is expected")]
    WrongElementType {
        /// Where the type code stands.
        at: usize,
        /// What the field holds.
        expected: WireType,
        /// What the body claims.
        found: WireType,
    },
    /// Text that is not UTF-8.
    #[error("text at byte {at} is not UTF-8")]
    InvalidUtf8 {
        /// Where the text starts.
        at: usize,
    },
    /// A type code that no Thrift type has.
    #[error("unknown wire type {code} at byte {at}")]
    UnknownWireType {
        /// Where the code stands.
        at: usize,
        /// The code.
        code: u8,
    },
    /// A required field is absent, or came with another wire type.
    #[error("required field {field} of {strct} is missing")]
    MissingField {
        /// The struct, or the method when the field is the one that carries its arguments or result.
        strct: &'static str,
        /// The field as the IDL spells it.
        field: &'static str,
    },
    /// A union with more than one member.
    #[error("union {union} has more than one member at byte {at}")]
    ManyUnionMembers {
        /// Where the second member stands.
        at: usize,
        /// The union.
        union: &'static str,
    },
    /// The body is something else: HTML, JSON, compressed bytes.
    #[error("body is not Thrift, it starts with \"{snippet}\"")]
    NotThrift {
        /// The first bytes, at most 64 characters, with a dot for each that is not printable ASCII.
        snippet: String,
    },
    /// A message head of another version, or the old head without one.
    #[error("message head {head:#010x} is not a strict binary protocol head of version 1")]
    BadVersion {
        /// The first four bytes.
        head: u32,
    },
    /// A message of another kind than expected.
    #[error("message type {found} where {expected} is expected")]
    WrongMessageType {
        /// What was expected.
        expected: &'static str,
        /// The code in the head: 1 call, 2 reply, 3 exception, 4 one-way call.
        found: u8,
    },
    /// A message for another method.
    #[error("message for method \"{found}\" where \"{expected}\" is expected")]
    WrongMethod {
        /// The method asked for.
        expected: &'static str,
        /// The method in the head, at most 64 characters, with a dot for each that is not printable
        /// ASCII.
        found: String,
    },
    /// Bytes after the end of the message.
    #[error("{count} bytes follow the end of the message at byte {at}")]
    TrailingBytes {
        /// Where the message ends.
        at: usize,
        /// The bytes after it.
        count: usize,
    },
}

/// The first 64 bytes with a dot for each that is not printable ASCII (quotes included, so that the
/// snippet can stand in quotes).
pub(crate) fn snippet(bytes: &[u8]) -> String {
    let printable = |byte: u8| (byte.is_ascii_graphic() || byte == b' ') && byte != b'"';
    let show = |&byte: &u8| if printable(byte) { char::from(byte) } else { '.' };
    bytes.iter().take(64).map(show).collect()
}

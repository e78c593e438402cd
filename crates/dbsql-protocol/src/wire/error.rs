//! The reasons why bytes cannot be decoded.

use crate::wire::WireType;

/// The error of bytes that cannot be decoded, with its position.
///
/// Offsets (`at`) count from the start of the body. No variant contains values from the body,
/// except the short, printable beginning of a body that is not Thrift at all, and of an unexpected
/// method name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DecodeError {
    /// The body ends in the middle of a value.
    #[error("body ends at byte {at}, {needed} more bytes expected")]
    Truncated {
        /// The offset of the value.
        at: usize,
        /// The number of missing bytes.
        needed: usize,
    },
    /// A negative length or count.
    #[error("negative length {length} at byte {at}")]
    NegativeLength {
        /// The offset of the length.
        at: usize,
        /// The length.
        length: i32,
    },
    /// A length or a count that exceeds the rest of the body.
    #[error("length {length} at byte {at} exceeds the remaining {remaining} bytes")]
    LengthExceedsBody {
        /// The offset of the length.
        at: usize,
        /// The claimed number of bytes or elements.
        length: usize,
        /// The number of bytes after the length.
        remaining: usize,
    },
    /// The decoded value would take far more memory than the body.
    #[error("value at byte {at} exceeds the memory budget of {budget} bytes")]
    BudgetExceeded {
        /// The offset of the reader.
        at: usize,
        /// The whole budget for this body.
        budget: usize,
    },
    /// Structs, lists and maps nested deeper than [`MAX_DEPTH`](crate::wire::MAX_DEPTH).
    #[error("values are nested deeper than {limit} levels at byte {at}")]
    TooDeep {
        /// The offset of the reader.
        at: usize,
        /// The limit.
        limit: usize,
    },
    /// A list or a map whose elements have another type than the field declares.
    #[error("expected elements of wire type {expected:?} at byte {at}, found {found:?}")]
    WrongElementType {
        /// The offset of the type code.
        at: usize,
        /// The type that the field declares.
        expected: WireType,
        /// The type in the body.
        found: WireType,
    },
    /// Text that is not UTF-8.
    #[error("text at byte {at} is not UTF-8")]
    InvalidUtf8 {
        /// The offset of the text.
        at: usize,
    },
    /// An undefined type code.
    #[error("unknown wire type {code} at byte {at}")]
    UnknownWireType {
        /// The offset of the code.
        at: usize,
        /// The code.
        code: u8,
    },
    /// A required field is missing, or has another wire type.
    #[error("required field {field} of {strct} is missing")]
    MissingField {
        /// The struct, or the method if the field is the one that holds its arguments or result.
        strct: &'static str,
        /// The field as the IDL spells it.
        field: &'static str,
    },
    /// A union with more than one member.
    #[error("union {union} has more than one member at byte {at}")]
    ManyUnionMembers {
        /// The offset of the second member.
        at: usize,
        /// The union.
        union: &'static str,
    },
    /// The body is not Thrift: HTML, JSON, compressed bytes.
    #[error("expected Thrift, found a body that starts with \"{snippet}\"")]
    NotThrift {
        /// The first bytes, at most 64, with a dot in place of each byte that is not printable
        /// ASCII.
        snippet: String,
    },
    /// A message head of another version, or the old head without a version.
    #[error("message head {head:#010x} is not version 1 of the strict binary protocol")]
    BadVersion {
        /// The first four bytes.
        head: u32,
    },
    /// A message of another type than expected.
    #[error("expected {expected}, found message type {found}")]
    WrongMessageType {
        /// The expected type.
        expected: &'static str,
        /// The code in the head: 1 call, 2 reply, 3 exception, 4 one-way call.
        found: u8,
    },
    /// A message for another method.
    #[error("expected method \"{expected}\", found \"{found}\"")]
    WrongMethod {
        /// The expected method.
        expected: &'static str,
        /// The method in the head, at most 64 characters, with a dot in place of each byte that is
        /// not printable ASCII.
        found: String,
    },
    /// Bytes after the end of the message.
    #[error("{count} bytes follow the end of the message at byte {at}")]
    TrailingBytes {
        /// The offset of the end of the message.
        at: usize,
        /// The number of bytes after it.
        count: usize,
    },
}

/// Returns the first 64 bytes with a dot in place of each byte that is not printable ASCII or is a
/// quote, so that the snippet can be quoted.
pub(crate) fn snippet(bytes: &[u8]) -> String {
    let printable = |byte: u8| (byte.is_ascii_graphic() || byte == b' ') && byte != b'"';
    let show = |&byte: &u8| if printable(byte) { char::from(byte) } else { '.' };
    bytes.iter().take(64).map(show).collect()
}

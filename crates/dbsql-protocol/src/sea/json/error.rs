//! The reasons why a body is not the expected document.

use crate::sea::at::Fault;

/// The error of a body that cannot be read, with its position.
///
/// Offsets (`at`) count from the start of the body; for a wrong value, they may point behind it. No
/// variant contains strings of a document: a link in it grants access to data.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ReadError {
    /// The body is empty.
    #[error("expected JSON, found an empty body")]
    Empty,
    /// The body is not JSON: HTML, plain text, compressed bytes.
    #[error("expected a JSON object, found a body that starts with \"{excerpt}\"")]
    NotJson {
        /// The first bytes up to a quote, a question mark, an equals sign or an ampersand, at most
        /// 32, with a dot in place of each byte that is not printable ASCII.
        excerpt: String,
    },
    /// The body exceeds [`Limits::bytes`](crate::sea::json::Limits::bytes).
    #[error("body of {found} bytes exceeds the limit of {limit}")]
    TooLarge {
        /// The limit.
        limit: usize,
        /// The length of the body.
        found: usize,
    },
    /// The body exceeds [`Limits::depth`](crate::sea::json::Limits::depth).
    #[error("values are nested deeper than {limit} levels at byte {at}")]
    TooDeep {
        /// The offset of the next level.
        at: usize,
        /// The limit.
        limit: usize,
    },
    /// The body exceeds [`Limits::values`](crate::sea::json::Limits::values).
    #[error("more than {limit} values at byte {at}")]
    TooManyValues {
        /// The offset of the next value.
        at: usize,
        /// The limit.
        limit: usize,
    },
    /// The decoded values would take far more memory than the body.
    #[error("values exceed the memory budget of {budget} bytes at byte {at}")]
    BudgetExceeded {
        /// The offset of the reader.
        at: usize,
        /// The whole budget for this body.
        budget: usize,
    },
    /// The body ends in the middle of a value.
    #[error("JSON ends in the middle of a value at byte {at}")]
    Truncated {
        /// The end of the body.
        at: usize,
    },
    /// The body is not valid JSON, or JSON followed by something else.
    #[error("invalid JSON at byte {at}: {reason}")]
    Syntax {
        /// The offset of the syntax error.
        at: usize,
        /// The description of the syntax error.
        reason: String,
    },
    /// A required field is missing or null.
    #[error("field `{field}` of {record} is missing at byte {at}")]
    MissingField {
        /// The end of the object.
        at: usize,
        /// The type in this crate.
        record: &'static str,
        /// The name of the field on the wire.
        field: &'static str,
    },
    /// A duplicate field.
    #[error("field `{field}` of {record} appears twice at byte {at}")]
    DuplicateField {
        /// The offset of the second occurrence.
        at: usize,
        /// The type in this crate.
        record: &'static str,
        /// The name of the field on the wire.
        field: &'static str,
    },
    /// A value of a wrong type or out of range.
    #[error("field `{field}` of {record} is not {expected}, at byte {at}")]
    WrongValue {
        /// The offset of the value.
        at: usize,
        /// The type in this crate.
        record: &'static str,
        /// The name of the field on the wire.
        field: &'static str,
        /// What was expected.
        expected: &'static str,
    },
    /// The body is JSON, but not an object.
    #[error("expected {record} as a JSON object")]
    NotAnObject {
        /// The type in this crate.
        record: &'static str,
    },
}

impl ReadError {
    pub(super) fn from_parts(fault: Option<Fault>, at: usize, error: &serde_json::Error) -> Self {
        use serde_json::error::Category;
        match (fault, error.classify()) {
            (Some(Fault::Missing { record, field }), _) => Self::MissingField { at, record, field },
            (Some(Fault::Duplicate { record, field }), _) => {
                Self::DuplicateField { at, record, field }
            }
            (Some(Fault::WrongValue { record, field: "", .. }), _) => Self::NotAnObject { record },
            (Some(Fault::WrongValue { record, field, expected }), _) => {
                Self::WrongValue { at, record, field, expected }
            }
            (Some(Fault::OverBudget { budget }), _) => Self::BudgetExceeded { at, budget },
            (None, Category::Eof) => Self::Truncated { at },
            (None, Category::Syntax) => Self::Syntax { at, reason: reason(error) },
            // Values have faults, so this is a key, and serde's error may quote it.
            (None, Category::Data | Category::Io) => {
                Self::Syntax { at, reason: "key is not a string".to_owned() }
            }
        }
    }
}

/// Returns the parser's description of a syntax error, one of its fixed texts, without the
/// position.
fn reason(error: &serde_json::Error) -> String {
    let text = error.to_string();
    match text.rsplit_once(" at line ") {
        Some((reason, _)) => reason.to_owned(),
        None => text,
    }
}

/// Returns the beginning of a body that is not JSON, without anything that may belong to a link or
/// a value.
pub(super) fn excerpt(body: &[u8]) -> String {
    const LONGEST: usize = 32;
    let is_secret = |byte: &u8| matches!(byte, b'"' | b'\'' | b'?' | b'=' | b'&');
    let show = |&byte: &u8| match byte {
        b' '..=b'~' => char::from(byte),
        _ => '.',
    };
    body.trim_ascii_start()
        .iter()
        .take_while(|byte| !is_secret(byte))
        .take(LONGEST)
        .map(show)
        .collect()
}

/// A value that cannot be written.
#[derive(Debug, thiserror::Error)]
#[error("cannot write JSON")]
pub struct WriteError(#[source] pub(super) serde_json::Error);

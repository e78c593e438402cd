//! Why a body is not the document it was taken for.

use crate::sea::at::Fault;

/// A body that cannot be read, and where.
///
/// Offsets (`at`) count from the start of the body; where a value is wrong, they may point behind it. No
/// variant holds text of a document: a link in it is a key to data.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ReadError {
    /// There is nothing.
    #[error("body is empty where JSON is expected")]
    Empty,
    /// The body is something else: HTML, plain text, compressed bytes.
    #[error("body is not a JSON object, it starts with \"{excerpt}\"")]
    NotJson {
        /// The first bytes up to a quote, a question mark, an equals sign or an ampersand, at most 32,
        /// with a dot for each that is not printable ASCII.
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
        /// Where the next level starts.
        at: usize,
        /// The limit.
        limit: usize,
    },
    /// The body exceeds [`Limits::values`](crate::sea::json::Limits::values).
    #[error("more than {limit} values at byte {at}")]
    TooManyValues {
        /// Where the next value starts.
        at: usize,
        /// The limit.
        limit: usize,
    },
    /// The values would take far more memory than the body.
    #[error("values exceed the memory budget of {budget} bytes at byte {at}")]
    BudgetExceeded {
        /// Where the reader was.
        at: usize,
        /// The whole budget for this body.
        budget: usize,
    },
    /// The body ends in the middle of a value.
    #[error("JSON ends in the middle of a value at byte {at}")]
    Truncated {
        /// Where the body ends.
        at: usize,
    },
    /// The body is not JSON, or not only.
    #[error("invalid JSON at byte {at}: {reason}")]
    Syntax {
        /// Where the mistake is.
        at: usize,
        /// What it is.
        reason: String,
    },
    /// A field that has to be there is missing or null.
    #[error("field `{field}` of {record} is missing at byte {at}")]
    MissingField {
        /// Where its object ends.
        at: usize,
        /// The type in this crate.
        record: &'static str,
        /// The field as on the wire.
        field: &'static str,
    },
    /// A field that is there twice.
    #[error("field `{field}` of {record} appears twice at byte {at}")]
    DuplicateField {
        /// Where it is for the second time.
        at: usize,
        /// The type in this crate.
        record: &'static str,
        /// The field as on the wire.
        field: &'static str,
    },
    /// A value of a wrong type or out of range.
    #[error("field `{field}` of {record} is not {expected}, at byte {at}")]
    WrongValue {
        /// Where it is.
        at: usize,
        /// The type in this crate.
        record: &'static str,
        /// The field as on the wire.
        field: &'static str,
        /// What the field holds.
        expected: &'static str,
    },
    /// The body is JSON, but not an object.
    #[error("body is not a JSON object, as {record} is")]
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
            // Values have faults, so this is a key. Its error may quote it.
            (None, Category::Data | Category::Io) => {
                Self::Syntax { at, reason: "name is not a string".to_owned() }
            }
        }
    }
}

/// What the parser says against the syntax, which is one of its own texts, without the position.
fn reason(error: &serde_json::Error) -> String {
    let text = error.to_string();
    match text.rsplit_once(" at line ") {
        Some((reason, _)) => reason.to_owned(),
        None => text,
    }
}

/// The beginning of a body that is not JSON, without anything that may be of a link or a value.
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

//! The reasons why bytes could not be converted to Arrow.

use std::error::Error as StdError;
use std::fmt;

/// A `Result` whose error is [`Error`].
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// The error of bytes that could not be converted to Arrow; its [`kind`](Self::kind) says whether
/// fetching them again may help.
///
/// `Display` prints this level only, and may contain the name of a column as received.
#[derive(Debug)]
pub struct Error {
    kind: ErrorKind,
    message: String,
    row: Option<u64>,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

/// The kinds of [`Error`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The bytes are truncated, damaged or something else. Fetching them again may help.
    Malformed,
    /// The bytes are damaged, and rows returned before are from the same frame, whose checksum
    /// covers all of it: they may be wrong too. Fetching all of them again may help.
    Checksum,
    /// A message is larger than the limit of the decoder.
    TooLarge,
    /// A value cannot be read as its type. Fetching the bytes again does not help.
    Value,
    /// The columns differ from the announced ones. Fetching the bytes again does not help.
    Layout,
}

impl Error {
    /// Returns the kind of the error.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        self.kind
    }

    /// Returns the row with the unreadable value, counted from 0 at the start of the set.
    #[must_use]
    pub fn row(&self) -> Option<u64> {
        self.row
    }

    /// Offsets the row by the number of the set's first row in the result.
    #[must_use]
    pub fn counted_from(mut self, first_row: u64) -> Self {
        self.row = self.row.map(|row| row.saturating_add(first_row));
        self
    }

    /// Returns the cause of the error.
    #[must_use]
    pub fn into_source(self) -> Option<Box<dyn StdError + Send + Sync>> {
        self.source
    }

    pub(crate) fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into(), row: None, source: None }
    }

    pub(crate) fn malformed(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Malformed, message)
    }

    pub(crate) fn with_kind(mut self, kind: ErrorKind) -> Self {
        self.kind = kind;
        self
    }

    pub(crate) fn at_row(mut self, row: u64) -> Self {
        self.row = Some(row);
        self
    }

    pub(crate) fn with_source(mut self, source: impl StdError + Send + Sync + 'static) -> Self {
        self.source = Some(Box::new(source));
        self
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(row) = self.row {
            write!(f, "row {row}: ")?;
        }
        f.write_str(&self.message)
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.source.as_deref().map(|source| source as _)
    }
}

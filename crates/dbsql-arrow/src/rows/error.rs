//! Why a row could not be read as a type.

use std::error::Error as StdError;
use std::fmt::{self, Display, Write as _};

use arrow_schema::DataType;
use serde::de;

/// Values in messages are truncated to this many bytes.
const MAX_VALUE_LENGTH: usize = 200;

/// A `Result` whose error is [`RowError`].
pub(crate) type Result<T, E = RowError> = std::result::Result<T, E>;

/// Returns the result of a slow path, copied. Without the copy, the fast path writes its result to
/// the memory that is passed to the call, instead of to registers.
#[inline(always)]
pub(super) fn copied<T>(result: Result<T>) -> Result<T> {
    let value = result?;
    Ok(value)
}

/// The error of reading rows as a type: the type does not fit the schema, or a value does not fit
/// the type.
///
/// `Display` names the column, its Arrow type and the Rust type, and the row of a value. It may
/// contain column names and values unescaped.
///
/// ```
/// # use std::sync::Arc;
/// # use arrow_array::{ArrayRef, Int64Array, RecordBatch};
/// use dbsql_arrow::rows::RowReader;
///
/// # let count: ArrayRef = Arc::new(Int64Array::from(vec![Some(1), None]));
/// # let batch = RecordBatch::try_from_iter([("count", count)])?;
/// let reader = RowReader::<i64>::new(batch.schema_ref())?;
/// for row in reader.read(&batch)? {
///     match row {
///         Ok(count) => println!("{count}"),
///         Err(error) => assert_eq!(error.row(), Some(1), "{error}"), // it is NULL
///     }
/// }
///
/// let error = RowReader::<bool>::new(batch.schema_ref()).expect_err("the column is a BIGINT");
/// assert!(error.is_schema_mismatch());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct RowError(Box<Inner>);

#[derive(Debug)]
struct Inner {
    cause: Cause,
    message: String,
    /// From the innermost value outwards.
    path: Vec<Segment>,
    arrow_type: Option<DataType>,
    rust_type: Option<String>,
    column: Option<ColumnIndex>,
    row: Option<u64>,
    wanted: Option<Wanted>,
}

/// What does not fit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Cause {
    /// No column for a field.
    Missing,
    /// The columns as a whole, such as their number.
    Columns,
    /// The type of a column.
    Type,
    /// A NULL.
    Null,
    /// A value.
    Value,
}

#[derive(Debug)]
enum Segment {
    Member(String),
    Index(usize),
    Entry,
}

/// The index of a column in the row, and how it was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ColumnIndex {
    Named(usize),
    Positional(usize),
}

/// What would have been accepted instead of a value.
#[derive(Clone, Copy, Debug)]
pub(super) enum Wanted {
    OneOf(&'static [&'static str]),
    Length(usize),
}

impl RowError {
    fn new(cause: Cause, message: impl Into<String>) -> Self {
        Self(Box::new(Inner {
            cause,
            message: message.into(),
            path: Vec::new(),
            arrow_type: None,
            rust_type: None,
            column: None,
            row: None,
            wanted: None,
        }))
    }

    /// The columns as a whole do not fit.
    pub(super) fn columns(message: impl Into<String>) -> Self {
        Self::new(Cause::Columns, message)
    }

    /// The type of the column does not fit, whatever its values.
    pub(super) fn wrong_type(message: impl Into<String>) -> Self {
        Self::new(Cause::Type, message)
    }

    /// A NULL for a type that is not optional.
    pub(super) fn null() -> Self {
        Self::new(Cause::Null, "")
    }

    /// A value does not fit.
    pub(super) fn value(message: impl Into<String>) -> Self {
        Self::new(Cause::Value, message)
    }

    /// Converts a type error of a NULL value into the error about the NULL.
    pub(super) fn or_null(self) -> Self {
        if self.0.cause == Cause::Type && self.0.path.is_empty() { Self::null() } else { self }
    }

    /// Converts a type error that depends on the value into an error about the value.
    pub(super) fn or_value(self, message: impl FnOnce() -> String) -> Self {
        if self.0.cause == Cause::Type { Self::value(message()) } else { self }
    }

    pub(super) fn wanting(mut self, wanted: Wanted) -> Self {
        self.0.wanted = Some(wanted);
        self
    }

    /// Returns whether the type does not fit the schema, whatever the rows contain.
    #[must_use]
    pub fn is_schema_mismatch(&self) -> bool {
        matches!(self.0.cause, Cause::Missing | Cause::Columns | Cause::Type)
    }

    /// Returns the number of the row that does not fit, from 0 at the start of the batch; `None`
    /// for a schema mismatch.
    #[must_use]
    pub fn row(&self) -> Option<u64> {
        self.0.row
    }

    /// Makes the row number relative to a result in which the first row of the batch has this
    /// number.
    #[must_use]
    pub fn counted_from(mut self, first_row: u64) -> Self {
        self.0.row = self.0.row.map(|row| row.saturating_add(first_row));
        self
    }

    pub(super) fn at_row(mut self, row: usize) -> Self {
        self.0.row = Some(row as u64);
        self
    }

    /// Adds the type of the column and the `rust_type` that was read from it.
    pub(super) fn of(mut self, arrow_type: &DataType, rust_type: &str) -> Self {
        let Inner { cause, path, .. } = &*self.0;
        if self.0.arrow_type.is_none() && (*cause != Cause::Missing || path.is_empty()) {
            self.0.arrow_type = Some(arrow_type.clone());
            // The private type that serde generates for `#[serde(with = ..)]`.
            if !rust_type.contains("__DeserializeWith") {
                self.0.rust_type = Some(short(rust_type));
            }
        }
        self
    }

    #[cold]
    pub(super) fn in_column(mut self, name: &str, column: ColumnIndex) -> Self {
        self.0.column = Some(column);
        self.0.path.push(Segment::Member(name.to_owned()));
        self
    }

    pub(super) fn in_item(mut self, index: usize) -> Self {
        self.0.path.push(Segment::Index(index));
        self
    }

    pub(super) fn in_entry(mut self) -> Self {
        self.0.path.push(Segment::Entry);
        self
    }

    /// Adds the type of the row, unless there is a more specific type.
    pub(super) fn in_row_type(mut self, rust_type: &str) -> Self {
        if self.0.rust_type.is_none() {
            self.0.rust_type = Some(short(rust_type));
        }
        self
    }

    pub(super) fn is_about_a_value(&self) -> bool {
        self.0.cause == Cause::Value
    }

    pub(super) fn is_wrong_type(&self) -> bool {
        self.0.cause == Cause::Type
    }

    /// Returns the outermost column of the error; `None` if it is unknown.
    pub(super) fn column(&self) -> Option<ColumnIndex> {
        self.0.column
    }

    pub(super) fn wanted(&self) -> Option<Wanted> {
        self.0.wanted
    }

    /// Returns the field without a column, if a column of the row is missing.
    pub(super) fn missing_column(&self) -> Option<&str> {
        let is_outermost = self.0.path.is_empty();
        (self.0.cause == Cause::Missing && is_outermost).then_some(&*self.0.message)
    }

    /// Converts it into a schema mismatch, since no value of the column would fit.
    pub(super) fn whatever_the_value(mut self) -> Self {
        self.0.cause = Cause::Type;
        self.0.row = None;
        self
    }

    fn path(&self) -> String {
        let mut path = String::new();
        for segment in self.0.path.iter().rev() {
            match segment {
                Segment::Member(name) if path.is_empty() => path.push_str(name),
                Segment::Member(name) => _ = write!(path, ".{name}"),
                Segment::Index(index) => _ = write!(path, "[{index}]"),
                Segment::Entry => path.push_str("{}"),
            }
        }
        path
    }
}

impl Display for RowError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Inner { cause, message, arrow_type, rust_type, row, .. } = &*self.0;
        if let Some(row) = row {
            write!(f, "row {row}: ")?;
        }
        let path = self.path();
        let rust_type = rust_type.as_deref().unwrap_or("the row type");
        match (cause, &*path) {
            (Cause::Missing, "") => {
                return write!(f, "there is no column `{message}`, which `{rust_type}` needs");
            }
            (Cause::Missing, _) => {
                return write!(
                    f,
                    "column `{path}` has no field `{message}`, which `{rust_type}` needs"
                );
            }
            (Cause::Columns, "") => {
                return write!(f, "the columns cannot be read as `{rust_type}`: {message}");
            }
            (_, "") => write!(f, "a column")?,
            _ => write!(f, "column `{path}`")?,
        }
        if let Some(arrow_type) = arrow_type {
            write!(f, " of type {arrow_type}")?;
        }
        match cause {
            Cause::Null => write!(
                f,
                " is NULL, which `{rust_type}` cannot be: read it as `Option<{rust_type}>`"
            ),
            _ => write!(f, " cannot be read as `{rust_type}`: {message}"),
        }
    }
}

impl StdError for RowError {}

impl de::Error for RowError {
    fn custom<T: Display>(message: T) -> Self {
        Self::value(cut(message.to_string()))
    }

    fn invalid_type(_: de::Unexpected<'_>, expected: &dyn de::Expected) -> Self {
        Self::wrong_type(format!("expected {expected}"))
    }

    fn invalid_value(unexpected: de::Unexpected<'_>, expected: &dyn de::Expected) -> Self {
        Self::value(format!("{}, expected {expected}", cut(unexpected.to_string())))
    }

    fn unknown_variant(variant: &str, expected: &'static [&'static str]) -> Self {
        let message = format!("`{}` is not one of its variants", cut(variant.to_owned()));
        Self::value(message).wanting(Wanted::OneOf(expected))
    }

    fn unknown_field(field: &str, _: &'static [&'static str]) -> Self {
        Self::columns(format!("it has no field for the column `{field}`"))
    }

    fn missing_field(field: &'static str) -> Self {
        Self::new(Cause::Missing, field)
    }

    fn duplicate_field(field: &'static str) -> Self {
        Self::columns(format!("several columns are for its field `{field}`"))
    }
}

fn cut(mut value: String) -> String {
    if value.len() > MAX_VALUE_LENGTH {
        let end = (0..=MAX_VALUE_LENGTH).rev().find(|at| value.is_char_boundary(*at));
        value.truncate(end.unwrap_or(0));
        value.push_str("...");
    }
    value
}

/// Returns the name of a type without module paths: `Option<String>`.
fn short(name: &str) -> String {
    let mut short = String::with_capacity(name.len());
    let mut start = 0;
    for character in name.chars() {
        match character {
            // The text before it is a module path.
            ':' => short.truncate(start),
            _ => {
                short.push(character);
                let is_name = character.is_alphanumeric() || character == '_';
                if !is_name {
                    start = short.len();
                }
            }
        }
    }
    short
}

#[cfg(test)]
mod tests {
    use std::any::type_name;
    use std::collections::BTreeMap;

    use super::*;

    #[test]
    fn type_names_lose_their_modules() {
        for (name, expected) in [
            (type_name::<i64>(), "i64"),
            (type_name::<Option<String>>(), "Option<String>"),
            (type_name::<BTreeMap<String, Vec<RowError>>>(), "BTreeMap<String, Vec<RowError>>"),
            (type_name::<(u8, String)>(), "(u8, String)"),
            (type_name::<&[String]>(), "&[String]"),
        ] {
            assert_eq!(short(name), expected);
        }
    }

    #[test]
    fn long_values_are_cut_at_a_character() {
        let text = "ä".repeat(MAX_VALUE_LENGTH);
        assert_eq!(cut(text), format!("{}...", "ä".repeat(MAX_VALUE_LENGTH / 2)));
        assert_eq!(cut("short".to_owned()), "short");
    }
}

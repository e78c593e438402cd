//! Rows as a custom type, by serde.
//!
//! ```
//! # use std::sync::Arc;
//! # use arrow_array::{ArrayRef, Int64Array, RecordBatch, StringArray};
//! use dbsql_arrow::rows::RowReader;
//!
//! #[derive(Debug, PartialEq, serde::Deserialize)]
//! struct City {
//!     id: i64,
//!     name: Option<String>,
//! }
//!
//! # let id: ArrayRef = Arc::new(Int64Array::from(vec![1, 2]));
//! # let name: ArrayRef = Arc::new(StringArray::from(vec![Some("Zürich"), None]));
//! # let batch = RecordBatch::try_from_iter([("id", id), ("name", name)]).unwrap();
//! // The type is checked against the schema here, without a row.
//! let reader = RowReader::<City>::new(batch.schema_ref())?;
//! let cities = reader.read(&batch)?.collect::<Result<Vec<_>, _>>()?;
//! assert_eq!(cities[0], City { id: 1, name: Some("Zürich".to_owned()) });
//! assert_eq!(cities[1], City { id: 2, name: None });
//! # Ok::<(), dbsql_arrow::rows::RowError>(())
//! ```
//!
//! # Supported types
//!
//! | Type of the row | Read from |
//! |---|---|
//! | a struct | the columns with the names of its fields; others are ignored |
//! | a map, or a type that accepts any data | all columns by name |
//! | a tuple, a tuple struct or an array | all columns in order; it must have as many fields |
//! | a newtype | as its inner type |
//! | any other type | the only column |
//!
//! | Arrow | Rust |
//! |---|---|
//! | integers | any integer that holds the value, and a float that equals it |
//! | `Float32`, `Float64` | `f64`; `f32` for `Float32` |
//! | `Decimal128` | text, so also decimal types; [`Unscaled`]; integers if the scale is 0 |
//! | `Utf8` | text; an enum with the variant of that name |
//! | `Binary` | bytes: `Vec<u8>`, an array of that length |
//! | `Date32` | text, `2024-02-29` |
//! | `Timestamp` | text, `2024-02-29T12:34:56.120000`; with a time zone converted to UTC and followed by `Z` |
//! | `Time64` | text, `12:34:56` |
//! | `Duration`, `Interval` | text, ISO 8601: `PT26H3M4S`, `P1Y2M`, `P14M3DT0.500000000S` |
//! | lists | sequences, tuples and arrays |
//! | `Map` | maps; structs by their keys; sequences of pairs |
//! | `Struct` | as a row |
//! | NULL | `Option`, `()` |
//!
//! A value that is read as text fits every type that parses it, such as those of chrono, jiff and
//! rust_decimal.

mod cell;
mod check;
mod column;
mod error;
mod record;
mod sample;
#[cfg(test)]
mod tests;
mod text;
mod unscaled;

use std::any::type_name;
use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use arrow_array::RecordBatch;
use arrow_schema::SchemaRef;
use serde::de::DeserializeOwned;

use self::column::{FieldMatching, Record};
pub use self::error::RowError;
use self::record::Row;
pub use self::unscaled::Unscaled;

/// Reads the rows of batches with one schema as `T`.
///
/// ```
/// # use std::sync::Arc;
/// # use arrow_array::{ArrayRef, Int64Array, RecordBatch, StringArray};
/// use dbsql_arrow::rows::RowReader;
///
/// # let id: ArrayRef = Arc::new(Int64Array::from(vec![1, 2]));
/// # let name: ArrayRef = Arc::new(StringArray::from(vec!["a", "b"]));
/// # let batch = RecordBatch::try_from_iter([("id", id), ("name", name)])?;
/// let reader = RowReader::<(i64, String)>::new(batch.schema_ref())?;
/// for row in reader.read(&batch)? {
///     let (id, name) = row?;
///     println!("{id}: {name}");
/// }
///
/// // A type that does not fit is found before the first row.
/// assert!(RowReader::<(i64, bool)>::new(batch.schema_ref()).is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct RowReader<T> {
    schema: SchemaRef,
    matching: FieldMatching,
    row_type: PhantomData<fn() -> T>,
}

impl<T: DeserializeOwned> RowReader<T> {
    /// Returns a reader for batches with this schema.
    ///
    /// # Errors
    ///
    /// A [schema mismatch](RowError::is_schema_mismatch): the type does not fit the schema,
    /// whatever the rows are. A field has no column, or a column has another type. The check uses
    /// sample values. If a field parses text or checks numbers and rejects all samples, errors of
    /// later fields of a tuple, or missing columns of fields declared after it, are found with the
    /// first row only.
    pub fn new(schema: &SchemaRef) -> Result<Self, RowError> {
        let matching = check::check::<T>(schema.fields())?;
        Ok(Self { schema: Arc::clone(schema), matching, row_type: PhantomData })
    }

    /// Returns an iterator over the rows of a batch.
    ///
    /// # Errors
    ///
    /// A [schema mismatch](RowError::is_schema_mismatch): the batch has another schema, which the
    /// type does not fit.
    pub fn read(&self, batch: &RecordBatch) -> Result<BatchRows<T>, RowError> {
        let schema = batch.schema_ref();
        let is_same = Arc::ptr_eq(schema, &self.schema) || schema.fields() == self.schema.fields();
        let matching = if is_same { self.matching } else { check::check::<T>(schema.fields())? };
        Ok(BatchRows {
            record: Record::new(schema.fields(), batch.columns(), matching),
            next: 0,
            end: batch.num_rows(),
            row_type: PhantomData,
        })
    }
}

impl<T> fmt::Debug for RowReader<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RowReader").field("row_type", &type_name::<T>()).finish_non_exhaustive()
    }
}

/// The rows of one batch. A row that does not fit is an error, and the next one follows.
pub struct BatchRows<T> {
    record: Record,
    next: usize,
    end: usize,
    row_type: PhantomData<fn() -> T>,
}

impl<T: DeserializeOwned> Iterator for BatchRows<T> {
    type Item = Result<T, RowError>;

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        if self.next >= self.end {
            return None;
        }
        let row = self.next;
        self.next += 1;
        let read = Row::<false> { record: &self.record, row }.read();
        Some(read.map_err(|error| error.at_row(row)))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let left = self.end.saturating_sub(self.next);
        (left, Some(left))
    }
}

impl<T: DeserializeOwned> ExactSizeIterator for BatchRows<T> {}

impl<T> fmt::Debug for BatchRows<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BatchRows")
            .field("row_type", &type_name::<T>())
            .field("next", &self.next)
            .field("end", &self.end)
            .finish_non_exhaustive()
    }
}

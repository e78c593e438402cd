//! The results of statements and metadata calls.

use arrow_array::RecordBatch;
use arrow_schema::SchemaRef;

use crate::engine::EncodedRows;
use crate::result::text::text;
use crate::result::types::sql_name;

/// The metadata key of an Arrow field for its SQL type, such as `DECIMAL(10,2)`. A field without it
/// gets the default name for its Arrow type.
pub const SQL_TYPE_NAME: &str = "Spark:DataType:SqlName";

/// The metadata key of an Arrow field for the comment of a column in a [`Table`].
pub const COLUMN_COMMENT: &str = "comment";

/// The result of a statement.
///
/// The service sends the columns unchanged, so an engine should use only types that a warehouse
/// sends: `Boolean`, signed integers, floats, `Utf8`, `Binary`, `Date32`, timestamps in
/// microseconds, `Decimal128`, `Null`, `List`, `Map`, `Struct`, intervals by year and month, and
/// durations in microseconds. A statement that only modifies rows may leave the schema without
/// columns: the service then returns one row with their number.
///
/// ```
/// use std::sync::Arc;
/// use arrow_array::{ArrayRef, Int32Array, RecordBatch, StringArray};
/// use dbsql_local::engine::QueryOutput;
///
/// let id: ArrayRef = Arc::new(Int32Array::from(vec![1, 2]));
/// let name: ArrayRef = Arc::new(StringArray::from(vec![Some("a"), None]));
/// let batch = RecordBatch::try_from_iter([("id", id), ("name", name)])?;
/// let output = QueryOutput::new(batch.schema(), vec![batch]);
/// assert_eq!(output.type_names(), ["INT", "STRING"]);
/// assert_eq!(output.rows_as_text()[1], [Some("2".to_owned()), None]);
/// # Ok::<(), arrow_schema::ArrowError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct QueryOutput {
    /// The columns, with their SQL types under [`SQL_TYPE_NAME`] where the default is wrong.
    pub schema: SchemaRef,
    /// The rows, in order.
    pub batches: Vec<RecordBatch>,
    /// The number of rows that the statement modified, if it modifies rows.
    pub rows_affected: Option<u64>,
    /// The rows in wire form. If present, `batches` is ignored.
    pub encoded: Option<EncodedRows>,
}

impl QueryOutput {
    /// Creates a result with rows.
    #[must_use]
    pub fn new(schema: SchemaRef, batches: Vec<RecordBatch>) -> Self {
        Self { schema, batches, rows_affected: None, encoded: None }
    }

    /// Creates a result with encoded rows, which must have been encoded with this schema.
    #[must_use]
    pub fn encoded(schema: SchemaRef, rows: EncodedRows) -> Self {
        Self { encoded: Some(rows), ..Self::new(schema, Vec::new()) }
    }

    /// Returns the SQL type of each column, such as `DECIMAL(10,2)`.
    #[must_use]
    pub fn type_names(&self) -> Vec<String> {
        self.schema.fields().iter().map(|field| sql_name(field)).collect()
    }

    /// Returns the rows of `batches` as clients see them that read no Arrow: each value as text, a nested
    /// one as JSON, and `None` for NULL.
    #[must_use]
    pub fn rows_as_text(&self) -> Vec<Vec<Option<String>>> {
        let rows = |batch: &RecordBatch| {
            let columns = batch.columns().to_vec();
            (0..batch.num_rows())
                .map(move |row| columns.iter().map(|column| text(column, row)).collect())
                .collect::<Vec<_>>()
        };
        self.batches.iter().flat_map(rows).collect()
    }
}

/// A table as returned by metadata calls.
#[derive(Clone, Debug, PartialEq)]
pub struct Table {
    /// Its catalog.
    pub catalog: String,
    /// Its schema.
    pub schema: String,
    /// Its name.
    pub name: String,
    /// `TABLE`, `VIEW` or another type that clients filter by.
    pub table_type: String,
    /// Its columns, with their comments under [`COLUMN_COMMENT`].
    pub columns: SchemaRef,
}

//! What a statement returns, and what metadata calls show.

use arrow_array::RecordBatch;
use arrow_schema::SchemaRef;

use crate::engine::EncodedRows;

/// The key in the metadata of an Arrow field under which its SQL type stands, such as
/// `DECIMAL(10,2)`. A field without it gets the usual name for its Arrow type.
pub const SQL_TYPE_NAME: &str = "Spark:DataType:SqlName";

/// The result of a statement.
///
/// The service sends the columns as they are, so an engine should stay with the types that a
/// warehouse sends: `Boolean`, signed integers, floats, `Utf8`, `Binary`, `Date32`, timestamps in
/// microseconds, `Decimal128`, `Null`, `List`, `Map`, `Struct`, intervals by year and month, and
/// durations in microseconds. A statement that only changes rows may leave the schema without
/// columns: the service then answers with the one row that tells their number.
#[derive(Clone, Debug, PartialEq)]
pub struct QueryOutput {
    /// The columns, with their SQL types under [`SQL_TYPE_NAME`] where the usual one is wrong.
    pub schema: SchemaRef,
    /// The rows, in order.
    pub batches: Vec<RecordBatch>,
    /// How many rows a statement changed that changes rows.
    pub rows_affected: Option<u64>,
    /// The rows in the form in which they are sent. Then `batches` does not count.
    pub encoded: Option<EncodedRows>,
}

impl QueryOutput {
    /// A result of rows.
    #[must_use]
    pub fn new(schema: SchemaRef, batches: Vec<RecordBatch>) -> Self {
        Self { schema, batches, rows_affected: None, encoded: None }
    }

    /// A result of rows that are encoded already. They must have been encoded with this schema.
    #[must_use]
    pub fn encoded(schema: SchemaRef, rows: EncodedRows) -> Self {
        Self { encoded: Some(rows), ..Self::new(schema, Vec::new()) }
    }
}

/// A table as metadata calls show it.
#[derive(Clone, Debug, PartialEq)]
pub struct Table {
    /// The catalog it belongs to.
    pub catalog: String,
    /// The schema it belongs to.
    pub schema: String,
    /// Its name.
    pub name: String,
    /// `TABLE`, `VIEW` or another word that clients filter by.
    pub table_type: String,
    /// Its columns.
    pub columns: SchemaRef,
}

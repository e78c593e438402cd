//! The types that are sent natively in Arrow, and those sent as text.

use std::sync::Arc;

use arrow_array::{Array, ArrayRef, RecordBatch, RecordBatchOptions, StringArray};
use arrow_schema::{DataType, Schema, SchemaRef};

use crate::engine::SqlError;
use crate::result::{not_encoded, text};

/// The types that a client accepts as native Arrow types. Others are sent as text.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct NativeTypes {
    pub(crate) timestamp: bool,
    pub(crate) decimal: bool,
    pub(crate) complex: bool,
    pub(crate) interval: bool,
    pub(crate) null: bool,
}

impl NativeTypes {
    /// Accepts every type natively.
    pub(crate) fn all() -> Self {
        Self { timestamp: true, decimal: true, complex: true, interval: true, null: true }
    }

    fn keeps(self, data_type: &DataType) -> bool {
        match data_type {
            DataType::Timestamp(..) => self.timestamp,
            DataType::Interval(_) | DataType::Duration(_) => self.interval,
            DataType::Null => self.null,
            other if other.is_decimal() => self.decimal,
            other => self.complex || !other.is_nested(),
        }
    }
}

/// Converts values that must not be sent natively to text.
pub(super) fn adapt(
    schema: &SchemaRef,
    batches: &[RecordBatch],
    native: NativeTypes,
) -> Result<(SchemaRef, Vec<RecordBatch>), SqlError> {
    if schema.fields().iter().all(|field| native.keeps(field.data_type())) {
        return Ok((Arc::clone(schema), batches.to_vec()));
    }
    let fields: Vec<_> = schema
        .fields()
        .iter()
        .map(|field| match native.keeps(field.data_type()) {
            true => Arc::clone(field),
            false => Arc::new(field.as_ref().clone().with_data_type(DataType::Utf8)),
        })
        .collect();
    let adapted = Arc::new(Schema::new_with_metadata(fields, schema.metadata().clone()));
    let batch = |batch: &RecordBatch| {
        let column = |column: &ArrayRef| match native.keeps(column.data_type()) {
            true => Arc::clone(column),
            false => as_text(column),
        };
        let columns = batch.columns().iter().map(column).collect();
        let options = RecordBatchOptions::new().with_row_count(Some(batch.num_rows()));
        let schema = Arc::clone(&adapted);
        RecordBatch::try_new_with_options(schema, columns, &options).map_err(not_encoded)
    };
    let batches = batches.iter().map(batch).collect::<Result<_, _>>()?;
    Ok((adapted, batches))
}

fn as_text(column: &ArrayRef) -> ArrayRef {
    let texts: StringArray = (0..column.len()).map(|row| text::text(column, row)).collect();
    Arc::new(texts)
}

//! Converts DataFusion's results to those of the engine.

use std::sync::Arc;

use arrow_array::{ArrayRef, RecordBatch, RecordBatchOptions};
use arrow_schema::{ArrowError, DataType, Field, Schema, SchemaRef};
use datafusion::arrow::compute::{CastOptions, cast_with_options};

use super::types::outer_type;

/// Converts batches to plain types and the right names.
#[derive(Debug)]
pub(super) struct Outer {
    schema: SchemaRef,
}

impl Outer {
    /// Creates the conversion for rows of this schema, whose columns will be called `names`.
    pub(super) fn new(inner: &Schema, names: &[String]) -> Self {
        let fields = inner.fields().iter().zip(names).map(|(field, name)| {
            let data_type = outer_type(field.data_type());
            Field::new(name, data_type, field.is_nullable())
        });
        let fields: Vec<_> = fields.collect();
        // Without metadata, which is internal to the engine.
        Self { schema: Arc::new(Schema::new(fields)) }
    }

    pub(super) fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    pub(super) fn batch(&self, batch: &RecordBatch) -> Result<RecordBatch, ArrowError> {
        let columns = batch
            .columns()
            .iter()
            .zip(self.schema.fields())
            .map(|(column, field)| to_type(column, field.data_type()))
            .collect::<Result<Vec<_>, _>>()?;
        let options = RecordBatchOptions::new().with_row_count(Some(batch.num_rows()));
        RecordBatch::try_new_with_options(Arc::clone(&self.schema), columns, &options)
    }
}

/// Converts the column to this type; a value out of range is an error.
pub(super) fn to_type(column: &ArrayRef, data_type: &DataType) -> Result<ArrayRef, ArrowError> {
    if column.data_type() == data_type {
        return Ok(Arc::clone(column));
    }
    let options = CastOptions { safe: false, ..CastOptions::default() };
    cast_with_options(column, data_type, &options)
}

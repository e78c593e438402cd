//! Small tables of strings and numbers.

use std::sync::Arc;

use arrow_array::{ArrayRef, Int32Array, RecordBatch, StringArray};
use arrow_schema::{DataType, Field, Schema};

use crate::engine::{QueryOutput, SqlError};

/// The type of a column.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Kind {
    Text,
    Number,
}

/// A value; a value of another type than its column is NULL.
#[derive(Clone, Debug)]
pub(crate) enum Cell {
    Text(String),
    Number(i32),
    Null,
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<i32> for Cell {
    fn from(number: i32) -> Self {
        Self::Number(number)
    }
}

/// Returns the result with these columns and rows; missing values of a row are NULL.
pub(crate) fn grid(columns: &[(&str, Kind)], rows: &[Vec<Cell>]) -> Result<QueryOutput, SqlError> {
    let fields = columns.iter().map(|(name, kind)| {
        let data_type = match kind {
            Kind::Text => DataType::Utf8,
            Kind::Number => DataType::Int32,
        };
        Field::new(*name, data_type, true)
    });
    let schema = Arc::new(Schema::new(fields.collect::<Vec<_>>()));
    let arrays = columns.iter().enumerate().map(|(index, (_, kind))| -> ArrayRef {
        let cells = rows.iter().map(|row| row.get(index));
        match kind {
            Kind::Text => Arc::new(StringArray::from_iter(cells.map(|cell| match cell {
                Some(Cell::Text(text)) => Some(text),
                _ => None,
            }))),
            Kind::Number => Arc::new(Int32Array::from_iter(cells.map(|cell| match cell {
                Some(Cell::Number(number)) => Some(*number),
                _ => None,
            }))),
        }
    });
    let batch = RecordBatch::try_new(Arc::clone(&schema), arrays.collect());
    let batch = batch.map_err(|error| SqlError::internal(error.to_string()))?;
    Ok(QueryOutput::new(schema, vec![batch]))
}

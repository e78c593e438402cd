//! Tests of reading rows through the public API.

mod mismatches;
mod random;
mod shapes;
mod values;

use std::sync::Arc;

use arrow_array::{ArrayRef, RecordBatch};
use serde::de::DeserializeOwned;

use super::{RowError, RowReader};

fn batch<const N: usize>(columns: [(&str, ArrayRef); N]) -> RecordBatch {
    RecordBatch::try_from_iter_with_nullable(columns.map(|(name, array)| (name, array, true)))
        .unwrap()
}

fn array(array: impl arrow_array::Array + 'static) -> ArrayRef {
    Arc::new(array)
}

fn read<T: DeserializeOwned>(batch: &RecordBatch) -> Result<Vec<T>, RowError> {
    RowReader::new(batch.schema_ref())?.read(batch)?.collect()
}

/// Reads one column as single values.
fn read_column<T: DeserializeOwned>(column: ArrayRef) -> Result<Vec<T>, RowError> {
    read(&batch([("c", column)]))
}

/// Returns the error of the schema check.
fn schema_error<T: DeserializeOwned>(batch: &RecordBatch) -> String {
    let error = RowReader::<T>::new(batch.schema_ref()).unwrap_err();
    assert!(error.is_schema_mismatch(), "{error}");
    assert_eq!(error.row(), None, "{error}");
    error.to_string()
}

/// Returns the error of the first row that does not fit, where the type fits the schema.
fn row_error<T: DeserializeOwned>(batch: &RecordBatch) -> String {
    let reader = RowReader::<T>::new(batch.schema_ref()).unwrap();
    let error = reader.read(batch).unwrap().find_map(Result::err).unwrap();
    assert!(!error.is_schema_mismatch(), "{error}");
    error.to_string()
}

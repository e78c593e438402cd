//! What a caller sees of reading rows.

mod misfits;
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

/// The rows of one column of single values.
fn read_column<T: DeserializeOwned>(column: ArrayRef) -> Result<Vec<T>, RowError> {
    read(&batch([("c", column)]))
}

/// The error before there is a row.
fn misfit<T: DeserializeOwned>(batch: &RecordBatch) -> String {
    let error = RowReader::<T>::new(batch.schema_ref()).unwrap_err();
    assert!(error.is_schema_mismatch(), "{error}");
    assert_eq!(error.row(), None, "{error}");
    error.to_string()
}

/// The error of a row, whose type fits.
fn misread<T: DeserializeOwned>(batch: &RecordBatch) -> String {
    let reader = RowReader::<T>::new(batch.schema_ref()).unwrap();
    let error = reader.read(batch).unwrap().find_map(Result::err).unwrap();
    assert!(!error.is_schema_mismatch(), "{error}");
    error.to_string()
}

//! Types and values that do not fit.

use arrow_array::{Int64Array, StringArray};
use serde::Deserialize;

use super::{array, batch, misfit, misread, read};

#[derive(Debug, Deserialize)]
struct Row {
    #[serde(rename = "id")]
    _id: i64,
    #[serde(rename = "name")]
    _name: String,
}

#[test]
fn missing_column_is_found_without_rows() {
    let batch = batch([("id", array(Int64Array::from(Vec::<i64>::new())))]);
    assert_eq!(misfit::<Row>(&batch), "there is no column `name`, which `Row` needs");
}

#[test]
fn wrong_type_is_found_without_rows_and_behind_a_null() {
    for ids in [vec![], vec![None], vec![Some("1")]] {
        let names = StringArray::from(vec!["a"; ids.len()]);
        let batch = batch([("id", array(StringArray::from(ids))), ("name", array(names))]);
        assert_eq!(
            misfit::<Row>(&batch),
            "column `id` of type Utf8 cannot be read as `i64`: expected i64"
        );
    }
}

#[test]
fn null_names_column_row_and_both_types() {
    let batch = batch([
        ("id", array(Int64Array::from(vec![1, 2]))),
        ("name", array(StringArray::from(vec![Some("a"), None]))),
    ]);
    assert_eq!(
        misread::<Row>(&batch),
        "row 1: column `name` of type Utf8 is NULL, which `String` cannot be: read it as \
         `Option<String>`"
    );
}

#[test]
fn number_out_of_range_names_column_row_and_value() {
    let batch = batch([("n", array(Int64Array::from(vec![1, 300])))]);
    assert_eq!(
        misread::<(u8,)>(&batch),
        "row 1: column `n` of type Int64 cannot be read as `u8`: integer `300`, expected u8"
    );
}

#[test]
fn rows_go_on_behind_one_that_does_not_fit() {
    let batch = batch([("n", array(Int64Array::from(vec![1, 300, 2])))]);
    let reader = super::RowReader::<u8>::new(batch.schema_ref()).unwrap();
    let rows: Vec<_> = reader.read(&batch).unwrap().map(Result::ok).collect();
    assert_eq!(rows, [Some(1), None, Some(2)]);
    assert!(read::<u8>(&batch).is_err());
}

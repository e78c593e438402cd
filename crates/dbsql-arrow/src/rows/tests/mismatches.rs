//! Types and values that do not fit.

use arrow_array::types::Int64Type;
use arrow_array::{Int64Array, ListArray, RecordBatch, StringArray, TimestampMicrosecondArray};
use serde::Deserialize;

use super::{array, batch, read, row_error, schema_error};

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
    assert_eq!(schema_error::<Row>(&batch), "there is no column `name`, which `Row` needs");
}

#[test]
fn wrong_type_is_found_without_rows_and_after_a_null() {
    for ids in [vec![], vec![None], vec![Some("1")]] {
        let names = StringArray::from(vec!["a"; ids.len()]);
        let batch = batch([("id", array(StringArray::from(ids))), ("name", array(names))]);
        assert_eq!(
            schema_error::<Row>(&batch),
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
        row_error::<Row>(&batch),
        "row 1: column `name` of type Utf8 is NULL, which `String` cannot be: read it as \
         `Option<String>`"
    );
}

#[test]
fn number_out_of_range_names_column_row_and_value() {
    let batch = batch([("n", array(Int64Array::from(vec![1, 300])))]);
    assert_eq!(
        row_error::<(u8,)>(&batch),
        "row 1: column `n` of type Int64 cannot be read as `u8`: integer `300`, expected u8"
    );
}

#[test]
fn reading_continues_after_a_row_that_does_not_fit() {
    let batch = batch([("n", array(Int64Array::from(vec![1, 300, 2])))]);
    let reader = super::RowReader::<u8>::new(batch.schema_ref()).unwrap();
    let rows: Vec<_> = reader.read(&batch).unwrap().map(Result::ok).collect();
    assert_eq!(rows, [Some(1), None, Some(2)]);
    assert!(read::<u8>(&batch).is_err());
}

/// Parses text, as types for dates, ids and addresses do.
macro_rules! parsed {
    ($name:ident, $text:ident => $accepts:expr) => {
        #[derive(Debug, Deserialize)]
        #[serde(try_from = "String")]
        struct $name;

        impl TryFrom<String> for $name {
            type Error = &'static str;

            fn try_from($text: String) -> Result<Self, Self::Error> {
                if $accepts { Ok(Self) } else { Err("not like that") }
            }
        }
    };
}

parsed!(Instant, text => text.ends_with('Z'));
parsed!(Address, text => text.parse::<std::net::IpAddr>().is_ok());
parsed!(Nothing, text => text == "what nobody makes up");

fn events() -> RecordBatch {
    batch([
        ("address", array(StringArray::from(vec!["10.0.0.1"]))),
        ("at", array(TimestampMicrosecondArray::from(vec![0]).with_timezone("UTC"))),
        ("local", array(TimestampMicrosecondArray::from(vec![0]))),
        ("nothing", array(StringArray::from(vec!["what nobody makes up"]))),
        ("id", array(Int64Array::from(vec![1]))),
    ])
}

#[test]
fn parsed_text_hides_no_other_mismatch() {
    #[derive(Debug, Deserialize)]
    #[expect(dead_code, reason = "read by serde")]
    struct Event<Id> {
        nothing: Nothing,
        address: Address,
        at: Instant,
        id: Id,
    }

    #[derive(Debug, Deserialize)]
    #[expect(dead_code, reason = "read by serde")]
    struct Needy {
        address: Address,
        more: i64,
        nothing: Nothing,
    }

    assert_eq!(read::<Event<i64>>(&events()).unwrap().len(), 1);
    assert_eq!(
        schema_error::<Event<String>>(&events()),
        "column `id` of type Int64 cannot be read as `String`: expected a string"
    );
    assert_eq!(schema_error::<Needy>(&events()), "there is no column `more`, which `Needy` needs");
}

#[test]
fn text_with_one_form_is_checked_against_the_schema() {
    let batch = events().project(&[2]).unwrap();
    assert_eq!(
        schema_error::<Instant>(&batch),
        "column `local` of type Timestamp(µs) cannot be read as `Instant`: not like that"
    );
    assert!(read::<Instant>(&events().project(&[1]).unwrap()).is_ok());
}

#[test]
fn rejected_value_names_its_row() {
    let batch = batch([("address", array(StringArray::from(vec!["::1", "here"])))]);
    assert_eq!(
        row_error::<(Address,)>(&batch),
        "row 1: column `address` of type Utf8 cannot be read as `Address`: not like that"
    );
}

#[test]
fn flattened_field_of_another_type_names_its_column() {
    #[derive(Debug, Deserialize)]
    #[expect(dead_code, reason = "read by serde")]
    struct Event {
        id: i64,
        #[serde(flatten)]
        rest: Rest,
    }

    #[derive(Debug, Deserialize)]
    #[expect(dead_code, reason = "read by serde")]
    struct Rest {
        at: String,
        address: i64,
    }

    let message = schema_error::<Event>(&events());
    assert!(message.starts_with("column `address` of type Utf8 cannot be read"), "{message}");
}

#[test]
fn untagged_enum_takes_the_variant_that_fits() {
    #[derive(Debug, PartialEq, Deserialize)]
    #[serde(untagged)]
    enum Row {
        Named { name: String },
        Numbered { id: i64 },
    }

    assert_eq!(read::<Row>(&events()).unwrap(), [Row::Numbered { id: 1 }]);
}

#[test]
fn array_of_any_length_is_checked_with_its_own() {
    let empty = ListArray::from_iter_primitive::<Int64Type, _, _>([None::<Vec<Option<i64>>>]);
    let batch = batch([("list", array(empty)), ("id", array(StringArray::from(vec!["a"])))]);
    assert_eq!(
        schema_error::<([u8; 32], i64)>(&batch),
        "column `id` of type Utf8 cannot be read as `i64`: expected i64"
    );
    assert_eq!(
        schema_error::<([String; 3], String)>(&batch),
        "column `list[0]` of type Int64 cannot be read as `String`: expected a string"
    );
}

//! Columnar sets that a server may send, and those that it should not.

use std::collections::BTreeMap;

use arrow_array::cast::AsArray;
use arrow_array::types::{Date32Type, Decimal128Type, Float32Type};
use arrow_array::{Array, BinaryArray, BooleanArray, Int64Array};
use bytes::Bytes;
use dbsql_protocol::types::{
    TBinaryColumn, TBoolColumn, TDoubleColumn, TI32Column, TI64Column, TStringColumn, TTypeDesc,
    TTypeQualifiers,
};

use dbsql_protocol::wire::{Reader, ThriftStruct, Writer};

use super::*;
use crate::ErrorKind;

fn column(name: &str, id: TTypeId, qualifiers: &[(&str, i32)]) -> TColumnDesc {
    let qualifiers: BTreeMap<_, _> = qualifiers
        .iter()
        .map(|(key, value)| ((*key).to_owned(), TTypeQualifierValue::I32Value(*value)))
        .collect();
    let entry =
        TPrimitiveTypeEntry { r#type: id, type_qualifiers: Some(TTypeQualifiers { qualifiers }) };
    TColumnDesc {
        column_name: name.to_owned(),
        type_desc: TTypeDesc { types: vec![TTypeEntry::PrimitiveEntry(entry)] },
        ..TColumnDesc::default()
    }
}

fn one_column(id: TTypeId, qualifiers: &[(&str, i32)]) -> SchemaRef {
    schema(&TTableSchema { columns: vec![column("c", id, qualifiers)] })
}

fn longs(values: &[i64], nulls: &'static [u8]) -> TColumn {
    TColumn::I64Val(TI64Column { values: values.into(), nulls: Bytes::from_static(nulls) })
}

fn text(values: &[&str], nulls: &'static [u8]) -> TColumn {
    TColumn::StringVal(TStringColumn {
        values: values.iter().collect(),
        nulls: Bytes::from_static(nulls),
    })
}

fn batch(schema: &SchemaRef, column: TColumn) -> Result<RecordBatch> {
    record_batch(schema, &[column])
}

#[test]
fn null_bits_may_be_short_long_or_missing() {
    let schema = one_column(TTypeId::BIGINT_TYPE, &[]);
    let values: Vec<i64> = (0..11).collect();
    for (nulls, null_rows) in [
        (&b""[..], vec![]),
        (b"\x00\x00\x00\x00", vec![]),
        (b"\x02", vec![1]),
        (b"\x00\x04", vec![10]),
        (b"\xff\xff", (0..11).collect()),
        (b"\x01\x00\xff\xff", vec![0]),
    ] {
        let batch = batch(&schema, longs(&values, nulls)).unwrap();
        let expected: Int64Array =
            (0..11).map(|row| (!null_rows.contains(&row)).then_some(row as i64)).collect();
        assert_eq!(batch.column(0).as_ref(), &expected, "{nulls:?}");
    }
}

#[test]
fn booleans_and_binaries_with_nulls() {
    let column = TColumn::BoolVal(TBoolColumn {
        values: [true, false, true].as_slice().into(),
        nulls: Bytes::from_static(b"\x04"),
    });
    let schema = one_column(TTypeId::BOOLEAN_TYPE, &[]);
    let expected = BooleanArray::from(vec![Some(true), Some(false), None]);
    assert_eq!(batch(&schema, column).unwrap().column(0).as_ref(), &expected);

    let column = TColumn::BinaryVal(TBinaryColumn {
        values: [&b"\x00\xff"[..], b"", b""].iter().collect(),
        nulls: Bytes::from_static(b"\x04"),
    });
    let schema = one_column(TTypeId::BINARY_TYPE, &[]);
    let expected = BinaryArray::from(vec![Some(&b"\x00\xff"[..]), Some(b""), None]);
    assert_eq!(batch(&schema, column).unwrap().column(0).as_ref(), &expected);
}

#[test]
fn floats_come_as_doubles_and_are_narrowed_back() {
    let column = TColumn::DoubleVal(TDoubleColumn {
        values: [0.1, f64::NAN, f64::INFINITY].as_slice().into(),
        nulls: Bytes::new(),
    });
    let batch = batch(&one_column(TTypeId::FLOAT_TYPE, &[]), column).unwrap();
    let values = batch.column(0).as_primitive::<Float32Type>().values().to_vec();
    assert_eq!(values[0], 0.1_f32);
    assert!(values[1].is_nan() && values[2].is_infinite());
}

#[test]
fn decimals_need_their_qualifiers_and_keep_their_scale() {
    let schema = one_column(TTypeId::DECIMAL_TYPE, &[("precision", 10), ("scale", 2)]);
    assert_eq!(schema.field(0).data_type(), &DataType::Decimal128(10, 2));
    assert_eq!(schema.field(0).metadata()[SQL_NAME], "DECIMAL(10,2)");
    let values = batch(&schema, text(&["1.50", "-0.05", ""], b"\x04")).unwrap();
    let values = values.column(0).as_primitive::<Decimal128Type>();
    assert_eq!((values.value(0), values.value(1), values.is_null(2)), (150, -5, true));

    for qualifiers in [
        &[][..],
        &[("precision", 10)],
        &[("precision", 39), ("scale", 2)],
        &[("precision", 5), ("scale", 6)],
        &[("precision", 5), ("scale", -1)],
    ] {
        let schema = one_column(TTypeId::DECIMAL_TYPE, qualifiers);
        assert_eq!(schema.field(0).data_type(), &DataType::Utf8, "{qualifiers:?}");
    }
}

#[test]
fn invalid_value_is_an_error_that_names_the_column() {
    for (id, qualifiers, value) in [
        (TTypeId::DATE_TYPE, &[][..], "2023-02-29"),
        (TTypeId::TIMESTAMP_TYPE, &[], "yesterday"),
        (TTypeId::DECIMAL_TYPE, &[("precision", 3), ("scale", 0)], "1000"),
        (TTypeId::DECIMAL_TYPE, &[("precision", 3), ("scale", 1)], "0.01"),
    ] {
        let error = batch(&one_column(id, qualifiers), text(&[value], b"")).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Malformed);
        assert!(error.to_string().contains("column `c`"), "{error}");
        assert!(!error.to_string().contains(value), "row data in: {error}");
    }
}

#[test]
fn null_slot_is_not_parsed() {
    let schema = one_column(TTypeId::DATE_TYPE, &[]);
    let batch = batch(&schema, text(&["", "2024-02-29"], b"\x01")).unwrap();
    let dates = batch.column(0).as_primitive::<Date32Type>();
    assert!(dates.is_null(0));
    assert_eq!(dates.value(1), 19_782);
}

#[test]
fn columns_that_do_not_fit_are_refused() {
    let schema = one_column(TTypeId::BIGINT_TYPE, &[]);
    let ints = TColumn::I32Val(TI32Column { values: [1].as_slice().into(), nulls: Bytes::new() });
    for columns in
        [vec![], vec![longs(&[1], b""), longs(&[1], b"")], vec![ints], vec![text(&["1"], b"")]]
    {
        assert_eq!(record_batch(&schema, &columns).unwrap_err().kind(), ErrorKind::Malformed);
    }
    let two = schema_of_two();
    let uneven = [longs(&[1, 2], b""), longs(&[1], b"")];
    assert_eq!(record_batch(&two, &uneven).unwrap_err().kind(), ErrorKind::Malformed);
    assert!(row_count(&uneven).is_err());
}

fn schema_of_two() -> SchemaRef {
    let one = |name| column(name, TTypeId::BIGINT_TYPE, &[]);
    schema(&TTableSchema { columns: vec![one("a"), one("a")] })
}

#[test]
fn text_that_is_not_utf8_is_a_decode_error() {
    // On the wire a column of binaries and one of texts look the same.
    let values = [&b"ok"[..], b"\xff\xfe"].iter().collect();
    let mut writer = Writer::new();
    TBinaryColumn { values, nulls: Bytes::new() }.write(&mut writer);
    let column = TStringColumn::read(&mut Reader::new(writer.finish())).unwrap();
    let column = TColumn::StringVal(column);
    let error = batch(&one_column(TTypeId::STRING_TYPE, &[]), column).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Malformed);
}

#[test]
fn unknown_type_is_text_under_its_number() {
    let schema = one_column(TTypeId(99), &[]);
    assert_eq!(schema.field(0).data_type(), &DataType::Utf8);
    assert_eq!(schema.field(0).metadata()[SQL_NAME], "TYPE 99");
}

#[test]
fn void_column_has_rows_without_values() {
    let batch = batch(&one_column(TTypeId::NULL_TYPE, &[]), text(&["", ""], b"\x03")).unwrap();
    assert_eq!((batch.num_rows(), batch.column(0).data_type()), (2, &DataType::Null));
}

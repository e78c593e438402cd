//! Columnar sets that a server may send, and those that it should not.

use std::collections::BTreeMap;

use arrow_array::cast::AsArray;
use arrow_array::types::{Decimal128Type, Float32Type};
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
fn floats_sent_as_doubles_are_narrowed_back() {
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
fn unreadable_value_error_names_column_and_row() {
    for (id, qualifiers, good, bad) in [
        (TTypeId::DATE_TYPE, &[][..], "2024-02-29", "2023-02-29"),
        (TTypeId::TIMESTAMP_TYPE, &[], "2024-02-29 12:34", "yesterday"),
        (TTypeId::DECIMAL_TYPE, &[("precision", 3), ("scale", 0)], "999", "1000"),
        (TTypeId::DECIMAL_TYPE, &[("precision", 3), ("scale", 1)], "0.10", "0.01"),
        (TTypeId::DECIMAL_TYPE, &[("precision", 20), ("scale", 19)], "1E-19", "1E-20"),
    ] {
        let values = text(&[good, "", good, bad, bad], b"\x02");
        let error = batch(&one_column(id, qualifiers), values).unwrap_err();
        assert_eq!((error.kind(), error.row()), (ErrorKind::Value, Some(3)));
        let message = error.to_string();
        assert!(message.starts_with("row 3: column `c` "), "{message}");
        assert!(message.contains(&format!("{} bytes", bad.len())), "{message}");
        assert!(!message.contains(bad), "row data in: {message}");
    }
}

#[test]
fn value_behind_a_null_is_not_read() {
    let decimal = [("precision", 3), ("scale", 1)];
    for (id, qualifiers, good) in [
        (TTypeId::DATE_TYPE, &[][..], "2024-02-29"),
        (TTypeId::TIMESTAMP_TYPE, &[], "2024-02-29 12:34:56"),
        (TTypeId::DECIMAL_TYPE, &decimal, "99.9"),
        (TTypeId::STRING_TYPE, &[], "text"),
    ] {
        let schema = one_column(id, qualifiers);
        for garbage in [&b""[..], b"NULL", b"\xff\xfe", b"1234.5", b"2024-02-30", b"\xc3"] {
            let column = raw_text(&[garbage, good.as_bytes(), garbage], b"\x05");
            let nulls = batch(&schema, column).unwrap();
            let nulls = nulls.column(0);
            assert_eq!((nulls.is_null(0), nulls.null_count()), (true, 2), "{garbage:?}");
            let alone = batch(&schema, text(&[good], b"")).unwrap();
            assert_eq!(&nulls.slice(1, 1), alone.column(0), "{garbage:?}");
        }
    }
}

#[test]
fn unexpected_columns_are_a_layout_error() {
    let ints = || TI32Column { values: [1].as_slice().into(), nulls: Bytes::new() };
    let doubles = || TDoubleColumn { values: [1.0].as_slice().into(), nulls: Bytes::new() };
    for (id, announced, column, came) in [
        (TTypeId::BIGINT_TYPE, "BIGINT", TColumn::I32Val(ints()), "32-bit integers"),
        (TTypeId::INT_TYPE, "INT", longs(&[1], b""), "64-bit integers"),
        (TTypeId::FLOAT_TYPE, "FLOAT", TColumn::I32Val(ints()), "32-bit integers"),
        (TTypeId::STRING_TYPE, "STRING", TColumn::DoubleVal(doubles()), "doubles"),
        (TTypeId::DATE_TYPE, "DATE", TColumn::I32Val(ints()), "32-bit integers"),
        (TTypeId::BINARY_TYPE, "BINARY", text(&["1"], b""), "texts"),
    ] {
        let error = batch(&one_column(id, &[]), column).unwrap_err();
        assert_eq!((error.kind(), error.row()), (ErrorKind::Layout, None));
        let expected = format!("column `c` was announced as {announced} but sent as {came}");
        assert_eq!(error.to_string(), expected);
    }
    let schema = one_column(TTypeId::BIGINT_TYPE, &[]);
    for columns in [vec![], vec![longs(&[1], b""), longs(&[1], b"")]] {
        assert_eq!(record_batch(&schema, &columns).unwrap_err().kind(), ErrorKind::Layout);
    }
}

#[test]
fn columns_of_different_lengths_are_malformed() {
    let two = schema_of_two();
    let uneven = [longs(&[1, 2], b""), longs(&[1], b"")];
    assert_eq!(record_batch(&two, &uneven).unwrap_err().kind(), ErrorKind::Malformed);
    assert!(row_count(&uneven).is_err());
}

fn schema_of_two() -> SchemaRef {
    let one = |name| column(name, TTypeId::BIGINT_TYPE, &[]);
    schema(&TTableSchema { columns: vec![one("a"), one("a")] })
}

/// On the wire a column of binaries and a column of strings look the same.
fn raw_text(values: &[&[u8]], nulls: &'static [u8]) -> TColumn {
    let (values, nulls) = (values.iter().collect(), Bytes::from_static(nulls));
    let mut writer = Writer::new();
    TBinaryColumn { values, nulls }.write(&mut writer);
    TColumn::StringVal(TStringColumn::read(&mut Reader::new(writer.finish())).unwrap())
}

#[test]
fn invalid_utf8_error_names_the_row() {
    let schema = one_column(TTypeId::STRING_TYPE, &[]);
    for (values, nulls, row, length) in [
        (&[&b"ok"[..], b"\xff\xfe", b"\xff"][..], &b""[..], 1, 2),
        (&[b"\xff", b"", b"", b"ok", b"a\xc3"], b"\x01", 4, 2),
        // Together they are one character, but not each on its own.
        (&[b"\xff", b"ok", b"\xc3", b"\xa9"], b"\x01", 2, 1),
        (&[b"", b"", "é".as_bytes(), b"\xed\xa0\x80"], b"", 3, 3),
    ] {
        let error = batch(&schema, raw_text(values, nulls)).unwrap_err();
        assert_eq!((error.kind(), error.row()), (ErrorKind::Value, Some(row)));
        let expected =
            format!("row {row}: column `c` has a value of {length} bytes that is not UTF-8");
        assert_eq!(error.to_string(), expected);
    }
}

#[test]
fn strings_of_all_lengths_are_copied_completely() {
    for nulls in [&b""[..], b"\x02\x81"] {
        let values: Vec<String> =
            (0..200).map(|n| "é€xyz".chars().cycle().take(n * 7 % 83).collect()).collect();
        let texts: Vec<&str> = values.iter().map(String::as_str).collect();
        let null = |row: usize| nulls.get(row / 8).is_some_and(|bits| bits >> (row % 8) & 1 == 1);
        let expected: StringArray =
            texts.iter().enumerate().map(|(row, text)| (!null(row)).then_some(*text)).collect();
        let batch = batch(&one_column(TTypeId::STRING_TYPE, &[]), text(&texts, nulls)).unwrap();
        assert_eq!(batch.column(0).as_ref(), &expected);
    }
}

#[test]
fn numbers_and_bools_keep_their_values_at_every_length() {
    for rows in 0..40_usize {
        let values: Vec<i64> =
            (0..rows as i64).map(|n| n.wrapping_mul(0x0123_4567_89ab_cdef)).collect();
        let schema = one_column(TTypeId::BIGINT_TYPE, &[]);
        let longs = batch(&schema, longs(&values, b"")).unwrap();
        assert_eq!(longs.column(0).as_ref(), &Int64Array::from(values.clone()));

        let bools: Vec<bool> = values.iter().map(|value| value % 3 == 0).collect();
        let values = bools.as_slice().into();
        let column = TColumn::BoolVal(TBoolColumn { values, nulls: Bytes::new() });
        let column = batch(&one_column(TTypeId::BOOLEAN_TYPE, &[]), column).unwrap();
        assert_eq!(column.column(0).as_ref(), &BooleanArray::from(bools));
    }
}

#[test]
fn every_nonzero_byte_is_true() {
    let bytes: Vec<u8> = (0..=255).collect();
    let bools = bulk::bools(&bytes, None);
    assert!((0..256).all(|row| bools.value(row) == (row != 0)));
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

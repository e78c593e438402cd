//! Converts Thrift's columnar result sets to Arrow: schema and batches.
//!
//! Columns are read in place from the body and written once, into their final Arrow buffer.

use std::collections::HashMap; // tidy: order not visible (Arrow's metadata type)
use std::ops::Range;
use std::sync::Arc;

use arrow_array::types::{
    ArrowPrimitiveType, Date32Type, Decimal128Type, Float32Type, Float64Type, Int8Type, Int16Type,
    Int32Type, Int64Type, TimestampMicrosecondType,
};
use arrow_array::{
    ArrayRef, BinaryArray, NullArray, PrimitiveArray, RecordBatch, RecordBatchOptions, StringArray,
};
use arrow_buffer::{BooleanBuffer, NullBuffer};
use arrow_schema::{ArrowError, DataType, Field, Schema, SchemaRef, TimeUnit};
use dbsql_protocol::types::{
    TColumn, TColumnDesc, TPrimitiveTypeEntry, TTableSchema, TTypeEntry, TTypeId,
    TTypeQualifierValue,
};
use dbsql_protocol::wire::StringList;

use self::bulk::Items;
use crate::{Error, ErrorKind, Result};

mod bulk;
mod text;
mod usual;

/// The field metadata key under which Databricks sends a column's SQL type; the same key is set
/// here, so that the original type of a column is always in one place.
pub(crate) const SQL_NAME: &str = "Spark:DataType:SqlName";

/// Returns the Arrow schema of a result whose columns are sent as Thrift values.
///
/// Types that Thrift sends as text without their inner types (arrays, maps, structs, intervals)
/// stay text.
pub(crate) fn schema(table: &TTableSchema) -> SchemaRef {
    Arc::new(Schema::new(table.columns.iter().map(field).collect::<Vec<_>>()))
}

fn field(column: &TColumnDesc) -> Field {
    let (data_type, sql_name) = match column.type_desc.types.first() {
        Some(TTypeEntry::PrimitiveEntry(entry)) => primitive(entry),
        Some(TTypeEntry::ArrayEntry(_)) => (DataType::Utf8, "ARRAY".to_owned()),
        Some(TTypeEntry::MapEntry(_)) => (DataType::Utf8, "MAP".to_owned()),
        Some(TTypeEntry::StructEntry(_)) => (DataType::Utf8, "STRUCT".to_owned()),
        Some(TTypeEntry::UnionEntry(_)) => (DataType::Utf8, "UNION".to_owned()),
        Some(TTypeEntry::UserDefinedTypeEntry(_)) => (DataType::Utf8, "USER_DEFINED".to_owned()),
        // A type unknown to every version of the protocol: text is the fallback.
        Some(_) | None => (DataType::Utf8, "STRING".to_owned()),
    };
    let metadata = HashMap::from([(SQL_NAME.to_owned(), sql_name)]); // tidy: order not visible
    Field::new(&column.column_name, data_type, true).with_metadata(metadata)
}

fn primitive(entry: &TPrimitiveTypeEntry) -> (DataType, String) {
    let name = |name: Option<&str>| {
        name.map_or_else(
            || format!("TYPE {}", entry.r#type.0),
            |name| name.strip_suffix("_TYPE").unwrap_or(name).to_owned(),
        )
    };
    let data_type = match entry.r#type {
        TTypeId::BOOLEAN_TYPE => DataType::Boolean,
        TTypeId::TINYINT_TYPE => DataType::Int8,
        TTypeId::SMALLINT_TYPE => DataType::Int16,
        TTypeId::INT_TYPE => DataType::Int32,
        TTypeId::BIGINT_TYPE => DataType::Int64,
        TTypeId::FLOAT_TYPE => DataType::Float32,
        TTypeId::DOUBLE_TYPE => DataType::Float64,
        TTypeId::BINARY_TYPE => DataType::Binary,
        TTypeId::DATE_TYPE => DataType::Date32,
        TTypeId::TIMESTAMP_TYPE => DataType::Timestamp(TimeUnit::Microsecond, None),
        TTypeId::NULL_TYPE => DataType::Null,
        TTypeId::DECIMAL_TYPE => {
            // Without its qualifiers a decimal stays text: a guessed scale could lose digits.
            return match (qualifier(entry, "precision"), qualifier(entry, "scale")) {
                (Some(p @ 1..=38), Some(s)) if (0..=p).contains(&s) => {
                    (DataType::Decimal128(p as u8, s as i8), format!("DECIMAL({p},{s})"))
                }
                _ => (DataType::Utf8, "DECIMAL".to_owned()),
            };
        }
        _ => DataType::Utf8,
    };
    (data_type, name(entry.r#type.name()))
}

fn qualifier(entry: &TPrimitiveTypeEntry, key: &str) -> Option<i32> {
    match entry.type_qualifiers.as_ref()?.qualifiers.get(key)? {
        TTypeQualifierValue::I32Value(value) => Some(*value),
        _ => None,
    }
}

/// Returns the number of rows in a set of columns, which all must agree on.
///
/// # Errors
///
/// [`Malformed`](crate::ErrorKind::Malformed) when they do not, or when a column has an unknown
/// type.
pub fn row_count(columns: &[TColumn]) -> Result<usize> {
    let mut rows = None;
    for column in columns {
        // An unknown column must not count as empty: it would look like the end of the result.
        let length = length(column)
            .ok_or_else(|| malformed("a column of the result has an unknown type"))?;
        if *rows.get_or_insert(length) != length {
            return Err(malformed("the columns of a set have different row counts"));
        }
    }
    Ok(rows.unwrap_or(0))
}

/// Converts one set of columns to one batch.
///
/// # Errors
///
/// As for [`Layout::columns`](crate::Layout::columns).
pub(crate) fn record_batch(schema: &SchemaRef, columns: &[TColumn]) -> Result<RecordBatch> {
    if columns.len() != schema.fields().len() {
        let (came, announced) = (columns.len(), schema.fields().len());
        let message = format!("the set has {came} columns, expected {announced}");
        return Err(Error::new(ErrorKind::Layout, message));
    }
    let rows = row_count(columns)?;
    let arrays = schema
        .fields()
        .iter()
        .zip(columns)
        .map(|(field, column)| array(field, column, rows))
        .collect::<Result<Vec<_>>>()?;
    let options = RecordBatchOptions::new().with_row_count(Some(rows));
    RecordBatch::try_new_with_options(Arc::clone(schema), arrays, &options)
        .map_err(|error| malformed("the columns do not form a batch").with_source(error))
}

fn malformed(message: impl Into<String>) -> Error {
    Error::malformed(message)
}

fn length(column: &TColumn) -> Option<usize> {
    Some(match column {
        TColumn::BoolVal(c) => c.values.len(),
        TColumn::ByteVal(c) => c.values.len(),
        TColumn::I16Val(c) => c.values.len(),
        TColumn::I32Val(c) => c.values.len(),
        TColumn::I64Val(c) => c.values.len(),
        TColumn::DoubleVal(c) => c.values.len(),
        TColumn::StringVal(c) => c.values.len(),
        TColumn::BinaryVal(c) => c.values.len(),
        _ => return None,
    })
}

fn array(field: &Field, column: &TColumn, rows: usize) -> Result<ArrayRef> {
    Ok(match (field.data_type(), column) {
        (DataType::Null, _) => Arc::new(NullArray::new(rows)),
        (DataType::Boolean, TColumn::BoolVal(c)) => {
            Arc::new(bulk::bools(c.values.raw(), validity(&c.nulls, rows)))
        }
        (DataType::Int8, TColumn::ByteVal(c)) => {
            numbers::<Int8Type, 1>(c.values.raw(), &c.nulls, rows, i8::from_be_bytes)
        }
        (DataType::Int16, TColumn::I16Val(c)) => {
            numbers::<Int16Type, 2>(c.values.raw(), &c.nulls, rows, i16::from_be_bytes)
        }
        (DataType::Int32, TColumn::I32Val(c)) => {
            numbers::<Int32Type, 4>(c.values.raw(), &c.nulls, rows, i32::from_be_bytes)
        }
        (DataType::Int64, TColumn::I64Val(c)) => {
            numbers::<Int64Type, 8>(c.values.raw(), &c.nulls, rows, i64::from_be_bytes)
        }
        // A FLOAT is sent as the nearest double, so narrowing restores it.
        (DataType::Float32, TColumn::DoubleVal(c)) => {
            numbers::<Float32Type, 8>(c.values.raw(), &c.nulls, rows, |bytes| {
                f64::from_be_bytes(bytes) as f32
            })
        }
        (DataType::Float64, TColumn::DoubleVal(c)) => {
            numbers::<Float64Type, 8>(c.values.raw(), &c.nulls, rows, f64::from_be_bytes)
        }
        (DataType::Utf8, TColumn::StringVal(c)) => strings(field, &c.values, &c.nulls)?,
        (DataType::Binary, TColumn::BinaryVal(c)) => {
            let (nulls, values) = (validity(&c.nulls, rows), &c.values);
            let (raw, payload) = (values.raw(), values.payload_len());
            let items = Items::copied(raw, values.ranges(), payload, nulls.as_ref())
                .ok_or_else(|| too_long(field))?;
            let array = BinaryArray::try_new(items.offsets, items.bytes.into(), nulls);
            Arc::new(array.map_err(|error| malformed(no_array(field)).with_source(error))?)
        }
        (DataType::Date32, TColumn::StringVal(c)) => {
            let usual = |raw: &[u8], range| usual::date(raw.get::<Range<usize>>(range)?);
            Arc::new(parsed::<Date32Type>(field, &c.values, &c.nulls, usual, text::date)?)
        }
        (DataType::Timestamp(..), TColumn::StringVal(c)) => {
            let usual = |raw: &[u8], range| usual::timestamp(raw.get::<Range<usize>>(range)?);
            let general = text::timestamp;
            Arc::new(parsed::<TimestampMicrosecondType>(
                field, &c.values, &c.nulls, usual, general,
            )?)
        }
        (&DataType::Decimal128(precision, scale), TColumn::StringVal(c)) => {
            let scale = scale.unsigned_abs();
            let decimals = usual::Decimals::new(precision, scale);
            let general = |text: &[u8]| text::decimal(text, precision, scale);
            let array = match &decimals {
                Some(decimals) => {
                    let usual = |raw: &[u8], range| decimals.parse(raw, range);
                    parsed::<Decimal128Type>(field, &c.values, &c.nulls, usual, general)
                }
                None => parsed::<Decimal128Type>(field, &c.values, &c.nulls, |_, _| None, general),
            };
            Arc::new(array?.with_data_type(field.data_type().clone()))
        }
        (_, column) => {
            let message = format!(
                "column `{}` was announced as {} but sent as {}",
                field.name(),
                sql_name(field),
                values_of(column)
            );
            return Err(Error::new(ErrorKind::Layout, message));
        }
    })
}

/// Names the values of a column on the wire, for errors.
fn values_of(column: &TColumn) -> &'static str {
    match column {
        TColumn::BoolVal(_) => "bools",
        TColumn::ByteVal(_) => "8-bit integers",
        TColumn::I16Val(_) => "16-bit integers",
        TColumn::I32Val(_) => "32-bit integers",
        TColumn::I64Val(_) => "64-bit integers",
        TColumn::DoubleVal(_) => "doubles",
        TColumn::StringVal(_) => "texts",
        TColumn::BinaryVal(_) => "binaries",
        _ => "values of an unknown type",
    }
}

fn sql_name(field: &Field) -> &str {
    field.metadata().get(SQL_NAME).map_or("another type", String::as_str)
}

/// Converts Thrift's null bits (one means NULL, least significant bit first, trailing zero bytes
/// omitted) to Arrow's validity (one means valid).
fn validity(nulls: &[u8], rows: usize) -> Option<NullBuffer> {
    if nulls.iter().all(|byte| *byte == 0) {
        return None;
    }
    let bytes: Vec<u8> =
        (0..rows.div_ceil(8)).map(|at| !nulls.get(at).copied().unwrap_or(0)).collect();
    let buffer = NullBuffer::new(BooleanBuffer::new(bytes.into(), 0, rows));
    (buffer.null_count() > 0).then_some(buffer)
}

fn numbers<A: ArrowPrimitiveType, const N: usize>(
    raw: &[u8],
    nulls: &[u8],
    rows: usize,
    number: impl Fn([u8; N]) -> A::Native,
) -> ArrayRef {
    Arc::new(bulk::numbers::<A, N>(raw, validity(nulls, rows), number))
}

fn strings(field: &Field, values: &StringList, nulls: &[u8]) -> Result<ArrayRef> {
    let nulls = validity(nulls, values.len());
    let (raw, payload) = (values.raw(), values.payload_len());
    let items = Items::copied(raw, values.ranges(), payload, nulls.as_ref())
        .ok_or_else(|| too_long(field))?;
    // Checks that the bytes are UTF-8 and that no value ends within a character.
    let array = StringArray::try_new(items.offsets, items.bytes.into(), nulls.clone());
    Ok(Arc::new(array.map_err(|error| not_utf8(field, values, nulls.as_ref(), error))?))
}

#[cold]
fn not_utf8(
    field: &Field,
    values: &StringList,
    nulls: Option<&NullBuffer>,
    error: ArrowError,
) -> Error {
    let bad = values.iter().enumerate().find(|(row, value)| {
        nulls.is_none_or(|nulls| nulls.is_valid(*row)) && str::from_utf8(value).is_err()
    });
    match bad {
        Some((row, value)) => {
            let (name, length) = (field.name(), value.len());
            let message =
                format!("column `{name}` has a value of {length} bytes that is not UTF-8");
            value_error(row, &message)
        }
        None => malformed(no_array(field)).with_source(error),
    }
}

/// Parses a column of strings: each in its `usual` format, or else by the `general` rules.
fn parsed<A: ArrowPrimitiveType>(
    field: &Field,
    values: &StringList,
    nulls: &[u8],
    usual: impl Fn(&[u8], Range<usize>) -> Option<A::Native>,
    general: impl Fn(&[u8]) -> Option<A::Native>,
) -> Result<PrimitiveArray<A>> {
    let nulls = validity(nulls, values.len());
    let raw: &[u8] = values.raw();
    let mut parsed = Vec::with_capacity(values.len());
    for (row, range) in values.ranges().enumerate() {
        if let Some(value) = usual(raw, range.clone()) {
            parsed.push(value);
            continue;
        }
        // The value behind a null is never read.
        if nulls.as_ref().is_some_and(|nulls| nulls.is_null(row)) {
            parsed.push(A::Native::default());
            continue;
        }
        let text = raw.get(range).unwrap_or_default();
        parsed.push(general(text).ok_or_else(|| unreadable(field, row, text.len()))?);
    }
    Ok(PrimitiveArray::new(parsed.into(), nulls))
}

#[cold]
fn unreadable(field: &Field, row: usize, length: usize) -> Error {
    let (name, sql_name) = (field.name(), sql_name(field));
    let message =
        format!("column `{name}` has a value of {length} bytes that is not a valid {sql_name}");
    value_error(row, &message)
}

fn value_error(row: usize, message: &str) -> Error {
    Error::new(ErrorKind::Value, message).at_row(row as u64)
}

fn too_long(field: &Field) -> Error {
    let message = format!("column `{}` has more than 2 GiB in one set", field.name());
    Error::new(ErrorKind::Value, message)
}

fn no_array(field: &Field) -> String {
    format!("column `{}` does not form an array", field.name())
}

#[cfg(test)]
mod tests;

//! Converts Thrift's columnar result sets to Arrow: schema and batches.
//!
//! Columns are read in place from the body and written once, into the Arrow buffer they end in.

use std::collections::HashMap; // tidy: order not visible (Arrow's metadata type)
use std::sync::Arc;

use arrow_array::builder::BinaryBuilder;
use arrow_array::types::{
    ArrowPrimitiveType, Date32Type, Decimal128Type, Float32Type, Float64Type, Int8Type, Int16Type,
    Int32Type, Int64Type, TimestampMicrosecondType,
};
use arrow_array::{
    ArrayRef, BooleanArray, NullArray, PrimitiveArray, RecordBatch, RecordBatchOptions, StringArray,
};
use arrow_buffer::{BooleanBuffer, NullBuffer, OffsetBuffer, ScalarBuffer};
use arrow_schema::{DataType, Field, Schema, SchemaRef, TimeUnit};
use dbsql_protocol::types::{
    TColumn, TColumnDesc, TPrimitiveTypeEntry, TTableSchema, TTypeEntry, TTypeId,
    TTypeQualifierValue,
};
use dbsql_protocol::wire::{Fixed, FixedList, StringList};

use crate::{Error, Result};

mod text;

/// The field metadata key under which Databricks names a column's SQL type; the same key is set
/// here, so that readers find a lossy column's real type in one place.
const SQL_NAME: &str = "Spark:DataType:SqlName";

/// Returns the Arrow schema of a result whose columns come as Thrift values.
///
/// Types that Thrift carries as text without telling their inner types (arrays, maps, structs,
/// intervals) stay text.
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
        // A type that no version of the protocol known here has: text at worst.
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
            // Without its qualifiers a decimal stays text: guessing a scale could lose digits.
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

/// Returns how many rows a set of columns holds; all must agree.
///
/// # Errors
///
/// [`Malformed`](crate::ErrorKind::Malformed) when they do not, or when a column has an unknown type.
pub fn row_count(columns: &[TColumn]) -> Result<usize> {
    let mut rows = None;
    for column in columns {
        // An unknown column must not count as empty: it would look like the end of the result.
        let length = length(column)
            .ok_or_else(|| malformed("a column of the result has an unknown type"))?;
        if *rows.get_or_insert(length) != length {
            return Err(malformed("the columns of one set have different row counts"));
        }
    }
    Ok(rows.unwrap_or(0))
}

/// Converts one set of columns to one batch.
///
/// # Errors
///
/// `Decode` when the columns do not match the schema or hold a value that is invalid for their
/// type.
pub(crate) fn record_batch(schema: &SchemaRef, columns: &[TColumn]) -> Result<RecordBatch> {
    if columns.len() != schema.fields().len() {
        return Err(malformed(format!(
            "the result has {} columns, its schema {}",
            columns.len(),
            schema.fields().len()
        )));
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
            let raw = c.values.raw();
            let values = BooleanBuffer::collect_bool(rows, |row| raw[row] != 0);
            Arc::new(BooleanArray::new(values, validity(&c.nulls, rows)))
        }
        (DataType::Int8, TColumn::ByteVal(c)) => {
            primitives::<Int8Type, i8>(&c.values, &c.nulls, |value| value)
        }
        (DataType::Int16, TColumn::I16Val(c)) => {
            primitives::<Int16Type, i16>(&c.values, &c.nulls, |value| value)
        }
        (DataType::Int32, TColumn::I32Val(c)) => {
            primitives::<Int32Type, i32>(&c.values, &c.nulls, |value| value)
        }
        (DataType::Int64, TColumn::I64Val(c)) => {
            primitives::<Int64Type, i64>(&c.values, &c.nulls, |value| value)
        }
        // A FLOAT is sent as the double nearest to it, so narrowing restores it.
        (DataType::Float32, TColumn::DoubleVal(c)) => {
            primitives::<Float32Type, f64>(&c.values, &c.nulls, |value| value as f32)
        }
        (DataType::Float64, TColumn::DoubleVal(c)) => {
            primitives::<Float64Type, f64>(&c.values, &c.nulls, |value| value)
        }
        (DataType::Utf8, TColumn::StringVal(c)) => strings(field, &c.values, &c.nulls)?,
        (DataType::Binary, TColumn::BinaryVal(c)) => {
            let nulls = validity(&c.nulls, rows);
            let mut builder = BinaryBuilder::with_capacity(rows, c.values.payload_len());
            for (row, value) in c.values.iter().enumerate() {
                match &nulls {
                    Some(nulls) if nulls.is_null(row) => builder.append_null(),
                    _ => builder.append_value(value),
                }
            }
            Arc::new(builder.finish())
        }
        (DataType::Date32, TColumn::StringVal(c)) => {
            parsed::<Date32Type>(field, &c.values, &c.nulls, text::date)?
        }
        (DataType::Timestamp(..), TColumn::StringVal(c)) => {
            parsed::<TimestampMicrosecondType>(field, &c.values, &c.nulls, text::timestamp)?
        }
        (DataType::Decimal128(precision, scale), TColumn::StringVal(c)) => {
            let places = scale.unsigned_abs();
            let limit = 10_i128.pow(u32::from(*precision));
            let parse =
                |value: &[u8]| text::decimal(value, places).filter(|value| value.abs() < limit);
            let array = parsed_values::<Decimal128Type>(field, &c.values, &c.nulls, parse)?
                .with_data_type(field.data_type().clone());
            Arc::new(array)
        }
        (expected, _) => {
            return Err(malformed(format!(
                "column `{}` came as another type than {expected}",
                field.name()
            )));
        }
    })
}

/// Thrift's null bits, one for NULL, least significant first, trailing zero bytes left out; turned
/// into Arrow's, one for valid.
fn validity(nulls: &[u8], rows: usize) -> Option<NullBuffer> {
    if nulls.iter().all(|byte| *byte == 0) {
        return None;
    }
    let bytes: Vec<u8> =
        (0..rows.div_ceil(8)).map(|at| !nulls.get(at).copied().unwrap_or(0)).collect();
    let buffer = NullBuffer::new(BooleanBuffer::new(bytes.into(), 0, rows));
    (buffer.null_count() > 0).then_some(buffer)
}

fn primitives<A, W>(
    values: &FixedList<W>,
    nulls: &[u8],
    convert: impl Fn(W) -> A::Native,
) -> ArrayRef
where
    A: ArrowPrimitiveType,
    W: Fixed,
{
    let buffer: ScalarBuffer<A::Native> = values.iter().map(convert).collect::<Vec<_>>().into();
    Arc::new(PrimitiveArray::<A>::new(buffer, validity(nulls, values.len())))
}

fn strings(field: &Field, values: &StringList, nulls: &[u8]) -> Result<ArrayRef> {
    let mut data = Vec::with_capacity(values.payload_len());
    let mut offsets = Vec::with_capacity(values.len() + 1);
    offsets.push(0_i32);
    for value in values {
        data.extend_from_slice(value);
        let end = i32::try_from(data.len()).map_err(|_| {
            malformed(format!("column `{}` has more than 2 GiB in one set", field.name()))
        })?;
        offsets.push(end);
    }
    let offsets = OffsetBuffer::new(offsets.into());
    // Checks that the bytes are UTF-8 and that no value ends inside a character.
    let array = StringArray::try_new(offsets, data.into(), validity(nulls, values.len())).map_err(
        |error| {
            malformed(format!("column `{}` is not valid UTF-8", field.name())).with_source(error)
        },
    )?;
    Ok(Arc::new(array))
}

fn parsed<A: ArrowPrimitiveType>(
    field: &Field,
    values: &StringList,
    nulls: &[u8],
    parse: impl Fn(&[u8]) -> Option<A::Native>,
) -> Result<ArrayRef> {
    Ok(Arc::new(parsed_values::<A>(field, values, nulls, parse)?))
}

fn parsed_values<A: ArrowPrimitiveType>(
    field: &Field,
    values: &StringList,
    nulls: &[u8],
    parse: impl Fn(&[u8]) -> Option<A::Native>,
) -> Result<PrimitiveArray<A>> {
    let nulls = validity(nulls, values.len());
    let mut buffer = Vec::with_capacity(values.len());
    for (row, value) in values.iter().enumerate() {
        if nulls.as_ref().is_some_and(|nulls| nulls.is_null(row)) {
            buffer.push(A::Native::default());
            continue;
        }
        buffer.push(parse(value).ok_or_else(|| {
            malformed(format!(
                "row {row} of a set: column `{}` has an invalid {} value",
                field.name(),
                field.data_type()
            ))
        })?);
    }
    Ok(PrimitiveArray::new(buffer.into(), nulls))
}

#[cfg(test)]
mod tests;

//! Rows of strings in responses: `JSON_ARRAY`, which this client does not request, but others do.
//!
//! They are converted to the columns that Thrift has for the same types, and decoded like those.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use bytes::Bytes;
use dbsql_arrow::Layout;
use dbsql_protocol::sea::{Manifest, Rows};
use dbsql_protocol::types::{
    TBinaryColumn, TBoolColumn, TByteColumn, TColumn, TColumnDesc, TDoubleColumn, TI16Column,
    TI32Column, TI64Column, TPrimitiveTypeEntry, TStringColumn, TTableSchema, TTypeDesc,
    TTypeEntry, TTypeId, TTypeQualifierValue, TTypeQualifiers,
};

use super::chunks::lie;
use super::layout;
use crate::{Error, ErrorKind, Result, RetryAdvice};

/// Returns the layout of a result with string values. Nested types stay text.
pub(super) fn layout(manifest: &Manifest) -> Result<Layout> {
    let column = |(name, sql_type): (&str, &str)| {
        let r#type = type_id(sql_type);
        let type_qualifiers = digits(sql_type).filter(|_| r#type == TTypeId::DECIMAL_TYPE);
        let entry = TPrimitiveTypeEntry { r#type, type_qualifiers };
        TColumnDesc {
            column_name: name.to_owned(),
            type_desc: TTypeDesc { types: vec![TTypeEntry::PrimitiveEntry(entry)] },
            ..TColumnDesc::default()
        }
    };
    let columns = layout::named(manifest).map(column).collect();
    Ok(Layout::new(None, Some(&TTableSchema { columns }), false)?)
}

/// Converts rows to columns. `start` is the number of the first row.
///
/// # Errors
///
/// `Protocol` for rows with a wrong number of values, and `Decode`, which names row and column, for
/// a value that is invalid for its type.
pub(super) fn columns(manifest: &Manifest, rows: &Rows, start: u64) -> Result<Vec<TColumn>> {
    let columns: Vec<(&str, &str)> = layout::named(manifest).collect();
    let mut cells: Vec<Vec<Option<&str>>> = vec![Vec::with_capacity(rows.len()); columns.len()];
    for row in rows.iter() {
        if row.len() != columns.len() {
            return Err(lie("the number of values in a row differs from the number of columns"));
        }
        for (column, cell) in cells.iter_mut().zip(row) {
            column.push(cell);
        }
    }
    let column = |((name, sql_type), cells): ((&str, &str), Vec<Option<&str>>)| {
        column(type_id(sql_type), &cells).map_err(|row| {
            let row = start.saturating_add(row as u64);
            let message =
                format!("column `{name}` has a value in row {row} that is not a valid {sql_type}");
            Error::new(ErrorKind::Decode, message)
                .with_retry(RetryAdvice::Never)
                .with_next_step("repeating the call does not help: the same rows come again")
        })
    };
    columns.into_iter().zip(cells).map(column).collect()
}

/// Returns the approximate memory of rows during the conversion.
pub(super) fn memory(rows: &Rows) -> usize {
    let cells = rows.iter().flatten();
    cells.fold(0, |sum: usize, cell| {
        sum.saturating_add(size_of::<Option<&str>>() + cell.map_or(0, str::len))
    })
}

/// Returns the type of the column that Thrift has for an SQL type.
fn type_id(sql_type: &str) -> TTypeId {
    let name = sql_type.split(['(', '<', ' ']).next().unwrap_or_default();
    match name.to_ascii_uppercase().as_str() {
        "BOOLEAN" => TTypeId::BOOLEAN_TYPE,
        "TINYINT" | "BYTE" => TTypeId::TINYINT_TYPE,
        "SMALLINT" | "SHORT" => TTypeId::SMALLINT_TYPE,
        "INT" => TTypeId::INT_TYPE,
        "BIGINT" | "LONG" => TTypeId::BIGINT_TYPE,
        "FLOAT" => TTypeId::FLOAT_TYPE,
        "DOUBLE" => TTypeId::DOUBLE_TYPE,
        "DECIMAL" => TTypeId::DECIMAL_TYPE,
        "DATE" => TTypeId::DATE_TYPE,
        "TIMESTAMP" | "TIMESTAMP_NTZ" => TTypeId::TIMESTAMP_TYPE,
        "BINARY" => TTypeId::BINARY_TYPE,
        "VOID" | "NULL" => TTypeId::NULL_TYPE,
        "ARRAY" => TTypeId::ARRAY_TYPE,
        "MAP" => TTypeId::MAP_TYPE,
        "STRUCT" => TTypeId::STRUCT_TYPE,
        _ => TTypeId::STRING_TYPE,
    }
}

/// Returns precision and scale of `DECIMAL(10,2)`.
fn digits(sql_type: &str) -> Option<TTypeQualifiers> {
    let (_, inside) = sql_type.strip_suffix(')')?.split_once('(')?;
    let (precision, scale) = inside.split_once(',').unwrap_or((inside, "0"));
    let number = |text: &str| text.trim().parse().ok().map(TTypeQualifierValue::I32Value);
    let qualifiers = [("precision", number(precision)?), ("scale", number(scale)?)];
    let qualifiers = qualifiers.map(|(name, value)| (name.to_owned(), value)).into();
    Some(TTypeQualifiers { qualifiers })
}

/// Returns the values of a column, or the row of an invalid one.
fn column(r#type: TTypeId, cells: &[Option<&str>]) -> Result<TColumn, usize> {
    let nulls = nulls(cells);
    Ok(match r#type {
        TTypeId::BOOLEAN_TYPE => {
            let values = parsed(cells, |text| text.to_ascii_lowercase().parse().ok())?;
            TColumn::BoolVal(TBoolColumn { values, nulls })
        }
        TTypeId::TINYINT_TYPE => {
            let values = parsed(cells, |text| text.parse::<i8>().ok())?;
            TColumn::ByteVal(TByteColumn { values, nulls })
        }
        TTypeId::SMALLINT_TYPE => {
            let values = parsed(cells, |text| text.parse::<i16>().ok())?;
            TColumn::I16Val(TI16Column { values, nulls })
        }
        TTypeId::INT_TYPE => {
            let values = parsed(cells, |text| text.parse::<i32>().ok())?;
            TColumn::I32Val(TI32Column { values, nulls })
        }
        TTypeId::BIGINT_TYPE => {
            let values = parsed(cells, |text| text.parse::<i64>().ok())?;
            TColumn::I64Val(TI64Column { values, nulls })
        }
        TTypeId::FLOAT_TYPE => {
            let values = parsed(cells, |text| text.parse::<f32>().ok().map(f64::from))?;
            TColumn::DoubleVal(TDoubleColumn { values, nulls })
        }
        TTypeId::DOUBLE_TYPE => {
            let values = parsed(cells, |text| text.parse::<f64>().ok())?;
            TColumn::DoubleVal(TDoubleColumn { values, nulls })
        }
        TTypeId::BINARY_TYPE => {
            let values = parsed(cells, |text| BASE64_STANDARD.decode(text).ok())?;
            TColumn::BinaryVal(TBinaryColumn { values, nulls })
        }
        _ => {
            let values = cells.iter().map(|cell| cell.unwrap_or_default()).collect();
            TColumn::StringVal(TStringColumn { values, nulls })
        }
    })
}

fn parsed<T: Default, L: FromIterator<T>>(
    cells: &[Option<&str>],
    parse: impl Fn(&str) -> Option<T>,
) -> Result<L, usize> {
    let value = |(row, cell): (usize, &Option<&str>)| match cell {
        Some(text) => parse(text).ok_or(row),
        None => Ok(T::default()),
    };
    cells.iter().enumerate().map(value).collect()
}

/// Returns one bit per value, lowest first, set for NULL.
fn nulls(cells: &[Option<&str>]) -> Bytes {
    let bits = |cells: &[Option<&str>]| {
        let bits = cells.iter().enumerate().map(|(at, cell)| u8::from(cell.is_none()) << at);
        bits.fold(0, std::ops::BitOr::bitor)
    };
    cells.chunks(8).map(bits).collect()
}

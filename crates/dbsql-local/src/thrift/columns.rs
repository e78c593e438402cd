//! Rows as Thrift columns, for clients without Arrow.

use arrow_array::cast::AsArray;
use arrow_array::types::{
    Float16Type, Float32Type, Float64Type, Int8Type, Int16Type, Int32Type, Int64Type, UInt8Type,
    UInt16Type, UInt32Type,
};
use arrow_array::{Array, ArrayRef, ArrowPrimitiveType, RecordBatch};
use arrow_schema::{DataType, Schema};
use bytes::Bytes;
use dbsql_protocol::types::{
    TBinaryColumn, TBoolColumn, TByteColumn, TColumn, TDoubleColumn, TI16Column, TI32Column,
    TI64Column, TStringColumn,
};
use dbsql_protocol::wire::{Fixed, FixedList};

use crate::engine::SqlError;
use crate::result::{not_encoded, text};
use crate::settings::NullBitmaps;

/// Encodes one wire column per column. Types that the wire does not have are sent as text.
pub(super) fn encode(
    schema: &Schema,
    batches: &[RecordBatch],
    bitmaps: NullBitmaps,
) -> Result<Vec<TColumn>, SqlError> {
    (0..schema.fields().len())
        .map(|index| {
            let parts: Vec<&ArrayRef> = batches.iter().map(|batch| batch.column(index)).collect();
            column(schema.field(index).data_type(), &parts, bitmaps)
        })
        .collect()
}

fn column(
    data_type: &DataType,
    parts: &[&ArrayRef],
    bitmaps: NullBitmaps,
) -> Result<TColumn, SqlError> {
    let nulls = nulls(parts, bitmaps);
    Ok(match data_type {
        DataType::Boolean => {
            let values = parts.iter().flat_map(|part| part.as_boolean().iter());
            let values = values.map(Option::unwrap_or_default).collect();
            TColumn::BoolVal(TBoolColumn { values, nulls })
        }
        DataType::Int8 => {
            TColumn::ByteVal(TByteColumn { values: numbers::<Int8Type, i8>(parts), nulls })
        }
        DataType::Int16 => {
            TColumn::I16Val(TI16Column { values: numbers::<Int16Type, i16>(parts), nulls })
        }
        DataType::UInt8 => {
            TColumn::I16Val(TI16Column { values: numbers::<UInt8Type, i16>(parts), nulls })
        }
        DataType::Int32 => {
            TColumn::I32Val(TI32Column { values: numbers::<Int32Type, i32>(parts), nulls })
        }
        DataType::UInt16 => {
            TColumn::I32Val(TI32Column { values: numbers::<UInt16Type, i32>(parts), nulls })
        }
        DataType::Int64 => {
            TColumn::I64Val(TI64Column { values: numbers::<Int64Type, i64>(parts), nulls })
        }
        DataType::UInt32 => {
            TColumn::I64Val(TI64Column { values: numbers::<UInt32Type, i64>(parts), nulls })
        }
        DataType::Float16 => {
            TColumn::DoubleVal(TDoubleColumn { values: numbers::<Float16Type, f64>(parts), nulls })
        }
        DataType::Float32 => {
            TColumn::DoubleVal(TDoubleColumn { values: numbers::<Float32Type, f64>(parts), nulls })
        }
        DataType::Float64 => {
            TColumn::DoubleVal(TDoubleColumn { values: numbers::<Float64Type, f64>(parts), nulls })
        }
        DataType::Binary
        | DataType::LargeBinary
        | DataType::BinaryView
        | DataType::FixedSizeBinary(_) => {
            let value = |part: &ArrayRef, row| match part.is_null(row) {
                true => Bytes::new(),
                false => Bytes::copy_from_slice(text::bytes(part, row).unwrap_or_default()),
            };
            let values = rows(parts).map(|(part, row)| value(part, row));
            let values: Vec<_> = within_wire(values, Bytes::len)?;
            TColumn::BinaryVal(TBinaryColumn { values: values.into_iter().collect(), nulls })
        }
        _ => {
            let values = rows(parts).map(|(part, row)| text::text(part, row).unwrap_or_default());
            let values: Vec<_> = within_wire(values, String::len)?;
            TColumn::StringVal(TStringColumn { values: values.into_iter().collect(), nulls })
        }
    })
}

/// A value longer than the wire supports would panic further down.
fn within_wire<T>(
    values: impl Iterator<Item = T>,
    len: impl Fn(&T) -> usize,
) -> Result<Vec<T>, SqlError> {
    values
        .map(|value| match i32::try_from(len(&value)) {
            Ok(_) => Ok(value),
            Err(_) => Err(not_encoded("a value is too long")),
        })
        .collect()
}

fn rows<'a>(parts: &'a [&ArrayRef]) -> impl Iterator<Item = (&'a ArrayRef, usize)> {
    parts.iter().flat_map(|&part| (0..part.len()).map(move |row| (part, row)))
}

fn numbers<T, N>(parts: &[&ArrayRef]) -> FixedList<N>
where
    T: ArrowPrimitiveType,
    N: Fixed + From<T::Native> + Default,
{
    let values = parts.iter().flat_map(|part| part.as_primitive::<T>().iter());
    values.map(|value| value.map_or_else(N::default, N::from)).collect()
}

/// Returns one bit per row, lowest first, set if the row is NULL.
fn nulls(parts: &[&ArrayRef], bitmaps: NullBitmaps) -> Bytes {
    let length: usize = parts.iter().map(|part| part.len()).sum();
    let mut bits = vec![0_u8; length.div_ceil(8)];
    for (index, (part, row)) in rows(parts).enumerate() {
        if part.is_null(row) || matches!(part.data_type(), DataType::Null) {
            bits[index / 8] |= 1 << (index % 8);
        }
    }
    match bitmaps {
        NullBitmaps::Exact => {}
        NullBitmaps::Short => {
            let end = bits.iter().rposition(|&byte| byte != 0).map_or(0, |last| last + 1);
            bits.truncate(end);
        }
        NullBitmaps::Long => {
            if let Some(last) = bits.last_mut()
                && !length.is_multiple_of(8)
            {
                *last |= u8::MAX << (length % 8);
            }
            bits.extend([u8::MAX; 8]);
        }
    }
    bits.into()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow_array::StringArray;
    use arrow_schema::Field;

    use super::*;

    #[test]
    fn columns_have_one_bit_per_null() {
        let schema = Arc::new(Schema::new(vec![Field::new("t", DataType::Utf8, true)]));
        let texts = |values: Vec<Option<&str>>| {
            let column: ArrayRef = Arc::new(StringArray::from(values));
            RecordBatch::try_new(Arc::clone(&schema), vec![column]).expect("a batch")
        };
        let batches = [texts(vec![Some("a"), None]), texts(vec![None, Some("b")])];
        let columns = encode(&schema, &batches, NullBitmaps::Exact).expect("columns");
        let [TColumn::StringVal(column)] = &columns[..] else { panic!("{columns:?}") };
        assert_eq!(column.nulls.as_ref(), [0b0110]);
        assert_eq!(column.values.len(), 4);
    }
}

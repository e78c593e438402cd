//! SQL values, one at a time: what functions compute with that have no Arrow kernel.

use std::cmp::Ordering;
use std::sync::Arc;

use arrow_array::builder::{BinaryBuilder, StringBuilder};
use arrow_array::cast::AsArray as _;
use arrow_array::types::{
    Date32Type, Decimal128Type, DurationMicrosecondType, Float32Type, Float64Type, Int8Type,
    Int16Type, Int32Type, Int64Type, IntervalYearMonthType, TimestampMicrosecondType,
};
use arrow_array::{
    Array, ArrayRef, BooleanArray, Decimal128Array, ListArray, MapArray, NullArray, PrimitiveArray,
    StructArray, new_null_array,
};
use arrow_schema::{DataType, Field, Fields, IntervalUnit, TimeUnit};
use datafusion::arrow::buffer::{NullBuffer, OffsetBuffer};
use datafusion::arrow::compute::cast;
use datafusion::common::Result;

use super::errors::into_datafusion;
use dbsql_local::engine::SqlError;

/// A value. Its type is known from where it stands.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Value {
    Null,
    Boolean(bool),
    /// Of any integer type.
    Integer(i64),
    Float(f32),
    Double(f64),
    /// Without its point: the scale is that of the type.
    Decimal(i128),
    Text(String),
    Binary(Vec<u8>),
    /// Days since 1970-01-01.
    Date(i32),
    /// Microseconds since 1970-01-01, with or without a time zone.
    Timestamp(i64),
    /// Microseconds.
    DayTime(i64),
    Months(i32),
    List(Vec<Value>),
    Map(Vec<(Value, Value)>),
    Struct(Vec<Value>),
}

impl Value {
    pub(super) fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }

    /// The text; `None` for another value.
    pub(super) fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    pub(super) fn integer(&self) -> Option<i64> {
        match self {
            Self::Integer(value) => Some(*value),
            _ => None,
        }
    }

    pub(super) fn double(&self) -> Option<f64> {
        match self {
            Self::Double(value) => Some(*value),
            Self::Float(value) => Some(f64::from(*value)),
            _ => None,
        }
    }

    pub(super) fn list(&self) -> Option<&[Value]> {
        match self {
            Self::List(items) => Some(items),
            _ => None,
        }
    }

    /// The bytes of text or binary.
    pub(super) fn bytes(&self) -> usize {
        match self {
            Self::Text(text) => text.len(),
            Self::Binary(bytes) => bytes.len(),
            _ => 0,
        }
    }

    /// The order of two values of one type as `ORDER BY` has it: NULL first, NaN above all numbers.
    #[expect(clippy::match_same_arms, reason = "the last arm is of what does not happen")]
    pub(super) fn compare(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Self::Null, Self::Null) => Ordering::Equal,
            (Self::Null, _) => Ordering::Less,
            (_, Self::Null) => Ordering::Greater,
            (Self::Boolean(one), Self::Boolean(two)) => one.cmp(two),
            (Self::Integer(one), Self::Integer(two)) => one.cmp(two),
            (Self::Float(one), Self::Float(two)) => floats(f64::from(*one), f64::from(*two)),
            (Self::Double(one), Self::Double(two)) => floats(*one, *two),
            (Self::Decimal(one), Self::Decimal(two)) => one.cmp(two),
            (Self::Text(one), Self::Text(two)) => one.cmp(two),
            (Self::Binary(one), Self::Binary(two)) => one.cmp(two),
            (Self::Date(one), Self::Date(two)) | (Self::Months(one), Self::Months(two)) => {
                one.cmp(two)
            }
            (Self::Timestamp(one), Self::Timestamp(two))
            | (Self::DayTime(one), Self::DayTime(two)) => one.cmp(two),
            (Self::List(one), Self::List(two)) | (Self::Struct(one), Self::Struct(two)) => {
                let pairs = one.iter().zip(two).map(|(one, two)| one.compare(two));
                let first = pairs.into_iter().find(|order| order.is_ne());
                first.unwrap_or_else(|| one.len().cmp(&two.len()))
            }
            // Maps have no order, and values of two types do not meet.
            _ => Ordering::Equal,
        }
    }

    /// Whether two values of one type are the same: NaN is, and so is NULL.
    pub(super) fn same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Map(one), Self::Map(two)) => {
                let pairs = one.iter().zip(two);
                one.len() == two.len()
                    && pairs.into_iter().all(|((a, b), (c, d))| a.same(c) && b.same(d))
            }
            _ => self.compare(other).is_eq(),
        }
    }

    /// Reads the value in this row of a column.
    ///
    /// # Errors
    ///
    /// The column has a type that SQL does not have here.
    pub(super) fn read(array: &dyn Array, row: usize) -> Result<Self> {
        if array.is_null(row) {
            return Ok(Self::Null);
        }
        Ok(match array.data_type() {
            DataType::Null => Self::Null,
            DataType::Boolean => Self::Boolean(array.as_boolean().value(row)),
            DataType::Int8 => Self::Integer(array.as_primitive::<Int8Type>().value(row).into()),
            DataType::Int16 => Self::Integer(array.as_primitive::<Int16Type>().value(row).into()),
            DataType::Int32 => Self::Integer(array.as_primitive::<Int32Type>().value(row).into()),
            DataType::Int64 => Self::Integer(array.as_primitive::<Int64Type>().value(row)),
            DataType::Float32 => Self::Float(array.as_primitive::<Float32Type>().value(row)),
            DataType::Float64 => Self::Double(array.as_primitive::<Float64Type>().value(row)),
            DataType::Decimal128(..) => {
                Self::Decimal(array.as_primitive::<Decimal128Type>().value(row))
            }
            DataType::Utf8 => Self::Text(array.as_string::<i32>().value(row).to_owned()),
            DataType::LargeUtf8 => Self::Text(array.as_string::<i64>().value(row).to_owned()),
            DataType::Utf8View => Self::Text(array.as_string_view().value(row).to_owned()),
            DataType::Binary => Self::Binary(array.as_binary::<i32>().value(row).to_owned()),
            DataType::LargeBinary => Self::Binary(array.as_binary::<i64>().value(row).to_owned()),
            DataType::BinaryView => Self::Binary(array.as_binary_view().value(row).to_owned()),
            DataType::Date32 => Self::Date(array.as_primitive::<Date32Type>().value(row)),
            DataType::Timestamp(TimeUnit::Microsecond, _) => {
                Self::Timestamp(array.as_primitive::<TimestampMicrosecondType>().value(row))
            }
            DataType::Duration(TimeUnit::Microsecond) => {
                Self::DayTime(array.as_primitive::<DurationMicrosecondType>().value(row))
            }
            DataType::Interval(IntervalUnit::YearMonth) => {
                Self::Months(array.as_primitive::<IntervalYearMonthType>().value(row))
            }
            DataType::List(_) => Self::List(Self::read_all(&array.as_list::<i32>().value(row))?),
            DataType::LargeList(_) => {
                Self::List(Self::read_all(&array.as_list::<i64>().value(row))?)
            }
            DataType::FixedSizeList(..) => {
                Self::List(Self::read_all(&array.as_fixed_size_list().value(row))?)
            }
            DataType::Map(..) => {
                let entries = array.as_map().value(row);
                let keys = Self::read_all(entries.column(0))?;
                let values = Self::read_all(entries.column(1))?;
                Self::Map(keys.into_iter().zip(values).collect())
            }
            DataType::Struct(_) => {
                let columns = array.as_struct().columns().iter();
                Self::Struct(columns.map(|column| Self::read(column, row)).collect::<Result<_>>()?)
            }
            other => {
                // Whatever else DataFusion computes with, such as dictionaries and other units.
                let plain = super::types::outer_type(other);
                if &plain == other {
                    let message = format!("a value of the type {other}");
                    return Err(into_datafusion(super::errors::unsupported(message)));
                }
                Self::read(&cast(&array.slice(row, 1), &plain)?, 0)?
            }
        })
    }

    /// Reads a whole column.
    pub(super) fn read_all(array: &dyn Array) -> Result<Vec<Self>> {
        (0..array.len()).map(|row| Self::read(array, row)).collect()
    }

    /// Writes values as a column of this type.
    ///
    /// # Errors
    ///
    /// A value is of another type, which is a mistake of the function that returned it.
    pub(super) fn write(values: &[Self], data_type: &DataType) -> Result<ArrayRef> {
        macro_rules! primitive {
            ($arrow_type:ty, $variant:ident) => {{
                let values = values.iter().map(|value| match value {
                    Self::Null => Ok(None),
                    Self::$variant(value) => match (*value).try_into() {
                        Ok(value) => Ok(Some(value)),
                        Err(_) => Err(misfit(&Self::$variant(*value), data_type)),
                    },
                    other => Err(misfit(other, data_type)),
                });
                let array: PrimitiveArray<$arrow_type> = values.collect::<Result<_>>()?;
                Arc::new(array.with_data_type(data_type.clone()))
            }};
        }
        Ok(match data_type {
            DataType::Null => Arc::new(NullArray::new(values.len())),
            DataType::Boolean => {
                let values = values.iter().map(|value| match value {
                    Self::Null => Ok(None),
                    Self::Boolean(value) => Ok(Some(*value)),
                    other => Err(misfit(other, data_type)),
                });
                Arc::new(values.collect::<Result<BooleanArray>>()?)
            }
            DataType::Int8 => primitive!(Int8Type, Integer),
            DataType::Int16 => primitive!(Int16Type, Integer),
            DataType::Int32 => primitive!(Int32Type, Integer),
            DataType::Int64 => primitive!(Int64Type, Integer),
            DataType::Float32 => primitive!(Float32Type, Float),
            DataType::Float64 => primitive!(Float64Type, Double),
            DataType::Decimal128(precision, scale) => {
                let values = values.iter().map(|value| match value {
                    Self::Null => Ok(None),
                    Self::Decimal(value) => Ok(Some(*value)),
                    other => Err(misfit(other, data_type)),
                });
                let array = values.collect::<Result<Decimal128Array>>()?;
                Arc::new(array.with_precision_and_scale(*precision, *scale)?)
            }
            DataType::Utf8 => {
                let mut texts = StringBuilder::new();
                for value in values {
                    match value {
                        Self::Null => texts.append_null(),
                        Self::Text(text) => texts.append_value(text),
                        other => return Err(misfit(other, data_type)),
                    }
                }
                Arc::new(texts.finish())
            }
            DataType::Binary => {
                let mut bytes = BinaryBuilder::new();
                for value in values {
                    match value {
                        Self::Null => bytes.append_null(),
                        Self::Binary(value) => bytes.append_value(value),
                        other => return Err(misfit(other, data_type)),
                    }
                }
                Arc::new(bytes.finish())
            }
            DataType::Date32 => primitive!(Date32Type, Date),
            DataType::Timestamp(TimeUnit::Microsecond, _) => {
                primitive!(TimestampMicrosecondType, Timestamp)
            }
            DataType::Duration(TimeUnit::Microsecond) => {
                primitive!(DurationMicrosecondType, DayTime)
            }
            DataType::Interval(IntervalUnit::YearMonth) => {
                primitive!(IntervalYearMonthType, Months)
            }
            DataType::List(item) => {
                let mut all = Vec::new();
                let mut lengths = Vec::with_capacity(values.len());
                for value in values {
                    match value {
                        Self::Null => lengths.push(0),
                        Self::List(items) => {
                            lengths.push(items.len());
                            all.extend_from_slice(items);
                        }
                        other => return Err(misfit(other, data_type)),
                    }
                }
                let items = Self::write(&all, item.data_type())?;
                let offsets = OffsetBuffer::from_lengths(lengths);
                Arc::new(ListArray::try_new(Arc::clone(item), offsets, items, nulls(values))?)
            }
            DataType::Map(entries, _) => {
                let DataType::Struct(fields) = entries.data_type() else {
                    return Ok(new_null_array(data_type, values.len()));
                };
                let (mut keys, mut contents) = (Vec::new(), Vec::new());
                let mut lengths = Vec::with_capacity(values.len());
                for value in values {
                    match value {
                        Self::Null => lengths.push(0),
                        Self::Map(pairs) => {
                            lengths.push(pairs.len());
                            keys.extend(pairs.iter().map(|(key, _)| key.clone()));
                            contents.extend(pairs.iter().map(|(_, value)| value.clone()));
                        }
                        other => return Err(misfit(other, data_type)),
                    }
                }
                let columns = vec![
                    Self::write(&keys, fields[0].data_type())?,
                    Self::write(&contents, fields[1].data_type())?,
                ];
                let pairs = StructArray::try_new(fields.clone(), columns, None)?;
                let offsets = OffsetBuffer::from_lengths(lengths);
                let nulls = nulls(values);
                Arc::new(MapArray::try_new(Arc::clone(entries), offsets, pairs, nulls, false)?)
            }
            DataType::Struct(fields) => {
                let mut columns = vec![Vec::with_capacity(values.len()); fields.len()];
                for value in values {
                    match value {
                        Self::Struct(members) if members.len() == fields.len() => {
                            for (column, member) in columns.iter_mut().zip(members) {
                                column.push(member.clone());
                            }
                        }
                        Self::Null => columns.iter_mut().for_each(|column| column.push(Self::Null)),
                        other => return Err(misfit(other, data_type)),
                    }
                }
                let columns = columns.iter().zip(fields);
                let columns = columns.map(|(column, field)| Self::write(column, field.data_type()));
                let columns = columns.collect::<Result<Vec<_>>>()?;
                Arc::new(StructArray::try_new_with_length(
                    fields.clone(),
                    columns,
                    nulls(values),
                    values.len(),
                )?)
            }
            other => {
                let message = format!("a value of the type {other}");
                return Err(into_datafusion(super::errors::unsupported(message)));
            }
        })
    }
}

/// NaN is equal to itself and above all; the two zeros are equal.
fn floats(one: f64, two: f64) -> Ordering {
    one.partial_cmp(&two).unwrap_or_else(|| one.is_nan().cmp(&two.is_nan()))
}

fn nulls(values: &[Value]) -> Option<NullBuffer> {
    let valid: NullBuffer = values.iter().map(|value| !value.is_null()).collect();
    (valid.null_count() > 0).then_some(valid)
}

fn misfit(value: &Value, data_type: &DataType) -> datafusion::common::DataFusionError {
    into_datafusion(SqlError::internal(format!("the value {value:?} is no {data_type}")))
}

/// The type of a list, whose items may be NULL.
pub(super) fn list_of(item: DataType) -> DataType {
    DataType::List(Arc::new(Field::new("element", item, true)))
}

/// The type of a map.
pub(super) fn map_of(key: DataType, value: DataType) -> DataType {
    let pair = Fields::from(vec![Field::new("key", key, false), Field::new("value", value, true)]);
    DataType::Map(Arc::new(Field::new("entries", DataType::Struct(pair), false)), false)
}

/// The type of a struct, whose members may be NULL.
pub(super) fn struct_of(members: impl IntoIterator<Item = (String, DataType)>) -> DataType {
    let field = |(name, data_type)| Field::new(name, data_type, true);
    DataType::Struct(members.into_iter().map(field).collect())
}

//! Arrow columns, prepared for reading: one variant per storage format.

use std::borrow::Cow;

use std::collections::BTreeMap;
use std::sync::OnceLock;

use arrow_array::cast::AsArray;
use arrow_array::types::{
    Date32Type, Decimal128Type, DurationMicrosecondType, DurationMillisecondType,
    DurationNanosecondType, DurationSecondType, Float32Type, Float64Type, Int8Type, Int16Type,
    Int32Type, Int64Type, IntervalMonthDayNanoType, IntervalYearMonthType, Time64MicrosecondType,
    Time64NanosecondType, TimestampMicrosecondType, TimestampMillisecondType,
    TimestampNanosecondType, TimestampSecondType, UInt8Type, UInt16Type, UInt32Type, UInt64Type,
};
use arrow_array::{
    Array, ArrayRef, BinaryArray, BinaryViewArray, FixedSizeBinaryArray, LargeBinaryArray,
    LargeStringArray, StringArray, StringViewArray,
};
use arrow_buffer::{BooleanBuffer, IntervalMonthDayNano, NullBuffer, OffsetBuffer, ScalarBuffer};
use arrow_schema::{DataType, FieldRef, Fields, IntervalUnit, TimeUnit};
use arrow_select::take::take;

use super::error::{Result, RowError};

/// The values of a column, of a struct member, or of the items of all lists in a column.
#[derive(Debug)]
pub(super) struct Column {
    pub(super) data_type: DataType,
    /// Also those of a column of type NULL.
    pub(super) nulls: Option<NullBuffer>,
    pub(super) values: Values,
}

#[derive(Debug)]
pub(super) enum Values {
    /// Only NULLs.
    Null,
    Boolean(BooleanBuffer),
    Int8(ScalarBuffer<i8>),
    Int16(ScalarBuffer<i16>),
    Int32(ScalarBuffer<i32>),
    Int64(ScalarBuffer<i64>),
    UInt8(ScalarBuffer<u8>),
    UInt16(ScalarBuffer<u16>),
    UInt32(ScalarBuffer<u32>),
    UInt64(ScalarBuffer<u64>),
    Float32(ScalarBuffer<f32>),
    Float64(ScalarBuffer<f64>),
    /// With the scale.
    Decimal(ScalarBuffer<i128>, i8),
    Text(StringArray),
    LargeText(LargeStringArray),
    TextView(StringViewArray),
    Binary(BinaryArray),
    LargeBinary(LargeBinaryArray),
    BinaryView(BinaryViewArray),
    FixedBinary(FixedSizeBinaryArray),
    Date(ScalarBuffer<i32>),
    Time(ScalarBuffer<i64>, TimeUnit),
    /// Instants, or with `false` local times.
    Timestamp(ScalarBuffer<i64>, TimeUnit, bool),
    Duration(ScalarBuffer<i64>, TimeUnit),
    Months(ScalarBuffer<i32>),
    Interval(ScalarBuffer<IntervalMonthDayNano>),
    List(Ranges, Box<Column>),
    /// Entries, each a struct of key and value.
    Map(OffsetBuffer<i32>, Box<Column>, Box<Column>),
    Struct(Record),
    /// A type that no server sends. It is an error only if it is read.
    Unsupported,
}

/// The item range of each list.
#[derive(Debug)]
pub(super) enum Ranges {
    Small(OffsetBuffer<i32>),
    Large(OffsetBuffer<i64>),
    Fixed(usize),
    SmallView(ScalarBuffer<i32>, ScalarBuffer<i32>),
    LargeView(ScalarBuffer<i64>, ScalarBuffer<i64>),
}

/// A set of columns: those of a row, or the members of a struct.
#[derive(Debug)]
pub(super) struct Record {
    pub(super) names: Vec<String>,
    pub(super) columns: Vec<Column>,
    /// The columns for the fields of the target type.
    choice: OnceLock<Choice>,
    matching: FieldMatching,
}

/// How the columns of a record are matched to the fields of a struct.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum FieldMatching {
    /// All by name, including those without a field, for types that deny unknown fields.
    All,
    /// By name, only those with a field.
    ByName,
    /// The same in the order of the fields, without names, if each field has a column.
    InOrder,
}

/// The names of the fields of a struct; `None` for any.
pub(super) type Names = Option<&'static [&'static str]>;

/// The indexes of the columns for the fields of a struct.
pub(super) enum Chosen<'a> {
    /// In the order of the fields, one for each.
    Ordered(&'a [usize]),
    Named(Cow<'a, [usize]>),
}

#[derive(Debug)]
struct Choice {
    fields: Names,
    columns: Vec<usize>,
    in_order: bool,
}

impl Column {
    pub(super) fn new(array: &ArrayRef, matching: FieldMatching) -> Self {
        let data_type = array.data_type().clone();
        if let DataType::Dictionary(..) = data_type {
            let dictionary = array.as_any_dictionary();
            return match take(dictionary.values(), dictionary.keys(), None) {
                Ok(values) => Self { data_type, ..Self::new(&values, matching) },
                // More text than fits in an array.
                Err(_) => Self { data_type, nulls: None, values: Values::Unsupported },
            };
        }
        Self { data_type, nulls: array.logical_nulls(), values: Values::new(array, matching) }
    }

    #[inline]
    pub(super) fn is_null(&self, row: usize) -> bool {
        self.nulls.as_ref().is_some_and(|nulls| nulls.is_null(row))
    }
}

impl Values {
    fn new(array: &ArrayRef, matching: FieldMatching) -> Self {
        macro_rules! values {
            ($arrow_type:ty) => {
                array.as_primitive::<$arrow_type>().values().clone()
            };
        }
        match array.data_type() {
            DataType::Null => Self::Null,
            DataType::Boolean => Self::Boolean(array.as_boolean().values().clone()),
            DataType::Int8 => Self::Int8(values!(Int8Type)),
            DataType::Int16 => Self::Int16(values!(Int16Type)),
            DataType::Int32 => Self::Int32(values!(Int32Type)),
            DataType::Int64 => Self::Int64(values!(Int64Type)),
            DataType::UInt8 => Self::UInt8(values!(UInt8Type)),
            DataType::UInt16 => Self::UInt16(values!(UInt16Type)),
            DataType::UInt32 => Self::UInt32(values!(UInt32Type)),
            DataType::UInt64 => Self::UInt64(values!(UInt64Type)),
            DataType::Float32 => Self::Float32(values!(Float32Type)),
            DataType::Float64 => Self::Float64(values!(Float64Type)),
            DataType::Decimal128(_, scale) => Self::Decimal(values!(Decimal128Type), *scale),
            DataType::Utf8 => Self::Text(array.as_string().clone()),
            DataType::LargeUtf8 => Self::LargeText(array.as_string().clone()),
            DataType::Utf8View => Self::TextView(array.as_string_view().clone()),
            DataType::Binary => Self::Binary(array.as_binary().clone()),
            DataType::LargeBinary => Self::LargeBinary(array.as_binary().clone()),
            DataType::BinaryView => Self::BinaryView(array.as_binary_view().clone()),
            DataType::FixedSizeBinary(_) => Self::FixedBinary(array.as_fixed_size_binary().clone()),
            DataType::Date32 => Self::Date(values!(Date32Type)),
            DataType::Time64(TimeUnit::Microsecond) => {
                Self::Time(values!(Time64MicrosecondType), TimeUnit::Microsecond)
            }
            DataType::Time64(TimeUnit::Nanosecond) => {
                Self::Time(values!(Time64NanosecondType), TimeUnit::Nanosecond)
            }
            DataType::Timestamp(unit, zone) => {
                let values = match unit {
                    TimeUnit::Second => values!(TimestampSecondType),
                    TimeUnit::Millisecond => values!(TimestampMillisecondType),
                    TimeUnit::Microsecond => values!(TimestampMicrosecondType),
                    TimeUnit::Nanosecond => values!(TimestampNanosecondType),
                };
                Self::Timestamp(values, *unit, zone.is_some())
            }
            DataType::Duration(unit) => {
                let values = match unit {
                    TimeUnit::Second => values!(DurationSecondType),
                    TimeUnit::Millisecond => values!(DurationMillisecondType),
                    TimeUnit::Microsecond => values!(DurationMicrosecondType),
                    TimeUnit::Nanosecond => values!(DurationNanosecondType),
                };
                Self::Duration(values, *unit)
            }
            DataType::Interval(IntervalUnit::YearMonth) => {
                Self::Months(values!(IntervalYearMonthType))
            }
            DataType::Interval(IntervalUnit::MonthDayNano) => {
                Self::Interval(values!(IntervalMonthDayNanoType))
            }
            DataType::List(_) => {
                let list = array.as_list::<i32>();
                Self::list(Ranges::Small(list.offsets().clone()), list.values(), matching)
            }
            DataType::LargeList(_) => {
                let list = array.as_list::<i64>();
                Self::list(Ranges::Large(list.offsets().clone()), list.values(), matching)
            }
            DataType::FixedSizeList(_, length) => {
                let length = usize::try_from(*length).unwrap_or_default();
                Self::list(Ranges::Fixed(length), array.as_fixed_size_list().values(), matching)
            }
            DataType::ListView(_) => {
                let list = array.as_list_view::<i32>();
                let ranges = Ranges::SmallView(list.offsets().clone(), list.sizes().clone());
                Self::list(ranges, list.values(), matching)
            }
            DataType::LargeListView(_) => {
                let list = array.as_list_view::<i64>();
                let ranges = Ranges::LargeView(list.offsets().clone(), list.sizes().clone());
                Self::list(ranges, list.values(), matching)
            }
            DataType::Map(..) => {
                let map = array.as_map();
                let [keys, values] =
                    [map.keys(), map.values()].map(|array| Column::new(array, matching));
                Self::Map(map.offsets().clone(), Box::new(keys), Box::new(values))
            }
            DataType::Struct(fields) => {
                Self::Struct(Record::new(fields, array.as_struct().columns(), matching))
            }
            _ => Self::Unsupported,
        }
    }

    fn list(ranges: Ranges, items: &ArrayRef, matching: FieldMatching) -> Self {
        Self::List(ranges, Box::new(Column::new(items, matching)))
    }
}

impl Ranges {
    /// Returns the item range of the list in this row.
    pub(super) fn range(&self, row: usize) -> (usize, usize) {
        let view = |start: usize, length: usize| (start, start.saturating_add(length));
        match self {
            Self::Small(offsets) => (size(offsets[row]), size(offsets[row + 1])),
            Self::Large(offsets) => (size(offsets[row]), size(offsets[row + 1])),
            Self::Fixed(length) => view(row.saturating_mul(*length), *length),
            Self::SmallView(offsets, sizes) => view(size(offsets[row]), size(sizes[row])),
            Self::LargeView(offsets, sizes) => view(size(offsets[row]), size(sizes[row])),
        }
    }
}

/// Converts an offset, which Arrow has checked to be non-negative.
pub(super) fn size(offset: impl TryInto<usize>) -> usize {
    offset.try_into().unwrap_or_default()
}

impl Record {
    pub(super) fn new(fields: &Fields, arrays: &[ArrayRef], matching: FieldMatching) -> Self {
        let columns = fields.iter().zip(arrays);
        Self::of(columns.map(|(field, array)| (field, Column::new(array, matching))), matching)
    }

    pub(super) fn of<'a>(
        columns: impl Iterator<Item = (&'a FieldRef, Column)>,
        matching: FieldMatching,
    ) -> Self {
        let (names, columns) =
            columns.map(|(field, column)| (field.name().clone(), column)).unzip();
        Self { names, columns, choice: OnceLock::new(), matching }
    }

    /// Returns the columns with the names of these fields, or all columns. Looked up once for all
    /// rows.
    ///
    /// # Errors
    ///
    /// Two columns have the same name.
    #[inline]
    pub(super) fn choose(&self, fields: Names) -> Result<Chosen<'_>> {
        let choice = match self.choice.get() {
            Some(choice) => choice,
            None => {
                let choice = self.look_up(fields)?;
                self.choice.get_or_init(|| choice)
            }
        };
        if !same(choice.fields, fields) {
            // Several types may read it, such as the variants of an untagged enum.
            return self.look_up(fields).map(|choice| Chosen::Named(Cow::Owned(choice.columns)));
        }
        Ok(match choice.in_order {
            true => Chosen::Ordered(&choice.columns),
            false => Chosen::Named(Cow::Borrowed(&choice.columns)),
        })
    }

    #[cold]
    fn look_up(&self, fields: Names) -> Result<Choice> {
        let mut seen = BTreeMap::new();
        let mut columns = Vec::new();
        for (index, name) in self.names.iter().enumerate() {
            let is_wanted = fields.is_none_or(|fields| fields.contains(&name.as_str()));
            if is_wanted && let Some(first) = seen.insert(name.as_str(), index) {
                return Err(RowError::columns(format!(
                    "columns {} and {} have the same name `{name}`: give one of them another by AS, or \
                     read a tuple",
                    first + 1,
                    index + 1,
                )));
            }
            if is_wanted || self.matching == FieldMatching::All {
                columns.push(index);
            }
        }
        let ordered = match (fields, self.matching) {
            (Some(fields), FieldMatching::InOrder) => {
                fields.iter().map(|field| seen.get(field).copied()).collect()
            }
            _ => None,
        };
        let in_order = ordered.is_some();
        Ok(Choice { fields, columns: ordered.unwrap_or(columns), in_order })
    }
}

#[inline]
fn same(one: Names, other: Names) -> bool {
    match (one, other) {
        (Some(one), Some(other)) => std::ptr::eq(one, other),
        (None, None) => true,
        _ => false,
    }
}

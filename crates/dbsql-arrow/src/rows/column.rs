//! Arrow columns as they are read: one type for each way to store a value.

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

use super::error::{Result, RowError};

/// The values of one column, of one member, or of the items of all lists of a column.
#[derive(Debug)]
pub(super) struct Column {
    pub(super) data_type: DataType,
    pub(super) nulls: Option<NullBuffer>,
    pub(super) values: Values,
}

#[derive(Debug)]
pub(super) enum Values {
    /// Nothing but NULL.
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
    /// With the digits behind the point.
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
    /// Points in time, or with `false` local times.
    Timestamp(ScalarBuffer<i64>, TimeUnit, bool),
    Duration(ScalarBuffer<i64>, TimeUnit),
    Months(ScalarBuffer<i32>),
    Interval(ScalarBuffer<IntervalMonthDayNano>),
    List(Ranges, Box<Column>),
    /// Entries, each a struct of key and value.
    Map(OffsetBuffer<i32>, Box<Column>, Box<Column>),
    Struct(Record),
    /// The number of its value for each row.
    Dictionary(Vec<usize>, Box<Column>),
    /// A type that no server sends. It is an error only where it is read.
    Unsupported,
}

/// Where the items of each list are.
#[derive(Debug)]
pub(super) enum Ranges {
    Small(OffsetBuffer<i32>),
    Large(OffsetBuffer<i64>),
    Fixed(usize),
    SmallView(ScalarBuffer<i32>, ScalarBuffer<i32>),
    LargeView(ScalarBuffer<i64>, ScalarBuffer<i64>),
}

/// Columns side by side: a row, or the members of a struct.
#[derive(Debug)]
pub(super) struct Record {
    pub(super) names: Vec<String>,
    pub(super) columns: Vec<Column>,
    /// The columns for the fields of the type that is read.
    choice: OnceLock<Choice>,
    passing: Passing,
}

/// How the columns of a record are passed on to a struct.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Passing {
    /// All by name, also those without a field, for a type that denies them.
    All,
    /// Those that it has fields for, by name.
    ByName,
    /// The same in the order of its fields, without their names, where each field has a column.
    InOrder,
}

/// The names of the fields of a struct; `None` for any.
pub(super) type Names = Option<&'static [&'static str]>;

#[derive(Debug)]
struct Choice {
    fields: Names,
    columns: Vec<usize>,
    in_order: bool,
}

impl Column {
    pub(super) fn new(array: &ArrayRef, passing: Passing) -> Self {
        Self {
            data_type: array.data_type().clone(),
            nulls: array.nulls().cloned(),
            values: Values::new(array, passing),
        }
    }

    #[inline]
    pub(super) fn is_null(&self, row: usize) -> bool {
        match (&self.nulls, &self.values) {
            (Some(nulls), _) if nulls.is_null(row) => true,
            (_, Values::Null) => true,
            (_, Values::Dictionary(keys, values)) => {
                keys.get(row).is_some_and(|key| values.is_null(*key))
            }
            _ => false,
        }
    }
}

impl Values {
    fn new(array: &ArrayRef, passing: Passing) -> Self {
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
                Self::list(Ranges::Small(list.offsets().clone()), list.values(), passing)
            }
            DataType::LargeList(_) => {
                let list = array.as_list::<i64>();
                Self::list(Ranges::Large(list.offsets().clone()), list.values(), passing)
            }
            DataType::FixedSizeList(_, length) => {
                let length = usize::try_from(*length).unwrap_or_default();
                Self::list(Ranges::Fixed(length), array.as_fixed_size_list().values(), passing)
            }
            DataType::ListView(_) => {
                let list = array.as_list_view::<i32>();
                let ranges = Ranges::SmallView(list.offsets().clone(), list.sizes().clone());
                Self::list(ranges, list.values(), passing)
            }
            DataType::LargeListView(_) => {
                let list = array.as_list_view::<i64>();
                let ranges = Ranges::LargeView(list.offsets().clone(), list.sizes().clone());
                Self::list(ranges, list.values(), passing)
            }
            DataType::Map(..) => {
                let map = array.as_map();
                let [keys, values] =
                    [map.keys(), map.values()].map(|array| Column::new(array, passing));
                Self::Map(map.offsets().clone(), Box::new(keys), Box::new(values))
            }
            DataType::Struct(fields) => {
                Self::Struct(Record::new(fields, array.as_struct().columns(), passing))
            }
            DataType::Dictionary(..) => {
                let dictionary = array.as_any_dictionary();
                let values = Box::new(Column::new(dictionary.values(), passing));
                // `normalized_keys` panics on an empty dictionary, which only NULLs can have.
                match dictionary.values().is_empty() {
                    true => Self::Null,
                    false => Self::Dictionary(dictionary.normalized_keys(), values),
                }
            }
            _ => Self::Unsupported,
        }
    }

    fn list(ranges: Ranges, items: &ArrayRef, passing: Passing) -> Self {
        Self::List(ranges, Box::new(Column::new(items, passing)))
    }
}

impl Ranges {
    /// The first item of the list in this row, and the one after its last.
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

/// An offset, which Arrow has checked to be none below zero.
pub(super) fn size(offset: impl TryInto<usize>) -> usize {
    offset.try_into().unwrap_or_default()
}

impl Record {
    pub(super) fn new(fields: &Fields, arrays: &[ArrayRef], passing: Passing) -> Self {
        let columns = fields.iter().zip(arrays);
        Self::of(columns.map(|(field, array)| (field, Column::new(array, passing))), passing)
    }

    pub(super) fn of<'a>(
        columns: impl Iterator<Item = (&'a FieldRef, Column)>,
        passing: Passing,
    ) -> Self {
        let (names, columns) =
            columns.map(|(field, column)| (field.name().clone(), column)).unzip();
        Self { names, columns, choice: OnceLock::new(), passing }
    }

    /// The columns with the names of these fields, or all of them, and whether they are in the order
    /// of the fields, each of which has one. Looked up once for all rows.
    ///
    /// # Errors
    ///
    /// Two columns have the same name.
    #[inline]
    pub(super) fn choose(&self, fields: Names) -> Result<(Cow<'_, [usize]>, bool)> {
        let choice = match self.choice.get() {
            Some(choice) => choice,
            None => {
                let choice = self.look_up(fields)?;
                self.choice.get_or_init(|| choice)
            }
        };
        if same(choice.fields, fields) {
            return Ok((Cow::Borrowed(&choice.columns), choice.in_order));
        }
        // Several types read it in turn, such as the variants of an enum.
        self.look_up(fields).map(|choice| (Cow::Owned(choice.columns), choice.in_order))
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
            if is_wanted || self.passing == Passing::All {
                columns.push(index);
            }
        }
        let ordered = match (fields, self.passing) {
            (Some(fields), Passing::InOrder) => {
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

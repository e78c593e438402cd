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
#[derive(Clone, Debug)]
pub(super) struct Column {
    pub(super) data_type: DataType,
    /// Also those of a column of type NULL.
    pub(super) nulls: Option<NullBuffer>,
    pub(super) values: Values,
    /// What is read without a look at `nulls` and `values`.
    pub(super) plain: Plain,
}

/// The values of a column without NULLs, of the types that need no conversion: read once for each
/// row, they take most of the time.
#[derive(Clone, Debug)]
pub(super) enum Plain {
    Boolean(BooleanBuffer),
    Int32(ScalarBuffer<i32>),
    Int64(ScalarBuffer<i64>),
    Float64(ScalarBuffer<f64>),
    /// A column with NULLs or of another type.
    No,
}

#[derive(Clone, Debug)]
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
    Struct(Box<Record>),
    /// A type that no server sends. It is an error only if it is read.
    Unsupported,
}

/// The item range of each list.
#[derive(Clone, Debug)]
pub(super) enum Ranges {
    Small(OffsetBuffer<i32>),
    Large(OffsetBuffer<i64>),
    Fixed(usize),
    SmallView(ScalarBuffer<i32>, ScalarBuffer<i32>),
    LargeView(ScalarBuffer<i64>, ScalarBuffer<i64>),
}

/// A set of columns: those of a row, or the members of a struct.
#[derive(Clone, Debug)]
pub(super) struct Record {
    pub(super) names: Vec<String>,
    pub(super) columns: Vec<Column>,
    matching: FieldMatching,
    /// For the first type that reads it, and so for all but, say, the variants of an untagged enum.
    ordered: OnceLock<Ordered>,
    choice: OnceLock<Choice>,
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

/// Copies of the columns for the fields of a struct, one for each field in their order, so that a row
/// reads one after the other.
#[derive(Clone, Debug)]
struct Ordered {
    fields: &'static [&'static str],
    columns: Vec<OrderedColumn>,
}

#[derive(Clone, Debug)]
pub(super) struct OrderedColumn {
    pub(super) column: Column,
    /// Its index in the record.
    pub(super) index: usize,
}

/// The indexes of the columns for the fields of a struct, or of all columns.
#[derive(Clone, Debug)]
struct Choice {
    fields: Names,
    indexes: Vec<usize>,
}

impl Column {
    pub(super) fn new(array: &ArrayRef, matching: FieldMatching) -> Self {
        let data_type = array.data_type().clone();
        if let DataType::Dictionary(..) = data_type {
            let dictionary = array.as_any_dictionary();
            return match take(dictionary.values(), dictionary.keys(), None) {
                Ok(values) => Self { data_type, ..Self::new(&values, matching) },
                // More text than fits in an array.
                Err(_) => Self::of(data_type, None, Values::Unsupported),
            };
        }
        Self::of(data_type, array.logical_nulls(), Values::new(array, matching))
    }

    pub(super) fn of(data_type: DataType, nulls: Option<NullBuffer>, values: Values) -> Self {
        let plain = match (&nulls, &values) {
            (None, Values::Boolean(values)) => Plain::Boolean(values.clone()),
            (None, Values::Int32(values)) => Plain::Int32(values.clone()),
            (None, Values::Int64(values)) => Plain::Int64(values.clone()),
            (None, Values::Float64(values)) => Plain::Float64(values.clone()),
            _ => Plain::No,
        };
        Self { data_type, nulls, values, plain }
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
                let columns = array.as_struct().columns();
                Self::Struct(Box::new(Record::new(fields, columns, matching)))
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
        Self { names, columns, matching, ordered: OnceLock::new(), choice: OnceLock::new() }
    }

    /// Returns the columns in the order of these fields; `None` if they are to be read by name.
    #[inline(always)]
    pub(super) fn ordered(&self, fields: Names) -> Option<&[OrderedColumn]> {
        let ordered = match self.ordered.get() {
            Some(ordered) => ordered,
            None => self.put_in_order(fields)?,
        };
        let (columns, fields) = (&*ordered.columns, fields?);
        // The length of the columns, not of `ordered.fields`: where this is inlined, `fields.len()`
        // is a constant, and no field needs a check whether there is another column.
        let is_same =
            columns.len() == fields.len() && std::ptr::eq(ordered.fields.as_ptr(), fields.as_ptr());
        is_same.then_some(columns)
    }

    #[cold]
    fn put_in_order(&self, fields: Names) -> Option<&Ordered> {
        let fields = fields.filter(|_| self.matching == FieldMatching::InOrder)?;
        let index = |field: &&str| self.names.iter().position(|name| name == field);
        let column = |index: usize| OrderedColumn { column: self.columns[index].clone(), index };
        let columns = fields.iter().map(index).map(|at| at.map(column)).collect::<Option<_>>()?;
        Some(self.ordered.get_or_init(|| Ordered { fields, columns }))
    }

    /// Returns the indexes of the columns with the names of these fields, or of all columns. Looked
    /// up once for all rows.
    ///
    /// # Errors
    ///
    /// Two columns have the same name.
    pub(super) fn named(&self, fields: Names) -> Result<Cow<'_, [usize]>> {
        let choice = match self.choice.get() {
            Some(choice) => choice,
            None => {
                let indexes = self.look_up(fields)?;
                self.choice.get_or_init(|| Choice { fields, indexes })
            }
        };
        Ok(match same(choice.fields, fields) {
            true => Cow::Borrowed(&*choice.indexes),
            false => Cow::Owned(self.look_up(fields)?),
        })
    }

    #[cold]
    fn look_up(&self, fields: Names) -> Result<Vec<usize>> {
        let mut seen = BTreeMap::new();
        let mut indexes = Vec::new();
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
                indexes.push(index);
            }
        }
        Ok(indexes)
    }
}

fn same(one: Names, other: Names) -> bool {
    match (one, other) {
        (Some(one), Some(other)) => std::ptr::eq(one, other),
        (None, None) => true,
        _ => false,
    }
}

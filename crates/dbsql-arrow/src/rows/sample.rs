//! Sample values of each column type, for checking a type before there is a row.

use arrow_array::{
    BinaryArray, BinaryViewArray, FixedSizeBinaryArray, LargeBinaryArray, LargeStringArray,
    StringArray, StringViewArray,
};
use arrow_buffer::{BooleanBuffer, IntervalMonthDayNano, NullBuffer, OffsetBuffer, ScalarBuffer};
use arrow_schema::{DataType, Field, IntervalUnit, TimeUnit};

use super::column::{Column, FieldMatching, Ranges, Record, Values};

/// Numbers that most numeric types accept.
const NUMBERS: [i8; 4] = [1, 0, 2, -1];
/// Text in the formats that are common in STRING columns.
const TEXTS: [&str; 14] = [
    "a",
    "",
    "0",
    "true",
    "2000-01-01",
    "2000-01-01T00:00:00Z",
    "2000-01-01T00:00:00",
    "00:00:00",
    "00000000-0000-0000-0000-000000000000",
    "PT1S",
    "127.0.0.1",
    "http://localhost/",
    "{}",
    "UTC",
];
/// 2000-01-01, 1970-01-01, 9999-12-31, 0001-01-01.
const DAYS: [i32; 4] = [10_957, 0, 2_932_896, -719_162];
/// The maximum number of items of all lists in a column.
const MAX_ITEMS: usize = 1 << 16;
const SECONDS_PER_DAY: i64 = 86_400;

/// Selects the sample value of a column.
#[derive(Clone, Debug, Default)]
pub(super) struct Choice {
    /// The number of values tried before.
    pub(super) tried: usize,
    /// Replaces a sample text.
    pub(super) text: Option<&'static str>,
    /// The number of items of a list, if known.
    pub(super) length: Option<usize>,
}

impl Choice {
    /// The number of sample values of a column; some types have fewer.
    pub(super) const COUNT: usize = TEXTS.len();

    fn of<T: Copy, const N: usize>(&self, values: [T; N]) -> T {
        values[self.tried % N]
    }

    /// Returns a column with one row.
    pub(super) fn column(&self, data_type: &DataType, matching: FieldMatching) -> Column {
        self.rows(data_type, 1, matching)
    }

    fn rows(&self, data_type: &DataType, rows: usize, matching: FieldMatching) -> Column {
        let values = self.values(data_type, rows, matching);
        let nulls = matches!(values, Values::Null).then(|| NullBuffer::new_null(rows));
        Column::of(data_type.clone(), nulls, values)
    }

    fn values(&self, data_type: &DataType, rows: usize, matching: FieldMatching) -> Values {
        macro_rules! numbers {
            ($number:ty) => {{
                // -1 for signed types.
                let number = <$number>::try_from(self.of(NUMBERS)).unwrap_or(<$number>::MAX);
                ScalarBuffer::from(vec![number; rows])
            }};
        }
        let days = self.of(DAYS);
        let times = |unit: &TimeUnit, seconds: i64| {
            let per_second = match unit {
                TimeUnit::Second => 1,
                TimeUnit::Millisecond => 1_000,
                TimeUnit::Microsecond => 1_000_000,
                TimeUnit::Nanosecond => 1_000_000_000,
            };
            ScalarBuffer::from(vec![seconds.saturating_mul(per_second); rows])
        };
        let text = self.text.unwrap_or_else(|| self.of(TEXTS));
        let texts = || std::iter::repeat_n(text, rows);
        let bytes =
            || std::iter::repeat_n(vec![0_u8; self.length.unwrap_or(1).min(MAX_ITEMS)], rows);
        let list = |length: usize, item: &Field| {
            let length = length.min(MAX_ITEMS / rows.max(1));
            let items = self.rows(item.data_type(), length.saturating_mul(rows), matching);
            Values::List(Ranges::Fixed(length), Box::new(items))
        };
        match data_type {
            DataType::Null => Values::Null,
            DataType::Boolean => {
                Values::Boolean(BooleanBuffer::from(vec![self.of([false, true]); rows]))
            }
            DataType::Int8 => Values::Int8(numbers!(i8)),
            DataType::Int16 => Values::Int16(numbers!(i16)),
            DataType::Int32 => Values::Int32(numbers!(i32)),
            DataType::Int64 => Values::Int64(numbers!(i64)),
            DataType::UInt8 => Values::UInt8(numbers!(u8)),
            DataType::UInt16 => Values::UInt16(numbers!(u16)),
            DataType::UInt32 => Values::UInt32(numbers!(u32)),
            DataType::UInt64 => Values::UInt64(numbers!(u64)),
            DataType::Float32 => Values::Float32(vec![f32::from(self.of(NUMBERS)); rows].into()),
            DataType::Float64 => Values::Float64(vec![f64::from(self.of(NUMBERS)); rows].into()),
            DataType::Decimal128(_, scale) => Values::Decimal(numbers!(i128), *scale),
            DataType::Utf8 => Values::Text(StringArray::from_iter_values(texts())),
            DataType::LargeUtf8 => Values::LargeText(LargeStringArray::from_iter_values(texts())),
            DataType::Utf8View => Values::TextView(StringViewArray::from_iter_values(texts())),
            DataType::Binary => Values::Binary(BinaryArray::from_iter_values(bytes())),
            DataType::LargeBinary => {
                Values::LargeBinary(LargeBinaryArray::from_iter_values(bytes()))
            }
            DataType::BinaryView => Values::BinaryView(BinaryViewArray::from_iter_values(bytes())),
            DataType::FixedSizeBinary(size) => {
                let size = usize::try_from(*size).unwrap_or_default().min(MAX_ITEMS);
                let bytes = vec![0; size];
                FixedSizeBinaryArray::try_from_iter(std::iter::repeat_n(bytes, rows))
                    .map_or(Values::Unsupported, Values::FixedBinary)
            }
            DataType::Date32 => Values::Date(vec![days; rows].into()),
            DataType::Time64(unit) => Values::Time(times(unit, self.of([0, 43_200])), *unit),
            DataType::Timestamp(unit, zone) => {
                // Within the range of nanoseconds, too: the years 1678 to 2261.
                let days = match unit {
                    TimeUnit::Nanosecond => days.clamp(-100_000, 100_000),
                    _ => days,
                };
                let times = times(unit, i64::from(days) * SECONDS_PER_DAY);
                Values::Timestamp(times, *unit, zone.is_some())
            }
            DataType::Duration(unit) => {
                Values::Duration(times(unit, self.of(NUMBERS).into()), *unit)
            }
            DataType::Interval(IntervalUnit::YearMonth) => Values::Months(numbers!(i32)),
            DataType::Interval(IntervalUnit::MonthDayNano) => {
                let days = IntervalMonthDayNano::new(0, self.of(NUMBERS).into(), 0);
                Values::Interval(vec![days; rows].into())
            }
            DataType::List(item)
            | DataType::ListView(item)
            | DataType::LargeList(item)
            | DataType::LargeListView(item) => list(self.length.unwrap_or(1), item),
            DataType::FixedSizeList(item, length) => {
                list(usize::try_from(*length).unwrap_or_default(), item)
            }
            DataType::Map(entries, _) => match entries.data_type() {
                DataType::Struct(pair) if pair.len() == 2 => {
                    let [keys, values] = [0, 1]
                        .map(|index| Box::new(self.rows(pair[index].data_type(), rows, matching)));
                    let offsets = OffsetBuffer::from_lengths(std::iter::repeat_n(1, rows));
                    Values::Map(offsets, keys, values)
                }
                _ => Values::Unsupported,
            },
            DataType::Struct(fields) => {
                let members = fields
                    .iter()
                    .map(|field| (field, self.rows(field.data_type(), rows, matching)));
                Values::Struct(Box::new(Record::of(members, matching)))
            }
            DataType::Dictionary(_, values) => self.values(values, rows, matching),
            _ => Values::Unsupported,
        }
    }
}

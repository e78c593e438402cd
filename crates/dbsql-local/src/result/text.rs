//! Values as a warehouse formats them as text.

use std::fmt::Write;

use arrow_array::cast::AsArray;
use arrow_array::types::{
    Date32Type, Date64Type, Decimal32Type, Decimal64Type, Decimal128Type, Decimal256Type,
    DecimalType, DurationMicrosecondType, DurationMillisecondType, DurationNanosecondType,
    DurationSecondType, Float16Type, Float32Type, Float64Type, Int8Type, Int16Type, Int32Type,
    Int64Type, IntervalDayTimeType, IntervalMonthDayNanoType, IntervalYearMonthType,
    TimestampMicrosecondType, TimestampMillisecondType, TimestampNanosecondType,
    TimestampSecondType, UInt8Type, UInt16Type, UInt32Type, UInt64Type,
};
use arrow_array::{Array, ArrowPrimitiveType, downcast_dictionary_array};
use arrow_schema::{DataType, IntervalUnit, TimeUnit};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

const MICROS: i64 = 1_000_000;
const DAY: i64 = 86_400 * MICROS;

/// Formats the value at `row`, nested ones as JSON; `None` for NULL. Supports the types that a
/// warehouse sends; some rare other types are formatted with `Debug`.
pub(crate) fn text(array: &dyn Array, row: usize) -> Option<String> {
    if array.is_null(row) || matches!(array.data_type(), DataType::Null) {
        return None;
    }
    Some(match array.data_type() {
        DataType::Boolean => array.as_boolean().value(row).to_string(),
        DataType::Int8 => primitive::<Int8Type>(array, row).to_string(),
        DataType::Int16 => primitive::<Int16Type>(array, row).to_string(),
        DataType::Int32 => primitive::<Int32Type>(array, row).to_string(),
        DataType::Int64 => primitive::<Int64Type>(array, row).to_string(),
        DataType::UInt8 => primitive::<UInt8Type>(array, row).to_string(),
        DataType::UInt16 => primitive::<UInt16Type>(array, row).to_string(),
        DataType::UInt32 => primitive::<UInt32Type>(array, row).to_string(),
        DataType::UInt64 => primitive::<UInt64Type>(array, row).to_string(),
        DataType::Float16 => {
            let value = f32::from(primitive::<Float16Type>(array, row));
            float(value.into(), &format!("{value:e}"))
        }
        DataType::Float32 => {
            let value = primitive::<Float32Type>(array, row);
            float(value.into(), &format!("{value:e}"))
        }
        DataType::Float64 => {
            let value = primitive::<Float64Type>(array, row);
            float(value, &format!("{value:e}"))
        }
        DataType::Utf8 => array.as_string::<i32>().value(row).to_owned(),
        DataType::LargeUtf8 => array.as_string::<i64>().value(row).to_owned(),
        DataType::Utf8View => array.as_string_view().value(row).to_owned(),
        DataType::Decimal32(p, s) => decimal::<Decimal32Type>(array, row, *p, *s),
        DataType::Decimal64(p, s) => decimal::<Decimal64Type>(array, row, *p, *s),
        DataType::Decimal128(p, s) => decimal::<Decimal128Type>(array, row, *p, *s),
        DataType::Decimal256(p, s) => decimal::<Decimal256Type>(array, row, *p, *s),
        DataType::Date32 => date(primitive::<Date32Type>(array, row).into()),
        DataType::Date64 => date(primitive::<Date64Type>(array, row).div_euclid(86_400_000)),
        DataType::Timestamp(unit, _) => timestamp(timestamp_micros(array, row, *unit)),
        DataType::Duration(unit) => day_time(duration_micros(array, row, *unit)),
        DataType::Interval(IntervalUnit::YearMonth) => {
            year_month(primitive::<IntervalYearMonthType>(array, row))
        }
        DataType::Interval(IntervalUnit::DayTime) => {
            let value = primitive::<IntervalDayTimeType>(array, row);
            day_time(i64::from(value.days) * DAY + i64::from(value.milliseconds) * 1000)
        }
        DataType::Interval(IntervalUnit::MonthDayNano) => {
            let value = primitive::<IntervalMonthDayNanoType>(array, row);
            let micros = i64::from(value.days) * DAY + value.nanoseconds / 1000;
            if value.months != 0 && micros == 0 {
                year_month(value.months)
            } else {
                day_time(micros)
            }
        }
        _ => match bytes(array, row) {
            Some(bytes) => STANDARD.encode(bytes),
            None => {
                let mut out = String::new();
                json(&mut out, array, row);
                out
            }
        },
    })
}

/// Returns the value at `row` of a binary column.
pub(crate) fn bytes(array: &dyn Array, row: usize) -> Option<&[u8]> {
    Some(match array.data_type() {
        DataType::Binary => array.as_binary::<i32>().value(row),
        DataType::LargeBinary => array.as_binary::<i64>().value(row),
        DataType::BinaryView => array.as_binary_view().value(row),
        DataType::FixedSizeBinary(_) => array.as_fixed_size_binary().value(row),
        _ => return None,
    })
}

/// Appends the value at `row` as JSON.
fn json(out: &mut String, array: &dyn Array, row: usize) {
    // An array of this type does not count its values as NULL.
    if array.is_null(row) || matches!(array.data_type(), DataType::Null) {
        out.push_str("null");
        return;
    }
    match array.data_type() {
        DataType::List(_) => elements(out, &array.as_list::<i32>().value(row)),
        DataType::LargeList(_) => elements(out, &array.as_list::<i64>().value(row)),
        DataType::FixedSizeList(..) => elements(out, &array.as_fixed_size_list().value(row)),
        DataType::Struct(fields) => {
            out.push('{');
            for (index, (field, column)) in
                fields.iter().zip(array.as_struct().columns()).enumerate()
            {
                separate(out, index);
                quoted(out, field.name());
                out.push(':');
                json(out, column, row);
            }
            out.push('}');
        }
        DataType::Map(..) => {
            let entries = array.as_map().value(row);
            out.push('{');
            if let [keys, values] = entries.columns() {
                for index in 0..entries.len() {
                    separate(out, index);
                    quoted(out, &text(keys, index).unwrap_or_default());
                    out.push(':');
                    json(out, values, index);
                }
            }
            out.push('}');
        }
        DataType::Dictionary(..) => {
            downcast_dictionary_array!(
                array => match array.key(row) {
                    Some(key) => json(out, array.values(), key),
                    None => out.push_str("null"),
                },
                _ => out.push_str("null")
            );
        }
        data_type if is_bare(data_type) => match text(array, row).unwrap_or_default() {
            // JSON has no such numbers.
            special if special.ends_with(char::is_alphabetic) => quoted(out, &special),
            number => out.push_str(&number),
        },
        data_type if is_text(data_type) => quoted(out, &text(array, row).unwrap_or_default()),
        _ => quoted(out, &format!("{:?}", array.slice(row, 1))),
    }
}

/// Returns `true` if values of this type have no quotes in JSON.
fn is_bare(data_type: &DataType) -> bool {
    data_type.is_numeric() || matches!(data_type, DataType::Boolean)
}

/// Returns `true` if [`text`] has a specific format for the type.
fn is_text(data_type: &DataType) -> bool {
    data_type.is_temporal() && !matches!(data_type, DataType::Time32(_) | DataType::Time64(_))
        || data_type.is_string()
        || data_type.is_binary()
        || matches!(data_type, DataType::FixedSizeBinary(_))
}

fn elements(out: &mut String, items: &dyn Array) {
    out.push('[');
    for index in 0..items.len() {
        separate(out, index);
        json(out, items, index);
    }
    out.push(']');
}

fn separate(out: &mut String, index: usize) {
    if index > 0 {
        out.push(',');
    }
}

fn quoted(out: &mut String, text: &str) {
    out.push_str(&serde_json::Value::from(text).to_string());
}

fn primitive<T: ArrowPrimitiveType>(array: &dyn Array, row: usize) -> T::Native {
    array.as_primitive::<T>().value(row)
}

/// Formats a floating-point number as Spark and Java do: with an exponent from 10^7 on and below
/// 10^-3. `scientific` has the shortest digits that round-trip, as in `-1.25e-5`.
fn float(value: f64, scientific: &str) -> String {
    if value.is_nan() {
        return "NaN".to_owned();
    }
    if value.is_infinite() {
        return if value > 0.0 { "Infinity" } else { "-Infinity" }.to_owned();
    }
    let (digits, exponent) = scientific.split_once('e').unwrap_or((scientific, "0"));
    let digits = if digits.contains('.') { digits.to_owned() } else { format!("{digits}.0") };
    if value == 0.0 {
        digits
    } else if (1e-3..1e7).contains(&value.abs()) {
        shifted(&digits, exponent.parse().unwrap_or_default())
    } else {
        format!("{digits}E{exponent}")
    }
}

/// Returns `digits`, such as `-1.25`, times ten to the power of `exponent`, without an exponent.
fn shifted(digits: &str, exponent: i32) -> String {
    let (sign, digits) = match digits.strip_prefix('-') {
        Some(digits) => ("-", digits),
        None => ("", digits),
    };
    let digits = digits.replace('.', "");
    let before = usize::try_from(exponent + 1).unwrap_or_default();
    let zeros = "0".repeat(usize::try_from(-exponent - 1).unwrap_or_default());
    let whole: String = digits.chars().chain(std::iter::repeat('0')).take(before).collect();
    let rest = digits.get(before..).unwrap_or_default().trim_end_matches('0');
    let whole = if whole.is_empty() { "0" } else { &whole };
    let rest = if rest.is_empty() { "0" } else { rest };
    format!("{sign}{whole}.{zeros}{rest}")
}

fn decimal<T: DecimalType + ArrowPrimitiveType>(
    array: &dyn Array,
    row: usize,
    precision: u8,
    scale: i8,
) -> String {
    T::format_decimal(primitive::<T>(array, row), precision, scale)
}

fn timestamp_micros(array: &dyn Array, row: usize, unit: TimeUnit) -> i64 {
    match unit {
        TimeUnit::Second => primitive::<TimestampSecondType>(array, row).saturating_mul(MICROS),
        TimeUnit::Millisecond => {
            primitive::<TimestampMillisecondType>(array, row).saturating_mul(1000)
        }
        TimeUnit::Microsecond => primitive::<TimestampMicrosecondType>(array, row),
        TimeUnit::Nanosecond => primitive::<TimestampNanosecondType>(array, row).div_euclid(1000),
    }
}

fn duration_micros(array: &dyn Array, row: usize, unit: TimeUnit) -> i64 {
    match unit {
        TimeUnit::Second => primitive::<DurationSecondType>(array, row).saturating_mul(MICROS),
        TimeUnit::Millisecond => {
            primitive::<DurationMillisecondType>(array, row).saturating_mul(1000)
        }
        TimeUnit::Microsecond => primitive::<DurationMicrosecondType>(array, row),
        TimeUnit::Nanosecond => primitive::<DurationNanosecondType>(array, row) / 1000,
    }
}

/// Formats a day counted from 1970-01-01.
fn date(days: i64) -> String {
    // Years start in March, so that the leap day is the last day.
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    let sign = match year {
        ..0 => "-",
        0..=9999 => "",
        _ => "+",
    };
    format!("{sign}{:04}-{month:02}-{day:02}", year.abs())
}

/// Formats microseconds since 1970 in UTC, with as many fractional digits as needed.
fn timestamp(micros: i64) -> String {
    let time = micros.rem_euclid(DAY);
    let seconds = time / MICROS;
    let mut out = date(micros.div_euclid(DAY));
    let (hours, minutes) = (seconds / 3600, seconds / 60 % 60);
    // Writing to a string cannot fail.
    let _ = write!(out, " {hours:02}:{minutes:02}:{:02}", seconds % 60);
    if time % MICROS != 0 {
        let fraction = format!("{:06}", time % MICROS);
        let _ = write!(out, ".{}", fraction.trim_end_matches('0'));
    }
    out
}

fn year_month(months: i32) -> String {
    let sign = if months < 0 { "-" } else { "" };
    let months = months.unsigned_abs();
    format!("{sign}{}-{}", months / 12, months % 12)
}

fn day_time(micros: i64) -> String {
    let sign = if micros < 0 { "-" } else { "" };
    let micros = micros.unsigned_abs();
    let seconds = micros / 1_000_000;
    format!(
        "{sign}{} {:02}:{:02}:{:02}.{:06}000",
        seconds / 86_400,
        seconds / 3600 % 24,
        seconds / 60 % 60,
        seconds % 60,
        micros % 1_000_000,
    )
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow_array::builder::{Int32Builder, MapBuilder, StringBuilder};
    use arrow_array::{
        ArrayRef, Decimal128Array, Float32Array, Float64Array, Int32Array, ListArray, StringArray,
        StructArray,
    };
    use arrow_schema::Field;

    use super::*;

    #[test]
    fn dates_before_and_after_the_epoch_are_formatted() {
        let cases = [
            (0, "1970-01-01"),
            (-1, "1969-12-31"),
            (11_016, "2000-02-29"),
            (-719_162, "0001-01-01"),
            (2_932_897, "+10000-01-01"),
        ];
        for (days, expected) in cases {
            assert_eq!(date(days), expected);
        }
    }

    #[test]
    fn timestamps_have_as_many_digits_as_needed() {
        assert_eq!(timestamp(0), "1970-01-01 00:00:00");
        assert_eq!(timestamp(-1), "1969-12-31 23:59:59.999999");
        assert_eq!(timestamp(1_500_000), "1970-01-01 00:00:01.5");
    }

    #[test]
    fn intervals_are_formatted_as_in_spark() {
        assert_eq!(year_month(14), "1-2");
        assert_eq!(year_month(-14), "-1-2");
        let micros = DAY + 2 * 3600 * MICROS + 3 * 60 * MICROS + 4 * MICROS;
        assert_eq!(day_time(micros), "1 02:03:04.000000000");
    }

    #[test]
    fn floats_are_formatted_as_in_spark() {
        let values = [
            (0.0, "0.0"),
            (-0.0, "-0.0"),
            (1.0, "1.0"),
            (-0.5, "-0.5"),
            (0.001, "0.001"),
            (0.00099, "9.9E-4"),
            (100.0, "100.0"),
            (-1234.5, "-1234.5"),
            (9_999_999.5, "9999999.5"),
            (1e7, "1.0E7"),
            (-1.25e-5, "-1.25E-5"),
            (f64::MAX, "1.7976931348623157E308"),
            (5e-324, "5.0E-324"),
            (f64::NAN, "NaN"),
            (f64::INFINITY, "Infinity"),
            (f64::NEG_INFINITY, "-Infinity"),
        ];
        for (value, expected) in values {
            assert_eq!(text(&Float64Array::from(vec![value]), 0).as_deref(), Some(expected));
        }
        // The digits that the shorter type needs.
        assert_eq!(text(&Float32Array::from(vec![0.1]), 0).as_deref(), Some("0.1"));
        assert_eq!(text(&Float32Array::from(vec![1e10]), 0).as_deref(), Some("1.0E10"));
        let list = ListArray::from_iter_primitive::<Float64Type, _, _>([Some([
            Some(1e7),
            Some(f64::NAN),
        ])]);
        assert_eq!(text(&list, 0).as_deref(), Some(r#"[1.0E7,"NaN"]"#));
    }

    #[test]
    fn nested_values_are_json() {
        let list = ListArray::from_iter_primitive::<Int32Type, _, _>([Some([Some(1), None])]);
        let texts: ArrayRef = Arc::new(StringArray::from(vec!["a\"b"]));
        let decimals = Decimal128Array::from(vec![1234]).with_precision_and_scale(10, 2);
        let decimals: ArrayRef = Arc::new(decimals.expect("valid"));
        let list: ArrayRef = Arc::new(list);
        let field =
            |name, array: &ArrayRef| Arc::new(Field::new(name, array.data_type().clone(), true));
        let row = StructArray::from(vec![
            (field("l", &list), list),
            (field("t", &texts), texts),
            (field("d", &decimals), decimals),
        ]);
        let expected = r#"{"l":[1,null],"t":"a\"b","d":12.34}"#;
        assert_eq!(text(&row, 0).as_deref(), Some(expected));
    }

    #[test]
    fn keys_of_maps_are_strings() {
        let mut builder = MapBuilder::new(None, Int32Builder::new(), StringBuilder::new());
        builder.keys().append_value(7);
        builder.values().append_value("x");
        builder.append(true).expect("an entry");
        assert_eq!(text(&builder.finish(), 0).as_deref(), Some(r#"{"7":"x"}"#));
    }

    #[test]
    fn null_has_no_text() {
        assert_eq!(text(&Int32Array::from(vec![None]), 0), None);
    }
}

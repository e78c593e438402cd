//! Values as text, as `CAST(value AS STRING)` writes them.

use std::fmt::Write as _;

use arrow_schema::DataType;

use super::calendar::{DAY, Date, SECOND};
use super::coercion::{decimal_for, is_text, pair};
use super::decimals;
use super::value::Value;

/// The text of a value; `null` for NULL, as inside of other values.
pub(super) fn text(value: &Value, data_type: &DataType) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::Boolean(value) => value.to_string(),
        Value::Integer(value) => value.to_string(),
        Value::Float(value) => float(f64::from(*value), &format!("{value:e}")),
        Value::Double(value) => float(*value, &format!("{value:e}")),
        Value::Decimal(value) => {
            let (_, scale) = decimal_for(data_type).unwrap_or_default();
            decimals::text(*value, scale)
        }
        Value::Text(text) => text.clone(),
        Value::Binary(bytes) => String::from_utf8_lossy(bytes).into_owned(),
        Value::Date(days) => date(i64::from(*days)),
        Value::Timestamp(micros) => timestamp(*micros),
        Value::DayTime(micros) => format!("INTERVAL '{}' DAY TO SECOND", day_time(*micros)),
        Value::Months(months) => format!("INTERVAL '{}' YEAR TO MONTH", year_month(*months)),
        Value::List(items) => {
            let item = match data_type {
                DataType::List(item) => item.data_type(),
                _ => &DataType::Null,
            };
            format!("[{}]", joined(items.iter().map(|value| text(value, item))))
        }
        Value::Map(pairs) => {
            let (key, content) = match data_type {
                DataType::Map(entries, _) => pair(entries),
                _ => None,
            }
            .unwrap_or((&DataType::Null, &DataType::Null));
            let pairs = pairs
                .iter()
                .map(|(name, value)| format!("{} -> {}", text(name, key), text(value, content)));
            format!("{{{}}}", joined(pairs))
        }
        Value::Struct(members) => {
            let types = match data_type {
                DataType::Struct(fields) => {
                    fields.iter().map(|field| field.data_type().clone()).collect()
                }
                _ => vec![DataType::Null; members.len()],
            };
            let members = members.iter().zip(&types);
            format!("{{{}}}", joined(members.map(|(value, member)| text(value, member))))
        }
    }
}

fn joined(parts: impl Iterator<Item = String>) -> String {
    parts.collect::<Vec<_>>().join(", ")
}

/// The value as a literal of SQL, for messages.
pub(super) fn literal(value: &Value, data_type: &DataType) -> String {
    let text = text(value, data_type);
    match data_type {
        DataType::Int8 => format!("{text}Y"),
        DataType::Int16 => format!("{text}S"),
        DataType::Int64 => format!("{text}L"),
        DataType::Float32 => format!("{text}F"),
        DataType::Float64 => format!("{text}D"),
        DataType::Decimal128(..) => format!("{text}BD"),
        other if is_text(other) => format!("'{text}'"),
        _ => text,
    }
}

/// With an exponent from 10^7 on and below 10^-3. `scientific` has the shortest digits that
/// round-trip, as in `-1.25e-5`.
pub(super) fn float(value: f64, scientific: &str) -> String {
    if value.is_nan() {
        return "NaN".to_owned();
    }
    if value.is_infinite() {
        return if value > 0.0 { "Infinity" } else { "-Infinity" }.to_owned();
    }
    // Two digits are always written, so a value that one digit tells apart has the nearest two: the
    // smallest DOUBLE is 4.9E-324.
    let two_digits = format!("{value:.1e}");
    let scientific = match scientific.contains('.') {
        true => scientific,
        false => &two_digits,
    };
    let (digits, exponent) = scientific.split_once('e').unwrap_or((scientific, "0"));
    let exponent: i32 = exponent.parse().unwrap_or_default();
    let (sign, digits) = match digits.strip_prefix('-') {
        Some(digits) => ("-", digits),
        None => ("", digits),
    };
    let digits = digits.replace('.', "");
    if value != 0.0 && !(1e-3..1e7).contains(&value.abs()) {
        let rest = if digits.len() > 1 { &digits[1..] } else { "0" };
        return format!("{sign}{}.{rest}E{exponent}", &digits[..1]);
    }
    let before = usize::try_from(exponent + 1).unwrap_or_default();
    let zeros = "0".repeat(usize::try_from(-exponent - 1).unwrap_or_default());
    let whole: String = digits.chars().chain(std::iter::repeat('0')).take(before).collect();
    let rest = digits.get(before..).unwrap_or_default().trim_end_matches('0');
    let whole = if whole.is_empty() { "0" } else { &whole };
    let rest = if rest.is_empty() { "0" } else { rest };
    format!("{sign}{whole}.{}{rest}", if rest == "0" { "" } else { &zeros })
}

/// A day counted from 1970-01-01.
pub(super) fn date(days: i64) -> String {
    let Date { year, month, day } = Date::from_days(days);
    let sign = match year {
        ..0 => "-",
        0..=9999 => "",
        _ => "+",
    };
    format!("{sign}{:04}-{month:02}-{day:02}", year.abs())
}

/// Microseconds since 1970, with as many digits behind the point as needed.
pub(super) fn timestamp(micros: i64) -> String {
    let time = micros.rem_euclid(DAY);
    let seconds = time / SECOND;
    let mut out = date(micros.div_euclid(DAY));
    let (hours, minutes) = (seconds / 3600, seconds / 60 % 60);
    // Writing to a string cannot fail.
    let _ = write!(out, " {hours:02}:{minutes:02}:{:02}", seconds % 60);
    if time % SECOND != 0 {
        let fraction = format!("{:06}", time % SECOND);
        let _ = write!(out, ".{}", fraction.trim_end_matches('0'));
    }
    out
}

/// `1 02:03:04.5`.
pub(super) fn day_time(micros: i64) -> String {
    let sign = if micros < 0 { "-" } else { "" };
    let micros = micros.unsigned_abs();
    let second = SECOND.unsigned_abs();
    let seconds = micros / second;
    let mut out = format!(
        "{sign}{} {:02}:{:02}:{:02}",
        seconds / 86_400,
        seconds / 3600 % 24,
        seconds / 60 % 60,
        seconds % 60
    );
    if !micros.is_multiple_of(second) {
        let fraction = format!("{:06}", micros % second);
        let _ = write!(out, ".{}", fraction.trim_end_matches('0'));
    }
    out
}

/// `1-2`.
pub(super) fn year_month(months: i32) -> String {
    let sign = if months < 0 { "-" } else { "" };
    let months = months.unsigned_abs();
    format!("{sign}{}-{}", months / 12, months % 12)
}

//! Dates and timestamps from text and as text.

use arrow_schema::DataType;

use super::cast::convert;
use super::define::{Function, Kind, Types};
use super::times::micros;
use crate::engine::calendar::{DAY, SECOND};
use crate::engine::coercion::{is_atomic, is_number, is_text};
use crate::engine::date_pattern::Pattern;
use crate::engine::errors::{self, Result};
use crate::engine::types::{timestamp, timestamp_ntz};
use crate::engine::value::Value;

const SECONDS_PATTERN: &str = "yyyy-MM-dd HH:mm:ss";

const TO_TIMESTAMP: Function = Function::typed(
    "to_timestamp",
    |arguments| read_types(arguments, timestamp()),
    |values, types| read(values, types, false),
)
.counts(1, 2);

const UNIX: Function = Function::typed(
    "unix_timestamp",
    |arguments| {
        // Here only dates, timestamps and texts are.
        let own = arguments.first()?;
        let fits = matches!(own, DataType::Date32 | DataType::Timestamp(..) | DataType::Null);
        if arguments.get(1).is_some_and(|pattern| !is_text(pattern) && !pattern.is_null()) {
            return None;
        }
        (fits || is_text(own)).then(|| read_types(arguments, DataType::Int64))?
    },
    |values, _| {
        let micros = match values.first() {
            Some(Value::Timestamp(micros)) => *micros,
            Some(Value::Date(days)) => i64::from(*days).saturating_mul(DAY),
            Some(Value::Text(text)) => {
                let pattern = values.get(1).and_then(Value::text).unwrap_or(SECONDS_PATTERN);
                Pattern::new(pattern)?.parse(text)?
            }
            _ => return Ok(Value::Null),
        };
        // Towards zero, as Spark divides here.
        Ok(Value::Integer(micros / SECOND))
    },
)
.counts(1, 2);

/// The functions.
pub(super) const ALL: &[Function] = &[
    Function::new("date_format", &[Kind::Timestamp, Kind::Text], Kind::Text, |values, _| {
        write(values, micros(values, 0))
    }),
    Function::new("from_unixtime", &[Kind::BigInt, Kind::Text], Kind::Text, |values, _| {
        let seconds = values.first().and_then(Value::integer).unwrap_or_default();
        let micros = seconds.checked_mul(SECOND);
        write(values, micros.ok_or_else(|| errors::unsupported("a time so far away"))?)
    })
    .optional(1),
    Function::typed(
        "to_date",
        |arguments| read_types(arguments, DataType::Date32),
        |values, types| read(values, types, false),
    )
    .counts(1, 2),
    TO_TIMESTAMP,
    TO_TIMESTAMP.named("to_timestamp_ltz"),
    Function::typed(
        "to_timestamp_ntz",
        |arguments| read_types(arguments, timestamp_ntz()),
        |values, types| read(values, types, false),
    )
    .counts(1, 2),
    Function::typed(
        "try_to_timestamp",
        |arguments| read_types(arguments, timestamp()),
        |values, types| read(values, types, true),
    )
    .counts(1, 2),
    UNIX,
    UNIX.named("to_unix_timestamp"),
];

fn write(values: &[Value], micros: i64) -> Result<Value> {
    let pattern = values.get(1).and_then(Value::text).unwrap_or(SECONDS_PATTERN);
    Pattern::new(pattern)?.format(micros).map(Value::Text)
}

/// A text, a date or a timestamp, and a pattern for the text.
fn read_types(arguments: &[DataType], result: DataType) -> Option<Types> {
    let first = match arguments.first()? {
        DataType::Timestamp(_, None) => timestamp_ntz(),
        DataType::Timestamp(..) => timestamp(),
        DataType::Date32 => DataType::Date32,
        DataType::Null => DataType::Utf8,
        text if is_text(text) => DataType::Utf8,
        number if is_number(number) && arguments.len() == 1 && result == timestamp() => {
            number.clone()
        }
        // Whatever it is, it is read as its text.
        other if is_atomic(other) => DataType::Utf8,
        _ => return None,
    };
    match arguments.get(1) {
        None => Some(Types::new([first], result)),
        Some(pattern) if is_atomic(pattern) || pattern.is_null() => {
            Some(Types::new([first, DataType::Utf8], result))
        }
        Some(_) => None,
    }
}

fn read(values: &[Value], types: &Types, tolerant: bool) -> Result<Value> {
    let (Some(value), Some(from)) = (values.first(), types.parameters.first()) else {
        return Ok(Value::Null);
    };
    let read = match (value, values.get(1).and_then(Value::text)) {
        (Value::Text(text), Some(pattern)) => {
            let pattern = Pattern::new(pattern)?;
            let is_local = types.result == timestamp_ntz();
            let micros = if is_local { pattern.parse_local(text) } else { pattern.parse(text) };
            match (micros, &types.result) {
                (Ok(micros), DataType::Date32) => super::times::date_of(micros),
                (Ok(micros), _) => Ok(Value::Timestamp(micros)),
                (Err(error), _) => Err(error),
            }
        }
        _ => convert(value.clone(), from, &types.result),
    };
    match read {
        // What is not supported stays an error.
        Err(error) if tolerant && !is_refusal(&error) => Ok(Value::Null),
        read => read,
    }
}

fn is_refusal(error: &dbsql_local::engine::SqlError) -> bool {
    let class = error.error_class.as_deref().unwrap_or_default();
    class == "UNSUPPORTED_FEATURE" || class.starts_with("INCONSISTENT_BEHAVIOR")
}

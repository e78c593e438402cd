//! Points in time: their parts, what is before and after them, and as numbers of seconds.

use arrow_schema::DataType;

use super::dates::{from_date, int, midnight, start_of, valid};
use super::define::{Function, Kind, Types};
use crate::engine::calendar::{DAY, Date, SECOND, days_in_month};
use crate::engine::coercion::{decimal_for, is_text};
use crate::engine::errors::{self, Result};
use crate::engine::time_zones::{Zone, zone_named};
use crate::engine::types::{timestamp, timestamp_ntz};
use crate::engine::value::Value;
use crate::engine::{coercion, decimals};

const MINUTE: i64 = 60 * SECOND;
const HOUR: i64 = 60 * MINUTE;
const MILLISECOND: i64 = 1_000;

/// A function from a timestamp to an integer.
macro_rules! number {
    ($name:literal, $kind:expr, $compute:expr) => {
        Function::new($name, &[Kind::Timestamp], $kind, |values, _| {
            let compute: fn(i64) -> i64 = $compute;
            Ok(Value::Integer(compute(micros(values, 0))))
        })
    };
}

/// A function from a timestamp, and from nothing else, to the units since 1970.
macro_rules! since_epoch {
    ($name:literal, $unit:expr) => {
        Function::typed(
            $name,
            |arguments| {
                let fits = matches!(arguments, [DataType::Timestamp(_, Some(_)) | DataType::Null]);
                fits.then(|| Types::new([timestamp()], DataType::Int64))
            },
            |values, _| Ok(Value::Integer(micros(values, 0).div_euclid($unit))),
        )
        .counts(1, 1)
    };
}

const MAKE: Function = Function::typed(
    "make_timestamp",
    |arguments| made(arguments, timestamp()),
    |values, _| make(values),
)
.counts(6, 7);

/// The functions.
pub(super) const ALL: &[Function] = &[
    number!("hour", Kind::Int, |micros| micros.rem_euclid(DAY) / HOUR),
    number!("minute", Kind::Int, |micros| micros.rem_euclid(HOUR) / MINUTE),
    number!("second", Kind::Int, |micros| micros.rem_euclid(MINUTE) / SECOND),
    since_epoch!("unix_micros", 1),
    since_epoch!("unix_millis", MILLISECOND),
    since_epoch!("unix_seconds", SECOND),
    Function::typed("timestamp_seconds", seconds_type, seconds).counts(1, 1),
    Function::typed("timestamp_millis", integer_type, |values, _| scaled(values, MILLISECOND))
        .counts(1, 1),
    Function::typed("timestamp_micros", integer_type, |values, _| scaled(values, 1)).counts(1, 1),
    Function::new("date_trunc", &[Kind::Text, Kind::Timestamp], Kind::Timestamp, |values, _| {
        let unit = values.first().and_then(Value::text).unwrap_or_default();
        truncated(unit, micros(values, 1))
    }),
    MAKE,
    MAKE.named("make_timestamp_ltz"),
    Function::typed(
        "make_timestamp_ntz",
        |arguments| made(arguments, timestamp_ntz()),
        |values, _| make(values),
    )
    .counts(6, 6),
    Function::typed("months_between", between_types, |values, _| {
        let rounds = !matches!(values.get(2), Some(Value::Boolean(false)));
        Ok(Value::Double(months_between(micros(values, 0), micros(values, 1), rounds)))
    })
    .counts(2, 3),
    Function::typed("timestampadd", added_types, |values, _| {
        let unit = values.first().and_then(Value::text).unwrap_or_default();
        plus_units(unit, int(values, 1), micros(values, 2))
    }),
    Function::new(
        "timestampdiff",
        &[Kind::Text, Kind::Timestamp, Kind::Timestamp],
        Kind::BigInt,
        |values, _| {
            let unit = values.first().and_then(Value::text).unwrap_or_default();
            units_between(unit, micros(values, 1), micros(values, 2))
        },
    ),
    Function::new(
        "from_utc_timestamp",
        &[Kind::Timestamp, Kind::Text],
        Kind::Timestamp,
        |values, _| {
            let utc = micros(values, 0);
            Ok(Value::Timestamp(utc + zone(values)?.offset_at(utc)))
        },
    ),
    Function::new(
        "to_utc_timestamp",
        &[Kind::Timestamp, Kind::Text],
        Kind::Timestamp,
        |values, _| {
            let local = micros(values, 0);
            Ok(Value::Timestamp(zone(values)?.utc_of(local)))
        },
    ),
];

/// Microseconds since 1970.
pub(super) fn micros(values: &[Value], index: usize) -> i64 {
    match values.get(index) {
        Some(Value::Timestamp(micros)) => *micros,
        _ => 0,
    }
}

fn integer_type(arguments: &[DataType]) -> Option<Types> {
    let [own] = arguments else { return None };
    (own.is_integer() || own.is_null()).then(|| Types::new([DataType::Int64], timestamp()))
}

fn scaled(values: &[Value], factor: i64) -> Result<Value> {
    let number = values.first().and_then(Value::integer).unwrap_or_default();
    number.checked_mul(factor).map(Value::Timestamp).ok_or_else(long_overflow)
}

fn long_overflow() -> dbsql_local::engine::SqlError {
    errors::unsupported("a timestamp beyond the range of 64 bits")
}

fn seconds_type(arguments: &[DataType]) -> Option<Types> {
    let [number] = arguments else { return None };
    let parameter = match number {
        DataType::Null => DataType::Int64,
        number if coercion::is_number(number) => number.clone(),
        _ => return None,
    };
    Some(Types::new([parameter], timestamp()))
}

fn seconds(values: &[Value], types: &Types) -> Result<Value> {
    let micros = match values.first() {
        Some(Value::Integer(seconds)) => seconds.checked_mul(SECOND),
        Some(Value::Decimal(unscaled)) => {
            let scale =
                types.parameters.first().and_then(decimal_for).map_or(0, |(_, scale)| scale);
            let exact = decimals::truncated_times(*unscaled, scale, 6);
            let same = decimals::rescaled(exact, -6, 38, scale) == Some(*unscaled);
            if !same {
                return Err(errors::unsupported("a part of a microsecond"));
            }
            i64::try_from(exact).ok()
        }
        Some(number) => match number.double() {
            Some(seconds) if !seconds.is_finite() => return Ok(Value::Null),
            Some(seconds) => Some((seconds * SECOND as f64) as i64),
            None => None,
        },
        None => None,
    };
    micros.map(Value::Timestamp).ok_or_else(long_overflow)
}

/// The timestamp at the start of the unit that it is in; NULL for an unknown unit.
fn truncated(unit: &str, micros: i64) -> Result<Value> {
    let unit = unit.to_uppercase();
    let length = match unit.as_str() {
        "MICROSECOND" => 1,
        "MILLISECOND" => MILLISECOND,
        "SECOND" => SECOND,
        "MINUTE" => MINUTE,
        "HOUR" => HOUR,
        "DAY" | "DD" => DAY,
        _ => {
            let date = Date::from_days(micros.div_euclid(DAY));
            return match start_of(&unit, date) {
                Some(start) => midnight(start).map(Value::Timestamp),
                None => Ok(Value::Null),
            };
        }
    };
    Ok(Value::Timestamp(micros - micros.rem_euclid(length)))
}

fn made(arguments: &[DataType], result: DataType) -> Option<Types> {
    if !(6..=7).contains(&arguments.len()) {
        return None;
    }
    let mut parameters = vec![DataType::Int32; 5];
    parameters.push(DataType::Decimal128(16, 6));
    if arguments.len() == 7 {
        parameters.push(DataType::Utf8);
    }
    let mut pairs = arguments.iter().zip(&parameters);
    let fits = pairs.all(|(from, to)| match to {
        // Any number is converted to the seconds.
        DataType::Decimal128(..) => coercion::is_number(from) || is_text(from) || from.is_null(),
        to => coercion::is_implicit(from, to),
    });
    fits.then(|| Types::new(parameters, result))
}

fn make(values: &[Value]) -> Result<Value> {
    let [year, month, day, hour, minute] =
        [0, 1, 2, 3, 4].map(|index| i64::from(int(values, index)));
    let second = match values.get(5) {
        Some(Value::Decimal(micros)) => i64::try_from(*micros).unwrap_or(i64::MAX),
        _ => 0,
    };
    if second > 60 * SECOND && second < 61 * SECOND {
        return Err(errors::fraction_of_second());
    }
    // 60 seconds are the next minute.
    let fits =
        (0..24).contains(&hour) && (0..60).contains(&minute) && (0..=60 * SECOND).contains(&second);
    if !fits {
        return Err(errors::datetime_field("the time of day"));
    }
    let date = midnight(valid(year, month, day)?)?;
    let local = date + hour * HOUR + minute * MINUTE + second;
    let micros = match values.get(6).and_then(Value::text) {
        Some(name) => zone_named(name)?.utc_of(local),
        None => local,
    };
    Ok(Value::Timestamp(micros))
}

fn parts(micros: i64) -> (Date, i64) {
    (Date::from_days(micros.div_euclid(DAY)), micros.rem_euclid(DAY))
}

fn months_between(one: i64, two: i64, rounds: bool) -> f64 {
    let ((date1, time1), (date2, time2)) = (parts(one), parts(two));
    let months = (date1.year - date2.year) * 12 + date1.month - date2.month;
    let is_last = |date: Date| date.day == days_in_month(date.year, date.month);
    if date1.day == date2.day || (is_last(date1) && is_last(date2)) {
        return months as f64;
    }
    let seconds = (date1.day - date2.day) * 86_400 + time1 / SECOND - time2 / SECOND;
    let exact = months as f64 + seconds as f64 / (31 * 86_400) as f64;
    if rounds { (exact * 1e8).round() / 1e8 } else { exact }
}

fn between_types(arguments: &[DataType]) -> Option<Types> {
    let (times, rounds) = arguments.split_at_checked(2)?;
    let is_time = times.iter().all(|time| coercion::is_implicit(time, &timestamp()));
    // Unlike elsewhere a text is read as a BOOLEAN.
    let is_boolean = rounds
        .iter()
        .all(|rounds| is_text(rounds) || coercion::is_implicit(rounds, &DataType::Boolean));
    let parameters = [timestamp(), timestamp(), DataType::Boolean];
    (is_time && is_boolean).then(|| Types::new(&parameters[..arguments.len()], DataType::Float64))
}

fn added_types(arguments: &[DataType]) -> Option<Types> {
    let [unit, count, time] = arguments else { return None };
    let time = match time {
        DataType::Timestamp(_, None) => timestamp_ntz(),
        DataType::Timestamp(..) | DataType::Date32 | DataType::Null => timestamp(),
        time if is_text(time) => timestamp(),
        _ => return None,
    };
    (is_text(unit) && coercion::is_implicit(count, &DataType::Int32))
        .then(|| Types::new([DataType::Utf8, DataType::Int32, time.clone()], time))
}

/// A timestamp so many months later.
pub(super) fn plus_months(micros: i64, months: i64) -> Result<Value> {
    let (date, time) = parts(micros);
    let start = midnight(date.plus_months(months))?;
    start.checked_add(time).map(Value::Timestamp).ok_or_else(errors::datetime_overflow)
}

fn plus_units(unit: &str, count: i32, micros: i64) -> Result<Value> {
    let count = i64::from(count);
    let unit = unit.to_uppercase();
    if let Some(months) = months_of(&unit) {
        return plus_months(micros, count * months);
    }
    let length = length_of(&unit)?;
    let later = count.checked_mul(length).and_then(|length| micros.checked_add(length));
    later.map(Value::Timestamp).ok_or_else(errors::datetime_overflow)
}

fn months_of(unit: &str) -> Option<i64> {
    match unit {
        "YEAR" => Some(12),
        "QUARTER" => Some(3),
        "MONTH" => Some(1),
        _ => None,
    }
}

fn length_of(unit: &str) -> Result<i64> {
    Ok(match unit {
        "WEEK" => 7 * DAY,
        "DAY" | "DAYOFYEAR" => DAY,
        "HOUR" => HOUR,
        "MINUTE" => MINUTE,
        "SECOND" => SECOND,
        "MILLISECOND" => MILLISECOND,
        "MICROSECOND" => 1,
        _ => return Err(errors::unsupported(format!("the unit {unit}"))),
    })
}

fn units_between(unit: &str, start: i64, end: i64) -> Result<Value> {
    let unit = unit.to_uppercase();
    if unit == "DAYOFYEAR" {
        return Err(errors::unsupported("a difference in DAYOFYEAR"));
    }
    let Some(months) = months_of(&unit) else {
        let length = length_of(&unit)?;
        let difference = (i128::from(end) - i128::from(start)) / i128::from(length);
        let difference = i64::try_from(difference).map_err(|_| errors::datetime_overflow())?;
        return Ok(Value::Integer(difference));
    };
    let ((first, time1), (last, time2)) = (parts(start), parts(end));
    // A last day that has not fully passed does not count.
    let step = match first.days().cmp(&last.days()) {
        std::cmp::Ordering::Less if time2 < time1 => -1,
        std::cmp::Ordering::Greater if time2 > time1 => 1,
        _ => 0,
    };
    let last = Date::from_days(last.days() + step);
    let packed = |date: Date| (date.year * 12 + date.month - 1) * 32 + date.day;
    Ok(Value::Integer((packed(last) - packed(first)) / 32 / months))
}

fn zone(values: &[Value]) -> Result<Zone> {
    zone_named(values.get(1).and_then(Value::text).unwrap_or_default())
}

/// The date of a timestamp.
pub(super) fn date_of(micros: i64) -> Result<Value> {
    from_date(Date::from_days(micros.div_euclid(DAY)))
}

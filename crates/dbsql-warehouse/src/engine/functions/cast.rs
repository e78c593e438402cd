//! `CAST` and `try_cast` in ANSI mode, for every pair of types that has one.

use std::hash::Hash;
use std::sync::Arc;

use arrow_array::ArrayRef;
use arrow_schema::DataType;
use datafusion::arrow::compute;
use datafusion::common::Result as PlanResult;
use datafusion::logical_expr::expr::ScalarFunction;
use datafusion::logical_expr::{
    ColumnarValue, Expr, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility,
};

use super::define::rows;
use crate::engine::calendar::{self, DAY, SECOND, is_space};
use crate::engine::coercion::{
    MAX_PRECISION, decimal_for, is_atomic, is_binary, is_interval, is_number, is_text, pair,
};
use crate::engine::errors::{self, Result, into_datafusion};
use crate::engine::interval::{Interval, Span};
use crate::engine::result_rows::to_type;
use crate::engine::types::{outer_type, sql_name};
use crate::engine::value::Value;
use crate::engine::{decimals, text_form};
use dbsql_local::engine::SqlError;

/// A conversion to one type.
#[derive(Debug, PartialEq, Eq, Hash)]
pub(in crate::engine) struct Cast {
    to: DataType,
    /// Malformed input is NULL instead of an error.
    tolerant: bool,
    signature: Signature,
}

impl Cast {
    pub(in crate::engine) fn to(&self) -> &DataType {
        &self.to
    }
}

/// `CAST(value AS to)`.
pub(in crate::engine) fn cast(value: Expr, to: DataType) -> Expr {
    conversion(value, to, false)
}

/// `CAST` or `try_cast`.
pub(in crate::engine) fn conversion(value: Expr, to: DataType, tolerant: bool) -> Expr {
    let signature = Signature::any(1, Volatility::Immutable);
    let function = ScalarUDF::new_from_impl(Cast { to, tolerant, signature });
    Expr::ScalarFunction(ScalarFunction::new_udf(Arc::new(function), vec![value]))
}

impl ScalarUDFImpl for Cast {
    fn name(&self) -> &str {
        if self.tolerant { "try_cast" } else { "cast" }
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, arguments: &[DataType]) -> PlanResult<DataType> {
        if let [from] = arguments
            && !is_allowed(from, &self.to)
        {
            if is_interval(from) && is_number(&self.to) {
                return Err(into_datafusion(errors::unsupported(
                    "a cast of an interval to a number",
                )));
            }
            return Err(into_datafusion(errors::no_such_cast(from, &self.to)));
        }
        Ok(self.to.clone())
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> PlanResult<ColumnarValue> {
        let Some(value) = args.args.first() else {
            return Err(into_datafusion(SqlError::internal("a cast of nothing")));
        };
        let from = value.data_type();
        if from == self.to {
            return Ok(value.clone());
        }
        if is_text(&self.to)
            && let Some(span) = args.arg_fields.first().and_then(|field| Span::of(field))
        {
            return rows(&args, &self.to, |values| Ok(interval_text(values.first(), span)));
        }
        if let ColumnarValue::Array(array) = value
            && is_lossless(&from, &self.to)
        {
            return Ok(ColumnarValue::Array(compute::cast(array, &self.to)?));
        }
        rows(&args, &self.to, |values| {
            let value = values.first().cloned().unwrap_or(Value::Null);
            match convert(value, &from, &self.to) {
                Err(_) if self.tolerant => Ok(Value::Null),
                other => other,
            }
        })
    }
}

/// Pairs whose conversion never fails, for which Arrow's kernels give the same.
fn is_lossless(from: &DataType, to: &DataType) -> bool {
    let wider = |from: &DataType, to: &DataType| decimal_for(from) <= decimal_for(to);
    (from.is_integer() && to.is_integer() && wider(from, to))
        || (from.is_integer() && is_text(to))
        || (from.is_integer() && matches!(to, DataType::Float64))
        || (is_text(from) && is_text(to))
        || (is_binary(from) && is_binary(to))
        || (matches!(from, DataType::Float32) && matches!(to, DataType::Float64))
}

/// Checks that values of one type can be stored in a column of another.
///
/// # Errors
///
/// There is no cast between the types.
pub(in crate::engine) fn check_stored(from: &DataType, to: &DataType) -> Result<()> {
    let from = outer_type(from);
    match is_allowed(&from, to) {
        true => Ok(()),
        false => Err(errors::no_such_cast(&from, to)),
    }
}

/// Converts a column to the type that it is stored with, as Delta Lake does: by a cast in ANSI mode
/// (`getCastFunction` of its `DeltaAnalysis`), of which an overflow has a class of its own.
///
/// # Errors
///
/// There is no such cast, or a value is malformed or out of range.
pub(in crate::engine) fn stored(column: &ArrayRef, to: &DataType) -> Result<ArrayRef> {
    let from = outer_type(column.data_type());
    let kernel =
        |to: &DataType| to_type(column, to).map_err(|error| errors::from_datafusion(error.into()));
    check_stored(&from, to)?;
    if from == *to || from.is_null() || is_lossless(&from, to) {
        return kernel(to);
    }
    let values = Value::read_all(&kernel(&from)?).map_err(errors::from_datafusion)?;
    let values = values.into_iter().map(|value| convert(value, &from, to).map_err(in_insert));
    let values = values.collect::<Result<Vec<_>>>()?;
    Value::write(&values, to).map_err(errors::from_datafusion)
}

/// The class of an overflow in INSERT.
fn in_insert(error: SqlError) -> SqlError {
    match error.error_class.as_deref() {
        Some("CAST_OVERFLOW" | "NUMERIC_VALUE_OUT_OF_RANGE") => {
            SqlError::new("CAST_OVERFLOW_IN_TABLE_INSERT", "22003", error.message)
        }
        _ => error,
    }
}

/// Whether there is a cast between these types at all.
fn is_allowed(from: &DataType, to: &DataType) -> bool {
    let time = |data_type: &DataType| matches!(data_type, DataType::Timestamp(..));
    let instant = |data_type: &DataType| matches!(data_type, DataType::Timestamp(_, Some(_)));
    if from == to || from.is_null() {
        return true;
    }
    match (from, to) {
        (_, to) if is_text(to) => true,
        (from, to) if is_text(from) => is_atomic(to),
        (from, DataType::Boolean) => is_number(from),
        (DataType::Boolean, to) => is_number(to),
        (from, to) if is_number(from) && is_number(to) => true,
        (from, to) if is_number(from) => instant(to),
        (from, to) if instant(from) && is_number(to) => true,
        (DataType::Date32, to) => time(to),
        (from, DataType::Date32) => time(from),
        (from, to) if time(from) && time(to) => true,
        (DataType::List(from), DataType::List(to)) => is_allowed(from.data_type(), to.data_type()),
        (DataType::Map(from, _), DataType::Map(to, _)) => match (pair(from), pair(to)) {
            (Some((from_key, from_value)), Some((to_key, to_value))) => {
                is_allowed(from_key, to_key) && is_allowed(from_value, to_value)
            }
            _ => false,
        },
        (DataType::Struct(from), DataType::Struct(to)) => {
            from.len() == to.len()
                && from
                    .iter()
                    .zip(to)
                    .all(|(from, to)| is_allowed(from.data_type(), to.data_type()))
        }
        (from, to) => is_interval(from) && is_interval(to) && from == to,
    }
}

/// Converts a value.
///
/// # Errors
///
/// The value is malformed, or out of the range of the type.
pub(in crate::engine) fn convert(value: Value, from: &DataType, to: &DataType) -> Result<Value> {
    if from == to || value.is_null() {
        return Ok(value);
    }
    let malformed = |value: &Value| {
        let shown = text_form::text(value, from);
        errors::invalid_cast(&shown, &upper(from), &upper(to))
    };
    let overflow = |value: &Value| {
        let shown = text_form::literal(value, from);
        errors::cast_overflow(&shown, &upper(from), &upper(to))
    };
    if is_text(to) {
        return Ok(Value::Text(text_form::text(&value, from)));
    }
    if let Value::Text(text) = &value {
        if is_binary(to) {
            return Ok(Value::Binary(text.clone().into_bytes()));
        }
        if let DataType::Decimal128(precision, scale) = to {
            let Some((digits, exponent)) = decimals::parse(text) else {
                return Err(malformed(&value));
            };
            return decimals::rescaled(digits, exponent, *precision, *scale)
                .map(Value::Decimal)
                .ok_or_else(|| match decimals::rescaled(digits, exponent, MAX_PRECISION, 0) {
                    Some(_) => errors::out_of_range(text, *precision, *scale),
                    None => errors::out_of_all_decimals(text),
                });
        }
        return parsed(text, to).ok_or_else(|| malformed(&value));
    }
    match (&value, to) {
        (Value::Boolean(flag), to) => {
            Ok(match to {
                DataType::Float32 => Value::Float(f32::from(u8::from(*flag))),
                DataType::Float64 => Value::Double(f64::from(u8::from(*flag))),
                DataType::Decimal128(precision, scale) => {
                    let one = i128::from(*flag);
                    Value::Decimal(decimals::rescaled(one, 0, *precision, *scale).ok_or_else(
                        || errors::out_of_range(&flag.to_string(), *precision, *scale),
                    )?)
                }
                _ => Value::Integer(i64::from(*flag)),
            })
        }
        (number, DataType::Boolean) => Ok(Value::Boolean(match number {
            Value::Integer(number) => *number != 0,
            Value::Float(number) => *number != 0.0,
            Value::Double(number) => *number != 0.0,
            Value::Decimal(number) => *number != 0,
            _ => return Err(malformed(&value)),
        })),
        (Value::List(items), DataType::List(item)) => {
            let DataType::List(from_item) = from else { return Err(malformed(&value)) };
            let items = items.iter().cloned();
            let items = items.map(|value| convert(value, from_item.data_type(), item.data_type()));
            Ok(Value::List(items.collect::<Result<_>>()?))
        }
        (Value::Struct(members), DataType::Struct(fields)) => {
            let DataType::Struct(from_fields) = from else { return Err(malformed(&value)) };
            let members = members.iter().cloned().zip(from_fields.iter().zip(fields));
            let members =
                members.map(|(value, (from, to))| convert(value, from.data_type(), to.data_type()));
            Ok(Value::Struct(members.collect::<Result<_>>()?))
        }
        (Value::Map(pairs), DataType::Map(entries, _)) => {
            let DataType::Map(from_entries, _) = from else { return Err(malformed(&value)) };
            let (Some((from_key, from_value)), Some((to_key, to_value))) =
                (pair(from_entries), pair(entries))
            else {
                return Err(malformed(&value));
            };
            let pairs = pairs.iter().cloned().map(|(key, value)| {
                Ok((convert(key, from_key, to_key)?, convert(value, from_value, to_value)?))
            });
            Ok(Value::Map(pairs.collect::<Result<_>>()?))
        }
        (Value::Date(days), DataType::Timestamp(..)) => {
            i64::from(*days).checked_mul(DAY).map(Value::Timestamp).ok_or_else(|| overflow(&value))
        }
        (Value::Timestamp(micros), DataType::Date32) => {
            let days = i32::try_from(micros.div_euclid(DAY));
            days.map(Value::Date).map_err(|_| overflow(&value))
        }
        // The time zone is UTC.
        (Value::Timestamp(_), DataType::Timestamp(..)) => Ok(value),
        (Value::Timestamp(micros), to) => match to {
            DataType::Float32 => Ok(Value::Float((*micros as f64 / SECOND as f64) as f32)),
            DataType::Float64 => Ok(Value::Double(*micros as f64 / SECOND as f64)),
            // By way of a DOUBLE.
            DataType::Decimal128(precision, scale) => {
                decimals::parse(&format!("{:e}", *micros as f64 / SECOND as f64))
                    .and_then(|(digits, exponent)| {
                        decimals::rescaled(digits, exponent, *precision, *scale)
                    })
                    .map(Value::Decimal)
                    .ok_or_else(|| {
                        let shown = text_form::text(&value, from);
                        errors::out_of_range(&shown, *precision, *scale)
                    })
            }
            to => {
                let seconds = micros.div_euclid(SECOND);
                within(i128::from(seconds), to).ok_or_else(|| overflow(&value))
            }
        },
        (number, DataType::Timestamp(..)) => Ok(Value::Timestamp(match number {
            Value::Integer(seconds) => seconds.saturating_mul(SECOND),
            Value::Decimal(unscaled) => {
                let (_, scale) = decimal_for(from).unwrap_or_default();
                // As in Java, only the lower bits of a number that is too large are left.
                decimals::truncated_times(decimals::with_34_digits(*unscaled), scale, 6) as i64
            }
            number => match number.double() {
                Some(seconds) if seconds.is_finite() => {
                    let micros = seconds * SECOND as f64;
                    if micros.abs() > i64::MAX as f64 {
                        return Err(overflow(&value));
                    }
                    micros as i64
                }
                _ => return Err(malformed(&value)),
            },
        })),
        (Value::Integer(number), DataType::Float32) => Ok(Value::Float(*number as f32)),
        (Value::Integer(number), DataType::Float64) => Ok(Value::Double(*number as f64)),
        (Value::Float(number), DataType::Float64) => Ok(Value::Double(f64::from(*number))),
        (Value::Double(number), DataType::Float32) => Ok(Value::Float(*number as f32)),
        (Value::Decimal(_), DataType::Float32 | DataType::Float64) => {
            let number: f64 = text_form::text(&value, from).parse().unwrap_or(f64::NAN);
            Ok(match to {
                DataType::Float32 => {
                    Value::Float(text_form::text(&value, from).parse().unwrap_or(f32::NAN))
                }
                _ => Value::Double(number),
            })
        }
        (number, DataType::Decimal128(precision, scale)) => {
            let range = || {
                let shown = text_form::text(&value, from);
                errors::out_of_range(&shown, *precision, *scale)
            };
            let parts = match number {
                Value::Integer(number) => Some((i128::from(*number), 0)),
                Value::Decimal(unscaled) => {
                    let (_, scale) = decimal_for(from).unwrap_or_default();
                    Some((*unscaled, -i32::from(scale)))
                }
                Value::Float(number) if number.is_finite() => {
                    // By the digits of the DOUBLE that it is.
                    decimals::parse(&format!("{:e}", f64::from(*number)))
                }
                Value::Double(number) if number.is_finite() => {
                    decimals::parse(&format!("{number:e}"))
                }
                _ => return Ok(Value::Null),
            };
            parts
                .and_then(|(digits, exponent)| {
                    decimals::rescaled(digits, exponent, *precision, *scale)
                })
                .map(Value::Decimal)
                .ok_or_else(range)
        }
        (Value::Integer(number), to) => {
            within(i128::from(*number), to).ok_or_else(|| overflow(&value))
        }
        (Value::Decimal(unscaled), to) => {
            let (_, scale) = decimal_for(from).unwrap_or_default();
            let whole = decimals::truncated_times(*unscaled, scale, 0);
            within(whole, to).ok_or_else(|| overflow(&value))
        }
        (Value::Float(_) | Value::Double(_), to) => {
            let number = value.double().unwrap_or(f64::NAN);
            let fits = number.is_finite() && number.abs() < 1e20;
            let whole = if fits { number.trunc() as i128 } else { i128::MAX };
            // 2^63 fits: as a DOUBLE, the greatest BIGINT is the same.
            let is_greatest = *to == DataType::Int64 && whole == i128::from(i64::MAX) + 1;
            let whole = if is_greatest { whole - 1 } else { whole };
            within(whole, to).ok_or_else(|| overflow(&value))
        }
        _ => Err(malformed(&value)),
    }
}

/// The literal of an interval.
fn interval_text(value: Option<&Value>, span: Span) -> Value {
    let amount = match value {
        Some(Value::Months(months)) => i64::from(*months),
        Some(Value::DayTime(micros)) => *micros,
        _ => return Value::Null,
    };
    Value::Text(Interval { span, amount }.to_string())
}

/// The integer, if the type has it.
fn within(number: i128, to: &DataType) -> Option<Value> {
    let fits = match to {
        DataType::Int8 => i8::try_from(number).is_ok(),
        DataType::Int16 => i16::try_from(number).is_ok(),
        DataType::Int32 => i32::try_from(number).is_ok(),
        _ => true,
    };
    fits.then(|| i64::try_from(number).ok().map(Value::Integer)).flatten()
}

/// What a text says, as a value of this type.
fn parsed(text: &str, to: &DataType) -> Option<Value> {
    let trimmed = text.trim_matches(is_space);
    match to {
        DataType::Boolean => match trimmed.to_lowercase().as_str() {
            "t" | "true" | "y" | "yes" | "1" => Some(Value::Boolean(true)),
            "f" | "false" | "n" | "no" | "0" => Some(Value::Boolean(false)),
            _ => None,
        },
        DataType::Int8 | DataType::Int16 | DataType::Int32 | DataType::Int64 => {
            within(trimmed.parse::<i64>().ok()?.into(), to)
        }
        DataType::Float32 => {
            let number = parsed_float(trimmed)?;
            let single = plain_number(trimmed).parse::<f32>();
            Some(Value::Float(single.unwrap_or(number as f32)))
        }
        DataType::Float64 => Some(Value::Double(parsed_float(trimmed)?)),
        DataType::Date32 => calendar::parse_date(text).map(Value::Date),
        DataType::Timestamp(_, zone) => {
            let moment = calendar::parse_timestamp(text)?;
            if zone.is_none() && !moment.is_date_given {
                return None;
            }
            let offset = if zone.is_some() { moment.offset.unwrap_or_default() } else { 0 };
            moment.local.checked_sub(offset).map(Value::Timestamp)
        }
        _ => None,
    }
}

fn plain_number(text: &str) -> &str {
    text.strip_suffix(['d', 'D', 'f', 'F']).unwrap_or(text)
}

fn parsed_float(text: &str) -> Option<f64> {
    let (sign, unsigned) = match text.strip_prefix('-') {
        Some(unsigned) => (-1.0, unsigned),
        None => (1.0, text.strip_prefix('+').unwrap_or(text)),
    };
    match unsigned.to_lowercase().as_str() {
        "inf" | "infinity" => return Some(sign * f64::INFINITY),
        "nan" if unsigned.len() == text.len() || unsigned == "NaN" => return Some(f64::NAN),
        _ => {}
    }
    if let Some(number) = hexadecimal(unsigned) {
        return Some(sign * number);
    }
    let plain = plain_number(text);
    // Rust also reads words.
    plain.ends_with(|letter: char| letter.is_ascii_digit() || letter == '.').then_some(())?;
    plain.parse().ok()
}

/// `0x1.8p3`, as Java reads it: the digits times a power of two.
fn hexadecimal(text: &str) -> Option<f64> {
    let digits = text.strip_prefix("0x").or_else(|| text.strip_prefix("0X"))?;
    let (mantissa, exponent) = digits.split_once(['p', 'P'])?;
    let exponent: i32 = plain_number(exponent).parse().ok()?;
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let all = format!("{whole}{fraction}");
    let number = u64::from_str_radix(&all, 16).ok()? as f64;
    let places = i32::try_from(fraction.len()).ok()?.checked_mul(4)?;
    Some(number * 2_f64.powi(exponent.checked_sub(places)?))
}

fn upper(data_type: &DataType) -> String {
    sql_name(data_type).to_uppercase()
}

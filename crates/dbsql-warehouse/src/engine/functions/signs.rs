//! `-value` and `+value`.

use arrow_schema::DataType;

use super::define::{Function, Types};
use crate::engine::coercion::{is_interval, is_number, is_text};
use crate::engine::errors;
use crate::engine::value::Value;

/// The functions.
pub(super) const ALL: &[Function] = &[
    Function::typed("negative", types, |values, types| {
        let overflow = || errors::arithmetic_overflow(&DataType::Int64);
        let fits = |number: &i64| match types.result {
            DataType::Int8 => i8::try_from(*number).is_ok(),
            DataType::Int16 => i16::try_from(*number).is_ok(),
            DataType::Int32 => i32::try_from(*number).is_ok(),
            _ => true,
        };
        Ok(match values.first() {
            Some(Value::Integer(number)) => {
                let negative = number.checked_neg().filter(fits);
                Value::Integer(negative.ok_or_else(overflow)?)
            }
            Some(Value::Float(number)) => Value::Float(-number),
            Some(Value::Double(number)) => Value::Double(-number),
            Some(Value::Decimal(number)) => Value::Decimal(-number),
            Some(Value::DayTime(micros)) => {
                Value::DayTime(micros.checked_neg().ok_or_else(overflow)?)
            }
            Some(Value::Months(months)) => {
                Value::Months(months.checked_neg().ok_or_else(overflow)?)
            }
            _ => Value::Null,
        })
    })
    .counts(1, 1),
    Function::typed("positive", types, |values, _| {
        Ok(values.first().cloned().unwrap_or(Value::Null))
    })
    .counts(1, 1),
];

/// Numbers, intervals, and texts as DOUBLE.
fn types(arguments: &[DataType]) -> Option<Types> {
    let [from] = arguments else { return None };
    let to = match from {
        from if is_text(from) || from.is_null() => DataType::Float64,
        from if is_number(from) || is_interval(from) => from.clone(),
        _ => return None,
    };
    Some(Types::new([to.clone()], to))
}

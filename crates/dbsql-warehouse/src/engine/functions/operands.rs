//! The operands of arithmetic by name, such as `try_add` and `pmod`.

use arrow_schema::DataType;

use super::arithmetic::{Operation, types_of};
use super::cast::convert;
use super::define::Types;
use crate::engine::coercion::{common, decimal, is_interval, is_number, is_text};
use crate::engine::errors::{Result, unsupported};
use crate::engine::value::Value;

/// The types of the arguments, if the operation takes them. They are converted with each row.
pub(super) fn parameters(operation: Operation, arguments: &[DataType]) -> Option<Vec<DataType>> {
    let known = operands(operation, arguments, &[]).is_some() || moves(operation, arguments);
    known.then(|| arguments.to_vec())
}

/// The type of the result.
pub(super) fn result(
    operation: Operation,
    types: &[DataType],
    constants: &[Option<Value>],
) -> Result<DataType> {
    match operands(operation, types, constants) {
        Some((_, _, result)) => Ok(result),
        None => Err(unsupported("arithmetic of dates and intervals by such a function")),
    }
}

/// The operands of one row, and their types.
pub(super) fn converted(
    operation: Operation,
    values: &[Value],
    types: &Types,
) -> Result<(Vec<Value>, Types)> {
    let Some((left, right, _)) = operands(operation, &types.parameters, &[]) else {
        return Ok((values.to_vec(), types.clone()));
    };
    let to = [left, right];
    let sides = values.iter().zip(types.parameters.iter().zip(&to));
    let values = sides.map(|(value, (from, to))| convert(value.clone(), from, to));
    let values = values.collect::<Result<Vec<_>>>()?;
    Ok((values, Types::new(to, types.result.clone())))
}

/// What both sides are converted to, and the type of the result.
fn operands(
    operation: Operation,
    arguments: &[DataType],
    constants: &[Option<Value>],
) -> Option<(DataType, DataType, DataType)> {
    let [left, right] = arguments else { return None };
    let number = |side: &DataType, other: &DataType| match side {
        DataType::Null if other.is_null() => Some(DataType::Float64),
        DataType::Null => Some(other.clone()),
        side if is_text(side) && is_number(other) => common(side, other),
        side => is_number(side).then(|| side.clone()),
    };
    let (left, right) = (number(left, right)?, number(right, left)?);
    let known = |at: usize| constants.get(at).and_then(Option::as_ref);
    let (left, right) = (digits(&left, &right, known(0)), digits(&right, &left, known(1)));
    types_of(operation, &left, &right)
}

/// A constant integer beside a decimal has just its digits.
fn digits(own: &DataType, other: &DataType, constant: Option<&Value>) -> DataType {
    match constant {
        Some(Value::Integer(number)) if own.is_integer() && other.is_decimal() => {
            let digits = number.unsigned_abs().to_string().len();
            decimal(i32::try_from(digits).unwrap_or_default(), 0)
        }
        _ => own.clone(),
    }
}

/// Whether Spark adds days to a date, or multiplies an interval.
fn moves(operation: Operation, arguments: &[DataType]) -> bool {
    let [left, right] = arguments else { return false };
    let is_date = |side: &DataType| *side == DataType::Date32;
    match operation {
        Operation::Add => {
            is_date(left) && right.is_integer() || left.is_integer() && is_date(right)
        }
        Operation::Subtract => is_date(left) && right.is_integer(),
        Operation::Multiply => {
            is_interval(left) && is_number(right) || is_number(left) && is_interval(right)
        }
        Operation::Divide => is_interval(left) && is_number(right),
        _ => false,
    }
}

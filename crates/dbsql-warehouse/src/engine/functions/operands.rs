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
    let sides = arguments.get(..2)?;
    let known = operands(operation, sides, &[]).is_some() || moves(operation, sides);
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
    let sides = values.iter().take(2).zip(types.parameters.iter().zip(&to));
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
    let [left, right, ..] = arguments else { return None };
    let number = |side: &DataType, other: &DataType| match side {
        DataType::Null if other.is_null() => Some(DataType::Float64),
        DataType::Null => Some(other.clone()),
        side if is_text(side) && is_number(other) => common(side, other),
        side => is_number(side).then(|| side.clone()),
    };
    let (left, right) = (number(left, right)?, number(right, left)?);
    // The digits of literals follow the sides.
    let known = |at: usize| constants.get(at + 2).and_then(Option::as_ref).and_then(Value::text);
    let (left, right) = (digits(&left, &right, known(0)), digits(&right, &left, known(1)));
    types_of(operation, &left, &right)
}

/// An integer literal beside a decimal has just its digits.
fn digits(own: &DataType, other: &DataType, literal: Option<&str>) -> DataType {
    match literal {
        Some(digits) if !digits.is_empty() && own.is_integer() && other.is_decimal() => {
            decimal(i32::try_from(digits.len()).unwrap_or_default(), 0)
        }
        _ => own.clone(),
    }
}

/// Whether Spark moves a date or a time, or computes with intervals.
fn moves(operation: Operation, arguments: &[DataType]) -> bool {
    let [left, right] = arguments else { return false };
    let is_time = |side: &DataType| matches!(side, DataType::Date32 | DataType::Timestamp(..));
    let moved = |side: &DataType, by: &DataType| {
        is_time(side) && is_interval(by) || *side == DataType::Date32 && by.is_integer()
    };
    match operation {
        Operation::Add => {
            moved(left, right) || moved(right, left) || is_interval(left) && is_interval(right)
        }
        Operation::Subtract => {
            moved(left, right)
                || is_time(left) && is_time(right)
                || is_interval(left) && is_interval(right)
        }
        Operation::Multiply => {
            is_interval(left) && is_number(right) || is_number(left) && is_interval(right)
        }
        Operation::Divide => is_interval(left) && is_number(right),
        _ => false,
    }
}

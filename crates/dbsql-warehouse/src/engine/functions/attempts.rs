//! `try_add` and the like: NULL in place of an error.

use arrow_schema::DataType;

use super::arithmetic::{Operation, one_of, types_of};
use super::define::{Function, Types};
use crate::engine::coercion::{common, is_number, is_text};

/// The functions.
pub(super) const ALL: &[Function] = &[
    Function::typed(
        "try_add",
        |arguments| types(Operation::Add, arguments),
        |values, types| one_of(Operation::Add, values, &types.parameters, &types.result),
    ),
    Function::typed(
        "try_subtract",
        |arguments| types(Operation::Subtract, arguments),
        |values, types| one_of(Operation::Subtract, values, &types.parameters, &types.result),
    ),
    Function::typed(
        "try_multiply",
        |arguments| types(Operation::Multiply, arguments),
        |values, types| one_of(Operation::Multiply, values, &types.parameters, &types.result),
    ),
    Function::typed(
        "try_divide",
        |arguments| types(Operation::Divide, arguments),
        |values, types| one_of(Operation::Divide, values, &types.parameters, &types.result),
    ),
    Function::typed(
        "try_mod",
        |arguments| types(Operation::Remainder, arguments),
        |values, types| one_of(Operation::Remainder, values, &types.parameters, &types.result),
    ),
];

fn types(operation: Operation, arguments: &[DataType]) -> Option<Types> {
    let [left, right] = arguments else { return None };
    let number = |side: &DataType, other: &DataType| match side {
        DataType::Null => {
            if other.is_null() {
                Some(DataType::Float64)
            } else {
                Some(other.clone())
            }
        }
        side if is_text(side) && is_number(other) => common(side, other),
        side => is_number(side).then(|| side.clone()),
    };
    let (left, right) = (number(left, right)?, number(right, left)?);
    let (left, right, result) = types_of(operation, &left, &right)?;
    Some(Types::new([left, right], result))
}

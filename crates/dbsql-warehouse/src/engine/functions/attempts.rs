//! `try_add` and the like: NULL in place of an error.

use super::arithmetic::{Operation, whole_of};
use super::define::{Function, Types};
use super::operands::{converted, parameters, result};
use crate::engine::errors::Result;
use crate::engine::value::Value;

macro_rules! attempt {
    ($name:literal, $operation:expr) => {
        Function::with_constants(
            $name,
            |arguments| parameters($operation, arguments),
            |types, constants| result($operation, types, constants),
            |values, types| Ok(computed($operation, values, types).unwrap_or(Value::Null)),
        )
        .counts(4, 4)
    };
}

/// Such a call with another number of arguments.
macro_rules! miscounted {
    ($name:literal) => {
        Function::typed($name, |_| None, |_, _| Ok(Value::Null)).counts(2, 2)
    };
}

/// The functions.
pub(super) const ALL: &[Function] = &[
    attempt!("dbsql_try_add", Operation::Add),
    attempt!("dbsql_try_subtract", Operation::Subtract),
    attempt!("dbsql_try_multiply", Operation::Multiply),
    attempt!("dbsql_try_divide", Operation::Divide),
    attempt!("dbsql_try_mod", Operation::Remainder),
    miscounted!("try_add"),
    miscounted!("try_subtract"),
    miscounted!("try_multiply"),
    miscounted!("try_divide"),
    miscounted!("try_mod"),
];

fn computed(operation: Operation, values: &[Value], types: &Types) -> Result<Value> {
    let (values, types) = converted(operation, values, types)?;
    whole_of(operation, &values, &types.parameters, &types.result)
}

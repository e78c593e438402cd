//! Functions that choose one of their arguments, or tell something about one.

use arrow_schema::DataType;

use super::cast::convert;
use super::define::{Function, Types};
use super::inputs::text;
use crate::engine::coercion::{common_of, is_text};
use crate::engine::errors::unsupported;
use crate::engine::value::Value;
use dbsql_local::engine::SqlError;

/// The functions.
pub(super) const ALL: &[Function] = &[
    Function::typed("greatest", of_common, |values, _| Ok(most(values, true)))
        .counts(2, usize::MAX)
        .takes_nulls(),
    Function::typed("least", of_common, |values, _| Ok(most(values, false)))
        .counts(2, usize::MAX)
        .takes_nulls(),
    // Those that have the right number of arguments are rewritten.
    Function::typed("nvl", |_| None, |_, _| Ok(Value::Null)).counts(2, 2),
    Function::typed("ifnull", |_| None, |_, _| Ok(Value::Null)).counts(2, 2),
    Function::typed("nvl2", |_| None, |_, _| Ok(Value::Null)).counts(3, 3),
    Function::typed("if", |_| None, |_, _| Ok(Value::Null)).counts(3, 3),
    Function::typed("isnull", |_| None, |_, _| Ok(Value::Null)).counts(1, 1),
    Function::typed("isnotnull", |_| None, |_, _| Ok(Value::Null)).counts(1, 1),
    RANDOM,
    RANDOM.named("randn"),
    Function::typed(
        "nanvl",
        |arguments| {
            let mut types = floats(arguments, None)?;
            // A text is read only where it is needed.
            if arguments.get(1).is_some_and(is_text) {
                types.parameters[1] = DataType::Utf8;
            }
            Some(types)
        },
        |values, types| {
            let is_nan = values[0].double().is_some_and(f64::is_nan);
            let at = usize::from(is_nan);
            convert(values[at].clone(), &types.parameters[at], &types.result)
        },
    )
    .counts(2, 2)
    .takes_nulls(),
    Function::typed(
        "isnan",
        |arguments| floats(arguments, Some(DataType::Boolean)),
        |values, _| Ok(Value::Boolean(values[0].double().is_some_and(f64::is_nan))),
    )
    .counts(1, 1)
    .takes_nulls(),
    Function::typed("assert_true", assert_types, |values, _| match values.first() {
        Some(Value::Boolean(true)) => Ok(Value::Null),
        _ => {
            let message = match values.get(1) {
                Some(Value::Text(_)) => text(values, 1),
                _ => "The assertion is not true!",
            };
            Err(SqlError::new("USER_RAISED_EXCEPTION", "P0001", message))
        }
    })
    .counts(1, 2)
    .takes_nulls(),
];

/// With a seed: what Spark returns depends on how it divides the rows.
const RANDOM: Function = Function::typed(
    "rand",
    |arguments| match arguments {
        [seed] if seed.is_integer() || seed.is_null() => {
            Some(Types::new([seed.clone()], DataType::Float64))
        }
        _ => None,
    },
    |_, _| Err(unsupported("random numbers from a seed")),
)
.counts(1, 1)
.takes_nulls();

fn of_common(arguments: &[DataType]) -> Option<Types> {
    // A text is not read as something else here.
    let texts = arguments.iter().filter(|argument| is_text(argument)).count();
    let others = arguments.iter().filter(|argument| !is_text(argument) && !argument.is_null());
    if texts > 0 && others.count() > 0 {
        return None;
    }
    let common = common_of(arguments)?;
    let has_order = !matches!(common, DataType::Map(..));
    has_order.then(|| Types::new(vec![common.clone(); arguments.len()], common))
}

/// NULL is left out.
fn most(values: &[Value], greatest: bool) -> Value {
    let values = values.iter().filter(|value| !value.is_null());
    // Of equal ones the first.
    let better = |one: &Value, other: &Value| {
        let order = other.compare(one);
        if greatest { order.is_gt() } else { order.is_lt() }
    };
    let chosen = values.reduce(|best, next| if better(best, next) { next } else { best });
    chosen.cloned().unwrap_or(Value::Null)
}

/// FLOATs or DOUBLEs.
fn floats(arguments: &[DataType], result: Option<DataType>) -> Option<Types> {
    let single = arguments.iter().all(|argument| *argument == DataType::Float32);
    let data_type = if single { DataType::Float32 } else { DataType::Float64 };
    let result = result.unwrap_or_else(|| data_type.clone());
    super::inputs::fitting(arguments, &vec![data_type; arguments.len()], result)
}

fn assert_types(arguments: &[DataType]) -> Option<Types> {
    super::inputs::fitting(arguments, &[DataType::Boolean, DataType::Utf8], DataType::Null)
}

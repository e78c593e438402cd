//! Arguments of a function, and how types of several arguments fit.

use arrow_schema::DataType;

use super::define::Types;
use crate::engine::coercion::{is_binary, is_implicit};
use crate::engine::errors::{Result, unsupported};
use crate::engine::value::Value;

/// The text in this position; empty if there is none.
pub(super) fn text(values: &[Value], at: usize) -> &str {
    values.get(at).and_then(Value::text).unwrap_or_default()
}

/// The integer in this position; 0 if there is none.
pub(super) fn integer(values: &[Value], at: usize) -> i64 {
    values.get(at).and_then(Value::integer).unwrap_or_default()
}

/// The double in this position; NaN if there is none.
pub(super) fn double(values: &[Value], at: usize) -> f64 {
    values.get(at).and_then(Value::double).unwrap_or(f64::NAN)
}

/// The bytes of a text or binary.
pub(super) fn bytes(values: &[Value], at: usize) -> &[u8] {
    match values.get(at) {
        Some(Value::Text(text)) => text.as_bytes(),
        Some(Value::Binary(bytes)) => bytes,
        _ => &[],
    }
}

/// A length or position of a text; negative numbers are 0.
pub(super) fn size(number: i64) -> usize {
    usize::try_from(number.max(0)).unwrap_or(usize::MAX)
}

/// A count as an INT.
pub(super) fn count(number: usize) -> Value {
    Value::Integer(i64::try_from(number).unwrap_or(i64::MAX).min(i64::from(i32::MAX)))
}

/// The parameters, if each argument can be converted to its own.
pub(super) fn fitting(
    arguments: &[DataType],
    parameters: &[DataType],
    result: DataType,
) -> Option<Types> {
    let parameters = parameters.get(..arguments.len())?;
    let fits = arguments.iter().zip(parameters).all(|(from, to)| is_implicit(from, to));
    fits.then(|| Types::new(parameters, result))
}

/// TEXT or BINARY: what the first argument becomes.
pub(super) fn text_or_binary(argument: &DataType) -> DataType {
    if is_binary(argument) { DataType::Binary } else { DataType::Utf8 }
}

/// Checks the size of a result before it is made.
pub(super) fn check_size(bytes: usize) -> Result<()> {
    if bytes > super::define::MAX_BYTES {
        return Err(unsupported("texts of more than 1 GiB"));
    }
    Ok(())
}

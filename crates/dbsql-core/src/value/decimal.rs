//! Decimals: text as the server parses it, with its precision and scale.

use super::sql_type::MAX_DIGITS;
use super::{SqlType, Value, invalid};
use crate::{Error, Result};

/// Parses a sign, digits with an optional point, and an exponent.
pub(super) fn from_text(text: &str) -> Result<Value> {
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => {
            (mantissa, exponent.parse::<i32>().map_err(|_| not_a_number())?)
        }
        None => (text, 0),
    };
    let (negative, unsigned) = match mantissa.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, mantissa.strip_prefix('+').unwrap_or(mantissa)),
    };
    let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, ""));
    let digits = format!("{whole}{fraction}");
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(not_a_number());
    }
    let significant = digits.trim_start_matches('0');
    let fraction_len = i32::try_from(fraction.len()).map_err(|_| too_many_digits())?;
    let scale = fraction_len.checked_sub(exponent).ok_or_else(too_many_digits)?;
    // A negative scale means trailing zeros.
    let zeros = usize::try_from(-scale.min(0)).map_err(|_| too_many_digits())?;
    let scale = usize::try_from(scale.max(0)).map_err(|_| too_many_digits())?;
    let max = usize::from(MAX_DIGITS);
    if scale > max || significant.len() > max || (zeros > max && !significant.is_empty()) {
        return Err(too_many_digits());
    }
    let zeros = if significant.is_empty() { 0 } else { zeros };
    written(negative, &format!("{significant}{}", "0".repeat(zeros)), scale)
}

/// `unscaled` / 10^`scale`.
pub(super) fn from_parts(unscaled: i128, scale: u8) -> Result<Value> {
    let digits = unscaled.unsigned_abs().to_string();
    written(unscaled < 0, digits.trim_start_matches('0'), usize::from(scale))
}

/// Returns the value of digits without leading zeros, the last `scale` of them after the point.
fn written(negative: bool, digits: &str, scale: usize) -> Result<Value> {
    // There is at least one digit before the point; a 0 there does not count.
    let padded = format!("{digits:0>width$}", width = scale + 1);
    let precision = digits.len().max(scale).max(1);
    let (Ok(precision), Ok(scale)) = (u8::try_from(precision), u8::try_from(scale)) else {
        return Err(too_many_digits());
    };
    if precision > MAX_DIGITS {
        return Err(too_many_digits());
    }
    let (whole, fraction) = padded.split_at(padded.len() - usize::from(scale));
    let sign = if negative { "-" } else { "" };
    let point = if fraction.is_empty() { "" } else { "." };
    let text = format!("{sign}{whole}{point}{fraction}");
    Ok(Value::scalar(SqlType::Decimal { precision, scale }, text))
}

fn not_a_number() -> Error {
    invalid(
        "invalid decimal: expected digits with an optional sign, point and exponent, such as -12.50",
    )
}

fn too_many_digits() -> Error {
    invalid("a decimal has at most 38 digits")
}

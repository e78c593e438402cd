//! Numbers as text: `format_number`, `conv`, and the formats of `to_char` and `to_number`.

use arrow_schema::DataType;

use super::define::Kind::{Int, Text};
use super::define::{Function, Types};
use super::inputs::{fitting, integer, text};
use super::number_patterns::{NumberPattern, Read};
use crate::engine::coercion::{decimal, decimal_for, is_number, is_text};
use crate::engine::decimals;
use crate::engine::errors::{Result, arithmetic_overflow, unsupported};
use crate::engine::value::Value;

/// The functions.
pub(super) const ALL: &[Function] = &[
    Function::typed("format_number", format_types, format_number).counts(2, 2),
    Function::new("conv", &[Text, Int, Int], Text, converted),
    TO_CHAR,
    TO_CHAR.named("to_varchar"),
    Function::with_constants(
        "to_number",
        |arguments| {
            Some(fitting(arguments, &[const { DataType::Utf8 }; 2], DataType::Null)?.parameters)
        },
        |_, constants| number_type(constants),
        |values, _| match NumberPattern::parse(text(values, 1))?.read(text(values, 0)) {
            Read::Number(number) => Ok(Value::Decimal(number)),
            Read::Mismatch(error) => Err(error),
        },
    )
    .counts(2, 2),
    Function::with_constants(
        "try_to_number",
        |arguments| {
            Some(fitting(arguments, &[const { DataType::Utf8 }; 2], DataType::Null)?.parameters)
        },
        |_, constants| number_type(constants),
        |values, _| match NumberPattern::parse(text(values, 1))?.read(text(values, 0)) {
            // There is an error in Spark.
            _ if text(values, 0).is_empty() => Err(unsupported("try_to_number of an empty text")),
            Read::Number(number) => Ok(Value::Decimal(number)),
            Read::Mismatch(_) => Ok(Value::Null),
        },
    )
    .counts(2, 2),
];

const TO_CHAR: Function = Function::typed(
    "to_char",
    |arguments| {
        let [value, format] = arguments else { return None };
        if format.is_nested() {
            return None;
        }
        let number = match value {
            value if value.is_null() || is_text(value) => decimal(38, 18),
            DataType::Float64 => decimal(30, 15),
            DataType::Float32 => decimal(14, 7),
            value => {
                let (precision, scale) = decimal_for(value)?;
                decimal(precision.into(), scale.into())
            }
        };
        Some(Types::new([number, DataType::Utf8], DataType::Utf8))
    },
    |values, types| {
        let pattern = NumberPattern::parse(text(values, 1))?;
        match (&values[0], types.parameters.first()) {
            (Value::Decimal(number), Some(DataType::Decimal128(_, scale))) => {
                pattern.write(*number, *scale).map(Value::Text)
            }
            _ => Ok(Value::Null),
        }
    },
)
.counts(2, 2);

fn number_type(constants: &[Option<Value>]) -> Result<DataType> {
    match constants.get(1) {
        Some(Some(Value::Text(pattern))) => {
            let (whole, fraction) = NumberPattern::parse(pattern)?.digits();
            let count = |digits: usize| i32::try_from(digits).unwrap_or(i32::MAX);
            Ok(decimal(count(whole).saturating_add(count(fraction)), count(fraction)))
        }
        _ => Err(unsupported("to_number with a format that is not a literal")),
    }
}

fn format_types(arguments: &[DataType]) -> Option<Types> {
    let [value, format] = arguments else { return None };
    let number = match value {
        value if value.is_null() => DataType::Float64,
        value if is_number(value) => value.clone(),
        _ => return None,
    };
    let format = match format {
        format if is_text(format) => DataType::Utf8,
        DataType::Int8 | DataType::Int16 | DataType::Int32 | DataType::Null => DataType::Int32,
        _ => return None,
    };
    Some(Types::new([number, format], DataType::Utf8))
}

/// The most digits behind the point that DOUBLE values are formatted with.
const MAX_DIGITS: i64 = 340;

/// How many digits, and how they are grouped.
struct Layout {
    least_whole: usize,
    least_fraction: usize,
    most_fraction: usize,
    group: Option<usize>,
}

impl Layout {
    /// Of a pattern such as `#,##0.00`; `None` if it has something else.
    fn parse(pattern: &str) -> Option<Self> {
        let (whole, fraction) = pattern.split_once('.').unwrap_or((pattern, ""));
        let digits = whole.replace(',', "");
        let all_optional = !pattern.contains('0') && pattern.contains('.');
        // One of the optional digits is shown then.
        let least_whole = digits.trim_start_matches('#').len().max(usize::from(all_optional));
        let least_fraction = fraction.trim_end_matches('#').len();
        let plain = digits.trim_start_matches('#').bytes().all(|letter| letter == b'0')
            && fraction.trim_end_matches('#').bytes().all(|letter| letter == b'0')
            && !digits.is_empty()
            && !whole.starts_with(',')
            && !whole.ends_with(',');
        let group = whole.rfind(',').map(|at| whole.len() - at - 1);
        plain.then_some(Self { least_whole, least_fraction, most_fraction: fraction.len(), group })
    }
}

fn format_number(values: &[Value], types: &Types) -> Result<Value> {
    let layout = match &values[1] {
        Value::Integer(..=-1) => return Ok(Value::Null),
        Value::Integer(digits) if *digits <= MAX_DIGITS => {
            let digits = usize::try_from(*digits).unwrap_or_default();
            Layout { least_whole: 1, least_fraction: digits, most_fraction: digits, group: Some(3) }
        }
        Value::Text(pattern) if pattern.is_empty() => {
            Layout { least_whole: 1, least_fraction: 0, most_fraction: 0, group: Some(3) }
        }
        Value::Text(pattern) => Layout::parse(pattern)
            .ok_or_else(|| unsupported(format!("the number format {pattern}")))?,
        _ => return Err(unsupported("a number format with so many digits")),
    };
    let number = match &values[0] {
        Value::Integer(number) => number.to_string(),
        Value::Decimal(number) => {
            let (_, scale) = types.parameters.first().and_then(decimal_for).unwrap_or_default();
            let most = i8::try_from(layout.most_fraction).unwrap_or(i8::MAX).min(scale);
            let cut = half_even(*number, u32::try_from(scale - most).unwrap_or_default());
            let sign = if *number < 0 && cut == 0 { "-" } else { "" };
            format!("{sign}{}", decimals::text(cut, most))
        }
        other => match other.double() {
            Some(number) if number.is_nan() => return Ok(Value::Text("NaN".to_owned())),
            Some(number) if number.is_infinite() => {
                let sign = if number < 0.0 { "-" } else { "" };
                return Ok(Value::Text(format!("{sign}\u{221e}")));
            }
            Some(number) => rounded(number, layout.most_fraction),
            None => return Ok(Value::Null),
        },
    };
    let (sign, unsigned) = match number.strip_prefix('-') {
        Some(unsigned) => ("-", unsigned),
        None => ("", number.as_str()),
    };
    let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, ""));
    let fraction = fraction.trim_end_matches('0');
    let fraction = format!("{fraction:0<width$}", width = layout.least_fraction);
    let whole = whole.trim_start_matches('0');
    let mut whole = format!("{whole:0>width$}", width = layout.least_whole);
    if whole.is_empty() && fraction.is_empty() {
        whole.push('0');
    }
    let whole = match layout.group {
        Some(size) if size > 0 => grouped(&whole, size),
        _ => whole,
    };
    let point = if fraction.is_empty() { "" } else { "." };
    Ok(Value::Text(format!("{sign}{whole}{point}{fraction}")))
}

/// Of the digits that Java writes for the number, the exact value decides between two neighbors.
fn rounded(number: f64, most_fraction: usize) -> String {
    let written = number.to_string();
    let (whole, fraction) = written.split_once('.').unwrap_or((&written, ""));
    if fraction.len() <= most_fraction {
        return written;
    }
    // Below 0.001 Java writes 5E-4 as 5.0E-4, and takes it for a half then.
    let small = number.abs() < 1e-3 && fraction.len() == most_fraction + 1;
    match small && fraction.trim_start_matches('0') == "5" {
        true => format!("{whole}.{:0<most_fraction$}", ""),
        false => format!("{number:.most_fraction$}"),
    }
}

/// The number without its last digits.
fn half_even(number: i128, digits: u32) -> i128 {
    let Some(divisor) = decimals::power(digits) else { return 0 };
    let (quotient, rest) = (number / divisor, number % divisor);
    let half = rest.unsigned_abs().cmp(&(divisor.unsigned_abs() - rest.unsigned_abs()));
    let away = rest != 0 && (half.is_gt() || (half.is_eq() && quotient % 2 != 0));
    if away { quotient + rest.signum() } else { quotient }
}

/// With a comma between groups of digits.
pub(super) fn grouped(digits: &str, size: usize) -> String {
    let mut out = String::with_capacity(digits.len() * 2);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(size) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// A number in another base.
fn converted(values: &[Value], _types: &Types) -> Result<Value> {
    let (from, to) = (integer(values, 1), integer(values, 2));
    let bases = 2..=36;
    if !bases.contains(&from) || !bases.contains(&to.saturating_abs()) {
        return Ok(Value::Null);
    }
    let digits = text(values, 0).trim_matches(' ');
    if digits.is_empty() {
        return Ok(Value::Null);
    }
    let (negative, digits) = match digits.strip_prefix('-') {
        Some(digits) => (true, digits),
        None => (false, digits),
    };
    let base = u32::try_from(from).unwrap_or(10);
    let mut number = 0_u64;
    // What is no digit ends the number.
    for digit in digits.chars().map_while(|letter| letter.to_digit(base)) {
        number = number
            .checked_mul(u64::from(base))
            .and_then(|number| number.checked_add(u64::from(digit)))
            .ok_or_else(|| arithmetic_overflow(&DataType::Int64))?;
    }
    let mut negative = negative;
    if negative && to > 0 {
        let signed = number.cast_signed();
        number = if signed < 0 { u64::MAX } else { signed.wrapping_neg().cast_unsigned() };
    }
    if to < 0 && number.cast_signed() < 0 {
        number = number.wrapping_neg();
        negative = true;
    }
    let base = to.unsigned_abs();
    let mut out = Vec::new();
    loop {
        let digit = u32::try_from(number % base).ok().and_then(|digit| char::from_digit(digit, 36));
        out.extend(digit);
        number /= base;
        if number == 0 {
            break;
        }
    }
    if negative && to < 0 {
        out.push('-');
    }
    let text: String = out.into_iter().rev().collect();
    Ok(Value::Text(text.to_uppercase()))
}

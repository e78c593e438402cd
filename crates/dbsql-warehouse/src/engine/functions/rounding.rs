//! `round`, `bround`, `ceil` and `floor`.

use arrow_schema::DataType;

use super::cast::convert;
use super::define::{Function, Types};
use crate::engine::coercion::{decimal, decimal_for, is_number, is_text};
use crate::engine::decimals::{parse, power};
use crate::engine::errors::{Result, arithmetic_overflow, unsupported, wrong_argument_types};
use crate::engine::value::Value;
use dbsql_local::engine::SqlError;

/// The functions.
pub(super) const ALL: &[Function] = &[
    Function::with_constants(
        "round",
        |arguments| parameters(arguments, false),
        |types, constants| result("round", types, constants),
        |values, types| rounded(values, types, Mode::HalfUp),
    )
    .counts(1, 2),
    Function::with_constants(
        "bround",
        |arguments| parameters(arguments, false),
        |types, constants| result("bround", types, constants),
        |values, types| rounded(values, types, Mode::HalfEven),
    )
    .counts(1, 2),
    CEIL,
    CEIL.named("ceiling"),
    Function::with_constants(
        "floor",
        |arguments| parameters(arguments, true),
        |types, constants| result("floor", types, constants),
        |values, types| rounded(values, types, Mode::Down),
    )
    .counts(1, 2),
];

const CEIL: Function = Function::with_constants(
    "ceil",
    |arguments| parameters(arguments, true),
    |types, constants| result("ceil", types, constants),
    |values, types| rounded(values, types, Mode::Up),
)
.counts(1, 2);

#[derive(Clone, Copy, PartialEq)]
enum Mode {
    HalfUp,
    HalfEven,
    Up,
    Down,
}

impl Mode {
    /// The number without its last digits.
    fn cut(self, number: i128, digits: u32) -> i128 {
        let Some(divisor) = power(digits) else {
            // All digits go.
            return match self {
                Self::Up => i128::from(number > 0),
                Self::Down => -i128::from(number < 0),
                _ => 0,
            };
        };
        let (quotient, rest) = (number / divisor, number % divisor);
        // Not twice the rest: that may overflow.
        let half = rest.unsigned_abs().cmp(&(divisor.unsigned_abs() - rest.unsigned_abs()));
        let away = match self {
            _ if rest == 0 => false,
            Self::HalfUp => half.is_ge(),
            Self::HalfEven => half.is_gt() || (half.is_eq() && quotient % 2 != 0),
            Self::Up => rest > 0,
            Self::Down => rest < 0,
        };
        if away { quotient + rest.signum() } else { quotient }
    }
}

/// The scale keeps its type: it must remain a literal.
fn parameters(arguments: &[DataType], to_whole: bool) -> Option<Vec<DataType>> {
    let (value, scale) = arguments.split_first()?;
    let number = match value {
        value if to_whole && !scale.is_empty() && (value.is_null() || is_text(value)) => {
            decimal(38, 18)
        }
        value if value.is_null() || is_text(value) => DataType::Float64,
        value if !is_number(value) => return None,
        // To a scale they are DECIMALs.
        value if to_whole && !scale.is_empty() => match value {
            DataType::Float64 => decimal(30, 15),
            DataType::Float32 => decimal(14, 7),
            value => {
                let (precision, scale) = decimal_for(value)?;
                decimal(precision.into(), scale.into())
            }
        },
        value if to_whole && value.is_integer() => DataType::Int64,
        DataType::Float32 if to_whole => DataType::Float64,
        value => value.clone(),
    };
    let mut parameters = vec![number];
    match scale {
        [] => {}
        [scale] if is_number(scale) || scale.is_null() || is_text(scale) => {
            parameters.push(scale.clone());
        }
        _ => return None,
    }
    Some(parameters)
}

fn result(name: &str, types: &[DataType], constants: &[Option<Value>]) -> Result<DataType> {
    let to_whole = matches!(name, "ceil" | "floor");
    let is_int = |scale: &Value| scale.integer().is_some_and(|scale| i32::try_from(scale).is_ok());
    if let Some(Some(scale)) = constants.get(1)
        && to_whole
        && !is_int(scale)
    {
        return Err(wrong_argument_types(name, types));
    }
    let scale = match (types.len(), constants.get(1)) {
        (1, _) => 0,
        (_, Some(Some(Value::Null))) if !to_whole => 0,
        (_, Some(Some(scale))) => scale_of(scale, &types[1])?,
        _ => return Err(unsupported(format!("{name} to a scale that is not a literal"))),
    };
    Ok(match &types[0] {
        DataType::Decimal128(precision, own) => {
            let (precision, own) = (i32::from(*precision), i32::from(*own));
            if to_whole && types.len() == 1 {
                let grows = i32::from(own != 0);
                return Ok(decimal(precision - own + grows, 0));
            }
            let whole = precision - own + 1;
            if scale < 0 {
                decimal(whole.max(scale.saturating_neg().saturating_add(1)), 0)
            } else {
                let scale = own.min(scale);
                decimal(whole + scale, scale)
            }
        }
        DataType::Float64 if to_whole => DataType::Int64,
        other => other.clone(),
    })
}

/// The scale, which may be any number.
fn scale_of(scale: &Value, from: &DataType) -> Result<i32> {
    let whole = convert(scale.clone(), from, &DataType::Int32)?;
    let scale = whole.integer().and_then(|scale| i32::try_from(scale).ok()).unwrap_or_default();
    // Of more digits Spark runs out of memory.
    const MAX_SCALE: i32 = 1_000_000;
    if scale > MAX_SCALE {
        return Err(unsupported("rounding to so many digits"));
    }
    Ok(scale)
}

fn rounded(values: &[Value], types: &Types, mode: Mode) -> Result<Value> {
    let scale = match (values.get(1), types.parameters.get(1)) {
        (Some(scale), Some(from)) => scale_of(scale, from)?,
        _ => 0,
    };
    match &values[0] {
        Value::Integer(number) if scale >= 0 => Ok(Value::Integer(*number)),
        Value::Integer(number) => {
            let digits = scale.unsigned_abs();
            let cut = mode.cut(i128::from(*number), digits);
            let back = power(digits).map_or(Some(0), |ten| cut.checked_mul(ten));
            let in_range = |number: &i64| match types.result {
                DataType::Int8 => i8::try_from(*number).is_ok(),
                DataType::Int16 => i16::try_from(*number).is_ok(),
                DataType::Int32 => i32::try_from(*number).is_ok(),
                _ => true,
            };
            back.and_then(|number| i64::try_from(number).ok())
                .filter(in_range)
                .map(Value::Integer)
                .ok_or_else(|| arithmetic_overflow(&types.result))
        }
        Value::Decimal(number) => {
            let DataType::Decimal128(precision, to) = types.result else { return Ok(Value::Null) };
            let from = match types.parameters.first() {
                Some(DataType::Decimal128(_, scale)) => i32::from(*scale),
                _ => 0,
            };
            // Digits behind the point that the value does not have are not added.
            let cut_to = scale.min(from);
            let cut = mode.cut(*number, u32::try_from(from - cut_to).unwrap_or_default());
            // Zeros in front of the point, and those that the type has.
            let zeros = u32::try_from(i32::from(to) - cut_to).unwrap_or_default();
            let limit = power(u32::from(precision)).unwrap_or(i128::MAX);
            let scaled =
                if cut == 0 { Some(0) } else { power(zeros).and_then(|ten| cut.checked_mul(ten)) };
            scaled
                .filter(|number| number.unsigned_abs() < limit.unsigned_abs())
                .map(Value::Decimal)
                .ok_or_else(|| {
                    let message = format!("The result exceeds the precision {precision}.");
                    let class = "DECIMAL_PRECISION_EXCEEDS_MAX_PRECISION";
                    SqlError::new(class, "22003", message)
                })
        }
        Value::Double(number) if types.result == DataType::Int64 => {
            let whole = if mode == Mode::Up { number.ceil() } else { number.floor() };
            // Numbers that are too large become the largest.
            Ok(Value::Integer(whole as i64))
        }
        Value::Double(number) => Ok(Value::Double(of_digits(*number, scale, mode))),
        Value::Float(number) => Ok(Value::Float(of_digits(f64::from(*number), scale, mode) as f32)),
        other => Ok(other.clone()),
    }
}

/// Rounds by the shortest digits that are the number.
fn of_digits(number: f64, scale: i32, mode: Mode) -> f64 {
    if !number.is_finite() {
        return number;
    }
    let Some((digits, exponent)) = parse(&format!("{number:e}")) else { return number };
    let Ok(cut) = u32::try_from(i64::from(scale.saturating_neg()) - i64::from(exponent)) else {
        // It has no digits there.
        return number + 0.0;
    };
    let rounded = mode.cut(digits, cut);
    format!("{rounded}e{}", -i64::from(scale)).parse().unwrap_or(number)
}

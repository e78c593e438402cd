//! Functions of numbers.

use arrow_schema::DataType;

use super::arithmetic::{Operation, whole_of};
use super::define::Kind::{Double, Int};
use super::define::{Function, Types};
use super::inputs::{double, fitting, integer};
use super::operands;
use crate::engine::coercion::{is_number, is_text};
use crate::engine::decimals::power;
use crate::engine::errors::{Result, arithmetic_overflow};
use crate::engine::value::Value;
use dbsql_local::engine::SqlError;

/// A function of one DOUBLE.
macro_rules! of_double {
    ($name:literal, $function:expr) => {
        Function::new($name, &[Double], Double, |values, _| {
            let function: fn(f64) -> f64 = $function;
            Ok(Value::Double(function(double(values, 0))))
        })
    };
}

/// A logarithm: NULL for numbers up to this one.
macro_rules! logarithm {
    ($name:literal, $above:literal, $function:expr) => {
        Function::new($name, &[Double], Double, |values, _| {
            let function: fn(f64) -> f64 = $function;
            let number = double(values, 0);
            Ok(if number <= $above { Value::Null } else { Value::Double(function(number)) })
        })
    };
}

/// The functions.
pub(super) const ALL: &[Function] = &[
    Function::typed("abs", number_types, |values, types| match &values[0] {
        Value::Integer(number) => fits(number.checked_abs(), &types.result),
        Value::Float(number) => Ok(Value::Float(number.abs())),
        Value::Double(number) => Ok(Value::Double(number.abs())),
        Value::Decimal(number) => Ok(Value::Decimal(number.abs())),
        Value::DayTime(micros) => match micros.checked_abs() {
            Some(micros) => Ok(Value::DayTime(micros)),
            None => Err(arithmetic_overflow(&types.result)),
        },
        Value::Months(months) => match months.checked_abs() {
            Some(months) => Ok(Value::Months(months)),
            None => Err(arithmetic_overflow(&types.result)),
        },
        other => Ok(other.clone()),
    })
    .counts(1, 1),
    SIGN,
    SIGN.named("signum"),
    POWER,
    POWER.named("pow"),
    of_double!("sqrt", f64::sqrt),
    of_double!("cbrt", cube_root),
    of_double!("exp", libm::exp),
    of_double!("expm1", libm::expm1),
    of_double!("rint", f64::round_ties_even),
    of_double!("sin", libm::sin),
    of_double!("cos", libm::cos),
    of_double!("tan", f64::tan),
    of_double!("asin", libm::asin),
    of_double!("acos", libm::acos),
    of_double!("atan", libm::atan),
    of_double!("sinh", libm::sinh),
    of_double!("cosh", libm::cosh),
    of_double!("tanh", libm::tanh),
    of_double!("asinh", |number| match number {
        f64::NEG_INFINITY => number,
        number => libm::log(number + (number * number + 1.0).sqrt()),
    }),
    of_double!("acosh", |number| libm::log(number + (number * number - 1.0).sqrt())),
    of_double!("atanh", |number| 0.5 * (libm::log1p(number) - libm::log1p(-number))),
    of_double!("cot", |number| 1.0 / number.tan()),
    of_double!("sec", |number| 1.0 / libm::cos(number)),
    of_double!("csc", |number| 1.0 / libm::sin(number)),
    of_double!("degrees", |number| number * DEGREES_PER_RADIAN),
    of_double!("radians", |number| number * RADIANS_PER_DEGREE),
    logarithm!("ln", 0.0, libm::log),
    logarithm!("log2", 0.0, |number| libm::log(number) / libm::log(2.0)),
    logarithm!("log10", 0.0, libm::log10),
    logarithm!("log1p", -1.0, libm::log1p),
    Function::new("log", &[Double, Double], Double, |values, _| {
        let number = double(values, values.len() - 1);
        let base = if values.len() > 1 { double(values, 0) } else { std::f64::consts::E };
        if number <= 0.0 || base <= 0.0 {
            return Ok(Value::Null);
        }
        let logarithm = libm::log(number);
        let quotient = logarithm / libm::log(base);
        Ok(Value::Double(if values.len() > 1 { quotient } else { logarithm }))
    })
    .optional(1),
    Function::new("atan2", &[Double, Double], Double, |values, _| {
        // Java's function distinguishes the two zeros, Spark's does not.
        Ok(Value::Double(libm::atan2(double(values, 0) + 0.0, double(values, 1) + 0.0)))
    }),
    Function::new("hypot", &[Double, Double], Double, |values, _| {
        Ok(Value::Double(libm::hypot(double(values, 0), double(values, 1))))
    }),
    Function::new("pi", &[], Double, |_, _| Ok(Value::Double(std::f64::consts::PI))),
    Function::new("e", &[], Double, |_, _| Ok(Value::Double(std::f64::consts::E))),
    Function::new("factorial", &[Int], super::define::Kind::BigInt, |values, _| {
        Ok(match integer(values, 0) {
            number @ 0..=20 => Value::Integer((1..=number).product()),
            _ => Value::Null,
        })
    }),
    Function::with_constants(
        "dbsql_pmod",
        |arguments| operands::parameters(Operation::Remainder, arguments),
        |types, constants| operands::result(Operation::Remainder, types, constants),
        |values, types| {
            let (values, types) = operands::converted(Operation::Remainder, values, types)?;
            positive_remainder(&values, &types)
        },
    )
    .counts(4, 4),
    Function::typed("pmod", |_| None, |_, _| Ok(Value::Null)).counts(2, 2),
    // With two arguments it is an operator.
    Function::typed("mod", |_| None, |_, _| Ok(Value::Null)).counts(2, 2),
    Function::typed("shiftleft", shift_types, |values, types| {
        let (number, shift) = (integer(values, 0), shift(values, types));
        Ok(Value::Integer(match types.result {
            DataType::Int64 => number << shift,
            _ => i64::from((number as i32) << shift),
        }))
    })
    .counts(2, 2),
    Function::typed("shiftright", shift_types, |values, types| {
        Ok(Value::Integer(integer(values, 0) >> shift(values, types)))
    })
    .counts(2, 2),
    Function::typed("shiftrightunsigned", shift_types, |values, types| {
        let (number, shift) = (integer(values, 0), shift(values, types));
        Ok(Value::Integer(match types.result {
            DataType::Int64 => (number.cast_unsigned() >> shift).cast_signed(),
            _ => i64::from(((number as i32).cast_unsigned() >> shift).cast_signed()),
        }))
    })
    .counts(2, 2),
    Function::typed(
        "bit_count",
        |arguments| match arguments {
            [argument] if argument.is_integer() || *argument == DataType::Boolean => {
                Some(Types::new([argument.clone()], DataType::Int32))
            }
            [DataType::Null] => Some(Types::new([DataType::Int64], DataType::Int32)),
            _ => None,
        },
        |values, _| {
            let number = match values[0] {
                Value::Boolean(flag) => i64::from(flag),
                _ => integer(values, 0),
            };
            // Negative numbers count as BIGINT.
            Ok(Value::Integer(i64::from(number.count_ones())))
        },
    )
    .counts(1, 1),
    BIT_GET,
    BIT_GET.named("getbit"),
    Function::typed(
        "width_bucket",
        |arguments| {
            let parameters =
                [DataType::Float64, DataType::Float64, DataType::Float64, DataType::Int64];
            fitting(arguments, &parameters, DataType::Int64)
        },
        |values, _| Ok(bucket(values)),
    )
    .counts(4, 4),
];

const DEGREES_PER_RADIAN: f64 = 180.0 / std::f64::consts::PI;
const RADIANS_PER_DEGREE: f64 = std::f64::consts::PI / 180.0;

const SIGN: Function = Function::typed(
    "sign",
    |arguments| match arguments {
        [interval] if crate::engine::coercion::is_interval(interval) => {
            Some(Types::new([interval.clone()], DataType::Float64))
        }
        _ => fitting(arguments, &[DataType::Float64], DataType::Float64),
    },
    |values, _| {
        let number = match &values[0] {
            Value::DayTime(micros) => micros.signum() as f64,
            Value::Months(months) => f64::from(months.signum()),
            _ => double(values, 0),
        };
        let sign = if number == 0.0 || number.is_nan() { number } else { number.signum() };
        Ok(Value::Double(sign))
    },
)
.counts(1, 1);

const POWER: Function = Function::new("power", &[Double, Double], Double, |values, _| {
    let (base, exponent) = (double(values, 0), double(values, 1));
    // As in Java, and not as in C.
    let undefined = (base.abs() == 1.0 && exponent.is_infinite()) || exponent.is_nan();
    Ok(Value::Double(if undefined { f64::NAN } else { libm::pow(base, exponent) }))
});

const BIT_GET: Function = Function::typed(
    "bit_get",
    |arguments| match arguments {
        [value, position] if value.is_integer() || value.is_null() => {
            let value = if value.is_null() { DataType::Int64 } else { value.clone() };
            fitting(&[value.clone(), position.clone()], &[value, DataType::Int32], DataType::Int8)
        }
        _ => None,
    },
    |values, types| {
        let (number, position) = (integer(values, 0), integer(values, 1));
        let bits = match types.parameters.first() {
            Some(DataType::Int8) => 8,
            Some(DataType::Int16) => 16,
            Some(DataType::Int32) => 32,
            _ => 64,
        };
        if !(0..bits).contains(&position) {
            let message = format!(
                "The value of parameter(s) `pos` in `bit_get` is invalid: expects an integer \
                 value in [0, {bits}), but got {position}."
            );
            let class = "INVALID_PARAMETER_VALUE.BIT_POSITION_RANGE";
            return Err(SqlError::new(class, "22023", message));
        }
        Ok(Value::Integer(number >> position & 1))
    },
)
.counts(2, 2);

/// The cube root to the last bit that Java has, which is not always the nearest one: an estimate from
/// the exponent, a rational function, and one step of Newton from a number with 20 bits.
fn cube_root(number: f64) -> f64 {
    if number == 0.0 || !number.is_finite() {
        return number;
    }
    let high = |number: f64| number.to_bits() >> 32;
    let positive = number.abs();
    let third = match high(positive) {
        0..0x0010_0000 => high(positive * 2_f64.powi(54)) / 3 + 696_219_795,
        normal => normal / 3 + 715_094_163,
    };
    let estimate = f64::from_bits(third << 32);
    let sum = 19.0 / 35.0 + estimate * estimate / positive * estimate;
    let factor = 5.0 / 14.0 + 45.0 / 28.0 / (sum + 99.0 / 70.0 - 864.0 / 1225.0 / sum);
    let short = f64::from_bits((high(estimate * factor) + 1) << 32);
    let quotient = positive / (short * short);
    let step = (quotient - short) / (short + short + quotient);
    (short + short * step).copysign(number)
}

/// A number, an interval, or a text that is a DOUBLE.
fn number_types(arguments: &[DataType]) -> Option<Types> {
    let [argument] = arguments else { return None };
    let parameter = match argument {
        DataType::Null => DataType::Float64,
        text if is_text(text) => DataType::Float64,
        number if is_number(number) => number.clone(),
        interval if crate::engine::coercion::is_interval(interval) => interval.clone(),
        _ => return None,
    };
    Some(Types::new([parameter.clone()], parameter))
}

/// The integer, if the type has it.
fn fits(number: Option<i64>, data_type: &DataType) -> Result<Value> {
    let in_range = |number: &i64| match data_type {
        DataType::Int8 => i8::try_from(*number).is_ok(),
        DataType::Int16 => i16::try_from(*number).is_ok(),
        DataType::Int32 => i32::try_from(*number).is_ok(),
        _ => true,
    };
    match number.filter(in_range) {
        Some(number) => Ok(Value::Integer(number)),
        None if matches!(data_type, DataType::Int8 | DataType::Int16) => {
            let message = "The negative of the smallest number is out of the range of its type.";
            Err(SqlError::new("_LEGACY_ERROR_TEMP_2043", "22003", message))
        }
        None => Err(arithmetic_overflow(data_type)),
    }
}

/// The remainder with the sign of the divisor, if it is not zero.
fn positive_remainder(values: &[Value], types: &Types) -> Result<Value> {
    let of =
        |values: &[Value]| whole_of(Operation::Remainder, values, &types.parameters, &types.result);
    let rest = of(values)?;
    let plus = |rest: &Value| match (rest, &values[1]) {
        (Value::Integer(rest), Value::Integer(divisor)) if *rest < 0 => {
            // The sum of numbers with two signs does not overflow; else it wraps around as in Java.
            let divisor = divisor.wrapping_add(*rest);
            Some(Value::Integer(match types.result {
                DataType::Int8 => i64::from(divisor as i8),
                DataType::Int16 => i64::from(divisor as i16),
                DataType::Int32 => i64::from(divisor as i32),
                _ => divisor,
            }))
        }
        (Value::Double(rest), Value::Double(divisor)) if *rest < 0.0 => {
            Some(Value::Double(rest + divisor))
        }
        (Value::Float(rest), Value::Float(divisor)) if *rest < 0.0 => {
            Some(Value::Float(rest + divisor))
        }
        _ => None,
    };
    if let Value::Decimal(negative) = rest {
        if negative >= 0 {
            return Ok(rest);
        }
        let scale = |data_type: &DataType| match data_type {
            DataType::Decimal128(_, scale) => u32::try_from(*scale).unwrap_or_default(),
            _ => 0,
        };
        let shift = scale(&types.result).saturating_sub(types.parameters.get(1).map_or(0, scale));
        let divisor = match &values[1] {
            Value::Decimal(divisor) => power(shift).and_then(|ten| divisor.checked_mul(ten)),
            _ => None,
        };
        let sum = divisor.and_then(|divisor| divisor.checked_add(negative)?.checked_rem(divisor));
        return sum.map(Value::Decimal).ok_or_else(|| arithmetic_overflow(&types.result));
    }
    match plus(&rest) {
        Some(sum) => {
            let again = [sum, values[1].clone()];
            of(&again)
        }
        None => Ok(rest),
    }
}

fn shift_types(arguments: &[DataType]) -> Option<Types> {
    let wide = matches!(arguments.first()?, DataType::Int64);
    let value = if wide { DataType::Int64 } else { DataType::Int32 };
    fitting(arguments, &[value.clone(), DataType::Int32], value)
}

/// Only the last bits of the distance count.
fn shift(values: &[Value], types: &Types) -> u32 {
    let bits = if types.result == DataType::Int64 { 63 } else { 31 };
    u32::try_from(integer(values, 1) & bits).unwrap_or_default()
}

fn bucket(values: &[Value]) -> Value {
    let [value, low, high] = [0, 1, 2].map(|at| double(values, at));
    let count = integer(values, 3);
    let usable = count > 0
        && count != i64::MAX
        && !value.is_nan()
        && low.is_finite()
        && high.is_finite()
        && low != high;
    if !usable {
        return Value::Null;
    }
    let (least, most) = (low.min(high), low.max(high));
    let number = if low < high {
        if value < least {
            0
        } else if value >= most {
            count + 1
        } else {
            (count as f64 * (value - least) / (most - least)) as i64 + 1
        }
    } else if value > most {
        0
    } else if value <= least {
        count + 1
    } else {
        (count as f64 * (most - value) / (most - least)) as i64 + 1
    };
    Value::Integer(number)
}

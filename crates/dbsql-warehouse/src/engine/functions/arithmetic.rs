//! `+`, `-`, `*`, `/`, `%`, `DIV`, `&`, `|` and `^` between numbers, with the types and the errors that
//! they have in ANSI mode.

use std::sync::Arc;

use arrow_array::{Array as _, ArrayRef, Float64Array, new_empty_array};
use arrow_schema::{ArrowError, DataType};
use datafusion::arrow::compute::kernels::bitwise;
use datafusion::arrow::compute::kernels::numeric::{add, div, mul, rem, sub};
use datafusion::arrow::datatypes::i256;
use datafusion::common::cast::as_float64_array;
use datafusion::common::{DataFusionError, Result as PlanResult, ScalarValue};
use datafusion::logical_expr::expr::ScalarFunction;
use datafusion::logical_expr::{
    BinaryExpr, ColumnarValue, Expr, Operator, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl,
    Signature, Volatility,
};

use super::cast::cast;
use super::define::rows;
use crate::engine::coercion::{bounded_decimal, common_number, decimal_for};
use crate::engine::decimals::power;
use crate::engine::errors::{self, Result, into_datafusion};
use crate::engine::value::Value;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(in crate::engine) enum Operation {
    Add,
    Subtract,
    Multiply,
    Divide,
    Remainder,
    /// The whole part of the quotient, as BIGINT.
    IntegerDivide,
    And,
    Or,
    ExclusiveOr,
}

/// Whether the function of this name is an operator.
pub(in crate::engine) fn is_operation(name: &str) -> bool {
    [
        Operation::Add,
        Operation::Subtract,
        Operation::Multiply,
        Operation::Divide,
        Operation::Remainder,
        Operation::IntegerDivide,
        Operation::And,
        Operation::Or,
        Operation::ExclusiveOr,
    ]
    .into_iter()
    .any(|operation| operation.name() == name)
}

impl Operation {
    fn name(self) -> &'static str {
        match self {
            Self::Add => "add",
            Self::Subtract => "subtract",
            Self::Multiply => "multiply",
            Self::Divide => "divide",
            Self::Remainder => "mod",
            Self::IntegerDivide => "div",
            Self::And => "bitand",
            Self::Or => "bitor",
            Self::ExclusiveOr => "bitxor",
        }
    }

    fn operator(self) -> Operator {
        match self {
            Self::Add => Operator::Plus,
            Self::Subtract => Operator::Minus,
            Self::Multiply => Operator::Multiply,
            Self::Divide | Self::IntegerDivide => Operator::Divide,
            Self::Remainder => Operator::Modulo,
            Self::And => Operator::BitwiseAnd,
            Self::Or => Operator::BitwiseOr,
            Self::ExclusiveOr => Operator::BitwiseXor,
        }
    }

    fn is_bitwise(self) -> bool {
        matches!(self, Self::And | Self::Or | Self::ExclusiveOr)
    }

    fn can_divide_by_zero(self) -> bool {
        matches!(self, Self::Divide | Self::Remainder | Self::IntegerDivide)
    }
}

/// One operation between two numbers.
#[derive(Debug, PartialEq, Eq, Hash)]
pub(in crate::engine) struct Arithmetic {
    operation: Operation,
    result: DataType,
    signature: Signature,
}

impl Arithmetic {
    pub(in crate::engine) fn result(&self) -> &DataType {
        &self.result
    }
}

/// The types of both operands and of the result; `None` if there is no such operation.
pub(super) fn types_of(
    operation: Operation,
    left: &DataType,
    right: &DataType,
) -> Option<(DataType, DataType, DataType)> {
    let common = common_number(left, right)?;
    let same = |data_type: DataType| Some((data_type.clone(), data_type.clone(), data_type));
    if operation.is_bitwise() {
        return common.is_integer().then(|| same(common))?;
    }
    if common.is_floating() {
        let double = (DataType::Float64, DataType::Float64, DataType::Float64);
        return match operation {
            Operation::IntegerDivide => None,
            Operation::Divide => Some(double),
            _ => same(common),
        };
    }
    if common.is_integer() {
        return match operation {
            Operation::Divide => Some((DataType::Float64, DataType::Float64, DataType::Float64)),
            Operation::IntegerDivide => Some((DataType::Int64, DataType::Int64, DataType::Int64)),
            _ => same(common),
        };
    }
    let ((p1, s1), (p2, s2)) = (decimal_for(left)?, decimal_for(right)?);
    let (left, right) = (DataType::Decimal128(p1, s1), DataType::Decimal128(p2, s2));
    let [p1, p2] = [p1, p2].map(i32::from);
    let [s1, s2] = [s1, s2].map(i32::from);
    let result = match operation {
        Operation::Add | Operation::Subtract => {
            let scale = s1.max(s2);
            bounded_decimal((p1 - s1).max(p2 - s2) + scale + 1, scale)
        }
        Operation::Multiply => bounded_decimal(p1 + p2 + 1, s1 + s2),
        Operation::Divide => {
            let scale = (s1 + p2 + 1).max(6);
            bounded_decimal(p1 - s1 + s2 + scale, scale)
        }
        Operation::Remainder => {
            let scale = s1.max(s2);
            bounded_decimal((p1 - s1).min(p2 - s2) + scale, scale)
        }
        _ => DataType::Int64,
    };
    Some((left, right, result))
}

/// An operation between numbers of these types; `None` if there is none.
///
/// Without decimals it is an operator of DataFusion until all types are known, which keeps a long chain
/// of them quick to plan; [`checked`] replaces it then.
pub(in crate::engine) fn arithmetic(
    operation: Operation,
    (left, left_type): (Expr, &DataType),
    (right, right_type): (Expr, &DataType),
) -> Option<Expr> {
    let (left_wanted, right_wanted, result) = types_of(operation, left_type, right_type)?;
    let is_plain = !matches!(left_wanted, DataType::Decimal128(..));
    let sides = [(left, left_type, left_wanted), (right, right_type, right_wanted)];
    let [left, right] =
        sides.map(|(side, from, to)| if *from == to { side } else { cast(side, to) });
    if is_plain {
        let operator = operation.operator();
        return Some(Expr::BinaryExpr(BinaryExpr::new(Box::new(left), operator, Box::new(right))));
    }
    Some(call(operation, left, right, result))
}

/// The operation on two numbers of one type, neither of them a decimal.
pub(super) fn checked(operation: Operation, left: Expr, right: Expr, result: DataType) -> Expr {
    let operation = match operation {
        // Integers are divided as doubles, but by `DIV`.
        Operation::Divide if result.is_integer() => Operation::IntegerDivide,
        other => other,
    };
    call(operation, left, right, result)
}

fn call(operation: Operation, left: Expr, right: Expr, result: DataType) -> Expr {
    let signature = Signature::any(2, Volatility::Immutable);
    let function = ScalarUDF::new_from_impl(Arithmetic { operation, result, signature });
    Expr::ScalarFunction(ScalarFunction::new_udf(Arc::new(function), vec![left, right]))
}

impl ScalarUDFImpl for Arithmetic {
    fn name(&self) -> &str {
        self.operation.name()
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _arguments: &[DataType]) -> PlanResult<DataType> {
        Ok(self.result.clone())
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> PlanResult<ColumnarValue> {
        let types: Vec<_> = args.args.iter().map(ColumnarValue::data_type).collect();
        let decimals = types.iter().any(|side| matches!(side, DataType::Decimal128(..)));
        if decimals {
            let operation = One { operation: self.operation, result: &self.result };
            return rows(&args, &self.result, |values| operation.of(values, &types));
        }
        if args.number_rows == 0 {
            return Ok(ColumnarValue::Array(new_empty_array(&self.result)));
        }
        let scalars = args.args.iter().all(|side| matches!(side, ColumnarValue::Scalar(_)));
        let sides = ColumnarValue::values_to_arrays(&args.args)?;
        let [left, right] = &sides[..] else {
            return Ok(ColumnarValue::Scalar(ScalarValue::try_from(&self.result)?));
        };
        let result = self.column(left, right)?;
        Ok(match scalars {
            true => ColumnarValue::Scalar(ScalarValue::try_from_array(&result, 0)?),
            false => ColumnarValue::Array(result),
        })
    }
}

impl Arithmetic {
    /// Integers and floats, by Arrow's kernels.
    fn column(&self, left: &ArrayRef, right: &ArrayRef) -> PlanResult<ArrayRef> {
        let floats = self.result.is_floating();
        if floats && self.operation.can_divide_by_zero() {
            // Arrow divides floats by zero; SQL does not.
            return float_quotient(self.operation, left, right, &self.result);
        }
        let result = match self.operation {
            Operation::Add => add(left, right),
            Operation::Subtract => sub(left, right),
            Operation::Multiply => mul(left, right),
            Operation::Divide | Operation::IntegerDivide => div(left, right),
            Operation::Remainder => rem(left, right),
            Operation::And | Operation::Or | Operation::ExclusiveOr => {
                return bits(self.operation, left, right);
            }
        };
        result.map_err(|error| match error {
            ArrowError::ArithmeticOverflow(_) => {
                into_datafusion(errors::arithmetic_overflow(&self.result))
            }
            other => DataFusionError::from(other),
        })
    }
}

/// An operation for one row, of any numbers.
struct One<'a> {
    operation: Operation,
    result: &'a DataType,
}

/// The result for one row.
pub(super) fn whole_of(
    operation: Operation,
    values: &[Value],
    types: &[DataType],
    result: &DataType,
) -> Result<Value> {
    One { operation, result }.of(values, types)
}

impl One<'_> {
    fn of(&self, values: &[Value], types: &[DataType]) -> Result<Value> {
        let ([left, right], [left_type, right_type]) = (values, types) else {
            return Ok(Value::Null);
        };
        if left.is_null() || right.is_null() {
            return Ok(Value::Null);
        }
        match (left, right) {
            (Value::Decimal(left), Value::Decimal(right)) => {
                self.decimals((*left, left_type), (*right, right_type))
            }
            (Value::Integer(left), Value::Integer(right)) => self.integers(*left, *right),
            _ => {
                let (left, right) = (left.double(), right.double());
                self.floats(left.unwrap_or(f64::NAN), right.unwrap_or(f64::NAN))
            }
        }
    }

    fn integers(&self, left: i64, right: i64) -> Result<Value> {
        if right == 0 && self.operation.can_divide_by_zero() {
            return Err(errors::divide_by_zero());
        }
        let computed = match self.operation {
            Operation::Add => left.checked_add(right),
            Operation::Subtract => left.checked_sub(right),
            Operation::Multiply => left.checked_mul(right),
            Operation::Divide | Operation::IntegerDivide => left.checked_div(right),
            Operation::Remainder => Some(left.wrapping_rem(right)),
            Operation::And => Some(left & right),
            Operation::Or => Some(left | right),
            Operation::ExclusiveOr => Some(left ^ right),
        };
        let fits = |number: &i64| match self.result {
            DataType::Int8 => i8::try_from(*number).is_ok(),
            DataType::Int16 => i16::try_from(*number).is_ok(),
            DataType::Int32 => i32::try_from(*number).is_ok(),
            _ => true,
        };
        let computed = computed.filter(fits).map(Value::Integer);
        computed.ok_or_else(|| errors::arithmetic_overflow(self.result))
    }

    fn floats(&self, left: f64, right: f64) -> Result<Value> {
        if right == 0.0 && self.operation.can_divide_by_zero() {
            return Err(errors::divide_by_zero());
        }
        let computed = match self.operation {
            Operation::Add => left + right,
            Operation::Subtract => left - right,
            Operation::Multiply => left * right,
            Operation::Remainder => left % right,
            _ => left / right,
        };
        Ok(match self.result {
            DataType::Float32 => Value::Float(computed as f32),
            _ => Value::Double(computed),
        })
    }

    fn decimals(
        &self,
        (left, left_type): (i128, &DataType),
        (right, right_type): (i128, &DataType),
    ) -> Result<Value> {
        if right == 0 && self.operation.can_divide_by_zero() {
            return Err(errors::divide_by_zero());
        }
        let (_, s1) = decimal_for(left_type).unwrap_or_default();
        let (_, s2) = decimal_for(right_type).unwrap_or_default();
        let [s1, s2] = [s1, s2].map(|scale| u32::try_from(scale).unwrap_or_default());
        let [left, right] = [left, right].map(i256::from_i128);
        let most = s1.max(s2);
        let (left_same, right_same) =
            (left.checked_mul(ten(most - s1)), right.checked_mul(ten(most - s2)));
        let both = left_same.zip(right_same);
        let exact = match self.operation {
            Operation::Add => both.and_then(|(left, right)| left.checked_add(right)),
            Operation::Subtract => both.and_then(|(left, right)| left.checked_sub(right)),
            Operation::Remainder => both.and_then(|(left, right)| left.checked_rem(right)),
            Operation::Multiply => left.checked_mul(right),
            _ => both.and_then(|(left, right)| left.checked_div(right)),
        };
        let overflow = || match self.result {
            DataType::Decimal128(precision, scale) => {
                errors::out_of_range("the result", *precision, *scale)
            }
            _ => errors::arithmetic_overflow(self.result),
        };
        let exact = exact.ok_or_else(overflow)?;
        let DataType::Decimal128(precision, scale) = *self.result else {
            // As in Java, only the lower bits of a number that is too large are left.
            let whole = exact.to_i128().map(|whole| whole as i64);
            return whole.map(Value::Integer).ok_or_else(overflow);
        };
        let wanted = u32::try_from(scale).unwrap_or_default();
        let scaled = match self.operation {
            Operation::Divide => {
                let (left, right) = both.ok_or_else(overflow)?;
                quotient(left, right, wanted)
            }
            Operation::Multiply => rescaled(exact, s1 + s2, wanted),
            _ => rescaled(exact, most, wanted),
        };
        let limit = power(u32::from(precision)).unwrap_or(i128::MAX);
        scaled
            .and_then(i256::to_i128)
            .filter(|number| number.unsigned_abs() < limit.unsigned_abs())
            .map(Value::Decimal)
            .ok_or_else(overflow)
    }
}

fn ten(exponent: u32) -> i256 {
    (0..exponent).fold(i256::ONE, |number, _| number.wrapping_mul(i256::from_i128(10)))
}

/// The number with another scale, rounded half up.
fn rescaled(number: i256, from: u32, to: u32) -> Option<i256> {
    if to >= from {
        return number.checked_mul(ten(to - from));
    }
    let divisor = ten(from - to);
    Some(half_up(number.checked_div(divisor)?, number.checked_rem(divisor)?, divisor))
}

/// The quotient with so many digits behind the point, rounded half up.
fn quotient(left: i256, right: i256, scale: u32) -> Option<i256> {
    let mut whole = left.checked_div(right)?;
    let mut rest = left.checked_rem(right)?;
    let base = i256::from_i128(10);
    for _ in 0..scale {
        let larger = rest.checked_mul(base)?;
        whole = whole.checked_mul(base)?.checked_add(larger.checked_div(right)?)?;
        rest = larger.checked_rem(right)?;
    }
    Some(half_up(whole, rest, right))
}

fn half_up(whole: i256, rest: i256, divisor: i256) -> i256 {
    let twice = rest.wrapping_add(rest).wrapping_abs();
    if rest == i256::ZERO || twice < divisor.wrapping_abs() {
        return whole;
    }
    let up = (rest < i256::ZERO) == (divisor < i256::ZERO);
    whole.wrapping_add(if up { i256::ONE } else { i256::MINUS_ONE })
}

fn float_quotient(
    operation: Operation,
    left: &ArrayRef,
    right: &ArrayRef,
    result: &DataType,
) -> PlanResult<ArrayRef> {
    use datafusion::arrow::compute::cast;

    let double = DataType::Float64;
    let (left, right) = (cast(left, &double)?, cast(right, &double)?);
    let pairs = as_float64_array(&left)?.iter().zip(as_float64_array(&right)?);
    let quotients = pairs.map(|pair| match pair {
        (Some(_), Some(0.0)) => Err(into_datafusion(errors::divide_by_zero())),
        (Some(left), Some(right)) if operation == Operation::Remainder => Ok(Some(left % right)),
        (Some(left), Some(right)) => Ok(Some(left / right)),
        _ => Ok(None),
    });
    let quotients: ArrayRef = Arc::new(quotients.collect::<PlanResult<Float64Array>>()?);
    Ok(if quotients.data_type() == result { quotients } else { cast(&quotients, result)? })
}

fn bits(operation: Operation, left: &ArrayRef, right: &ArrayRef) -> PlanResult<ArrayRef> {
    use datafusion::arrow::array::AsArray as _;
    use datafusion::arrow::compute::cast;
    use datafusion::arrow::datatypes::Int64Type;

    let wide = [left, right].map(|side| cast(side, &DataType::Int64));
    let [wide_left, wide_right] = wide;
    let (wide_left, wide_right) = (wide_left?, wide_right?);
    let sides = (wide_left.as_primitive::<Int64Type>(), wide_right.as_primitive::<Int64Type>());
    let result = match operation {
        Operation::And => bitwise::bitwise_and(sides.0, sides.1),
        Operation::Or => bitwise::bitwise_or(sides.0, sides.1),
        _ => bitwise::bitwise_xor(sides.0, sides.1),
    }?;
    Ok(cast(&result, left.data_type())?)
}

//! Division as in Spark: never by zero, and with a fractional result for integers.

use std::sync::Arc;

use arrow_array::Float64Array;
use arrow_schema::DataType;
use datafusion::common::cast::as_float64_array;
use datafusion::common::{Result, ScalarValue};
use datafusion::logical_expr::expr::ScalarFunction;
use datafusion::logical_expr::{
    BinaryExpr, ColumnarValue, Expr, Operator, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl,
    Signature, Volatility, cast,
};

use crate::engine::errors::{divide_by_zero, into_datafusion};

/// `a / b` as DOUBLE.
#[derive(Debug, PartialEq, Eq, Hash)]
struct Divide {
    name: &'static str,
    signature: Signature,
    /// Division by zero is NULL instead of an error.
    tolerant: bool,
}

fn function(name: &'static str, tolerant: bool) -> ScalarUDF {
    let numbers = vec![DataType::Float64, DataType::Float64];
    let signature = Signature::exact(numbers, Volatility::Immutable);
    ScalarUDF::new_from_impl(Divide { name, signature, tolerant })
}

/// `try_divide(a, b)`.
pub(super) fn try_divide() -> ScalarUDF {
    function("try_divide", true)
}

/// `a / b` for non-decimal numbers.
pub(in crate::engine) fn divide(left: Expr, right: Expr) -> Expr {
    let arguments = [left, right].map(|side| cast(side, DataType::Float64)).to_vec();
    Expr::ScalarFunction(ScalarFunction::new_udf(Arc::new(function("divide", false)), arguments))
}

/// `a DIV b`.
pub(in crate::engine) fn integer_divide(left: Expr, right: Expr) -> Expr {
    let [left, right] = [left, right].map(|side| Box::new(cast(side, DataType::Int64)));
    Expr::BinaryExpr(BinaryExpr::new(left, Operator::Divide, right))
}

impl ScalarUDFImpl for Divide {
    fn name(&self) -> &str {
        self.name
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _arg_types: &[DataType]) -> Result<DataType> {
        Ok(DataType::Float64)
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let scalars = args.args.iter().all(|side| matches!(side, ColumnarValue::Scalar(_)));
        let sides = ColumnarValue::values_to_arrays(&args.args)?;
        let [left, right] = &sides[..] else {
            return Ok(ColumnarValue::Scalar(ScalarValue::Float64(None)));
        };
        let pairs = as_float64_array(left)?.iter().zip(as_float64_array(right)?);
        let quotients = pairs
            .map(|pair| match pair {
                (Some(_), Some(0.0)) if self.tolerant => Ok(None),
                (Some(_), Some(0.0)) => Err(into_datafusion(divide_by_zero())),
                (Some(left), Some(right)) => Ok(Some(left / right)),
                _ => Ok(None),
            })
            .collect::<Result<Float64Array>>()?;
        if scalars {
            return Ok(ColumnarValue::Scalar(ScalarValue::try_from_array(&quotients, 0)?));
        }
        Ok(ColumnarValue::Array(Arc::new(quotients)))
    }
}

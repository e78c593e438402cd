//! How a function is defined: the types of its parameters and its result, and the result for one row.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use arrow_schema::DataType;
use datafusion::common::{Result as PlanResult, ScalarValue};
use datafusion::logical_expr::{
    ColumnarValue, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility,
};

use crate::engine::coercion;
use crate::engine::errors::{self, Result, into_datafusion};
use crate::engine::types::{timestamp, timestamp_ntz};
use crate::engine::value::Value;

/// The types of the parameters of a call, and of its result.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Types {
    pub(super) parameters: Vec<DataType>,
    pub(super) result: DataType,
}

impl Types {
    pub(super) fn new(parameters: impl Into<Vec<DataType>>, result: DataType) -> Self {
        Self { parameters: parameters.into(), result }
    }
}

/// A type without parameters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Boolean,
    Int,
    BigInt,
    Double,
    Text,
    Binary,
    Date,
    Timestamp,
    TimestampNtz,
}

impl Kind {
    pub(super) fn data_type(self) -> DataType {
        match self {
            Self::Boolean => DataType::Boolean,
            Self::Int => DataType::Int32,
            Self::BigInt => DataType::Int64,
            Self::Double => DataType::Float64,
            Self::Text => DataType::Utf8,
            Self::Binary => DataType::Binary,
            Self::Date => DataType::Date32,
            Self::Timestamp => timestamp(),
            Self::TimestampNtz => timestamp_ntz(),
        }
    }
}

/// A scalar function that is computed value by value.
#[derive(Clone, Copy)]
pub(super) struct Function {
    name: &'static str,
    shape: Shape,
    evaluate: fn(&[Value], &Types) -> Result<Value>,
    /// It is called also where an argument is NULL; else the result is NULL then.
    takes_nulls: bool,
}

#[derive(Clone, Copy)]
enum Shape {
    /// The last parameters may be absent.
    Fixed { parameters: &'static [Kind], optional: usize, result: Kind },
    /// Computed from the types of the arguments; `None` when they do not fit.
    Computed(fn(&[DataType]) -> Option<Types>),
}

impl Function {
    /// A function with parameters of these types.
    pub(super) const fn new(
        name: &'static str,
        parameters: &'static [Kind],
        result: Kind,
        evaluate: fn(&[Value], &Types) -> Result<Value>,
    ) -> Self {
        let shape = Shape::Fixed { parameters, optional: 0, result };
        Self { name, shape, evaluate, takes_nulls: false }
    }

    /// A function whose types depend on those of its arguments: `None` when they do not fit.
    pub(super) const fn typed(
        name: &'static str,
        types: fn(&[DataType]) -> Option<Types>,
        evaluate: fn(&[Value], &Types) -> Result<Value>,
    ) -> Self {
        Self { name, shape: Shape::Computed(types), evaluate, takes_nulls: false }
    }

    /// The last parameters may be absent: then there are fewer values.
    pub(super) const fn optional(self, count: usize) -> Self {
        match self.shape {
            Shape::Fixed { parameters, result, .. } => {
                let shape = Shape::Fixed { parameters, optional: count, result };
                Self { shape, ..self }
            }
            Shape::Computed(_) => self,
        }
    }

    /// NULL arguments are passed to the function.
    pub(super) const fn takes_nulls(self) -> Self {
        Self { takes_nulls: true, ..self }
    }

    /// The same function by another name.
    pub(super) const fn named(self, name: &'static str) -> Self {
        Self { name, ..self }
    }

    pub(super) fn into_udf(self) -> Arc<ScalarUDF> {
        Arc::new(ScalarUDF::new_from_impl(Udf {
            function: self,
            signature: Signature::user_defined(Volatility::Immutable),
        }))
    }

    fn types(&self, arguments: &[DataType]) -> Result<Types> {
        let mismatch = || errors::wrong_argument_types(self.name, arguments);
        match self.shape {
            Shape::Fixed { parameters, optional, result } => {
                let (most, least) = (parameters.len(), parameters.len() - optional);
                if !(least..=most).contains(&arguments.len()) {
                    return Err(errors::wrong_argument_count(self.name, arguments.len()));
                }
                let parameters: Vec<_> =
                    parameters[..arguments.len()].iter().map(|kind| kind.data_type()).collect();
                let mut pairs = arguments.iter().zip(&parameters);
                if !pairs.all(|(from, to)| coercion::is_implicit(from, to)) {
                    return Err(mismatch());
                }
                Ok(Types::new(parameters, result.data_type()))
            }
            Shape::Computed(types) => types(arguments).ok_or_else(mismatch),
        }
    }

    fn call(&self, values: &[Value], types: &Types) -> Result<Value> {
        if !self.takes_nulls && values.iter().any(Value::is_null) {
            return Ok(Value::Null);
        }
        (self.evaluate)(values, types)
    }
}

impl fmt::Debug for Function {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Function").field(&self.name).finish()
    }
}

#[derive(Debug)]
struct Udf {
    function: Function,
    signature: Signature,
}

// There is one function of a name.
impl PartialEq for Udf {
    fn eq(&self, other: &Self) -> bool {
        self.function.name == other.function.name
    }
}

impl Eq for Udf {}

impl Hash for Udf {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.function.name.hash(state);
    }
}

impl ScalarUDFImpl for Udf {
    fn name(&self) -> &str {
        self.function.name
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, arguments: &[DataType]) -> PlanResult<Vec<DataType>> {
        Ok(self.function.types(arguments).map_err(into_datafusion)?.parameters)
    }

    fn return_type(&self, arguments: &[DataType]) -> PlanResult<DataType> {
        Ok(self.function.types(arguments).map_err(into_datafusion)?.result)
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> PlanResult<ColumnarValue> {
        let arguments: Vec<_> = args.args.iter().map(ColumnarValue::data_type).collect();
        let types = self.function.types(&arguments).map_err(into_datafusion)?;
        rows(&args, &types.result, |values| self.function.call(values, &types))
    }
}

/// Computes a result for each row.
pub(super) fn rows(
    args: &ScalarFunctionArgs,
    result: &DataType,
    evaluate: impl Fn(&[Value]) -> Result<Value>,
) -> PlanResult<ColumnarValue> {
    let scalars = args.args.iter().all(|value| matches!(value, ColumnarValue::Scalar(_)));
    let rows = if scalars { 1 } else { args.number_rows };
    let columns = args
        .args
        .iter()
        .map(|value| match value {
            ColumnarValue::Scalar(value) => Value::read_all(&value.to_array()?),
            ColumnarValue::Array(array) => Value::read_all(array),
        })
        .collect::<PlanResult<Vec<_>>>()?;
    let mut results = Vec::with_capacity(rows);
    let mut values = Vec::with_capacity(columns.len());
    for row in 0..rows {
        values.clear();
        // A constant has one value for all rows.
        let at = |column: &Vec<Value>| column.get(row).or_else(|| column.first()).cloned();
        values.extend(columns.iter().filter_map(at));
        results.push(evaluate(&values).map_err(into_datafusion)?);
    }
    let array = Value::write(&results, result)?;
    Ok(match scalars {
        true => ColumnarValue::Scalar(ScalarValue::try_from_array(&array, 0)?),
        false => ColumnarValue::Array(array),
    })
}

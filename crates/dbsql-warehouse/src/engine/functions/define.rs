//! How a function is defined: the types of its parameters and its result, and the result for one row.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use arrow_array::new_empty_array;
use arrow_schema::{DataType, Field, FieldRef};
use datafusion::common::{Result as PlanResult, ScalarValue};
use datafusion::logical_expr::{
    ColumnarValue, ReturnFieldArgs, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature,
    Volatility,
};

use crate::engine::coercion;
use crate::engine::errors::{self, Result, into_datafusion};
use crate::engine::types::{sql_name, timestamp};
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
    /// What is a text already: other values are not converted to it.
    OnlyText,
    Binary,
    Date,
    Timestamp,
}

impl Kind {
    pub(super) fn data_type(self) -> DataType {
        match self {
            Self::Boolean => DataType::Boolean,
            Self::Int => DataType::Int32,
            Self::BigInt => DataType::Int64,
            Self::Double => DataType::Float64,
            Self::Text | Self::OnlyText => DataType::Utf8,
            Self::Binary => DataType::Binary,
            Self::Date => DataType::Date32,
            Self::Timestamp => timestamp(),
        }
    }

    fn takes(self, argument: &DataType) -> bool {
        match self {
            Self::OnlyText => coercion::is_text(argument) || argument.is_null(),
            kind => coercion::is_implicit(argument, &kind.data_type()),
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
    /// The fewest and the most arguments, where the types do not say.
    counts: (usize, usize),
}

const ANY_COUNT: (usize, usize) = (0, usize::MAX);

#[derive(Clone, Copy)]
enum Shape {
    /// The last parameters may be absent.
    Fixed { parameters: &'static [Kind], optional: usize, result: Kind },
    /// Computed from the types of the arguments; `None` when they do not fit.
    Computed(fn(&[DataType]) -> Option<Types>),
    /// The type of the result depends on arguments that are constant.
    Constant {
        parameters: fn(&[DataType]) -> Option<Vec<DataType>>,
        result: fn(&[DataType], &[Option<Value>]) -> Result<DataType>,
    },
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
        Self { name, shape, evaluate, takes_nulls: false, counts: ANY_COUNT }
    }

    /// A function whose types depend on those of its arguments: `None` when they do not fit.
    pub(super) const fn typed(
        name: &'static str,
        types: fn(&[DataType]) -> Option<Types>,
        evaluate: fn(&[Value], &Types) -> Result<Value>,
    ) -> Self {
        let shape = Shape::Computed(types);
        Self { name, shape, evaluate, takes_nulls: false, counts: ANY_COUNT }
    }

    /// A function whose result type depends on the values of constant arguments. Those must be
    /// literals whose types remain as they are.
    pub(super) const fn with_constants(
        name: &'static str,
        parameters: fn(&[DataType]) -> Option<Vec<DataType>>,
        result: fn(&[DataType], &[Option<Value>]) -> Result<DataType>,
        evaluate: fn(&[Value], &Types) -> Result<Value>,
    ) -> Self {
        let shape = Shape::Constant { parameters, result };
        Self { name, shape, evaluate, takes_nulls: false, counts: ANY_COUNT }
    }

    /// The last parameters may be absent: then there are fewer values.
    pub(super) const fn optional(self, count: usize) -> Self {
        match self.shape {
            Shape::Fixed { parameters, result, .. } => {
                let shape = Shape::Fixed { parameters, optional: count, result };
                Self { shape, ..self }
            }
            Shape::Computed(_) | Shape::Constant { .. } => self,
        }
    }

    /// Without the last parameters.
    pub(super) const fn shortened(self, count: usize) -> Self {
        match self.shape {
            Shape::Fixed { parameters, result, .. } => {
                let (parameters, _) = parameters.split_at(count);
                Self { shape: Shape::Fixed { parameters, optional: 0, result }, ..self }
            }
            Shape::Computed(_) | Shape::Constant { .. } => self,
        }
    }

    /// The fewest and the most arguments of a function whose types are computed.
    pub(super) const fn counts(self, least: usize, most: usize) -> Self {
        Self { counts: (least, most), ..self }
    }

    /// NULL arguments are passed to the function.
    pub(super) const fn takes_nulls(self) -> Self {
        Self { takes_nulls: true, ..self }
    }

    /// The same function by another name.
    pub(super) const fn named(self, name: &'static str) -> Self {
        Self { name, ..self }
    }

    pub(super) const fn name(&self) -> &'static str {
        self.name
    }

    pub(super) fn into_udf(self) -> Arc<ScalarUDF> {
        Arc::new(ScalarUDF::new_from_impl(Udf {
            function: self,
            signature: Signature::user_defined(Volatility::Immutable),
        }))
    }

    fn types(&self, arguments: &[DataType], constants: &[Option<Value>]) -> Result<Types> {
        let mismatch = || match arguments {
            [own]
                if self.name == "dbsql_no_field"
                    || super::intervals::is_part(self.name) && coercion::is_interval(own) =>
            {
                errors::invalid_extract_field(&sql_name(own))
            }
            _ => errors::wrong_argument_types(self.name, arguments),
        };
        let (least, most) = self.counts;
        if !(least..=most).contains(&arguments.len()) {
            return Err(errors::wrong_argument_count(self.name, arguments.len()));
        }
        match self.shape {
            Shape::Fixed { parameters: kinds, optional, result } => {
                let (most, least) = (kinds.len(), kinds.len() - optional);
                if !(least..=most).contains(&arguments.len()) {
                    return Err(errors::wrong_argument_count(self.name, arguments.len()));
                }
                let parameters: Vec<_> =
                    kinds[..arguments.len()].iter().map(|kind| kind.data_type()).collect();
                let mut pairs = arguments.iter().zip(kinds);
                if !pairs.all(|(from, kind)| kind.takes(from)) {
                    return Err(mismatch());
                }
                Ok(Types::new(parameters, result.data_type()))
            }
            Shape::Computed(types) => types(arguments).ok_or_else(mismatch),
            Shape::Constant { parameters, result } => {
                let parameters = parameters(arguments).ok_or_else(mismatch)?;
                let result = result(&parameters, constants)?;
                Ok(Types::new(parameters, result))
            }
        }
    }

    fn parameters(&self, arguments: &[DataType]) -> Result<Vec<DataType>> {
        match self.shape {
            Shape::Constant { parameters, .. } => {
                let (least, most) = self.counts;
                if !(least..=most).contains(&arguments.len()) {
                    return Err(errors::wrong_argument_count(self.name, arguments.len()));
                }
                parameters(arguments)
                    .ok_or_else(|| errors::wrong_argument_types(self.name, arguments))
            }
            _ => Ok(self.types(arguments, &[])?.parameters),
        }
    }

    /// Whether it is NULL where an argument is.
    pub(super) fn is_null_of_null(&self) -> bool {
        !self.takes_nulls
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
        // An error here would lose its class: it is returned when the type is asked for.
        Ok(self.function.parameters(arguments).unwrap_or_else(|_| arguments.to_vec()))
    }

    fn return_type(&self, arguments: &[DataType]) -> PlanResult<DataType> {
        Ok(self.function.types(arguments, &[]).map_err(into_datafusion)?.result)
    }

    fn return_field_from_args(&self, args: ReturnFieldArgs<'_>) -> PlanResult<FieldRef> {
        if let [argument] = args.arg_fields {
            super::intervals::check_part(self.function.name, argument).map_err(into_datafusion)?;
        }
        let arguments: Vec<_> =
            args.arg_fields.iter().map(|field| field.data_type().clone()).collect();
        let constants = match self.function.shape {
            Shape::Constant { .. } => args
                .scalar_arguments
                .iter()
                .map(|value| match value {
                    Some(value) => Value::read(&value.to_array()?, 0).map(Some),
                    None => Ok(None),
                })
                .collect::<PlanResult<Vec<_>>>()?,
            _ => Vec::new(),
        };
        let types = self.function.types(&arguments, &constants).map_err(into_datafusion)?;
        Ok(Arc::new(Field::new(self.function.name, types.result, true)))
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> PlanResult<ColumnarValue> {
        let arguments: Vec<_> = args.args.iter().map(ColumnarValue::data_type).collect();
        let types = match self.function.shape {
            Shape::Constant { .. } => Types::new(arguments, args.return_type().clone()),
            _ => self.function.types(&arguments, &[]).map_err(into_datafusion)?,
        };
        rows(&args, &types.result, |values| self.function.call(values, &types))
    }
}

/// The most bytes of text that a function returns at once: an Arrow array holds less than twice that.
pub(super) const MAX_BYTES: usize = 1 << 30;

/// Computes a result for each row.
pub(super) fn rows(
    args: &ScalarFunctionArgs,
    result: &DataType,
    evaluate: impl Fn(&[Value]) -> Result<Value>,
) -> PlanResult<ColumnarValue> {
    // Constants may have an error, which is one of the first row.
    if args.number_rows == 0 {
        return Ok(ColumnarValue::Array(new_empty_array(result)));
    }
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
    let mut bytes = 0_usize;
    for row in 0..rows {
        values.clear();
        // A constant has one value for all rows.
        let at = |column: &Vec<Value>| column.get(row).or_else(|| column.first()).cloned();
        values.extend(columns.iter().filter_map(at));
        let computed = evaluate(&values).map_err(into_datafusion)?;
        bytes = bytes.saturating_add(computed.bytes());
        if bytes > MAX_BYTES {
            let error = errors::unsupported("texts of more than 1 GiB");
            return Err(into_datafusion(error));
        }
        results.push(computed);
    }
    let array = Value::write(&results, result)?;
    Ok(match scalars {
        true => ColumnarValue::Scalar(ScalarValue::try_from_array(&array, 0)?),
        false => ColumnarValue::Array(array),
    })
}

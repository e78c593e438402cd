//! `typeof(value)`.

use arrow_schema::{DataType, Field};
use datafusion::common::{Result, ScalarValue};
use datafusion::logical_expr::simplify::{ExprSimplifyResult, SimplifyContext};
use datafusion::logical_expr::{
    ColumnarValue, Expr, ExprSchemable as _, ScalarFunctionArgs, ScalarUDFImpl, Signature,
    Volatility, lit,
};

use crate::engine::errors::{self, into_datafusion};
use crate::engine::interval::Span;
use crate::engine::types::sql_name;

/// The SQL name of the type of its argument.
#[derive(Debug, PartialEq, Eq, Hash)]
pub(super) struct TypeOf {
    signature: Signature,
}

impl TypeOf {
    pub(super) fn new() -> Self {
        Self { signature: Signature::variadic_any(Volatility::Immutable) }
    }
}

impl ScalarUDFImpl for TypeOf {
    fn name(&self) -> &str {
        "typeof"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, arg_types: &[DataType]) -> Result<DataType> {
        if arg_types.len() != 1 {
            let error = errors::wrong_argument_count("typeof", arg_types.len());
            return Err(into_datafusion(error));
        }
        Ok(DataType::Utf8)
    }

    /// The argument is not computed: an error of it is none here.
    fn simplify(&self, args: Vec<Expr>, info: &SimplifyContext) -> Result<ExprSimplifyResult> {
        let [argument] = &args[..] else { return Ok(ExprSimplifyResult::Original(args)) };
        let (_, field) = argument.to_field(info.schema())?;
        Ok(ExprSimplifyResult::Simplified(lit(name_of(&field))))
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let name = args.arg_fields.first().map(|field| name_of(field));
        Ok(ColumnarValue::Scalar(ScalarValue::Utf8(name)))
    }
}

fn name_of(field: &Field) -> String {
    match Span::of(field) {
        Some(span) => format!("interval {}", span.to_string().to_lowercase()),
        None => sql_name(field.data_type()),
    }
}

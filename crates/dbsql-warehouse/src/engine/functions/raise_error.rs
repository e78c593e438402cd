//! `raise_error(message)`.

use arrow_schema::DataType;
use datafusion::common::cast::as_string_array;
use datafusion::common::{Result, ScalarValue};
use datafusion::logical_expr::{
    ColumnarValue, ScalarFunctionArgs, ScalarUDFImpl, Signature, Volatility,
};

use crate::engine::errors::into_datafusion;
use dbsql_local::engine::SqlError;

/// Fails with a message once there is a row.
#[derive(Debug, PartialEq, Eq, Hash)]
pub(super) struct RaiseError {
    signature: Signature,
}

impl RaiseError {
    pub(super) fn new() -> Self {
        // Volatile: it must not fail while a statement is planned.
        Self { signature: Signature::exact(vec![DataType::Utf8], Volatility::Volatile) }
    }
}

impl ScalarUDFImpl for RaiseError {
    fn name(&self) -> &str {
        "raise_error"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _arg_types: &[DataType]) -> Result<DataType> {
        Ok(DataType::Null)
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let messages = ColumnarValue::values_to_arrays(&args.args)?;
        let message = match messages.first() {
            Some(messages) if args.number_rows > 0 => {
                as_string_array(messages)?.iter().next().flatten().unwrap_or("null").to_owned()
            }
            _ => return Ok(ColumnarValue::Scalar(ScalarValue::Null)),
        };
        Err(into_datafusion(SqlError::new("USER_RAISED_EXCEPTION", "P0001", message)))
    }
}

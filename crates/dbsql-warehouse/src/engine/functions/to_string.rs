//! Values as text, as by `CAST(value AS STRING)`.

use std::sync::Arc;

use arrow_array::{Array, ArrayRef, StringArray};
use arrow_schema::{DataType, TimeUnit};
use datafusion::arrow::array::AsArray as _;
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::TimestampMicrosecondType;
use datafusion::common::{Result, ScalarValue};
use datafusion::logical_expr::{
    ColumnarValue, ScalarFunctionArgs, ScalarUDFImpl, Signature, Volatility,
};

/// Formats values as Spark does: timestamps without `T` and `Z`.
#[derive(Debug, PartialEq, Eq, Hash)]
pub(super) struct ToText {
    signature: Signature,
}

impl ToText {
    pub(super) fn new() -> Self {
        Self { signature: Signature::any(1, Volatility::Immutable) }
    }
}

impl ScalarUDFImpl for ToText {
    fn name(&self) -> &str {
        "dbsql_string"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _arg_types: &[DataType]) -> Result<DataType> {
        Ok(DataType::Utf8)
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        match args.args.into_iter().next() {
            Some(ColumnarValue::Array(values)) => Ok(ColumnarValue::Array(text(&values)?)),
            Some(ColumnarValue::Scalar(value)) => {
                let text = text(&value.to_array()?)?;
                Ok(ColumnarValue::Scalar(ScalarValue::try_from_array(&text, 0)?))
            }
            None => Ok(ColumnarValue::Scalar(ScalarValue::Utf8(None))),
        }
    }
}

fn text(values: &ArrayRef) -> Result<ArrayRef> {
    if !matches!(values.data_type(), DataType::Timestamp(..)) {
        return Ok(cast(values, &DataType::Utf8)?);
    }
    let micros = cast(values, &DataType::Timestamp(TimeUnit::Microsecond, None))?;
    let micros = micros.as_primitive::<TimestampMicrosecondType>();
    let texts = (0..micros.len()).map(|row| {
        let moment = micros.is_valid(row).then(|| micros.value_as_datetime(row)).flatten()?;
        let text = moment.format("%Y-%m-%d %H:%M:%S%.6f").to_string();
        Some(text.trim_end_matches('0').trim_end_matches('.').to_owned())
    });
    Ok(Arc::new(texts.collect::<StringArray>()))
}

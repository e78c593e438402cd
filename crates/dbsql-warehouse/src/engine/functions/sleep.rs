//! `sleep(seconds)`, for slow queries.

use std::hash::{Hash, Hasher};
use std::sync::Arc;
use std::time::Duration;

use arrow_schema::DataType;
use async_trait::async_trait;
use datafusion::common::Result;
use datafusion::common::cast::as_float64_array;
use datafusion::logical_expr::async_udf::{AsyncScalarUDF, AsyncScalarUDFImpl};
use datafusion::logical_expr::{
    ColumnarValue, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility,
};
use dbsql_local::runtime::Runtime;

use crate::engine::errors::into_datafusion;
use crate::engine::progress::QueryProgress;
use dbsql_local::engine::SqlError;

/// The interval of progress reports.
const STEP: Duration = Duration::from_millis(50);
/// The maximum sleep, within the range of a duration.
const LONGEST_SECONDS: f64 = 1e9;

/// Waits for each row, and returns the seconds. It does not block a thread.
#[derive(Debug)]
struct Sleep {
    signature: Signature,
    runtime: Runtime,
    progress: QueryProgress,
}

/// Returns the function for one statement, whose progress it reports.
pub(super) fn sleep(progress: QueryProgress) -> ScalarUDF {
    let signature = Signature::exact(vec![DataType::Float64], Volatility::Volatile);
    let sleep = Sleep { signature, runtime: Runtime::real(), progress };
    AsyncScalarUDF::new(Arc::new(sleep)).into_scalar_udf()
}

// There is one per statement.
impl PartialEq for Sleep {
    fn eq(&self, other: &Self) -> bool {
        self.signature == other.signature
    }
}

impl Eq for Sleep {}

impl Hash for Sleep {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.signature.hash(state);
    }
}

impl ScalarUDFImpl for Sleep {
    fn name(&self) -> &str {
        "sleep"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _arg_types: &[DataType]) -> Result<DataType> {
        Ok(DataType::Float64)
    }

    fn invoke_with_args(&self, _args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        Err(into_datafusion(SqlError::internal("sleep needs a plan that waits")))
    }
}

#[async_trait]
impl AsyncScalarUDFImpl for Sleep {
    async fn invoke_async_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let rows = args.number_rows;
        // A constant is a single value for all rows.
        let seconds = match args.args.first() {
            Some(seconds) => seconds.to_array(rows)?,
            None => return Err(into_datafusion(SqlError::internal("sleep without seconds"))),
        };
        let waited: f64 =
            as_float64_array(&seconds)?.iter().flatten().filter(|seconds| *seconds > 0.0).sum();
        self.wait(Duration::from_secs_f64(waited.clamp(0.0, LONGEST_SECONDS))).await;
        Ok(ColumnarValue::Array(seconds))
    }
}

impl Sleep {
    async fn wait(&self, whole: Duration) {
        let mut left = whole;
        while !left.is_zero() {
            let step = left.min(STEP.max(whole / 200));
            self.runtime.sleep(step).await;
            left = left.saturating_sub(step);
            let fraction = 1.0 - left.as_secs_f64() / whole.as_secs_f64();
            self.progress.slept(fraction);
        }
    }
}

//! `RANGE(end)`, `RANGE(start, end)`, `RANGE(start, end, step)`: numbers in a column `id`.

use std::sync::Arc;

use arrow_array::{Int64Array, RecordBatch};
use arrow_schema::{DataType, Field, Schema, SchemaRef};
use datafusion::catalog::TableProvider;
use datafusion::catalog::streaming::StreamingTable;
use datafusion::common::ScalarValue;
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::streaming::PartitionStream;
use futures_util::{StreamExt as _, stream};

use super::errors::{Result, from_datafusion, invalid_cast};
use super::progress::QueryProgress;
use dbsql_local::engine::SqlError;

const ROWS_PER_BATCH: u64 = 8192;

/// Returns the table for these arguments.
pub(super) fn range(
    arguments: &[ScalarValue],
    progress: QueryProgress,
) -> Result<Arc<dyn TableProvider>> {
    let numbers = arguments.iter().map(whole).collect::<Result<Vec<i64>>>()?;
    let (start, end, step) = match numbers[..] {
        [end] => (0, end, 1),
        [start, end] => (start, end, 1),
        // The fourth argument is the number of partitions.
        [start, end, step] | [start, end, step, _] => (start, end, step),
        _ => {
            let class = "WRONG_NUM_ARGS.WITHOUT_SUGGESTION";
            return Err(wrong_call(class, "42605", "it takes one to four integers"));
        }
    };
    if step == 0 {
        return Err(wrong_call("FAILED_FUNCTION_CALL", "38000", "the step must not be 0"));
    }
    let schema = Arc::new(Schema::new(vec![Field::new("id", DataType::Int64, false)]));
    let range = Range { schema: Arc::clone(&schema), start, end, step, progress };
    let table = StreamingTable::try_new(schema, vec![Arc::new(range)]).map_err(from_datafusion)?;
    Ok(Arc::new(table))
}

fn whole(value: &ScalarValue) -> Result<i64> {
    if value.is_null() {
        let why = "NULL is not the number of a row";
        return Err(wrong_call("UNEXPECTED_INPUT_TYPE", "42K09", why));
    }
    match value.cast_to(&DataType::Int64) {
        Ok(ScalarValue::Int64(Some(value))) => Ok(value),
        _ => Err(invalid_cast(&value.to_string(), "STRING", "BIGINT")),
    }
}

fn wrong_call(class: &str, sql_state: &str, why: &str) -> SqlError {
    let message = format!("The table-valued function `range` cannot be called like that: {why}.");
    SqlError::new(class, sql_state, message)
}

#[derive(Debug)]
struct Range {
    schema: SchemaRef,
    start: i64,
    end: i64,
    step: i64,
    progress: QueryProgress,
}

impl Range {
    fn len(&self) -> u64 {
        let distance = i128::from(self.end) - i128::from(self.start);
        let step = i128::from(self.step);
        let steps = (distance + step - step.signum()) / step;
        u64::try_from(steps.max(0)).unwrap_or(u64::MAX)
    }
}

impl PartitionStream for Range {
    fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    fn execute(&self, _context: Arc<TaskContext>) -> SendableRecordBatchStream {
        let len = self.len();
        self.progress.expect(len);
        let (start, step) = (i128::from(self.start), i128::from(self.step));
        let (schema, progress) = (Arc::clone(&self.schema), self.progress.clone());
        let mut done = 0_u64;
        let batches = std::iter::from_fn(move || {
            let rows = ROWS_PER_BATCH.min(len - done);
            if rows == 0 {
                return None;
            }
            // Each is between the start and the end, which are of this type.
            let ids = (done..done + rows)
                .map(|index| i64::try_from(start + i128::from(index) * step).unwrap_or_default());
            let ids = Arc::new(Int64Array::from_iter_values(ids));
            done += rows;
            progress.read(rows);
            Some(RecordBatch::try_new(Arc::clone(&schema), vec![ids]).map_err(Into::into))
        });
        // A stopped statement ends where it yields, and processing a batch may take long.
        let stream = stream::iter(batches).then(|batch| async {
            tokio::task::yield_now().await;
            batch
        });
        Box::pin(RecordBatchStreamAdapter::new(Arc::clone(&self.schema), stream))
    }
}

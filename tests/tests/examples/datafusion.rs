//! The snippet of `docs/integrations.md` with DataFusion, and what it does.

use std::sync::Arc;

use datafusion::arrow::datatypes::SchemaRef;
use datafusion::catalog::streaming::StreamingTable;
use datafusion::error::{DataFusionError, Result};
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::streaming::PartitionStream;
use datafusion::prelude::{DataFrame, SessionContext};
use dbsql::{AsyncExecution, ResultSet};
use futures_util::{TryStreamExt, stream};

/// Registers a result of any size as a table.
async fn register(context: &SessionContext, name: &str, query: AsyncExecution) -> Result<()> {
    let schema = query.get_results().await.map_err(external)?.schema();
    let partition = QueryResult { query, schema: Arc::clone(&schema) };
    let table = StreamingTable::try_new(schema, vec![Arc::new(partition)])?;
    context.register_table(name, Arc::new(table))?;
    Ok(())
}

#[derive(Debug)]
struct QueryResult {
    query: AsyncExecution,
    schema: SchemaRef,
}

impl PartitionStream for QueryResult {
    fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    fn execute(&self, _context: Arc<TaskContext>) -> SendableRecordBatchStream {
        let query = self.query.clone();
        let results = stream::once(async move { query.get_results().await });
        let batches = results.try_flatten().map_err(external);
        Box::pin(RecordBatchStreamAdapter::new(Arc::clone(&self.schema), batches))
    }
}

/// Makes a data frame of a result that fits into memory.
async fn data_frame(context: &SessionContext, results: ResultSet) -> Result<DataFrame> {
    context.read_batches(results.fetch_all().await.map_err(external)?)
}

fn external(error: dbsql::Error) -> DataFusionError {
    DataFusionError::External(Box::new(error))
}

#[cfg(test)]
mod tests {
    use datafusion::arrow::array::cast::AsArray;
    use datafusion::arrow::array::types::Int64Type;
    use datafusion::prelude::{col, lit};
    use dbsql::{Client, Config, SqlProtocol};

    use super::*;
    use crate::support::warehouse;

    #[tokio::test(flavor = "multi_thread")]
    async fn result_is_a_table_of_datafusion() {
        let warehouse = warehouse(SqlProtocol::Thrift).await;
        let config = Config::new(warehouse.host(), warehouse.http_path()).token(warehouse.token());
        let client = Client::new(config).unwrap();
        let context = SessionContext::new();
        let sql = "SELECT id, id * 2 AS twice FROM RANGE(1000000)";
        let query = client.execute_async(sql).await.unwrap();
        register(&context, "result", query).await.unwrap();
        // Twice: each reads the result from its first row.
        for _ in 0..2 {
            let frame =
                context.sql("SELECT sum(twice) AS s FROM result WHERE id < 10").await.unwrap();
            let batches = frame.collect().await.unwrap();
            assert_eq!(batches[0].column(0).as_primitive::<Int64Type>().value(0), 90);
        }
        assert_eq!(warehouse.service().runs(sql), 1);

        let results = client.execute("SELECT * FROM RANGE(10)").await.unwrap();
        let frame = data_frame(&context, results).await.unwrap();
        assert_eq!(frame.filter(col("id").gt_eq(lit(7))).unwrap().count().await.unwrap(), 3);
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn failed_statement_is_an_error_of_datafusion() {
        let warehouse = warehouse(SqlProtocol::Thrift).await;
        let config = Config::new(warehouse.host(), warehouse.http_path()).token(warehouse.token());
        let client = Client::new(config).unwrap();
        let query = client.execute_async("SELECT * FROM nowhere").await.unwrap();
        let error = register(&SessionContext::new(), "result", query).await.unwrap_err();
        assert!(error.to_string().contains("nowhere"), "{error}");
    }
}

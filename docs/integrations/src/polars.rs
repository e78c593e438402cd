//! A result as a data frame of Polars.

use std::error::Error;
use std::io::Cursor;

use arrow_ipc::writer::StreamWriter;
use dbsql::ResultSet;
use polars::prelude::*;

/// Reads a result that fits into memory.
pub async fn data_frame(mut results: ResultSet) -> Result<DataFrame, Box<dyn Error + Send + Sync>> {
    let mut stream = StreamWriter::try_new(Vec::new(), &results.schema())?;
    while let Some(batch) = results.next().await? {
        stream.write(&batch)?;
    }
    Ok(IpcStreamReader::new(Cursor::new(stream.into_inner()?)).finish()?)
}

/// Works on a result of any size, which was written to a Parquet file.
pub fn sum_of_ids(file: &str) -> PolarsResult<DataFrame> {
    LazyFrame::scan_parquet(PlRefPath::new(file), ScanArgsParquet::default())?
        .select([col("id").sum()])
        .collect()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use dbsql::arrow::array::{ArrayRef, Date32Array, Decimal128Array, Int64Array, RecordBatch};
    use dbsql::arrow::array::{StringArray, TimestampMicrosecondArray};
    use dbsql::{Client, Config};
    use dbsql_local::TestWarehouse;
    use dbsql_local::engine::scripted::{Answer, ScriptedEngine};
    use dbsql_local::runtime::Runtime;

    use super::*;

    #[tokio::test(flavor = "multi_thread")]
    async fn result_is_a_data_frame_of_polars() {
        let decimals = Decimal128Array::from(vec![Some(125), None]).with_precision_and_scale(10, 2);
        let columns: [(&str, ArrayRef); 5] = [
            ("id", Arc::new(Int64Array::from(vec![1, 2]))),
            ("name", Arc::new(StringArray::from(vec![Some("a"), None]))),
            ("day", Arc::new(Date32Array::from(vec![0, 19_000]))),
            ("at", Arc::new(TimestampMicrosecondArray::from(vec![0, 1]).with_timezone("UTC"))),
            ("price", Arc::new(decimals.unwrap())),
        ];
        let batch = RecordBatch::try_from_iter(columns).unwrap();
        let answer = Answer::rows(vec![batch.clone(), batch]);
        let engine = ScriptedEngine::new(Runtime::real()).on("SELECT", answer);
        let warehouse = TestWarehouse::builder().engine(engine).start().await.unwrap();
        let config = Config::new(warehouse.host(), warehouse.http_path()).token(warehouse.token());
        let client = Client::new(config).unwrap();

        let mut frame = data_frame(client.execute("SELECT").await.unwrap()).await.unwrap();
        println!("{frame}");
        assert_eq!(frame.shape(), (4, 5));
        let types: Vec<String> = frame.dtypes().iter().map(ToString::to_string).collect();
        assert_eq!(types, ["i64", "str", "date", "datetime[μs, UTC]", "decimal[10,2]"]);

        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("result.parquet");
        ParquetWriter::new(std::fs::File::create(&path).unwrap()).finish(&mut frame).unwrap();
        let sum = sum_of_ids(path.to_str().unwrap()).unwrap();
        assert_eq!(sum.column("id").unwrap().i64().unwrap().get(0), Some(6));
    }
}

//! A result as a table of DuckDB.

use std::error::Error;
use std::io::Cursor;

use arrow_ipc::writer::StreamWriter;
use dbsql::arrow::array::RecordBatch;
use duckdb::Connection;
use duckdb::arrow::ipc::reader::StreamReader;

/// Appends a batch to a table that has the same columns.
pub fn append(
    duckdb: &Connection,
    table: &str,
    batch: &RecordBatch,
) -> Result<(), Box<dyn Error + Send + Sync>> {
    let mut stream = StreamWriter::try_new(Vec::new(), &batch.schema())?;
    stream.write(batch)?;
    let mut appender = duckdb.appender(table)?;
    for batch in StreamReader::try_new(Cursor::new(stream.into_inner()?), None)? {
        appender.append_record_batch(batch?)?;
    }
    Ok(appender.flush()?)
}

/// Makes a table of a result of any size, which was written to a Parquet file.
pub fn load(duckdb: &Connection, file: &str) -> duckdb::Result<usize> {
    duckdb.execute("CREATE TABLE result AS SELECT * FROM read_parquet(?)", [file])
}

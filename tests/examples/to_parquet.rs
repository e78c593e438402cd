//! How do I write a result that is larger than memory to a file?
//!
//! ```sh
//! cargo run --example to-parquet -- result.parquet "SELECT id, id * 2 AS twice FROM RANGE(10000000)"
//! ```
//!
//! Batch by batch into Parquet: memory holds the client's byte budget (prefetched rows), one batch,
//! and the row group that is being encoded. None of them grows with the result.

#![expect(clippy::print_stdout, reason = "it is there to be looked at")]

#[path = "shared/local.rs"]
mod local;

use std::error::Error;
use std::fs::{self, File};
use std::path::PathBuf;

use dbsql::{Client, ResultSet};
use parquet::arrow::ArrowWriter;
use parquet::file::properties::WriterProperties;

type Failure = Box<dyn Error + Send + Sync>;

/// The limit of prefetched rows; 64 MiB unless set.
const BYTE_BUDGET: u64 = 32 * 1024 * 1024;
/// The row group that is being encoded.
const ROW_GROUP_BYTES: usize = 16 * 1024 * 1024;

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let mut arguments = std::env::args().skip(1);
    let path = PathBuf::from(arguments.next().ok_or("usage: to-parquet FILE [SQL]")?);
    let sql = arguments.next().unwrap_or_else(|| "SELECT * FROM RANGE(1000000)".to_owned());
    let (config, _local) = local::config().await?;
    let client = Client::new(config.byte_budget(BYTE_BUDGET))?;
    let query = client.execute_async(sql).await?;
    let results = query.get_results().await?;

    // Under another name until it is complete: a failed run leaves no file that looks like a
    // result.
    let unfinished = path.with_extension("parquet.unfinished");
    let written = write(results, File::create(&unfinished)?).await;
    let (rows, groups) = written.inspect_err(|_| drop(fs::remove_file(&unfinished)))?;
    fs::rename(&unfinished, &path)?;
    query.close().await?;
    println!("{rows} rows in {groups} row groups, {} bytes", fs::metadata(&path)?.len());
    Ok(())
}

/// Writes all rows, and returns the numbers of rows and row groups.
async fn write(mut results: ResultSet, file: File) -> Result<(u64, usize), Failure> {
    let properties = WriterProperties::builder()
        .set_max_row_group_bytes(Some(ROW_GROUP_BYTES))
        .set_max_row_group_row_count(None)
        .build();
    let mut writer = ArrowWriter::try_new(file, results.schema(), Some(properties))?;
    while let Some(batch) = results.next().await? {
        // Encoding blocks on CPU and disk: other tasks move to other threads.
        tokio::task::block_in_place(|| writer.write(&batch))?;
    }
    let metadata = tokio::task::block_in_place(|| writer.close())?;
    Ok((results.position(), metadata.num_row_groups()))
}

//! The file that `to-parquet` writes, and what it costs.

use std::fs::File;
use std::path::Path;
use std::time::Duration;

use dbsql::SqlProtocol;
use dbsql::arrow::array::cast::AsArray;
use dbsql::arrow::array::types::Int64Type;
use dbsql_local::TestWarehouse;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

use crate::support::{Running, example_at, run, warehouse};

/// How many rows there are, and the sums of both columns.
fn read(path: &Path) -> (usize, i64, i64) {
    let file = File::open(path).unwrap();
    let batches = ParquetRecordBatchReaderBuilder::try_new(file).unwrap().build().unwrap();
    batches.map(Result::unwrap).fold((0, 0, 0), |(rows, ids, twice), batch| {
        let sum = |at| batch.column(at).as_primitive::<Int64Type>().values().iter().sum::<i64>();
        (rows + batch.num_rows(), ids + sum(0), twice + sum(1))
    })
}

/// The most memory that was resident while it wrote so many rows, and what it printed.
async fn peak(warehouse: &TestWarehouse, rows: u64, path: &Path) -> (u64, String) {
    let sql = format!("SELECT id, id * 2 AS twice FROM RANGE({rows})");
    let arguments = [path.to_str().unwrap(), &sql];
    let mut program = Running::start(example_at(warehouse, "to-parquet", &arguments));
    let status = format!("/proc/{}/status", program.id());
    let mut peak = 0;
    while !program.has_ended() {
        let text = std::fs::read_to_string(&status).unwrap_or_default();
        let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let kib = line.and_then(|line| line.trim().strip_suffix(" kB")?.trim().parse::<u64>().ok());
        peak = kib.map_or(peak, |kib| peak.max(kib * 1024));
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let ended = program.end();
    assert!(ended.status.success(), "{ended:?}");
    (peak, ended.stdout)
}

#[tokio::test(flavor = "multi_thread")]
async fn parquet_file_is_whole_and_memory_flat() {
    let warehouse = warehouse(SqlProtocol::Thrift).await;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("result.parquet");
    let (small, _) = peak(&warehouse, 2_000_000, &path).await;
    let (large, printed) = peak(&warehouse, 10_000_000, &path).await;
    let n: i64 = 10_000_000;
    assert_eq!(read(&path), (10_000_000, n * (n - 1) / 2, n * (n - 1)));
    assert!(printed.starts_with("10000000 rows in "), "{printed}");
    println!("{printed}; peak {} MiB, {} MiB for a fifth", large >> 20, small >> 20);
    // The larger result has 122 MiB more.
    if cfg!(target_os = "linux") {
        assert!(small > 0 && large < small + (64 << 20), "{small} {large}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn broken_result_leaves_no_file() {
    let warehouse = warehouse(SqlProtocol::Thrift).await;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("result.parquet");
    let sql = "SELECT * FROM nowhere";
    let ended = run(example_at(&warehouse, "to-parquet", &[path.to_str().unwrap(), sql]));
    assert!(!ended.status.success(), "{ended:?}");
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}

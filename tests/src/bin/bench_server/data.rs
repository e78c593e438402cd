//! The rows: the same on every run, of common types, and about as compressible as real rows.

use std::sync::Arc;

use arrow_array::{
    ArrayRef, BinaryArray, BooleanArray, Date32Array, Decimal128Array, Float64Array, Int32Array,
    Int64Array, RecordBatch, StringArray, TimestampMicrosecondArray,
};
use arrow_schema::{DataType, Field, Schema, SchemaRef, TimeUnit};
use dbsql_local::engine::SQL_TYPE_NAME;
use dbsql_tests::random::Random;

use crate::Problem;

/// Rows in a batch of a file.
const BATCH_ROWS: usize = 32_768;
/// Rows in a page of columns.
const PAGE_ROWS: usize = 100_000;
/// The words of strings.
const WORDS: [&str; 16] = [
    "amber", "basil", "cedar", "delta", "ember", "fjord", "grove", "haze", "iris", "jade", "kelp",
    "lotus", "maple", "north", "opal", "pine",
];

/// Consecutive rows with their count, and the sum of their first column.
#[derive(Debug)]
pub(crate) struct Rows {
    pub(crate) batches: Vec<RecordBatch>,
    pub(crate) rows: u64,
    /// Of the column `id`, wrapping.
    pub(crate) id_sum: i64,
}

impl Rows {
    fn of(batches: Vec<RecordBatch>, first: i64) -> Self {
        let rows = batches.iter().map(|batch| batch.num_rows() as u64).sum();
        let id_sum = (first..first + rows as i64).fold(0_i64, i64::wrapping_add);
        Self { batches, rows, id_sum }
    }
}

/// A column under its SQL name, as files and metadata spell it.
fn field(name: &str, data_type: DataType, sql: &str) -> Field {
    let metadata = [(SQL_TYPE_NAME.to_owned(), sql.to_owned())].into();
    Field::new(name, data_type, true).with_metadata(metadata)
}

/// The columns of files and of inline batches.
pub(crate) fn schema() -> SchemaRef {
    let timestamp = DataType::Timestamp(TimeUnit::Microsecond, Some("Etc/UTC".into()));
    Arc::new(Schema::new(vec![
        field("id", DataType::Int64, "BIGINT"),
        field("customer", DataType::Int32, "INT"),
        field("amount", DataType::Decimal128(18, 2), "DECIMAL(18,2)"),
        field("score", DataType::Float64, "DOUBLE"),
        field("name", DataType::Utf8, "STRING"),
        field("at", timestamp, "TIMESTAMP"),
        field("is_open", DataType::Boolean, "BOOLEAN"),
    ]))
}

/// Returns rows of about `bytes` in total, in batches.
pub(crate) fn file(number: usize, bytes: usize) -> Result<Rows, Problem> {
    let rows = (bytes / bytes_per_row()?).max(1);
    let first = number * rows;
    let mut random = Random::new(1, number as u64);
    let mut batches = Vec::new();
    for start in (0..rows).step_by(BATCH_ROWS) {
        let ids = first + start..first + rows.min(start + BATCH_ROWS);
        batches.push(batch(&ids.map(|id| id as i64).collect::<Vec<_>>(), &mut random)?);
    }
    Ok(Rows::of(batches, first as i64))
}

fn bytes_per_row() -> Result<usize, Problem> {
    let sample = batch(&[0; 1_000], &mut Random::new(0, 0))?;
    Ok(plain_bytes(&sample).div_ceil(1_000))
}

/// The approximate size of the rows in an Arrow message.
pub(crate) fn plain_bytes(batch: &RecordBatch) -> usize {
    let size = |column: &ArrayRef| column.to_data().get_slice_memory_size().unwrap_or_default();
    batch.columns().iter().map(size).sum()
}

fn batch(ids: &[i64], random: &mut Random) -> Result<RecordBatch, Problem> {
    let count = ids.len();
    let mut numbers =
        |below: u64| -> Vec<u64> { (0..count).map(|_| random.below(below)).collect() };
    let customers = numbers(100_000).into_iter().map(|n| n as i32);
    let amounts = numbers(10_000_000).into_iter().map(|n| n as i128);
    let amounts = Decimal128Array::from_iter_values(amounts).with_precision_and_scale(18, 2)?;
    let scores = numbers(1 << 52).into_iter().map(|n| n as f64 / 1e6);
    let names = numbers(16 * 16 * 10_000).into_iter().map(text);
    let times = numbers(86_400_000_000).into_iter().map(|n| 1_750_000_000_000_000 + n as i64);
    let times = TimestampMicrosecondArray::from_iter_values(times).with_timezone("Etc/UTC");
    let open: Vec<bool> = numbers(4).into_iter().map(|n| n == 0).collect();
    let columns: Vec<ArrayRef> = vec![
        Arc::new(Int64Array::from(ids.to_vec())),
        Arc::new(Int32Array::from_iter_values(customers)),
        Arc::new(amounts),
        Arc::new(Float64Array::from_iter_values(scores)),
        Arc::new(StringArray::from_iter_values(names)),
        Arc::new(times),
        Arc::new(BooleanArray::from(open)),
    ];
    Ok(RecordBatch::try_new(schema(), columns)?)
}

fn text(n: u64) -> String {
    let word = |n: u64| WORDS[(n % 16) as usize];
    format!("{} {} {}", word(n), word(n / 16), n / 256)
}

/// The columns of results in Thrift columns: nine types.
pub(crate) fn columnar_schema() -> SchemaRef {
    let timestamp = DataType::Timestamp(TimeUnit::Microsecond, Some("Etc/UTC".into()));
    Arc::new(Schema::new(vec![
        field("id", DataType::Int64, "BIGINT"),
        field("is_open", DataType::Boolean, "BOOLEAN"),
        field("customer", DataType::Int32, "INT"),
        field("score", DataType::Float64, "DOUBLE"),
        field("name", DataType::Utf8, "STRING"),
        field("digest", DataType::Binary, "BINARY"),
        field("amount", DataType::Decimal128(18, 2), "DECIMAL(18,2)"),
        field("day", DataType::Date32, "DATE"),
        field("at", timestamp, "TIMESTAMP"),
    ]))
}

/// Rows of nine types, one batch per page.
pub(crate) fn columnar(rows: usize) -> Result<Rows, Problem> {
    let mut random = Random::new(2, 0);
    let mut batches = Vec::new();
    for start in (0..rows).step_by(PAGE_ROWS) {
        let ids: Vec<i64> = (start..rows.min(start + PAGE_ROWS)).map(|id| id as i64).collect();
        let common = batch(&ids, &mut random)?;
        let column = |name: &str| common.column_by_name(name).cloned().ok_or("no such column");
        let digests = (0..ids.len()).map(|_| random.below(u64::MAX).to_le_bytes());
        let digests: Vec<_> = digests.collect();
        let days = (0..ids.len()).map(|_| random.below(20_000) as i32).collect::<Vec<_>>();
        let columns: Vec<ArrayRef> = vec![
            column("id")?,
            column("is_open")?,
            column("customer")?,
            column("score")?,
            column("name")?,
            Arc::new(BinaryArray::from_iter_values(digests)),
            column("amount")?,
            Arc::new(Date32Array::from(days)),
            column("at")?,
        ];
        batches.push(RecordBatch::try_new(columnar_schema(), columns)?);
    }
    Ok(Rows::of(batches, 0))
}

/// One row.
pub(crate) fn small() -> Result<Rows, Problem> {
    Ok(Rows::of(vec![batch(&[1], &mut Random::new(3, 0))?], 1))
}

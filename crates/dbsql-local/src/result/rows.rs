//! Rows by absolute number.

use std::sync::Arc;

use arrow_array::{Array, ArrayRef, Int64Array, RecordBatch, RecordBatchOptions};
use arrow_schema::{DataType, Field, Schema, SchemaRef};

use crate::engine::{QueryOutput, SqlError};
use crate::result::not_encoded;

/// All rows of a result.
#[derive(Debug)]
pub(super) struct Rows {
    schema: SchemaRef,
    /// Never empty.
    batches: Vec<RecordBatch>,
    /// The number of the first row of each batch.
    starts: Vec<u64>,
    total: u64,
    bytes: u64,
    /// Whether rows were cut off.
    is_cut: bool,
}

impl Rows {
    /// Fails if the batches do not match the schema.
    pub(super) fn new(
        schema: SchemaRef,
        batches: &[RecordBatch],
        limit: Option<u64>,
    ) -> Result<Self, SqlError> {
        let (batches_kept, starts) = (Vec::new(), Vec::new());
        let mut rows =
            Self { schema, batches: batches_kept, starts, total: 0, bytes: 0, is_cut: false };
        let mut left = limit.unwrap_or(u64::MAX);
        for batch in batches {
            let take = left.min(batch.num_rows() as u64);
            left -= take;
            rows.is_cut |= take < batch.num_rows() as u64;
            if take == 0 {
                continue;
            }
            let batch = with_schema(&rows.schema, &batch.slice(0, take as usize))?;
            rows.starts.push(rows.total);
            rows.total += take;
            rows.bytes += batch_bytes(&batch);
            rows.batches.push(batch);
        }
        Ok(rows)
    }

    /// Truncates the rows before they exceed this many bytes; the first row is kept.
    pub(super) fn limit_bytes(&mut self, limit: u64) -> Result<(), SqlError> {
        let end = self.fit(0, u64::MAX, limit);
        if end < self.total {
            *self = Self::new(Arc::clone(&self.schema), &self.slice(0, end), None)?;
            self.is_cut = true;
        }
        Ok(())
    }

    /// Returns `true` if a limit truncated them.
    pub(super) fn is_cut(&self) -> bool {
        self.is_cut
    }

    pub(super) fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    pub(super) fn total(&self) -> u64 {
        self.total
    }

    /// Returns the size of all rows in memory.
    pub(super) fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Returns the rows from `start` to before `end`, in as few batches as possible.
    pub(super) fn slice(&self, start: u64, end: u64) -> Vec<RecordBatch> {
        self.parts(start, end).map(|(batch, from, to)| batch.slice(from, to - from)).collect()
    }

    /// Returns the end of a piece that starts at `start` with at most `max_rows` rows and
    /// `max_bytes` bytes; a single row may be larger.
    pub(super) fn fit(&self, start: u64, max_rows: u64, max_bytes: u64) -> u64 {
        let limit = start.saturating_add(max_rows).min(self.total);
        let mut left = max_bytes;
        let mut end = start;
        for (batch, from, to) in self.parts(start, limit) {
            let whole = batch_bytes(&batch.slice(from, to - from));
            if whole <= left {
                left -= whole;
                end += (to - from) as u64;
                continue;
            }
            let (mut fits, mut too_many) = (0, to - from);
            while too_many - fits > 1 {
                let middle = fits + (too_many - fits) / 2;
                if batch_bytes(&batch.slice(from, middle)) <= left {
                    fits = middle;
                } else {
                    too_many = middle;
                }
            }
            end += fits as u64;
            break;
        }
        // A row that is larger than the limit must not stop the reader forever.
        if end == start && limit > start { start + 1 } else { end }
    }

    /// Returns the size of the rows from `start` to before `end` in memory.
    pub(super) fn bytes_of(&self, start: u64, end: u64) -> u64 {
        self.slice(start, end).iter().map(batch_bytes).sum()
    }

    /// Returns the batches with the rows from `start` to before `end`, each with its range.
    fn parts(&self, start: u64, end: u64) -> impl Iterator<Item = (&RecordBatch, usize, usize)> {
        let first = self.starts.partition_point(|&at| at <= start).saturating_sub(1);
        self.batches.iter().zip(&self.starts).skip(first).map_while(move |(batch, &at)| {
            let from = start.max(at) - at;
            let to = end.min(at + batch.num_rows() as u64).checked_sub(at)?;
            (from < to).then_some((batch, from as usize, to as usize))
        })
    }
}

/// Returns the batch under our schema, which differs at most in names and metadata.
fn with_schema(schema: &SchemaRef, batch: &RecordBatch) -> Result<RecordBatch, SqlError> {
    let options = RecordBatchOptions::new().with_row_count(Some(batch.num_rows()));
    let columns = batch.columns().to_vec();
    RecordBatch::try_new_with_options(Arc::clone(schema), columns, &options).map_err(not_encoded)
}

/// Returns the size of a batch, without other data that its arrays keep alive.
pub(super) fn batch_bytes(batch: &RecordBatch) -> u64 {
    let column = |array: &ArrayRef| {
        let size = array.to_data().get_slice_memory_size();
        // Some types, such as views, do not support this.
        size.unwrap_or_else(|_| array.get_array_memory_size()) as u64
    };
    batch.columns().iter().map(column).sum()
}

/// Adds the row with the number of modified rows to a statement that returns none.
pub(super) fn with_affected_rows(mut output: QueryOutput) -> Result<QueryOutput, SqlError> {
    if let Some(affected) = output.rows_affected
        && output.schema.fields().is_empty()
    {
        let affected = i64::try_from(affected).unwrap_or(i64::MAX);
        let field = Field::new("num_affected_rows", DataType::Int64, true);
        output.schema = Arc::new(Schema::new(vec![field]));
        let column: ArrayRef = Arc::new(Int64Array::from(vec![affected]));
        let batch = RecordBatch::try_new(Arc::clone(&output.schema), vec![column]);
        output.batches = vec![batch.map_err(not_encoded)?];
    }
    Ok(output)
}

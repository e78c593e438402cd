//! Rows by their absolute numbers.

use std::sync::Arc;

use arrow_array::{Array, ArrayRef, Int64Array, RecordBatch, RecordBatchOptions};
use arrow_schema::{DataType, Field, Schema, SchemaRef};

use crate::engine::{QueryOutput, SqlError};
use crate::result::not_encoded;

/// All rows of a result.
#[derive(Debug)]
pub(super) struct Rows {
    schema: SchemaRef,
    /// No empty ones.
    batches: Vec<RecordBatch>,
    /// The number of the first row of each batch.
    starts: Vec<u64>,
    total: u64,
    bytes: u64,
    /// Whether there were more.
    is_cut: bool,
}

impl Rows {
    /// Fails when the batches are not of the schema.
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

    /// Ends the rows before they take more bytes than this; the first row stays.
    pub(super) fn limit_bytes(&mut self, limit: u64) -> Result<(), SqlError> {
        let end = self.fit(0, u64::MAX, limit);
        if end < self.total {
            *self = Self::new(Arc::clone(&self.schema), &self.slice(0, end), None)?;
            self.is_cut = true;
        }
        Ok(())
    }

    /// Whether a limit cut them short.
    pub(super) fn is_cut(&self) -> bool {
        self.is_cut
    }

    pub(super) fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    pub(super) fn total(&self) -> u64 {
        self.total
    }

    /// What all of them take in memory.
    pub(super) fn bytes(&self) -> u64 {
        self.bytes
    }

    /// The rows from `start` to before `end`, as few batches as there are.
    pub(super) fn slice(&self, start: u64, end: u64) -> Vec<RecordBatch> {
        self.parts(start, end).map(|(batch, from, to)| batch.slice(from, to - from)).collect()
    }

    /// Where a piece ends that begins at `start`, holds at most `max_rows` rows and takes at most
    /// `max_bytes`; one row may take more than that.
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
        // A row that is larger than the limit must not stop the reader for ever.
        if end == start && limit > start { start + 1 } else { end }
    }

    /// What the rows from `start` to before `end` take in memory.
    pub(super) fn bytes_of(&self, start: u64, end: u64) -> u64 {
        self.slice(start, end).iter().map(batch_bytes).sum()
    }

    /// The batches that hold the rows from `start` to before `end`, each with its part of them.
    fn parts(&self, start: u64, end: u64) -> impl Iterator<Item = (&RecordBatch, usize, usize)> {
        let first = self.starts.partition_point(|&at| at <= start).saturating_sub(1);
        self.batches.iter().zip(&self.starts).skip(first).map_while(move |(batch, &at)| {
            let from = start.max(at) - at;
            let to = end.min(at + batch.num_rows() as u64).checked_sub(at)?;
            (from < to).then_some((batch, from as usize, to as usize))
        })
    }
}

/// The batch under our schema, which differs from its own in names and metadata at most.
fn with_schema(schema: &SchemaRef, batch: &RecordBatch) -> Result<RecordBatch, SqlError> {
    let options = RecordBatchOptions::new().with_row_count(Some(batch.num_rows()));
    let columns = batch.columns().to_vec();
    RecordBatch::try_new_with_options(Arc::clone(schema), columns, &options).map_err(not_encoded)
}

/// What a batch takes, not counting what its arrays hold besides its rows.
pub(super) fn batch_bytes(batch: &RecordBatch) -> u64 {
    let column = |array: &ArrayRef| {
        let size = array.to_data().get_slice_memory_size();
        // Some types cannot tell, views for example.
        size.unwrap_or_else(|_| array.get_array_memory_size()) as u64
    };
    batch.columns().iter().map(column).sum()
}

/// A statement that changed rows and gives none answers with their number.
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

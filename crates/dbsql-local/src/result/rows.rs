//! Rows by absolute number.

use std::sync::Arc;

use arrow_array::{Array, ArrayRef, Int64Array, RecordBatch, RecordBatchOptions};
use arrow_schema::{DataType, Field, Schema, SchemaRef};

use crate::engine::{QueryOutput, SqlError};
use crate::result::batches::{Batches, Spilled};
use crate::result::{Room, not_encoded};

/// The maximum size of a batch in a temporary file in bytes: as much of the result is in memory to
/// read any row.
pub(super) const SPILLED_BATCH: u64 = 4 << 20;

/// All rows of a result.
#[derive(Debug)]
pub(super) struct Rows {
    schema: SchemaRef,
    /// None of them is empty.
    pub(super) batches: Batches,
    /// The number of the first row of each batch, and the row after the last one.
    starts: Vec<u64>,
    /// The size of each batch in bytes.
    pub(super) sizes: Vec<u64>,
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
        let mut is_cut = false;
        let mut kept = Vec::new();
        let mut left = limit.unwrap_or(u64::MAX);
        for batch in batches {
            let take = left.min(batch.num_rows() as u64);
            left -= take;
            is_cut |= take < batch.num_rows() as u64;
            if take > 0 {
                kept.push(with_schema(&schema, &batch.slice(0, take as usize))?);
            }
        }
        let (mut starts, mut total) = (vec![0], 0);
        for batch in &kept {
            total += batch.num_rows() as u64;
            starts.push(total);
        }
        let sizes = kept.iter().map(batch_bytes).collect();
        Ok(Self { schema, batches: Batches::Memory(kept, None), starts, sizes, is_cut })
    }

    /// Truncates the rows before they exceed this many bytes; the first row is kept.
    pub(super) fn limit_bytes(&mut self, limit: u64) -> Result<(), SqlError> {
        let end = self.fit(0, u64::MAX, limit)?;
        if end < self.total() {
            *self = Self::new(Arc::clone(&self.schema), &self.slice(0, end)?, None)?;
            self.is_cut = true;
        }
        Ok(())
    }

    /// Moves the rows into a temporary file, unless there is room for them in memory.
    pub(super) fn settle(&mut self, room: &Room) -> Result<(), SqlError> {
        if let Batches::Memory(_, share) = &mut self.batches
            && let Some(taken) = room.in_memory(self.sizes.iter().sum())
        {
            *share = Some(taken);
            return Ok(());
        }
        let (mut starts, mut sizes) = (vec![0], Vec::new());
        let mut pieces = Vec::new();
        for bounds in self.starts.windows(2) {
            let &[mut start, end] = bounds else { continue };
            while start < end {
                let next = self.fit(start, end - start, SPILLED_BATCH)?;
                pieces.push((start, next));
                starts.push(next);
                sizes.push(self.bytes_of(start, next)?);
                start = next;
            }
        }
        let batches = pieces
            .iter()
            .flat_map(|&(start, end)| self.parts(start, end).map(|part| part.rows(self)));
        let spilled = Spilled::new(&self.schema, batches, room)?;
        self.batches = Batches::Spilled(spilled);
        (self.starts, self.sizes) = (starts, sizes);
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
        self.starts.last().copied().unwrap_or_default()
    }

    /// Returns the size of all rows, before encoding.
    pub(super) fn bytes(&self) -> u64 {
        self.sizes.iter().sum()
    }

    /// Returns the rows from `start` to before `end`, in as few batches as possible.
    pub(super) fn slice(&self, start: u64, end: u64) -> Result<Vec<RecordBatch>, SqlError> {
        self.parts(start, end).map(|part| part.rows(self)).collect()
    }

    /// Returns the end of a piece that starts at `start` with at most `max_rows` rows and
    /// `max_bytes` bytes; a single row may be larger.
    pub(super) fn fit(&self, start: u64, max_rows: u64, max_bytes: u64) -> Result<u64, SqlError> {
        let limit = start.saturating_add(max_rows).min(self.total());
        let mut left = max_bytes;
        let mut end = start;
        for part in self.parts(start, limit) {
            let whole = part.bytes(self)?;
            if whole <= left {
                left -= whole;
                end += part.length as u64;
                continue;
            }
            let batch = part.rows(self)?;
            let (mut fits, mut too_many) = (0, part.length);
            while too_many - fits > 1 {
                let middle = fits + (too_many - fits) / 2;
                if batch_bytes(&batch.slice(0, middle)) <= left {
                    fits = middle;
                } else {
                    too_many = middle;
                }
            }
            end += fits as u64;
            break;
        }
        // A row that is larger than the limit must not stop the reader forever.
        Ok(if end == start && limit > start { start + 1 } else { end })
    }

    /// Returns the size of the rows from `start` to before `end`, before encoding.
    pub(super) fn bytes_of(&self, start: u64, end: u64) -> Result<u64, SqlError> {
        self.parts(start, end).map(|part| part.bytes(self)).sum()
    }

    /// Returns the parts of the batches with the rows from `start` to before `end`.
    fn parts(&self, start: u64, end: u64) -> impl Iterator<Item = Part> {
        let first = self.starts.partition_point(|&at| at <= start).saturating_sub(1);
        let bounds = self.starts.windows(2).enumerate().skip(first);
        bounds.map_while(move |(number, bounds)| {
            let &[at, next] = bounds else { return None };
            let (from, to) = (start.max(at), end.min(next));
            let part = Part {
                number,
                from: from.checked_sub(at)? as usize,
                length: to.checked_sub(from)? as usize,
                is_whole: (from, to) == (at, next),
            };
            (part.length > 0).then_some(part)
        })
    }
}

/// Some rows of a batch.
#[derive(Clone, Copy, Debug)]
struct Part {
    /// The number of the batch.
    number: usize,
    from: usize,
    length: usize,
    is_whole: bool,
}

impl Part {
    fn rows(self, of: &Rows) -> Result<RecordBatch, SqlError> {
        Ok(of.batches.get(self.number)?.slice(self.from, self.length))
    }

    fn bytes(self, of: &Rows) -> Result<u64, SqlError> {
        match of.sizes.get(self.number) {
            Some(&size) if self.is_whole => Ok(size),
            _ => Ok(batch_bytes(&self.rows(of)?)),
        }
    }
}

/// Returns the batch under our schema, which differs at most in names and metadata.
pub(super) fn with_schema(
    schema: &SchemaRef,
    batch: &RecordBatch,
) -> Result<RecordBatch, SqlError> {
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

//! One answer's worth of rows.

use std::sync::Arc;

use arrow_array::RecordBatch;
use dbsql_protocol::types::{TRowSet, TSparkArrowBatch, TSparkArrowResultLink};

use crate::engine::SqlError;
use crate::result::{Format, ResultFile, ResultSet, columns, ipc, lz4, not_encoded};

/// Which rows are wanted.
#[derive(Clone, Copy, Debug)]
pub(crate) struct PageRequest {
    pub(crate) start: u64,
    /// Does not count for links.
    pub(crate) max_rows: u64,
    pub(crate) max_bytes: u64,
    /// The most links in one answer.
    pub(crate) max_links: usize,
}

/// The rows, and where they end.
#[derive(Debug)]
pub(crate) struct Page {
    pub(crate) rows: TRowSet,
    /// The row after the last one.
    pub(crate) end: u64,
}

impl ResultSet {
    /// The page that begins at the row asked for, or at the end of the result when that lies
    /// before it. `link` gives a file an address. It computes: off the async threads, please.
    pub(crate) fn page(
        &self,
        request: PageRequest,
        mut link: impl FnMut(Arc<ResultFile>) -> (String, i64),
    ) -> Result<Page, SqlError> {
        let start = request.start.min(self.total());
        let mut rows = TRowSet { start_row_offset: number(start), ..TRowSet::default() };
        let mut end = start;
        match self.format {
            Format::Columns => {
                end = self.rows.fit(start, request.max_rows, request.max_bytes);
                let batches = self.rows.slice(start, end);
                let columns =
                    columns::encode(self.rows.schema(), &batches, self.options.null_bitmaps)?;
                rows.column_count = i32::try_from(columns.len()).ok();
                rows.columns = Some(columns);
            }
            Format::Arrow => {
                let last = self.rows.fit(start, request.max_rows, request.max_bytes);
                let mut batches = Vec::new();
                while end < last {
                    let next = self.rows.fit(end, last - end, self.options.batch_bytes);
                    for batch in self.rows.slice(end, next) {
                        batches.push(self.inline(&batch)?);
                    }
                    end = next;
                }
                rows.arrow_batches = Some(batches);
            }
            Format::Links => {
                let mut links = Vec::new();
                let mut left = request.max_bytes;
                while end < self.total() && links.len() < request.max_links.max(1) {
                    let next = self.rows.fit(end, u64::MAX, self.options.file_bytes);
                    let size = self.rows.bytes_of(end, next);
                    if size > left && !links.is_empty() {
                        break;
                    }
                    left = left.saturating_sub(size);
                    let (file_link, expiry_time) = link(self.file(end, next));
                    links.push(TSparkArrowResultLink {
                        file_link,
                        expiry_time,
                        start_row_offset: number(end),
                        row_count: number(next - end),
                        bytes_num: number(size),
                        http_headers: None,
                    });
                    end = next;
                }
                rows.result_links = Some(links);
            }
        }
        Ok(Page { rows, end })
    }

    fn inline(&self, batch: &RecordBatch) -> Result<TSparkArrowBatch, SqlError> {
        let plain = ipc::batch(batch).map_err(not_encoded)?;
        let bytes = match self.frames() {
            Some(frames) => lz4::compress(&plain, frames).map_err(not_encoded)?,
            None => plain,
        };
        Ok(TSparkArrowBatch { batch: bytes, row_count: number(batch.num_rows() as u64) })
    }
}

/// A count as the wire has it.
fn number(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

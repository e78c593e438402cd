//! A page of rows.

use std::sync::Arc;
use std::time::SystemTime;

use arrow_array::RecordBatch;
use bytes::Bytes;

use crate::engine::{KeptColumns, SqlError};
use crate::result::{Format, ResultFile, ResultSet, ipc, lz4, not_encoded};

/// The requested rows.
#[derive(Clone, Copy, Debug)]
pub(crate) struct PageRequest {
    pub(crate) start: u64,
    /// Ignored for links.
    pub(crate) max_rows: u64,
    /// The maximum size of the rows in the response itself.
    pub(crate) max_bytes: u64,
    /// The maximum size of the rows behind the links in a response.
    pub(crate) max_linked_bytes: u64,
    /// The maximum number of links in a response.
    pub(crate) max_links: usize,
    /// The expiry of links to files elsewhere.
    pub(crate) links_expire: SystemTime,
}

/// The rows, and their range.
#[derive(Debug)]
pub(crate) struct Page {
    pub(crate) start: u64,
    pub(crate) rows: PageRows,
    /// The row after the last one.
    pub(crate) end: u64,
}

/// The rows of a page, in the result's format.
#[derive(Debug)]
pub(crate) enum PageRows {
    /// Columns that the protocol encodes itself.
    Columns(Vec<RecordBatch>),
    /// Columns that are cached once they are encoded.
    KeptColumns(Arc<KeptColumns>),
    Arrow(Vec<InlineBatch>),
    Links(Vec<ResultLink>),
}

/// An encoded record batch, compressed if the client supports that.
#[derive(Debug)]
pub(crate) struct InlineBatch {
    pub(crate) bytes: Bytes,
    pub(crate) rows: u64,
}

/// A link to a file with some of the rows.
#[derive(Debug)]
pub(crate) struct ResultLink {
    pub(crate) url: String,
    pub(crate) expires: SystemTime,
    pub(crate) start: u64,
    pub(crate) rows: u64,
    /// The size of the rows, before compression.
    pub(crate) bytes: u64,
}

impl ResultSet {
    /// Returns the page that starts at the requested row, or at the end of the result if that comes
    /// first. `link` creates the URL of a file. CPU-bound: not for an async thread.
    pub(crate) fn page(
        &self,
        request: PageRequest,
        mut link: impl FnMut(Arc<ResultFile>) -> (String, SystemTime),
    ) -> Result<Page, SqlError> {
        let start = request.start.min(self.total());
        if let Some(encoded) = &self.encoded {
            return encoded.page(PageRequest { start, ..request }, link);
        }
        let mut end = start;
        let rows = match self.format {
            Format::Columns => {
                end = self.rows.fit(start, request.max_rows, request.max_bytes)?;
                PageRows::Columns(self.rows.slice(start, end)?)
            }
            Format::Arrow => {
                let last = self.rows.fit(start, request.max_rows, request.max_bytes)?;
                let mut batches = Vec::new();
                while end < last {
                    let next = self.rows.fit(end, last - end, self.options.batch_bytes)?;
                    for batch in self.rows.slice(end, next)? {
                        batches.push(self.inline(&batch)?);
                    }
                    end = next;
                }
                PageRows::Arrow(batches)
            }
            Format::Links => {
                let mut links = Vec::new();
                let mut left = request.max_linked_bytes;
                while end < self.total() && links.len() < request.max_links.max(1) {
                    let next = self.rows.fit(end, u64::MAX, self.options.file_bytes)?;
                    let size = self.rows.bytes_of(end, next)?;
                    if size > left && !links.is_empty() {
                        break;
                    }
                    left = left.saturating_sub(size);
                    let (url, expires) = link(self.file(end, next));
                    let (start, rows, bytes) = (end, next - end, size);
                    links.push(ResultLink { url, expires, start, rows, bytes });
                    end = next;
                }
                PageRows::Links(links)
            }
        };
        Ok(Page { start, rows, end })
    }

    fn inline(&self, batch: &RecordBatch) -> Result<InlineBatch, SqlError> {
        let plain = ipc::batch(batch).map_err(not_encoded)?;
        let bytes = match self.frames() {
            Some(frames) => lz4::compress(&plain, frames).map_err(not_encoded)?,
            None => plain,
        };
        Ok(InlineBatch { bytes, rows: batch.num_rows() as u64 })
    }
}

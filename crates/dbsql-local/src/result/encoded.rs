//! Rows that were encoded in advance, by absolute row number.

use std::sync::Arc;
use std::time::SystemTime;

use arrow_array::RecordBatch;
use bytes::Bytes;

use crate::engine::{EncodedFile, EncodedRows, FileLocation, KeptColumns, SqlError};
use crate::result::page::{InlineBatch, ResultLink};
use crate::result::rows::batch_bytes;
use crate::result::{Format, Page, PageRequest, PageRows, Piece, ResultFile, ResultOptions};

/// The parts, each with its rows and bytes.
#[derive(Debug)]
pub(super) struct Encoded {
    rows: EncodedRows,
    /// The first row of each part, and the row after the last one.
    starts: Vec<u64>,
    bytes: u64,
}

/// Keeps encoded rows, and as batches if they must be sent in another format.
pub(super) fn kept(
    encoded: Option<EncodedRows>,
    batches: Vec<RecordBatch>,
    options: &ResultOptions,
) -> (Option<EncodedRows>, Vec<RecordBatch>) {
    match encoded {
        Some(EncodedRows::Columns(columns)) if options.cut.is_some() => {
            (None, columns.pages.iter().map(|page| page.batch.clone()).collect())
        }
        encoded => (encoded, batches),
    }
}

impl Encoded {
    pub(super) fn new(rows: EncodedRows) -> Self {
        let sizes: Vec<(u64, u64)> = match &rows {
            EncodedRows::Links { files, .. } => files.iter().map(|f| (f.rows, f.bytes)).collect(),
            EncodedRows::Arrow { batches, .. } => {
                batches.iter().map(|batch| (batch.rows, batch.bytes)).collect()
            }
            EncodedRows::Columns(columns) => {
                let size = |batch: &RecordBatch| (batch.num_rows() as u64, batch_bytes(batch));
                columns.pages.iter().map(|page| size(&page.batch)).collect()
            }
        };
        let mut starts = vec![0];
        let mut total = 0;
        for (rows, _) in &sizes {
            total += rows;
            starts.push(total);
        }
        let bytes = sizes.iter().map(|(_, bytes)| bytes).sum();
        Self { rows, starts, bytes }
    }

    pub(super) fn format(&self) -> Format {
        match self.rows {
            EncodedRows::Links { .. } => Format::Links,
            EncodedRows::Arrow { .. } => Format::Arrow,
            EncodedRows::Columns(_) => Format::Columns,
        }
    }

    pub(super) fn is_lz4(&self) -> bool {
        match self.rows {
            EncodedRows::Links { lz4, .. } | EncodedRows::Arrow { lz4, .. } => lz4,
            EncodedRows::Columns(_) => false,
        }
    }

    pub(super) fn total(&self) -> u64 {
        self.starts.last().copied().unwrap_or_default()
    }

    pub(super) fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Returns the parts as numbered pieces.
    pub(super) fn pieces(&self) -> Vec<Piece> {
        let sizes: Vec<u64> = match &self.rows {
            EncodedRows::Links { files, .. } => files.iter().map(|file| file.bytes).collect(),
            EncodedRows::Arrow { batches, .. } => batches.iter().map(|one| one.bytes).collect(),
            EncodedRows::Columns(_) => Vec::new(),
        };
        let bounds = self.starts.windows(2).zip(sizes);
        let piece = |(bounds, bytes): (&[u64], u64)| match bounds {
            &[start, end] => Some(Piece { start, rows: end - start, bytes }),
            _ => None,
        };
        bounds.filter_map(piece).collect()
    }

    /// Returns the file with this number.
    pub(super) fn file(&self, number: usize) -> Option<&EncodedFile> {
        match &self.rows {
            EncodedRows::Links { files, .. } => files.get(number),
            _ => None,
        }
    }

    /// Returns `true` if the rows are in files.
    pub(super) fn are_linked(&self) -> bool {
        matches!(&self.rows, EncodedRows::Links { files, .. } if !files.is_empty())
    }

    /// Returns the batch with this number.
    pub(super) fn message(&self, number: usize) -> Option<&Bytes> {
        match &self.rows {
            EncodedRows::Arrow { batches, .. } => Some(&batches.get(number)?.message),
            _ => None,
        }
    }

    /// Returns the page that starts at the start of a part.
    pub(super) fn page(
        &self,
        request: PageRequest,
        mut link: impl FnMut(Arc<ResultFile>) -> (String, SystemTime),
    ) -> Result<Page, SqlError> {
        let start = request.start;
        let first = self.starts.partition_point(|&at| at <= start).saturating_sub(1);
        if let EncodedRows::Columns(columns) = &self.rows {
            return Ok(self.columns(columns.pages.get(first), first, request));
        }
        if self.starts.get(first) != Some(&start) {
            let message = format!("row {start} is not the first of its encoded piece");
            return Err(SqlError::internal(message));
        }
        let (rows, count) = match &self.rows {
            EncodedRows::Links { files, .. } => {
                let rest = files.iter().skip(first).take(request.max_links.max(1));
                let mut left = Left::in_page(u64::MAX, request.max_linked_bytes);
                let rest = rest.take_while(|file| left.takes(file.rows, file.bytes));
                let links: Vec<_> = rest
                    .zip(&self.starts[first..])
                    .map(|(file, &start)| {
                        let (url, expires) = file.location.link(request.links_expire, &mut link);
                        ResultLink { url, expires, start, rows: file.rows, bytes: file.bytes }
                    })
                    .collect();
                let count = links.len();
                (PageRows::Links(links), count)
            }
            EncodedRows::Arrow { batches, .. } => {
                let mut left = Left::in_page(request.max_rows, request.max_bytes);
                let rest = batches.iter().skip(first);
                let rest = rest.take_while(|batch| left.takes(batch.rows, batch.bytes));
                let batches: Vec<_> = rest
                    .map(|batch| InlineBatch { bytes: batch.message.clone(), rows: batch.rows })
                    .collect();
                let count = batches.len();
                (PageRows::Arrow(batches), count)
            }
            EncodedRows::Columns(_) => (PageRows::Columns(Vec::new()), 0),
        };
        let end = self.starts.get(first + count).copied().unwrap_or(start);
        Ok(Page { start, rows, end })
    }

    /// Returns the rest of a part, in its cached form if that is all of it.
    fn columns(
        &self,
        piece: Option<&Arc<KeptColumns>>,
        number: usize,
        request: PageRequest,
    ) -> Page {
        let start = request.start;
        let Some(kept) = piece else {
            return Page { start, rows: PageRows::Columns(Vec::new()), end: start };
        };
        let skipped = (start - self.starts[number]) as usize;
        let all = kept.batch.num_rows();
        let rows = ((all - skipped) as u64).min(request.max_rows.max(1));
        let columns = match rows == all as u64 {
            true => PageRows::KeptColumns(Arc::clone(kept)),
            false => PageRows::Columns(vec![kept.batch.slice(skipped, rows as usize)]),
        };
        Page { start, rows: columns, end: start + rows }
    }
}

impl FileLocation {
    /// Returns the URL and its expiry. `link` creates that of a file in the store, `expire` is the
    /// expiry of links to files elsewhere.
    pub(super) fn link(
        &self,
        expire: SystemTime,
        link: impl FnOnce(Arc<ResultFile>) -> (String, SystemTime),
    ) -> (String, SystemTime) {
        match self {
            Self::Url(url) => (url.clone(), expire),
            Self::Store(stored) => link(Arc::clone(&stored.file)),
        }
    }
}

/// The remaining room in a page. Its first part always fits.
struct Left {
    rows: u64,
    bytes: u64,
    is_first: bool,
}

impl Left {
    fn in_page(rows: u64, bytes: u64) -> Self {
        Self { rows, bytes, is_first: true }
    }

    fn takes(&mut self, rows: u64, bytes: u64) -> bool {
        let fits = self.is_first || rows <= self.rows && bytes <= self.bytes;
        self.rows = self.rows.saturating_sub(rows);
        self.bytes = self.bytes.saturating_sub(bytes);
        self.is_first = false;
        fits
    }
}

//! The pages of a result as a backend provides them: encoded rows, which the engine puts in order.

use std::fmt::Debug;
use std::ops::Range;

use arrow_array::RecordBatch;
use bytes::Bytes;
use dbsql_protocol::types::TColumn;
use dbsql_transport::BoxFuture;

use super::Until;
use super::link::Link;
use crate::{Error, ErrorKind, Result, RetryAdvice};
use dbsql_arrow::Layout;

/// The pages of one result. Calls may run concurrently; each may be repeated.
pub(crate) trait Pages: Debug + Send + Sync + 'static {
    /// Returns the encoding of the rows.
    fn layout(&self) -> &Layout;

    /// Returns how pages are requested.
    fn access(&self) -> PageAccess;

    /// Returns `true` if a page came with the response to the submit.
    fn has_attached(&self) -> bool;

    /// Returns the page that came with the response to the submit, if any. No I/O.
    fn attached(&self) -> Result<Option<Page>>;

    /// Fetches a page. The response, and the page made of it, may take `limit` bytes each. `Decode`
    /// for damaged bytes, when fetching again may help.
    fn fetch(&self, at: PageAt, limit: usize, until: Until) -> BoxFuture<'_, Result<Fetched>>;

    /// Fetches new links to rows that were linked before. The page may have no rows, and announce
    /// more, while the server has no link ready. Called only where pages are read by row.
    fn fresh_links(
        &self,
        rows: Range<u64>,
        limit: usize,
        until: Until,
    ) -> BoxFuture<'_, Result<Fetched>>;

    /// Returns whether the server truncated the result at a limit, if the protocol reports it.
    fn truncated(&self) -> Option<bool>;
}

/// How the pages of a result are requested.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PageAccess {
    /// Each fetch specifies its row.
    ByRow,
    /// The server keeps one cursor per result, which every fetch moves.
    ByCursor,
    /// The whole result came with the response to the submit.
    AttachedOnly,
}

/// The page to fetch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PageAt {
    /// The page that starts with this row. Only with [`PageAccess::ByRow`].
    Row(u64),
    /// The first page; the cursor continues from there.
    First,
    /// The page at the cursor.
    Next,
}

/// The outcome of fetching a page.
#[derive(Debug)]
pub(crate) enum Fetched {
    Page(Page),
    /// The page exceeds the limit. It may be fetched again with a larger one.
    TooLarge,
}

impl Fetched {
    /// Returns the page, if it fits into the whole byte budget.
    ///
    /// # Errors
    ///
    /// `Config`, which names the setting, for a page that is larger.
    pub(crate) fn within(self, byte_budget: usize) -> Result<Page> {
        match self {
            Self::Page(page) => Ok(page),
            Self::TooLarge => {
                let message = format!("a page of the result is larger than {byte_budget} bytes");
                Err(Error::new(ErrorKind::Config, message)
                    .with_retry(RetryAdvice::Never)
                    .with_next_step("raise Config::byte_budget, which one page must fit into"))
            }
        }
    }
}

/// Contiguous rows of a result, as received.
#[derive(Debug)]
pub(crate) struct Page {
    /// The number of the first row, if the server reports it.
    pub(crate) start: Option<u64>,
    /// In the order of their rows.
    pub(crate) pieces: Vec<Piece>,
    /// Whether the server announced more rows after these, if it does.
    pub(crate) more: Option<bool>,
    /// Whether the answered request was for the first page, which includes a `Next` that had to be
    /// retried, since the position of the cursor after a lost response is unknown.
    pub(crate) rewound: bool,
    /// The approximate memory of the page. A small page that came with the response to the submit,
    /// which the operation keeps, may not be counted.
    pub(crate) bytes: usize,
}

/// A part of a page in one encoding.
#[derive(Debug)]
pub(crate) enum Piece {
    /// Arrow IPC messages without their schema.
    Arrow { batch: Bytes, rows: u64 },
    /// An Arrow IPC stream with its schema, as in a file.
    Stream { stream: Bytes, rows: u64 },
    /// Columns one after another.
    Columns(Vec<TColumn>),
    /// Rows in a file.
    Link(Link),
    /// Rows that this client made.
    Batch(RecordBatch),
}

impl Page {
    /// A page without rows at the end of the result.
    pub(crate) fn end() -> Self {
        Self { start: Some(0), pieces: Vec::new(), more: Some(false), rewound: false, bytes: 0 }
    }

    /// Returns the number of rows that it announces.
    pub(crate) fn row_count(&self) -> Result<u64> {
        self.pieces.iter().try_fold(0_u64, |sum, piece| {
            let rows = match piece {
                Piece::Arrow { rows, .. } | Piece::Stream { rows, .. } => *rows,
                Piece::Columns(columns) => dbsql_arrow::row_count(columns)? as u64,
                Piece::Link(link) => link.rows,
                Piece::Batch(batch) => batch.num_rows() as u64,
            };
            sum.checked_add(rows)
                .ok_or_else(|| Error::new(ErrorKind::Protocol, "the rows of a page overflow"))
        })
    }
}

//! One result as a backend offers it: pages of encoded rows, which the engine puts in order.

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

/// The pages of one result. Calls may run at the same time; each may be repeated.
pub(crate) trait Pages: Debug + Send + Sync + 'static {
    /// How the rows are encoded.
    fn layout(&self) -> &Layout;

    /// How pages are asked for.
    fn access(&self) -> PageAccess;

    /// Whether a page came with the answer to the submit.
    fn has_attached(&self) -> bool;

    /// The page that came with the answer to the submit, if one did. No I/O.
    fn attached(&self) -> Result<Option<Page>>;

    /// Fetches a page. The response, and the page that is made of it, may take `limit` bytes each.
    /// `Decode` for bytes that are not what they should be, when fetching again may help.
    fn fetch(&self, at: PageAt, limit: usize, until: Until) -> BoxFuture<'_, Result<Fetched>>;

    /// Fetches new links to rows that were linked before. The page may have no rows, and say that
    /// more follow, while the server has no link ready. Asked for only where pages are read by row.
    fn fresh_links(
        &self,
        rows: Range<u64>,
        limit: usize,
        until: Until,
    ) -> BoxFuture<'_, Result<Fetched>>;

    /// Whether the server cut the result off at a limit, where the protocol has a word for it.
    fn truncated(&self) -> Option<bool>;
}

/// How the pages of a result are asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PageAccess {
    /// Each fetch names its row.
    ByRow,
    /// The server keeps one cursor for the result, which every fetch moves.
    ByCursor,
    /// All there is came with the answer to the submit.
    AttachedOnly,
}

/// Which page to fetch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PageAt {
    /// The page that begins with this row. Only [`PageAccess::ByRow`].
    Row(u64),
    /// The first page; the cursor goes on from there.
    First,
    /// The page at the cursor.
    Next,
}

/// The outcome of fetching a page.
#[derive(Debug)]
pub(crate) enum Fetched {
    Page(Page),
    /// It does not fit into the limit. The same page may be fetched again with a larger one.
    TooLarge,
}

impl Fetched {
    /// Returns the page, which the whole byte budget was the limit for.
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

/// Some rows of a result in a row, as they came.
#[derive(Debug)]
pub(crate) struct Page {
    /// The number of its first row, where the server says it.
    pub(crate) start: Option<u64>,
    /// In the order of their rows.
    pub(crate) pieces: Vec<Piece>,
    /// What the server says about rows behind these, if it does.
    pub(crate) more: Option<bool>,
    /// The request that was answered asked for the first page: also that of a `Next` that had to
    /// be retried, since the position of the cursor after a lost response is unknown.
    pub(crate) rewound: bool,
    /// About how much memory it takes. What came with the answer to the submit, which the operation
    /// keeps, may be left out where it is small.
    pub(crate) bytes: usize,
}

/// A part of a page in one encoding.
#[derive(Debug)]
pub(crate) enum Piece {
    /// Arrow IPC messages without their schema.
    Arrow { batch: Bytes, rows: u64 },
    /// An Arrow IPC stream with a schema of its own, as a file has it.
    Stream { stream: Bytes, rows: u64 },
    /// One column after the other.
    Columns(Vec<TColumn>),
    /// Rows in a file.
    Link(Link),
    /// Rows that this client made.
    Batch(RecordBatch),
}

impl Page {
    /// No rows, and none behind them.
    pub(crate) fn end() -> Self {
        Self { start: Some(0), pieces: Vec::new(), more: Some(false), rewound: false, bytes: 0 }
    }

    /// How many rows it announces.
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

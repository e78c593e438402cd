//! Fetches the pages of one result and decodes them.

use std::sync::Arc;
use std::time::Duration;

use arrow_array::RecordBatch;
use dbsql_arrow::Layout;
use dbsql_runtime::{Runtime, Tasks};
use tokio::sync::oneshot;
use tracing::{Instrument, Span};

use super::decode;
use super::page_order::Outline;
use super::rows::row_total;
use crate::backend::Until;
use crate::backend::link::Link;
use crate::backend::pages::{Page, PageAccess, PageAt, Pages, Piece};

use crate::http::store::Storage;
use crate::{Error, ErrorKind, Result};

/// How often a page or file that arrived damaged is fetched, in all.
pub(super) const DAMAGED_ATTEMPTS: u32 = 5;

/// The pause before a damaged page is fetched again the first time; it doubles.
const DAMAGED_PAUSE: Duration = Duration::from_millis(100);

/// What is needed to fetch parts of one result. Clones are for the tasks that do it.
#[derive(Clone, Debug)]
pub(super) struct Fetcher {
    pub(super) pages: Arc<dyn Pages>,
    pub(super) storage: Storage,
    pub(super) runtime: Runtime,
    pub(super) span: Span,
    /// The largest page, in bytes.
    pub(super) page_limit: usize,
}

/// A page whose inline rows are decoded.
#[derive(Debug)]
pub(super) struct DecodedPage {
    pub(super) outline: Outline,
    pub(super) rows: Rows,
}

/// Where the rows of a page are.
#[derive(Debug)]
pub(super) enum Rows {
    Ready(Vec<RecordBatch>),
    /// In files, in order and without a gap between them.
    Linked(Vec<Link>),
}

/// A part of a result that a task fetches.
pub(super) type Pending<T> = oneshot::Receiver<Result<T>>;

impl Fetcher {
    /// Whether expired links can be replaced.
    pub(super) fn can_refresh(&self) -> bool {
        self.pages.access() == PageAccess::ByRow
    }

    /// Spawns a task that does the work. The receiver may be dropped at any time.
    pub(super) fn spawn<T: Send + 'static>(
        &self,
        tasks: &Tasks,
        work: impl Future<Output = Result<T>> + Send + 'static,
    ) -> Pending<T> {
        let (sender, receiver) = oneshot::channel();
        let task = async move {
            // The receiver is gone when the reader is.
            drop(sender.send(work.await));
        };
        tasks.spawn(task.instrument(self.span.clone()));
        receiver
    }

    /// The page that came with the answer to the submit.
    pub(super) async fn attached(&self) -> Result<DecodedPage> {
        let pages = Arc::clone(&self.pages);
        let decode = move || {
            let page = pages.attached()?.unwrap_or_else(Page::end);
            DecodedPage::new(page, true, pages.layout())
        };
        self.offload(decode).await
    }

    /// Fetches and decodes a page; again when it arrives damaged.
    pub(super) async fn page(self, mut at: PageAt, until: Until) -> Result<DecodedPage> {
        let mut pause = DAMAGED_PAUSE;
        for _ in 1..DAMAGED_ATTEMPTS {
            match self.page_once(at, until).await {
                Err(error) if error.kind() == ErrorKind::Decode => {
                    tracing::debug!(%error, "a page could not be decoded");
                }
                other => return other,
            }
            self.pause(pause, until, "a damaged page was fetched again").await?;
            pause *= 2;
            if at == PageAt::Next {
                at = PageAt::First;
            }
        }
        self.page_once(at, until).await
    }

    async fn page_once(&self, at: PageAt, until: Until) -> Result<DecodedPage> {
        let fetched = self.pages.fetch(at, self.page_limit, until).await?;
        let page = fetched.within(self.page_limit)?;
        let pages = Arc::clone(&self.pages);
        self.offload(move || DecodedPage::new(page, false, pages.layout())).await
    }

    /// Decodes off the async threads and behind the panic boundary.
    pub(super) async fn offload<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T> + Send + 'static,
    ) -> Result<T> {
        self.runtime.offload(work).await.unwrap_or_else(|error| {
            Err(Error::new(ErrorKind::Decode, "decoding the rows failed").with_source(error))
        })
    }

    pub(super) async fn pause(&self, pause: Duration, until: Until, why: &str) -> Result<()> {
        let slept = self.runtime.timeout_at(until, self.runtime.sleep(pause)).await;
        slept.map_err(|error| {
            let message = format!("the deadline passed while {why}");
            Error::new(ErrorKind::Deadline, message).with_source(error)
        })
    }
}

/// The outcome of a task.
///
/// # Errors
///
/// The task's own; `Transport` when it ended without one, as after a panic in a transport.
pub(super) async fn outcome<T>(pending: &mut Pending<T>) -> Result<T> {
    pending.await.unwrap_or_else(|error| {
        let message = "the task that fetches the rows ended early";
        Err(Error::new(ErrorKind::Transport, message).with_source(error))
    })
}

impl DecodedPage {
    fn new(page: Page, attached: bool, layout: &Layout) -> Result<Self> {
        let mut links = Vec::new();
        let mut batches = Vec::new();
        for piece in page.pieces {
            match piece {
                Piece::Arrow { batch, rows } => {
                    batches.extend(decode::inline(layout, batch, rows)?)
                }
                Piece::Columns(columns) => batches.extend(layout.columns(&columns)?),
                Piece::Link(link) => links.push(link),
            }
        }
        batches.retain(|batch| batch.num_rows() > 0);
        let rows = if links.is_empty() {
            Rows::Ready(batches)
        } else if batches.is_empty() {
            Rows::Linked(links)
        } else {
            let message = "a page has both inline rows and links";
            return Err(Error::new(ErrorKind::Protocol, message));
        };
        let outline = Outline {
            start: page.start,
            rows: rows.count(),
            more: page.more,
            rewound: page.rewound,
            attached,
        };
        Ok(Self { outline, rows })
    }
}

impl Rows {
    fn count(&self) -> u64 {
        match self {
            Self::Ready(batches) => row_total(batches),
            Self::Linked(links) => {
                links.iter().fold(0, |sum: u64, link| sum.saturating_add(link.rows))
            }
        }
    }
}

//! Reads a result: its batches in order, each row once.

use std::collections::VecDeque;
use std::time::Duration;

use arrow_array::RecordBatch;
use dbsql_runtime::{RuntimeId, Tasks};

use super::cursor::Cursor;
use super::fetcher::{DecodedPage, Fetcher, Rows, outcome};
use super::page_order::{PageOrder, Placed};
use super::prefetch::Prefetch;
use super::rows::window;
use crate::backend::Until;
use crate::backend::link::Link;
use crate::{Error, ErrorKind, Result, RetryAdvice};

/// By how much the pauses grow between fetches that bring an empty page, and how often.
const EMPTY_PAUSE: Duration = Duration::from_millis(50);
const EMPTY_PAUSE_STEPS: u32 = 20;

/// Reads one result. All I/O is done by tasks that it owns: nothing stops while it is not polled,
/// and nothing is left when it is dropped.
#[derive(Debug)]
pub(super) struct Reader {
    fetcher: Fetcher,
    /// A page came with the answer to the submit and was not read yet.
    attached: bool,
    order: PageOrder,
    /// Batches of the page, in order.
    ready: VecDeque<RecordBatch>,
    /// Files of the page, in order.
    prefetch: Prefetch,
    tasks: Tasks,
    /// The tokio runtime that the tasks run in.
    home: Option<RuntimeId>,
}

impl Reader {
    /// Reads from `row` on.
    pub(super) fn new(fetcher: Fetcher, cursor: Cursor, byte_budget: u64, row: u64) -> Self {
        Self {
            attached: fetcher.pages.has_attached(),
            order: PageOrder::new(fetcher.pages.access(), cursor, row),
            ready: VecDeque::new(),
            prefetch: Prefetch::new(byte_budget),
            tasks: fetcher.runtime.tasks(),
            home: None,
            fetcher,
        }
    }

    /// The next rows, never an empty batch; `None` when the end is proven. After an error the
    /// same call may be repeated: no row is skipped and none comes twice. `here` is the tokio
    /// runtime of the caller.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future loses nothing. The next one may run in another tokio runtime; what the
    /// tasks of the first had not finished is begun again there.
    pub(super) async fn next(
        &mut self,
        here: RuntimeId,
        until: Until,
    ) -> Result<Option<RecordBatch>> {
        self.settle(here);
        let mut empty_pages = 0;
        loop {
            if let Some(batch) = self.ready.pop_front() {
                return Ok(Some(batch));
            }
            if !self.prefetch.is_empty() {
                let rows = self.prefetch.next(&self.fetcher, &self.tasks, until).await?;
                self.ready = rows.into();
                continue;
            }
            if self.order.ended() {
                return Ok(None);
            }
            let empty = if self.attached {
                self.read_attached().await?
            } else {
                let page = self.fetch(until).await?;
                self.accept(page)?
            };
            if empty && !self.order.ended() {
                // A page may be empty although more follows; ask again, but do not spin.
                empty_pages = (empty_pages + 1).min(EMPTY_PAUSE_STEPS);
                let pause = EMPTY_PAUSE * empty_pages;
                self.fetcher.pause(pause, until, "the server had no rows ready").await?;
            }
        }
    }

    /// Moves to the runtime of the caller. Tasks of another one may never run again.
    fn settle(&mut self, here: RuntimeId) {
        if self.home.replace(here).is_some_and(|home| home != here) {
            self.prefetch.restart();
            self.tasks = self.fetcher.runtime.tasks();
        }
    }

    /// Reads the page that came with the answer to the submit. Where the server still has the
    /// operation, an invalid page is fetched instead.
    async fn read_attached(&mut self) -> Result<bool> {
        let page = self.fetcher.attached().await;
        match page.and_then(|page| self.accept(page)) {
            Err(error) if self.order.can_fetch() => {
                tracing::debug!(%error, "the direct result is invalid and is fetched instead");
                self.attached = false;
                Ok(false)
            }
            Err(error) => Err(broken_direct_result(error)),
            Ok(empty) => {
                self.attached = false;
                Ok(empty)
            }
        }
    }

    async fn fetch(&mut self, until: Until) -> Result<DecodedPage> {
        let Some(at) = self.order.request() else {
            return self.fetcher.attached().await;
        };
        let work = self.fetcher.clone().page(at, until);
        let mut pending = self.fetcher.spawn(&self.tasks, work);
        outcome(&mut pending).await
    }

    /// Takes the rows of a page that are wanted; `true` when it has none at all.
    fn accept(&mut self, page: DecodedPage) -> Result<bool> {
        let rows = page.outline.rows;
        if let Placed::Rows { skip } = self.order.place(&page.outline)? {
            match page.rows {
                Rows::Ready(batches) => self.ready = window(batches, skip, rows).into(),
                Rows::Linked(links) => self.prefetch.add(wanted(links, skip)),
            }
        }
        Ok(rows == 0)
    }
}

/// The links behind the first `skip` rows.
fn wanted(links: Vec<Link>, skip: u64) -> impl Iterator<Item = Link> {
    let mut skip = skip;
    links.into_iter().filter_map(move |link| {
        let here = skip.min(link.rows);
        skip -= here;
        (here < link.rows).then_some(Link { skip: here, ..link })
    })
}

/// As it concerns a statement that ran and whose only rows came with the answer to the submit.
pub(super) fn broken_direct_result(error: Error) -> Error {
    if matches!(error.kind(), ErrorKind::InvalidInput | ErrorKind::Unsupported) {
        return error;
    }
    error.with_retry(RetryAdvice::Unsafe).with_next_step(
        "the statement ran, and the server closed the operation: these rows cannot be fetched again",
    )
}

#[cfg(test)]
mod tests;

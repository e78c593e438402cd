//! Reads a result: takes the ready rows of its tasks, in order, each once.

use std::sync::Arc;
use std::time::Duration;

use arrow_array::RecordBatch;
use dbsql_arrow::Step;
use dbsql_runtime::{RuntimeId, Tasks};

use super::crew::{Crew, DAMAGED_ATTEMPTS, DAMAGED_PAUSE, Fetcher, OFFLOAD_BYTES};
use super::cursor::Cursor;
use super::inline::InlineDecoder;
use super::page_order::PageOrder;
use super::paging::{Parts, is_damaged};
use super::pipeline::{AWAY, Inline, Pipeline, Run, Taken};
use crate::backend::Until;
use crate::deadline::earlier;
use crate::{Error, ErrorKind, Result, RetryAdvice};

/// A reader that waits this long has too few files in flight.
const WIDEN_AFTER: Duration = Duration::from_millis(20);

/// Reads a result. All I/O is done by tasks that it owns: nothing stops while it is not polled, and
/// nothing is left when it is dropped.
#[derive(Debug)]
pub(super) struct Reader {
    fetcher: Fetcher,
    pipeline: Arc<Pipeline>,
    /// The tasks in the tokio runtime that it is read in.
    home: Option<Home>,
    /// Whether the page that came with the response to the submit is still unread.
    attached: bool,
    /// The number of the next row.
    position: u64,
    /// How often the part that starts with this row was damaged.
    damaged: Damaged,
}

#[derive(Debug)]
struct Home {
    runtime: RuntimeId,
    crew: Arc<Crew>,
    /// Dropping it ends the tasks.
    _tasks: Arc<Tasks>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Damaged {
    row: u64,
    times: u32,
}

impl Reader {
    /// Creates a reader that starts at `row`.
    pub(super) fn new(fetcher: Fetcher, cursor: Cursor, byte_budget: u64, row: u64) -> Self {
        let order =
            PageOrder::new(fetcher.pages.access(), cursor, row).confirm_end(fetcher.confirm_end);
        let limit = usize::try_from(byte_budget).unwrap_or(usize::MAX);
        let width = fetcher.storage.slots.max_downloads();
        Self {
            attached: fetcher.pages.has_attached(),
            pipeline: Arc::new(Pipeline::new(order, limit, width)),
            home: None,
            position: row,
            damaged: Damaged::default(),
            fetcher,
        }
    }

    /// Returns the next rows, never an empty batch; `None` at the end. After an error the same call
    /// may be repeated: no row is skipped or repeated. `here` is the tokio runtime of the caller.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future loses nothing. The next one may run in another tokio runtime; unfinished
    /// work of the tasks in the first is started again there.
    pub(super) async fn next(
        &mut self,
        here: RuntimeId,
        until: Until,
    ) -> Result<Option<RecordBatch>> {
        let crew = self.crew(here);
        if self.attached {
            self.take_attached()?;
        }
        self.pipeline.begin_call();
        loop {
            let failed = match self.pipeline.take(self.fetcher.runtime.now()) {
                Taken::Batch(batch) => {
                    crew.start();
                    self.position += batch.num_rows() as u64;
                    return Ok(Some(batch));
                }
                Taken::Ended => return Ok(None),
                Taken::Small(run, page, skip) => {
                    self.decode_here(&run, page, skip);
                    continue;
                }
                Taken::Failed(error) => error,
                Taken::Wait => {
                    crew.start();
                    self.wait(until).await?;
                    continue;
                }
            };
            self.recover(failed, until).await?;
        }
    }

    /// Returns the tasks in the caller's runtime. Those of another one may never run again.
    fn crew(&mut self, here: RuntimeId) -> Arc<Crew> {
        match &self.home {
            Some(home) if home.runtime == here => Arc::clone(&home.crew),
            _ => {
                self.pipeline.stop_all();
                let tasks = Arc::new(self.fetcher.runtime.tasks());
                let crew = Crew::new(self.fetcher.clone(), Arc::clone(&self.pipeline), &tasks);
                let home = Home { runtime: here, crew: Arc::clone(&crew), _tasks: tasks };
                self.home = Some(home);
                crew
            }
        }
    }

    /// Adds the page that came with the response to the submit. If the server still has the
    /// operation, an invalid page is fetched instead.
    fn take_attached(&mut self) -> Result<()> {
        let page = self.fetcher.pages.attached();
        let added = page.and_then(|page| {
            let Some(page) = page else { return Ok(()) };
            let parts = Parts::of(page, true)?;
            let outline = parts.outline;
            self.pipeline.add_attached(&outline, |skip, row| parts.sources(skip, row)).map(|_| ())
        });
        match added {
            Err(error) if !self.pipeline.can_fetch() => return Err(broken_direct_result(error)),
            Err(error) => {
                tracing::debug!(%error, "the direct result is invalid and is fetched instead");
            }
            Ok(()) => {}
        }
        self.attached = false;
        Ok(())
    }

    /// Decodes a small page in place; if it has much content, the rest is left to a task.
    fn decode_here(&self, run: &Run, page: Inline, skip: u64) {
        let layout = self.fetcher.layout();
        let mut decoder = InlineDecoder::new(layout, &self.pipeline, page, skip);
        while decoder.next_bytes() <= OFFLOAD_BYTES {
            let ended = match decoder.step() {
                Ok(Step::Batch(rows)) => self.pipeline.deliver(run, rows, 0).is_err(),
                Ok(Step::NeedsInput) => {
                    self.pipeline.piece_ended(run, Ok(()));
                    true
                }
                Ok(_) => false,
                Err(error) => {
                    self.pipeline.piece_ended(run, Err(error));
                    true
                }
            };
            if ended {
                return;
            }
        }
        self.pipeline.is_not_small(run);
    }

    /// Waits until there may be something to take. More is done at once if that lasts.
    async fn wait(&self, until: Until) -> Result<()> {
        let runtime = &self.fetcher.runtime;
        let mut wider = true;
        loop {
            let tick = runtime.now().checked_add(if wider { WIDEN_AFTER } else { AWAY / 2 });
            let readable = self.pipeline.readable.notified();
            if runtime.timeout_at(earlier(until, tick), readable).await.is_ok() {
                return Ok(());
            }
            if until.is_some_and(|until| runtime.now() >= until) {
                let message = "the deadline passed while rows were in flight";
                return Err(Error::new(ErrorKind::Deadline, message));
            }
            wider = self.pipeline.widen(runtime.now());
            if let Some(home) = &self.home {
                home.crew.start();
            }
        }
    }

    /// Fetches damaged parts again, if that may help.
    async fn recover(&mut self, error: Error, until: Until) -> Result<()> {
        let row = self.position;
        if !self.pipeline.failed_inline() {
            return Err(error);
        }
        if !self.pipeline.can_fetch() {
            return Err(broken_direct_result(error));
        }
        let times = if self.damaged.row == row { self.damaged.times } else { 0 };
        // Decoding it again would not help; the next call may find another page.
        self.pipeline.restart_at(row);
        if !is_damaged(&error) || times + 1 >= DAMAGED_ATTEMPTS {
            self.damaged = Damaged::default();
            return Err(error);
        }
        tracing::debug!(%error, row, "failed to decode a page");
        self.damaged = Damaged { row, times: times + 1 };
        self.fetcher
            .pause(DAMAGED_PAUSE * (1 << times), until, "a damaged page was fetched again")
            .await?;
        Ok(())
    }
}

/// The cursor of the server is released immediately, not when the last task has ended.
impl Drop for Reader {
    fn drop(&mut self) {
        self.pipeline.close();
    }
}

/// The error as it concerns a statement that ran and whose only rows came with the response to the
/// submit.
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

//! The tasks of a result: one that finds pages, and one per piece in flight. They run while the
//! caller works, and end with the reader.

use std::sync::{Arc, Weak};
use std::time::Duration;

use dbsql_arrow::Layout;
use dbsql_runtime::{Runtime, Tasks};
use tracing::Instrument;

use super::pipeline::{AWAY, Pipeline, Run, SegmentId, Source, Start, Stopped, Work};
use crate::backend::Until;
use crate::backend::pages::{PageAccess, Pages};
use crate::http::store::Storage;
use crate::{Error, ErrorKind, Result};

/// The maximum number of attempts for a damaged page or file.
pub(super) const DAMAGED_ATTEMPTS: u32 = 5;

/// The pause before a damaged page is first fetched again; it doubles.
pub(super) const DAMAGED_PAUSE: Duration = Duration::from_millis(100);

/// Work that allocates more than this is done off the async threads: it takes more than a few
/// hundred microseconds.
pub(super) const OFFLOAD_BYTES: usize = 512 << 10;

/// The data needed to fetch parts of a result.
#[derive(Clone, Debug)]
pub(super) struct Fetcher {
    pub(super) pages: Arc<dyn Pages>,
    pub(super) storage: Storage,
    pub(super) runtime: Runtime,
    /// The approximate size of a page.
    pub(super) page_bytes: usize,
    /// Whether the end of the result is confirmed by another fetch.
    pub(super) confirm_end: bool,
}

/// The tasks of one result in one tokio runtime.
#[derive(Debug)]
pub(super) struct Crew {
    pub(super) fetcher: Fetcher,
    pub(super) pipeline: Arc<Pipeline>,
    /// The reader owns the tasks.
    tasks: Weak<Tasks>,
    /// For the tasks that it starts.
    this: Weak<Self>,
}

impl Fetcher {
    pub(super) fn layout(&self) -> &Layout {
        self.pages.layout()
    }

    /// Returns `true` if expired links can be replaced.
    pub(super) fn can_refresh(&self) -> bool {
        self.pages.access() == PageAccess::ByRow
    }

    /// Does work off the async threads.
    pub(super) async fn offload<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T> {
        self.runtime.offload(work).await.map_err(|error| {
            Error::new(ErrorKind::Decode, "failed to decode the rows").with_source(error)
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

impl Crew {
    pub(super) fn new(fetcher: Fetcher, pipeline: Arc<Pipeline>, tasks: &Arc<Tasks>) -> Arc<Self> {
        let tasks = Arc::downgrade(tasks);
        Arc::new_cyclic(|this| Self { fetcher, pipeline, tasks, this: this.clone() })
    }

    /// Starts everything that should be in flight and is not.
    pub(super) fn start(&self) {
        let (Some(tasks), Some(this)) = (self.tasks.upgrade(), self.this.upgrade()) else { return };
        let runtime = &self.fetcher.runtime;
        for start in self.pipeline.starts(runtime.now(), runtime.wall_now()) {
            let crew = Arc::clone(&this);
            let task = async move { crew.work(start).await };
            tasks.spawn(task.in_current_span());
        }
    }

    async fn work(self: Arc<Self>, start: Start) {
        let Start { run, stop, work } = start;
        let task = match &work {
            Work::Page => Task::Page,
            Work::Piece { .. } => Task::Piece,
            Work::Segment { id, .. } => Task::Segment(*id),
        };
        let ending = Ending { pipeline: &self.pipeline, run, task };
        let work = async {
            match work {
                Work::Page => self.find_page(&run).await,
                Work::Piece { source: Source::File(link, _), skip, to } => {
                    self.file(&run, *link, skip, to).await
                }
                Work::Piece { source: Source::Inline(inline), skip, .. } => {
                    self.inline(&run, inline, skip).await
                }
                Work::Segment { id, part } => self.segment(&run, id, part).await,
            }
        };
        tokio::select! {
            biased;
            _ = stop => ending.was_stopped(),
            outcome = work => ending.came(outcome),
        }
        self.start();
        // The caller may be busy: the next files are started nevertheless.
        self.fetcher.runtime.sleep(AWAY).await;
        self.start();
    }
}

/// The reason why a task ended early.
#[derive(Debug)]
pub(super) enum Broken {
    /// Its work is no longer needed.
    Stopped,
    Failed(Error),
    /// A file is not the one that was started.
    Changed(Error),
    /// A file is damaged, and rows of it that were delivered may be wrong.
    Unverified(Error),
}

impl From<Stopped> for Broken {
    fn from(_: Stopped) -> Self {
        Self::Stopped
    }
}

impl From<Error> for Broken {
    fn from(error: Error) -> Self {
        Self::Failed(error)
    }
}

impl From<dbsql_arrow::Error> for Broken {
    fn from(error: dbsql_arrow::Error) -> Self {
        match error.kind() {
            dbsql_arrow::ErrorKind::Checksum => Self::Unverified(error.into()),
            _ => Self::Failed(error.into()),
        }
    }
}

/// Reports the end of a task, even if it panics, as in a transport.
struct Ending<'a> {
    pipeline: &'a Pipeline,
    run: Run,
    task: Task,
}

/// The work of a task.
#[derive(Clone, Copy, Debug)]
enum Task {
    Page,
    Piece,
    Segment(SegmentId),
}

impl Ending<'_> {
    fn was_stopped(self) {
        std::mem::forget(self);
    }

    fn came(self, outcome: Result<(), Broken>) {
        match outcome {
            Ok(()) => self.report(Ok(())),
            Err(Broken::Failed(error) | Broken::Changed(error) | Broken::Unverified(error)) => {
                self.report(Err(error));
            }
            Err(Broken::Stopped) => {}
        }
        std::mem::forget(self);
    }

    fn report(&self, outcome: Result<()>) {
        match self.task {
            Task::Page => self.pipeline.paging_ended(&self.run, outcome.err()),
            Task::Piece => self.pipeline.piece_ended(&self.run, outcome),
            // The file's own task reads the rest, and reports any errors.
            Task::Segment(id) => self.pipeline.segment_ended(&self.run, id),
        }
    }
}

impl Drop for Ending<'_> {
    fn drop(&mut self) {
        let message = "the task that fetches the rows ended early";
        self.report(Err(Error::new(ErrorKind::Transport, message)));
    }
}

//! The files of a result in flight: several at once, taken in order, within a byte budget.

use std::collections::VecDeque;
use std::fmt;

use arrow_array::RecordBatch;
use dbsql_runtime::Tasks;
use tokio::sync::oneshot::error::TryRecvError;

use super::fetcher::{Fetcher, Pending, outcome};
use crate::Result;
use crate::backend::Until;
use crate::backend::link::Link;

/// Most files of one result in flight or ready at once.
const MAX_FILES: usize = 8;

/// Files in the order of their rows. The first few are in flight or ready, the others queued.
pub(super) struct Prefetch {
    files: VecDeque<File>,
    byte_budget: u64,
}

struct File {
    link: Link,
    state: FileState,
}

enum FileState {
    Queued,
    /// A task of the reader fetches it.
    InFlight(Pending<Vec<RecordBatch>>),
    Ready(Vec<RecordBatch>),
}

impl Prefetch {
    pub(super) fn new(byte_budget: u64) -> Self {
        Self { files: VecDeque::new(), byte_budget }
    }

    pub(super) fn add(&mut self, links: impl Iterator<Item = Link>) {
        self.files.extend(links.map(|link| File { link, state: FileState::Queued }));
    }

    pub(super) fn is_empty(&self) -> bool {
        self.files.is_empty()
    }

    /// Returns the rows of the first file. After an error the next call fetches that file again;
    /// the others stay as they are.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future loses nothing: files stay in flight.
    pub(super) async fn next(
        &mut self,
        fetcher: &Fetcher,
        tasks: &Tasks,
        until: Until,
    ) -> Result<Vec<RecordBatch>> {
        // A file that failed before this call is fetched again, so that one outage that meets
        // several files is one error and not several.
        self.files.front_mut().into_iter().for_each(File::settle);
        self.start(fetcher, tasks, until);
        let Some(first) = self.files.front_mut() else { return Ok(Vec::new()) };
        if let FileState::InFlight(pending) = &mut first.state {
            match outcome(pending).await {
                Ok(rows) => first.state = FileState::Ready(rows),
                Err(error) => {
                    first.state = FileState::Queued;
                    return Err(error);
                }
            }
        }
        match self.files.pop_front() {
            Some(File { state: FileState::Ready(rows), .. }) => Ok(rows),
            _ => Ok(Vec::new()),
        }
    }

    /// The tasks of the files in flight are gone, or do not run: those files are fetched again.
    pub(super) fn restart(&mut self) {
        for file in &mut self.files {
            file.settle();
            if let FileState::InFlight(_) = file.state {
                file.state = FileState::Queued;
            }
        }
    }

    fn start(&mut self, fetcher: &Fetcher, tasks: &Tasks, until: Until) {
        let mut bytes: u64 = 0;
        for (index, file) in self.files.iter_mut().take(MAX_FILES).enumerate() {
            bytes = bytes.saturating_add(file.link.bytes);
            // The first always may, however large it is.
            if index > 0 && bytes > self.byte_budget {
                break;
            }
            if matches!(file.state, FileState::Queued) {
                let work = fetcher.clone().file(file.link.clone(), until);
                file.state = FileState::InFlight(fetcher.spawn(tasks, work));
            }
        }
    }
}

impl File {
    /// Looks at what became of it, without waiting. One that failed is queued again.
    fn settle(&mut self) {
        let FileState::InFlight(pending) = &mut self.state else { return };
        self.state = match pending.try_recv() {
            Ok(Ok(rows)) => FileState::Ready(rows),
            Ok(Err(error)) => {
                tracing::debug!(%error, "a file is fetched again");
                FileState::Queued
            }
            Err(TryRecvError::Closed) => FileState::Queued,
            Err(TryRecvError::Empty) => return,
        };
    }
}

impl fmt::Debug for Prefetch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Prefetch").field("files", &self.files.len()).finish_non_exhaustive()
    }
}

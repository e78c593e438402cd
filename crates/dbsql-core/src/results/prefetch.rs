//! The files of a result in flight: several at once, taken in order, within a byte budget.

use std::collections::VecDeque;
use std::fmt;

use arrow_array::RecordBatch;
use dbsql_runtime::Tasks;

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
    Done(Result<Vec<RecordBatch>>),
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
        self.start(fetcher, tasks, until);
        let Some(first) = self.files.front_mut() else { return Ok(Vec::new()) };
        if let FileState::InFlight(pending) = &mut first.state {
            first.state = FileState::Done(outcome(pending).await);
        }
        match std::mem::replace(&mut first.state, FileState::Queued) {
            FileState::Done(Err(error)) => Err(error),
            FileState::Done(Ok(rows)) => {
                self.files.pop_front();
                Ok(rows)
            }
            FileState::Queued | FileState::InFlight(_) => Ok(Vec::new()),
        }
    }

    /// The tasks of the files in flight are gone, or do not run: those files are fetched again.
    pub(super) fn restart(&mut self) {
        for file in &mut self.files {
            if let FileState::InFlight(pending) = &mut file.state {
                file.state = pending.try_recv().map_or(FileState::Queued, FileState::Done);
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

impl fmt::Debug for Prefetch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Prefetch").field("files", &self.files.len()).finish_non_exhaustive()
    }
}

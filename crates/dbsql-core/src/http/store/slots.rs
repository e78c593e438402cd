//! How many downloads may have a connection at once.

use std::sync::Arc;

use dbsql_runtime::{PerRuntime, Runtime};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::http::attempt::no_runtime;
use crate::{Error, ErrorKind, Result};

/// How many downloads may be in flight at once, for each tokio runtime: one that does not run
/// cannot release a slot, and must not block another. Clones share the slots.
///
/// A slot belongs to a task, never to a future that its owner may keep without polling it.
#[derive(Clone, Debug)]
pub(crate) struct DownloadSlots {
    max_downloads: usize,
    slots: Arc<PerRuntime<Arc<Semaphore>>>,
}

impl DownloadSlots {
    /// `max_downloads` of 0 counts as 1.
    pub(crate) fn new(max_downloads: usize) -> Self {
        let max_downloads = max_downloads.clamp(1, Semaphore::MAX_PERMITS);
        Self { max_downloads, slots: Arc::new(PerRuntime::new()) }
    }

    /// How many downloads may be in flight at once.
    pub(crate) fn max_downloads(&self) -> usize {
        self.max_downloads
    }

    pub(super) async fn take(&self, runtime: &Runtime) -> Result<OwnedSemaphorePermit> {
        let make = || Arc::new(Semaphore::new(self.max_downloads));
        let slots = self.slots.get_or_make(runtime, make).map_err(no_runtime)?;
        Semaphore::acquire_owned(Arc::clone(&slots)).await.map_err(|error| {
            Error::new(ErrorKind::Transport, "downloads have ended").with_source(error)
        })
    }
}

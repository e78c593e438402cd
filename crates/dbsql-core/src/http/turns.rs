//! Requests that a server wants one after the other.

use std::sync::Arc;

use dbsql_runtime::{PerRuntime, Runtime};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// The turns of requests that go one after the other; by default every request goes at once. Clones
/// share the turns.
///
/// A turn is taken by the task of an attempt, never by a future that a caller may keep and not poll.
/// Each runtime has turns of its own: a task of one that is idle would block the others.
#[derive(Clone, Debug, Default)]
pub(crate) struct Turns(Option<Arc<PerRuntime<Semaphore>>>);

impl Turns {
    pub(crate) fn one_by_one() -> Self {
        Self(Some(Arc::default()))
    }

    /// Waits for the turn, which lasts as long as what is returned.
    pub(crate) async fn take(&self, runtime: &Runtime) -> Option<OwnedSemaphorePermit> {
        let turns = self.0.as_ref()?;
        let here = turns.get_or_make(runtime, || Semaphore::new(1)).ok()?;
        here.acquire_owned().await.ok()
    }
}

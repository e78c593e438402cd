//! Requests that a server requires to be sequential.

use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use dbsql_runtime::{PerRuntime, Runtime};
use dbsql_transport::{RequestSent, SendPermit};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// The turns of sequential requests; by default every request may be sent immediately. Clones share
/// the turns.
///
/// A turn is taken by the task of an attempt, never by a future that a caller may keep without
/// polling it. Each runtime has its own turns: a task of an idle one would block the others.
#[derive(Clone, Debug, Default)]
pub(crate) struct Turns {
    queue: Option<Arc<PerRuntime<Semaphore>>>,
    longest: Option<Duration>,
}

/// The turn of one request.
#[derive(Debug)]
pub(crate) struct Turn {
    permit: OwnedSemaphorePermit,
    longest: Option<Duration>,
}

impl Turns {
    pub(crate) fn one_by_one() -> Self {
        Self { queue: Some(Arc::default()), longest: None }
    }

    /// For a request with a late response: once it was sent, its turn ends after this time.
    pub(crate) fn at_most(self, longest: Duration) -> Self {
        Self { longest: Some(longest), ..self }
    }

    /// Waits for the turn; `None` if there is none to wait for.
    pub(crate) async fn take(&self, runtime: &Runtime) -> Option<Turn> {
        let queue = self.queue.as_ref()?;
        let here = queue.get_or_make(runtime, || Semaphore::new(1)).ok()?;
        Some(Turn { permit: here.acquire_owned().await.ok()?, longest: self.longest })
    }
}

impl Turn {
    /// Runs the request in its turn.
    pub(crate) async fn run<F: Future>(
        self,
        request: F,
        permit: &SendPermit,
        runtime: &Runtime,
    ) -> F::Output {
        let mut request = pin!(request);
        let Some(longest) = self.longest else { return request.await };
        // An unsent request would be overtaken.
        let mut was_sent = false;
        while !was_sent {
            let until = runtime.now().checked_add(longest);
            if let Ok(done) = runtime.timeout_at(until, request.as_mut()).await {
                return done;
            }
            was_sent = permit.request_sent() == RequestSent::Maybe;
        }
        drop(self.permit);
        request.await
    }
}

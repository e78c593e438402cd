//! Work that several callers need once: an owned task does it, and each caller waits for it with its
//! own timer.
//!
//! No caller does the work itself, so a future that is kept without being polled blocks no other.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError, Weak};

use dbsql_runtime::{Elapsed, Runtime, RuntimeId, Tasks};
use dbsql_transport::BoxFuture;
use tokio::sync::watch;
use tracing::Instrument;

use crate::backend::Until;
use crate::http::attempt::{no_runtime, while_in};
use crate::{Error, ErrorKind, Result};

/// Work that is done once at a time in each runtime, for all callers that wait for it.
pub(crate) struct SingleFlight<T>(Mutex<Vec<Running<T>>>);

/// The work of one runtime. It ends when its last caller is gone.
struct Running<T> {
    runtime: RuntimeId,
    outcome: watch::Receiver<Option<Result<T>>>,
    work: Weak<Tasks>,
}

impl<T: Clone + Send + Sync + 'static> SingleFlight<T> {
    /// Waits for the work in progress, or starts it.
    ///
    /// # Errors
    ///
    /// [`Elapsed`] when the caller's deadline passed first; the work continues for others.
    pub(crate) async fn run(
        &self,
        runtime: &Runtime,
        until: Until,
        start: impl Fn() -> BoxFuture<'static, Result<T>> + Send + Sync,
    ) -> Result<Result<T>, Elapsed> {
        loop {
            let here = match runtime.current() {
                Ok(here) => here,
                Err(error) => return Ok(Err(no_runtime(error))),
            };
            let (mut outcome, _work) = self.join(runtime, here, &start);
            let wait =
                async { outcome.wait_for(Option::is_some).await.ok().and_then(|got| got.clone()) };
            match runtime.timeout_at(until, while_in(runtime, here, wait)).await? {
                Some(Some(done)) => return Ok(done),
                // It would only panic again.
                Some(None) if runtime.current().is_ok_and(|now| now == here) => {
                    return Ok(Err(panicked()));
                }
                // The caller has moved to another runtime.
                _ => {}
            }
        }
    }

    fn join(
        &self,
        runtime: &Runtime,
        here: RuntimeId,
        start: impl Fn() -> BoxFuture<'static, Result<T>>,
    ) -> (watch::Receiver<Option<Result<T>>>, Arc<Tasks>) {
        let mut running = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // Drops work that has ended, since callers check the state first, and work that was lost,
        // whose sender is gone.
        running.retain(|one| {
            let is_under_way = one.outcome.borrow().is_none() && one.outcome.has_changed().is_ok();
            one.work.strong_count() > 0 && is_under_way
        });
        let mine = running.iter().find(|one| one.runtime == here);
        if let Some((work, one)) = mine.and_then(|one| Some((one.work.upgrade()?, one))) {
            return (one.outcome.clone(), work);
        }
        let work = Arc::new(runtime.tasks());
        let (sender, outcome) = watch::channel(None);
        let begun = start();
        let work_under_way = async move {
            let done = begun.await;
            sender.send_replace(Some(done));
        };
        work.spawn(work_under_way.in_current_span());
        running.push(Running {
            runtime: here,
            outcome: outcome.clone(),
            work: Arc::downgrade(&work),
        });
        (outcome, work)
    }
}

/// The work ended without an outcome although its runtime runs.
fn panicked() -> Error {
    Error::new(ErrorKind::Transport, "the task that opens the session ended early")
        .with_next_step("look for a panic in the transport or the token provider")
}

impl<T> Default for SingleFlight<T> {
    fn default() -> Self {
        Self(Mutex::new(Vec::new()))
    }
}

impl<T> fmt::Debug for SingleFlight<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SingleFlight(..)")
    }
}

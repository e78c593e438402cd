//! Work that several callers need once: an owned task does it, and each caller waits with its own
//! timer.
//!
//! No caller does the work itself, so a future that is kept without being polled blocks no other.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError, Weak};

use tokio::sync::watch;
use tokio::time::Instant;

use crate::{Elapsed, NoRuntime, Runtime, RuntimeId, Tasks};

/// Work that runs once at a time in each tokio runtime, for all callers that wait for it.
///
/// It runs in its own task, which is aborted when its last caller stops waiting.
///
/// ```
/// use std::sync::atomic::{AtomicU32, Ordering};
/// use dbsql_runtime::{Runtime, SingleFlight};
///
/// static FETCHES: AtomicU32 = AtomicU32::new(0);
///
/// async fn fetch() -> String {
///     FETCHES.fetch_add(1, Ordering::Relaxed);
///     "token".to_owned()
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), dbsql_runtime::FlightError> {
/// let (runtime, flight) = (Runtime::real(), SingleFlight::default());
/// let (one, other) = tokio::try_join!(
///     flight.run(&runtime, None, fetch),
///     flight.run(&runtime, None, fetch),
/// )?;
/// assert_eq!(one, other);
/// assert_eq!(FETCHES.load(Ordering::Relaxed), 1);
/// # Ok(()) }
/// ```
pub struct SingleFlight<T>(Mutex<Vec<Running<T>>>);

/// The work in one runtime.
struct Running<T> {
    runtime: RuntimeId,
    outcome: watch::Receiver<Option<T>>,
    work: Weak<Tasks>,
}

/// The reason why there is no outcome.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FlightError {
    /// The caller's deadline passed first; the work continues for others.
    #[error(transparent)]
    Elapsed(#[from] Elapsed),
    /// The caller is not in a runtime that can do the work.
    #[error(transparent)]
    NoRuntime(#[from] NoRuntime),
    /// The work panicked.
    #[error("the task ended early")]
    Panicked,
}

impl<T: Clone + Send + Sync + 'static> SingleFlight<T> {
    /// Waits for the work in progress, or starts it.
    ///
    /// # Errors
    ///
    /// [`FlightError`] when there is no outcome.
    ///
    /// # Cancel safety
    ///
    /// The work is aborted when its last caller is dropped.
    pub async fn run<W>(
        &self,
        runtime: &Runtime,
        until: Option<Instant>,
        start: impl Fn() -> W + Send + Sync,
    ) -> Result<T, FlightError>
    where
        W: Future<Output = T> + Send + 'static,
    {
        loop {
            let here = runtime.current()?;
            let (mut outcome, _work) = self.join(runtime, here, &start);
            let wait =
                async { outcome.wait_for(Option::is_some).await.ok().and_then(|got| got.clone()) };
            match runtime.timeout_at(until, runtime.while_in(here, wait)).await? {
                Some(Some(done)) => return Ok(done),
                // The work would only panic again.
                Some(None) if runtime.current().is_ok_and(|now| now == here) => {
                    return Err(FlightError::Panicked);
                }
                // The caller has moved to another runtime.
                _ => {}
            }
        }
    }

    fn join<W>(
        &self,
        runtime: &Runtime,
        here: RuntimeId,
        start: impl Fn() -> W,
    ) -> (watch::Receiver<Option<T>>, Arc<Tasks>)
    where
        W: Future<Output = T> + Send + 'static,
    {
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
        work.spawn(async move {
            let done = begun.await;
            sender.send_replace(Some(done));
        });
        running.push(Running {
            runtime: here,
            outcome: outcome.clone(),
            work: Arc::downgrade(&work),
        });
        (outcome, work)
    }
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

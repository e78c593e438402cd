//! The single value through which the layers above get time, randomness and tasks.

use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::Poll;
use std::time::{Duration, SystemTime};

use tokio::time::Instant;

use crate::clock::{Clock, Elapsed};
use crate::current::{NoRuntime, RuntimeId};
use crate::entropy::{Entropy, EntropyError};
use crate::offload::{Offload, OffloadError};
use crate::tasks::Tasks;
use crate::timer::Timer;

/// Time, randomness and tasks. Cheap to clone; clones share one random number generator and one
/// count of live tasks.
///
/// ```
/// use std::time::Duration;
/// use dbsql_runtime::Runtime;
///
/// # #[tokio::main(flavor = "current_thread", start_paused = true)]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let runtime = Runtime::real(); // in tests `Runtime::seeded`
/// let deadline = runtime.now() + Duration::from_secs(30);
/// let late = runtime.timeout_at(Some(deadline), runtime.sleep(Duration::from_secs(60))).await;
/// assert!(late.is_err());
///
/// let sum = runtime.offload(|| (1..=1000).sum::<u64>()).await?;
/// assert_eq!(sum, 500_500);
/// # Ok(()) }
/// ```
#[derive(Clone, Debug)]
pub struct Runtime {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    clock: Clock,
    entropy: Entropy,
    offload: Offload,
    live_tasks: Arc<AtomicUsize>,
}

impl Default for Runtime {
    fn default() -> Self {
        Self::real()
    }
}

impl Runtime {
    /// Creates the runtime for production: system clocks, unpredictable random numbers, blocking
    /// threads. It never fails: the system is asked for randomness on first use.
    #[must_use]
    pub fn real() -> Self {
        Self::new(Clock::Real, Entropy::from_system(), Offload::Threads)
    }

    /// Creates a repeatable runtime for tests: random numbers come from `seed`, wall-clock time
    /// starts at 2026-01-01T00:00:00Z and advances with tokio's clock (which should be paused), and
    /// offloaded work runs on the calling thread, since threads finish in an order that no seed
    /// controls.
    #[must_use]
    pub fn seeded(seed: u64) -> Self {
        let clock = Clock::Simulated { origin: Instant::now() };
        Self::new(clock, Entropy::from_seed(seed), Offload::Inline)
    }

    fn new(clock: Clock, entropy: Entropy, offload: Offload) -> Self {
        let live_tasks = Arc::new(AtomicUsize::new(0));
        Self { inner: Arc::new(Inner { clock, entropy, offload, live_tasks }) }
    }

    /// Returns the monotonic time, for deadlines and pauses.
    #[must_use]
    pub fn now(&self) -> Instant {
        Instant::now()
    }

    /// Returns the wall-clock time, to compare with dates that a server sends. It may jump; never
    /// use it to measure a duration.
    #[must_use]
    pub fn wall_now(&self) -> SystemTime {
        self.inner.clock.wall_now()
    }

    /// Waits for `duration`.
    ///
    /// Like the two methods below, it works when the future moves to another tokio runtime, even if
    /// the first is idle or gone.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future ends the wait.
    pub async fn sleep(&self, duration: Duration) {
        match self.now().checked_add(duration) {
            Some(at) => Timer::new(at).await,
            None => std::future::pending().await,
        }
    }

    /// Waits until `instant`; returns immediately if it has passed.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future ends the wait.
    pub async fn sleep_until(&self, instant: Instant) {
        Timer::new(instant).await;
    }

    /// Runs `future` until it completes or `deadline` passes; without a deadline, until it
    /// completes. A future that is ready at the first poll wins over a deadline that has passed.
    ///
    /// # Errors
    ///
    /// [`Elapsed`] when the deadline passed first; `future` is dropped then.
    pub async fn timeout_at<F: Future>(
        &self,
        deadline: Option<Instant>,
        future: F,
    ) -> Result<F::Output, Elapsed> {
        match deadline {
            None => Ok(future.await),
            Some(at) => {
                let mut future = pin!(future);
                let mut timer = Timer::new(at);
                poll_fn(|cx| match future.as_mut().poll(cx) {
                    Poll::Ready(value) => Poll::Ready(Ok(value)),
                    Poll::Pending => Pin::new(&mut timer).poll(cx).map(|()| Err(Elapsed(()))),
                })
                .await
            }
        }
    }

    /// Waits for `future` as long as it is polled in the runtime `home`. Returns `None` when it is
    /// polled in another one: what it waits for may never come from a runtime that is idle or gone.
    pub async fn while_in<F: Future>(&self, home: RuntimeId, future: F) -> Option<F::Output> {
        let mut future = pin!(future);
        poll_fn(|cx| {
            if let Poll::Ready(value) = future.as_mut().poll(cx) {
                return Poll::Ready(Some(value));
            }
            if self.current().is_ok_and(|here| here == home) {
                return Poll::Pending;
            }
            Poll::Ready(None)
        })
        .await
    }

    /// Returns the id of the caller's tokio runtime.
    ///
    /// Whether a runtime has a timer is determined once, by creating a timer and catching the panic
    /// of tokio where there is none. The panic hook of the process sees that panic; under `panic =
    /// "abort"` it ends the process, as any use of a timer would.
    ///
    /// # Errors
    ///
    /// [`NoRuntime`] when the caller is in no tokio runtime, or in one without a timer.
    pub fn current(&self) -> Result<RuntimeId, NoRuntime> {
        RuntimeId::with_timer()
    }

    /// Returns the id of the caller's tokio runtime if it can do I/O: like
    /// [`current`](Self::current), with a second probe for the I/O driver.
    ///
    /// # Errors
    ///
    /// [`NoRuntime`] when the caller is in no tokio runtime, or in one without a timer or an I/O
    /// driver.
    #[cfg(feature = "net")]
    #[cfg_attr(docsrs, doc(cfg(feature = "net")))]
    pub fn current_with_io(&self) -> Result<RuntimeId, NoRuntime> {
        RuntimeId::with_timer_and_io()
    }

    /// Returns a random number, uniform over all of `u64`, for sampling and jitter. **Not for
    /// secrets**: it never fails, and is predictable when the system has no randomness. For secrets
    /// use [`random_bytes`](Self::random_bytes).
    #[must_use]
    pub fn random_u64(&self) -> u64 {
        let mut bytes = [0; 8];
        self.inner.entropy.fill(&mut bytes);
        u64::from_le_bytes(bytes)
    }

    /// Returns random bytes. Those of [`Runtime::real`] are suitable for secrets.
    ///
    /// # Errors
    ///
    /// [`EntropyError`] when the system has no randomness; a later call tries again. A
    /// [seeded](Self::seeded) runtime never fails.
    pub fn random_bytes<const N: usize>(&self) -> Result<[u8; N], EntropyError> {
        let mut bytes = [0; N];
        self.inner.entropy.fill_secret(&mut bytes)?;
        Ok(bytes)
    }

    /// Returns a random duration from `low` to `high`, both included; `low` when the range is
    /// empty. Like [`random_u64`](Self::random_u64), it never fails and is not for secrets.
    #[must_use]
    pub fn jitter(&self, low: Duration, high: Duration) -> Duration {
        between(low, high, self.random_u64())
    }

    /// Returns a new, empty set of tasks, owned by the caller.
    #[must_use]
    pub fn tasks(&self) -> Tasks {
        Tasks::new(Arc::clone(&self.inner.live_tasks))
    }

    /// Returns the number of tasks in this runtime's sets that have not ended: zero when none
    /// leaked.
    #[must_use]
    pub fn live_tasks(&self) -> usize {
        self.inner.live_tasks.load(Ordering::Relaxed)
    }

    /// Runs blocking or CPU-bound work off the async threads and waits for its value.
    ///
    /// # Errors
    ///
    /// [`OffloadError::Panicked`] when the work panicked (only where panics unwind: not under
    /// `panic = "abort"`), [`OffloadError::Stopped`] when the tokio runtime shut down first.
    ///
    /// # Cancel safety
    ///
    /// When the returned future is dropped, work that has started runs to its end on its thread and
    /// its value is dropped.
    pub async fn offload<T, F>(&self, work: F) -> Result<T, OffloadError>
    where
        T: Send + 'static,
        F: FnOnce() -> T + Send + 'static,
    {
        self.inner.offload.run(work).await
    }
}

/// Maps a random number to a duration between `low` and `high`.
fn between(low: Duration, high: Duration, random: u64) -> Duration {
    let span = high.saturating_sub(low);
    // 53 random bits fill the fraction of an f64 evenly.
    let fraction = (random >> 11) as f64 / ((1_u64 << 53) - 1) as f64;
    // Rounding can exceed the end of the range, and the range of a `Duration`.
    let part = Duration::try_from_secs_f64(span.as_secs_f64() * fraction);
    low.saturating_add(part.unwrap_or(span).min(span))
}

#[cfg(test)]
mod tests;

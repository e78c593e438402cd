//! The one value through which the layers above reach time, chance and tasks.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, SystemTime};

use tokio::time::Instant;

use crate::clock::{Clock, Elapsed};
use crate::entropy::Entropy;
use crate::offload::{Offload, OffloadError};
use crate::tasks::Tasks;

/// Time, chance and tasks. Cheap to clone; clones share one source of chance and one count of
/// live tasks.
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
    /// The real one: the machine's clocks, unpredictable chance, blocking threads.
    #[must_use]
    pub fn real() -> Self {
        Self::new(Clock::Real, Entropy::from_system(), Offload::Threads)
    }

    /// A repeatable one for tests: chance comes from `seed`, wall time starts at
    /// 2026-01-01T00:00:00Z and advances with tokio's clock (pause it), and offloaded work runs
    /// on the spot, since threads finish in an order that no seed decides.
    #[must_use]
    pub fn seeded(seed: u64) -> Self {
        let clock = Clock::Simulated { origin: Instant::now() };
        Self::new(clock, Entropy::from_seed(seed), Offload::Inline)
    }

    fn new(clock: Clock, entropy: Entropy, offload: Offload) -> Self {
        let live_tasks = Arc::new(AtomicUsize::new(0));
        Self { inner: Arc::new(Inner { clock, entropy, offload, live_tasks }) }
    }

    /// Monotonic time, for deadlines and pauses.
    #[must_use]
    pub fn now(&self) -> Instant {
        Instant::now()
    }

    /// Wall time, for dates that a server sends. It may jump; never measure with it.
    #[must_use]
    pub fn wall_now(&self) -> SystemTime {
        self.inner.clock.wall_now()
    }

    /// Waits for `duration`. Cancel-safe.
    pub async fn sleep(&self, duration: Duration) {
        tokio::time::sleep(duration).await;
    }

    /// Waits until `instant`; returns at once when it has passed. Cancel-safe.
    pub async fn sleep_until(&self, instant: Instant) {
        tokio::time::sleep_until(instant).await;
    }

    /// Runs `future` until it is ready or `deadline` passes; without a deadline, for as long as
    /// it takes. A future that is ready at once wins over a deadline that has passed.
    ///
    /// # Errors
    ///
    /// [`Elapsed`] when the deadline came first. The future is dropped then.
    pub async fn timeout_at<F: Future>(
        &self,
        deadline: Option<Instant>,
        future: F,
    ) -> Result<F::Output, Elapsed> {
        match deadline {
            Some(at) => tokio::time::timeout_at(at, future).await.map_err(|_| Elapsed(())),
            None => Ok(future.await),
        }
    }

    /// A random number, uniform over all of `u64`.
    #[must_use]
    pub fn random_u64(&self) -> u64 {
        u64::from_le_bytes(self.random_bytes())
    }

    /// Random bytes. From [`Runtime::real`] they are fit for secrets.
    #[must_use]
    pub fn random_bytes<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        self.inner.entropy.fill(&mut bytes);
        bytes
    }

    /// A random duration from `low` to `high`, both included; `low` when the range is empty.
    #[must_use]
    pub fn jitter(&self, low: Duration, high: Duration) -> Duration {
        let span = high.saturating_sub(low);
        // 53 random bits fill the fraction of an f64 evenly.
        let fraction = (self.random_u64() >> 11) as f64 / ((1_u64 << 53) - 1) as f64;
        low + span.mul_f64(fraction)
    }

    /// A new, empty set of tasks; the caller owns it.
    #[must_use]
    pub fn tasks(&self) -> Tasks {
        Tasks::new(Arc::clone(&self.inner.live_tasks))
    }

    /// How many tasks of this runtime's sets have not ended: zero when nothing was left behind.
    #[must_use]
    pub fn live_tasks(&self) -> usize {
        self.inner.live_tasks.load(Ordering::Relaxed)
    }

    /// Runs heavy or blocking work off the async threads and waits for its value.
    ///
    /// Cancel-safe in this sense: when the returned future is dropped, work that has begun runs
    /// to its end on its thread and its value is dropped.
    ///
    /// # Errors
    ///
    /// [`OffloadError::Panicked`] when the work panicked (only where panics unwind: not under
    /// `panic = "abort"`), [`OffloadError::Stopped`] when the tokio runtime shut down first.
    pub async fn offload<T, F>(&self, work: F) -> Result<T, OffloadError>
    where
        T: Send + 'static,
        F: FnOnce() -> T + Send + 'static,
    {
        self.inner.offload.run(work).await
    }
}

#[cfg(test)]
mod tests;

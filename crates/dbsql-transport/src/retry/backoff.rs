//! The pauses of a retry loop.

use std::time::Duration;

use dbsql_runtime::{Instant, Runtime};

use crate::retry::{MAX_RETRY_AFTER, RetryPolicy};

/// The state of a retry loop: the number of failures, and the time of the first.
///
/// Create one per call with [`RetryPolicy::backoff`], before the first attempt.
///
/// ```
/// use std::time::Duration;
/// use dbsql_transport::Runtime;
/// use dbsql_transport::retry::RetryPolicy;
///
/// # #[tokio::main(flavor = "current_thread", start_paused = true)]
/// # async fn main() {
/// let runtime = Runtime::real();
/// let policy = RetryPolicy::new().initial_backoff(Duration::from_secs(1));
/// let mut backoff = policy.max_elapsed(Duration::from_secs(30)).backoff();
///
/// let pause = backoff.next_delay(&runtime, None).expect("30 seconds are left");
/// assert!(pause >= Duration::from_millis(500) && pause <= Duration::from_secs(1));
///
/// // The pause of a `Retry-After` header is honored, unless it exceeds the remaining time.
/// let asked = Duration::from_secs(7);
/// assert_eq!(backoff.next_delay(&runtime, Some(asked)), Some(asked));
/// assert_eq!(backoff.next_delay(&runtime, Some(Duration::from_secs(60))), None);
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Backoff {
    policy: RetryPolicy,
    /// The maximum of the next pause, if the client chooses it.
    ceiling: Duration,
    first_failure: Option<Instant>,
    failures: u32,
}

/// The minimum pause: a policy of zeros must not become a busy loop.
const SHORTEST: Duration = Duration::from_millis(1);

impl Backoff {
    pub(super) fn new(mut policy: RetryPolicy) -> Self {
        // The caller adds a pause to the current time.
        for time in [&mut policy.initial_backoff, &mut policy.max_backoff, &mut policy.max_elapsed]
        {
            *time = MAX_RETRY_AFTER.min(*time);
        }
        let ceiling = policy.initial_backoff.min(policy.max_backoff).max(SHORTEST);
        Self { policy, ceiling, first_failure: None, failures: 0 }
    }

    /// Returns the pause before the next attempt, or `None` to give up; to be called after each
    /// failed attempt.
    ///
    /// The client's own pauses grow by the factor of the policy, are random between half of the
    /// maximum and all of it, and the last is cut to the remaining time: the last attempt starts
    /// when the time is up, not earlier.
    ///
    /// `retry_after` is what the server requested, see
    /// [`retry_after`](crate::retry::retry_after()). It is honored exactly. If it exceeds the
    /// remaining time the result is `None`, and the caller can report the time; an earlier retry
    /// would only be rejected again. A server that requests no pause at all gets the client's own.
    pub fn next_delay(
        &mut self,
        runtime: &Runtime,
        retry_after: Option<Duration>,
    ) -> Option<Duration> {
        let now = runtime.now();
        let first_failure = *self.first_failure.get_or_insert(now);
        let left =
            self.policy.max_elapsed.checked_sub(now.saturating_duration_since(first_failure))?;
        if left.is_zero() {
            return None;
        }
        let ceiling = self.grow();
        let delay = match retry_after {
            Some(asked) if !asked.is_zero() => (asked <= left).then_some(asked),
            _ => Some(runtime.jitter(ceiling / 2, ceiling).min(left)),
        };
        self.failures = self.failures.saturating_add(delay.is_some().into());
        delay
    }

    /// Returns the number of reported failures, except those after which it gave up.
    #[must_use]
    pub fn failures(&self) -> u32 {
        self.failures
    }

    /// Returns the current maximum and raises it for the next pause.
    fn grow(&mut self) -> Duration {
        let now = self.ceiling;
        // `f64::max` also handles a factor that is NaN.
        let grown = now.as_secs_f64() * self.policy.multiplier.max(1.0);
        let grown = Duration::try_from_secs_f64(grown).unwrap_or(Duration::MAX);
        self.ceiling = grown.min(self.policy.max_backoff).max(SHORTEST);
        now
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seconds(n: u64) -> Duration {
        Duration::from_secs(n)
    }

    fn ceilings(policy: &RetryPolicy, runtime: &Runtime, n: usize) -> Vec<Duration> {
        let mut backoff = policy.backoff();
        (0..n).map(|_| backoff.next_delay(runtime, None).expect("time is left")).collect()
    }

    #[tokio::test(start_paused = true)]
    async fn pauses_double_and_stay_in_the_upper_half() {
        let policy = RetryPolicy::new().initial_backoff(seconds(1)).max_backoff(seconds(5));
        let pauses = ceilings(&policy, &Runtime::seeded(1), 6);
        for (pause, ceiling) in pauses.iter().zip([1, 2, 4, 5, 5, 5]) {
            let ceiling = seconds(ceiling);
            assert!(*pause >= ceiling / 2 && *pause <= ceiling, "{pauses:?}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn seed_determines_the_pauses() {
        let policy = RetryPolicy::default();
        let one = ceilings(&policy, &Runtime::seeded(1), 8);
        assert_eq!(one, ceilings(&policy, &Runtime::seeded(1), 8));
        assert_ne!(one, ceilings(&policy, &Runtime::seeded(2), 8));
    }

    #[tokio::test(start_paused = true)]
    async fn time_counts_from_the_first_failure() {
        let runtime = Runtime::seeded(1);
        let mut backoff = RetryPolicy::new().max_elapsed(seconds(10)).backoff();
        runtime.sleep(seconds(3600)).await; // a long call that fails at its end
        let first = backoff.next_delay(&runtime, None);
        assert!(first.is_some(), "{first:?}");
        runtime.sleep(seconds(9)).await;
        assert!(backoff.next_delay(&runtime, None).is_some());
        runtime.sleep(seconds(1)).await;
        assert_eq!(backoff.next_delay(&runtime, None), None);
        assert_eq!(backoff.failures(), 2);
    }

    #[tokio::test(start_paused = true)]
    async fn last_pause_is_cut_to_the_remaining_time() {
        let runtime = Runtime::seeded(1);
        let policy = RetryPolicy::new().initial_backoff(seconds(8)).max_elapsed(seconds(2));
        assert_eq!(policy.backoff().next_delay(&runtime, None), Some(seconds(2)));
    }

    #[tokio::test(start_paused = true)]
    async fn retry_after_is_honored_exactly() {
        // The requested pause and the actual one, with ten seconds left.
        let vectors = [
            (Duration::from_millis(1), Some(Duration::from_millis(1))),
            (seconds(1), Some(seconds(1))),
            (seconds(10), Some(seconds(10))),
            (seconds(10) + Duration::from_nanos(1), None),
            (seconds(1_000_000_000), None),
            (Duration::MAX, None),
        ];
        for (asked, pause) in vectors {
            let mut backoff = RetryPolicy::new().max_elapsed(seconds(10)).backoff();
            let got = backoff.next_delay(&Runtime::seeded(1), Some(asked));
            assert_eq!(got, pause, "asked for {asked:?}");
            assert_eq!(backoff.failures(), u32::from(pause.is_some()), "asked for {asked:?}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn zero_retry_after_gets_the_own_pause() {
        let runtime = Runtime::seeded(1);
        let mut backoff = RetryPolicy::default().backoff();
        let pause = backoff.next_delay(&runtime, Some(Duration::ZERO)).expect("time is left");
        assert!(pause >= Duration::from_millis(50), "{pause:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn policy_none_never_retries() {
        let runtime = Runtime::seeded(1);
        assert_eq!(RetryPolicy::none().backoff().next_delay(&runtime, None), None);
        assert_eq!(RetryPolicy::none().backoff().next_delay(&runtime, Some(seconds(1))), None);
    }

    #[tokio::test(start_paused = true)]
    async fn invalid_settings_neither_panic_nor_spin() {
        let runtime = Runtime::seeded(1);
        for (initial, max, factor) in [
            (Duration::ZERO, Duration::ZERO, 0.0),
            (Duration::MAX, Duration::MAX, f64::INFINITY),
            (seconds(1), Duration::MAX, f64::NAN),
            (Duration::MAX, Duration::MAX, f64::MAX),
        ] {
            let policy = RetryPolicy::new().initial_backoff(initial).max_backoff(max);
            let policy = policy.multiplier(factor);
            let pauses = ceilings(&policy, &runtime, 70);
            assert!(pauses.iter().all(|p| *p >= SHORTEST / 2), "{policy:?}: {pauses:?}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn long_pauses_do_not_overflow() {
        let runtime = Runtime::seeded(1);
        let max = Duration::MAX;
        let policy = RetryPolicy::new().initial_backoff(max).max_backoff(max).max_elapsed(max);
        assert_eq!(policy.validate(), Ok(()));
        let mut backoff = policy.backoff();
        for asked in [None, Some(max), Some(MAX_RETRY_AFTER), Some(seconds(1))] {
            let pause = backoff.next_delay(&runtime, asked);
            assert!(pause.is_none_or(|pause| pause <= MAX_RETRY_AFTER), "{asked:?}: {pause:?}");
            let _ = runtime.now() + pause.unwrap_or_default();
        }
        let month = seconds(30 * 24 * 3600);
        assert_eq!(backoff.next_delay(&runtime, Some(month)), Some(month));
    }
}

//! The pauses of one retry loop.

use std::time::Duration;

use dbsql_runtime::{Instant, Runtime};

use crate::retry::{MAX_RETRY_AFTER, RetryPolicy};

/// The state of one retry loop: how often it failed, and since when.
///
/// Make one per call with [`RetryPolicy::backoff`], before the first attempt.
#[derive(Clone, Debug)]
pub struct Backoff {
    policy: RetryPolicy,
    /// The longest pause that the client would choose next.
    ceiling: Duration,
    first_failure: Option<Instant>,
    failures: u32,
}

/// No pause is shorter: a policy of zeros must not turn into a busy loop.
const SHORTEST: Duration = Duration::from_millis(1);

impl Backoff {
    pub(super) fn new(mut policy: RetryPolicy) -> Self {
        // The caller adds a pause to the time of day.
        for time in [&mut policy.initial_backoff, &mut policy.max_backoff, &mut policy.max_elapsed]
        {
            *time = MAX_RETRY_AFTER.min(*time);
        }
        let ceiling = policy.initial_backoff.min(policy.max_backoff).max(SHORTEST);
        Self { policy, ceiling, first_failure: None, failures: 0 }
    }

    /// Call it after each failed attempt: how long to pause before the next, or `None` to give up.
    ///
    /// The client's own pauses grow by the policy's factor, are random between half of a pause and
    /// all of it, and the last is cut to what is left of the time: the last attempt begins
    /// when the time is up, not before.
    ///
    /// `retry_after` is what the server asked for, see
    /// [`retry_after`](crate::retry::retry_after()).
    /// It is honoured to the letter. When it asks for more than what is left the answer is `None`,
    /// and the caller can report the time; coming back too early would only be refused again. A
    /// server that asks for no pause at all gets the client's own.
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
        self.failures = self.failures.saturating_add(1);
        let ceiling = self.grow();
        match retry_after {
            Some(asked) if !asked.is_zero() => (asked <= left).then_some(asked),
            _ => Some(runtime.jitter(ceiling / 2, ceiling).min(left)),
        }
    }

    /// How many failed attempts it was told about, those after which it gave up excepted.
    #[must_use]
    pub fn failures(&self) -> u32 {
        self.failures
    }

    /// Gives the present ceiling and moves it up for the next pause.
    fn grow(&mut self) -> Duration {
        let now = self.ceiling;
        // `f64::max` also takes care of a factor that is not a number.
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
    async fn pauses_double_up_to_the_limit_and_keep_to_the_upper_half() {
        let policy = RetryPolicy::new().initial_backoff(seconds(1)).max_backoff(seconds(5));
        let pauses = ceilings(&policy, &Runtime::seeded(1), 6);
        for (pause, ceiling) in pauses.iter().zip([1, 2, 4, 5, 5, 5]) {
            let ceiling = seconds(ceiling);
            assert!(*pause >= ceiling / 2 && *pause <= ceiling, "{pauses:?}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn the_seed_decides_the_pauses() {
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
    async fn the_last_pause_is_cut_to_the_time_that_is_left() {
        let runtime = Runtime::seeded(1);
        let policy = RetryPolicy::new().initial_backoff(seconds(8)).max_elapsed(seconds(2));
        assert_eq!(policy.backoff().next_delay(&runtime, None), Some(seconds(2)));
    }

    #[tokio::test(start_paused = true)]
    async fn retry_after_is_honoured_to_the_letter() {
        // What the server asks for, and the pause, with ten seconds left.
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
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_server_that_asks_for_no_pause_gets_ours() {
        let runtime = Runtime::seeded(1);
        let mut backoff = RetryPolicy::default().backoff();
        let pause = backoff.next_delay(&runtime, Some(Duration::ZERO)).expect("time is left");
        assert!(pause >= Duration::from_millis(50), "{pause:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn none_never_tries_again() {
        let runtime = Runtime::seeded(1);
        assert_eq!(RetryPolicy::none().backoff().next_delay(&runtime, None), None);
        assert_eq!(RetryPolicy::none().backoff().next_delay(&runtime, Some(seconds(1))), None);
    }

    #[tokio::test(start_paused = true)]
    async fn settings_without_sense_neither_panic_nor_spin() {
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
    async fn no_pause_is_too_long_to_be_waited_for() {
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

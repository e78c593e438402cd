//! The polling interval of a running statement.

use std::time::Duration;

/// The largest bound: longer than any statement runs, and far less than what overflows a clock.
const MAX_PAUSE: Duration = Duration::from_secs(365 * 86_400);

/// The interval between two status calls: a fraction of the age of the statement, within bounds.
///
/// Servers hold a status call for up to about five seconds and respond early when the state
/// changes. The interval is measured from the start of the previous call, so there is no pause if a
/// server holds the call.
///
/// ```
/// use std::time::Duration;
/// use dbsql_core::PollSchedule;
///
/// let relaxed = PollSchedule::new().min(Duration::from_secs(1)).max(Duration::from_secs(30));
/// let fixed = PollSchedule::every(Duration::from_secs(5));
/// # assert_ne!(relaxed, fixed);
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
#[must_use]
pub struct PollSchedule {
    min: Duration,
    max: Duration,
    share_of_age: f64,
}

impl Default for PollSchedule {
    /// 2 % of the age of the statement, from 50 ms to 5 s.
    fn default() -> Self {
        Self { min: Duration::from_millis(50), max: Duration::from_secs(5), share_of_age: 0.02 }
    }
}

impl PollSchedule {
    /// Returns the default schedule.
    pub fn new() -> Self {
        Self::default()
    }

    /// Returns a schedule with a fixed interval, from 1 ms to 365 days.
    pub fn every(pause: Duration) -> Self {
        Self { share_of_age: 0.0, ..Self::default() }.max(pause).min(pause)
    }

    /// Sets the minimum interval, from 1 ms to 365 days; 50 ms by default. Raises the maximum if
    /// that is lower.
    pub fn min(mut self, min: Duration) -> Self {
        self.min = min.clamp(Duration::from_millis(1), MAX_PAUSE);
        self.max = self.max.max(self.min);
        self
    }

    /// Sets the maximum interval, from 1 ms to 365 days; 5 s by default. Lowers the minimum if that
    /// is higher.
    pub fn max(mut self, max: Duration) -> Self {
        self.max = max.clamp(Duration::from_millis(1), MAX_PAUSE);
        self.min = self.min.min(self.max);
        self
    }

    /// Sets the interval as a fraction of the age of the statement, 0 to 1; 0.02 by default. With
    /// that, the end of a statement that ran for a minute is detected at most 1.2 s later. Values
    /// outside the range are clamped.
    pub fn share_of_age(mut self, share: f64) -> Self {
        self.share_of_age = if share.is_nan() { 0.0 } else { share.clamp(0.0, 1.0) };
        self
    }

    pub(crate) fn pause(&self, age: Duration) -> Duration {
        let share = Duration::try_from_secs_f64(age.as_secs_f64() * self.share_of_age);
        share.unwrap_or(self.max).clamp(self.min, self.max)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pause_follows_the_age_within_its_bounds() {
        let schedule = PollSchedule::new();
        assert_eq!(schedule.pause(Duration::ZERO), Duration::from_millis(50));
        assert_eq!(schedule.pause(Duration::from_secs(60)), Duration::from_millis(1200));
        assert_eq!(schedule.pause(Duration::from_secs(86_400)), Duration::from_secs(5));
    }

    #[test]
    fn fixed_pause_stays_fixed_and_is_never_zero() {
        let schedule = PollSchedule::every(Duration::from_secs(9));
        assert_eq!(schedule.pause(Duration::ZERO), Duration::from_secs(9));
        assert_eq!(schedule.pause(Duration::from_secs(10_000)), Duration::from_secs(9));
        let busy = PollSchedule::every(Duration::ZERO);
        assert_eq!(busy.pause(Duration::ZERO), Duration::from_millis(1));
    }

    #[test]
    fn huge_pauses_are_clamped() {
        for schedule in [
            PollSchedule::every(Duration::MAX),
            PollSchedule::new().min(Duration::MAX),
            PollSchedule::new().max(Duration::MAX).share_of_age(f64::INFINITY),
        ] {
            let pause = schedule.pause(Duration::MAX);
            assert_eq!(pause, MAX_PAUSE);
            assert!(dbsql_runtime::Runtime::real().now().checked_add(pause).is_some());
        }
    }
}

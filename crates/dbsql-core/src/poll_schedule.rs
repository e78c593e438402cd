//! How often a running statement is asked for its status.

use std::time::Duration;

/// The pause between two status calls: a share of the statement's age, within bounds. No jitter:
/// polls follow their statement, not each other.
///
/// Servers hold a status call for up to about five seconds and answer early when the state
/// changes; the pause is counted from the start of the previous call, so where a server holds the
/// call there is no pause at all.
#[derive(Clone, Copy, Debug, PartialEq)]
#[must_use]
pub struct PollSchedule {
    min: Duration,
    max: Duration,
    share_of_age: f64,
}

impl Default for PollSchedule {
    /// 2 % of the statement's age, from 50 ms to 5 s.
    fn default() -> Self {
        Self { min: Duration::from_millis(50), max: Duration::from_secs(5), share_of_age: 0.02 }
    }
}

impl PollSchedule {
    /// The default schedule.
    pub fn new() -> Self {
        Self::default()
    }

    /// Always the same pause, at least a millisecond.
    pub fn every(pause: Duration) -> Self {
        Self { share_of_age: 0.0, ..Self::default() }.max(pause).min(pause)
    }

    /// The shortest pause, at least a millisecond; never longer than the longest.
    pub fn min(mut self, min: Duration) -> Self {
        self.min = min.max(Duration::from_millis(1));
        self.max = self.max.max(self.min);
        self
    }

    /// The longest pause, at least a millisecond; never shorter than the shortest.
    pub fn max(mut self, max: Duration) -> Self {
        self.max = max.max(Duration::from_millis(1));
        self.min = self.min.min(self.max);
        self
    }

    /// The pause as a share of the statement's age: 0.02 finds a statement that ended after a
    /// minute at most 1.2 s later. Values outside 0 to 1 are brought into it.
    pub fn share_of_age(mut self, share: f64) -> Self {
        self.share_of_age = if share.is_nan() { 0.0 } else { share.clamp(0.0, 1.0) };
        self
    }

    pub(crate) fn pause(&self, age: Duration) -> Duration {
        age.mul_f64(self.share_of_age).clamp(self.min, self.max)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pause_follows_the_age_within_its_bounds() {
        let schedule = PollSchedule::new();
        assert_eq!(schedule.pause(Duration::ZERO), Duration::from_millis(50));
        assert_eq!(schedule.pause(Duration::from_secs(60)), Duration::from_millis(1200));
        assert_eq!(schedule.pause(Duration::from_secs(86_400)), Duration::from_secs(5));
    }

    #[test]
    fn a_fixed_pause_stays_fixed_and_is_never_zero() {
        let schedule = PollSchedule::every(Duration::from_secs(9));
        assert_eq!(schedule.pause(Duration::ZERO), Duration::from_secs(9));
        assert_eq!(schedule.pause(Duration::from_secs(10_000)), Duration::from_secs(9));
        let busy = PollSchedule::every(Duration::ZERO);
        assert_eq!(busy.pause(Duration::ZERO), Duration::from_millis(1));
    }
}

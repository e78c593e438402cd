//! How much a call tried before it failed.

use std::fmt;
use std::time::Duration;

/// How many attempts a call made, and the time from the first one to its end.
///
/// `Display` is the form that every error of this workspace has for it:
///
/// ```
/// use std::time::Duration;
/// use dbsql_transport::retry::Attempts;
///
/// let attempts = Attempts::new(4, Duration::from_millis(12_345));
/// assert_eq!(attempts.to_string(), "after 4 attempts in 12.3 s");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Attempts {
    count: u32,
    elapsed: Duration,
}

impl Attempts {
    /// Creates the record of `count` attempts that took `elapsed` together, with the pauses between
    /// them.
    #[must_use]
    pub fn new(count: u32, elapsed: Duration) -> Self {
        Self { count, elapsed }
    }

    /// Returns how many attempts were made.
    #[must_use]
    pub fn count(self) -> u32 {
        self.count
    }

    /// Returns the time from the first attempt to the end of the call.
    #[must_use]
    pub fn elapsed(self) -> Duration {
        self.elapsed
    }

    /// Returns whether there was more than one, which is what an error tells.
    #[must_use]
    pub fn is_retried(self) -> bool {
        self.count > 1
    }
}

impl fmt::Display for Attempts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let plural = if self.count == 1 { "" } else { "s" };
        write!(f, "after {} attempt{plural} in {:.1} s", self.count, self.elapsed.as_secs_f64())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_have_one_digit_after_the_point() {
        for (count, millis, text) in [
            (1, 40, "after 1 attempt in 0.0 s"),
            (2, 51, "after 2 attempts in 0.1 s"),
            (12, 301_960, "after 12 attempts in 302.0 s"),
        ] {
            let attempts = Attempts::new(count, Duration::from_millis(millis));
            assert_eq!(attempts.to_string(), text);
        }
    }
}

//! The settings of a retry loop.

use std::time::Duration;

use crate::retry::Backoff;

/// How often and how long to retry.
///
/// | Setting | Default |
/// |---|---|
/// | [`initial_backoff`](Self::initial_backoff) | 100 ms |
/// | [`max_backoff`](Self::max_backoff) | 30 s |
/// | [`multiplier`](Self::multiplier) | 2 |
/// | [`max_elapsed`](Self::max_elapsed) | 5 min |
/// | [`trust_retry_after`](Self::trust_retry_after) | yes |
///
/// ```
/// use std::time::Duration;
/// use dbsql_transport::retry::RetryPolicy;
///
/// let policy = RetryPolicy::new().max_elapsed(Duration::from_secs(60)).trust_retry_after(false);
/// assert!(policy.validate().is_ok());
/// assert!(!policy.trusts_retry_after());
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct RetryPolicy {
    pub(super) initial_backoff: Duration,
    pub(super) max_backoff: Duration,
    pub(super) multiplier: f64,
    pub(super) max_elapsed: Duration,
    trust_retry_after: bool,
}

/// The error of [`RetryPolicy::validate`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct InvalidRetryPolicy(&'static str);

impl Default for RetryPolicy {
    fn default() -> Self {
        Self {
            initial_backoff: Duration::from_millis(100),
            max_backoff: Duration::from_secs(30),
            multiplier: 2.0,
            max_elapsed: Duration::from_secs(300),
            trust_retry_after: true,
        }
    }
}

impl RetryPolicy {
    /// Creates the default policy.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Creates a policy that never retries.
    #[must_use]
    pub fn none() -> Self {
        Self::default().max_elapsed(Duration::ZERO)
    }

    /// Sets the maximum pause before the first retry. The actual one is random, between half of it
    /// and all of it, so that many clients do not retry at the same moment.
    #[must_use]
    pub fn initial_backoff(mut self, pause: Duration) -> Self {
        self.initial_backoff = pause;
        self
    }

    /// Sets the maximum pause that the client chooses by itself. A server may request a longer one.
    #[must_use]
    pub fn max_backoff(mut self, pause: Duration) -> Self {
        self.max_backoff = pause;
        self
    }

    /// Sets the factor by which the pauses grow.
    #[must_use]
    pub fn multiplier(mut self, factor: f64) -> Self {
        self.multiplier = factor;
        self
    }

    /// Sets how long after the first failure a retry may still start. Zero disables retries. The
    /// time counts from the first failure, so that a call that failed after a long time has as much
    /// time to recover as any other.
    #[must_use]
    pub fn max_elapsed(mut self, limit: Duration) -> Self {
        self.max_elapsed = limit;
        self
    }

    /// Sets whether a 429, or a 503 with a valid `Retry-After`, is taken as proof that the server
    /// did not accept the request, so that even one that must not run twice is resent. On by
    /// default. A server that sends such a response after it has accepted a statement runs it
    /// again; disable this for such a server, and when an intermediary sends such responses on its
    /// own.
    #[must_use]
    pub fn trust_retry_after(mut self, trust: bool) -> Self {
        self.trust_retry_after = trust;
        self
    }

    /// Returns the value of [`trust_retry_after`](Self::trust_retry_after).
    #[must_use]
    pub fn trusts_retry_after(&self) -> bool {
        self.trust_retry_after
    }

    /// Checks that the settings are consistent.
    ///
    /// # Errors
    ///
    /// [`InvalidRetryPolicy`] when a pause is zero, the maximum pause is shorter than the first, or
    /// the factor is less than 1 or not a number.
    pub fn validate(&self) -> Result<(), InvalidRetryPolicy> {
        if self.initial_backoff.is_zero() {
            return Err(InvalidRetryPolicy("the initial backoff must not be zero"));
        }
        if self.max_backoff < self.initial_backoff {
            return Err(InvalidRetryPolicy(
                "the maximum backoff must not be shorter than the initial one",
            ));
        }
        if !(self.multiplier.is_finite() && self.multiplier >= 1.0) {
            return Err(InvalidRetryPolicy("the backoff multiplier must be at least 1"));
        }
        Ok(())
    }

    /// Creates the state of a retry loop with this policy. Never fails: invalid settings, see
    /// [`validate`](Self::validate), are replaced by the nearest valid ones, and times are limited
    /// to [`MAX_RETRY_AFTER`](crate::retry::MAX_RETRY_AFTER).
    #[must_use]
    pub fn backoff(&self) -> Backoff {
        Backoff::new(self.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn default_policy_is_valid() {
        assert_eq!(RetryPolicy::default().validate(), Ok(()));
        assert_eq!(RetryPolicy::none().validate(), Ok(()));
        assert!(RetryPolicy::default().trusts_retry_after());
    }

    #[test]
    fn invalid_settings_are_rejected() {
        let second = Duration::from_secs(1);
        for policy in [
            RetryPolicy::new().initial_backoff(Duration::ZERO),
            RetryPolicy::new().initial_backoff(second).max_backoff(second / 2),
            RetryPolicy::new().multiplier(0.5),
            RetryPolicy::new().multiplier(f64::NAN),
            RetryPolicy::new().multiplier(f64::INFINITY),
        ] {
            assert!(policy.validate().is_err(), "{policy:?}");
        }
    }
}

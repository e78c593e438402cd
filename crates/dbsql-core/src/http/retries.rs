//! Decides when a request is resent, from policy, budget, `Retry-After` and deadline, for calls to
//! the workspace and downloads alike.

use std::time::Duration;

use dbsql_runtime::{Instant, Runtime};
use dbsql_transport::retry::{Attempts, Backoff, RetryBudget, RetryPolicy};

use crate::Error;

/// The pause before a retry that exceeds the budget.
const OVER_BUDGET_PAUSE: Duration = Duration::from_secs(10);

/// The attempts of one call.
pub(crate) struct Retries {
    runtime: Runtime,
    budget: RetryBudget,
    backoff: Backoff,
    until: Option<Instant>,
    began: Instant,
    attempts: u32,
}

/// The meaning of an empty budget for a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum OverBudget {
    GiveUp,
    /// An outage that empties the budget must not end waits for healthy statements.
    WaitLonger,
}

/// The step after a failed attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Next {
    /// The next attempt starts at this time.
    At(Instant),
    /// The caller's deadline is earlier.
    DeadlineFirst,
    GiveUp,
}

impl Retries {
    pub(crate) fn new(
        runtime: &Runtime,
        policy: &RetryPolicy,
        budget: &RetryBudget,
        until: Option<Instant>,
    ) -> Self {
        let (runtime, budget) = (runtime.clone(), budget.clone());
        let began = runtime.now();
        Self { runtime, budget, backoff: policy.backoff(), until, began, attempts: 0 }
    }

    /// Counts an attempt that begins now, and returns how many there were before it.
    pub(crate) fn begin(&mut self) -> u32 {
        if self.attempts == 0 {
            self.began = self.runtime.now();
        }
        let before = self.attempts;
        self.attempts = before.saturating_add(1);
        before
    }

    /// The error of the call, with how much was tried.
    pub(crate) fn tell(&self, error: Error) -> Error {
        if self.attempts == 0 {
            return error;
        }
        let elapsed = self.runtime.now().saturating_duration_since(self.began);
        error.with_attempts(Attempts::new(self.attempts, elapsed))
    }

    /// Records a successful attempt.
    pub(crate) fn succeeded(&self) {
        self.budget.credit();
    }

    /// Handles a failed attempt, for which the server may have requested a pause.
    pub(crate) fn after_failure(
        &mut self,
        retry_after: Option<Duration>,
        over_budget: OverBudget,
    ) -> Next {
        let Some(mut delay) = self.backoff.next_delay(&self.runtime, retry_after) else {
            return Next::GiveUp;
        };
        if !self.budget.try_spend() {
            if over_budget == OverBudget::GiveUp {
                return Next::GiveUp;
            }
            delay = delay.max(self.runtime.jitter(OVER_BUDGET_PAUSE / 2, OVER_BUDGET_PAUSE));
        }
        match self.runtime.now().checked_add(delay) {
            Some(at) if self.until.is_none_or(|until| at < until) => Next::At(at),
            _ => Next::DeadlineFirst,
        }
    }
}

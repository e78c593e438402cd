//! A limit on the share of requests that are retries.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

/// A token bucket shared by all requests of a client, so that an overloaded server is not hit by a
/// storm of retries.
///
/// It holds 500 tokens initially and at most. A retry costs 5, a success returns 1: while things go
/// well retries are free, and once the first hundred are used up there is one retry per five
/// successes. The numbers are those of the AWS SDKs. Clones share the tokens.
///
/// An empty budget means "not now", not "never": a caller whose work must survive an outage, such
/// as a poll, waits longer instead of giving up.
///
/// ```
/// use dbsql_transport::retry::RetryBudget;
///
/// let budget = RetryBudget::new(5);
/// assert!(budget.try_spend());
/// assert!(!budget.try_spend(), "the budget is empty");
///
/// for _ in 0..5 {
///     budget.credit();
/// }
/// assert!(budget.try_spend());
/// ```
#[derive(Clone, Debug)]
pub struct RetryBudget(Arc<Bucket>);

#[derive(Debug)]
struct Bucket {
    tokens: AtomicU32,
    capacity: u32,
}

const CAPACITY: u32 = 500;
const COST: u32 = 5;
const REFILL: u32 = 1;

impl Default for RetryBudget {
    fn default() -> Self {
        Self::new(CAPACITY)
    }
}

impl RetryBudget {
    /// Creates a full budget of `capacity` tokens. Zero forbids every retry.
    #[must_use]
    pub fn new(capacity: u32) -> Self {
        Self(Arc::new(Bucket { tokens: AtomicU32::new(capacity), capacity }))
    }

    /// Pays for one retry. Returns `false` and takes nothing if there are too few tokens.
    #[must_use = "a repetition that was not paid for must not be sent"]
    pub fn try_spend(&self) -> bool {
        self.update(|tokens| tokens.checked_sub(COST))
    }

    /// Records a successful request.
    pub fn credit(&self) {
        self.update(|tokens| Some(tokens.saturating_add(REFILL).min(self.0.capacity)));
    }

    fn update(&self, change: impl FnMut(u32) -> Option<u32>) -> bool {
        self.0.tokens.fetch_update(Ordering::Relaxed, Ordering::Relaxed, change).is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spend_all(budget: &RetryBudget) -> usize {
        std::iter::from_fn(|| budget.try_spend().then_some(())).count()
    }

    #[test]
    fn full_budget_pays_for_a_hundred_retries() {
        let budget = RetryBudget::default();
        assert_eq!(spend_all(&budget), 100);
        assert!(!budget.try_spend());
    }

    #[test]
    fn five_successes_pay_for_one_retry() {
        let budget = RetryBudget::default();
        spend_all(&budget);
        for _ in 0..4 {
            budget.credit();
        }
        assert!(!budget.try_spend());
        budget.credit();
        assert_eq!(spend_all(&budget), 1);
    }

    #[test]
    fn credit_stops_at_the_capacity() {
        let budget = RetryBudget::new(10);
        for _ in 0..1000 {
            budget.credit();
        }
        assert_eq!(spend_all(&budget), 2);
        assert_eq!(spend_all(&RetryBudget::new(0)), 0);
    }

    #[test]
    fn clones_share_the_tokens() {
        let budget = RetryBudget::default();
        let clone = budget.clone();
        spend_all(&clone);
        assert!(!budget.try_spend());
    }
}

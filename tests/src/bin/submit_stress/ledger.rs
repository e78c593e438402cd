//! The server's records: which statements really ran, and which were canceled.

use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU64, Ordering};
use std::time::Duration;

use dbsql_protocol::types::TOperationState;
use dbsql_tests::random::Random;
use dbsql_tests::raw_server::Script;

/// The maximum delay of a response, in milliseconds.
const JITTER_MILLIS: u64 = 2;

/// One entry for each statement, by its number.
#[derive(Debug)]
pub(crate) struct Ledger {
    runs: Vec<AtomicU8>,
    canceled: Vec<AtomicBool>,
    seed: u64,
    requests: AtomicU64,
}

impl Ledger {
    pub(crate) fn new(statements: u64, seed: u64) -> Self {
        Self {
            runs: (0..statements).map(|_| AtomicU8::new(0)).collect(),
            canceled: (0..statements).map(|_| AtomicBool::new(false)).collect(),
            seed,
            requests: AtomicU64::new(0),
        }
    }

    /// The number of runs of the statement.
    pub(crate) fn runs(&self, statement: u64) -> u8 {
        entry(&self.runs, statement).map_or(0, |runs| runs.load(Ordering::Acquire))
    }

    pub(crate) fn ran(&self, statement: u64) -> bool {
        self.runs(statement) > 0
    }

    pub(crate) fn is_canceled(&self, statement: u64) -> bool {
        entry(&self.canceled, statement).is_some_and(|entry| entry.load(Ordering::Acquire))
    }
}

fn entry<T>(entries: &[T], statement: u64) -> Option<&T> {
    entries.get(usize::try_from(statement).ok()?)
}

impl Script for Ledger {
    async fn execute(&self, statement: u64) {
        if let Some(runs) = entry(&self.runs, statement) {
            runs.fetch_add(1, Ordering::AcqRel);
        }
        let request = self.requests.fetch_add(1, Ordering::Relaxed);
        let jitter = Random::new(self.seed, request).below(JITTER_MILLIS + 1);
        if jitter > 0 {
            tokio::time::sleep(Duration::from_millis(jitter)).await;
        }
    }

    async fn status(&self, _: u64) -> TOperationState {
        TOperationState::RUNNING_STATE
    }

    fn cancel(&self, statement: u64) {
        if let Some(canceled) = entry(&self.canceled, statement) {
            canceled.store(true, Ordering::Release);
        }
    }
}

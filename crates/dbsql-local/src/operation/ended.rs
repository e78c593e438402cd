//! The ends of operations, without their results.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use dbsql_runtime::Instant;

use crate::engine::SqlError;
use crate::operation::State;

/// The end of an operation, which outlives its result.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) outcome: Outcome,
    pub(crate) since: SystemTime,
    pub(crate) at: Instant,
}

#[derive(Clone, Debug)]
pub(crate) enum Outcome {
    /// It finished with this many rows, of this size before compression.
    Finished {
        rows: u64,
        bytes: u64,
    },
    Failed(Arc<SqlError>),
    /// It was canceled, or closed before it ended.
    Canceled,
}

impl Outcome {
    /// Returns the end for a terminal state.
    pub(super) fn of(state: &State) -> Self {
        match state {
            State::Finished { result, .. } => {
                Self::Finished { rows: result.total(), bytes: result.bytes() }
            }
            State::Failed(error) => Self::Failed(Arc::clone(error)),
            State::TimedOut(limit) => Self::Failed(Arc::new(timed_out(*limit))),
            _ => Self::Canceled,
        }
    }
}

pub(super) fn timed_out(limit: Duration) -> SqlError {
    let message = format!(
        "Query execution was canceled due to exceeding the timeout ({}s). You can increase the \
         limit in seconds by setting STATEMENT_TIMEOUT.",
        limit.as_secs(),
    );
    SqlError::new("QUERY_EXECUTION_TIMEOUT_EXCEEDED", "57KD0", message)
}

pub(super) fn canceled() -> SqlError {
    SqlError::new("OPERATION_CANCELED", "HY008", "Operation has been canceled.")
}

//! The deadline of a call: a point in monotonic time that bounds every await of it.

use std::time::Duration;

use dbsql_runtime::{Instant, Runtime};

/// Until when a call may take. It bounds every await of the call, also a response that stalls; it
/// never stops the statement and leaves the handle usable.
///
/// Made from a [`Duration`], counted from the moment it is given to the call, or from a point in
/// time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Deadline {
    /// This long from the moment it is given.
    After(Duration),
    /// This point in time.
    At(Instant),
}

impl From<Duration> for Deadline {
    fn from(duration: Duration) -> Self {
        Self::After(duration)
    }
}

impl From<Instant> for Deadline {
    fn from(instant: Instant) -> Self {
        Self::At(instant)
    }
}

impl From<std::time::Instant> for Deadline {
    fn from(instant: std::time::Instant) -> Self {
        Self::At(instant.into())
    }
}

/// A deadline too far away to be represented is none.
pub(crate) fn resolve(deadline: Deadline, runtime: &Runtime) -> Option<Instant> {
    match deadline {
        Deadline::After(duration) => runtime.now().checked_add(duration),
        Deadline::At(instant) => Some(instant),
    }
}

/// The earlier of two, where `None` means never.
pub(crate) fn earlier(a: Option<Instant>, b: Option<Instant>) -> Option<Instant> {
    match (a, b) {
        (Some(a), Some(b)) => Some(a.min(b)),
        (one, other) => one.or(other),
    }
}

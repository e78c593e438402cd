//! The deadline of a call, in monotonic time.

use std::time::Duration;

use dbsql_runtime::{Instant, Runtime};

/// The deadline for a call. It bounds every await of the call, including a response that stalls. It
/// never stops the statement, and the handle remains usable.
///
/// Converts from a [`Duration`], which is measured from the moment that the deadline is set on the
/// call, and from a point in time.
///
/// ```
/// use std::time::Duration;
/// use dbsql_core::Deadline;
///
/// let deadline = Deadline::from(Duration::from_secs(30));
/// assert_eq!(deadline, Deadline::After(Duration::from_secs(30)));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Deadline {
    /// This long after it is set on the call.
    After(Duration),
    /// At this point in time.
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

/// Timers compute slightly beyond their time, which must not overflow.
const MARGIN: Duration = Duration::from_secs(86_400);

/// Returns the point in time, or `None` for a deadline too distant to be represented.
pub(crate) fn resolve(deadline: Deadline, runtime: &Runtime) -> Option<Instant> {
    let at = match deadline {
        Deadline::After(duration) => runtime.now().checked_add(duration),
        Deadline::At(instant) => Some(instant),
    };
    at.filter(|at| at.checked_add(MARGIN).is_some())
}

/// Returns the earlier of two deadlines, where `None` means never.
pub(crate) fn earlier(a: Option<Instant>, b: Option<Instant>) -> Option<Instant> {
    match (a, b) {
        (Some(a), Some(b)) => Some(a.min(b)),
        (one, other) => one.or(other),
    }
}

//! Points in time after a setting, which may be `Duration::MAX` for never.

use std::time::{Duration, SystemTime};

use dbsql_runtime::Instant;

/// Longer than anything runs, and short enough for every clock: 30 years.
const NEVER: Duration = Duration::from_secs(30 * 365 * 24 * 3600);

/// Returns the time this long after `at`, or far in the future.
pub(crate) fn later(at: Instant, by: Duration) -> Instant {
    at + by.min(NEVER)
}

/// Returns the time this long after `at`, or far in the future.
pub(crate) fn later_wall(at: SystemTime, by: Duration) -> SystemTime {
    at + by.min(NEVER)
}

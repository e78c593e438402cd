//! The clock: monotonic time for deadlines, wall time for what servers say in dates.

use std::time::{Duration, SystemTime};

use tokio::time::Instant;

/// The deadline passed before the future was ready.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the deadline passed")]
pub struct Elapsed(pub(crate) ());

/// Where wall time comes from.
#[derive(Debug)]
pub(crate) enum Clock {
    /// The machine's.
    Real,
    /// A fixed origin plus the monotonic time since: follows tokio's paused clock.
    Simulated { origin: Instant },
}

/// 2026-01-01T00:00:00Z: the wall time at which every seeded run begins.
const SIMULATED_EPOCH: Duration = Duration::from_secs(1_767_225_600);

impl Clock {
    pub(crate) fn wall_now(&self) -> SystemTime {
        match self {
            Self::Real => SystemTime::now(),
            Self::Simulated { origin } => {
                SystemTime::UNIX_EPOCH + SIMULATED_EPOCH + origin.elapsed()
            }
        }
    }
}

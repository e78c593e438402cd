//! Monotonic time for deadlines, and wall-clock time for the dates that servers send.

use std::time::{Duration, SystemTime};

use tokio::time::Instant;

/// The deadline passed before the future completed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the deadline passed")]
pub struct Elapsed(pub(crate) ());

/// The source of wall-clock time.
#[derive(Debug)]
pub(crate) enum Clock {
    /// The system clock.
    Real,
    /// A fixed origin plus the monotonic time since then: follows tokio's paused clock.
    Simulated { origin: Instant },
}

/// 2026-01-01T00:00:00Z, the wall-clock time at which every seeded run starts.
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

//! The state of the warehouse: starting or running.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use dbsql_runtime::{Instant, Runtime};

use crate::later::later;
use crate::settings::Settings;

/// The machines behind the service. They are started once, by a request or a statement.
#[derive(Debug, Default)]
pub(crate) struct Warehouse {
    /// When it is running; `None` before the first start.
    runs_at: Mutex<Option<Instant>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Power {
    Stopped,
    Starting,
    Running,
}

impl Warehouse {
    /// Starts it unless it is running, and returns the time until it is.
    pub(crate) fn start(&self, settings: &Settings, runtime: &Runtime) -> Duration {
        let now = runtime.now();
        let mut runs_at = self.runs_at.lock().unwrap_or_else(PoisonError::into_inner);
        let at = *runs_at.get_or_insert_with(|| later(now, settings.cold_start));
        if at > now { at - now } else { Duration::ZERO }
    }

    pub(crate) fn power(&self, settings: &Settings, runtime: &Runtime) -> Power {
        let runs_at = *self.runs_at.lock().unwrap_or_else(PoisonError::into_inner);
        match runs_at {
            None if settings.cold_start.is_zero() => Power::Running,
            None => Power::Stopped,
            Some(at) if at > runtime.now() => Power::Starting,
            Some(_) => Power::Running,
        }
    }
}

//! The delays of an operation before it runs.

use std::time::Duration;

use dbsql_runtime::Runtime;

use crate::operation::{Live, State};
use crate::settings::Settings;

/// How long an operation stays in each of the states before it runs.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Queue {
    initialized: Duration,
    pending: Duration,
    /// How long the warehouse takes to start.
    cold: Duration,
}

impl Queue {
    /// `cold` is the time until the warehouse has started.
    pub(crate) fn of(settings: &Settings, cold: Duration) -> Self {
        let quirks = &settings.quirks;
        Self { initialized: quirks.initialized_for, pending: quirks.pending_for, cold }
    }

    /// Returns the initial state of an operation.
    pub(super) fn first_state(self) -> State {
        if self.initialized > Duration::ZERO { State::Initialized } else { State::Pending }
    }

    /// Ready when the operation may run. If dropped, it never runs.
    pub(super) async fn pass(self, live: &Live, runtime: &Runtime) {
        if self.initialized > Duration::ZERO {
            runtime.sleep(self.initialized).await;
            live.advance(State::Pending, runtime);
        }
        let pending = self.pending.max(self.cold);
        if pending > Duration::ZERO {
            runtime.sleep(pending).await;
        }
        live.advance(State::Running, runtime);
    }
}

//! Progress from the query history, for statements whose own status has none.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use dbsql_protocol::handle::Protocol;
use dbsql_runtime::{Instant, Tasks};
use tracing::Instrument;

use super::Operation;
use crate::ErrorKind;
use crate::http::slots::{Due, HeldSlot};

/// The minimum age of a statement for a request.
const LEAST_AGE: Duration = Duration::from_secs(1);

/// The minimum pause between requests, and the time limit of one.
const SHORTEST_PAUSE: Duration = Duration::from_secs(5);

/// The maximum pause if the history keeps failing.
const LONGEST_PAUSE: Duration = Duration::from_secs(300);

/// How often a spare slot is tried during half of the pause.
const SLOT_ATTEMPTS: u32 = 4;

/// The times when the history may be queried about the operation.
#[derive(Debug)]
pub(super) struct HistoryPolls(Mutex<Polls>);

#[derive(Debug)]
struct Polls {
    next: Option<Instant>,
    pause: Duration,
}

impl Default for HistoryPolls {
    fn default() -> Self {
        Self(Mutex::new(Polls { next: None, pause: SHORTEST_PAUSE }))
    }
}

impl HistoryPolls {
    /// Returns the pause after a request that starts now; `None` if it is too early.
    fn begin(&self, now: Instant) -> Option<Duration> {
        let mut polls = self.lock();
        if polls.next.is_some_and(|next| now < next) {
            return None;
        }
        polls.next = now.checked_add(polls.pause);
        Some(polls.pause)
    }

    fn answered(&self) {
        self.lock().pause = SHORTEST_PAUSE;
    }

    fn failed(&self) {
        let mut polls = self.lock();
        polls.pause = polls.pause.saturating_mul(2).min(LONGEST_PAUSE);
    }

    fn lock(&self) -> MutexGuard<'_, Polls> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Operation {
    /// Queries the history for the progress, in a task concurrent with the polls, if enabled.
    pub(super) fn ask_history(self: &Arc<Self>, tasks: &Tasks) {
        let is_sea = self.target.handle.protocol() == Protocol::Sea;
        let is_wanted = self.engine.defaults.progress_from_history && is_sea;
        let at = self.engine.runtime.now();
        let is_young = at.saturating_duration_since(self.since) < LEAST_AGE;
        if !is_wanted || is_young || self.last_status().is_terminal() {
            return;
        }
        let Some(pause) = self.history_polls.begin(at) else { return };
        let this = Arc::clone(self);
        let ask = async move { this.learn_progress(Due { at, pause }).await };
        tasks.spawn(ask.in_current_span());
    }

    async fn learn_progress(&self, due: Due) {
        let asked = async {
            let slot = self.spare_slot(due).await?;
            Some(self.engine.history.progress(&self.target, due, slot).await)
        };
        // Before the next request, so that there is at most one.
        let until = due.at.checked_add(due.pause);
        match self.engine.runtime.timeout_at(until, asked).await {
            Ok(None) => {}
            Ok(Some(Ok(progress))) => {
                self.history_polls.answered();
                self.status.send_if_modified(|known| known.observe_progress(progress));
            }
            // The history does not have the statement yet.
            Ok(Some(Err(error))) if error.kind() == ErrorKind::NotFound => {}
            Ok(Some(Err(error))) => {
                self.history_polls.failed();
                tracing::debug!(%error, "no progress from the query history");
            }
            Err(_) => {
                self.history_polls.failed();
                tracing::debug!("no timely progress from the query history");
            }
        }
    }

    /// Returns a slot that no poll needs. Polls of many statements often coincide, so it is tried
    /// more than once.
    async fn spare_slot(&self, due: Due) -> Option<HeldSlot> {
        let runtime = &self.engine.runtime;
        for _ in 0..SLOT_ATTEMPTS {
            let spare = self.engine.lanes.here().ok()?.slots.spare_for_poll(due);
            if let Some(slot) = spare {
                return Some(HeldSlot::new(slot));
            }
            runtime.sleep(runtime.jitter(Duration::ZERO, due.pause / (2 * SLOT_ATTEMPTS))).await;
        }
        None
    }
}

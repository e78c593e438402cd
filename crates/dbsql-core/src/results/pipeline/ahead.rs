//! The amount of work done ahead of the reader.

use std::pin::pin;
use std::time::SystemTime;

use dbsql_runtime::Instant;

use super::piece::{Piece, PieceState};
use super::segments::Segments;
use super::{AWAY, FIRST_WIDTH, Paging, Pipeline, Run, Start, Stopped, Work};

/// The factor by which connections are added when the reader waited long while bytes are arriving.
const WIDER: usize = 2;

/// The number of files decoded at once: the first, and the next while the caller works.
const DECODED_AHEAD: usize = 2;

/// The maximum number of files started: each has a task, whose own memory is not counted.
const BEGUN_AHEAD: usize = 64;

/// The number of pieces looked at; later ones are never started.
pub(super) const LOOK_AHEAD: usize = 2 * BEGUN_AHEAD;

impl Pipeline {
    /// Handles a long wait of the reader: more is done at once. Returns `false` at the maximum.
    pub(in super::super) fn widen(&self, now: Instant) -> bool {
        let mut state = self.lock();
        state.last_seen = Some(now);
        // Before the first link has arrived, more connections would not help.
        let Some(first) = state.pieces.front().filter(|first| first.is_running()) else {
            return true;
        };
        // A store that responds slowly does so for each request.
        let wider = if first.is_unanswered() { usize::MAX } else { WIDER };
        state.waited_long = true;
        state.width = state.width.saturating_mul(wider).min(self.max_width);
        state.width < self.max_width
    }

    /// Selects what to start now, and counts it as started. Links expire by the `clock`.
    pub(in super::super) fn starts(&self, now: Instant, clock: SystemTime) -> Vec<Start> {
        let mut state = self.lock();
        // The caller is busy, or keeps a future without polling it.
        let away = state.last_seen.is_some_and(|seen| now.saturating_duration_since(seen) >= AWAY);
        let mut starts = Vec::new();
        if state.wants_page() {
            let (running, run, stop) = state.run(0);
            state.paging = Paging::Running(running);
            starts.push(Start { run, stop, work: Work::Page });
        }
        let near = || state.pieces.iter().take(LOOK_AHEAD);
        let mut connections: usize = near().map(Piece::connections).sum();
        let mut begun = near().filter(|piece| piece.is_running()).count();
        // Later pieces wait while those that were started may need all of the memory: it should go
        // to the earlier ones, and free connections fetch those in parts.
        let mut expected = state.page_bytes;
        for at in 0..state.pieces.len().min(LOOK_AHEAD) {
            expected = expected.saturating_add(state.pieces[at].bytes_to_come(state.share));
            let crowded = expected > self.limit || begun >= BEGUN_AHEAD;
            // While the caller keeps up, a few files ahead are enough, and memory stays in the
            // cache.
            let enough = at > state.width && !away;
            let is_queued = state.pieces[at].is_queued();
            if at > 0 && is_queued && (crowded || enough || connections >= state.width) {
                break;
            }
            if is_queued {
                let id = state.pieces[at].id;
                let (task, run, stop) = state.run(id);
                state.begin_file(at, run.run);
                let piece = &mut state.pieces[at];
                piece.state = PieceState::Running(task);
                let (source, skip) = (piece.source.clone(), piece.skip());
                starts.push(Start { run, stop, work: Work::Piece { source, skip, to: None } });
                connections += 1;
                begun += 1;
            }
            let own = starts.len();
            while state.width > FIRST_WIDTH && connections < state.width {
                let Some(start) = state.split(at, self.limit, clock) else { break };
                starts.push(start);
                connections += 1;
            }
            if is_queued && let Work::Piece { to, .. } = &mut starts[own - 1].work {
                *to = state.pieces[at].segments.as_ref().and_then(Segments::own_end);
            }
        }
        starts
    }

    /// Returns `true` if a file may be decoded already. Compressed it takes less memory, so later
    /// files stay compressed.
    pub(in super::super) fn may_decode(&self, run: &Run) -> Result<bool, Stopped> {
        Ok(self.lock().position(run)? < DECODED_AHEAD)
    }

    /// Records that a file needs no connection any more.
    pub(in super::super) fn is_downloaded(&self, run: &Run) -> Result<(), Stopped> {
        let mut state = self.lock();
        let at = state.position(run)?;
        state.pieces[at].is_downloaded = true;
        Ok(())
    }

    /// Waits until a file may be decoded.
    pub(in super::super) async fn wait_to_decode(&self, run: &Run) -> Result<(), Stopped> {
        loop {
            let mut changed = pin!(self.turn.notified());
            changed.as_mut().enable();
            if self.may_decode(run)? {
                return Ok(());
            }
            changed.await;
        }
    }
}

//! How much is done ahead of the reader.

use std::pin::pin;

use dbsql_runtime::Instant;

use super::piece::PieceState;
use super::segments::LARGE_FILE;
use super::{AWAY, FIRST_WIDTH, Paging, Pipeline, Run, Start, State, Stopped, Work};

/// How many times as many files are downloaded at once when the reader has to wait.
const WIDER: usize = 2;

/// How many files are decoded at once: the first, and the next while the caller works.
const DECODED_AHEAD: usize = 2;

/// How many files may be begun: each has a task, whose own memory is not counted.
const BEGUN_AHEAD: usize = 64;

/// Pieces behind so many are never begun, so that nobody need look at them.
pub(super) const LOOK_AHEAD: usize = 2 * BEGUN_AHEAD;

impl Pipeline {
    /// The reader waits: more may be done at once. `false` when that is as much as there may be.
    pub(in super::super) fn widen(&self, now: Instant) -> bool {
        let mut state = self.lock();
        state.last_seen = Some(now);
        state.width = (state.width * WIDER).min(self.max_width);
        state.width < self.max_width
    }

    /// Chooses what to start now, and counts it as started.
    pub(in super::super) fn starts(&self, now: Instant) -> Vec<Start> {
        let mut state = self.lock();
        // The caller works, or keeps a future without polling it.
        let away = state.last_seen.is_some_and(|seen| now.saturating_duration_since(seen) >= AWAY);
        let mut starts = Vec::new();
        if state.wants_page() {
            let (running, run, stop) = state.run(0);
            state.paging = Paging::Running(running);
            starts.push(Start { run, stop, work: Work::Page });
        }
        let near = || state.pieces.iter().take(LOOK_AHEAD);
        let mut running = near().filter(|piece| piece.is_downloading()).count();
        let mut begun = near().filter(|piece| piece.is_running()).count();
        let segments = state.segments_in_flight();
        // Pieces ahead of the first wait while what is begun may need all of the memory: it should go to
        // the earlier ones, and connections that are left bring those in parts.
        let mut expected = state.page_bytes;
        for at in 0..state.pieces.len().min(LOOK_AHEAD) {
            expected = expected.saturating_add(state.pieces[at].expected_bytes(state.share));
            let crowded = expected > self.limit || begun >= BEGUN_AHEAD;
            // While the caller keeps up, a few files ahead are enough, and memory stays in the cache.
            let enough = at > state.files_ahead(at) && !away;
            if at > 0 && (crowded || enough || running + segments >= state.width) {
                break;
            }
            if matches!(state.pieces[at].state, PieceState::Queued) {
                let id = state.pieces[at].id;
                let (task, run, stop) = state.run(id);
                let piece = &mut state.pieces[at];
                piece.state = PieceState::Running(task);
                let work = Work::Piece { source: piece.source.clone(), skip: piece.skip() };
                starts.push(Start { run, stop, work });
                running += 1;
                begun += 1;
            }
        }
        // On a slow network connections are left when all files that fit are in flight.
        let mut connections = running + segments;
        while state.width > FIRST_WIDTH && connections < state.width {
            let Some(start) = state.split() else { break };
            starts.push(start);
            connections += 1;
        }
        starts
    }

    /// Whether a file may be decoded already. Compressed it takes less memory, so that those that come
    /// later stay so.
    pub(in super::super) fn may_decode(&self, run: &Run) -> Result<bool, Stopped> {
        Ok(self.lock().position(run)? < DECODED_AHEAD)
    }

    /// A file needs no connection any more.
    pub(in super::super) fn is_downloaded(&self, run: &Run) -> Result<(), Stopped> {
        let mut state = self.lock();
        let at = state.position(run)?;
        state.pieces[at].is_downloaded = true;
        Ok(())
    }

    /// Waits until a file may be decoded.
    pub(in super::super) async fn wait_to_decode(&self, run: &Run) -> Result<(), Stopped> {
        loop {
            let mut changed = pin!(self.room.notified());
            changed.as_mut().enable();
            if self.may_decode(run)? {
                return Ok(());
            }
            changed.await;
        }
    }
}

impl State {
    /// How many files behind the first may be begun. Large ones share the connections: parts of the
    /// first files fit into memory sooner than all of the later ones.
    pub(super) fn files_ahead(&self, at: usize) -> usize {
        match self.pieces[at].expected_bytes(self.share) as u64 {
            0..LARGE_FILE => self.width,
            _ => (self.width / 2).max(FIRST_WIDTH),
        }
    }
}

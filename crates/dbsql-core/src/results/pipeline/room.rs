//! Memory for the pieces, in the order of need.

use std::pin::pin;

use super::piece::{PieceState, Source};
use super::{Pipeline, Run, State, Stopped};

/// What became of a request for memory.
enum Grant {
    Granted,
    Wait,
}

impl Pipeline {
    /// Waits until a piece may hold so many bytes more.
    ///
    /// Earlier pieces come first. The first one is never kept waiting while the reader waits for it:
    /// what the last ones hold is dropped for it, and fetched again later.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future grants nothing. The piece still counts as waiting until its task ends or asks
    /// again.
    pub(in super::super) async fn reserve(&self, run: &Run, bytes: usize) -> Result<(), Stopped> {
        loop {
            let mut released = pin!(self.room.notified());
            released.as_mut().enable();
            if let Grant::Granted = self.try_reserve(run, bytes)? {
                return Ok(());
            }
            released.await;
        }
    }

    /// Sets how many bytes the task of a piece holds now.
    pub(in super::super) fn holds(&self, run: &Run, working: usize) -> Result<(), Stopped> {
        let mut state = self.lock();
        let at = state.position(run)?;
        let released = working < state.pieces[at].working;
        state.set_working(at, working);
        drop(state);
        if released {
            self.room.notify_waiters();
        }
        Ok(())
    }

    fn try_reserve(&self, run: &Run, bytes: usize) -> Result<Grant, Stopped> {
        let mut state = self.lock();
        let at = state.position(run)?;
        let earlier_waits = state.waiting.range(..run.piece).next().is_some();
        if !earlier_waits && state.held + state.page_bytes + bytes <= self.limit {
            let left = self.limit - state.held - state.page_bytes - bytes;
            self.make_room(left);
        } else if at == 0 && !state.pieces[0].has_ready() {
            state.evict_for(bytes, self.limit);
            self.make_room(self.limit.saturating_sub(state.held + bytes));
        } else {
            state.waiting.insert(run.piece, bytes);
            return Ok(Grant::Wait);
        }
        state.waiting.remove(&run.piece);
        let working = state.pieces[at].working + bytes;
        state.set_working(at, working);
        Ok(Grant::Granted)
    }

    /// Idle buffers count, too.
    fn make_room(&self, left: usize) {
        self.pool.keep_at_most(left.min(self.limit / 2));
    }
}

impl State {
    /// Drops what the last files hold until so many bytes fit.
    fn evict_for(&mut self, bytes: usize, limit: usize) {
        for at in (1..self.pieces.len()).rev() {
            if self.held + bytes <= limit {
                return;
            }
            let file = matches!(self.pieces[at].source, Source::File(_));
            if file && !matches!(self.pieces[at].state, PieceState::Failed(_)) {
                self.stop(at);
                self.drop_ready(at);
                self.pieces[at].state = PieceState::Queued;
            }
        }
    }
}

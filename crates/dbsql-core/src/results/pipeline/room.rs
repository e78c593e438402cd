//! Memory for the pieces, in the order of need.

use std::pin::pin;

use super::piece::{PieceState, Source};
use super::{HEADROOM, Pipeline, Run, State, Stopped};

/// The maximum number of decoded but unread bytes of an inline page.
const INLINE_AHEAD: usize = 4 << 20;

/// The outcome of a request for memory.
enum Grant {
    Granted,
    Wait,
}

impl Pipeline {
    /// Waits until a piece may hold this many more bytes.
    ///
    /// Earlier pieces come first. The first one never waits while the reader waits for it: what the
    /// last ones hold is dropped, and fetched again later.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future grants nothing. The piece still counts as waiting until its task ends or
    /// requests memory again.
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

    /// Waits until the reader has taken most of the ready rows of an inline page: the undecoded
    /// form is smaller.
    pub(in super::super) async fn wait_for_reader(&self, run: &Run) -> Result<(), Stopped> {
        loop {
            let mut released = pin!(self.room.notified());
            released.as_mut().enable();
            if self.ready_bytes(run)? <= INLINE_AHEAD {
                return Ok(());
            }
            released.await;
        }
    }

    fn ready_bytes(&self, run: &Run) -> Result<usize, Stopped> {
        let state = self.lock();
        let at = state.position(run)?;
        Ok(state.pieces[at].ready_bytes)
    }

    /// Sets the number of bytes held by the task of a piece.
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
        let wanted = state.held.saturating_add(state.page_bytes).saturating_add(bytes);
        // Some is reserved for the first piece, so that it need not take from others what they
        // fetched.
        let most = if at == 0 { self.limit } else { self.limit - self.limit / HEADROOM };
        if !earlier_waits && wanted <= most {
            self.make_room(self.limit - wanted);
        } else if at == 0 && !state.pieces[0].has_ready() {
            state.evict_for(bytes, self.limit);
            self.make_room(self.limit.saturating_sub(wanted));
        } else {
            state.waiting.insert(run.piece, bytes);
            return Ok(Grant::Wait);
        }
        state.waiting.remove(&run.piece);
        let working = state.pieces[at].working + bytes;
        state.set_working(at, working);
        Ok(Grant::Granted)
    }

    /// Idle buffers count too.
    fn make_room(&self, left: usize) {
        self.pool.keep_at_most(left);
    }
}

impl State {
    /// Drops what the last files hold until this many bytes fit.
    pub(super) fn evict_for(&mut self, bytes: usize, limit: usize) {
        let fits = |state: &Self| state.held.saturating_add(bytes) <= limit;
        for at in (1..self.pieces.len()).rev() {
            if fits(self) {
                return;
            }
            let file = matches!(self.pieces[at].source, Source::File(..));
            if file && !matches!(self.pieces[at].state, PieceState::Failed(_)) {
                self.stop(at);
                self.drop_ready(at);
                self.pieces[at].state = PieceState::Queued;
            }
        }
        if !fits(self) {
            self.drop_late_segments();
        }
    }
}

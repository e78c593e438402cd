//! The state between the server and the caller: the pieces of a result in order, their decoded
//! rows, and the number of bytes held by all of it.
//!
//! Tasks add rows at one end while the caller works, and the reader takes them at the other. Memory
//! is granted in the order of need: the first piece always gets what it requests, if necessary from
//! the last.

mod ahead;
mod pages;
mod piece;
mod room;
mod segments;

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use arrow_array::RecordBatch;
use dbsql_arrow::BufferPool;
use dbsql_runtime::Instant;
use tokio::sync::{Notify, oneshot};

pub(super) use self::pages::PageRequest;
pub(super) use self::piece::{Inline, Source};
use self::piece::{Piece, PieceState};
pub(super) use self::segments::{NextPart, Part, SegmentId};
use super::page_order::PageOrder;
use crate::{Error, Result, RetryAdvice};

/// The initial number of connections. It is raised when the reader has to wait.
const FIRST_WIDTH: usize = 2;

/// The typical compression ratio of rows.
const FIRST_SHARE: f32 = 0.67;

/// A reader that is absent for this long finds more files than usual when it returns.
pub(super) const AWAY: Duration = Duration::from_millis(100);

/// The fraction of the budget reserved for the first piece and for reused buffers.
const HEADROOM: usize = 4;

/// The pieces of one result, shared by the reader and its tasks.
#[derive(Debug)]
pub(super) struct Pipeline {
    state: Mutex<State>,
    /// Signals that the reader may have something to take.
    pub(super) readable: Notify,
    /// Signals that memory was released, or another piece is the first.
    room: Notify,
    /// Signals that another piece is the first.
    turn: Notify,
    /// The maximum number of bytes held in total.
    limit: usize,
    max_width: usize,
    pub(super) pool: BufferPool,
}

#[derive(Debug)]
struct State {
    pieces: VecDeque<Piece>,
    next_id: u64,
    next_run: u64,
    order: PageOrder,
    paging: Paging,
    /// The number of bytes held by tasks and by ready rows.
    held: usize,
    /// The number of bytes reserved for a page in flight.
    page_bytes: usize,
    /// The pieces that wait for memory.
    waiting: BTreeMap<u64, usize>,
    width: usize,
    /// Whether the reader waited long for the first piece.
    waited_long: bool,
    /// Whether the store honors ranges, as far as is known.
    may_split: bool,
    /// Whether the last page had links.
    linked: bool,
    /// The approximate size of a file per announced uncompressed byte.
    share: f32,
    /// The number of damaged pages since the last requested rows.
    damaged_pages: u32,
    /// Whether the next page is too large to be fetched ahead of the reader.
    page_is_large: bool,
    /// Whether the server has no rows of the next page yet: it is requested again when the reader
    /// waits.
    page_is_empty: bool,
    /// Whether the reader is waiting for rows.
    reader_waits: bool,
    /// When the reader was last active.
    last_seen: Option<Instant>,
    /// The number of calls of the reader.
    call: u64,
    /// Whether the last call returned an error.
    error_returned: bool,
}

/// The discovery of pages.
#[derive(Debug)]
enum Paging {
    Idle,
    Running(Running),
    Failed(Failure),
}

/// An error that is returned when the reader reaches it.
#[derive(Debug)]
struct Failure {
    error: Option<Error>,
    /// The call of the reader in which it occurred.
    call: u64,
}

impl Failure {
    /// Returns the error, unless it occurred before this call and a retry may succeed.
    fn take(&mut self, call: u64) -> Option<Error> {
        let repeat = |error: &mut Error| {
            matches!(error.retry(), RetryAdvice::RepeatCall | RetryAdvice::RepeatCallAfter(_))
        };
        self.error.take_if(|error| self.call == call || !repeat(error))
    }
}

/// A running task. Dropping this stops it.
#[derive(Debug)]
struct Running {
    run: u64,
    _stop: oneshot::Sender<()>,
}

/// One run of a task. Reports of a stopped run are ignored.
#[derive(Clone, Copy, Debug)]
pub(super) struct Run {
    /// The piece; meaningless for paging.
    piece: u64,
    run: u64,
}

/// A task to start. It must end as soon as the sender of its `stop` is dropped.
#[derive(Debug)]
pub(super) struct Start {
    pub(super) run: Run,
    pub(super) stop: oneshot::Receiver<()>,
    pub(super) work: Work,
}

/// The work of a task.
#[derive(Debug)]
pub(super) enum Work {
    /// Find the next page.
    Page,
    /// Read a piece, skipping its first `skip` rows. Other tasks fetch the bytes of the file after
    /// `to`.
    Piece { source: Source, skip: u64, to: Option<u64> },
    /// Fetch a segment of the file of the run.
    Segment { id: SegmentId, part: Part },
}

/// What the reader took.
#[derive(Debug)]
pub(super) enum Taken {
    Batch(RecordBatch),
    Failed(Error),
    /// A piece that is small enough to be decoded in place.
    Small(Run, Inline, u64),
    Ended,
    Wait,
}

/// The task must stop: its work is no longer needed.
#[derive(Clone, Copy, Debug)]
pub(super) struct Stopped;

impl Pipeline {
    pub(super) fn new(order: PageOrder, limit: usize, max_width: usize) -> Self {
        let pool = BufferPool::new();
        pool.keep_at_most(limit);
        Self {
            state: Mutex::new(State {
                pieces: VecDeque::new(),
                next_id: 0,
                next_run: 0,
                order,
                paging: Paging::Idle,
                held: 0,
                page_bytes: 0,
                waiting: BTreeMap::new(),
                width: FIRST_WIDTH.min(max_width.max(1)),
                waited_long: false,
                may_split: true,
                linked: false,
                share: FIRST_SHARE,
                damaged_pages: 0,
                page_is_large: false,
                page_is_empty: false,
                reader_waits: false,
                last_seen: None,
                call: 0,
                error_returned: false,
            }),
            readable: Notify::new(),
            room: Notify::new(),
            turn: Notify::new(),
            limit,
            max_width: max_width.max(1),
            pool,
        }
    }

    /// Returns the maximum size of a message.
    pub(super) fn message_limit(&self) -> usize {
        self.limit
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes the next rows, if they are ready.
    pub(super) fn take(&self, now: Instant) -> Taken {
        let mut state = self.lock();
        state.last_seen = Some(now);
        let taken = state.take();
        state.reader_waits = matches!(taken, Taken::Wait);
        state.error_returned = matches!(taken, Taken::Failed(_));
        drop(state);
        // Rows were taken, or another piece is the first.
        self.room.notify_waiters();
        self.turn.notify_waiters();
        taken
    }

    /// Starts a call of the reader. Earlier failures are retried when the reader reaches them, and
    /// all of them after an error was returned, so that one outage that affects several pieces is
    /// one error.
    pub(super) fn begin_call(&self) {
        let mut state = self.lock();
        state.call += 1;
        if !std::mem::take(&mut state.error_returned) {
            return;
        }
        for piece in &mut state.pieces {
            if let PieceState::Failed(_) = piece.state {
                piece.state = PieceState::Queued;
            }
        }
        if let Paging::Failed(_) = state.paging {
            state.paging = Paging::Idle;
        }
    }

    /// Stops all tasks. Decoded rows are kept; work in flight is started again by the next tasks.
    pub(super) fn stop_all(&self) {
        let mut state = self.lock();
        for at in 0..state.pieces.len() {
            state.stop(at);
        }
        state.waiting.clear();
        state.page_bytes = 0;
        if let Paging::Running(_) = state.paging {
            state.paging = Paging::Idle;
        }
    }

    /// The reader was dropped: nothing more is started, and another reader may start, although
    /// stopped tasks may take a moment to end.
    pub(super) fn close(&self) {
        self.stop_all();
        self.lock().order.release_cursor();
    }

    /// Drops all pieces, and continues at `row`.
    pub(super) fn restart_at(&self, row: u64) {
        let mut state = self.lock();
        state.pieces.clear();
        state.held = 0;
        state.page_bytes = 0;
        state.waiting.clear();
        state.paging = Paging::Idle;
        state.order.rewind(row);
    }

    /// Returns `true` if pages can be fetched; otherwise the whole result came with the response to
    /// the submit.
    pub(super) fn can_fetch(&self) -> bool {
        self.lock().order.can_fetch()
    }

    /// Delivers rows of a piece.
    pub(super) fn deliver(
        &self,
        run: &Run,
        batch: RecordBatch,
        working: usize,
    ) -> Result<(), Stopped> {
        let mut state = self.lock();
        let at = state.position(run)?;
        let bytes = dbsql_arrow::batch::memory_size(&batch);
        state.pieces[at].add(batch, bytes);
        state.held += bytes;
        state.set_working(at, working);
        drop(state);
        if at == 0 {
            self.readable.notify_one();
        }
        self.room.notify_waiters();
        Ok(())
    }

    /// Restarts a piece: rows of it that the caller does not have yet are dropped. Returns the
    /// number of its rows to skip.
    pub(super) fn begin_again(&self, run: &Run) -> Result<u64, Stopped> {
        let mut state = self.lock();
        let at = state.position(run)?;
        state.pieces[at].is_downloaded = false;
        state.drop_ready(at);
        state.drop_segments(at);
        state.set_working(at, 0);
        state.begin_file(at, run.run);
        Ok(state.pieces[at].skip())
    }

    /// Returns `true` if the caller has rows of this piece.
    pub(super) fn was_taken_from(&self, run: &Run) -> bool {
        let state = self.lock();
        state.position(run).is_ok_and(|at| state.pieces[at].taken > 0)
    }

    /// A small piece has much content: a task decodes the rest.
    pub(super) fn is_not_small(&self, run: &Run) {
        let mut state = self.lock();
        if let Ok(at) = state.position(run) {
            state.pieces[at].small = false;
            state.pieces[at].state = PieceState::Queued;
        }
    }

    /// Returns `true` if the first piece is an inline page that failed, and the reader has its
    /// error.
    pub(super) fn failed_inline(&self) -> bool {
        let state = self.lock();
        state.pieces.front().is_some_and(|front| {
            let failed =
                matches!(&front.state, PieceState::Failed(failure) if failure.error.is_none());
            failed && matches!(front.source, Source::Inline(_))
        })
    }

    /// Handles the end of a piece.
    pub(super) fn piece_ended(&self, run: &Run, outcome: Result<()>) {
        let mut state = self.lock();
        let Ok(at) = state.position(run) else { return };
        state.set_working(at, 0);
        state.drop_segments(at);
        state.waiting.remove(&run.piece);
        let call = state.call;
        state.pieces[at].state = match outcome {
            Ok(()) => PieceState::Done,
            Err(error) => PieceState::Failed(Failure { error: Some(error), call }),
        };
        drop(state);
        self.readable.notify_one();
        self.room.notify_waiters();
    }
}

impl State {
    fn run(&mut self, piece: u64) -> (Running, Run, oneshot::Receiver<()>) {
        let run = self.next_run;
        self.next_run += 1;
        let (sender, stop) = oneshot::channel();
        (Running { run, _stop: sender }, Run { piece, run }, stop)
    }

    /// Returns the position of a task's piece.
    fn position(&self, run: &Run) -> Result<usize, Stopped> {
        let first = self.pieces.front().ok_or(Stopped)?.id;
        let at = run.piece.checked_sub(first).and_then(|at| usize::try_from(at).ok());
        let at = at.filter(|at| self.pieces.get(*at).is_some_and(|piece| piece.is_run(run.run)));
        at.ok_or(Stopped)
    }

    fn take(&mut self) -> Taken {
        loop {
            let Some(front) = self.pieces.front_mut() else {
                return match &mut self.paging {
                    Paging::Failed(failure) => match failure.take(self.call) {
                        Some(error) => Taken::Failed(error),
                        None => {
                            self.paging = Paging::Idle;
                            Taken::Wait
                        }
                    },
                    _ if self.order.ended() => Taken::Ended,
                    _ => Taken::Wait,
                };
            };
            if let Some((batch, bytes)) = front.take() {
                self.held -= bytes;
                return Taken::Batch(batch);
            }
            match &mut front.state {
                PieceState::Done => {
                    self.drop_front();
                }
                PieceState::Failed(failure) => {
                    if let Some(error) = failure.take(self.call) {
                        return Taken::Failed(error);
                    }
                    front.state = PieceState::Queued;
                }
                PieceState::Queued => match &front.source {
                    Source::Inline(inline) if front.small => {
                        let (inline, skip, id) = (inline.clone(), front.skip(), front.id);
                        let (task, run, _) = self.run(id);
                        self.pieces[0].state = PieceState::Running(task);
                        return Taken::Small(run, inline, skip);
                    }
                    _ => return Taken::Wait,
                },
                PieceState::Running(_) => return Taken::Wait,
            }
        }
    }

    fn drop_front(&mut self) {
        if let Some(piece) = self.pieces.pop_front() {
            // If the reader did not wait for a file, fewer are needed in flight.
            if !std::mem::take(&mut self.waited_long) && self.width > FIRST_WIDTH {
                self.width -= 1;
            }
            self.held -= piece.source.bytes();
            self.waiting.remove(&piece.id);
        }
    }

    /// Stops the task of a piece, if it is running.
    fn stop(&mut self, at: usize) {
        if self.pieces[at].is_running() {
            self.pieces[at].state = PieceState::Queued;
            self.pieces[at].is_downloaded = false;
            self.set_working(at, 0);
            self.drop_segments(at);
            self.waiting.remove(&self.pieces[at].id);
        }
    }

    fn set_working(&mut self, at: usize, working: usize) {
        let piece = &mut self.pieces[at];
        self.held = self.held + working - piece.working;
        piece.working = working;
    }

    fn drop_ready(&mut self, at: usize) {
        self.held -= self.pieces[at].clear();
    }
}

#[cfg(test)]
mod tests;

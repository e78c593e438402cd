//! What is between the server and the caller: the pieces of a result in their order, the rows of them
//! that are decoded, and how many bytes all of it holds.
//!
//! Tasks add rows at one end while the caller works, and the reader takes them at the other. Memory is
//! granted in the order of need: the first piece always gets what it asks for, if need be from the last.

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

/// How many connections are used at first. More are when the reader has to wait.
const FIRST_WIDTH: usize = 2;

/// Compressed rows often take about this share of their size.
const FIRST_SHARE: f32 = 0.67;

/// A reader that does not come for so long finds more files than usual when it does.
pub(super) const AWAY: Duration = Duration::from_millis(100);

/// What share of the budget is left to the first piece and to buffers that are used again.
const HEADROOM: usize = 4;

/// The pieces of one result, shared by the reader and its tasks.
#[derive(Debug)]
pub(super) struct Pipeline {
    state: Mutex<State>,
    /// The reader may have something to take.
    pub(super) readable: Notify,
    /// Memory was released, or another piece is the first.
    room: Notify,
    /// Another piece is the first.
    turn: Notify,
    /// How many bytes may be held in all.
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
    /// Bytes held by tasks and by rows that are ready.
    held: usize,
    /// Bytes that are set aside for a page in flight.
    page_bytes: usize,
    /// Pieces that wait for memory.
    waiting: BTreeMap<u64, usize>,
    width: usize,
    /// The reader waited long for the first piece.
    waited_long: bool,
    /// The store honours ranges, as far as is known.
    may_split: bool,
    /// The last page had links.
    linked: bool,
    /// About how many bytes a file has, for each byte that it was announced to have when unpacked.
    share: f32,
    /// How many pages came damaged since the last rows that were wanted.
    damaged_pages: u32,
    /// The next page is too large to be fetched ahead of need.
    page_is_large: bool,
    /// The server has no rows of the next page yet: it is asked again when the reader waits.
    page_is_empty: bool,
    /// The reader waits for rows.
    reader_waits: bool,
    /// When the reader was seen last.
    last_seen: Option<Instant>,
    /// How many calls the reader began.
    call: u64,
    /// The last call returned an error.
    error_returned: bool,
}

/// The discovery of pages.
#[derive(Debug)]
enum Paging {
    Idle,
    Running(Running),
    Failed(Failure),
}

/// An error that the reader takes when it comes to it.
#[derive(Debug)]
struct Failure {
    error: Option<Error>,
    /// The call of the reader in which it came.
    call: u64,
}

impl Failure {
    /// The error, unless it came before this call and the same again may succeed.
    fn take(&mut self, call: u64) -> Option<Error> {
        let repeat = |error: &mut Error| {
            matches!(error.retry(), RetryAdvice::RepeatCall | RetryAdvice::RepeatCallAfter(_))
        };
        self.error.take_if(|error| self.call == call || !repeat(error))
    }
}

/// A task at work. Dropping this stops it.
#[derive(Debug)]
struct Running {
    run: u64,
    _stop: oneshot::Sender<()>,
}

/// One run of a task. What a run says that was stopped is ignored.
#[derive(Clone, Copy, Debug)]
pub(super) struct Run {
    /// The piece; of no meaning for paging.
    piece: u64,
    run: u64,
}

/// A task to start. It is to end as soon as the sender of its `stop` is gone.
#[derive(Debug)]
pub(super) struct Start {
    pub(super) run: Run,
    pub(super) stop: oneshot::Receiver<()>,
    pub(super) work: Work,
}

/// The work of a task.
#[derive(Debug)]
pub(super) enum Work {
    /// To find the next page.
    Page,
    /// To read a piece, of which the first `skip` rows are not wanted. Others bring what of the file
    /// comes after the byte `to`.
    Piece { source: Source, skip: u64, to: Option<u64> },
    /// To bring a segment of the file that the run is about.
    Segment { id: SegmentId, part: Part },
}

/// What the reader found.
#[derive(Debug)]
pub(super) enum Taken {
    Batch(RecordBatch),
    Failed(Error),
    /// A piece that is small enough to be decoded on the spot.
    Small(Run, Inline, u64),
    Ended,
    Wait,
}

/// The task is to stop: what it does is no longer wanted.
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

    /// The most bytes that one message may have.
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
        // Rows left, or another piece is the first.
        self.room.notify_waiters();
        self.turn.notify_waiters();
        taken
    }

    /// The reader begins a call. What failed before is tried again when the reader comes to it, and all
    /// of it after an error was returned, so that one outage that meets several pieces is one error.
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

    /// Stops all tasks. What is decoded stays; what was in flight is begun again by the next.
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

    /// The reader is gone: nothing more is begun, and another one may read, although tasks that were
    /// stopped may take a moment to end.
    pub(super) fn close(&self) {
        self.stop_all();
        self.lock().order.release_cursor();
    }

    /// Forgets all pieces, and goes on at `row`.
    pub(super) fn restart_at(&self, row: u64) {
        let mut state = self.lock();
        state.pieces.clear();
        state.held = 0;
        state.page_bytes = 0;
        state.waiting.clear();
        state.paging = Paging::Idle;
        state.order.rewind(row);
    }

    /// Whether pages can be fetched; otherwise all there is came with the answer to the submit.
    pub(super) fn can_fetch(&self) -> bool {
        self.lock().order.can_fetch()
    }

    /// Hands over rows of a piece.
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

    /// A piece begins again: rows of it that the caller does not have yet are dropped. Returns how many
    /// of its rows are not wanted.
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

    /// The caller has rows of this piece.
    pub(super) fn was_taken_from(&self, run: &Run) -> bool {
        let state = self.lock();
        state.position(run).is_ok_and(|at| state.pieces[at].taken > 0)
    }

    /// A small piece unpacks to much: a task decodes the rest.
    pub(super) fn is_not_small(&self, run: &Run) {
        let mut state = self.lock();
        if let Ok(at) = state.position(run) {
            state.pieces[at].small = false;
            state.pieces[at].state = PieceState::Queued;
        }
    }

    /// The first piece is an inline page that failed, and the reader has its error.
    pub(super) fn failed_inline(&self) -> bool {
        let state = self.lock();
        state.pieces.front().is_some_and(|front| {
            let failed =
                matches!(&front.state, PieceState::Failed(failure) if failure.error.is_none());
            failed && matches!(front.source, Source::Inline(_))
        })
    }

    /// A piece ended.
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

    /// Where the piece of a task is.
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
            // A file that the reader had not to wait for needs fewer in flight.
            if !std::mem::take(&mut self.waited_long) && self.width > FIRST_WIDTH {
                self.width -= 1;
            }
            self.held -= piece.source.bytes();
            self.waiting.remove(&piece.id);
        }
    }

    /// Stops the task of a piece, if one runs.
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

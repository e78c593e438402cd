//! A piece of a result: a file, or an inline page.

use std::collections::VecDeque;
use std::sync::Arc;

use arrow_array::RecordBatch;

use super::segments::Segments;
use super::{Failure, Running};
use crate::backend::link::Link;
use crate::backend::pages;

/// An inline page up to this size is decoded by the reader itself, which is faster than moving it
/// to a task.
const SMALL_PAGE: usize = 64 << 10;

#[derive(Debug)]
pub(super) struct Piece {
    pub(super) id: u64,
    pub(super) source: Source,
    pub(super) state: PieceState,
    /// The number of bytes held by its task.
    pub(super) working: usize,
    /// The number of rows that the caller has.
    pub(super) taken: u64,
    /// Decoded rows, with their size.
    ready: VecDeque<(RecordBatch, usize)>,
    ready_rows: u64,
    pub(super) ready_bytes: usize,
    /// Whether the reader may decode it itself.
    pub(super) small: bool,
    /// Whether all bytes of the file have arrived.
    pub(super) is_downloaded: bool,
    /// Set once it is known that a file can be split.
    pub(super) segments: Option<Segments>,
}

#[derive(Debug)]
pub(super) enum PieceState {
    Queued,
    Running(Running),
    Done,
    Failed(Failure),
}

impl PieceState {
    /// Returns the run of its task.
    pub(super) fn run(&self) -> Option<u64> {
        match self {
            Self::Running(running) => Some(running.run),
            _ => None,
        }
    }
}

/// The source of the rows of a piece.
#[derive(Clone, Debug)]
pub(in super::super) enum Source {
    /// A file, and the memory of its link.
    File(Box<Link>, usize),
    Inline(Inline),
}

/// The inline rows of one page.
#[derive(Clone, Debug)]
pub(in super::super) struct Inline {
    pub(in super::super) pieces: Arc<Vec<pages::Piece>>,
    /// The number of its first row.
    pub(in super::super) start: u64,
    /// The number of rows at its start to skip.
    pub(in super::super) skip: u64,
    /// Its size in bytes.
    pub(in super::super) bytes: usize,
}

impl Source {
    /// Returns the number of bytes that it holds from start to end.
    pub(super) fn bytes(&self) -> usize {
        match self {
            Self::File(_, bytes) => *bytes,
            Self::Inline(inline) => inline.bytes,
        }
    }
}

impl Piece {
    pub(super) fn new(id: u64, source: Source) -> Self {
        let small = matches!(&source, Source::Inline(inline) if inline.bytes <= SMALL_PAGE);
        Self {
            id,
            source,
            small,
            is_downloaded: false,
            segments: None,
            state: PieceState::Queued,
            working: 0,
            taken: 0,
            ready: VecDeque::new(),
            ready_rows: 0,
            ready_bytes: 0,
        }
    }

    /// Returns the number of rows at its start to skip, including those already taken.
    pub(super) fn skip(&self) -> u64 {
        let unwanted = match &self.source {
            Source::File(link, _) => link.skip,
            Source::Inline(inline) => inline.skip,
        };
        unwanted + self.taken + self.ready_rows
    }

    pub(super) fn add(&mut self, batch: RecordBatch, bytes: usize) {
        self.ready_rows += batch.num_rows() as u64;
        self.ready_bytes += bytes;
        self.ready.push_back((batch, bytes));
    }

    pub(super) fn take(&mut self) -> Option<(RecordBatch, usize)> {
        let (batch, bytes) = self.ready.pop_front()?;
        self.taken += batch.num_rows() as u64;
        self.ready_rows -= batch.num_rows() as u64;
        self.ready_bytes -= bytes;
        Some((batch, bytes))
    }

    /// Drops the ready rows, and returns their size.
    pub(super) fn clear(&mut self) -> usize {
        self.ready_rows = 0;
        self.ready.clear();
        std::mem::take(&mut self.ready_bytes)
    }

    /// Returns the approximate size before decoding. A file that is not decoded yet is compressed,
    /// to about this fraction of its announced size.
    pub(super) fn expected_bytes(&self, share: f32) -> usize {
        match &self.source {
            Source::Inline(inline) => inline.bytes,
            // A server may announce any size: it only determines how much is started at once.
            Source::File(link, _) => (link.bytes as f32 * share) as usize,
        }
    }

    pub(super) fn has_ready(&self) -> bool {
        !self.ready.is_empty()
    }

    pub(super) fn is_queued(&self) -> bool {
        matches!(self.state, PieceState::Queued)
    }

    pub(super) fn is_running(&self) -> bool {
        self.state.run().is_some()
    }

    /// Returns `true` if nothing but the link of the file is known.
    pub(super) fn is_unanswered(&self) -> bool {
        self.segments.as_ref().is_some_and(|segments| !segments.is_opened())
    }

    /// Returns the number of connections used by its tasks.
    pub(super) fn connections(&self) -> usize {
        let own = self.is_running() && !self.is_downloaded;
        let segments = self.segments.as_ref();
        let is_read = segments.is_none_or(Segments::is_read);
        usize::from(own && is_read) + segments.map_or(0, Segments::in_flight)
    }

    /// Returns the approximate number of bytes that it may still add.
    pub(super) fn bytes_to_come(&self, share: f32) -> usize {
        let left = match (&self.state, &self.segments) {
            (PieceState::Done, _) => 0,
            (PieceState::Running(_), Some(segments)) => segments.left() + self.working,
            _ => self.expected_bytes(share),
        };
        left + self.ready_bytes
    }

    pub(super) fn is_run(&self, run: u64) -> bool {
        self.state.run() == Some(run)
    }
}

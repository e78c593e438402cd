//! Ranges of one file that are downloaded beside each other, where one connection is too slow.
//!
//! The task of the file reads the first segment itself. Others bring the later ones as they came, and
//! it takes them over in order. What another does not bring, it reads itself.

use std::collections::VecDeque;
use std::pin::pin;

use bytes::Bytes;
use tokio::sync::oneshot;

use super::ahead::LOOK_AHEAD;
use super::piece::Source;
use super::{HEADROOM, Pipeline, Run, Running, Start, State, Stopped, Work};
use crate::http::store::Download;

/// The smallest segment that is worth a request of its own, in bytes.
const MIN_SEGMENT: u64 = 3 << 19;

/// From this size on a file is worth splitting.
pub(super) const LARGE_FILE: u64 = 2 * MIN_SEGMENT;

/// The segments of a file that are not read yet, in order. The file's own task reads the first.
#[derive(Debug)]
pub(super) struct Segments {
    /// Knows the version of the file; each segment is a part of it.
    file: Download,
    list: VecDeque<Segment>,
}

#[derive(Debug)]
struct Segment {
    id: u64,
    /// The next byte to come.
    position: u64,
    end: u64,
    bytes: VecDeque<Bytes>,
    held: usize,
    /// The task that brings it, if one does.
    task: Option<Running>,
}

/// A segment, for the task that brings it.
#[derive(Clone, Copy, Debug)]
pub(in super::super) struct SegmentId(u64);

/// What the task of a file reads next.
#[derive(Debug)]
pub(in super::super) enum NextPart {
    Bytes(Bytes),
    /// A range that nobody has brought: from here to there.
    Unread(u64, u64),
    End,
}

impl Segments {
    fn held(&self) -> usize {
        self.list.iter().map(|segment| segment.held).sum()
    }

    fn in_flight(&self) -> usize {
        self.list.iter().filter(|segment| segment.task.is_some()).count()
    }
}

impl Pipeline {
    /// The store told the length of a file and honours ranges: others may bring parts of it.
    pub(in super::super) fn may_split(
        &self,
        run: &Run,
        file: Download,
        position: u64,
        end: u64,
    ) -> Result<(), Stopped> {
        let mut state = self.lock();
        let at = state.position(run)?;
        state.learn_share(at, end);
        let id = state.next_run;
        state.next_run += 1;
        let own = Segment { id, position, end, bytes: VecDeque::new(), held: 0, task: None };
        state.pieces[at].segments = Some(Segments { file, list: VecDeque::from([own]) });
        Ok(())
    }

    /// The file's own task has come to this byte. Returns where its segment ends, which may have
    /// changed; `None` while the file is not split.
    pub(in super::super) fn advanced(
        &self,
        run: &Run,
        position: u64,
    ) -> Result<Option<u64>, Stopped> {
        let mut state = self.lock();
        let at = state.position(run)?;
        let segments = state.pieces[at].segments.as_mut();
        Ok(segments.and_then(|segments| segments.list.front_mut()).map(|own| {
            own.position = position;
            own.end
        }))
    }

    /// Waits for what follows the segments that are read.
    pub(in super::super) async fn next_part(&self, run: &Run) -> Result<NextPart, Stopped> {
        let mut is_told = false;
        loop {
            let mut changed = pin!(self.room.notified());
            changed.as_mut().enable();
            if let Some(part) = self.lock().next_part(run)? {
                return Ok(part);
            }
            // The task that brings it may wait for memory, which it gets now.
            if !std::mem::replace(&mut is_told, true) {
                self.room.notify_waiters();
            }
            changed.await;
        }
    }

    /// Where a segment ends, which changes when it is split again.
    ///
    /// # Errors
    ///
    /// [`Stopped`] when it is no longer wanted.
    pub(in super::super) fn segment_end(&self, run: &Run, id: SegmentId) -> Result<u64, Stopped> {
        let mut state = self.lock();
        let at = state.position(run)?;
        state.segment(at, id).map(|segment| segment.end).ok_or(Stopped)
    }

    /// A task brings bytes of a segment. Waits until they may be held.
    pub(in super::super) async fn add_to_segment(
        &self,
        run: &Run,
        segment: SegmentId,
        bytes: Bytes,
    ) -> Result<(), Stopped> {
        loop {
            let mut released = pin!(self.room.notified());
            released.as_mut().enable();
            if self.try_add(run, segment, &bytes)? {
                self.room.notify_waiters();
                return Ok(());
            }
            released.await;
        }
    }

    fn try_add(&self, run: &Run, id: SegmentId, bytes: &Bytes) -> Result<bool, Stopped> {
        let mut state = self.lock();
        let at = state.position(run)?;
        let wanted = state.held.saturating_add(state.page_bytes).saturating_add(bytes.len());
        if wanted > self.limit - self.limit / HEADROOM || !state.waiting.is_empty() {
            if !state.is_needed_first(at, id) {
                return Ok(false);
            }
            // What its file holds is released only when these bytes come.
            state.evict_for(bytes.len(), self.limit);
        }
        let segment = state.segment(at, id).ok_or(Stopped)?;
        // It may have been split while the bytes waited.
        let room = usize::try_from(segment.end.saturating_sub(segment.position));
        let bytes = bytes.slice(..bytes.len().min(room.unwrap_or(usize::MAX)));
        let added = bytes.len();
        segment.position += added as u64;
        segment.held += added;
        segment.bytes.push_back(bytes);
        state.held += added;
        Ok(true)
    }

    /// The task of a segment ended, early or not.
    pub(in super::super) fn segment_ended(&self, run: &Run, id: SegmentId) {
        let mut state = self.lock();
        if let Ok(at) = state.position(run)
            && let Some(segment) = state.segment(at, id)
        {
            segment.task = None;
        }
        drop(state);
        self.room.notify_waiters();
    }
}

impl State {
    /// `None` while it is in flight.
    fn next_part(&mut self, run: &Run) -> Result<Option<NextPart>, Stopped> {
        let at = self.position(run)?;
        let Some(segments) = &mut self.pieces[at].segments else { return Ok(Some(NextPart::End)) };
        while let Some(segment) = segments.list.front_mut() {
            if let Some(bytes) = segment.bytes.pop_front() {
                segment.held -= bytes.len();
                self.held -= bytes.len();
                return Ok(Some(NextPart::Bytes(bytes)));
            }
            if segment.position < segment.end {
                let unread = NextPart::Unread(segment.position, segment.end);
                return Ok(segment.task.is_none().then_some(unread));
            }
            segments.list.pop_front();
        }
        Ok(Some(NextPart::End))
    }

    /// Whether the reader waits for the first file, and that for this segment.
    fn is_needed_first(&self, at: usize, id: SegmentId) -> bool {
        let Some(first) = self.pieces.front().filter(|piece| at == 0 && !piece.has_ready()) else {
            return false;
        };
        let next = first.segments.as_ref().and_then(|segments| segments.list.front());
        next.is_some_and(|segment| segment.id == id.0)
    }

    fn segment(&mut self, at: usize, id: SegmentId) -> Option<&mut Segment> {
        let segments = self.pieces[at].segments.as_mut()?;
        segments.list.iter_mut().find(|segment| segment.id == id.0)
    }

    /// Learns from the length of a file how long the others are.
    fn learn_share(&mut self, at: usize, length: u64) {
        if let Source::File(link, _) = &self.pieces[at].source
            && link.bytes > 0
        {
            self.share = (length as f32 / link.bytes as f32).min(1.0);
        }
    }

    /// How many tasks bring segments.
    pub(super) fn segments_in_flight(&self) -> usize {
        let near = self.pieces.iter().take(LOOK_AHEAD);
        near.filter_map(|piece| piece.segments.as_ref()).map(Segments::in_flight).sum()
    }

    /// Forgets the segments of a piece, which ends their tasks.
    pub(super) fn drop_segments(&mut self, at: usize) {
        let segments = self.pieces[at].segments.take();
        self.held -= segments.map_or(0, |segments| segments.held());
    }

    /// Drops what is held of the first file beyond its first segment, which its task reads later.
    pub(super) fn drop_late_segments(&mut self) {
        let Some(segments) = self.pieces.front_mut().and_then(|piece| piece.segments.as_mut())
        else {
            return;
        };
        for segment in segments.list.iter_mut().skip(1) {
            segment.task = None;
            segment.bytes.clear();
            segment.position -= segment.held as u64;
            self.held -= std::mem::take(&mut segment.held);
        }
    }

    /// Splits the earliest segment that is worth it in two, and returns the task for the second half.
    pub(super) fn split(&mut self) -> Option<Start> {
        let id = self.next_run;
        for piece in self.pieces.iter_mut().take(LOOK_AHEAD) {
            let (Some(segments), Some(run)) = (&mut piece.segments, piece.state.run()) else {
                continue;
            };
            let left = |segment: &Segment| segment.end.saturating_sub(segment.position);
            let largest = segments.list.iter().enumerate().max_by_key(|(_, segment)| left(segment));
            let Some((at, largest)) = largest else { continue };
            let (from, to) = (largest.position + left(largest) / 2, largest.end);
            // A segment that was given up is read by the file's own task.
            if left(largest) < LARGE_FILE || (at > 0 && largest.task.is_none()) {
                continue;
            }
            self.next_run += 1;
            let (sender, stop) = oneshot::channel();
            let task = Some(Running { run: id, _stop: sender });
            let half =
                Segment { id, position: from, end: to, bytes: VecDeque::new(), held: 0, task };
            segments.list[at].end = from;
            segments.list.insert(at + 1, half);
            let work = Work::Segment {
                id: SegmentId(id),
                download: Box::new(segments.file.part(from, Some(to)).impatient()),
            };
            return Some(Start { run: Run { piece: piece.id, run }, stop, work });
        }
        None
    }
}

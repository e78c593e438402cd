//! Ranges of a file that are downloaded in parallel, if one connection is too slow.
//!
//! The task of the file reads the first segment itself. Other tasks fetch the later ones undecoded,
//! and it takes them over in order. It reads itself what no other task has fetched.
//!
//! A response takes as long to start as to arrive. So the segments of a file are requested at once,
//! using an estimate of its length; the first responses show whether they belong to the same
//! version.

use std::collections::VecDeque;
use std::pin::pin;
use std::sync::Arc;
use std::time::SystemTime;

use bytes::Bytes;
use tokio::sync::{Notify, oneshot};

use super::piece::Source;
use super::{HEADROOM, Pipeline, Run, Running, Start, State, Stopped, Work};
use crate::backend::link::Link;
use crate::http::store::{Download, Storage, Version};

/// The minimum size of a segment in bytes.
const MIN_SEGMENT: u64 = 3 << 19;

/// The unread segments of a file, in order. The file's own task reads the first.
#[derive(Debug)]
pub(super) struct Segments {
    /// Whether the store has responded.
    is_opened: bool,
    /// Each segment is a part of this version. `None` if it is unknown, or cannot be split.
    file: Option<Download>,
    /// The length of the file, or an estimate.
    length: u64,
    list: VecDeque<Segment>,
    /// Whether the file's own task is waiting for other tasks, using no connection.
    is_waited_for: bool,
    /// Signals that what it waits for may have arrived.
    arrived: Arc<Notify>,
}

#[derive(Debug)]
struct Segment {
    id: u64,
    /// The next expected byte.
    position: u64,
    /// `None` for the end of the file, while that is unknown.
    end: Option<u64>,
    bytes: VecDeque<Bytes>,
    held: usize,
    /// The version of the bytes, if it is unknown whether it is the right one.
    version: Option<Version>,
    /// The task that fetches it, if any.
    task: Option<Running>,
}

impl Segment {
    fn new(id: u64, from: u64, end: Option<u64>, task: Option<Running>) -> Self {
        let bytes = VecDeque::new();
        Self { id, position: from, end, bytes, held: 0, version: None, task }
    }

    fn start(&self) -> u64 {
        self.position - self.held as u64
    }

    /// Returns the approximate number of bytes still to come.
    fn left(&self, length: u64) -> u64 {
        self.end.unwrap_or(length).saturating_sub(self.position)
    }

    /// Drops what was fetched of it and stops its task. Returns the number of bytes it held.
    fn forget(&mut self) -> usize {
        self.task = None;
        self.version = None;
        self.bytes.clear();
        self.position = self.start();
        std::mem::take(&mut self.held)
    }
}

/// A range of a file to fetch.
#[derive(Debug)]
pub(in super::super) struct Part {
    file: PartOf,
    from: u64,
    to: Option<u64>,
}

/// The file of a range.
#[derive(Debug)]
enum PartOf {
    Version(Box<Download>),
    /// The store has not responded yet.
    Link(Box<Link>),
}

impl Part {
    pub(in super::super) fn download(&self, storage: &Storage) -> Download {
        match &self.file {
            PartOf::Version(file) => file.part(self.from, self.to),
            PartOf::Link(link) => {
                storage.download(link.url.clone(), link.headers.clone(), self.from, self.to, None)
            }
        }
        .impatient()
    }
}

/// Identifies a segment, for the task that fetches it.
#[derive(Clone, Copy, Debug)]
pub(in super::super) struct SegmentId(u64);

/// What the task of a file reads next.
#[derive(Debug)]
pub(in super::super) enum NextPart {
    Bytes(Bytes),
    /// A range that was not fetched: from here to there.
    Unread(u64, Option<u64>),
    End,
}

/// The state of the next segment.
enum Found {
    Part(NextPart),
    /// Signals its arrival.
    InFlight(Arc<Notify>),
}

impl Segments {
    /// Creates a file with one segment, read by its own task.
    fn whole(id: u64, expected: u64) -> Self {
        let list = VecDeque::from([Segment::new(id, 0, None, None)]);
        Self {
            is_opened: false,
            file: None,
            length: expected,
            list,
            is_waited_for: false,
            arrived: Arc::default(),
        }
    }

    /// Returns `true` if the store has responded.
    pub(super) fn is_opened(&self) -> bool {
        self.is_opened
    }

    /// Returns the approximate number of unread bytes of the file.
    pub(super) fn left(&self) -> usize {
        let start = self.list.front().map_or(self.length, |first| first.position);
        usize::try_from(self.length.saturating_sub(start)).unwrap_or(usize::MAX)
    }

    /// Returns the end of the segment that the file's own task reads.
    pub(super) fn own_end(&self) -> Option<u64> {
        self.list.front().and_then(|own| own.end)
    }

    /// Returns `true` if the file's own task uses a connection.
    pub(super) fn is_read(&self) -> bool {
        !self.is_waited_for
    }

    fn held(&self) -> usize {
        self.list.iter().map(|segment| segment.held).sum()
    }

    /// Returns the number of tasks that fetch segments.
    pub(super) fn in_flight(&self) -> usize {
        self.list.iter().filter(|segment| segment.task.is_some()).count()
    }
}

impl Pipeline {
    /// Records the response of the store. If it reported the length of the file and honors ranges,
    /// other tasks may fetch parts; otherwise the file's own task reads all of it.
    pub(in super::super) fn opened(
        &self,
        run: &Run,
        file: Download,
        total: Option<u64>,
    ) -> Result<(), Stopped> {
        let mut state = self.lock();
        let at = state.position(run)?;
        let Some(total) = total else {
            state.may_split = false;
            state.drop_segments(at);
            let whole = Segments::whole(run.run, file.position());
            state.pieces[at].segments = Some(Segments { is_opened: true, ..whole });
            drop(state);
            self.room.notify_waiters();
            return Ok(());
        };
        state.learn_share(at, total);
        let Some(segments) = &mut state.pieces[at].segments else { return Ok(()) };
        segments.length = total;
        let mut released = 0;
        while let Some(last) = segments.list.back_mut() {
            if last.start() < total || segments.list.len() == 1 {
                break;
            }
            released += segments.list.pop_back().map_or(0, |last| last.held);
        }
        if let Some(last) = segments.list.back_mut() {
            last.end = Some(total);
        }
        for segment in segments.list.iter_mut().skip(1) {
            if segment.version.as_ref().is_some_and(|version| !file.is_of(version)) {
                released += segment.forget();
            }
        }
        segments.is_opened = true;
        segments.file = Some(file);
        state.held -= released;
        drop(state);
        if released > 0 {
            self.room.notify_waiters();
        }
        Ok(())
    }

    /// Records that the link to a file was replaced by a fresh one.
    pub(in super::super) fn relinked(&self, run: &Run, link: &Link) -> Result<(), Stopped> {
        let mut state = self.lock();
        let at = state.position(run)?;
        if let Source::File(old, _) = &mut state.pieces[at].source {
            **old = link.clone();
        }
        Ok(())
    }

    /// Records the response to the request for a segment. Returns `false` if its version is not the
    /// one being read.
    pub(in super::super) fn segment_opened(
        &self,
        run: &Run,
        id: SegmentId,
        version: &Version,
    ) -> Result<bool, Stopped> {
        let mut state = self.lock();
        let at = state.position(run)?;
        let segments = state.pieces[at].segments.as_mut().ok_or(Stopped)?;
        if let Some(file) = &segments.file {
            return Ok(file.is_of(version));
        }
        let segment = segments.list.iter_mut().find(|segment| segment.id == id.0);
        segment.ok_or(Stopped)?.version = Some(version.clone());
        Ok(true)
    }

    /// Records the position of the file's own task. Returns the end of its segment, which may have
    /// changed; `None` while that is the end of the file.
    pub(in super::super) fn advanced(
        &self,
        run: &Run,
        position: u64,
    ) -> Result<Option<u64>, Stopped> {
        let mut state = self.lock();
        let at = state.position(run)?;
        let segments = state.pieces[at].segments.as_mut();
        Ok(segments.and_then(|segments| segments.list.front_mut()).and_then(|own| {
            own.position = position;
            own.end
        }))
    }

    /// Waits for what follows the segments that are read.
    pub(in super::super) async fn next_part(&self, run: &Run) -> Result<NextPart, Stopped> {
        let mut has_notified = false;
        loop {
            let arrived = match self.lock().next_part(run)? {
                Found::Part(part) => return Ok(part),
                Found::InFlight(arrived) => arrived,
            };
            // The task that fetches it may wait for memory, which it gets now.
            if !std::mem::replace(&mut has_notified, true) {
                self.room.notify_waiters();
            }
            arrived.notified().await;
        }
    }

    /// Returns the end of a segment, which changes when it is split again.
    ///
    /// # Errors
    ///
    /// [`Stopped`] when it is no longer needed.
    pub(in super::super) fn segment_end(
        &self,
        run: &Run,
        id: SegmentId,
    ) -> Result<Option<u64>, Stopped> {
        let mut state = self.lock();
        let at = state.position(run)?;
        state.segment(at, id).map(|segment| segment.end).ok_or(Stopped)
    }

    /// Adds bytes to a segment. Waits until they may be held.
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
            // What its file holds is only released when these bytes arrive.
            state.evict_for(bytes.len(), self.limit);
        }
        let segment = state.segment(at, id).ok_or(Stopped)?;
        // It may have been split while the bytes waited.
        let end = segment.end.unwrap_or(u64::MAX);
        let room = usize::try_from(end.saturating_sub(segment.position));
        let bytes = bytes.slice(..bytes.len().min(room.unwrap_or(usize::MAX)));
        let added = bytes.len();
        segment.position += added as u64;
        segment.held += added;
        segment.bytes.push_back(bytes);
        state.held += added;
        state.arrived(at);
        Ok(true)
    }

    /// Records that the task of a segment ended, early or not.
    pub(in super::super) fn segment_ended(&self, run: &Run, id: SegmentId) {
        let mut state = self.lock();
        if let Ok(at) = state.position(run)
            && let Some(segment) = state.segment(at, id)
        {
            segment.task = None;
            state.arrived(at);
        }
        drop(state);
        self.room.notify_waiters();
    }
}

impl State {
    fn next_part(&mut self, run: &Run) -> Result<Found, Stopped> {
        let at = self.position(run)?;
        let end = Found::Part(NextPart::End);
        let Some(segments) = &mut self.pieces[at].segments else { return Ok(end) };
        segments.is_waited_for = false;
        while let Some(segment) = segments.list.front_mut() {
            if let Some(bytes) = segment.bytes.pop_front() {
                segment.held -= bytes.len();
                self.held -= bytes.len();
                return Ok(Found::Part(NextPart::Bytes(bytes)));
            }
            // Its task read it to the end of the file, if the end is all that is known.
            if segment.end.is_some_and(|end| segment.position < end) {
                segments.is_waited_for = segment.task.is_some();
                return Ok(match segment.task {
                    Some(_) => Found::InFlight(Arc::clone(&segments.arrived)),
                    None => Found::Part(NextPart::Unread(segment.position, segment.end)),
                });
            }
            segments.list.pop_front();
        }
        Ok(end)
    }

    /// The file's own task may be waiting for this. If it starts to wait later, it finds it as
    /// well.
    fn arrived(&self, at: usize) {
        if let Some(segments) = &self.pieces[at].segments {
            segments.arrived.notify_one();
        }
    }

    /// Returns `true` if the reader waits for the first file, and that for this segment.
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

    /// Updates the expected length of the other files from the length of one.
    fn learn_share(&mut self, at: usize, length: u64) {
        if let Source::File(link, _) = &self.pieces[at].source
            && link.bytes > 0
        {
            self.share = (length as f32 / link.bytes as f32).min(1.0);
        }
    }

    /// Makes a file a single segment, read by its own task.
    pub(super) fn begin_file(&mut self, at: usize, run: u64) {
        if let Source::File(..) = self.pieces[at].source {
            let expected = self.pieces[at].expected_bytes(self.share);
            self.pieces[at].segments = Some(Segments::whole(run, expected as u64));
        }
    }

    /// Drops the segments of a piece, which ends their tasks.
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
            self.held -= segment.forget();
        }
    }

    /// Returns the length of a segment such that those in flight fill the memory and no more.
    fn segment_length(&self, limit: usize) -> u64 {
        let memory = (limit - limit / HEADROOM) as u64;
        (memory / self.width as u64).max(MIN_SEGMENT)
    }

    /// Splits the largest segment of a file in two, if that is worthwhile, and returns the task for
    /// the second half.
    pub(super) fn split(&mut self, at: usize, limit: usize, clock: SystemTime) -> Option<Start> {
        let shortest = self.segment_length(limit);
        let id = self.next_run;
        let piece = &mut self.pieces[at];
        let (Some(segments), Some(run)) = (&mut piece.segments, piece.state.run()) else {
            return None;
        };
        let file = match (&segments.file, &piece.source) {
            (Some(file), _) => PartOf::Version(Box::new(file.part(0, None))),
            // An expired link is replaced first, by the file's own task.
            (None, Source::File(link, _)) if self.may_split && !link.is_expired(clock) => {
                PartOf::Link(link.clone())
            }
            _ => return None,
        };
        let length = segments.length;
        let left = |segment: &Segment| segment.left(length);
        let largest = segments.list.iter().enumerate().max_by_key(|(_, segment)| left(segment));
        let (index, largest) = largest?;
        // A segment that was given up is read by the file's own task.
        if left(largest) < shortest + shortest / 2 || (index > 0 && largest.task.is_none()) {
            return None;
        }
        let (from, to) = (largest.position + left(largest) / 2, largest.end);
        self.next_run += 1;
        let (sender, stop) = oneshot::channel();
        let half = Segment::new(id, from, to, Some(Running { run: id, _stop: sender }));
        segments.list[index].end = Some(from);
        segments.list.insert(index + 1, half);
        let work = Work::Segment { id: SegmentId(id), part: Part { file, from, to } };
        Some(Start { run: Run { piece: piece.id, run }, stop, work })
    }
}

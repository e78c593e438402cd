//! The content of a stream, unpacked into memory that becomes the memory of its arrays.

use std::mem;
use std::ops::Range;

use arrow_buffer::Buffer;

use crate::lz4::WINDOW;
use crate::pool::BufferPool;
use crate::{Error, Result};

/// Bodies start at a multiple of this, so that values of 16 bytes can be used in place.
pub(super) const ALIGNMENT: usize = 16;

/// Arrays may keep at most about this many times their size from being reused.
const WASTE: usize = 4;

/// A rolling buffer: content is appended, and complete messages are taken from its front.
#[derive(Debug)]
pub(super) struct Content {
    pool: BufferPool,
    /// Initialized throughout, so that reused memory is not cleared again.
    memory: Vec<u8>,
    /// The start of the first message that was not taken.
    start: usize,
    filled: usize,
    /// The start of the content that the next block may refer to; `None` while blocks are
    /// independent.
    linked_from: Option<usize>,
    /// The room requested last: about what the next block will need.
    room: usize,
}

impl Content {
    pub(super) fn new(pool: BufferPool) -> Self {
        let memory = Vec::new();
        Self { pool, memory, start: 0, filled: 0, linked_from: None, room: 0 }
    }

    /// Returns the number of bytes held: content, preceded by the window of linked blocks.
    pub(super) fn held_bytes(&self) -> usize {
        self.filled
    }

    /// Returns the content that was not taken.
    pub(super) fn waiting(&self) -> &[u8] {
        self.memory.get(self.start..self.filled).unwrap_or_default()
    }

    /// Sets whether the next block is linked to the content before it, and whether it is the first
    /// of its frame.
    pub(super) fn link(&mut self, linked: bool, first: bool) {
        self.linked_from = match self.linked_from {
            _ if !linked => None,
            Some(from) if !first => Some(from),
            _ => Some(self.filled),
        };
    }

    /// Appends what `fill` writes: it gets the content that the next block may refer to and exactly
    /// `room` bytes, and returns how many it wrote. `whole` is the length of the first message, if
    /// known.
    pub(super) fn append(
        &mut self,
        room: usize,
        whole: Option<usize>,
        fill: impl FnOnce(&[u8], &mut [u8]) -> Result<usize>,
    ) -> Result<()> {
        self.reserve(room, whole);
        self.room = room;
        let no_room = || Error::malformed("the content has no room");
        let history = self.history_start();
        let (before, free) = self.memory.split_at_mut_checked(self.filled).ok_or_else(no_room)?;
        let history = before.get(history..).unwrap_or_default();
        let free = free.get_mut(..room).ok_or_else(no_room)?;
        self.filled += fill(history, free)?.min(room);
        Ok(())
    }

    /// Skips the first `length` bytes.
    pub(super) fn skip(&mut self, length: usize) {
        self.start = self.filled.min(self.start + length);
    }

    /// Moves the content so that the body that starts `body_start` bytes after its start is
    /// aligned.
    pub(super) fn align(&mut self, body_start: usize) {
        let shift = padding(self.start + body_start);
        if shift == 0 {
            return;
        }
        self.reserve(shift, None);
        let kept = self.start.min(self.history_start())..self.filled;
        self.memory.copy_within(kept.clone(), kept.start + shift);
        self.moved(kept.clone(), kept.start + shift);
    }

    /// Takes the first `length` bytes, which are complete messages, as a buffer. The rest is copied
    /// so that the body that starts `body_start` bytes into it is aligned.
    pub(super) fn take(&mut self, length: usize, body_start: usize) -> Buffer {
        let taken = self.start..self.filled.min(self.start + length);
        self.start = taken.end;
        let kept = taken.end.min(self.history_start())..self.filled;
        let to = padding(taken.end - kept.start + body_start);

        // Memory that holds little of value is better used for what comes next.
        if self.memory.capacity() / WASTE > taken.len() {
            let offset = taken.start % ALIGNMENT;
            let mut exact = self.memory_for(offset + taken.len());
            exact[offset..offset + taken.len()].copy_from_slice(&self.memory[taken.clone()]);
            self.reserve(ALIGNMENT, None);
            self.memory.copy_within(kept.clone(), to);
            self.moved(kept, to);
            return self.pool.freeze(exact, offset + taken.len()).slice(offset);
        }

        let mut next = Vec::new();
        if !kept.is_empty() {
            next = self.memory_for(to + kept.len());
            next[to..to + kept.len()].copy_from_slice(&self.memory[kept.clone()]);
        }
        let memory = mem::replace(&mut self.memory, next);
        self.moved(kept, to);
        self.pool.freeze(memory, taken.end).slice(taken.start)
    }

    /// Records that the bytes at `kept`, which are all that is still needed, are now at `to`.
    fn moved(&mut self, kept: Range<usize>, to: usize) {
        let moved = |position: usize| position.max(kept.start) - kept.start + to;
        self.start = moved(self.start);
        self.linked_from = self.linked_from.map(moved);
        self.filled = moved(self.filled);
    }

    /// Returns the start of the content that the next block may refer to.
    fn history_start(&self) -> usize {
        self.linked_from.map_or(self.filled, |from| from.max(self.filled.saturating_sub(WINDOW)))
    }

    /// Makes room for `room` more bytes, and if it must grow anyway, for a whole message of `whole`
    /// bytes if possible.
    fn reserve(&mut self, room: usize, whole: Option<usize>) {
        let needed = self.filled + room;
        if self.memory.len() >= needed {
            return;
        }
        if self.memory.capacity() == 0 {
            self.memory = self.memory_for(needed);
            return;
        }
        // The claimed length of a message only influences which of the idle buffers is taken.
        let wanted = whole.map_or(needed, |whole| needed.max(self.start.saturating_add(whole)));
        let idle = self.idle(wanted).or_else(|| self.idle(needed));
        if let Some(mut larger) = idle {
            larger[..self.filled].copy_from_slice(&self.memory[..self.filled]);
            self.pool.put(mem::replace(&mut self.memory, larger));
        } else {
            self.memory.resize(needed, 0);
        }
    }

    /// Returns at least `needed` bytes of initialized memory.
    fn memory_for(&self, needed: usize) -> Vec<u8> {
        let idle = self.idle(needed + self.room).or_else(|| self.idle(needed));
        idle.unwrap_or_else(|| vec![0; needed])
    }

    fn idle(&self, needed: usize) -> Option<Vec<u8>> {
        self.pool.take(needed, needed.saturating_mul(WASTE))
    }
}

impl Drop for Content {
    fn drop(&mut self) {
        self.pool.put(mem::take(&mut self.memory));
    }
}

/// Returns the distance from `position` to the next aligned position.
fn padding(position: usize) -> usize {
    position.next_multiple_of(ALIGNMENT) - position
}

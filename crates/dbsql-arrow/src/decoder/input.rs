//! Pushed bytes that have not been used yet.

use std::collections::VecDeque;

use bytes::Bytes;

/// A queue of chunks, read from the front.
#[derive(Debug, Default)]
pub(crate) struct Input {
    /// Never empty.
    chunks: VecDeque<Bytes>,
    length: usize,
}

impl Input {
    pub(crate) fn push(&mut self, chunk: Bytes) {
        if !chunk.is_empty() {
            self.length += chunk.len();
            self.chunks.push_back(chunk);
        }
    }

    /// Returns the number of bytes in the queue.
    pub(crate) fn len(&self) -> usize {
        self.length
    }

    /// Copies the first bytes, as many as are available and fit into `target`; returns how many.
    pub(crate) fn peek(&self, target: &mut [u8]) -> usize {
        let mut filled = 0;
        for chunk in &self.chunks {
            let (_, free) = target.split_at_mut(filled);
            let taken = free.len().min(chunk.len());
            free[..taken].copy_from_slice(&chunk[..taken]);
            filled += taken;
            if filled == target.len() {
                break;
            }
        }
        filled
    }

    /// Takes exactly `N` bytes once that many are available.
    pub(crate) fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        let mut array = [0; N];
        if self.peek(&mut array) < N {
            return None;
        }
        self.skip(N);
        Some(array)
    }

    /// Drops at most `most` of the first bytes; returns how many.
    pub(crate) fn skip(&mut self, most: usize) -> usize {
        let mut dropped = 0;
        while let Some(chunk) = self.front(most - dropped) {
            dropped += chunk.len();
        }
        dropped
    }

    /// Returns the length of the first chunk.
    pub(crate) fn front_length(&self) -> usize {
        self.chunks.front().map_or(0, Bytes::len)
    }

    /// Returns the first chunk.
    pub(crate) fn first(&self) -> &[u8] {
        self.chunks.front().map_or(&[], |chunk| chunk)
    }

    /// Takes `length` bytes if they are in one chunk.
    pub(crate) fn whole(&mut self, length: usize) -> Option<Bytes> {
        if self.chunks.front()?.len() < length {
            return None;
        }
        self.front(length)
    }

    /// Takes at most `most` bytes of the first chunk; `None` if there are none.
    pub(crate) fn front(&mut self, most: usize) -> Option<Bytes> {
        let first = self.chunks.front_mut().filter(|_| most > 0)?;
        let taken = first.split_to(first.len().min(most));
        if first.is_empty() {
            self.chunks.pop_front();
        }
        self.length -= taken.len();
        Some(taken)
    }
}

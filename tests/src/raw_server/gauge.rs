//! Counters of things that are in progress.

use std::sync::atomic::{AtomicUsize, Ordering};

/// How many there are now, were at most at once, and have been in all.
#[derive(Debug, Default)]
pub struct Gauge {
    now: AtomicUsize,
    peak: AtomicUsize,
    total: AtomicUsize,
}

impl Gauge {
    pub(super) fn enter(&self) -> Entered<'_> {
        self.total.fetch_add(1, Ordering::Relaxed);
        let now = self.now.fetch_add(1, Ordering::Relaxed) + 1;
        self.peak.fetch_max(now, Ordering::Relaxed);
        Entered(self)
    }

    /// How many there are.
    #[must_use]
    pub fn now(&self) -> usize {
        self.now.load(Ordering::Relaxed)
    }

    /// The most that there were at once.
    #[must_use]
    pub fn peak(&self) -> usize {
        self.peak.load(Ordering::Relaxed)
    }

    /// How many there have been.
    #[must_use]
    pub fn total(&self) -> usize {
        self.total.load(Ordering::Relaxed)
    }
}

/// Counted as there until it is dropped.
pub(super) struct Entered<'a>(&'a Gauge);

impl Drop for Entered<'_> {
    fn drop(&mut self) {
        self.0.now.fetch_sub(1, Ordering::Relaxed);
    }
}

/// What a server counts.
#[derive(Debug, Default)]
pub struct Gauges {
    /// Connections.
    pub connections: Gauge,
    /// Requests that were read whole and are not answered yet.
    pub requests: Gauge,
    /// Those of them that are status calls.
    pub polls: Gauge,
}

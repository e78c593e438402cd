//! The open connections, of which idle ones make room for others.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::server::pulse::Pulse;

/// By number.
#[derive(Debug, Default)]
pub(super) struct OpenConnections(Mutex<Open>);

#[derive(Debug, Default)]
struct Open {
    pulses: BTreeMap<u64, Arc<Pulse>>,
    count: u64,
}

impl OpenConnections {
    fn open(&self) -> MutexGuard<'_, Open> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds a connection, until the value is dropped. If there are more than `limit` of them, the one
    /// that has been idle for the longest time is closed.
    pub(super) fn add(self: &Arc<Self>, pulse: Arc<Pulse>, limit: usize) -> Registered {
        let mut open = self.open();
        let excess = (open.pulses.len() + 1).saturating_sub(limit.max(1));
        open.evict(excess);
        open.count += 1;
        let number = open.count;
        open.pulses.insert(number, pulse);
        Registered { number, of: Arc::clone(self) }
    }

    /// Closes some of those that have been idle for the longest time.
    pub(super) fn make_room(&self) {
        const AT_ONCE: usize = 16;
        self.open().evict(AT_ONCE);
    }
}

impl Open {
    fn evict(&mut self, count: usize) {
        if count == 0 {
            return;
        }
        let idle = self.pulses.iter().filter_map(|(n, pulse)| Some((pulse.idle_since()?, *n)));
        let mut idle: Vec<_> = idle.collect();
        idle.sort_unstable();
        for (_, number) in idle.into_iter().take(count) {
            // It does not count any more, even before it is closed.
            if let Some(pulse) = self.pulses.remove(&number) {
                pulse.evict();
            }
        }
    }
}

/// A connection among the open ones.
#[derive(Debug)]
pub(super) struct Registered {
    number: u64,
    of: Arc<OpenConnections>,
}

impl Drop for Registered {
    fn drop(&mut self) {
        self.of.open().pulses.remove(&self.number);
    }
}

//! The tokio runtime in which something was begun, seen from another one.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::runtime::Handle;

use crate::current::RuntimeId;
use crate::{NoRuntime, NoRuntimeKind, Runtime};

/// The tokio runtime in which something was begun.
///
/// A value whose work is done by tasks can be moved to another runtime and waited for there. It
/// makes progress only while the first one runs, and a `current_thread` runtime runs only while
/// some thread is in its `block_on`. [`pulse`](Self::pulse) finds out.
#[derive(Clone, Debug)]
pub struct HomeRuntime {
    id: RuntimeId,
    handle: Handle,
}

/// Whether a runtime runs: see [`HomeRuntime::pulse`].
#[derive(Debug)]
pub struct Pulse(Arc<AtomicBool>);

impl HomeRuntime {
    /// The runtime that the caller is in.
    ///
    /// # Errors
    ///
    /// [`NoRuntime`] when the caller is in no tokio runtime, or in one without a timer.
    pub fn current(runtime: &Runtime) -> Result<Self, NoRuntime> {
        let id = runtime.current()?;
        let handle = Handle::try_current();
        let handle = handle.map_err(|_| NoRuntime::new(NoRuntimeKind::OutsideRuntime))?;
        Ok(Self { id, handle })
    }

    /// Which one it is.
    #[must_use]
    pub fn id(&self) -> RuntimeId {
        self.id
    }

    /// Whether the caller is in it.
    #[must_use]
    pub fn is_here(&self) -> bool {
        Handle::try_current().is_ok_and(|handle| handle.id() == self.handle.id())
    }

    /// Asks the runtime for a sign of life, without waiting for it.
    #[must_use]
    pub fn pulse(&self) -> Pulse {
        let beat = Arc::new(AtomicBool::new(false));
        let seen = Arc::clone(&beat);
        // One that has shut down drops the task.
        drop(self.handle.spawn(async move { seen.store(true, Ordering::Release) }));
        Pulse(beat)
    }
}

impl Pulse {
    /// Whether the runtime has run since it was asked.
    #[must_use]
    pub fn was_felt(&self) -> bool {
        self.0.load(Ordering::Acquire)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_runtime_that_runs_has_a_pulse() {
        let runtime = Runtime::real();
        let tokio = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("ok");
        let home = tokio.block_on(async { HomeRuntime::current(&runtime) }).expect("in it");
        let pulse = home.pulse();
        assert!(!home.is_here());
        assert!(!pulse.was_felt(), "nobody drives it");
        tokio.block_on(async {
            assert!(home.is_here());
            tokio::task::yield_now().await;
        });
        assert!(pulse.was_felt());
        drop(tokio);
        assert!(!home.pulse().was_felt(), "it is gone");
    }
}

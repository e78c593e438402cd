//! The tokio runtime in which a value was created, as seen from another one.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::runtime::Handle;

use crate::current::RuntimeId;
use crate::{NoRuntime, NoRuntimeKind, Runtime};

/// The tokio runtime in which a value was created.
///
/// A value whose work is done by tasks can be moved to another runtime and awaited there. It makes
/// progress only while the first runtime runs, and a `current_thread` runtime runs only while a
/// thread is in its `block_on`. [`pulse`](Self::pulse) finds out whether it does.
#[derive(Clone, Debug)]
pub struct HomeRuntime {
    id: RuntimeId,
    handle: Handle,
}

/// Whether a runtime is running; see [`HomeRuntime::pulse`].
#[derive(Debug)]
pub struct Pulse(Arc<AtomicBool>);

impl HomeRuntime {
    /// Returns the runtime that the caller is in.
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

    /// Returns the id of this runtime.
    #[must_use]
    pub fn id(&self) -> RuntimeId {
        self.id
    }

    /// Returns `true` if the caller is in this runtime.
    #[must_use]
    pub fn is_here(&self) -> bool {
        Handle::try_current().is_ok_and(|handle| handle.id() == self.handle.id())
    }

    /// Asks the runtime for a sign of life, without waiting for it.
    #[must_use]
    pub fn pulse(&self) -> Pulse {
        let beat = Arc::new(AtomicBool::new(false));
        let seen = Arc::clone(&beat);
        // A runtime that has shut down drops the task.
        drop(self.handle.spawn(async move { seen.store(true, Ordering::Release) }));
        Pulse(beat)
    }
}

impl Pulse {
    /// Returns `true` if the runtime has run since the pulse was requested.
    #[must_use]
    pub fn was_felt(&self) -> bool {
        self.0.load(Ordering::Acquire)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_running_runtime_has_a_pulse() {
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

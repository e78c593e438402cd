//! The tokio runtime of the caller, and whether it has the drivers that are needed.

use std::cell::Cell;
use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::runtime::Handle;

/// Identifies a tokio runtime. An id is never reused within a process.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct RuntimeId(tokio::runtime::Id);

/// The caller is not in a tokio runtime that can do the work.
///
/// `Display` says what is missing, [`next_step`](Self::next_step) how to fix it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.kind.text())]
pub struct NoRuntime {
    kind: NoRuntimeKind,
}

/// What a [`NoRuntime`] error is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum NoRuntimeKind {
    /// No tokio runtime is running on this thread.
    OutsideRuntime,
    /// The runtime has no timer.
    NoTimer,
    /// The runtime has no I/O driver.
    NoIo,
}

impl NoRuntimeKind {
    fn text(self) -> &'static str {
        match self {
            Self::OutsideRuntime => "not called from within a tokio runtime",
            Self::NoTimer => "the timer of this tokio runtime is disabled",
            Self::NoIo => "the I/O driver of this tokio runtime is disabled",
        }
    }
}

impl NoRuntime {
    pub(crate) fn new(kind: NoRuntimeKind) -> Self {
        Self { kind }
    }

    /// Returns what is missing.
    #[must_use]
    pub fn kind(&self) -> NoRuntimeKind {
        self.kind
    }

    /// Returns advice on how to fix it.
    #[must_use]
    pub fn next_step(&self) -> &'static str {
        match self.kind {
            NoRuntimeKind::OutsideRuntime => {
                "await it in a tokio task, under `#[tokio::main]` or in `Runtime::block_on`"
            }
            NoRuntimeKind::NoTimer | NoRuntimeKind::NoIo => {
                "build the tokio runtime with `Builder::enable_all`"
            }
        }
    }
}

impl RuntimeId {
    /// Returns the caller's runtime, which has a timer.
    pub(crate) fn with_timer() -> Result<Self, NoRuntime> {
        let id = Self::find()?;
        // A thread rarely changes its runtime, so the shared findings are consulted only once.
        let timer =
            LAST_WITH_TIMER.get() == Some(id) || TIMERS.check(id, || Some(survives(probe_timer)));
        if !timer {
            return Err(NoRuntime::new(NoRuntimeKind::NoTimer));
        }
        LAST_WITH_TIMER.set(Some(id));
        Ok(id)
    }

    /// Returns the caller's runtime, which has a timer and an I/O driver.
    #[cfg(feature = "net")]
    pub(crate) fn with_timer_and_io() -> Result<Self, NoRuntime> {
        let id = Self::with_timer()?;
        let io = IO_DRIVERS.check(id, probe_io);
        if io { Ok(id) } else { Err(NoRuntime::new(NoRuntimeKind::NoIo)) }
    }

    pub(crate) fn find() -> Result<Self, NoRuntime> {
        match Handle::try_current() {
            Ok(handle) => Ok(Self(handle.id())),
            Err(_) => Err(NoRuntime::new(NoRuntimeKind::OutsideRuntime)),
        }
    }
}

/// The number of runtimes remembered. With more of them alive, some are probed again, which is
/// cheap as long as the probe succeeds.
const REMEMBERED: usize = 64;

/// The results of the probes, newest last. Ids are never reused, so no entry goes stale.
struct Findings(Mutex<VecDeque<(RuntimeId, bool)>>);

static TIMERS: Findings = Findings::new();
thread_local! {
    /// The last runtime on this thread that was found to have a timer.
    static LAST_WITH_TIMER: Cell<Option<RuntimeId>> = const { Cell::new(None) };
}
#[cfg(feature = "net")]
static IO_DRIVERS: Findings = Findings::new();

impl Findings {
    const fn new() -> Self {
        Self(Mutex::new(VecDeque::new()))
    }

    /// Returns what is known about `id`, from memory or from `probe`. An inconclusive probe counts
    /// as success and is not remembered.
    fn check(&self, id: RuntimeId, probe: impl FnOnce() -> Option<bool>) -> bool {
        let known = |found: &VecDeque<(RuntimeId, bool)>| {
            found.iter().rev().find_map(|(known, good)| (*known == id).then_some(*good))
        };
        if let Some(good) = known(&self.0.lock().unwrap_or_else(PoisonError::into_inner)) {
            return good;
        }
        // Not under the lock: the probe may panic, and a panic hook may run any code.
        let Some(good) = probe() else { return true };
        let mut found = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known(&found).is_none() {
            if found.len() == REMEMBERED {
                found.pop_front();
            }
            found.push_back((id, good));
        }
        good
    }
}

/// tokio offers no query for this; creating a timer or socket without the driver panics.
fn survives(probe: impl FnOnce()) -> bool {
    catch_unwind(AssertUnwindSafe(probe)).is_ok()
}

fn probe_timer() {
    drop(tokio::time::sleep(Duration::ZERO));
}

#[cfg(feature = "net")]
fn probe_io() -> Option<bool> {
    let socket = std::net::UdpSocket::bind((std::net::Ipv4Addr::LOCALHOST, 0)).ok()?;
    socket.set_nonblocking(true).ok()?;
    Some(survives(|| drop(tokio::net::UdpSocket::from_std(socket))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_runtime_is_probed_once() {
        let findings = Findings::new();
        let runtime = || tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
        let (one, two) = (runtime(), runtime());
        let [one, two] = [&one, &two].map(|runtime| RuntimeId(runtime.handle().id()));
        assert!(findings.check(one, || None), "an inconclusive probe counts as success");
        assert!(!findings.check(one, || Some(false)));
        assert!(!findings.check(one, || panic!("probed again")));
        assert!(findings.check(two, || Some(true)));
        assert!(findings.check(two, || panic!("probed again")));
    }

    #[test]
    fn remembered_probes_are_bounded() {
        let findings = Findings::new();
        for _ in 0..3 * REMEMBERED {
            let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
            findings.check(RuntimeId(runtime.handle().id()), || Some(true));
        }
        assert_eq!(findings.0.lock().unwrap().len(), REMEMBERED);
    }
}

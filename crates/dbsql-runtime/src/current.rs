//! Which tokio runtime the caller is in, and whether it can do what is needed.

use std::cell::Cell;
use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::runtime::Handle;

/// Which tokio runtime something belongs to. Never used again for another one in this process.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct RuntimeId(tokio::runtime::Id);

/// The caller is not in a tokio runtime that can do the work.
///
/// `Display` says what is missing, [`next_step`](Self::next_step) what to do about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.kind.text())]
pub struct NoRuntime {
    kind: NoRuntimeKind,
}

/// What is missing.
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

    /// What is missing.
    #[must_use]
    pub fn kind(&self) -> NoRuntimeKind {
        self.kind
    }

    /// What to do about it.
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
    /// The runtime of the caller. It has a timer.
    pub(crate) fn with_timer() -> Result<Self, NoRuntime> {
        let id = Self::find()?;
        // A thread hardly ever changes its runtime: the findings of all are asked once.
        let timer =
            LAST_WITH_TIMER.get() == Some(id) || TIMERS.check(id, || Some(survives(probe_timer)));
        if !timer {
            return Err(NoRuntime::new(NoRuntimeKind::NoTimer));
        }
        LAST_WITH_TIMER.set(Some(id));
        Ok(id)
    }

    /// The runtime of the caller. It has a timer and an I/O driver.
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

/// How many runtimes are remembered. With more alive at once some are probed again, which is
/// cheap as long as the probe finds what it looks for.
const REMEMBERED: usize = 64;

/// What the probes found, newest last. Ids are never used again, so nothing here goes stale.
struct Findings(Mutex<VecDeque<(RuntimeId, bool)>>);

static TIMERS: Findings = Findings::new();
thread_local! {
    /// The last runtime of this thread that was found to have a timer.
    static LAST_WITH_TIMER: Cell<Option<RuntimeId>> = const { Cell::new(None) };
}
#[cfg(feature = "net")]
static IO_DRIVERS: Findings = Findings::new();

impl Findings {
    const fn new() -> Self {
        Self(Mutex::new(VecDeque::new()))
    }

    /// What is known of `id`, from memory or from `probe`. A probe that finds out nothing counts
    /// as a good sign and is not remembered.
    fn check(&self, id: RuntimeId, probe: impl FnOnce() -> Option<bool>) -> bool {
        let known = |found: &VecDeque<(RuntimeId, bool)>| {
            found.iter().rev().find_map(|(known, good)| (*known == id).then_some(*good))
        };
        if let Some(good) = known(&self.0.lock().unwrap_or_else(PoisonError::into_inner)) {
            return good;
        }
        // Not under the lock: it may panic, and a panic hook may do anything.
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

/// tokio has no question for this; it panics when a timer or socket is made without a driver.
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
    fn probe_runs_once_for_each_runtime() {
        let findings = Findings::new();
        let runtime = || tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
        let (one, two) = (runtime(), runtime());
        let [one, two] = [&one, &two].map(|runtime| RuntimeId(runtime.handle().id()));
        assert!(findings.check(one, || None), "finding out nothing is a good sign");
        assert!(!findings.check(one, || Some(false)));
        assert!(!findings.check(one, || panic!("probed again")));
        assert!(findings.check(two, || Some(true)));
        assert!(findings.check(two, || panic!("probed again")));
    }

    #[test]
    fn memory_of_probes_is_bounded() {
        let findings = Findings::new();
        for _ in 0..3 * REMEMBERED {
            let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
            findings.check(RuntimeId(runtime.handle().id()), || Some(true));
        }
        assert_eq!(findings.0.lock().unwrap().len(), REMEMBERED);
    }
}

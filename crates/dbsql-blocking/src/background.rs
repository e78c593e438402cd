//! The background thread of a client: it drives the async client while callers wait on std channels.
//!
//! One for each client and what was created from it, not one for the process: it ends with its owner,
//! and a token provider or a transport that blocks it holds up no other client.
//!
//! A caller never enters an async runtime: it hands a future to the thread and waits on a channel. So a
//! call works on any thread, also on one that is inside of a tokio runtime, where tokio would panic on
//! being blocked. The runtime is created, driven and dropped on the background thread alone, since
//! dropping it elsewhere may block or panic; the end of its owner only sends a signal.

mod failure;

use std::fmt;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::sync::{Mutex, PoisonError};
use std::thread::{self, ThreadId};
use std::time::Duration;

use dbsql::{Call, Client, Deadline, Instant, Result, Runtime};
use tokio::runtime::{Builder, Handle};
use tokio::sync::oneshot;
use tracing::Instrument as _;
use tracing::instrument::WithSubscriber as _;

pub(crate) use self::failure::{Afterwards, deadline_passed};

/// The name of the thread.
const THREAD_NAME: &str = "dbsql-blocking";

/// How long late cancels and closes may take after the last owner was dropped.
const LATE_WORK_LIMIT: Duration = Duration::from_secs(5);

/// How much longer than its deadline a call waits for the background thread, which keeps deadlines itself
/// unless something blocks it.
const BLOCKED_LIMIT: Duration = Duration::from_secs(1);

/// The background thread, started by the first call. The end of this value ends it.
pub(crate) struct Background {
    client: Client,
    thread: Mutex<Option<Thread>>,
    /// Of the thread; that of the platform unless a test sets it.
    stack_size: Option<usize>,
}

struct Thread {
    entry: Entry,
    /// Dropping it ends the thread.
    _stop: oneshot::Sender<()>,
}

/// The way of a call to the background thread.
#[derive(Clone)]
pub(crate) struct Entry {
    runtime: Handle,
    thread: ThreadId,
}

impl Background {
    pub(crate) fn new(client: Client) -> Self {
        Self { client, thread: Mutex::new(None), stack_size: None }
    }

    /// Returns the client that the thread drives.
    pub(crate) fn client(&self) -> &Client {
        &self.client
    }

    /// Runs a call, with the deadline of the value that it is made through.
    pub(crate) fn call<T: Send + 'static>(
        &self,
        deadline: Option<Deadline>,
        call: Call<T>,
    ) -> Result<T> {
        let until = deadline.and_then(resolve);
        let call = match until {
            Some(until) => call.deadline(until),
            None => call,
        };
        self.enter(Afterwards::Repeat)?.run(until, call.into_future())
    }

    /// Returns the way to the thread, which it starts if necessary.
    ///
    /// # Errors
    ///
    /// `Config` when the thread cannot be started, and on the thread itself, which would wait for itself.
    pub(crate) fn enter(&self, afterwards: Afterwards) -> Result<CallSite> {
        let mut thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner);
        let entry = match &*thread {
            Some(thread) => thread.entry.clone(),
            None => {
                let started = self.start().map_err(|error| afterwards.not_started(error))?;
                thread.insert(started).entry.clone()
            }
        };
        drop(thread);
        if entry.thread == thread::current().id() {
            return Err(failure::on_own_thread());
        }
        Ok(CallSite { entry, afterwards })
    }

    fn start(&self) -> std::io::Result<Thread> {
        let (stop, stopped) = oneshot::channel();
        let (ready, started) = mpsc::sync_channel(1);
        let client = self.client.clone();
        let mut builder = thread::Builder::new().name(THREAD_NAME.to_owned());
        if let Some(stack_size) = self.stack_size {
            builder = builder.stack_size(stack_size);
        }
        let thread = builder.spawn(move || drive(client, &ready, stopped))?;
        let runtime = started.recv().unwrap_or_else(|error| Err(std::io::Error::other(error)))?;
        let entry = Entry { runtime, thread: thread.thread().id() };
        Ok(Thread { entry, _stop: stop })
    }
}

impl fmt::Debug for Background {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Background").field("client", &self.client).finish_non_exhaustive()
    }
}

/// The whole life of the thread.
fn drive(
    client: Client,
    ready: &mpsc::SyncSender<std::io::Result<Handle>>,
    stopped: oneshot::Receiver<()>,
) {
    let built = Builder::new_current_thread().enable_all().thread_name(THREAD_NAME).build();
    let (runtime, handle) = match built {
        Ok(runtime) => {
            let handle = runtime.handle().clone();
            (runtime, Ok(handle))
        }
        Err(error) => return drop(ready.send(Err(error))),
    };
    if ready.send(handle).is_err() {
        return;
    }
    runtime.block_on(async move {
        // Fails always: nothing is sent, the other end is dropped.
        drop(stopped.await);
        // What remains is left to the server's idle timer.
        drop(client.shutdown(LATE_WORK_LIMIT).await);
    });
    // Does not wait for blocking work, which may never end.
    runtime.shutdown_background();
}

/// A call that is about to be made.
pub(crate) struct CallSite {
    entry: Entry,
    afterwards: Afterwards,
}

impl CallSite {
    /// Runs the call on the background thread and waits for its outcome. `until` is its deadline, which
    /// the call itself keeps.
    ///
    /// # Errors
    ///
    /// Those of the call; an error when it panicked, and when something blocks the thread beyond the
    /// deadline.
    pub(crate) fn run<T: Send + 'static>(
        self,
        until: Option<Instant>,
        call: impl Future<Output = Result<T>> + Send + 'static,
    ) -> Result<T> {
        let (outcome, waiting) = mpsc::sync_channel(1);
        let task = async move {
            let done = call.await;
            // The caller may have given up.
            drop(outcome.send(done));
        };
        // Spans and events are the caller's, as if it made the call itself.
        let task = task.in_current_span().with_current_subscriber();
        let task = self.entry.runtime.spawn(task);
        let Some(until) = until else {
            return waiting.recv().unwrap_or_else(|_| Err(self.afterwards.panicked()));
        };
        let left = until.saturating_duration_since(now());
        match waiting.recv_timeout(left.saturating_add(BLOCKED_LIMIT)) {
            Ok(done) => done,
            Err(RecvTimeoutError::Disconnected) => Err(self.afterwards.panicked()),
            Err(RecvTimeoutError::Timeout) => {
                // Dropped as in the async API: what can be canceled then is.
                task.abort();
                // It may have come in between.
                waiting.try_recv().unwrap_or_else(|_| Err(self.afterwards.blocked()))
            }
        }
    }
}

fn now() -> Instant {
    Runtime::real().now()
}

/// Returns the point in time; `None` for one too distant to be represented.
pub(crate) fn resolve(deadline: Deadline) -> Option<Instant> {
    match deadline {
        Deadline::After(duration) => now().checked_add(duration),
        Deadline::At(instant) => Some(instant),
        _ => None,
    }
}

#[cfg(test)]
mod tests;

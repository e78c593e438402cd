//! The background thread of a client: it drives the async client while callers wait on std channels.
//!
//! There is one per client, not one per process: it ends with its owner, and a token provider or a
//! transport that blocks it delays no other client.
//!
//! A caller never enters an async runtime: it sends a future to the thread and waits on a channel.
//! So a call works on any thread, even inside of a tokio runtime, where `block_on` would panic. The
//! runtime is created, driven and dropped on the background thread only, since dropping it
//! elsewhere may block or panic; dropping its owner only sends a signal.

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

/// The time limit for late cancels and closes after the last owner was dropped.
const LATE_WORK_LIMIT: Duration = Duration::from_secs(5);

/// How long after its deadline a call still waits for the background thread, which observes
/// deadlines itself unless something blocks it.
const BLOCKED_LIMIT: Duration = Duration::from_secs(1);

/// The background thread, started by the first call. It ends when this value is dropped.
pub(crate) struct Background {
    client: Client,
    thread: Mutex<Option<Thread>>,
    /// The stack size of the thread; the platform's default unless a test sets it.
    stack_size: Option<usize>,
}

struct Thread {
    entry: Entry,
    /// Dropping it ends the thread.
    _stop: oneshot::Sender<()>,
}

/// Starts calls on the background thread.
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

    /// Runs a call with a deadline.
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

    /// Returns access to the thread, which is started if necessary.
    ///
    /// # Errors
    ///
    /// `Config` if the thread cannot be started, or if the caller is that thread, which would
    /// deadlock.
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

/// The main function of the thread.
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
        // Always fails: nothing is sent, the sender is dropped.
        drop(stopped.await);
        // The rest is left to the server's idle timer.
        drop(client.shutdown(LATE_WORK_LIMIT).await);
    });
    // Does not wait for blocking tasks, which may never end.
    runtime.shutdown_background();
}

/// A call that is about to be made.
pub(crate) struct CallSite {
    entry: Entry,
    afterwards: Afterwards,
}

impl CallSite {
    /// Runs the call on the background thread and waits for its result. `until` is its deadline,
    /// which the call observes itself.
    ///
    /// # Errors
    ///
    /// Those of the call; an error if it panicked, or if something blocks the thread beyond the
    /// deadline.
    pub(crate) fn run<T: Send + 'static>(
        self,
        until: Option<Instant>,
        call: impl Future<Output = Result<T>> + Send + 'static,
    ) -> Result<T> {
        let (outcome, waiting) = mpsc::sync_channel(1);
        let task = async move {
            let done = call.await;
            // The caller may have stopped waiting.
            drop(outcome.send(done));
        };
        // Spans and events are children of the caller's span.
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
                // Dropped as in the async API, which cancels what can be canceled.
                task.abort();
                // The result may have arrived in between.
                waiting.try_recv().unwrap_or_else(|_| Err(self.afterwards.blocked()))
            }
        }
    }
}

fn now() -> Instant {
    Runtime::real().now()
}

/// Returns the instant of the deadline; `None` if it cannot be represented.
pub(crate) fn resolve(deadline: Deadline) -> Option<Instant> {
    match deadline {
        Deadline::After(duration) => now().checked_add(duration),
        Deadline::At(instant) => Some(instant),
        _ => None,
    }
}

#[cfg(test)]
mod tests;

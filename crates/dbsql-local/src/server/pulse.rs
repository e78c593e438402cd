//! What a connection is doing, and until when it may.

use std::future::poll_fn;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Poll;

use dbsql_runtime::{Instant, Runtime};
use dbsql_transport::BoxFuture;
use tokio::sync::Notify;

use crate::later::later;
use crate::settings::SocketSettings;

/// The activity of a connection. Only the task of the connection changes it.
#[derive(Debug)]
pub(super) struct Pulse {
    runtime: Runtime,
    activity: Mutex<Activity>,
    evicted: Notify,
}

#[derive(Clone, Copy, Debug)]
struct Activity {
    /// When a byte was received or sent last.
    moved: Instant,
    /// When the first byte of a request was received whose head is not complete.
    head: Option<Instant>,
    /// Whether the body of a request is being received.
    receives: bool,
    /// Since when the client has not read the bytes that are ready for it.
    blocked: Option<Instant>,
    /// The number of requests that are being answered, up to the end of the body of the response.
    busy: usize,
}

impl Activity {
    /// Returns when the connection is closed unless something happens; `None` while the service is
    /// working.
    fn ends_at(&self, limits: &SocketSettings) -> Option<Instant> {
        match *self {
            Self { blocked: Some(since), .. } => Some(later(since, limits.idle_timeout)),
            Self { head: Some(since), .. } => Some(later(since, limits.header_timeout)),
            Self { receives: true, moved, .. } => Some(later(moved, limits.header_timeout)),
            Self { busy: 0, moved, .. } => Some(later(moved, limits.idle_timeout)),
            _ => None,
        }
    }
}

impl Pulse {
    pub(super) fn new(runtime: &Runtime) -> Arc<Self> {
        let moved = runtime.now();
        let activity = Activity { moved, head: None, receives: false, blocked: None, busy: 0 };
        Arc::new(Self {
            runtime: runtime.clone(),
            activity: Mutex::new(activity),
            evicted: Notify::new(),
        })
    }

    fn activity(&self) -> MutexGuard<'_, Activity> {
        self.activity.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Bytes were received.
    pub(super) fn received(&self) {
        let mut activity = self.activity();
        activity.moved = self.runtime.now();
        if activity.busy == 0 {
            activity.head.get_or_insert(self.runtime.now());
        }
    }

    /// Bytes were sent.
    pub(super) fn sent(&self) {
        let mut activity = self.activity();
        activity.moved = self.runtime.now();
        activity.blocked = None;
    }

    /// Bytes cannot be sent yet.
    pub(super) fn is_blocked(&self) {
        let now = self.runtime.now();
        self.activity().blocked.get_or_insert(now);
    }

    /// The head of a request is complete. It is being answered until the value is dropped.
    pub(super) fn begin(self: &Arc<Self>) -> Busy {
        let mut activity = self.activity();
        activity.head = None;
        activity.receives = true;
        activity.busy += 1;
        Busy(Arc::clone(self))
    }

    /// Returns since when nothing has happened, if no request is being answered.
    pub(super) fn idle_since(&self) -> Option<Instant> {
        let activity = *self.activity();
        (activity.busy == 0).then_some(activity.moved)
    }

    /// Asks the connection to close.
    pub(super) fn evict(&self) {
        self.evicted.notify_one();
    }

    /// Ready when the connection was asked to close. Cancel-safe.
    pub(super) async fn evicted(&self) {
        self.evicted.notified().await;
    }

    /// Ready when the client has taken too long. To be polled after the connection, as often as that:
    /// so it learns of every change.
    pub(super) async fn expired(&self, limits: &SocketSettings) {
        let mut timer: Option<(Instant, BoxFuture<'static, ()>)> = None;
        poll_fn(|context| {
            loop {
                let Some(end) = self.activity().ends_at(limits) else { return Poll::Pending };
                if end <= self.runtime.now() {
                    return Poll::Ready(());
                }
                // A timer that is too early is kept: most requests end before it fires.
                let (_, armed) = match &mut timer {
                    Some(armed) if armed.0 <= end => armed,
                    _ => {
                        let runtime = self.runtime.clone();
                        let sleep = async move { runtime.sleep_until(end).await };
                        timer.insert((end, Box::pin(sleep)))
                    }
                };
                if armed.as_mut().poll(context).is_pending() {
                    return Poll::Pending;
                }
                timer = None;
            }
        })
        .await;
    }
}

/// A request that is being answered.
#[derive(Debug)]
pub(super) struct Busy(Arc<Pulse>);

impl Busy {
    /// The whole request was received.
    pub(super) fn is_received(&self) {
        self.0.activity().receives = false;
    }
}

impl Drop for Busy {
    fn drop(&mut self) {
        let mut activity = self.0.activity();
        activity.busy -= 1;
        activity.receives = false;
        activity.moved = self.0.runtime.now();
    }
}

//! Keeps an operation alive on the server while its result is open and not being read.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use dbsql_runtime::Tasks;

use crate::operation::Operation;

/// The number of consecutive failures after which there is nothing to keep alive.
const MAX_FAILURES: u32 = 10;

/// The deadline of one status call.
const STATUS_TIMEOUT: Duration = Duration::from_secs(30);

/// Requests the status periodically, so that the server does not close the operation as idle. Ends
/// with its owner.
pub(super) struct KeepAlive {
    read_lately: Arc<AtomicBool>,
    _tasks: Tasks,
}

impl KeepAlive {
    /// Starts it in the current tokio runtime; `None` if there is nothing to keep alive, or it is
    /// disabled.
    pub(super) fn start(operation: &Arc<Operation>) -> Option<Self> {
        let interval = operation.engine.defaults.keep_alive?;
        if operation.closed_at_submit() || interval.is_zero() {
            return None;
        }
        let runtime = operation.engine.runtime.clone();
        let read_lately = Arc::new(AtomicBool::new(false));
        let tasks = runtime.tasks();
        let (operation, read) = (Arc::clone(operation), Arc::clone(&read_lately));
        tasks.spawn(async move {
            let mut failures = 0;
            while failures < MAX_FAILURES {
                runtime.sleep(interval).await;
                if read.swap(false, Ordering::Relaxed) {
                    continue;
                }
                let until = runtime.now().checked_add(STATUS_TIMEOUT);
                failures = match operation.in_call("keep_alive", operation.sync(until)).await {
                    Ok(_) => 0,
                    Err(_) => failures + 1,
                };
            }
        });
        Some(Self { read_lately, _tasks: tasks })
    }

    /// Records that rows were read: the next status call can be skipped.
    pub(super) fn was_read(&self) {
        self.read_lately.store(true, Ordering::Relaxed);
    }
}

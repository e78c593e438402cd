//! One value per tokio runtime: connections and tasks cannot be shared between two.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use tokio::runtime::Handle;
use tokio::task::AbortHandle;

use crate::{NoRuntime, NoRuntimeKind, Runtime, RuntimeId};

/// One value per tokio runtime, created on first use inside that runtime.
///
/// Sockets, timers and tasks work only while their runtime runs, so an object that is used from
/// several runtimes keeps them here. A value is released when its runtime shuts down or when this
/// map is dropped, whichever comes first; an [`Arc`] that was returned lives longer.
///
/// ```
/// use std::sync::Arc;
/// use dbsql_runtime::{PerRuntime, Runtime};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let names = PerRuntime::new();
/// let runtime = Runtime::real();
/// let tokio = || tokio::runtime::Builder::new_current_thread().enable_all().build();
/// let (one, two) = (tokio()?, tokio()?);
/// let first = one.block_on(async { names.get_or_make(&runtime, || "one") })?;
/// let again = one.block_on(async { names.get_or_make(&runtime, || "again") })?;
/// let second = two.block_on(async { names.get_or_make(&runtime, || "two") })?;
/// assert!(Arc::ptr_eq(&first, &again));
/// assert_eq!(*second, "two");
/// drop(one);
/// assert_eq!(names.values(), [second]);
/// # Ok(())
/// # }
/// ```
///
/// Each entry has a small task in its runtime that only detects the shutdown. It does not delay the
/// shutdown and is not counted by [`Runtime::live_tasks`].
pub struct PerRuntime<T>(Arc<Entries<T>>);

/// In order of creation. A program has few runtimes at a time.
struct Entries<T>(Mutex<Vec<Entry<T>>>);

struct Entry<T> {
    id: RuntimeId,
    value: Arc<T>,
    /// Ends the task that watches the runtime. `None` while that task is being started.
    watch: Option<AbortHandle>,
}

impl<T> PerRuntime<T> {
    /// Creates an empty map, inside or outside a runtime.
    #[must_use]
    pub fn new() -> Self {
        Self(Arc::new(Entries(Mutex::new(Vec::new()))))
    }

    /// Returns the values of the runtimes that have not shut down, in order of creation.
    #[must_use]
    pub fn values(&self) -> Vec<Arc<T>> {
        self.0.lock().iter().map(|entry| Arc::clone(&entry.value)).collect()
    }
}

impl<T: Send + Sync + 'static> PerRuntime<T> {
    /// Returns the value of the caller's runtime; `make` creates it if there is none yet.
    ///
    /// No lock is held while `make` runs, so it may use this map. When several threads of one
    /// runtime race for the first use, `make` may run on each; one value is kept and every caller
    /// gets that one.
    ///
    /// # Errors
    ///
    /// [`NoRuntime`] when the caller is in no tokio runtime, or in one without a timer.
    pub fn get_or_make(
        &self,
        runtime: &Runtime,
        make: impl FnOnce() -> T,
    ) -> Result<Arc<T>, NoRuntime> {
        let id = runtime.current()?;
        if let Some(value) = self.0.find(id) {
            return Ok(value);
        }
        let handle =
            Handle::try_current().map_err(|_| NoRuntime::new(NoRuntimeKind::OutsideRuntime))?;
        let made = Arc::new(make());
        {
            let mut entries = self.0.lock();
            if let Some(entry) = entries.iter().find(|entry| entry.id == id) {
                let value = Arc::clone(&entry.value);
                // Unlocked first: the `Drop` of a discarded value may run any code.
                drop(entries);
                drop(made);
                return Ok(value);
            }
            entries.push(Entry { id, value: Arc::clone(&made), watch: None });
        }
        // After the entry, since a runtime that is shutting down drops the task immediately.
        let end = EndOfRuntime { id, entries: Arc::downgrade(&self.0) };
        let watch = handle.spawn(async move {
            let _end = end;
            std::future::pending::<()>().await;
        });
        let watch = watch.abort_handle();
        if let Some(entry) = self.0.lock().iter_mut().find(|entry| entry.id == id) {
            entry.watch = Some(watch);
        }
        Ok(made)
    }
}

impl<T> Entries<T> {
    fn lock(&self) -> MutexGuard<'_, Vec<Entry<T>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn find(&self, id: RuntimeId) -> Option<Arc<T>> {
        self.lock().iter().find_map(|entry| (entry.id == id).then(|| Arc::clone(&entry.value)))
    }
}

impl<T> Drop for Entries<T> {
    fn drop(&mut self) {
        let entries = self.0.get_mut().unwrap_or_else(PoisonError::into_inner);
        for watch in entries.iter().filter_map(|entry| entry.watch.as_ref()) {
            watch.abort();
        }
    }
}

/// Removes the entry of a runtime when the task that owns this is dropped.
struct EndOfRuntime<T> {
    id: RuntimeId,
    entries: Weak<Entries<T>>,
}

impl<T> Drop for EndOfRuntime<T> {
    fn drop(&mut self) {
        let Some(entries) = self.entries.upgrade() else { return };
        let ended = {
            let mut entries = entries.lock();
            let at = entries.iter().position(|entry| entry.id == self.id);
            at.map(|at| entries.remove(at))
        };
        // Unlocked: the `Drop` of a value may run any code.
        drop(ended);
    }
}

impl<T> Default for PerRuntime<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T> fmt::Debug for PerRuntime<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PerRuntime").field("runtimes", &self.0.lock().len()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;

//! The last transient error of a call that goes on, for those who wait for what it asks about.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::Error;

/// The last transient error of the call in progress. By default nothing is kept. Clones share it.
#[derive(Clone, Debug, Default)]
pub(crate) struct LastError(Option<Arc<Mutex<Option<Error>>>>);

impl LastError {
    /// One that is kept.
    pub(crate) fn kept() -> Self {
        Self(Some(Arc::default()))
    }

    pub(crate) fn set(&self, error: impl FnOnce() -> Error) {
        if let Some(mut kept) = self.lock() {
            *kept = Some(error());
        }
    }

    pub(crate) fn clear(&self) {
        if let Some(mut kept) = self.lock() {
            *kept = None;
        }
    }

    pub(crate) fn get(&self) -> Option<Error> {
        self.lock()?.clone()
    }

    fn lock(&self) -> Option<MutexGuard<'_, Option<Error>>> {
        Some(self.0.as_ref()?.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

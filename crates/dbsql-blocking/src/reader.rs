//! A reader of the async client, owned by the background thread during a call and by the caller
//! between calls.

use std::sync::Arc;

use dbsql::{Deadline, Instant, Result};

use crate::background::{Afterwards, Background, resolve};

/// A reader of the async client. A call moves it to the background thread and back, so between
/// calls its owner has it and can drop it without the thread.
pub(crate) struct Reader<R> {
    background: Arc<Background>,
    /// The error of the call that lost it.
    inner: Result<Box<R>>,
    afterwards: Afterwards,
    until: Option<Instant>,
}

impl<R> Reader<R> {
    pub(crate) fn new(background: Arc<Background>, inner: R, afterwards: Afterwards) -> Self {
        Self { background, inner: Ok(Box::new(inner)), afterwards, until: None }
    }

    /// Sets the deadline of all calls together, which the reader also observes itself.
    pub(crate) fn deadline(self, deadline: Deadline, set: impl FnOnce(R) -> R) -> Self {
        let inner = self.inner.map(|inner| Box::new(set(*inner)));
        Self { inner, until: resolve(deadline), ..self }
    }

    /// Converts the reader.
    #[cfg(feature = "rows")]
    pub(crate) fn try_map<S>(self, map: impl FnOnce(R) -> Result<S>) -> Result<Reader<S>> {
        let Self { background, inner, afterwards, until } = self;
        let inner = Ok(Box::new(map(*inner?)?));
        Ok(Reader { background, inner, afterwards, until })
    }

    /// Returns the reader, unless it is lost.
    #[cfg(feature = "rows")]
    pub(crate) fn get_mut(&mut self) -> Option<&mut R> {
        self.inner.as_deref_mut().ok()
    }

    /// Makes a call on the background thread.
    ///
    /// # Errors
    ///
    /// That of the call; the error of a call that lost the reader is returned by all later ones.
    pub(crate) fn call<T, F>(&mut self, call: impl FnOnce(Box<R>) -> F) -> Result<T>
    where
        T: Send + 'static,
        R: Send + 'static,
        F: Future<Output = (T, Box<R>)> + Send + 'static,
    {
        let site = self.background.enter(self.afterwards)?;
        // Remains if this unwinds.
        let gone = Err(self.afterwards.panicked());
        let called = match std::mem::replace(&mut self.inner, gone) {
            Ok(inner) => {
                let called = call(inner);
                site.run(self.until, async move { Ok(called.await) })
            }
            Err(lost) => Err(lost),
        };
        match called {
            Ok((outcome, inner)) => {
                self.inner = Ok(inner);
                Ok(outcome)
            }
            Err(lost) => {
                self.inner = Err(lost.clone());
                Err(lost)
            }
        }
    }

    /// Makes the last call on the background thread.
    ///
    /// # Errors
    ///
    /// Those of the call, and as for [`call`](Self::call).
    pub(crate) fn finish<T, F>(self, call: impl FnOnce(Box<R>) -> F) -> Result<T>
    where
        T: Send + 'static,
        F: Future<Output = Result<T>> + Send + 'static,
    {
        let inner = self.inner?;
        self.background.enter(self.afterwards)?.run(self.until, call(inner))
    }
}

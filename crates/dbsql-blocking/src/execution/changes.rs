//! The changes of an execution's status, as an iterator.

use std::fmt;
use std::future::poll_fn;
use std::iter::FusedIterator;
use std::pin::Pin;
use std::sync::Arc;

use dbsql::{Deadline, Instant, Result, StatusChange};
use futures_core::Stream;

use crate::background::{Afterwards, Background, deadline_passed, resolve};

/// An iterator over the status changes of an execution, each once: first the current status, last the
/// terminal one. The statement is polled while a thread waits for the next change.
///
/// A failed statement is a change, not an error. An error ends the iterator; create another one to
/// continue. [`with_deadline`](crate::AsyncExecution::with_deadline) bounds all changes together.
///
/// ```
/// # fn sample(query: dbsql_blocking::AsyncExecution) -> Result<(), dbsql_blocking::Error> {
/// for change in query.status_changes() {
///     println!("{}", change?.status);
/// }
/// # Ok(()) }
/// ```
#[must_use = "iterators are lazy"]
pub struct StatusChanges {
    background: Arc<Background>,
    /// `None` after the end.
    inner: Option<dbsql::StatusChanges>,
    until: Option<Instant>,
}

impl StatusChanges {
    pub(super) fn new(
        background: Arc<Background>,
        inner: dbsql::StatusChanges,
        deadline: Option<Deadline>,
    ) -> Self {
        Self { background, inner: Some(inner), until: deadline.and_then(resolve) }
    }
}

impl Iterator for StatusChanges {
    type Item = Result<StatusChange>;

    fn next(&mut self) -> Option<Self::Item> {
        let mut changes = self.inner.take()?;
        let until = self.until;
        let site = match self.background.enter(Afterwards::Repeat) {
            Ok(site) => site,
            Err(error) => return Some(Err(error)),
        };
        let next = site.run(until, async move {
            let next = poll_fn(|cx| Pin::new(&mut changes).poll_next(cx));
            let next = match until {
                None => next.await,
                Some(until) => match tokio::time::timeout_at(until, next).await {
                    Ok(next) => next,
                    Err(_) => return Err(deadline_passed()),
                },
            };
            Ok((next, changes))
        });
        match next {
            Ok((next, changes)) => {
                self.inner = matches!(next, Some(Ok(_))).then_some(changes);
                next
            }
            Err(error) => Some(Err(error)),
        }
    }
}

impl FusedIterator for StatusChanges {}

impl fmt::Debug for StatusChanges {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("StatusChanges").field(&self.inner).finish()
    }
}

//! The executions that would end with their session.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use dbsql_protocol::handle::QueryId;
use dbsql_transport::RequestSent;

use crate::http::flight::Flight;
use crate::{Error, ErrorKind, Result};

/// What was started in a session and is not closed yet, and whether more may be started. Cheap to
/// clone; clones are the same.
#[derive(Clone, Debug, Default)]
pub(crate) struct OpenExecutions(Arc<Mutex<Inner>>);

#[derive(Debug, Default)]
struct Inner {
    known: BTreeSet<QueryId>,
    /// Submits that are on their way, or whose answer will never come: their statements may run.
    unanswered: usize,
    /// The session is being ended, or is ended.
    ended: bool,
}

impl OpenExecutions {
    /// A statement is about to be sent.
    pub(crate) fn submit(&self, flight: &Flight) -> Result<Unanswered> {
        let mut inner = self.lock();
        if inner.ended {
            return Err(Error::new(ErrorKind::SessionExpired, "this connection was closed")
                .with_next_step("connect again: the statement was not sent"));
        }
        inner.unanswered += 1;
        Ok(Unanswered { open: self.clone(), flight: flight.clone(), settled: false })
    }

    /// This one is closed.
    pub(crate) fn closed(&self, query_id: QueryId) {
        self.lock().known.remove(&query_id);
    }

    /// Lets nothing more be started, if nothing is open: how many are, otherwise.
    pub(crate) fn end_unless_open(&self) -> Result<Ending, usize> {
        let mut inner = self.lock();
        match inner.known.len() + inner.unanswered {
            0 => {
                inner.ended = true;
                Ok(Ending { open: self.clone(), done: false })
            }
            open => Err(open),
        }
    }

    /// Lets nothing more be started, whatever is open.
    pub(crate) fn end(&self) -> Ending {
        self.lock().ended = true;
        Ending { open: self.clone(), done: false }
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A submit without its answer. Dropped like that, it counts for ever if the server may have the
/// statement.
#[derive(Debug)]
pub(crate) struct Unanswered {
    open: OpenExecutions,
    flight: Flight,
    settled: bool,
}

impl Unanswered {
    /// The statement has this execution, which is open.
    pub(crate) fn started(mut self, query_id: QueryId) {
        self.settle().known.insert(query_id);
    }

    /// The statement did not run, or its execution is closed already.
    pub(crate) fn nothing_open(mut self) {
        drop(self.settle());
    }

    /// Nobody knows whether the statement runs.
    pub(crate) fn unknown(mut self) {
        self.settled = true;
    }

    fn settle(&mut self) -> MutexGuard<'_, Inner> {
        self.settled = true;
        let mut inner = self.open.lock();
        inner.unanswered -= 1;
        inner
    }
}

impl Drop for Unanswered {
    fn drop(&mut self) {
        if !self.settled && self.flight.request_sent() == RequestSent::No {
            self.open.lock().unanswered -= 1;
        }
    }
}

/// A session that is being ended. Dropped before it is done, the session is as usable as it was.
#[derive(Debug)]
pub(crate) struct Ending {
    open: OpenExecutions,
    done: bool,
}

impl Ending {
    /// The session is ended, and with it everything that was open.
    pub(crate) fn done(mut self) {
        self.done = true;
        let mut inner = self.open.lock();
        inner.known.clear();
        inner.unanswered = 0;
    }
}

impl Drop for Ending {
    fn drop(&mut self) {
        if !self.done {
            self.open.lock().ended = false;
        }
    }
}

//! The executions that would end with their session.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use dbsql_protocol::handle::QueryId;
use dbsql_transport::RequestSent;

use crate::http::flight::Flight;
use crate::{Error, ErrorKind, Result};

/// The executions of a session that are not closed yet, and whether more may be started. Cheap to
/// clone; clones share one state.
#[derive(Clone, Debug, Default)]
pub(crate) struct OpenExecutions(Arc<Mutex<Inner>>);

#[derive(Debug, Default)]
struct Inner {
    known: BTreeSet<QueryId>,
    /// Submits in flight, by number.
    submits: BTreeMap<u64, Flight>,
    /// The number of submits without a response: their statements may run.
    unknown: usize,
    next_submit: u64,
    /// Whether the session is ended, for good.
    ended: bool,
    /// The number of calls that are ending it.
    endings: usize,
}

impl Inner {
    fn is_ended(&self) -> bool {
        self.ended || self.endings > 0
    }
}

/// The error of a statement after the end of its session.
pub(crate) fn closed() -> Error {
    Error::new(ErrorKind::SessionExpired, "this connection was closed")
        .with_next_step("connect again: the statement was not sent")
}

impl OpenExecutions {
    /// Registers a statement that is about to be sent.
    pub(crate) fn register(&self, flight: &Flight) -> Result<Unanswered> {
        let mut inner = self.lock();
        if inner.is_ended() {
            return Err(closed());
        }
        inner.next_submit += 1;
        let number = inner.next_submit;
        inner.submits.insert(number, flight.clone());
        Ok(Unanswered { open: self.clone(), number })
    }

    /// Removes an execution that is closed, or has ended without a result.
    pub(crate) fn closed(&self, query_id: QueryId) {
        self.lock().known.remove(&query_id);
    }

    /// Returns `true` if the session is being ended, or is ended.
    pub(crate) fn is_ended(&self) -> bool {
        self.lock().is_ended()
    }

    /// Returns `true` if the session is being ended, but not ended yet.
    pub(crate) fn is_ending(&self) -> bool {
        let inner = self.lock();
        !inner.ended && inner.endings > 0
    }

    /// The server no longer has the session, and another replaces it: executions of the old one do
    /// not belong to the new one.
    pub(crate) fn session_lost(&self) {
        let mut inner = self.lock();
        inner.known.clear();
        inner.unknown = 0;
    }

    /// Prevents new submits, if nothing is open; otherwise returns the number of open executions.
    pub(crate) fn end_unless_open(&self) -> Result<Ending, usize> {
        let mut inner = self.lock();
        match inner.known.len() + inner.submits.len() + inner.unknown {
            0 => {
                inner.endings += 1;
                Ok(Ending { open: self.clone() })
            }
            open => Err(open),
        }
    }

    /// Prevents new submits, whatever is open.
    pub(crate) fn end(&self) -> Ending {
        self.lock().endings += 1;
        Ending { open: self.clone() }
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A submit without its response. If it is dropped in this state and the server may have the
/// statement, it counts forever.
#[derive(Debug)]
pub(crate) struct Unanswered {
    open: OpenExecutions,
    number: u64,
}

impl Unanswered {
    /// Registers the open execution of the statement. Returns `false` if the session was ended in
    /// the meantime, and the execution with it.
    pub(crate) fn started(self, query_id: QueryId) -> bool {
        let mut inner = self.open.lock();
        let is_alive = inner.submits.remove(&self.number).is_some();
        if is_alive {
            inner.known.insert(query_id);
        }
        is_alive
    }

    /// Records that the statement did not run, or its execution is closed.
    pub(crate) fn nothing_open(self) {
        self.open.lock().submits.remove(&self.number);
    }

    /// Records that it is unknown whether the statement runs.
    pub(crate) fn unknown(self) {
        let mut inner = self.open.lock();
        if inner.submits.remove(&self.number).is_some() {
            inner.unknown += 1;
        }
    }
}

impl Drop for Unanswered {
    fn drop(&mut self) {
        let mut inner = self.open.lock();
        // Still registered only if no other method has consumed it.
        if let Some(flight) = inner.submits.remove(&self.number) {
            inner.unknown += usize::from(flight.give_up() == RequestSent::Maybe);
        }
    }
}

/// A session that is being ended. If this is dropped before `done`, the session remains usable.
#[derive(Debug)]
pub(crate) struct Ending {
    open: OpenExecutions,
}

impl Ending {
    /// The session has ended, and with it everything that was open.
    pub(crate) fn done(self) {
        let mut inner = self.open.lock();
        inner.ended = true;
        inner.known.clear();
        inner.submits.clear();
        inner.unknown = 0;
    }
}

impl Drop for Ending {
    fn drop(&mut self) {
        let mut inner = self.open.lock();
        inner.endings = inner.endings.saturating_sub(1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(number: u8) -> QueryId {
        QueryId::from_guid(&[number; 16]).unwrap()
    }

    #[test]
    fn session_ended_during_a_submit_ends_its_execution() {
        let open = OpenExecutions::default();
        let submits: Vec<_> = (0..4).map(|_| open.register(&Flight::default()).unwrap()).collect();
        open.end().done();
        let [one, two, three, four] = <[Unanswered; 4]>::try_from(submits).unwrap();
        assert!(!one.started(id(1)));
        two.nothing_open();
        three.unknown();
        drop(four);
        assert!(open.is_ended());
        assert_eq!(
            open.register(&Flight::default()).unwrap_err().kind(),
            ErrorKind::SessionExpired
        );
        assert!(open.end_unless_open().is_ok(), "nothing is counted for ever");
    }

    #[test]
    fn submit_counts_until_its_execution_is_closed() {
        let open = OpenExecutions::default();
        let submit = open.register(&Flight::default()).unwrap();
        assert_eq!(open.end_unless_open().unwrap_err(), 1);
        assert!(submit.started(id(1)));
        assert_eq!(open.end_unless_open().unwrap_err(), 1);
        open.closed(id(1));
        open.closed(id(1));
        drop(open.end_unless_open().unwrap());
        assert!(!open.is_ended(), "an ending that was dropped ends nothing");
    }

    #[test]
    fn dropped_submit_counts_only_if_it_may_run() {
        let open = OpenExecutions::default();
        let flight = Flight::default();
        drop(open.register(&flight).unwrap());
        assert!(open.end_unless_open().is_ok());
        let sent = Flight::default();
        let submit = open.register(&sent).unwrap();
        sent.next_permit().take().unwrap();
        drop(submit);
        assert_eq!(open.end_unless_open().unwrap_err(), 1);
    }
}

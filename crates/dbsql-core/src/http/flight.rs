//! Where a submit is between the client and the server, and the way to give it up.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use dbsql_transport::{RequestSent, SendPermit};

/// Follows one submit through its attempts. Cheap to clone; clones follow the same submit.
///
/// Giving up revokes the permission to send. It competes with the transport, which takes that
/// permission with the last bytes of the request, and exactly one of the two wins: what is given
/// up is either never sent or may have been.
#[derive(Clone, Debug, Default)]
pub(crate) struct Flight(Arc<Mutex<State>>);

#[derive(Debug, Default)]
struct State {
    /// The permission of the last attempt, unless that is known not to have been accepted.
    permit: Option<SendPermit>,
    given_up: bool,
}

impl Flight {
    /// The permission for the next attempt; revoked already when the submit was given up.
    pub(crate) fn next_permit(&self) -> SendPermit {
        let mut state = self.lock();
        let permit = SendPermit::new();
        if state.given_up {
            permit.revoke();
        }
        state.permit = Some(permit.clone());
        permit
    }

    /// The last attempt is known not to have been accepted.
    pub(crate) fn not_accepted(&self) {
        self.lock().permit = None;
    }

    /// Gives the submit up, for good. `No`: nothing of it runs, now or later.
    pub(crate) fn give_up(&self) -> RequestSent {
        let mut state = self.lock();
        state.given_up = true;
        state.permit.as_ref().map_or(RequestSent::No, SendPermit::revoke)
    }

    /// Whether nobody wants the submit to be sent again.
    pub(crate) fn is_given_up(&self) -> bool {
        self.lock().given_up
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_attempt_that_was_sent_may_have_run() {
        let flight = Flight::default();
        let permit = flight.next_permit();
        permit.hold();
        permit.take().expect("nobody gave up");
        assert_eq!(flight.give_up(), RequestSent::Maybe);
    }

    #[test]
    fn what_is_given_up_first_is_never_sent() {
        let flight = Flight::default();
        let permit = flight.next_permit();
        permit.hold();
        assert_eq!(flight.give_up(), RequestSent::No);
        permit.take().expect_err("the permission was revoked");
        flight.next_permit().take().expect_err("and no later attempt has one");
    }

    #[test]
    fn an_attempt_that_was_not_accepted_is_forgotten() {
        let flight = Flight::default();
        flight.next_permit().take().expect("nobody gave up");
        flight.not_accepted();
        assert_eq!(flight.give_up(), RequestSent::No);
    }
}

//! The progress of a submit between client and server, and a way to revoke it.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use dbsql_transport::{RequestSent, SendPermit};

/// Tracks a submit through its attempts. Cheap to clone; clones track the same submit.
///
/// Revoking competes with the transport, which takes the permission to send with the last bytes of
/// the request, and exactly one of the two wins: a revoked request either is never sent or may have
/// been sent.
#[derive(Clone, Debug, Default)]
pub(crate) struct Flight(Arc<Mutex<State>>);

#[derive(Debug, Default)]
struct State {
    /// The permit of the last attempt, unless that is known not to have been accepted.
    permit: Option<SendPermit>,
    given_up: bool,
}

impl Flight {
    /// Returns the permit for the next attempt, already revoked if the submit was given up.
    pub(crate) fn next_permit(&self) -> SendPermit {
        let mut state = self.lock();
        let permit = SendPermit::new();
        if state.given_up {
            permit.revoke();
        }
        state.permit = Some(permit.clone());
        permit
    }

    /// Records that the last attempt is known not to have been accepted.
    pub(crate) fn not_accepted(&self) {
        self.lock().permit = None;
    }

    /// Gives up the submit, for good. `No` means that nothing of it runs, now or later.
    pub(crate) fn give_up(&self) -> RequestSent {
        let mut state = self.lock();
        state.given_up = true;
        state.permit.as_ref().map_or(RequestSent::No, SendPermit::revoke)
    }

    /// Returns `true` if the submit must not be sent again.
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
    fn sent_attempt_may_have_run() {
        let flight = Flight::default();
        let permit = flight.next_permit();
        permit.hold();
        permit.take().expect("nobody gave up");
        assert_eq!(flight.give_up(), RequestSent::Maybe);
    }

    #[test]
    fn revoked_submit_is_never_sent() {
        let flight = Flight::default();
        let permit = flight.next_permit();
        permit.hold();
        assert_eq!(flight.give_up(), RequestSent::No);
        permit.take().expect_err("the permission was revoked");
        flight.next_permit().take().expect_err("and no later attempt has one");
    }

    #[test]
    fn rejected_attempt_is_forgotten() {
        let flight = Flight::default();
        flight.next_permit().take().expect("nobody gave up");
        flight.not_accepted();
        assert_eq!(flight.give_up(), RequestSent::No);
    }
}

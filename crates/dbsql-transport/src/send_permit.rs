//! The permission to send a request, for which the transport and the engine compete.

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

use crate::RequestSent;

/// The permission to send one request. Either the transport [takes](Self::take) it or the engine
/// [revokes](Self::revoke) it; exactly one of them wins, atomically.
///
/// A statement must never run because of a request that was reported as not sent. The engine
/// therefore puts a permit into the extensions of each request and keeps a clone. When it gives up
/// on the exchange, at a deadline or because the caller dropped it, it revokes the permit. If the
/// transport had not taken it by then, it never can, and the request was certainly not sent,
/// whatever the transport's own tasks are doing at that moment.
///
/// | State | Meaning | Revoked now, the request was |
/// |---|---|---|
/// | new | the engine has not passed it to a transport | not sent |
/// | handed over | a transport has the request; it may ignore permits | perhaps sent |
/// | held | the transport has promised to take it before the last frame of the body is sent | not sent |
/// | taken | the transport may be sending the last frame | perhaps sent |
/// | revoked | the engine gave up; the transport can no longer take it | as found then |
///
/// A request without the end of its body cannot be executed, so a transport takes the permit
/// together with the **last** frame. [`RequestBody`](crate::RequestBody) does that; a transport
/// that uses it only needs to call [`hold`](Self::hold). A request without a body has no such
/// frame: its permit is taken before its head is sent.
///
/// A permit belongs to one attempt; a retried request gets another. When the exchange ended with a
/// [`TransportError`](crate::TransportError), the error takes precedence: it may know that the
/// server did not process a request that was sent.
///
/// ```
/// use dbsql_transport::{RequestSent, Revoked, SendPermit};
///
/// let permit = SendPermit::new();
/// permit.hold();
/// assert_eq!(permit.take(), Ok(()));
/// assert_eq!(permit.revoke(), RequestSent::Maybe); // too late
///
/// let permit = SendPermit::new();
/// permit.hold();
/// assert_eq!(permit.revoke(), RequestSent::No);
/// assert!(permit.take().is_err()); // forever
/// ```
#[derive(Clone, Debug, Default)]
pub struct SendPermit(Arc<AtomicU8>);

/// The engine gave up on the request before its last frame was sent: no further part of it may be
/// sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the request was revoked before it was sent")]
pub struct Revoked(());

/// Only the engine has the permit.
const IDLE: u8 = 0;
/// Passed to a transport that may ignore it.
const HANDED: u8 = 1;
/// The transport takes it before the last frame is sent.
const HELD: u8 = 2;
/// The last frame may have been sent.
const SENT: u8 = 3;
/// Revoked while nothing could have been sent.
const REVOKED: u8 = 4;
/// Revoked while a transport had it that may ignore it.
const REVOKED_LATE: u8 = 5;

impl SendPermit {
    /// Creates a permit that no transport has seen.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// For transports: returns the permit of `request`, [held](Self::hold). A request without one
    /// gets a permit that is never revoked.
    ///
    /// Call it in [`Transport::send`](crate::Transport::send) itself and not in the future that it
    /// returns: a future that is dropped before its first poll has sent nothing.
    #[must_use]
    pub fn hold_for<B>(request: &http::Request<B>) -> Self {
        let permit = request.extensions().get::<Self>().cloned().unwrap_or_default();
        permit.hold();
        permit
    }

    /// For transports: promises to take the permit before the last frame is sent; nothing has been
    /// sent yet. Does nothing to a permit that is taken or revoked.
    pub fn hold(&self) {
        self.change(|state| matches!(state, IDLE | HANDED).then_some(HELD));
    }

    /// For transports: takes the permission to send the last frame of the body, or the head of a
    /// request without a body. Once taken, further calls return `Ok`.
    ///
    /// # Errors
    ///
    /// [`Revoked`] when the engine gave up before. The last frame must not be sent then.
    pub fn take(&self) -> Result<(), Revoked> {
        let found = self.change(|state| matches!(state, IDLE | HANDED | HELD).then_some(SENT));
        if is_revoked(found) { Err(Revoked(())) } else { Ok(()) }
    }

    /// Gives up on the request: for the engine, and for a transport that failed and needs to know
    /// what to report
    /// ([`TransportError::interrupted`](crate::TransportError::interrupted)). Returns whether the
    /// request may have been sent; if not, it never will be, since [`take`](Self::take) fails from
    /// now on. Revoking again returns the same.
    pub fn revoke(&self) -> RequestSent {
        let found = self.change(|state| match state {
            IDLE | HELD => Some(REVOKED),
            HANDED => Some(REVOKED_LATE),
            _ => None,
        });
        request_sent(found)
    }

    /// Returns whether the request may have been sent by now. Unless the permit is revoked or
    /// taken, the result can become outdated immediately: to give up and to know, use
    /// [`revoke`](Self::revoke).
    #[must_use]
    pub fn request_sent(&self) -> RequestSent {
        request_sent(self.0.load(Ordering::Acquire))
    }

    /// Returns whether the engine gave up before the permit was taken. No further part of the
    /// request should be sent then.
    #[must_use]
    pub fn is_revoked(&self) -> bool {
        is_revoked(self.0.load(Ordering::Acquire))
    }

    /// Marks the permit as passed to a transport, which may ignore it.
    pub(crate) fn hand_over(&self) -> Result<(), Revoked> {
        let found = self.change(|state| (state == IDLE).then_some(HANDED));
        if is_revoked(found) { Err(Revoked(())) } else { Ok(()) }
    }

    /// Fails if the permit is revoked, so that sending is pointless.
    pub(crate) fn check(&self) -> Result<(), Revoked> {
        if self.is_revoked() { Err(Revoked(())) } else { Ok(()) }
    }

    /// Returns `true` if the transport took it.
    #[cfg(feature = "conformance")]
    pub(crate) fn was_taken(&self) -> bool {
        self.0.load(Ordering::Acquire) == SENT
    }

    /// Atomically changes to the state that `next` returns, if any, and returns the previous one.
    fn change(&self, next: impl FnMut(u8) -> Option<u8>) -> u8 {
        match self.0.fetch_update(Ordering::AcqRel, Ordering::Acquire, next) {
            Ok(found) | Err(found) => found,
        }
    }
}

fn is_revoked(state: u8) -> bool {
    matches!(state, REVOKED | REVOKED_LATE)
}

fn request_sent(state: u8) -> RequestSent {
    match state {
        IDLE | HELD | REVOKED => RequestSent::No,
        _ => RequestSent::Maybe,
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Barrier;

    use super::*;
    use RequestSent::{Maybe, No};

    #[test]
    fn permit_taken_before_it_is_revoked_is_sent() {
        let permit = SendPermit::new();
        permit.hold();
        assert_eq!(permit.request_sent(), No);
        assert_eq!(permit.take(), Ok(()));
        assert_eq!(permit.request_sent(), Maybe);
        assert_eq!(permit.revoke(), Maybe);
        assert_eq!(permit.take(), Ok(()), "taken once and for all");
        permit.hold();
        assert_eq!(permit.revoke(), Maybe);
    }

    #[test]
    fn permit_revoked_before_it_is_taken_is_never_sent() {
        let (permit, seen) = (SendPermit::new(), SendPermit::new());
        permit.hold();
        for permit in [permit, seen] {
            assert_eq!(permit.revoke(), No);
            assert_eq!(permit.take(), Err(Revoked(())));
            permit.hold();
            assert_eq!(permit.take(), Err(Revoked(())));
            assert!(permit.hand_over().is_err());
            assert_eq!(permit.request_sent(), No);
            assert_eq!(permit.revoke(), No);
        }
    }

    #[test]
    fn ignored_permit_proves_nothing() {
        let permit = SendPermit::new();
        assert_eq!(permit.request_sent(), No);
        assert_eq!(permit.hand_over(), Ok(()));
        assert_eq!(permit.request_sent(), Maybe);
        assert_eq!(permit.revoke(), Maybe);
        assert_eq!(permit.revoke(), Maybe, "the first answer stands");
        assert_eq!(permit.request_sent(), Maybe);
        assert!(permit.take().is_err(), "a transport that asks late is refused all the same");
    }

    #[test]
    #[expect(clippy::disallowed_methods, reason = "the race needs two threads")]
    fn race_between_take_and_revoke_has_one_winner() {
        let (mut taken, mut revoked) = (0, 0);
        for round in 0..20_000 {
            let permit = SendPermit::new();
            permit.hold();
            let start = Barrier::new(2);
            let (take, revoke) = std::thread::scope(|scope| {
                let transport = scope.spawn(|| {
                    start.wait();
                    permit.take().is_ok()
                });
                start.wait();
                let revoke = permit.revoke();
                (transport.join().expect("no panic"), revoke)
            });
            assert_eq!(take, revoke == Maybe, "round {round}");
            *(if take { &mut taken } else { &mut revoked }) += 1;
            if round >= 200 && taken > 0 && revoked > 0 {
                break;
            }
        }
    }
}

//! Whether a request may have reached the server, seen from outside of its exchange.

use std::sync::{Arc, Mutex, PoisonError};

use dbsql_transport::{RequestSent, SendPermit};

/// Follows one call through its attempts. Cheap to clone; clones follow the same call.
#[derive(Clone, Debug, Default)]
pub(crate) struct Flight(Arc<Mutex<Option<SendPermit>>>);

impl Flight {
    /// An attempt is handed to the transport.
    pub(crate) fn departs(&self, permit: &SendPermit) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(permit.clone());
    }

    /// The last attempt certainly left nothing at the server.
    pub(crate) fn returns(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    /// Whether the server may have the request now. Until something was handed to the transport
    /// it certainly has not.
    pub(crate) fn request_sent(&self) -> RequestSent {
        let attempt = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        attempt.as_ref().map_or(RequestSent::No, SendPermit::request_sent)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_the_transport_holds_may_be_at_the_server() {
        let flight = Flight::default();
        assert_eq!(flight.request_sent(), RequestSent::No);
        let permit = SendPermit::new();
        flight.departs(&permit);
        permit.hold();
        assert_eq!(flight.request_sent(), RequestSent::No);
        permit.take().expect("not revoked");
        assert_eq!(flight.request_sent(), RequestSent::Maybe);
        flight.returns();
        assert_eq!(flight.request_sent(), RequestSent::No);
    }
}

//! The faults, in the order of the checks.

mod conduct;
mod messages;

use dbsql_transport::{Body, RequestSent, TransportError, TransportErrorKind};
use http::Response;

use super::{Broken, Over, without_permit};

/// A row of the list. The request goes to the good transport after the block, unless that returns.
macro_rules! broken {
    ($over:ident, $caught_by:literal, $fault:literal, $says:literal, |$state:ident, $request:ident, $permit:ident| $behavior:block) => {
        Broken {
            caught_by: $caught_by,
            fault: $fault,
            says: $says,
            over: Over::$over,
            #[allow(unused_mut, unused_variables, reason = "not every fault needs all")]
            behavior: |$state, mut $request, $permit| {
                Box::pin(async move {
                    $behavior
                    #[allow(unreachable_code, reason = "some faults always return")]
                    $state.inner.send($request).await
                })
            },
        }
    };
}
use broken;

pub(in super::super) const IGNORES_PERMITS: Broken =
    broken!(SocketsUnheld, "", "ignores permits", "", |state, request, permit| {
        request = without_permit(&request);
    });

/// Every fault.
pub(in super::super) fn all() -> impl Iterator<Item = &'static Broken> {
    messages::BROKEN.iter().chain(conduct::BROKEN)
}

fn status_as_error(response: Response<Body>) -> Result<Response<Body>, TransportError> {
    let status = response.status();
    if status.as_u16() < 400 {
        return Ok(response);
    }
    Err(TransportError::new(TransportErrorKind::Other, RequestSent::Maybe, status.to_string()))
}

fn is_chunked(response: &Response<Body>) -> bool {
    response.headers().contains_key("transfer-encoding")
}

fn is_long(response: &Response<Body>) -> bool {
    http_body::Body::size_hint(response.body()).lower() > 1 << 20
}

//! Scripted steps and recorded requests of Thrift calls.

use dbsql_protocol::message::{
    ApplicationException, ApplicationExceptionKind, Call, decode_reply, encode_exception,
    encode_reply,
};
use dbsql_protocol::rpc::Rpc;

use crate::faults::Step;
use crate::service::{SeenRequest, Service};

impl Step {
    /// Sends the service's response to `R`, modified. A response that is not a reply to `R` (an
    /// HTTP error, an exception) is unchanged.
    #[must_use]
    pub fn edit<R: Rpc>(edit: impl Fn(&mut R::Response) + Send + Sync + 'static) -> Self {
        Self::edit_body(move |body| match decode_reply::<R>(body.clone()) {
            Ok(mut response) => {
                edit(&mut response);
                encode_reply::<R>(0, &response)
            }
            Err(_) => body,
        })
    }

    /// Responds with a Thrift exception; the call is not carried out.
    #[must_use]
    pub fn exception(method: &str, kind: ApplicationExceptionKind) -> Self {
        let exception = ApplicationException { message: "a planned exception".to_owned(), kind };
        Self::body(encode_exception(method, 0, &exception))
    }
}

impl SeenRequest {
    /// Returns the request of a call of `R`; `None` for every other request.
    #[must_use]
    pub fn call<R: Rpc>(&self) -> Option<R::Request> {
        let call = Call::decode(self.body().clone()).ok()?;
        if call.method() == R::NAME { call.arguments::<R>().ok() } else { None }
    }
}

impl Service {
    /// Returns the requests of the recorded calls of `R`, in order. Empty unless the service was
    /// built with [`ServiceBuilder::record_requests`](crate::ServiceBuilder::record_requests).
    #[must_use]
    pub fn calls<R: Rpc>(&self) -> Vec<R::Request> {
        self.seen().iter().filter_map(SeenRequest::call::<R>).collect()
    }
}

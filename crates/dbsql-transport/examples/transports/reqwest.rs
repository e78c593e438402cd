//! A whole transport over reqwest, with nothing left on that is the engine's to decide.

use std::time::Duration;

use dbsql_transport::http::{Request, Response};
use dbsql_transport::{Body, BoxFuture, RequestBody, SendPermit, Transport};
use dbsql_transport::{TransportError, TransportErrorKind, bytes::Bytes};

#[derive(Clone, Debug)]
pub struct ReqwestTransport(reqwest::Client);

type Exchange = Result<Response<Body>, TransportError>;

impl ReqwestTransport {
    pub fn new() -> Result<Self, reqwest::Error> {
        let client = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .connect_timeout(Duration::from_secs(10))
            // The features `cookies`, `gzip`, `brotli`, `zstd` and `deflate` stay off. So does a
            // timeout for a whole request: a response may take minutes.
            .build()?;
        Ok(Self(client))
    }
}

impl Transport for ReqwestTransport {
    fn send(&self, request: Request<Bytes>) -> BoxFuture<'_, Exchange> {
        // Not in the future: one that is dropped before its first poll has sent nothing.
        let request = RequestBody::attach(request);
        let permit = request.body().permit().clone();
        Box::pin(async move {
            request.body().start()?; // Takes the permit of a request without a body.
            // reqwest polls the body when it writes, and its last frame takes the permit.
            let request = reqwest::Request::try_from(request.map(reqwest::Body::wrap))
                .map_err(|error| explain(error, &permit))?;
            let response = self.0.execute(request).await;
            let response = response.map_err(|error| explain(error, &permit))?;
            Ok(Response::from(response).map(Body::new))
        })
    }
}

/// Says what a failure means. The permit knows whether the end of the request has left; once
/// revoked, it never will.
fn explain(error: reqwest::Error, permit: &SendPermit) -> TransportError {
    let error = error.without_url(); // A link to a result is a secret.
    if error.is_connect() {
        return TransportError::connect(error); // Nothing was sent, with or without a body.
    }
    // The engine does not retry what the client cannot build.
    let lasting = error.is_builder();
    let kind = if lasting { TransportErrorKind::Other } else { TransportErrorKind::Interrupted };
    TransportError::new(kind, permit.revoke(), error)
}

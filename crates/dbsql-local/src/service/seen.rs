//! The requests that a service has received, for tests that inspect them afterwards.

use std::fmt;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use dbsql_transport::FreshConnection;
use http::{HeaderMap, Request, Uri, header};

/// A received request. `Debug` prints neither its URI nor its headers nor its body.
#[derive(Clone)]
pub struct SeenRequest {
    name: String,
    at: Duration,
    fresh: bool,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
}

impl SeenRequest {
    pub(crate) fn new(name: &str, at: Duration, request: &Request<Bytes>) -> Self {
        Self {
            name: name.to_owned(),
            at,
            fresh: request.extensions().get::<FreshConnection>().is_some(),
            uri: request.uri().clone(),
            headers: request.headers().clone(),
            body: request.body().clone(),
        }
    }

    /// Returns the name under which it is counted: the method of a call, `download` and so on.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns when it was received, counted from the building of the service.
    #[must_use]
    pub fn at(&self) -> Duration {
        self.at
    }

    /// Returns `true` if it asked for a connection that has not been idle; known in process only.
    #[must_use]
    pub fn wants_fresh_connection(&self) -> bool {
        self.fresh
    }

    /// Returns its URI, which has no host behind a socket.
    #[must_use]
    pub fn uri(&self) -> &Uri {
        &self.uri
    }

    /// Returns its headers.
    #[must_use]
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// Returns the `Authorization` header, empty if it is missing.
    #[must_use]
    pub fn authorization(&self) -> &str {
        let value = self.headers.get(header::AUTHORIZATION);
        value.and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// Returns its body.
    #[must_use]
    pub fn body(&self) -> &Bytes {
        &self.body
    }
}

impl fmt::Debug for SeenRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SeenRequest")
            .field("name", &self.name)
            .field("at", &self.at)
            .field("wants_fresh_connection", &self.fresh)
            .finish_non_exhaustive()
    }
}

/// Records requests, if the service was built to.
#[derive(Debug, Default)]
pub(crate) struct RequestLog(Option<Mutex<Vec<SeenRequest>>>);

impl RequestLog {
    pub(crate) fn new(keeps: bool) -> Self {
        Self(keeps.then(Mutex::default))
    }

    pub(crate) fn push(&self, seen: impl FnOnce() -> SeenRequest) {
        if let Some(log) = &self.0 {
            log.lock().unwrap_or_else(PoisonError::into_inner).push(seen());
        }
    }

    pub(crate) fn all(&self) -> Vec<SeenRequest> {
        let Some(log) = &self.0 else { return Vec::new() };
        log.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

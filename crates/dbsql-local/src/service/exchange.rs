//! One request, from its arrival to its answer, with what a plan of faults does to it.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use bytes::Bytes;
use dbsql_transport::Body;
use futures_util::FutureExt;
use http::{Request, Response, StatusCode, header};

use crate::faults::{Fault, Moment, damaged};
use crate::service::route::Route;
use crate::service::{Inner, Service, gateway};

/// The largest request body, in bytes.
pub(crate) const MAX_REQUEST: usize = 64 * 1024 * 1024;

/// A request that has arrived.
#[derive(Debug)]
pub(crate) struct Exchange {
    inner: Arc<Inner>,
    request: Request<Bytes>,
    /// What links start with: scheme and authority.
    origin: String,
    route: Route,
    fault: Option<Fault>,
}

/// How an exchange ends.
#[derive(Debug)]
pub(crate) enum Reply {
    Response(Response<Body>),
    /// The connection is closed without an answer.
    Closed,
    /// The connection is reset.
    Reset,
}

impl Service {
    /// Takes a request in. What a plan of faults has for it is decided here.
    pub(crate) fn arrive(&self, request: Request<Bytes>, origin: String) -> Exchange {
        let inner = Arc::clone(&self.inner);
        inner.sweep_now_and_then();
        let route = Route::of(&inner.settings, &request);
        let name = route.name().to_owned();
        inner.counters.request(&name);
        let fault = inner.faults.pick(&name);
        Exchange { inner, request, origin, route, fault }
    }
}

impl Exchange {
    /// Whether there is no connection for this request.
    pub(crate) fn is_refused(&self) -> bool {
        self.fault == Some(Fault::Refuse)
    }

    /// Carries the request out, as far as its fault lets it.
    pub(crate) async fn run(self) -> Reply {
        let Self { inner, request, origin, route, fault } = self;
        match &fault {
            Some(Fault::Refuse) => return Reply::Closed,
            Some(Fault::Reset(Moment::Before)) => return Reply::Reset,
            Some(Fault::Stall(Moment::Before)) => return std::future::pending().await,
            Some(Fault::Delay(delay)) => inner.runtime.sleep(*delay).await,
            Some(Fault::EvictOperation) => gateway::evict_operation(&inner, &route),
            Some(Fault::ExpireToken) => gateway::expire_token(&inner, &request),
            Some(Fault::LoseSession) => gateway::lose_session(&inner, &route),
            _ => {}
        }
        let carried_out = !matches!(fault, Some(Fault::Status { moment: Moment::Before, .. }));
        let mut response = Response::new(Bytes::new());
        if carried_out {
            let answer = gateway::answer(&inner, &request, &origin, route, fault.as_ref());
            response =
                AssertUnwindSafe(answer).catch_unwind().await.unwrap_or_else(|_| gateway::broken());
        }
        let fault = match fault {
            None => return Reply::Response(response.map(Body::from)),
            Some(Fault::Reset(_)) => return Reply::Reset,
            Some(Fault::Stall(_)) => return std::future::pending().await,
            Some(Fault::Status { status, retry_after, .. }) => {
                return Reply::Response(gateway::status(status, retry_after).map(Body::from));
            }
            Some(fault) => fault,
        };
        Reply::Response(damaged(response, &fault, &inner.faults, &inner.runtime))
    }
}

/// An answer of JSON.
pub(super) fn json(status: StatusCode, body: &serde_json::Value) -> Response<Bytes> {
    let mut response = Response::new(Bytes::from(body.to_string()));
    *response.status_mut() = status;
    let kind = http::HeaderValue::from_static("application/json");
    response.headers_mut().insert(header::CONTENT_TYPE, kind);
    response
}

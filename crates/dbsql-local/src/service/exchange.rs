//! One request, from its arrival to its answer, with what a plan of faults does to it.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use bytes::Bytes;
use dbsql_protocol::message::Call;
use dbsql_protocol::wire::DecodeError;
use dbsql_transport::Body;
use futures_util::FutureExt;
use http::{Method, Request, Response, StatusCode, header};

use crate::counters::DOWNLOAD;
use crate::faults::{Fault, Moment, damaged};
use crate::service::{Inner, Service, gateway};
use crate::store;

/// The largest request body.
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

/// What a request is about.
#[derive(Debug)]
pub(super) enum Route {
    Thrift(Result<Call, DecodeError>),
    TooLarge,
    Download,
    FeatureFlags,
    Telemetry,
    Nothing,
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
        let route = route(&inner, &request);
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
            Some(Fault::LoseSession) => gateway::lose_session(&inner, &route),
            _ => {}
        }
        let carried_out = !matches!(fault, Some(Fault::Status { moment: Moment::Before, .. }));
        let mut response = Response::new(Bytes::new());
        if carried_out {
            let expired = fault == Some(Fault::ExpireLink);
            let answer = gateway::answer(&inner, &request, &origin, route, expired);
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

impl Route {
    /// The name under which requests are counted and faults are planned.
    fn name(&self) -> &str {
        match self {
            // No method has a longer name, and what comes from outside is not kept at any length.
            Self::Thrift(Ok(call)) if call.method().len() <= 64 => call.method(),
            Self::Thrift(_) | Self::TooLarge | Self::Nothing => "other",
            Self::Download => DOWNLOAD,
            Self::FeatureFlags => "feature-flags",
            Self::Telemetry => "telemetry",
        }
    }
}

fn route(inner: &Inner, request: &Request<Bytes>) -> Route {
    if request.body().len() > MAX_REQUEST {
        return Route::TooLarge;
    }
    let path = request.uri().path();
    let get = request.method() == Method::GET || request.method() == Method::HEAD;
    let post = request.method() == Method::POST;
    let same_path = |one: &str, other: &str| {
        one.trim_matches('/') == other.split('?').next().unwrap_or_default().trim_matches('/')
    };
    if post && same_path(path, &inner.settings.http_path) {
        Route::Thrift(Call::decode(request.body().clone()))
    } else if get && path.starts_with(store::PREFIX) {
        Route::Download
    } else if get && path.starts_with("/api/2.0/connector-service/feature-flags/") {
        Route::FeatureFlags
    } else if post && path.starts_with("/telemetry-") {
        Route::Telemetry
    } else {
        Route::Nothing
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

//! A request, from its arrival to its response, with the effects of scripts and faults.

use std::fmt;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use bytes::Bytes;
use dbsql_transport::Body;
use futures_util::FutureExt;
use http::{Request, Response, StatusCode, header};

use crate::faults::{End, Fate, Fault, Moment, Step, body, claiming, damaged, pieces};
use crate::service::route::Route;
use crate::service::{Inner, SeenRequest, Service, gateway};

/// The maximum size of a request body in bytes.
pub(crate) const MAX_REQUEST: usize = 64 * 1024 * 1024;

/// A request that has arrived.
#[derive(Debug)]
pub(crate) struct Exchange {
    inner: Arc<Inner>,
    request: Request<Bytes>,
    /// The prefix of links: scheme and authority.
    origin: String,
    route: Route,
    /// The scripted step for it, or else the fault of the plan.
    step: Option<Step>,
    fault: Option<Fault>,
    /// Not for the admin endpoint, which is no part of what is tested.
    _in_flight: Option<Counted>,
}

/// How far a request gets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Arrival {
    /// There is no connection.
    Refused,
    /// The connection breaks before the request is sent.
    ResetUnsent,
    /// The connection is never established.
    StalledUnsent,
    /// The request is sent.
    Sent,
}

/// How an exchange ends.
#[derive(Debug)]
pub(crate) enum Reply {
    Response(Response<Body>),
    /// The connection is closed without a response.
    Closed,
    /// The connection is reset.
    Reset,
}

impl Service {
    /// Accepts a request, and selects its scripted step or fault.
    pub(crate) fn arrive(&self, request: Request<Bytes>, origin: String) -> Exchange {
        let inner = Arc::clone(&self.inner);
        inner.sweep_now_and_then();
        let route = Route::of(&inner.settings(), &request).or_admin(&inner.admin, &request);
        if let Route::Admin(_) = route {
            let (step, fault, _in_flight) = (None, None, None);
            return Exchange { inner, request, origin, route, step, fault, _in_flight };
        }
        let name = route.name().to_owned();
        inner.counters.request(&name);
        let at = inner.runtime.now() - inner.built;
        inner.log.push(|| SeenRequest::new(&name, at, &request));
        let step = inner.script.take(&name);
        let fault = if step.is_none() { inner.faults.pick(&name) } else { None };
        let _in_flight = Some(Counted::new(&inner, name));
        Exchange { inner, request, origin, route, step, fault, _in_flight }
    }
}

impl Exchange {
    /// Returns how far the request gets.
    pub(crate) fn arrival(&self) -> Arrival {
        match (&self.step, &self.fault) {
            (Some(Step { fate: Fate::Refused, .. }), _) | (None, Some(Fault::Refuse)) => {
                Arrival::Refused
            }
            (Some(Step { fate: Fate::ResetUnsent, .. }), _) => Arrival::ResetUnsent,
            (Some(Step { fate: Fate::StalledUnsent, .. }), _) => Arrival::StalledUnsent,
            _ => Arrival::Sent,
        }
    }

    /// Carries the request out, as far as its step or fault allows.
    pub(crate) async fn run(self) -> Reply {
        let Self { inner, request, origin, route, step, fault, _in_flight } = self;
        let answer = gateway::answer(&inner, &request, &origin, &route, fault.as_ref());
        // A panic of an engine or of a test's function fails this request only.
        let answer = AssertUnwindSafe(answer).catch_unwind();
        let answer = async move { answer.await.unwrap_or_else(|_| gateway::broken()) };
        match (step, fault.as_ref()) {
            (Some(step), _) => play(step, answer, &inner).await,
            (None, None) => {
                let split = inner.settings().quirks.split_bodies;
                let whole = |bytes: Bytes| match split {
                    true => body(&bytes, End::Whole),
                    false => Body::from(bytes),
                };
                Reply::Response(answer.await.map(whole))
            }
            (None, Some(fault)) => suffer(fault, answer, &inner, &request, &route).await,
        }
    }
}

/// Applies a scripted step to a request.
async fn play(step: Step, answer: impl Future<Output = Response<Bytes>>, inner: &Inner) -> Reply {
    match step.fate {
        Fate::Refused => return Reply::Closed,
        Fate::ResetUnsent => return Reply::Reset,
        Fate::StalledUnsent => return std::future::pending().await,
        _ => {}
    }
    let served = if step.accepted { answer.await } else { Response::default() };
    if !step.delay.is_zero() {
        inner.runtime.sleep(step.delay).await;
    }
    let mut response = match step.fate {
        Fate::Refused | Fate::ResetUnsent | Fate::Reset => return Reply::Reset,
        Fate::StalledUnsent | Fate::Stalled => return std::future::pending().await,
        Fate::Answered(response) => response.map(|bytes| body(&bytes, End::Whole)),
        Fate::Claimed(length) => unmeasured(served).map(|_| claiming(length)),
        Fate::Begun(beginning, End::Whole) => {
            unmeasured(served).map(|bytes| body(&beginning.of(&bytes), End::Whole))
        }
        Fate::Begun(beginning, end) => served.map(|bytes| body(&beginning.of(&bytes), end)),
        Fate::Slow(piece, pause) => {
            served.map(|bytes| pieces(bytes, piece, Some(pause), false, &inner.runtime))
        }
        Fate::Served(None, end) => served.map(|bytes| body(&bytes, end)),
        Fate::Served(Some(edit), end) => {
            let edited = AssertUnwindSafe(async { unmeasured(served).map(edit) });
            let edited = edited.catch_unwind().await.unwrap_or_else(|_| gateway::broken());
            edited.map(|bytes| body(&bytes, end))
        }
    };
    response.headers_mut().extend(step.headers);
    Reply::Response(response)
}

/// Removes the length that the body will not have.
fn unmeasured(mut response: Response<Bytes>) -> Response<Bytes> {
    response.headers_mut().remove(header::CONTENT_LENGTH);
    response
}

/// Applies a planned fault to a request.
async fn suffer(
    fault: &Fault,
    answer: impl Future<Output = Response<Bytes>>,
    inner: &Inner,
    request: &Request<Bytes>,
    route: &Route,
) -> Reply {
    match fault {
        Fault::Refuse => return Reply::Closed,
        Fault::Reset(Moment::Before) => return Reply::Reset,
        Fault::Stall(Moment::Before) => return std::future::pending().await,
        Fault::Delay(delay) => inner.runtime.sleep(*delay).await,
        Fault::EvictOperation => gateway::evict_operation(inner, route),
        Fault::ExpireToken => gateway::expire_token(inner, request),
        Fault::LoseSession => gateway::lose_session(inner, request, route),
        _ => {}
    }
    let carried_out = !matches!(fault, Fault::Status { moment: Moment::Before, .. });
    let response = if carried_out { answer.await } else { Response::default() };
    match *fault {
        Fault::Reset(_) => Reply::Reset,
        Fault::Stall(_) => std::future::pending().await,
        Fault::Status { status, retry_after, by_proxy, .. } => {
            Reply::Response(gateway::status(status, retry_after, by_proxy).map(Body::from))
        }
        _ => Reply::Response(damaged(response, fault, &inner.faults, &inner.runtime)),
    }
}

/// A request in flight.
struct Counted {
    inner: Arc<Inner>,
    name: String,
}

impl Counted {
    fn new(inner: &Arc<Inner>, name: String) -> Self {
        inner.counters.arrived(&name);
        Self { inner: Arc::clone(inner), name }
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.inner.counters.left(&self.name);
    }
}

impl fmt::Debug for Counted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)
    }
}

/// Creates a JSON response.
pub(crate) fn json(status: StatusCode, body: &serde_json::Value) -> Response<Bytes> {
    let mut response = Response::new(Bytes::from(body.to_string()));
    *response.status_mut() = status;
    let kind = http::HeaderValue::from_static("application/json");
    response.headers_mut().insert(header::CONTENT_TYPE, kind);
    response
}

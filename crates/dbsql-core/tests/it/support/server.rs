//! The server in memory: a `Transport` that carries each request to the service behind it, unless
//! a step says otherwise, and remembers what came.

use std::collections::{BTreeMap, VecDeque};
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use bytes::Bytes;
use dbsql_protocol::message::Call;
use dbsql_protocol::rpc::Rpc;
use dbsql_transport::{
    Body, BoxFuture, FreshConnection, RequestSent, SendPermit, Transport, TransportError,
    TransportErrorKind,
};
use http::{Request, Response};
use tokio::task::yield_now;
use tokio::time::Instant;

use super::body::{End, body, claiming};
use super::operation::Plan;
use super::service::{Gone, Service};
use super::step::{Fate, Step};

/// A server in memory. Cheap to clone; clones are the same server.
#[derive(Clone)]
pub(crate) struct Server(Arc<Mutex<State>>);

struct State {
    service: Service,
    script: BTreeMap<&'static str, VecDeque<Step>>,
    always: BTreeMap<&'static str, Box<dyn Fn() -> Step + Send>>,
    seen: Vec<Seen>,
    started: Instant,
}

/// A request that came, or would have.
pub(crate) struct Seen {
    pub(crate) call: Call,
    /// When, counted from the making of the server.
    pub(crate) at: Duration,
    /// It asked for a connection that has not been idle.
    pub(crate) fresh: bool,
    pub(crate) authorization: String,
}

impl Server {
    /// One like a Databricks warehouse: offsets, direct results.
    pub(crate) fn databricks() -> Self {
        Self::new(Service::new(true))
    }

    /// One like Apache Spark's: one cursor for each result, which says never that there is more.
    pub(crate) fn spark() -> Self {
        Self::new(Service::new(false))
    }

    fn new(service: Service) -> Self {
        Self(Arc::new(Mutex::new(State {
            service,
            script: BTreeMap::new(),
            always: BTreeMap::new(),
            seen: Vec::new(),
            started: Instant::now(),
        })))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().expect("no test panicked while it held the server")
    }

    /// What statements from now on are like.
    pub(crate) fn plan(&self, plan: impl FnOnce(&mut Plan)) {
        plan(&mut self.state().service.plan);
    }

    /// What happens to the next requests of a method, one by one.
    pub(crate) fn script(&self, method: &'static str, steps: impl IntoIterator<Item = Step>) {
        self.state().script.entry(method).or_default().extend(steps);
    }

    /// What happens to each request of a method from now on.
    pub(crate) fn always(&self, method: &'static str, step: impl Fn() -> Step + Send + 'static) {
        self.state().always.insert(method, Box::new(step));
    }

    /// Ends [`always`](Self::always) for a method.
    pub(crate) fn recover(&self, method: &'static str) {
        self.state().always.remove(method);
    }

    /// How it says that it does not know a handle.
    pub(crate) fn says_gone(&self, gone: Gone) {
        self.state().service.gone = gone;
    }

    /// Forgets every session and what was started in it.
    pub(crate) fn lose_sessions(&self) {
        let mut state = self.state();
        state.service.sessions.clear();
        state.service.operations.clear();
    }

    /// Forgets every operation.
    pub(crate) fn lose_operations(&self) {
        self.state().service.operations.clear();
    }

    /// Moves every result's cursor, as another reader would.
    pub(crate) fn move_cursors(&self, row: u64) {
        for operation in self.state().service.operations.values_mut() {
            operation.cursor = row;
        }
    }

    /// The text of each statement that was run, in order.
    pub(crate) fn executions(&self) -> Vec<String> {
        self.state().service.executions.clone()
    }

    pub(crate) fn open_sessions(&self) -> usize {
        self.state().service.sessions.len()
    }

    pub(crate) fn open_operations(&self) -> usize {
        self.state().service.operations.len()
    }

    /// Operations that run: neither ended nor canceled.
    pub(crate) fn running(&self) -> usize {
        let state = self.state();
        let running = |operation: &&super::operation::Operation| {
            operation.state() == dbsql_protocol::types::TOperationState::RUNNING_STATE
        };
        state.service.operations.values().filter(running).count()
    }

    /// How many requests of a method came.
    pub(crate) fn count(&self, method: &str) -> usize {
        self.look(|seen| seen.iter().filter(|seen| seen.call.method() == method).count())
    }

    /// How many requests came.
    pub(crate) fn total(&self) -> usize {
        self.look(<[Seen]>::len)
    }

    /// The requests of a method.
    pub(crate) fn requests<R: Rpc>(&self) -> Vec<R::Request> {
        self.look(|seen| seen.iter().filter_map(|seen| seen.call.arguments::<R>().ok()).collect())
    }

    /// When the requests of a method came.
    pub(crate) fn times(&self, method: &str) -> Vec<Duration> {
        let of_method = |seen: &&Seen| seen.call.method() == method;
        self.look(|seen| seen.iter().filter(of_method).map(|seen| seen.at).collect())
    }

    /// Looks at all that came.
    pub(crate) fn look<T>(&self, look: impl FnOnce(&[Seen]) -> T) -> T {
        look(&self.state().seen)
    }

    fn next_step(&self, request: &Request<Bytes>) -> (Call, Step) {
        let mut state = self.state();
        let call = Call::decode(request.body().clone()).expect("a call");
        let authorization = request.headers().get(http::header::AUTHORIZATION);
        let authorization = authorization.and_then(|value| value.to_str().ok()).unwrap_or("");
        let seen = Seen {
            call: Call::decode(request.body().clone()).expect("a call"),
            at: state.started.elapsed(),
            fresh: request.extensions().get::<FreshConnection>().is_some(),
            authorization: authorization.to_owned(),
        };
        state.seen.push(seen);
        let scripted = state.script.get_mut(call.method()).and_then(VecDeque::pop_front);
        let step = scripted.or_else(|| state.always.get(call.method()).map(|step| step()));
        (call, step.unwrap_or_else(Step::serve))
    }

    async fn serve(&self, call: &Call) -> Response<Bytes> {
        let (hold, started) = self.state().service.begin(call);
        yield_now().await;
        if !hold.is_zero() {
            tokio::time::sleep(hold).await;
        }
        self.state().service.finish(call, started.as_ref())
    }

    async fn exchange(&self, request: Request<Bytes>) -> Result<Response<Body>, TransportError> {
        let permit = request.extensions().get::<SendPermit>().cloned().unwrap_or_default();
        permit.hold();
        let (call, step) = self.next_step(&request);
        match step.fate {
            Fate::Refused => return Err(TransportError::connect("connection refused")),
            Fate::Reset(RequestSent::No) => {
                return Err(TransportError::interrupted(RequestSent::No, "reset"));
            }
            Fate::Silent(RequestSent::No) => std::future::pending().await,
            _ => permit.take().map_err(|revoked| {
                TransportError::new(TransportErrorKind::Other, RequestSent::No, revoked)
            })?,
        }
        yield_now().await;
        let served = if step.taken { Some(self.serve(&call).await) } else { None };
        yield_now().await;
        if !step.delay.is_zero() {
            tokio::time::sleep(step.delay).await;
        }
        let served = served.unwrap_or_default();
        Ok(match step.fate {
            Fate::Refused | Fate::Reset(_) => {
                return Err(TransportError::interrupted(RequestSent::Maybe, "reset"));
            }
            Fate::Silent(_) => std::future::pending().await,
            Fate::Answered(response) => response.map(|bytes| body(&bytes, End::Whole)),
            Fate::Claimed(length) => served.map(|_| claiming(length)),
            Fate::Half(end) => served.map(|bytes| body(&bytes.slice(..bytes.len() / 2), end)),
            Fate::Served(None, end) => served.map(|bytes| body(&bytes, end)),
            Fate::Served(Some(edit), end) => served.map(|bytes| body(&edit(bytes), end)),
        })
    }
}

impl Transport for Server {
    fn send(
        &self,
        request: Request<Bytes>,
    ) -> BoxFuture<'_, Result<Response<Body>, TransportError>> {
        Box::pin(self.exchange(request))
    }
}

impl fmt::Debug for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Server")
    }
}

//! The warehouse itself, independent of how it is reached.

mod builder;
mod download;
mod exchange;
mod gateway;
mod nodes;
mod route;
mod seen;

use std::collections::BTreeMap;
use std::fmt;
use std::sync::atomic::AtomicU64;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use dbsql_runtime::{Instant, Runtime};

use crate::admin::Admin;
use crate::counters::{Counters, DOWNLOAD, InFlight};
use crate::credentials::{Credentials, TokenExpiry};
use crate::engine::Engine;
use crate::faults::{FaultPicker, FaultPlan, Script, Step};
use crate::history::History;
use crate::in_process::LocalTransport;
use crate::later::{later, later_wall};
use crate::oauth::OAuth;
use crate::operation::{Operation, State};
use crate::registry::Registry;
use crate::result::{Format, Held, ResultBytes, Room};
pub use crate::service::builder::ServiceBuilder;
pub(crate) use crate::service::exchange::{Arrival, MAX_REQUEST, Reply, json as json_response};
pub(crate) use crate::service::gateway::error as error_response;
pub(crate) use crate::service::nodes::Node;
use crate::service::seen::RequestLog;
pub use crate::service::seen::SeenRequest;
use crate::session::Session;
use crate::settings::Settings;
use crate::store::Store;
use crate::warehouse::Warehouse;

/// An in-memory warehouse. Cheap to clone; clones share the warehouse.
///
/// There are two ways to reach it, which behave alike: [`LocalTransport`] in process, and
/// [`Server`](crate::Server) on a socket. When the last clone is dropped, everything that is
/// running stops.
///
/// ```
/// use dbsql_local::Service;
/// use dbsql_local::engine::scripted::{Answer, ScriptedEngine};
/// use dbsql_local::runtime::Runtime;
/// use dbsql_local::transport::Transport;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let engine = ScriptedEngine::new(Runtime::real()).on("DELETE FROM t", Answer::affected(3));
/// let service = Service::builder().engine(engine).build();
///
/// // What a client of the Statement Execution API sends:
/// let request = http::Request::post("http://warehouse.test/api/2.0/sql/statements")
///     .header("content-type", "application/json")
///     .body(r#"{"warehouse_id": "local", "statement": "DELETE FROM t"}"#.into())?;
/// assert_eq!(service.transport().send(request).await?.status(), 200);
/// assert_eq!(service.runs("DELETE FROM t"), 1);
/// assert_eq!(service.requests("sea-execute"), 1);
/// # Ok(()) }
/// ```
#[derive(Clone)]
pub struct Service {
    pub(crate) inner: Arc<Inner>,
}

#[derive(Debug)]
pub(crate) struct Inner {
    pub(crate) engine: Arc<dyn Engine>,
    pub(crate) runtime: Runtime,
    settings: Mutex<Arc<Settings>>,
    pub(crate) credentials: Credentials,
    pub(crate) oauth: OAuth,
    pub(crate) faults: FaultPicker,
    pub(crate) counters: Counters,
    pub(crate) registry: Registry,
    pub(crate) store: Store,
    /// The size of the results that are held.
    pub(crate) held: Held,
    pub(crate) history: History,
    pub(crate) warehouse: Warehouse,
    pub(crate) next_sweep: Mutex<Option<Instant>>,
    pub(crate) script: Script,
    pub(crate) log: RequestLog,
    pub(crate) built: Instant,
    pub(crate) admin: Admin,
    /// The number of sessions opened on the nodes of a load balancer.
    pub(crate) placed: AtomicU64,
}

/// The minimum time between sweeps of idle sessions and operations.
const SWEEP_PAUSE: Duration = Duration::from_secs(1);

impl Service {
    /// Returns a builder.
    #[must_use]
    pub fn builder() -> ServiceBuilder {
        ServiceBuilder::default()
    }

    /// Returns a transport to the service without a socket.
    #[must_use]
    pub fn transport(&self) -> LocalTransport {
        LocalTransport::new(self.clone())
    }

    /// Returns the current settings.
    #[must_use]
    pub fn settings(&self) -> Arc<Settings> {
        self.inner.settings()
    }

    /// Changes the settings: later requests see the change, existing sessions and operations keep
    /// what they started with.
    pub fn change_settings(&self, change: impl FnOnce(&mut Settings)) {
        let mut settings = self.inner.settings.lock().unwrap_or_else(PoisonError::into_inner);
        change(Arc::make_mut(&mut settings));
    }

    /// Scripts the next requests of a method, one step each, after those scripted before. A
    /// scripted request bypasses the [`FaultPlan`].
    pub fn script(&self, method: &str, steps: impl IntoIterator<Item = Step>) {
        self.inner.script.extend(method, steps);
    }

    /// Scripts every request of a method from now on, after the steps of [`script`](Self::script).
    pub fn always(&self, method: &str, step: impl Fn() -> Step + Send + 'static) {
        self.inner.script.always(method, Box::new(step), None);
    }

    /// Ends [`always`](Self::always) and drops the remaining steps of [`script`](Self::script) for a
    /// method.
    pub fn recover(&self, method: &str) {
        self.inner.script.recover(method);
    }

    /// Replaces the fault plan that the service was built with. The rules count requests from now
    /// on, and the seed starts anew.
    ///
    /// ```
    /// use dbsql_local::Service;
    /// use dbsql_local::faults::{Fault, FaultPlan, Rule, Target, Trigger};
    ///
    /// let service = Service::builder().build();
    /// let rule = Rule::new(Target::Download, Trigger::Always, Fault::ExpireLink);
    /// service.set_faults(FaultPlan::seeded(1).rule(rule));
    /// // From here on nothing fails any more.
    /// service.set_faults(FaultPlan::default());
    /// ```
    pub fn set_faults(&self, plan: FaultPlan) {
        self.inner.faults.replace(plan);
    }

    /// Returns the requests received, in order. Empty unless the service was built with
    /// [`ServiceBuilder::record_requests`].
    #[must_use]
    pub fn seen(&self) -> Vec<SeenRequest> {
        self.inner.log.all()
    }

    /// Returns the requests of a method that are in flight: received, and neither answered nor
    /// abandoned. Bodies of responses do not count.
    #[must_use]
    pub fn in_flight(&self, method: &str) -> InFlight {
        self.inner.counters.in_flight(Some(method))
    }

    /// Returns all requests in flight.
    #[must_use]
    pub fn all_in_flight(&self) -> InFlight {
        self.inner.counters.in_flight(None)
    }

    /// Forgets all sessions with their operations, like a restarted server.
    pub fn lose_sessions(&self) {
        self.inner.registry.clear_sessions(&self.inner.runtime);
    }

    /// Forgets all operations and keeps the sessions.
    pub fn lose_operations(&self) {
        self.inner.registry.clear_operations(&self.inner.runtime);
    }

    /// Moves the cursor of every result to this row, as another reader would.
    pub fn move_cursors(&self, row: u64) {
        self.inner.registry.move_cursors(row);
    }

    /// Accepts this bearer token from now on, such as a renewed token of a client. An expired one
    /// becomes valid again.
    pub fn accept_token(&self, token: impl AsRef<str>) {
        self.inner.credentials.accept_token(token.as_ref(), None);
    }

    /// Accepts this bearer token for a while, counted from now.
    pub fn accept_expiring_token(&self, token: impl AsRef<str>, expiry: TokenExpiry) {
        self.inner.credentials.accept_token(token.as_ref(), Some(expiry));
        self.inner.credentials.start(&self.inner.runtime);
    }

    /// Makes this bearer token expired from now on.
    pub fn expire_token(&self, token: impl AsRef<str>) {
        self.inner.credentials.expire_token(token.as_ref());
    }

    /// Returns how often the engine ran a statement with exactly this text.
    #[must_use]
    pub fn runs(&self, sql: &str) -> u64 {
        self.inner.counters.statements().get(sql).copied().unwrap_or_default()
    }

    /// Returns how often the engine ran each statement.
    #[must_use]
    pub fn statements(&self) -> BTreeMap<String, u64> {
        self.inner.counters.statements()
    }

    /// Returns how many calls of a method were received, including rejected and failed ones.
    #[must_use]
    pub fn requests(&self, method: &str) -> u64 {
        self.inner.counters.requests().get(method).copied().unwrap_or_default()
    }

    /// Returns how many downloads of result files were requested.
    #[must_use]
    pub fn downloads(&self) -> u64 {
        self.requests(DOWNLOAD)
    }

    /// Returns how many requests of each kind were received: Thrift calls under the name of their
    /// method, `sea-create-session`, `sea-delete-session`, `sea-execute`, `sea-status`,
    /// `sea-chunk`, `sea-cancel`, `sea-close`, `sea-history`, `warehouses`, `warehouse-start`,
    /// `databricks-config`, `oauth-discovery`, `oauth-authorize`, `oauth-token`, `aad-auth`,
    /// `aad-token`, `github-token`, `scim-me`, `download`, `feature-flags`, `telemetry`, and
    /// `other`. Scripts and fault plans use the same names.
    #[must_use]
    pub fn request_counts(&self) -> BTreeMap<String, u64> {
        self.inner.counters.requests()
    }

    /// Returns the number of open sessions, except the implicit ones of statements without a
    /// session.
    #[must_use]
    pub fn live_sessions(&self) -> usize {
        self.inner.sweep();
        self.inner.registry.sessions()
    }

    /// Returns the number of open operations.
    #[must_use]
    pub fn live_operations(&self) -> usize {
        self.inner.sweep();
        self.inner.registry.operations().0
    }

    /// Returns the size of the results that are held, which are freed with their operations.
    /// Results that were [encoded in advance](crate::engine::EncodedRows) do not count.
    #[must_use]
    pub fn result_bytes(&self) -> ResultBytes {
        self.inner.held.bytes()
    }

    /// Returns the number of running operations.
    #[must_use]
    pub fn running_operations(&self) -> usize {
        self.inner.registry.operations().1
    }
}

impl Inner {
    /// Returns the current settings.
    pub(crate) fn settings(&self) -> Arc<Settings> {
        Arc::clone(&self.settings.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Returns the session with this id and secret, unless it has been idle for too long.
    pub(crate) fn session(&self, guid: &[u8], secret: &[u8]) -> Option<Arc<Session>> {
        let session = self.registry.session(guid, secret)?;
        if later(session.used.at(), self.settings().session_idle) > self.runtime.now() {
            return Some(session);
        }
        self.sweep();
        self.registry.session(guid, secret)
    }

    /// Returns the operation with this id and secret, likewise.
    pub(crate) fn operation(&self, guid: &[u8], secret: &[u8]) -> Option<Arc<Operation>> {
        let operation = self.registry.operation(guid, secret)?;
        if self.is_alive(&operation) {
            return Some(operation);
        }
        self.sweep();
        self.registry.operation(guid, secret)
    }

    /// Returns the session of the Statement Execution API with this id, likewise.
    pub(crate) fn sea_session(&self, guid: &[u8]) -> Option<Arc<Session>> {
        let session = self.registry.sea_session(guid)?;
        if later(session.used.at(), self.settings().session_idle) <= self.runtime.now() {
            self.sweep();
        }
        self.registry.sea_session(guid)
    }

    /// Returns the statement of the Statement Execution API with this id, likewise.
    pub(crate) fn sea_operation(&self, guid: &[u8]) -> Option<Arc<Operation>> {
        let operation = self.registry.sea_operation(guid)?;
        if !self.is_alive(&operation) {
            self.sweep();
        }
        self.registry.sea_operation(guid)
    }

    /// Returns the room for a result.
    pub(crate) fn room(&self) -> Room {
        let settings = self.settings();
        let folder = settings.result_folder.clone();
        Room { held: self.held.clone(), memory: settings.result_memory, folder }
    }

    /// Keeps the result of an operation that is closed together with the response that has the
    /// links to it, until they expire.
    pub(crate) fn keep_linked(&self, state: &State) {
        if let State::Finished { result, .. } = state
            && (result.format() == Format::Links || result.is_linked())
        {
            let until = later_wall(self.runtime.wall_now(), self.settings().link_lifetime);
            self.store.keep(Arc::clone(result), until);
        }
    }

    /// Closes a session at the request of its client.
    pub(crate) fn close_session(&self, session: &Session) {
        let guid = &session.identity.guid;
        match self.settings().quirks.keep_operations {
            true => self.registry.leave_session(guid),
            false => self.registry.close_session(guid, &self.runtime),
        }
    }

    fn is_alive(&self, operation: &Operation) -> bool {
        let closes_at = operation.closes_at(&self.settings());
        closes_at.is_none_or(|at| at > self.runtime.now())
    }

    /// Sweeps, unless that was done a moment ago: a sweep visits everything.
    pub(crate) fn sweep_now_and_then(&self) {
        let now = self.runtime.now();
        let mut next = self.next_sweep.lock().unwrap_or_else(PoisonError::into_inner);
        if next.is_none_or(|at| at <= now) {
            *next = Some(now + SWEEP_PAUSE);
            drop(next);
            self.sweep();
        }
    }

    /// Removes what has been idle for too long.
    pub(crate) fn sweep(&self) {
        self.registry.sweep(&self.settings(), &self.runtime);
        self.store.sweep(self.runtime.wall_now());
    }
}

impl fmt::Debug for Service {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Service")
            .field("engine", &self.inner.engine)
            .field("settings", &self.inner.settings())
            .field("sessions", &self.inner.registry.sessions())
            .field("operations", &self.inner.registry.operations().0)
            .finish_non_exhaustive()
    }
}

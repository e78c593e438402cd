//! The client: one endpoint and one set of credentials, shared by everything created from it.

mod connect;
mod connection;
mod connection_metadata;
mod transports;

use std::sync::Arc;
use std::time::SystemTime;

use dbsql_auth::{AuthContext, TokenCache};
use dbsql_protocol::handle::ExecutionHandle;
use dbsql_runtime::{PerRuntime, Runtime};
use dbsql_transport::SharedTransport;
use dbsql_transport::retry::RetryBudget;
use http::HeaderValue;

pub use self::connect::Connect;
pub use self::connection::{CloseOutcome, Connection};
use self::transports::{Given, Transports};
use crate::backend::sea::{Sea, no_warehouse};
use crate::backend::thrift::Thrift;
use crate::backend::{Readers, Target};
use crate::call::Call;
use crate::config::{Config, Resolved};
use crate::deadline::{Deadline, resolve};
use crate::engine::cursors::Cursors;
use crate::engine::reading::Reading;
use crate::engine::reaper::Reaper;
use crate::engine::{Backends, Defaults, Engine};
use crate::execution::AsyncExecution;
use crate::http::attempt::no_runtime;
use crate::http::cookies::Cookies;
use crate::http::endpoint::Endpoint;
use crate::http::exchange::Exchange;
use crate::http::lanes::Lanes;
use crate::http::store::{DownloadSlots, LinkRules, Storage};
use crate::operation::Operation;
use crate::session::shared::SharedSession;
use crate::sql_protocol::SqlProtocol;
use crate::statement::Statement;
use crate::submission::Submission;
use crate::submit::{Execute, SessionSource, Submit};
use crate::telemetry::{CallInfo, Telemetry};
use crate::{Error, ErrorKind, Result};

/// A client for one warehouse, cluster or server. Cheap to clone; clones share connections,
/// credentials and the retry budget.
///
/// Creating a client does no I/O and works outside an async runtime.
///
/// ```
/// use dbsql_core::{Client, Config};
///
/// # async fn sample() -> Result<(), dbsql_core::Error> {
/// let client = Client::new(Config::from_env()?)?;
/// let query = client.execute_async("SELECT 1").await?;
/// let handle = query.serialize()?; // store it, pick it up anywhere
/// # drop(handle); Ok(()) }
/// ```
#[derive(Clone, Debug)]
pub struct Client {
    pub(crate) inner: Arc<ClientInner>,
}

#[derive(Debug)]
pub(crate) struct ClientInner {
    pub(crate) engine: Arc<Engine>,
    /// The session for statements that do not need their own.
    shared: SharedSession,
}

impl Drop for ClientInner {
    fn drop(&mut self) {
        self.engine.reaper.client_dropped();
    }
}

impl Client {
    /// Creates a client with the built-in transport.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Config`] when host, path, credentials or options are invalid.
    pub fn new(config: Config) -> Result<Self> {
        Self::builder(config).build()
    }

    /// Returns a builder for a client with custom parts, such as another transport.
    pub fn builder(config: Config) -> ClientBuilder {
        ClientBuilder { config, transports: Given::default(), runtime: Runtime::real() }
    }

    /// Opens a session, which holds the effects of `USE` and `SET` and temporary views.
    pub fn connect(&self) -> Connect {
        Connect::new(self)
    }

    /// Submits a statement that needs no session state and returns its execution.
    ///
    /// With Thrift, where every statement needs a session, it runs in one that the client keeps for
    /// such statements; with the Statement Execution API in none, unless the client has a session
    /// configuration. The effects of `USE` or `SET` there may be lost, or affect other statements:
    /// use [`Client::connect`] for those.
    pub fn execute_async(&self, statement: impl Into<Statement>) -> Submit {
        Submit::new(SessionSource::Shared(self.inner.shared.clone()), statement.into())
    }

    /// Runs a statement that needs no session state to its end and returns its result.
    pub fn execute(&self, statement: impl Into<Statement>) -> Execute {
        Execute::new(SessionSource::Shared(self.inner.shared.clone()), statement.into())
    }

    /// Picks up an execution by its handle, with one status call that proves that the server knows
    /// it. It needs no session. Any task, connection, process or machine may do it, several at
    /// once.
    ///
    /// Dropping the call leaves the execution unchanged.
    ///
    /// # Errors
    ///
    /// When awaited: [`ErrorKind::InvalidInput`] when the handle was made for another host or path
    /// (nothing is sent), [`ErrorKind::NotFound`] when the server does not know it or the secret
    /// is wrong, [`ErrorKind::Config`] when the host has no SQL endpoint at this path, and network errors
    /// ([`Auth`](ErrorKind::Auth), [`Transport`](ErrorKind::Transport),
    /// [`Throttled`](ErrorKind::Throttled), [`Deadline`](ErrorKind::Deadline)).
    pub fn get_async_execution(&self, handle: ExecutionHandle) -> Call<AsyncExecution> {
        let client = self.clone();
        let engine = &self.inner.engine;
        let info = CallInfo::new("get_async_execution").query(&handle);
        Call::observed(info, engine, move |until| client.pick_up(handle, until))
    }

    /// Searches the query history of the warehouse for a statement by the nonce of its submit, to
    /// resolve an [`ErrorKind::OutcomeUnknown`]. Experimental: it follows the public documentation
    /// and was tested against the local warehouse, never against a live workspace.
    ///
    /// `around` is the approximate time when the statement was submitted or the error was received.
    /// The search covers statements that started from 30 minutes before to 15 minutes after it,
    /// which allows for a submit that waited for its warehouse and for clocks that differ. The most
    /// recent one that carries the nonce is returned.
    ///
    /// It finds statements of both protocols, whichever one this client uses.
    /// [`Submission::NotFound`] proves nothing: the history lags behind, old servers drop tags, and
    /// statements of other users may not be visible. Search again after a while before submitting
    /// the statement again.
    ///
    /// See [`Statement::submit_nonce`] and [`Config::submit_nonces`].
    ///
    /// ```
    /// use std::time::SystemTime;
    /// use dbsql_core::{Client, ErrorKind, Submission};
    ///
    /// # async fn sample(client: Client) -> Result<(), dbsql_core::Error> {
    /// let error = match client.execute_async("INSERT INTO t VALUES (1)").await {
    ///     Ok(_) => return Ok(()),
    ///     Err(error) => error,
    /// };
    /// let Some(nonce) = error.submit_nonce() else { return Err(error) };
    /// match client.find_submitted(nonce, SystemTime::now()).await? {
    ///     Submission::Sea { handle, .. } => drop(client.get_async_execution(handle).await?),
    ///     Submission::Thrift { query_id, status, .. } => println!("{query_id} is {status}"),
    ///     _ => return Err(error),
    /// }
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    ///
    /// When awaited: [`ErrorKind::InvalidInput`] when the nonce is invalid,
    /// [`ErrorKind::Unsupported`] when the http_path is not that of a SQL warehouse or the server
    /// has no query history, [`ErrorKind::Truncated`] when there are more than 20000 statements in
    /// that period (the newest were searched), [`ErrorKind::PermissionDenied`],
    /// [`ErrorKind::Auth`], [`ErrorKind::Protocol`], and network errors
    /// ([`Transport`](ErrorKind::Transport), [`Throttled`](ErrorKind::Throttled),
    /// [`Deadline`](ErrorKind::Deadline)).
    pub fn find_submitted(&self, nonce: impl Into<String>, around: SystemTime) -> Call<Submission> {
        let (engine, nonce) = (Arc::clone(&self.inner.engine), nonce.into());
        Call::new("find_submitted", &self.inner.engine, move |until| async move {
            let found = engine.history.find_submitted(&nonce, around, until).await;
            found.map_err(|error| engine.label(error, None))
        })
    }

    /// Waits for late work: cancels of dropped submits and closes of dropped results. Then closes
    /// the session that the client keeps for itself, unless executions in it are still open. A
    /// program may skip this call and leave both to the server's idle timer. The client remains
    /// usable.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Deadline`] when work was left at the deadline; it continues while the client
    /// exists. [`ErrorKind::Config`] outside a tokio runtime. The errors of closing a session:
    /// [`Transport`](ErrorKind::Transport), [`Throttled`](ErrorKind::Throttled),
    /// [`Auth`](ErrorKind::Auth).
    ///
    /// # Cancel safety
    ///
    /// Dropping the future loses only the wait; late work continues.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// # async fn sample(client: dbsql_core::Client) -> Result<(), dbsql_core::Error> {
    /// client.shutdown(Duration::from_secs(10)).await?;
    /// # Ok(()) }
    /// ```
    pub async fn shutdown(&self, deadline: impl Into<Deadline> + Send) -> Result<()> {
        let engine = &self.inner.engine;
        let until = resolve(deadline.into(), &engine.runtime);
        engine.telemetry.observe(CallInfo::new("shutdown"), self.finish(until)).await
    }

    async fn finish(&self, until: Option<dbsql_runtime::Instant>) -> Result<()> {
        let engine = &self.inner.engine;
        engine.enter()?;
        let drained = engine.runtime.timeout_at(until, engine.reaper.drained()).await;
        let drained = drained.map_err(|error| {
            Error::new(
                ErrorKind::Deadline,
                "late cancels and closes did not finish before the deadline",
            )
            .with_next_step("call shutdown again, or leave them to the server's idle timer")
            .with_source(error)
            .with_host(engine.endpoint.host())
        })?;
        drained.map_err(no_runtime)?;
        self.inner.shared.close_unless_open(until).await
    }

    async fn pick_up(
        self,
        handle: ExecutionHandle,
        until: Option<dbsql_runtime::Instant>,
    ) -> Result<AsyncExecution> {
        let engine = Arc::clone(&self.inner.engine);
        let here = engine.endpoint.handle_endpoint();
        if handle.endpoint().is_some_and(|endpoint| endpoint != here) {
            return Err(Error::new(
                ErrorKind::InvalidInput,
                "the handle belongs to another host or http_path than this client's",
            )
            .with_query(Some(handle.query_id()))
            .with_next_step("pick it up with a client for the endpoint that it names"));
        }
        let target = Target {
            handle: handle.at(here.clone()),
            cookies: Cookies::default(),
            readers: Readers::default(),
            operation_type: None,
            session: None,
        };
        let operation = Operation::pick_up(engine, target, until).await?;
        Ok(AsyncExecution::new(Arc::new(operation)))
    }
}

/// Builds a [`Client`] with custom parts.
///
/// ```
/// use dbsql_core::{Client, Config, SharedTransport};
///
/// # fn sample(custom: SharedTransport) -> Result<(), dbsql_core::Error> {
/// let client = Client::builder(Config::from_env()?).transport(custom).build()?;
/// # drop(client); Ok(()) }
/// ```
#[derive(Debug)]
#[must_use]
pub struct ClientBuilder {
    config: Config,
    transports: Given,
    runtime: Runtime,
}

impl ClientBuilder {
    /// Sets the transport of all requests, replacing the built-in one.
    pub fn transport(mut self, transport: impl Into<SharedTransport>) -> Self {
        self.transports.workspace = Some(transport.into());
        self
    }

    /// Sets the transport that downloads result files; by default that of the requests. Credentials
    /// are never sent to storage.
    pub fn storage_transport(mut self, transport: impl Into<SharedTransport>) -> Self {
        self.transports.storage = Some(transport.into());
        self
    }

    /// Sets the transport of sign-in requests, such as those to a token endpoint; by default that
    /// of the requests.
    pub fn sign_in_transport(mut self, transport: impl Into<SharedTransport>) -> Self {
        self.transports.sign_in = Some(transport.into());
        self
    }

    /// Sets the source of time, randomness and tasks: a seeded one makes a run repeatable.
    pub fn runtime(mut self, runtime: Runtime) -> Self {
        self.runtime = runtime;
        self
    }

    /// Checks the settings and creates the client. Sends nothing; reads the certificate files in
    /// the HTTP options, and the environment variables for a proxy.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Config`] when host, path, credentials or options are invalid, when HTTP options
    /// are set together with a custom transport for the same requests, or when there is neither a
    /// transport nor the feature `hyper-client`.
    pub fn build(self) -> Result<Client> {
        let config = self.config;
        let Resolved { host, http_path, workspace_id, credentials } = config.resolve()?;
        let endpoint = Endpoint::new(&host, &http_path, workspace_id.as_deref())?;
        config.validate()?;
        if config.protocol == SqlProtocol::Sea && endpoint.warehouse_id().is_none() {
            return Err(no_warehouse());
        }
        let transports = Transports::new(self.transports, &config, &endpoint)?;
        let workspace = endpoint.workspace_uri()?;
        let context = AuthContext::new(transports.sign_in, self.runtime.clone(), workspace)
            .allow_hosts(config.allowed_auth_hosts.clone());
        let credentials = TokenCache::new(credentials, context);
        let limits = config.limits();
        let lanes = Arc::new(Lanes::new(limits, &self.runtime));
        let storage = Storage {
            transport: transports.storage,
            runtime: self.runtime.clone(),
            retry: config.retry.clone(),
            budget: RetryBudget::default(),
            response_timeout: config.response_timeout,
            stall_timeout: config.download_stall_timeout,
            links: Arc::new(LinkRules::new(&config.link_policy, endpoint.thrift_uri())?),
            slots: DownloadSlots::new(limits.max_downloads),
        };
        let exchange = Exchange {
            transport: transports.workspace,
            credentials,
            runtime: self.runtime.clone(),
            retry: config.retry.clone(),
            budget: RetryBudget::default(),
            user_agent: user_agent(config.user_agent_entry.as_deref())?,
            endpoint: endpoint.clone(),
            lanes: Arc::clone(&lanes),
        };
        let exchange = Arc::new(exchange);
        let thrift = Arc::new(Thrift::new(Arc::clone(&exchange), &config));
        let sea = Arc::new(Sea::new(exchange, storage.clone(), &config));
        let history = Arc::clone(&sea);
        let is_warehouse = endpoint.warehouse_id().is_some();
        let telemetry = Telemetry::new(
            &self.runtime,
            endpoint.thrift_uri(),
            config.session.namespace(),
            config.record_query_text,
        );
        let engine = Engine {
            backends: Backends::new(thrift, sea, config.protocol, is_warehouse),
            history,
            reaper: Reaper::new(&self.runtime),
            lanes,
            reading: Reading {
                storage,
                byte_budget: config.byte_budget,
                confirm_end: config.confirm_end,
                page_bytes: usize::try_from(config.fetch_bytes).unwrap_or(usize::MAX),
                cursors: Cursors::default(),
            },
            runtime: self.runtime,
            endpoint,
            defaults: Defaults {
                poll: config.poll,
                keep_alive: config.keep_alive,
                session: config.session,
                submit_nonces: config.submit_nonces,
                progress_from_history: config.progress_from_history,
            },
            telemetry,
            tasks: PerRuntime::new(),
        };
        let engine = Arc::new(engine);
        let shared = SharedSession::new(&engine);
        let inner = ClientInner { engine, shared };
        Ok(Client { inner: Arc::new(inner) })
    }
}

fn user_agent(entry: Option<&str>) -> Result<HeaderValue> {
    let name = concat!("dbsql/", env!("CARGO_PKG_VERSION"));
    let text = entry.map_or_else(|| name.to_owned(), |entry| format!("{name} ({entry})"));
    HeaderValue::try_from(text).map_err(|error| {
        Error::new(ErrorKind::Config, "the user agent entry is not a valid header value")
            .with_source(error)
    })
}

//! The client: one endpoint, one set of credentials and one background thread.

use std::sync::Arc;
use std::time::SystemTime;

use dbsql::{Config, Deadline, ExecutionHandle, Result, SharedTransport, Statement, Submission};

use crate::background::{Afterwards, Background, resolve};
use crate::connect::Connect;
use crate::execution::AsyncExecution;
use crate::submit::{Execute, Submit};

/// A client for one warehouse, cluster or server. Cheap to clone; clones share connections, credentials,
/// the retry budget and one background thread, and can be used by many threads concurrently.
///
/// Creating one does no network I/O and starts no thread: the first call does.
///
/// Dropping it never blocks. When the last value of a client is dropped (clones, connections,
/// executions and results), the background thread closes the client's own session, for at most 5
/// seconds, and ends.
///
/// ```
/// use dbsql_blocking::{Client, Config};
///
/// # fn sample() -> Result<(), dbsql_blocking::Error> {
/// let client = Client::new(Config::from_env()?)?;
/// let query = client.execute_async("SELECT 1").submit()?;
/// let handle = query.serialize()?; // store it, pick it up anywhere
/// # drop(handle); Ok(()) }
/// ```
#[derive(Clone, Debug)]
pub struct Client {
    background: Arc<Background>,
    deadline: Option<Deadline>,
}

impl Client {
    /// Creates a client with the built-in transport.
    ///
    /// # Errors
    ///
    /// [`Config`](crate::ErrorKind::Config) when host, path, credentials or options cannot work.
    pub fn new(config: Config) -> Result<Self> {
        Self::builder(config).build()
    }

    /// Returns a builder for a client with custom parts, such as another transport.
    pub fn builder(config: Config) -> ClientBuilder {
        ClientBuilder { inner: dbsql::Client::builder(config) }
    }

    /// Returns this client with a deadline for each call through it. A duration starts with each
    /// call. The values that calls return have no deadline.
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// # fn sample(client: dbsql_blocking::Client) -> Result<(), dbsql_blocking::Error> {
    /// let connection = client.with_deadline(Duration::from_secs(300)).connect().open()?;
    /// # drop(connection); Ok(()) }
    /// ```
    #[must_use]
    pub fn with_deadline(&self, deadline: impl Into<Deadline>) -> Self {
        Self { background: Arc::clone(&self.background), deadline: Some(deadline.into()) }
    }

    /// Opens a session, which holds the effects of `USE` and `SET` and temporary views.
    pub fn connect(&self) -> Connect {
        let client = Self { background: Arc::clone(&self.background), deadline: None };
        Connect::new(client, self.inner().connect(), self.deadline)
    }

    /// Submits a statement that needs no session state and returns its execution. The effects of `USE`
    /// or `SET` may be lost, or affect other statements: use [`connect`](Self::connect) for those.
    pub fn execute_async(&self, statement: impl Into<Statement>) -> Submit {
        Submit::new(&self.background, self.inner().execute_async(statement), self.deadline)
    }

    /// Runs a statement that needs no session state to its end and returns its result.
    pub fn execute(&self, statement: impl Into<Statement>) -> Execute {
        Execute::new(&self.background, self.inner().execute(statement), self.deadline)
    }

    /// Picks up an execution by its handle, with one status call that proves that the server knows it.
    /// Needs no session. Any thread, connection, process or machine may do it, several at once.
    ///
    /// # Errors
    ///
    /// [`InvalidInput`](crate::ErrorKind::InvalidInput) when the handle was made for another host or path
    /// (nothing is sent), [`NotFound`](crate::ErrorKind::NotFound) when the server does not know it or the
    /// secret is wrong, [`Config`](crate::ErrorKind::Config) when the host has no SQL endpoint at this
    /// path, and [network errors](crate#errors).
    pub fn get_async_execution(&self, handle: ExecutionHandle) -> Result<AsyncExecution> {
        let call = self.inner().get_async_execution(handle);
        let inner = self.background.call(self.deadline, call)?;
        Ok(AsyncExecution::new(Arc::clone(&self.background), inner))
    }

    /// Searches the query history of the warehouse for a statement by the nonce of its submit, to
    /// resolve [`OutcomeUnknown`](crate::ErrorKind::OutcomeUnknown). Experimental; the same as
    /// [`dbsql::Client::find_submitted`].
    ///
    /// # Errors
    ///
    /// [`InvalidInput`](crate::ErrorKind::InvalidInput) when the nonce is invalid,
    /// [`Unsupported`](crate::ErrorKind::Unsupported) when the http_path is not that of a SQL warehouse or
    /// the server has no query history, [`Truncated`](crate::ErrorKind::Truncated) when that period
    /// has more than 20000 statements, [`PermissionDenied`](crate::ErrorKind::PermissionDenied),
    /// [`Protocol`](crate::ErrorKind::Protocol), and [network errors](crate#errors).
    pub fn find_submitted(
        &self,
        nonce: impl Into<String>,
        around: SystemTime,
    ) -> Result<Submission> {
        self.background.call(self.deadline, self.inner().find_submitted(nonce, around))
    }

    /// Waits for late work: cancels of submits whose deadline passed, and closes of dropped results. Then
    /// closes the client's own session, unless it has executions that are not closed. A program may
    /// skip this call and leave both to the server's idle timer. The client remains usable.
    ///
    /// # Errors
    ///
    /// [`Deadline`](crate::ErrorKind::Deadline) when work was left at the deadline; it continues while the
    /// client exists. Closing the session: [network errors](crate#errors).
    ///
    /// # Examples
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// # fn sample(client: dbsql_blocking::Client) -> Result<(), dbsql_blocking::Error> {
    /// client.shutdown(Duration::from_secs(10))?;
    /// # Ok(()) }
    /// ```
    pub fn shutdown(&self, deadline: impl Into<Deadline>) -> Result<()> {
        let deadline = deadline.into();
        let client = self.inner().clone();
        let site = self.background.enter(Afterwards::Repeat)?;
        site.run(resolve(deadline), async move { client.shutdown(deadline).await })
    }

    pub(crate) fn background(&self) -> &Arc<Background> {
        &self.background
    }

    fn inner(&self) -> &dbsql::Client {
        self.background.client()
    }
}

/// Builds a [`Client`] with custom parts.
///
/// ```
/// use dbsql_blocking::{Client, Config, SharedTransport};
///
/// # fn sample(custom: SharedTransport) -> Result<(), dbsql_blocking::Error> {
/// let client = Client::builder(Config::from_env()?).transport(custom).build()?;
/// # drop(client); Ok(()) }
/// ```
#[derive(Debug)]
#[must_use]
pub struct ClientBuilder {
    inner: dbsql::ClientBuilder,
}

impl ClientBuilder {
    /// Sets the transport of all requests, instead of the built-in one. It runs on the background thread
    /// of the client, which has a tokio runtime, and must not block it.
    pub fn transport(self, transport: impl Into<SharedTransport>) -> Self {
        Self { inner: self.inner.transport(transport) }
    }

    /// Sets the transport that downloads result files; by default that of the requests. Credentials
    /// are never sent to storage.
    pub fn storage_transport(self, transport: impl Into<SharedTransport>) -> Self {
        Self { inner: self.inner.storage_transport(transport) }
    }

    /// Sets the transport of sign-in requests, such as those to a token endpoint; by default that
    /// of the requests.
    pub fn sign_in_transport(self, transport: impl Into<SharedTransport>) -> Self {
        Self { inner: self.inner.sign_in_transport(transport) }
    }

    /// Checks the settings and creates the client. Sends nothing; reads the certificate files in
    /// the HTTP options, and the proxy variables of the environment.
    ///
    /// # Errors
    ///
    /// [`Config`](crate::ErrorKind::Config) when host, path, credentials or options cannot work, when HTTP
    /// options are given together with a custom transport for the same requests, or when there is neither
    /// a transport nor the feature `hyper-client`.
    pub fn build(self) -> Result<Client> {
        let background = Arc::new(Background::new(self.inner.build()?));
        Ok(Client { background, deadline: None })
    }
}

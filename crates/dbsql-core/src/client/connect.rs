//! Opening a connection, with the initial settings of its session.

use std::future::IntoFuture;
use std::sync::Arc;

use dbsql_runtime::Instant;
use dbsql_transport::BoxFuture;

use super::{Client, Connection};
use crate::Result;
use crate::backend::SessionState;
use crate::config::SessionOptions;
use crate::deadline::{Deadline, resolve};
use crate::query_tags::QueryTag;
use crate::session::ManagedSession;
use crate::telemetry::CallInfo;

/// A call that opens a connection. Nothing is sent before `.await`.
///
/// # Errors
///
/// When awaited: [`Config`](crate::ErrorKind::Config),
/// [`InvalidInput`](crate::ErrorKind::InvalidInput) for an invalid query tag (nothing is sent),
/// [`Auth`](crate::ErrorKind::Auth), [`PermissionDenied`](crate::ErrorKind::PermissionDenied),
/// [`Rejected`](crate::ErrorKind::Rejected) for a catalog, schema or configuration that the server
/// rejects, [`Unsupported`](crate::ErrorKind::Unsupported) for a warehouse without Thrift if
/// [`SqlProtocol::Thrift`](crate::SqlProtocol::Thrift) was requested,
/// [`Transport`](crate::ErrorKind::Transport), [`Throttled`](crate::ErrorKind::Throttled),
/// [`Protocol`](crate::ErrorKind::Protocol), [`Deadline`](crate::ErrorKind::Deadline).
///
/// # Cancel safety
///
/// Dropping the future while the session is being opened may leave a session to the server's idle
/// timer.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
///
/// # async fn sample(client: dbsql_core::Client) -> Result<(), dbsql_core::Error> {
/// let connection = client
///     .connect()
///     .catalog("main")
///     .configuration("TIMEZONE", "UTC")
///     .deadline(Duration::from_secs(300))
///     .await?;
/// # drop(connection); Ok(()) }
/// ```
#[derive(Clone, Debug)]
#[must_use = "nothing is sent before it is awaited"]
pub struct Connect {
    client: Client,
    options: SessionOptions,
    deadline: Option<Instant>,
}

impl Connect {
    pub(crate) fn new(client: &Client) -> Self {
        Self {
            client: client.clone(),
            options: client.inner.engine.defaults.session.clone(),
            deadline: None,
        }
    }

    /// Sets the initial catalog.
    pub fn catalog(mut self, catalog: impl Into<String>) -> Self {
        self.options.catalog = Some(catalog.into());
        self
    }

    /// Sets the initial schema.
    pub fn schema(mut self, schema: impl Into<String>) -> Self {
        self.options.schema = Some(schema.into());
        self
    }

    /// Sets a session parameter such as `TIMEZONE`.
    pub fn configuration(mut self, key: impl Into<String>, value: impl Into<String>) -> Self {
        self.options.configuration.insert(key.into(), value.into());
        self
    }

    /// Adds a query tag to every statement of the connection, replacing a tag of the client with
    /// the same key. See [`Statement::query_tag`](crate::Statement::query_tag) for the rules, which
    /// are checked when this is awaited.
    pub fn query_tag(mut self, key: impl Into<String>, value: impl Into<String>) -> Self {
        self.options.query_tags.replace(QueryTag::new(key.into(), value.into()));
        self
    }

    /// Sets the deadline for opening. A stopped warehouse responds once it has started.
    pub fn deadline(mut self, deadline: impl Into<Deadline>) -> Self {
        self.deadline = resolve(deadline.into(), &self.client.inner.engine.runtime);
        self
    }

    async fn open(self) -> Result<Connection> {
        let engine = Arc::clone(&self.client.inner.engine);
        engine.enter()?;
        self.options.query_tags.check(usize::from(engine.defaults.submit_nonces))?;
        let session =
            ManagedSession::open(engine, self.options, SessionState::Stateful, self.deadline);
        Ok(Connection::new(self.client.clone(), session.await?))
    }
}

impl IntoFuture for Connect {
    type Output = Result<Connection>;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move {
            let telemetry = self.client.inner.engine.telemetry.clone();
            let info = CallInfo::new("connect").namespace(self.options.namespace());
            telemetry.observe(info, self.open()).await
        })
    }
}

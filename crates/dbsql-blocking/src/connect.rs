//! Opening a connection, with the initial settings of its session.

use dbsql::{Deadline, Instant, Result};

use crate::background::{Afterwards, resolve};
use crate::client::Client;
use crate::connection::Connection;

/// A call that opens a connection. Nothing is sent before [`open`](Self::open).
///
/// ```
/// use std::time::Duration;
///
/// # fn sample(client: dbsql_blocking::Client) -> Result<(), dbsql_blocking::Error> {
/// let connection = client
///     .connect()
///     .catalog("main")
///     .configuration("TIMEZONE", "UTC")
///     .deadline(Duration::from_secs(300))
///     .open()?;
/// # drop(connection); Ok(()) }
/// ```
#[derive(Clone, Debug)]
#[must_use = "nothing is sent before `open`"]
pub struct Connect {
    client: Client,
    inner: dbsql::Connect,
    until: Option<Instant>,
}

impl Connect {
    pub(crate) fn new(client: Client, inner: dbsql::Connect, deadline: Option<Deadline>) -> Self {
        let new = Self { client, inner, until: None };
        match deadline {
            Some(deadline) => new.deadline(deadline),
            None => new,
        }
    }

    /// Sets the initial catalog.
    pub fn catalog(mut self, catalog: impl Into<String>) -> Self {
        self.inner = self.inner.catalog(catalog);
        self
    }

    /// Sets the initial schema.
    pub fn schema(mut self, schema: impl Into<String>) -> Self {
        self.inner = self.inner.schema(schema);
        self
    }

    /// Sets a session parameter such as `TIMEZONE`.
    pub fn configuration(mut self, key: impl Into<String>, value: impl Into<String>) -> Self {
        self.inner = self.inner.configuration(key, value);
        self
    }

    /// Adds a query tag to every statement of the connection. It overrides one of the client with
    /// the same key. [`open`](Self::open) checks the rules of
    /// [`Statement::query_tag`](crate::Statement::query_tag).
    pub fn query_tag(mut self, key: impl Into<String>, value: impl Into<String>) -> Self {
        self.inner = self.inner.query_tag(key, value);
        self
    }

    /// Sets the deadline for opening. A stopped warehouse does not respond before it has started.
    pub fn deadline(mut self, deadline: impl Into<Deadline>) -> Self {
        let deadline = deadline.into();
        self.until = resolve(deadline);
        self.inner = self.inner.deadline(deadline);
        self
    }

    /// Opens the connection.
    ///
    /// # Errors
    ///
    /// [`Config`](crate::ErrorKind::Config), [`InvalidInput`](crate::ErrorKind::InvalidInput) for a query
    /// tag that no server accepts (nothing is sent),
    /// [`PermissionDenied`](crate::ErrorKind::PermissionDenied),
    /// [`Rejected`](crate::ErrorKind::Rejected) for a catalog, schema or configuration that the server
    /// rejects, [`Unsupported`](crate::ErrorKind::Unsupported) for a warehouse without Thrift where
    /// [`SqlProtocol::Thrift`](crate::SqlProtocol::Thrift) was requested,
    /// [`Protocol`](crate::ErrorKind::Protocol), and [network errors](crate#errors).
    pub fn open(self) -> Result<Connection> {
        let site = self.client.background().enter(Afterwards::Repeat)?;
        let inner = site.run(self.until, self.inner.into_future())?;
        Ok(Connection::new(self.client, inner))
    }
}

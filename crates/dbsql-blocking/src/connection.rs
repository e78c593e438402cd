//! A connection: one session on the server.

use dbsql::{CloseOutcome, Deadline, ExecutionHandle, Result, Statement};

use crate::client::Client;
use crate::execution::AsyncExecution;
use crate::metadata::{
    Catalogs, Columns, ForeignKeys, Functions, PrimaryKeys, Schemas, TableTypes, Tables, TypeInfo,
};
use crate::submit::{Execute, Submit};

/// One session on the server. Cheap to clone; can be used by many threads concurrently.
///
/// Dropping it leaves the session to the server's idle timer, so that executions started in it continue;
/// [`close`](Self::close) ends the session if it has none.
///
/// ```
/// # fn sample(client: dbsql_blocking::Client) -> Result<(), dbsql_blocking::Error> {
/// let connection = client.connect().open()?;
/// connection.execute("USE SCHEMA main.sales").run()?;
/// let query = connection.execute_async("SELECT * FROM orders").submit()?;
/// # drop(query);
/// connection.close()?; // leaves the session open, since closing it would end the query
/// # Ok(()) }
/// ```
#[derive(Clone, Debug)]
pub struct Connection {
    client: Client,
    inner: dbsql::Connection,
    deadline: Option<Deadline>,
}

impl Connection {
    pub(crate) fn new(client: Client, inner: dbsql::Connection) -> Self {
        Self { client, inner, deadline: None }
    }

    /// Returns this connection with a deadline for each call through it. A duration starts with
    /// each call. The values that calls return have no deadline.
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// # fn sample(connection: dbsql_blocking::Connection) -> Result<(), dbsql_blocking::Error> {
    /// connection.with_deadline(Duration::from_secs(10)).close()?;
    /// # Ok(()) }
    /// ```
    #[must_use]
    pub fn with_deadline(&self, deadline: impl Into<Deadline>) -> Self {
        Self { deadline: Some(deadline.into()), ..self.clone() }
    }

    /// Submits a statement in this session and returns its execution.
    pub fn execute_async(&self, statement: impl Into<Statement>) -> Submit {
        let inner = self.inner.execute_async(statement);
        Submit::new(self.client.background(), inner, self.deadline)
    }

    /// Runs a statement in this session to its end and returns its result.
    pub fn execute(&self, statement: impl Into<Statement>) -> Execute {
        Execute::new(self.client.background(), self.inner.execute(statement), self.deadline)
    }

    /// Picks up an execution by its handle; the same as [`Client::get_async_execution`].
    ///
    /// # Errors
    ///
    /// As for [`Client::get_async_execution`].
    pub fn get_async_execution(&self, handle: ExecutionHandle) -> Result<AsyncExecution> {
        match self.deadline {
            Some(deadline) => self.client.with_deadline(deadline).get_async_execution(handle),
            None => self.client.get_async_execution(handle),
        }
    }

    /// Returns the client that this connection belongs to.
    #[must_use]
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// Ends the session, unless executions started in it are still open: since that would end them,
    /// the session is left to the server's idle timer, and the connection remains usable. A submit
    /// in flight counts as open, and so does one whose outcome is unknown, since its statement may
    /// be running. An execution that ended without a result does not.
    ///
    /// After the session has ended, a statement on this connection or a clone of it is
    /// [`SessionExpired`](crate::ErrorKind::SessionExpired) and is not sent.
    ///
    /// # Errors
    ///
    /// [Network errors](crate#errors). A session that the server no longer knows counts as closed.
    pub fn close(&self) -> Result<CloseOutcome> {
        self.client.background().call(self.deadline, self.inner.close())
    }

    /// Ends the session and with it every execution started in it.
    ///
    /// A submit in flight returns [`ResultGone`](crate::ErrorKind::ResultGone) if its statement had
    /// been accepted, since it ended with the session.
    ///
    /// # Errors
    ///
    /// As for [`close`](Self::close).
    pub fn close_all(&self) -> Result<()> {
        self.client.background().call(self.deadline, self.inner.close_all())
    }
}

/// Metadata. See the [module](crate::metadata) for what these calls have in common.
impl Connection {
    /// Lists the catalogs.
    pub fn catalogs(&self) -> Catalogs {
        Catalogs::new(self.client.background(), self.inner.catalogs(), self.deadline)
    }

    /// Lists schemas.
    pub fn schemas(&self) -> Schemas {
        Schemas::new(self.client.background(), self.inner.schemas(), self.deadline)
    }

    /// Lists tables and views.
    pub fn tables(&self) -> Tables {
        Tables::new(self.client.background(), self.inner.tables(), self.deadline)
    }

    /// Lists the columns of tables.
    pub fn columns(&self) -> Columns {
        Columns::new(self.client.background(), self.inner.columns(), self.deadline)
    }

    /// Lists functions.
    pub fn functions(&self) -> Functions {
        Functions::new(self.client.background(), self.inner.functions(), self.deadline)
    }

    /// Lists the columns of the primary key of a table. All three are exact names; on a server without
    /// catalogs, `catalog` is empty.
    pub fn primary_keys(
        &self,
        catalog: impl Into<String>,
        schema: impl Into<String>,
        table: impl Into<String>,
    ) -> PrimaryKeys {
        let inner = self.inner.primary_keys(catalog, schema, table);
        PrimaryKeys::new(self.client.background(), inner, self.deadline)
    }

    /// Lists the foreign keys of a table. All three are exact names; on a server without catalogs,
    /// `catalog` is empty.
    pub fn foreign_keys(
        &self,
        catalog: impl Into<String>,
        schema: impl Into<String>,
        table: impl Into<String>,
    ) -> ForeignKeys {
        let inner = self.inner.foreign_keys(catalog, schema, table);
        ForeignKeys::new(self.client.background(), inner, self.deadline)
    }

    /// Lists the SQL types of the server.
    pub fn type_info(&self) -> TypeInfo {
        TypeInfo::new(self.client.background(), self.inner.type_info(), self.deadline)
    }

    /// Lists the table types of the server, which [`Tables::types`] accepts.
    pub fn table_types(&self) -> TableTypes {
        TableTypes::new(self.client.background(), self.inner.table_types(), self.deadline)
    }
}

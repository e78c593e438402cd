//! The protocol of a client.

/// The protocol of new statements. A handle has its own protocol: a client reads handles of both,
/// whatever this setting is.
///
/// ```
/// use dbsql_core::{Config, SqlProtocol};
///
/// let config = Config::new("adb-1234.5.azuredatabricks.net", "/sql/1.0/warehouses/abc123")
///     .token("dapi...")
///     .protocol(SqlProtocol::Sea);
/// # drop(config);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SqlProtocol {
    /// Thrift, unless the warehouse reports that it does not support it: then the Statement
    /// Execution API, for the lifetime of the client. This is only decided when a session is
    /// opened, so before any statement is sent.
    #[default]
    Auto,
    /// Thrift over HTTP, supported by SQL warehouses, clusters, Apache Spark, Hive and Kyuubi.
    Thrift,
    /// The Statement Execution API, supported only by SQL warehouses.
    ///
    /// # Differences
    ///
    /// * A statement needs no session: [`Client::execute`](crate::Client::execute) opens none, unless
    ///   the client has a session configuration.
    /// * [`Statement::timeout`](crate::Statement::timeout),
    ///   [`Statement::configuration`](crate::Statement::configuration) and parameters that are arrays
    ///   or maps are [`Unsupported`](crate::ErrorKind::Unsupported), before anything is sent.
    /// * What an asynchronous statement changes in its session, such as a temporary view, may not be
    ///   seen by a statement that is submitted before this client knows that the first has ended.
    /// * A result is kept for an hour after the statement has ended, and reading does not prolong that.
    Sea,
}

//! Databricks SQL, asynchronously: submit a statement, keep its handle, come back for the result.
//!
//! [`execute_async`](Connection::execute_async) returns almost at once. The [`AsyncExecution`] it
//! gives tells its status, waits, cancels, hands over the result as Arrow, and can be written down as
//! `query_id:query_secret` and picked up by another task, connection, process or machine with
//! [`get_async_execution`](Connection::get_async_execution). That serves web tiers, serverless
//! functions, schedulers and agents: start a query, sleep, come back for the result, and never lose or
//! repeat it.
//!
//! # Run a query asynchronously
//!
//! ```
//! use std::time::Duration;
//! use dbsql::{Client, Config, Statement};
//!
//! # async fn sample() -> Result<(), dbsql::Error> {
//! // DATABRICKS_HOST, DATABRICKS_HTTP_PATH and DATABRICKS_TOKEN
//! let client = Client::new(Config::from_env()?)?;
//! let connection = client.connect().await?;
//!
//! let query = connection
//!     .execute_async(Statement::new("SELECT :param `p`, * FROM RANGE(10)").bind("param", "foo"))
//!     .await?;
//!
//! // Poll for the result every 5 seconds
//! while query.is_running() {
//!     tokio::time::sleep(Duration::from_secs(5)).await;
//!     query.sync_status().await?;
//! }
//!
//! // An error of kind `Canceled` if the query was canceled
//! let batches = query.get_results().await?.fetch_all().await?;
//! # drop(batches); Ok(()) }
//! ```
//!
//! [`wait`](AsyncExecution::wait) is the loop above in one call, with the server holding each answer
//! while the query runs.
//!
//! # Pick up a running query
//!
//! ```
//! use std::time::Duration;
//! use dbsql::{Client, Config, ExecutionHandle, Statement};
//!
//! # async fn sample() -> Result<(), Box<dyn std::error::Error>> {
//! let client = Client::new(Config::from_env()?)?;
//! let connection = client.connect().await?;
//! let query = connection
//!     .execute_async(Statement::new("SELECT :param `p`, * FROM RANGE(10)").bind("param", "foo"))
//!     .await?;
//! let query_id_and_secret = query.serialize()?;
//! connection.close().await?; // leaves the session open: ending it would end the query
//!
//! // Another task, connection, process or machine
//! let client = Client::new(Config::from_env()?)?;
//! let handle: ExecutionHandle = query_id_and_secret.parse()?;
//! let query = client.get_async_execution(handle).await?;
//!
//! while query.is_running() {
//!     tokio::time::sleep(Duration::from_secs(5)).await;
//!     query.sync_status().await?;
//! }
//! let batches = query.get_results().await?.fetch_all().await?;
//! # drop(batches); Ok(()) }
//! ```
//!
//! The text is a credential for this one result: keep it as you would keep a password.
//!
//! # Errors
//!
//! One [`Error`]: [`kind`](Error::kind) says what happened, [`retry`](Error::retry) what may safely be
//! done next. One `bool` would invite a second INSERT.
//!
//! # Features
//!
//! | Feature | Description | Default |
//! |---|---|---|
//! | `hyper-client` | the built-in transport over hyper and rustls | yes |
//! | `ring` | its cryptography by `ring` | yes |
//! | `aws-lc-rs` | its cryptography by `aws-lc-rs` | no |
//! | `chrono`, `jiff`, `rust_decimal` | parameters from the types of that crate | no |
//!
//! # What it does not do
//!
//! This crate only re-exports; the engine is `dbsql-core`. What it does not do is written there, and
//! what it has been verified against in the project's README.

#[doc(inline)]
pub use dbsql_core::{
    AsyncExecution, Client, ClientBuilder, Config, Connection, Error, ErrorKind, ExecutionHandle,
    ExecutionStatus, ResultSet, RetryAdvice, SqlType, Statement, Value,
};
pub use dbsql_core::{
    AuthError, Authorization, BoxFuture, Call, CloseOutcome, Connect, Deadline, Execute,
    HttpOptions, Instant, ParseHandleError, PollSchedule, Progress, QueryId, QuerySecret, Result,
    RetryPolicy, Runtime, Secret, SharedTransport, StatusChange, StatusChanges, Submit,
    TokenProvider, Transport, TransportError, Wait,
};

/// The Arrow crates whose types are in the signatures here: their major version is ours.
pub mod arrow {
    pub use dbsql_core::arrow_array as array;
    pub use dbsql_core::arrow_schema as schema;
}

/// The README's examples, kept compiling.
#[cfg(doctest)]
#[doc = include_str!("../../../README.md")]
struct Readme;

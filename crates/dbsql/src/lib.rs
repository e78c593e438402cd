//! Asynchronous Databricks SQL: submit a statement, keep its handle, and fetch the result later.
//!
//! [`execute_async`](Connection::execute_async) returns an [`AsyncExecution`] as soon as the server
//! accepts the statement. It reports the status, waits, cancels, and reads the result as Arrow. Its
//! handle serializes to `query_id:query_secret`, with which another task, connection, process or
//! machine can pick the execution up ([`get_async_execution`](Connection::get_async_execution)). Web
//! services, serverless functions and schedulers can start a query, do other work, and read the result
//! later, without losing the statement or running it twice.
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
//! [`wait`](AsyncExecution::wait) does the same as this loop in one call.
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
//! connection.close().await?; // leaves the session open, since closing it would end the query
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
//! The text is a credential for this one result: store it like a password.
//!
//! # Errors
//!
//! Every call returns one type, [`Error`]: [`kind`](Error::kind) says what failed, and
//! [`retry`](Error::retry) what may safely be done next.
//!
//! # Features
//!
//! | Feature | Description | Default |
//! |---|---|---|
//! | `hyper-client` | the built-in transport over hyper and rustls | yes |
//! | `ring` | cryptography of the built-in transport by `ring` | yes |
//! | `aws-lc-rs` | cryptography of the built-in transport by `aws-lc-rs` | no |
//! | `cli` | the sign-ins of the Databricks CLI and the Azure CLI | yes |
//! | `browser` | OAuth in the browser | no |
//! | `private-key-jwt` | client credentials that are proven by a signed JWT | no |
//! | `chrono-04`, `jiff-02`, `rust_decimal-1` | parameters from the types of that crate | no |
//! | `metrics-024` | histograms of calls through the recorder of `metrics` | no |
//! | `rows` | rows of a result as types that implement serde's `Deserialize` | no |
//!
//! # Other crates
//!
//! The crates whose types occur in this API are re-exported whole, so that they need not be named in
//! `Cargo.toml` and their versions always match: [`transport`] and [`auth`], for a custom HTTP stack or
//! custom credentials, and [`arrow`], [`bytes`], [`http`] and [`uuid`].
//!
//! ```
//! use dbsql::arrow::array::{Int64Array, cast::AsArray, types::Int64Type};
//! use dbsql::auth::StaticToken;
//! use dbsql::transport::{HttpOptions, retry::RetryPolicy};
//! use dbsql::{Client, Config, Statement};
//!
//! # async fn sample() -> Result<(), Box<dyn std::error::Error>> {
//! let config = Config::from_env()?
//!     .credentials(StaticToken::new("dapi0123456789")?)
//!     .http(HttpOptions::new().http2(false))
//!     .retry(RetryPolicy::none());
//! let query = Client::new(config)?.execute_async("SELECT * FROM RANGE(10)").await?;
//! let id: dbsql::uuid::Uuid = query.query_id().into();
//! for batch in query.get_results().await?.fetch_all().await? {
//!     let column: &Int64Array = batch.column(0).as_primitive::<Int64Type>();
//!     println!("{id}: {:?}", column.values());
//! }
//! # Ok(()) }
//! ```
//!
//! # Keep batches
//!
//! The arrays of a batch share the buffer of the piece of the result that they came in: keeping a
//! batch, or a slice of one, keeps the whole piece in memory. [`batch::compact`] returns a copy without
//! it, and [`batch::memory_size`] how many bytes the rows take.
//!
//! ```
//! use dbsql::{Error, ResultSet, batch};
//!
//! # async fn sample(mut results: ResultSet) -> Result<(), Error> {
//! let mut heads = Vec::new();
//! while let Some(batch) = results.next().await? {
//!     heads.push(batch::compact(&batch.slice(0, batch.num_rows().min(10))));
//! }
//! let bytes: usize = heads.iter().map(batch::memory_size).sum();
//! # drop(bytes); Ok(()) }
//! ```
//!
//! # What it does not do
//!
//! This crate has no logic of its own: the engine is `dbsql-core`, whose documentation lists what is
//! not supported. The README of the project names the servers that it was tested with.

#![cfg_attr(docsrs, feature(doc_cfg))]

#[doc(inline)]
pub use dbsql_core::{
    AsyncExecution, Client, ClientBuilder, Config, Connection, Discovery, Error, ErrorKind,
    ExecutionHandle, ExecutionStatus, ResultSet, RetryAdvice, SqlType, Statement, Value, batch,
};
pub use dbsql_core::{
    AuthError, Authorization, BoxFuture, Call, CloseOutcome, Connect, Deadline, Execute,
    HandleEndpoint, HttpOptions, Instant, LinkPolicy, ParseHandleError, PollSchedule, Progress,
    Protocol, Proxy, QueryId, QuerySecret, Result, RetryPolicy, Runtime, Secret, SharedTransport,
    SqlProtocol, StatusChange, StatusChanges, Submission, Submit, TokenProvider, Transport,
    TransportError, Wait,
};

#[doc(hidden)]
pub use dbsql_core::__blocking;
#[doc(inline)]
pub use dbsql_core::metadata;
#[cfg(feature = "rows")]
#[doc(inline)]
pub use dbsql_core::{ExecuteRows, Rows, Unscaled};

#[doc(no_inline)]
pub use {bytes, dbsql_auth as auth, dbsql_transport as transport, http, uuid};

/// The Arrow crates whose types occur in this API. A new major version of Arrow is a new major
/// version of this crate.
pub mod arrow {
    #[doc(no_inline)]
    pub use {arrow_array as array, arrow_schema as schema};
}

/// The examples in the READMEs and in the pages of the book.
#[cfg(doctest)]
mod pages {
    #[cfg(feature = "rows")]
    #[doc = include_str!("../../../README.md")]
    struct Readme;

    #[doc = include_str!("../README.md")]
    struct CrateReadme;

    #[doc = include_str!("../../../docs/connecting.md")]
    struct Connecting;

    #[doc = include_str!("../../../docs/errors.md")]
    struct Errors;

    #[doc = include_str!("../../../docs/metadata.md")]
    struct Metadata;

    #[doc = include_str!("../../../docs/observability.md")]
    struct Observability;

    #[cfg(feature = "rows")]
    #[doc = include_str!("../../../docs/results.md")]
    struct Results;

    #[doc = include_str!("../../../docs/running.md")]
    struct Running;
}

//! The engine of `dbsql`: SQL statements that run asynchronously on Databricks SQL warehouses and
//! clusters, and on Apache Spark's own Thrift server.
//!
//! Submit a statement and get an [`AsyncExecution`] back at once. Ask its status, wait, cancel, read
//! the result as Arrow, or write its handle down and pick it up later from another task, connection,
//! process or machine.
//!
//! ```
//! use std::time::Duration;
//! use dbsql_core::{Client, Config, Statement};
//!
//! # async fn sample() -> Result<(), dbsql_core::Error> {
//! let client = Client::new(Config::from_env()?)?;
//! let connection = client.connect().await?;
//! let query = connection.execute_async("SELECT * FROM RANGE(10)").await?;
//! query.wait().deadline(Duration::from_secs(60)).await?;
//! let batches = query.get_results().await?.fetch_all().await?;
//! # drop(batches); Ok(()) }
//! ```
//!
//! # Who depends on this crate
//!
//! Applications depend on the facade, `dbsql`. Depend on this crate with `default-features = false`
//! when you bring another HTTP stack: implement `Transport` of `dbsql-transport` and give it to
//! [`ClientBuilder::transport`]; neither hyper nor rustls is in the tree then.
//!
//! # What is promised
//!
//! * A statement is never executed twice by this crate: it is sent again only when it is certain
//!   that the server did not take it, else the error is [`ErrorKind::OutcomeUnknown`].
//! * A result is never short, long or reordered without an error.
//! * Every call is bounded by its deadline; after it the handle is still good.
//! * Dropping a future costs nothing unless it was asked to cancel.
//! * No secret, no SQL text and no parameter is ever printed, logged or put into a span by this
//!   crate.
//!
//! # Panics in corrupt input
//!
//! Decoding runs behind a panic boundary and turns what is left into [`ErrorKind::Decode`]. That
//! boundary needs unwinding: it does not hold under `panic = "abort"`.
//!
//! # Features
//!
//! | Feature | Description | Default |
//! |---|---|---|
//! | `hyper-client` | the built-in transport over hyper and rustls | yes |
//! | `ring` | its cryptography by `ring` | yes |
//! | `aws-lc-rs` | its cryptography by `aws-lc-rs` | no |
//!
//! # What it does not do
//!
//! The Statement Execution API, metadata calls, volumes and transactions are not in this version. It runs on tokio only.

mod backend;
mod calendar;
mod call;
mod client;
mod config;
mod deadline;
mod decode;
mod engine;
mod error;
mod execution;
mod http;
mod operation;
mod poll_schedule;
mod results;
mod session;
mod statement;
mod status;
mod submit;
mod value;

pub use crate::call::Call;
pub use crate::client::{Client, ClientBuilder, CloseOutcome, Connect, Connection};
pub use crate::config::Config;
pub use crate::deadline::Deadline;
pub use crate::error::{Error, ErrorKind, Result, RetryAdvice};
pub use crate::execution::AsyncExecution;
pub use crate::execution::Wait;
pub use crate::execution::{StatusChange, StatusChanges};
pub use crate::poll_schedule::PollSchedule;
pub use crate::results::ResultSet;
pub use crate::statement::Statement;
pub use crate::status::{ExecutionStatus, Progress};
pub use crate::submit::Execute;
pub use crate::submit::Submit;
pub use crate::value::{SqlType, Value};

#[doc(no_inline)]
pub use dbsql_auth::{AuthError, Authorization, Secret, TokenProvider};
#[doc(no_inline)]
pub use dbsql_protocol::handle::{ExecutionHandle, ParseHandleError, QueryId, QuerySecret};
#[doc(no_inline)]
pub use dbsql_runtime::{Instant, Runtime};
#[doc(no_inline)]
pub use dbsql_transport::{
    BoxFuture, HttpOptions, SharedTransport, Transport, TransportError, retry::RetryPolicy,
};

pub use {arrow_array, arrow_schema};

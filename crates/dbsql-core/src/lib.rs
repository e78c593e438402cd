//! The engine of `dbsql`: runs SQL statements asynchronously on Databricks SQL warehouses and
//! clusters, and on the Thrift server of Apache Spark.
//!
//! Submitting a statement returns an [`AsyncExecution`] as soon as the server accepts the statement.
//! It reports the status, waits, cancels, and reads the result as Arrow. Its handle can be stored, and
//! picked up later from another task, connection, process or machine.
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
//! # When to depend on this crate
//!
//! Applications depend on the facade, `dbsql`. Depend on this crate with `default-features = false`
//! to use another HTTP stack: implement `Transport` of `dbsql-transport` and pass it to
//! [`ClientBuilder::transport`]. Neither hyper nor rustls is in the tree then.
//!
//! # Guarantees
//!
//! * A statement is sent once: it is resent only on proof that the server did not accept it; otherwise
//!   the error is [`ErrorKind::OutcomeUnknown`]. A 429, and a 503 with `Retry-After`, count as proof
//!   unless [`RetryPolicy::trust_retry_after`] is off.
//! * A result is never short, long or reordered without an error. The server determines its end;
//!   [`Config::confirm_end`] confirms it.
//! * Every call is bounded by its deadline, and the handle remains usable after it.
//! * Dropping a future sends nothing, unless a cancel on drop was requested. A future that is kept
//!   without being polled blocks no other call.
//! * No secret and no parameter is ever printed, logged or put into a span by this crate, and no SQL
//!   text unless [`Config::record_query_text`] is set. No telemetry is sent anywhere.
//!
//! # Runtimes
//!
//! Calls run on tokio, in a runtime with its timer enabled and, for the built-in transport, its I/O
//! driver (`Builder::enable_all`); otherwise they fail with [`ErrorKind::Config`], which says what
//! is missing; tokio's own panic, which is caught, is printed before it. A client may be used from
//! several runtimes, one after another or at the same time. Everything can be created and dropped
//! without a runtime.
//!
//! # Panics in corrupt input
//!
//! Decoding runs behind a panic boundary, which turns a panic of the Arrow crates into
//! [`ErrorKind::Decode`]. The boundary needs unwinding: it has no effect under `panic = "abort"`.
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
//! | `chrono-04` | parameters from the dates, times and durations of chrono | no |
//! | `jiff-02` | parameters from the dates, times and durations of jiff | no |
//! | `rust_decimal-1` | parameters from `rust_decimal::Decimal` | no |
//! | `metrics-024` | histograms of calls through the recorder of `metrics` | no |
//! | `rows` | rows of a result as types that implement serde's `Deserialize` | no |
//!
//! # Limitations
//!
//! Volumes and transactions are not supported.

#![cfg_attr(docsrs, feature(doc_cfg))]

mod attachment;
mod backend;
mod call;
mod client;
mod config;
mod deadline;
mod engine;
mod error;
mod exclusive;
mod execution;
mod http;
mod link_policy;
pub mod metadata;
mod metadata_request;
mod operation;
mod poll_schedule;
mod query_tags;
mod results;
#[cfg(feature = "rows")]
mod rows;
mod session;
mod sql_protocol;
mod statement;
mod status;
mod submission;
mod submit;
mod submit_nonce;
mod telemetry;
mod value;

pub use crate::call::Call;
pub use crate::client::{Client, ClientBuilder, CloseOutcome, Connect, Connection};
pub use crate::config::{Config, Discovery};
pub use crate::deadline::Deadline;
pub use crate::error::{Error, ErrorKind, Result, RetryAdvice};
pub use crate::execution::AsyncExecution;
pub use crate::execution::Wait;
pub use crate::execution::{StatusChange, StatusChanges};
pub use crate::link_policy::LinkPolicy;
pub use crate::poll_schedule::PollSchedule;
pub use crate::results::ResultSet;
#[cfg(feature = "rows")]
pub use crate::rows::{ExecuteRows, Rows};
pub use crate::sql_protocol::SqlProtocol;
pub use crate::statement::Statement;
pub use crate::status::{ExecutionStatus, Progress};
pub use crate::submission::Submission;
pub use crate::submit::Execute;
pub use crate::submit::Submit;
pub use crate::value::{SqlType, Value};

#[doc(no_inline)]
pub use dbsql_auth::{AuthError, Authorization, Secret, TokenProvider};
#[doc(no_inline)]
pub use dbsql_protocol::handle::{
    ExecutionHandle, HandleEndpoint, ParseHandleError, Protocol, QueryId, QuerySecret,
};
#[doc(no_inline)]
pub use dbsql_runtime::{Instant, Runtime};
#[doc(no_inline)]
pub use dbsql_transport::{
    BoxFuture, HttpOptions, Proxy, SharedTransport, Transport, TransportError, retry::RetryPolicy,
};

#[doc(inline)]
pub use dbsql_arrow::batch;
#[cfg(feature = "rows")]
#[doc(inline)]
pub use dbsql_arrow::rows::Unscaled;

pub use {arrow_array, arrow_schema};

/// For `dbsql-blocking` alone: no part of the API, and no promise of semantic versioning.
#[doc(hidden)]
pub mod __blocking {
    pub use crate::error::blocking::{caused_by, error};

    /// Returns the next row that is in memory; `None` when another batch is needed, for which there is
    /// [`Rows::next`](crate::Rows::next).
    #[cfg(feature = "rows")]
    pub fn next_in_memory<T: serde::de::DeserializeOwned>(
        rows: &mut crate::Rows<T>,
    ) -> Option<crate::Result<T>> {
        rows.next_in_memory()
    }
}

/// The examples in the README of this crate.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

//! Databricks SQL without async: the client of [`dbsql`] for programs that block.
//!
//! [`execute_async`](Connection::execute_async) returns an [`AsyncExecution`] as soon as the server accepts
//! the statement. It reports the status, waits, cancels, and reads the result as Arrow. Its handle
//! serializes to `query_id:query_secret`, with which another thread, connection, process or machine can pick
//! the execution up ([`get_async_execution`](Connection::get_async_execution)). Here "async" is about the
//! server: no call of this crate returns a future.
//!
//! # Run a query asynchronously
//!
//! ```
//! use std::{thread, time::Duration};
//! use dbsql_blocking::{Client, Config, Statement};
//!
//! # fn sample() -> Result<(), dbsql_blocking::Error> {
//! // DATABRICKS_HOST, DATABRICKS_HTTP_PATH and DATABRICKS_TOKEN
//! let client = Client::new(Config::from_env()?)?;
//! let connection = client.connect().open()?;
//!
//! let query = connection
//!     .execute_async(Statement::new("SELECT :param `p`, * FROM RANGE(10)").bind("param", "foo"))
//!     .submit()?;
//!
//! // Poll for the result every 5 seconds
//! while query.is_running() {
//!     thread::sleep(Duration::from_secs(5));
//!     query.sync_status()?;
//! }
//!
//! // An error of kind `Canceled` if the query was canceled
//! let batches = query.get_results()?.fetch_all()?;
//! # drop(batches); Ok(()) }
//! ```
//!
//! [`wait`](AsyncExecution::wait) does the same as this loop in one call, and
//! [`execute`](Connection::execute) runs a statement to its end.
//!
//! # Pick up a running query
//!
//! ```
//! use std::{thread, time::Duration};
//! use dbsql_blocking::{Client, Config, ExecutionHandle, Statement};
//!
//! # fn sample() -> Result<(), Box<dyn std::error::Error>> {
//! let client = Client::new(Config::from_env()?)?;
//! let connection = client.connect().open()?;
//! let query = connection
//!     .execute_async(Statement::new("SELECT :param `p`, * FROM RANGE(10)").bind("param", "foo"))
//!     .submit()?;
//! let query_id_and_secret = query.serialize()?;
//! connection.close()?; // leaves the session open, since closing it would end the query
//!
//! // Another thread, connection, process or machine
//! let client = Client::new(Config::from_env()?)?;
//! let handle: ExecutionHandle = query_id_and_secret.parse()?;
//! let query = client.get_async_execution(handle)?;
//!
//! while query.is_running() {
//!     thread::sleep(Duration::from_secs(5));
//!     query.sync_status()?;
//! }
//! let batches = query.get_results()?.fetch_all()?;
//! # drop(batches); Ok(()) }
//! ```
//!
//! The text is a credential for this one result: store it like a password.
//!
//! # From the async API
//!
//! | [`dbsql`] | Here |
//! |---|---|
//! | `client.connect().await?` | `client.connect().open()?` |
//! | `connection.execute_async(..).await?` | `connection.execute_async(..).submit()?` |
//! | `connection.execute(..).await?` | `connection.execute(..).run()?` |
//! | `query.sync_status().await?` and every other call | `query.sync_status()?`, without a verb |
//! | `query.cancel().deadline(d).await?` | `query.with_deadline(d).cancel()?` |
//! | `query.wait().schedule(s).await?` | `query.wait_with(s)?` |
//! | `connection.tables().await?` and its like | `connection.tables().list()?` |
//! | `results.next().await?`, `Stream` | `results.try_next()?`, `Iterator` |
//! | `query.status_changes()`, a `Stream` | `query.status_changes()`, an `Iterator` |
//! | `cancel_on_drop()` | `cancel_at_deadline()` |
//!
//! Errors, settings, handles and values are the same types, re-exported here, so that one dependency is
//! enough. A handle made by one API is picked up by the other.
//!
//! # The background thread
//!
//! Each client has one thread, which the first call starts. It drives the async client; a caller waits on
//! a channel of the standard library. So calls work everywhere: on plain threads, inside of async runtimes
//! of any kind, in `spawn_blocking`, in a `Drop`. None of these panics, but a call blocks its
//! thread: in async code, [`dbsql`] serves more requests with fewer threads.
//!
//! The thread belongs to the client and the values created from it, not to the process, so it ends
//! with its owner, and blocking it delays no other client. `Drop` never blocks; after the last
//! value was dropped, the thread sends late cancels and closes, for at most 5 seconds, and ends. If
//! they matter, call [`Client::shutdown`] before the end of `main`.
//!
//! Token providers and custom transports run on this thread. A panic in one fails only the calls
//! that needed it. One that blocks the thread delays all calls of its client: it should await, or
//! move its work to `tokio::task::spawn_blocking`; even then a call returns at most one second
//! after its deadline. One that calls its own client gets an error instead of a deadlock.
//!
//! Large results are decoded on further threads, which tokio starts and ends as needed.
//!
//! A client does not survive `fork`: the child process has no background thread, and its calls would wait
//! forever. Create clients after the fork.
//!
//! # Deadlines and cancellation
//!
//! A call without a deadline ends when the retry policy gives up, and [`wait`](AsyncExecution::wait) when
//! the statement ends. [`Client::with_deadline`], [`Connection::with_deadline`] and
//! [`AsyncExecution::with_deadline`] return a value each of whose calls has a deadline;
//! [`Connect`], [`Submit`] and [`Execute`] have `deadline`, [`ResultSet::deadline`] bounds reading. A
//! deadline never stops the statement, and the handle remains usable. Another thread may
//! [`cancel`](AsyncExecution::cancel) a statement while one waits for it.
//!
//! # Errors
//!
//! Every call returns one type, [`Error`]: [`kind`](Error::kind) says what failed, and
//! [`retry`](Error::retry) what may safely be done next. Where a method lists *network errors*, these are
//! [`Transport`](ErrorKind::Transport), [`Throttled`](ErrorKind::Throttled), [`Auth`](ErrorKind::Auth),
//! [`Deadline`](ErrorKind::Deadline), and [`Config`](ErrorKind::Config) if the background thread cannot be
//! started (nothing was sent).
//!
//! # Features
//!
//! The features are those of [`dbsql`], each passed on.
//!
//! | Feature | Description | Default |
//! |---|---|---|
//! | `hyper-client` | the built-in transport over hyper and rustls | yes |
//! | `ring` | cryptography of the built-in transport by `ring` | yes |
//! | `aws-lc-rs` | cryptography of the built-in transport by `aws-lc-rs` | no |
//! | `cli` | the sign-ins of the Databricks CLI and the Azure CLI | yes |
//! | `browser` | OAuth in the browser | no |
//! | `private-key-jwt` | client credentials authenticated by a signed JWT | no |
//! | `rows` | rows of a result as types that implement serde's `Deserialize` | no |
//! | `chrono-04`, `jiff-02`, `rust_decimal-1` | parameters from the types of that crate | no |

#![cfg_attr(docsrs, feature(doc_cfg))]

mod background;
mod client;
mod connect;
mod connection;
mod execution;
pub mod metadata;
mod reader;
mod results;
#[cfg(feature = "rows")]
mod rows;
mod submit;

pub use crate::client::{Client, ClientBuilder};
pub use crate::connect::Connect;
pub use crate::connection::Connection;
pub use crate::execution::{AsyncExecution, StatusChanges};
pub use crate::results::ResultSet;
#[cfg(feature = "rows")]
#[cfg_attr(docsrs, doc(cfg(feature = "rows")))]
pub use crate::rows::{ExecuteRows, Rows};
pub use crate::submit::{Execute, Submit};

#[cfg(feature = "rows")]
#[doc(no_inline)]
pub use dbsql::Unscaled;

#[doc(no_inline)]
pub use dbsql::{
    AuthError, Authorization, BoxFuture, CloseOutcome, Config, Deadline, Discovery, Error,
    ErrorKind, ExecutionHandle, ExecutionStatus, HandleEndpoint, HttpOptions, Instant, LinkPolicy,
    ParseHandleError, PollSchedule, Progress, Protocol, Proxy, QueryId, QuerySecret, Result,
    RetryAdvice, RetryPolicy, Secret, SharedTransport, SqlProtocol, SqlType, Statement,
    StatusChange, Submission, TokenProvider, Transport, TransportError, Value, arrow, auth, batch,
    bytes, http, transport, uuid,
};

/// The examples in the README of this crate.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct CrateReadme;

/// The examples in the page about this crate.
#[cfg(all(doctest, feature = "rows"))]
#[doc = include_str!("../../../docs/blocking.md")]
struct Page;

//! Databricks SQL without async: the client of [`dbsql`] for programs that block.

mod background;
mod client;
mod connect;
mod connection;
mod execution;
mod results;
mod submit;

pub use crate::client::{Client, ClientBuilder};
pub use crate::connect::Connect;
pub use crate::connection::Connection;
pub use crate::execution::{AsyncExecution, StatusChanges};
pub use crate::results::ResultSet;
pub use crate::submit::{Execute, Submit};

#[doc(no_inline)]
pub use dbsql::{
    AuthError, Authorization, BoxFuture, CloseOutcome, Config, Deadline, Discovery, Error, ErrorKind,
    ExecutionHandle, ExecutionStatus, HttpOptions, Instant, LinkPolicy, ParseHandleError, Place,
    PollSchedule, Progress, Protocol, Proxy, QueryId, QuerySecret, Result, RetryAdvice, RetryPolicy,
    Secret, SharedTransport, SqlProtocol, SqlType, Statement, StatusChange, Submission, TokenProvider,
    Transport, TransportError, Value, arrow, auth, batch, bytes, http, transport, uuid,
};

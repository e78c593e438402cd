//! What the query history says about a submit.

use dbsql_protocol::handle::{ExecutionHandle, QueryId};

use crate::status::ExecutionStatus;

/// What [`Client::find_submitted`](crate::Client::find_submitted) found.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Submission {
    /// The statement was accepted over the Statement Execution API.
    #[non_exhaustive]
    Sea {
        /// Its handle, for [`get_async_execution`](crate::Client::get_async_execution): the result can be
        /// read as long as the server keeps it.
        handle: ExecutionHandle,
        /// Its status in the query history, which may be behind.
        status: ExecutionStatus,
    },
    /// The statement was accepted over Thrift. The query history has no secret, without which it cannot be
    /// picked up.
    #[non_exhaustive]
    Thrift {
        /// Its id.
        query_id: QueryId,
        /// Its status in the query history, which may be behind.
        status: ExecutionStatus,
    },
    /// No statement with the nonce is in the query history. This is no proof that it did not run.
    NotFound,
}

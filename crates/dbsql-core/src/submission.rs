//! The state of a submit according to the query history.

use dbsql_protocol::handle::{ExecutionHandle, QueryId};

use crate::status::ExecutionStatus;

/// The result of [`Client::find_submitted`](crate::Client::find_submitted).
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Submission {
    /// The statement was accepted by the Statement Execution API.
    #[non_exhaustive]
    Sea {
        /// Its handle, for [`get_async_execution`](crate::Client::get_async_execution): the result can be
        /// read as long as the server keeps it.
        handle: ExecutionHandle,
        /// Its status in the query history, which may be behind.
        status: ExecutionStatus,
    },
    /// The statement was accepted by Thrift. The query history does not contain the secret, which
    /// is needed to pick it up.
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

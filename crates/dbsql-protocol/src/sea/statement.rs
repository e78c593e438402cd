//! The state of a statement as the server reports it.

use crate::{
    handle::QueryId,
    sea::{Manifest, ResultData, SessionVersion, StatementStatus, record::record},
};

record! {
    /// The part of a [`StatementResponse`] that is enough to track the statement, even if the rest
    /// of the response is malformed.
    pub struct StatementHead {
        /// The id.
        pub statement_id: Option<QueryId>,
        /// The status of the statement. Unreadable parts are ignored.
        pub status: StatementStatus => loose,
    }
}

impl From<StatementHead> for StatementResponse {
    fn from(head: StatementHead) -> Self {
        let StatementHead { statement_id, status } = head;
        Self { statement_id, status, ..Self::default() }
    }
}

record! {
    /// The response to [`ExecuteStatement`](crate::sea::ExecuteStatement) and to `GET`
    /// [`path::statement`](crate::sea::path::statement).
    pub struct StatementResponse {
        /// The id of the statement, also in the query history.
        pub statement_id: Option<QueryId>,
        /// The status of the statement.
        pub status: StatementStatus,
        /// The description of the result, once there is one.
        pub manifest: Option<Manifest>,
        /// The first chunk, with fresh links in each response.
        pub result: Option<ResultData>,
        /// The version of the session's state; some servers put it into the status.
        pub session_version: Option<SessionVersion> => loose,
    }
}

//! What the server says about a statement.

use crate::{
    handle::QueryId,
    sea::{Manifest, ResultData, SessionVersion, StatementStatus, record::record},
};

record! {
    /// The part of a [`StatementResponse`] that is enough to follow the statement, whatever else is wrong
    /// with the response.
    pub struct StatementHead {
        /// The id.
        pub statement_id: Option<QueryId>,
        /// How far the statement is. What cannot be read of it is ignored.
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
    /// The answer to [`ExecuteStatement`](crate::sea::ExecuteStatement) and to `GET`
    /// [`path::statement`](crate::sea::path::statement).
    pub struct StatementResponse {
        /// The id, also that of the query history.
        pub statement_id: Option<QueryId>,
        /// How far the statement is.
        pub status: StatementStatus,
        /// What the result is, once there is one.
        pub manifest: Option<Manifest>,
        /// The first chunk, with fresh links in each response.
        pub result: Option<ResultData>,
        /// How far the state of the session is; some servers put it into the status.
        pub session_version: Option<SessionVersion> => loose,
    }
}

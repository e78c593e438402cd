//! The query history: statements of both protocols.

use crate::sea::{QueryMetrics, QueryTag, names::names, record::record};

record! {
    /// A page of the query history, most recently started first: the response to `GET`
    /// [`path::QUERY_HISTORY`](crate::sea::path::QUERY_HISTORY).
    pub struct QueryList {
        /// The statements.
        pub res: Vec<QueryInfo>,
        /// The token for the next page.
        pub next_page_token: Option<String>,
        /// Whether there is a next page.
        pub has_next_page: Option<bool>,
    }
}

record! {
    /// A statement in the query history, also the response to `GET`
    /// [`path::query`](crate::sea::path::query). It has the id of the statement and never its
    /// secret.
    ///
    /// Times are milliseconds since 1970.
    pub struct QueryInfo {
        /// The id of the statement.
        pub query_id: Option<String>,
        /// The status of the statement.
        pub status: Option<QueryStatus>,
        /// The SQL.
        pub query_text: Option<String> => hidden,
        /// The kind of statement, such as `SELECT`.
        pub statement_type: Option<String>,
        /// The time of submission.
        pub query_start_time_ms: Option<i64>,
        /// The end of the execution.
        pub execution_end_time_ms: Option<i64>,
        /// The time when the last of its result was fetched.
        pub query_end_time_ms: Option<i64>,
        /// Milliseconds from start to end.
        pub duration: Option<i64>,
        /// The id of the user who submitted it.
        pub user_id: Option<i64> => loose,
        /// The name of the user who submitted it.
        pub user_name: Option<String>,
        /// The id of the user it ran as.
        pub executed_as_user_id: Option<i64> => loose,
        /// The name of the user it ran as.
        pub executed_as_user_name: Option<String>,
        /// The id of the warehouse.
        pub warehouse_id: Option<String>,
        /// The id of the warehouse, under an older name.
        pub endpoint_id: Option<String>,
        /// The id of the session.
        pub session_id: Option<String> => loose,
        /// The application that submitted it.
        pub client_application: Option<String>,
        /// The error message of a failed statement.
        pub error_message: Option<String>,
        /// The number of rows in its result.
        pub rows_produced: Option<i64>,
        /// Its tags.
        pub query_tags: Vec<QueryTag>,
        /// Whether this entry is final.
        pub is_final: Option<bool>,
        /// Its metrics, if requested.
        pub metrics: Option<Box<QueryMetrics>>,
    }
}

names! {
    /// The status of a statement in the query history.
    pub enum QueryStatus {
        /// It is queued.
        Queued = "QUEUED",
        /// It has started.
        Started = "STARTED",
        /// It is being compiled.
        Compiling = "COMPILING",
        /// It is compiled.
        Compiled = "COMPILED",
        /// It is running.
        Running = "RUNNING",
        /// It was canceled.
        Canceled = "CANCELED",
        /// It failed.
        Failed = "FAILED",
        /// It succeeded.
        Finished = "FINISHED",
    }
}

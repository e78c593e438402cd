//! The query history: statements of both protocols.

use crate::sea::{QueryMetrics, QueryTag, names::names, record::record};

record! {
    /// A page of the query history, most recently started first: the answer to `GET`
    /// [`path::QUERY_HISTORY`](crate::sea::path::QUERY_HISTORY).
    pub struct QueryList {
        /// The statements.
        pub res: Vec<QueryInfo>,
        /// What to send for the next page.
        pub next_page_token: Option<String>,
        /// Whether there is a next page.
        pub has_next_page: Option<bool>,
    }
}

record! {
    /// A statement in the query history, also the answer to `GET`
    /// [`path::query`](crate::sea::path::query). It has the id of the statement and never its secret.
    ///
    /// Times are milliseconds since 1970.
    pub struct QueryInfo {
        /// The id of the statement.
        pub query_id: Option<String>,
        /// How far it is.
        pub status: Option<QueryStatus>,
        /// The SQL.
        pub query_text: Option<String> => hidden,
        /// The kind of statement, such as `SELECT`.
        pub statement_type: Option<String>,
        /// When it was submitted.
        pub query_start_time_ms: Option<i64>,
        /// When its execution ended.
        pub execution_end_time_ms: Option<i64>,
        /// When the last of its result was fetched.
        pub query_end_time_ms: Option<i64>,
        /// Milliseconds from start to end.
        pub duration: Option<i64>,
        /// Who submitted it.
        pub user_id: Option<i64> => loose,
        /// Who submitted it.
        pub user_name: Option<String>,
        /// In whose name it ran.
        pub executed_as_user_id: Option<i64> => loose,
        /// In whose name it ran.
        pub executed_as_user_name: Option<String>,
        /// The warehouse.
        pub warehouse_id: Option<String>,
        /// The warehouse, by an older name.
        pub endpoint_id: Option<String>,
        /// The session.
        pub session_id: Option<String> => loose,
        /// The application that submitted it.
        pub client_application: Option<String>,
        /// Why it failed.
        pub error_message: Option<String>,
        /// Rows of its result.
        pub rows_produced: Option<i64>,
        /// Its tags.
        pub query_tags: Vec<QueryTag>,
        /// Whether nothing of this will change.
        pub is_final: Option<bool>,
        /// What it did, if asked for.
        pub metrics: Option<Box<QueryMetrics>>,
    }
}

names! {
    /// How far a statement in the query history is.
    pub enum QueryStatus {
        /// It waits.
        Queued = "QUEUED",
        /// It has begun.
        Started = "STARTED",
        /// It is being compiled.
        Compiling = "COMPILING",
        /// It is compiled.
        Compiled = "COMPILED",
        /// It runs.
        Running = "RUNNING",
        /// It was canceled.
        Canceled = "CANCELED",
        /// It failed.
        Failed = "FAILED",
        /// It succeeded.
        Finished = "FINISHED",
    }
}

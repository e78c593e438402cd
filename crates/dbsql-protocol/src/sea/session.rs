//! Sessions, which hold temporary views, `SET` variables and the like.

use std::collections::BTreeMap;

use crate::sea::record::record;

record! {
    /// The body of `POST` [`path::SESSIONS`](crate::sea::path::SESSIONS).
    pub struct CreateSession {
        /// The id of the warehouse.
        pub warehouse_id: String,
        /// The default catalog.
        pub catalog: Option<String>,
        /// The default schema.
        pub schema: Option<String>,
        /// Settings such as `STATEMENT_TIMEOUT` and `QUERY_TAGS`. The server decides which ones it
        /// accepts.
        pub session_confs: BTreeMap<String, String> => keys,
        /// `FAST` in requests of some drivers.
        pub execution_mode: Option<String>,
    }
}

record! {
    /// The warehouse of a session to be deleted: some clients send it as the body of the `DELETE`,
    /// others in its query string.
    pub struct DeleteSession {
        /// The id of the warehouse.
        pub warehouse_id: Option<String>,
    }
}

record! {
    /// The response to [`CreateSession`].
    pub struct Session {
        /// The id of the session.
        pub session_id: String,
        /// The version of the session's state.
        pub session_version: Option<SessionVersion> => loose,
    }
}

record! {
    /// The version of a session's state. The client sends the highest version that it has seen with
    /// the next statement, so that the statement sees the effects of earlier ones.
    #[derive(Copy, PartialOrd, Ord, Hash)]
    pub struct SessionVersion {
        /// A number that increases. A value of any other type is ignored.
        pub version_id: Option<u64> => loose,
    }
}

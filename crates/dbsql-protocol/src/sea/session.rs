//! Sessions: temporary views, `SET` and the like live in one.

use std::collections::BTreeMap;

use crate::sea::record::record;

record! {
    /// The body of `POST` [`path::SESSIONS`](crate::sea::path::SESSIONS).
    pub struct CreateSession {
        /// The warehouse.
        pub warehouse_id: String,
        /// The catalog for names without one.
        pub catalog: Option<String>,
        /// The schema for names without one.
        pub schema: Option<String>,
        /// Settings such as `STATEMENT_TIMEOUT` and `QUERY_TAGS`. The server decides which it takes.
        pub session_confs: BTreeMap<String, String> => keys,
        /// `FAST` from some drivers.
        pub execution_mode: Option<String>,
    }
}

record! {
    /// What names the warehouse of a session that is deleted: some clients send it as the body of the
    /// `DELETE`, others as its query string.
    pub struct DeleteSession {
        /// The warehouse.
        pub warehouse_id: Option<String>,
    }
}

record! {
    /// The answer to [`CreateSession`].
    pub struct Session {
        /// The id of the session.
        pub session_id: String,
        /// How far the state of the session is.
        pub session_version: Option<SessionVersion> => loose,
    }
}

record! {
    /// How far the state of a session is. The client sends the highest that it has seen with the next
    /// statement of the session, so that the statement sees what earlier ones changed.
    #[derive(Copy, PartialOrd, Ord, Hash)]
    pub struct SessionVersion {
        /// A number that grows. Anything else that a server may send is ignored.
        pub version_id: Option<u64> => loose,
    }
}
